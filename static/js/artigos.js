/** Knowledge articles: searched from the composer, read at the side, and put in the answer. */
import { anunciar, brinde } from "./aviso.js";
import { aberto } from "./conversa.js";
import { abrirDialogo } from "./dialogo.js";
import { aoAbrir, Escolha, inserir } from "./escolher.js";
import { elementos, pedirHtml } from "./pedir.js";

const ESPERA = 200;
let escolha;
let relogio;
let vez = 0;

async function buscar() {
  const esta = ++vez;
  const q = escolha.busca.value.trim();
  let html;
  try {
    html = await pedirHtml(`/atendimento/${aberto()}/artigos/?q=${encodeURIComponent(q)}`);
  } catch {
    if (esta === vez) avisar("Não deu para buscar os artigos. Tente de novo quando a conexão voltar.");
    return;
  }
  if (esta !== vez) return;
  escolha.lista.replaceChildren(elementos(html));
  escolha.renovar();
  const quantos = escolha.opcoes.length;
  if (quantos) {
    avisar("");
    if (q) anunciar(quantos === 1 ? "1 artigo" : `${quantos} artigos`);
  } else avisar(q ? `Nenhum artigo com “${q}”.` : "Ainda não há artigos para esta equipe.");
}

function avisar(frase) {
  const lugar = document.getElementById("aviso-artigos");
  lugar.textContent = frase;
  lugar.hidden = !frase;
  if (frase) anunciar(frase);
}

/** What is selected inside the article that is open. */
function selecionado() {
  const selecao = getSelection();
  const trechos = document.querySelector("#dialogo [data-trechos]");
  const dentro = trechos && selecao.rangeCount && trechos.contains(selecao.getRangeAt(0).commonAncestorContainer);
  return dentro ? selecao.toString().trim() : "";
}

function aoClicar(evento) {
  const botao = evento.target.closest("#dialogo [data-insere]");
  if (!botao) return;
  const texto = ("ouTrecho" in botao.dataset && selecionado()) || botao.dataset.insere;
  if (!texto) { brinde("Selecione um trecho do artigo, ou use o + ao lado dele."); return; }
  document.getElementById("dialogo").close();
  const campo = document.getElementById("texto");
  const antes = campo.value.slice(0, campo.selectionStart);
  inserir(antes && !/\s$/.test(antes) ? ` ${texto}` : texto);
}

export function iniciarArtigos() {
  escolha = new Escolha(document.getElementById("artigos"), {
    escolher(opcao) {
      escolha.janela.hidePopover();
      abrirDialogo(opcao.dataset.endereco);
    },
    procurar() {
      clearTimeout(relogio);
      relogio = setTimeout(buscar, ESPERA);
    },
  });
  aoAbrir(escolha.janela, () => {
    escolha.lista.replaceChildren();
    escolha.renovar();
    buscar();
  });
  document.addEventListener("click", aoClicar);
  // Pressing the button must not undo the selection that it is about.
  document.addEventListener("mousedown", (evento) => { if (evento.target.closest("#dialogo [data-ou-trecho]")) evento.preventDefault(); });
  document.addEventListener("selectionchange", () => {
    const rotulo = document.querySelector("#dialogo[open] [data-ou-trecho] span");
    if (rotulo) rotulo.textContent = selecionado() ? "Inserir trecho selecionado" : "Inserir no texto";
  });
}
