/** The emoji picker: a search in Portuguese, groups, and those used most on this computer. */
import { anunciar } from "./aviso.js";
import { aoAbrir, Escolha, inserir } from "./escolher.js";

// Newer ones are empty squares on computers of some years ago.
const VERSAO_MAXIMA = 13.1;
const MAIS_USADOS = "usados";
const MOSTRADOS = 24;
let banco;
let escolha;
let pedido = 0;
let para = null; // who else asked for one: { botao, feito }

async function abrirBanco() {
  if (!banco) {
    const { default: Database } = await import("../vendor/emoji-picker-element/database.js");
    banco = new Database({ locale: "pt", dataSource: escolha.janela.dataset.dados });
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
  const palavras = escolha.busca.value.trim();
  for (const botao of escolha.janela.querySelectorAll("[data-grupo]")) {
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
  const mostrados = achados.filter((emoji) => emoji.version <= VERSAO_MAXIMA);
  escolha.lista.replaceChildren(...mostrados.map(desenhar));
  escolha.renovar();
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

function escolher(opcao) {
  const emoji = opcao.textContent;
  const { feito } = para || { feito: inserir };
  escolha.janela.hidePopover();
  feito(emoji);
  banco.incrementFavoriteEmojiCount(emoji).catch(() => {}); // a private window may keep nothing
}

/** Open the picker beside `botao`; `feito` gets the emoji, which is written nowhere. */
export function escolherUm(botao, feito) {
  para = { botao, feito };
  escolha.janela.showPopover({ source: botao });
}

/** Start; the button that opens it comes and goes with the conversations. */
export function iniciarEmojis() {
  escolha = new Escolha(document.getElementById("emojis"), {
    escolher,
    procurar: () => mostrar(MAIS_USADOS),
    aoAtivar: (opcao) => dizer(opcao.title),
    porLinha: () => getComputedStyle(escolha.lista).gridTemplateColumns.split(" ").length,
  });
  aoAbrir(escolha.janela, () => mostrar(MAIS_USADOS), () => para?.botao);
  escolha.janela.addEventListener("toggle", (evento) => { if (evento.newState === "closed") para = null; });
  escolha.janela.addEventListener("click", (evento) => {
    const botao = evento.target.closest("[data-grupo]");
    if (!botao) return;
    escolha.busca.value = "";
    mostrar(botao.dataset.grupo);
  });
}
