/** Reactions to what the citizen wrote: six emojis at one press, any other by the picker. */
import { brinde } from "./aviso.js";
import { escolherUm } from "./emoji.js";
import { enviar, Recusa } from "./pedir.js";
import * as log from "./registro.js";

let alvo = { bolha: "", url: "" };

const janela = () => document.getElementById("reagir");
const botao = () => document.querySelector(`#${alvo.bolha} [data-reage]`);
const nossa = () => document.querySelector(`#${alvo.bolha} .reacao[data-nossa]`)?.dataset.nossa || "";
const emojis = () => [...janela().querySelectorAll("button:not([hidden])")];

function abrir(de) {
  alvo = { bolha: de.closest("li").id, url: de.dataset.reage };
  const atual = nossa();
  for (const opcao of janela().querySelectorAll(".reagir-emoji")) {
    opcao.setAttribute("aria-pressed", opcao.dataset.emoji === atual);
  }
  const retirar = janela().querySelector("[data-emoji='']");
  retirar.hidden = !atual;
  retirar.querySelector("[data-atual]").textContent = atual;
  janela().showPopover({ source: de });
  posicionar(de);
  emojis()[0].focus();
}

/** Above the button when there is room, else below; always inside the screen. */
function posicionar(de) {
  const { top, bottom, left } = de.getBoundingClientRect();
  const { offsetWidth: largura, offsetHeight: altura } = janela();
  janela().style.top = `${top - altura - 6 > 8 ? top - altura - 6 : bottom + 6}px`;
  janela().style.left = `${Math.max(8, Math.min(left, innerWidth - largura - 8))}px`;
}

async function reagir(emoji) {
  const { bolha, url } = alvo;
  try {
    await enviar(url, { emoji });
    await log.buscar([bolha.slice(2)]);
  } catch (erro) {
    brinde((erro instanceof Recusa && erro.message) || "Sem conexão. A reação não foi enviada: tente de novo quando ela voltar.");
  }
}

/** One's own emoji, chosen again, is taken back: as on the phone. */
function escolher(emoji) {
  janela().hidePopover();
  botao()?.focus();
  reagir(emoji === nossa() ? "" : emoji);
}

function andar(evento) {
  const passo = { ArrowRight: 1, ArrowLeft: -1 }[evento.key];
  if (!passo) return;
  evento.preventDefault();
  const todos = emojis();
  todos[(todos.indexOf(document.activeElement) + passo + todos.length) % todos.length].focus();
}

/** Start; delegated, since bubbles come and go. */
export function iniciarReacoes() {
  document.addEventListener("click", (evento) => {
    const de = evento.target.closest("[data-reage]");
    if (de) abrir(de);
  });
  janela().addEventListener("click", (evento) => {
    const escolhido = evento.target.closest("[data-emoji]");
    if (escolhido) escolher(escolhido.dataset.emoji);
    if (!evento.target.closest("[data-outro]")) return;
    janela().hidePopover();
    escolherUm(botao(), escolher);
  });
  janela().addEventListener("keydown", andar);
  janela().addEventListener("toggle", (evento) => botao()?.setAttribute("aria-expanded", evento.newState === "open"));
}
