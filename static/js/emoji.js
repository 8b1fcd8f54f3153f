/** The emoji picker: a search in Portuguese, groups, and those used most on this computer. */
import { anunciar } from "./aviso.js";

// Newer ones are empty squares on computers of some years ago.
const VERSAO_MAXIMA = 13.1;
const MAIS_USADOS = "usados";
const MOSTRADOS = 24;
let banco;
let mostrados = [];
let ativo = -1;
let pedido = 0;

const janela = () => document.getElementById("emojis");
const busca = () => document.getElementById("busca-emoji");
const grade = () => document.getElementById("grade-emoji");

async function abrirBanco() {
  if (!banco) {
    const { default: Database } = await import("../vendor/emoji-picker-element/database.js");
    banco = new Database({ locale: "pt", dataSource: janela().dataset.dados });
  }
  await banco.ready();
  return banco;
}

async function procurar(palavras, grupo) {
  const dados = await abrirBanco();
  if (palavras) return dados.getEmojiBySearchQuery(palavras);
  if (grupo !== MAIS_USADOS) return dados.getEmojiByGroup(Number(grupo));
  const usados = await dados.getTopFavoriteEmoji(MOSTRADOS);
  return usados.length ? usados : (await dados.getEmojiByGroup(0)).slice(0, MOSTRADOS);
}

async function mostrar(grupo) {
  const vez = ++pedido;
  const palavras = busca().value.trim();
  for (const botao of janela().querySelectorAll("[data-grupo]")) {
    botao.setAttribute("aria-pressed", !palavras && botao.dataset.grupo === grupo);
  }
  let achados;
  try {
    achados = await procurar(palavras, grupo);
  } catch {
    banco = undefined;
    if (vez === pedido) avisar("Não deu para buscar os emojis. Tente de novo quando a conexão voltar.");
    return;
  }
  if (vez !== pedido) return;
  mostrados = achados.filter((emoji) => emoji.version <= VERSAO_MAXIMA);
  grade().replaceChildren(...mostrados.map(desenhar));
  grade().scrollTop = 0;
  ativar(mostrados.length ? 0 : -1);
  if (!mostrados.length) avisar(`Nenhum emoji com “${palavras}”.`);
  else if (palavras) anunciar(mostrados.length === 1 ? "1 emoji" : `${mostrados.length} emojis`);
}

function desenhar(emoji, n) {
  const opcao = document.createElement("div");
  opcao.id = `emoji-${n}`;
  opcao.setAttribute("role", "option");
  opcao.setAttribute("aria-label", emoji.annotation);
  opcao.setAttribute("aria-selected", "false");
  opcao.title = emoji.annotation;
  opcao.textContent = emoji.unicode;
  return opcao;
}

function dizer(frase) {
  document.getElementById("nome-emoji").textContent = frase;
}

function avisar(frase) {
  dizer(frase);
  anunciar(frase);
}

function ativar(n) {
  grade().children[ativo]?.setAttribute("aria-selected", "false");
  ativo = n;
  const opcao = grade().children[n];
  if (!opcao) { busca().removeAttribute("aria-activedescendant"); return; }
  opcao.setAttribute("aria-selected", "true");
  opcao.scrollIntoView({ block: "nearest" });
  busca().setAttribute("aria-activedescendant", opcao.id);
  dizer(mostrados[n].annotation);
}

function porLinha() {
  return getComputedStyle(grade()).gridTemplateColumns.split(" ").length;
}

function aoTeclar(evento) {
  const passos = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: porLinha(), ArrowUp: -porLinha() };
  if (evento.key in passos && mostrados.length) {
    evento.preventDefault();
    const alvo = ativo + passos[evento.key];
    if (alvo >= 0 && alvo < mostrados.length) ativar(alvo);
  } else if (evento.key === "Enter") {
    evento.preventDefault();
    if (ativo >= 0) escolher(ativo);
  }
}

function escolher(n) {
  const { unicode } = mostrados[n];
  const texto = document.getElementById("texto");
  janela().hidePopover();
  if (!texto) return;
  texto.setRangeText(unicode, texto.selectionStart, texto.selectionEnd, "end");
  texto.dispatchEvent(new Event("input", { bubbles: true }));
  texto.focus();
  banco.incrementFavoriteEmojiCount(unicode).catch(() => {}); // a private window may keep nothing
}

function aoAbrir(evento) {
  if (evento.newState !== "open") return;
  const botao = document.querySelector("[popovertarget=emojis]").getBoundingClientRect();
  janela().style.bottom = `${innerHeight - botao.top + 6}px`;
  janela().style.left = `${Math.max(8, Math.min(botao.left, innerWidth - janela().offsetWidth - 8))}px`;
  busca().value = "";
  busca().focus();
  mostrar(MAIS_USADOS);
}

/** Start; the button that opens it may come and go with the conversations. */
export function iniciarEmojis() {
  janela().addEventListener("toggle", aoAbrir);
  busca().addEventListener("input", () => mostrar(MAIS_USADOS));
  busca().addEventListener("keydown", aoTeclar);
  janela().addEventListener("click", (evento) => {
    const opcao = evento.target.closest("[role=option]");
    if (opcao) { escolher([...grade().children].indexOf(opcao)); return; }
    const botao = evento.target.closest("[data-grupo]");
    if (!botao) return;
    busca().value = "";
    mostrar(botao.dataset.grupo);
  });
}
