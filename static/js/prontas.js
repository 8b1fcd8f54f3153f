/** Canned replies: `/` in the empty field, or the button, opens the list; choosing writes the text. */
import { anunciar } from "./aviso.js";
import { aberto } from "./conversa.js";
import { aoAbrir, Escolha, inserir, simples } from "./escolher.js";
import { elementos, pedirHtml } from "./pedir.js";

const LACUNAS = /\{[\p{L}_][\p{L}\p{N}_]+\}/gu;
let escolha;
let pelaBarra = false;

const campo = () => document.getElementById("texto");

async function buscar() {
  const daqui = aberto();
  escolha.lista.replaceChildren();
  escolha.renovar();
  avisar("");
  try {
    const html = await pedirHtml(`/atendimento/${daqui}/prontas/`);
    if (aberto() !== daqui) return;
    escolha.lista.replaceChildren(elementos(html));
  } catch {
    avisar("Não deu para buscar as respostas prontas. Tente de novo quando a conexão voltar.");
    return;
  }
  filtrar();
}

function filtrar() {
  const palavras = simples(escolha.busca.value).replace(/^\//, "").split(/\s+/).filter(Boolean);
  for (const opcao of escolha.lista.children) {
    const onde = simples(`${opcao.dataset.atalho} ${opcao.textContent} ${opcao.dataset.texto}`);
    opcao.hidden = !palavras.every((palavra) => onde.includes(palavra));
  }
  escolha.renovar();
  const quantas = escolha.opcoes.length;
  if (!escolha.lista.children.length) avisar("Ainda não há respostas prontas para esta equipe.");
  else if (!quantas) avisar("Nenhuma resposta pronta com estas palavras.");
  else avisar("");
  if (palavras.length && quantas) anunciar(quantas === 1 ? "1 resposta pronta" : `${quantas} respostas prontas`);
}

function avisar(frase) {
  const lugar = document.getElementById("aviso-prontas");
  lugar.textContent = frase;
  lugar.hidden = !frase;
  if (frase) anunciar(frase);
}

function escolher(opcao) {
  pelaBarra = false;
  escolha.janela.hidePopover();
  const onde = campo().selectionStart;
  const { texto } = opcao.dataset;
  inserir(texto);
  const lacunas = [...texto.matchAll(LACUNAS)];
  if (!lacunas.length) return;
  const [{ 0: primeira, index }] = lacunas;
  campo().setSelectionRange(onde + index, onde + index + primeira.length);
  const nomes = new Set(lacunas.map(([lacuna]) => lacuna.slice(1, -1)));
  anunciar(`Falta preencher: ${[...nomes].join(", ")}.`);
}

/** Prepare the composer of a pane that has just been put on the page. */
export function montarProntas() {
  // What goes in, not which key: the keyboards of phones tell only that.
  campo()?.addEventListener("beforeinput", (evento) => {
    if (evento.data !== "/" || campo().value || evento.isComposing) return;
    evento.preventDefault();
    pelaBarra = true;
    escolha.janela.showPopover();
  });
}

export function iniciarProntas() {
  escolha = new Escolha(document.getElementById("prontas"), { escolher, procurar: filtrar });
  aoAbrir(escolha.janela, buscar);
  escolha.janela.addEventListener("toggle", (evento) => {
    if (evento.newState !== "closed" || !pelaBarra) return;
    // Whoever gave up the list wanted to write the bar.
    pelaBarra = false;
    if (campo() && !campo().value) inserir("/");
  });
}
