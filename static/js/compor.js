/**
 * Dialogs that put together buttons, a list, a place or a contact, with the bubble beside them.
 *
 * What was written and not sent waits for its conversation, in this page.
 */
import { aberto } from "./conversa.js";
import { erros, medirCampos, prepararCampos } from "./compor_campos.js";
import { desenharPrevia } from "./previa.js";

const MAXIMO_DE_OPCOES = 10;
const guardadas = new Map(); // conversation/kind → { dados, recusada }
let enviar = () => {};

const janela = (especie) => document.getElementById(`compor-${especie}`);
const campo = (raiz, nome) => raiz.querySelector(`[data-campo="${nome}"] :is(input, textarea)`);
const valor = (raiz, nome) => campo(raiz, nome).value.trim();
const por = (raiz, nome, texto) => { campo(raiz, nome).value = texto || ""; };
const molde = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);
const secoes = (raiz) => [...raiz.querySelectorAll("[data-secao]")];
const opcoes = (raiz) => [...raiz.querySelectorAll("[data-opcao]")];
const LUGAR = ["nome", "endereco", "latitude", "longitude"];

const ler = {
  botoes: (raiz) => ({ texto: valor(raiz, "texto"), botoes: [1, 2, 3].map((n) => valor(raiz, `botao-${n}`)).filter(Boolean) }),
  lista: (raiz) => ({
    texto: valor(raiz, "texto"),
    rotulo: valor(raiz, "rotulo"),
    secoes: secoes(raiz).map((secao) => ({
      titulo: valor(secao, "titulo-da-secao"),
      opcoes: opcoes(secao)
        .map((opcao) => ({ titulo: valor(opcao, "titulo"), descricao: valor(opcao, "descricao") }))
        .filter(({ titulo, descricao }) => titulo || descricao),
    })),
  }),
  localizacao: (raiz) => Object.fromEntries(LUGAR.map((nome) => [nome, valor(raiz, nome)])),
  contato: (raiz) => ({
    nome: valor(raiz, "nome"),
    telefone: valor(raiz, "telefone"),
    empresa: valor(raiz, "empresa"),
    whatsapp: raiz.querySelector("[name=whatsapp]").checked,
  }),
};

const escrever = {
  botoes(raiz, { texto, botoes = [] }) {
    por(raiz, "texto", texto);
    for (const n of [1, 2, 3]) por(raiz, `botao-${n}`, botoes[n - 1]);
  },
  lista(raiz, { texto, rotulo, secoes: escritas = [{ opcoes: [] }] }) {
    por(raiz, "texto", texto);
    por(raiz, "rotulo", rotulo);
    raiz.querySelector("[data-secoes]").replaceChildren();
    for (const { titulo, opcoes: linhas } of escritas) {
      const secao = novaSecao(raiz, Math.max(1, linhas.length));
      por(secao, "titulo-da-secao", titulo);
      for (const [n, linha] of linhas.entries()) {
        por(opcoes(secao)[n], "titulo", linha.titulo);
        por(opcoes(secao)[n], "descricao", linha.descricao);
      }
    }
  },
  localizacao(raiz, dados) { for (const nome of LUGAR) por(raiz, nome, dados[nome]); },
  contato(raiz, { nome, telefone, empresa, whatsapp = false }) {
    por(raiz, "nome", nome);
    por(raiz, "telefone", telefone);
    por(raiz, "empresa", empresa);
    raiz.querySelector("[name=whatsapp]").checked = whatsapp;
  },
};

function novaSecao(raiz, quantas = 1) {
  const secao = molde("compor-secao");
  for (let n = 0; n < quantas; n += 1) secao.querySelector("[data-opcoes]").append(molde("compor-opcao"));
  raiz.querySelector("[data-secoes]").append(secao);
  return secao;
}

/** Add or take away what the pressed button says, and keep the keyboard near it. */
function mudarLista(raiz, botao) {
  const secao = botao.closest("[data-secao]");
  const opcao = botao.closest("[data-opcao]");
  if ("maisSecao" in botao.dataset) campo(novaSecao(raiz), "titulo-da-secao").focus();
  if ("maisOpcao" in botao.dataset) {
    secao.querySelector("[data-opcoes]").append(molde("compor-opcao"));
    campo(opcoes(secao).at(-1), "titulo").focus();
  }
  if ("tira" in botao.dataset) {
    (opcoes(secao).length > 1 ? opcao : secao).remove();
    campo(raiz, "rotulo").focus();
  }
}

/** Ten options in all; the only one cannot go; one section needs no title. */
function arrumarLista(raiz) {
  const todas = opcoes(raiz);
  const cheia = todas.length >= MAXIMO_DE_OPCOES;
  for (const botao of raiz.querySelectorAll("[data-mais-opcao], [data-mais-secao]")) botao.disabled = cheia;
  raiz.querySelector("[data-cheia]").hidden = !cheia;
  for (const botao of raiz.querySelectorAll("[data-tira]")) botao.hidden = todas.length === 1;
  const varias = secoes(raiz).length > 1;
  for (const titulo of raiz.querySelectorAll('[data-campo="titulo-da-secao"]')) titulo.toggleAttribute("data-obrigatorio", varias);
  for (const [n, opcao] of todas.entries()) {
    const sozinha = todas.length === 1 || n === 0;
    opcao.querySelector('[data-campo="titulo"]').toggleAttribute("data-obrigatorio", sozinha || Boolean(valor(opcao, "descricao")));
  }
}

function desenhar(raiz) {
  const { especie } = raiz.dataset;
  if (especie === "lista") arrumarLista(raiz);
  if (especie === "localizacao") {
    raiz.querySelector('[data-campo="nome"]').toggleAttribute("data-obrigatorio", Boolean(valor(raiz, "endereco")));
  }
  prepararCampos(raiz);
  medirCampos(raiz);
  raiz.querySelector("[data-previa]").replaceChildren(...desenharPrevia(especie, ler[especie](raiz)));
}

const chave = (atendimento, especie) => `${atendimento}/${especie}`;

function abrir(especie) {
  const raiz = janela(especie);
  raiz.dataset.de = aberto();
  escrever[especie](raiz, guardadas.get(chave(aberto(), especie))?.dados || {});
  raiz.querySelector("form").classList.remove("conferida");
  desenhar(raiz);
  raiz.showModal();
  raiz.querySelector("input, textarea").focus();
}

function fechou(raiz) {
  const { de, especie } = raiz.dataset;
  const escrito = [...raiz.querySelectorAll("[type=text], textarea")].some((um) => um.value.trim());
  if (escrito) guardadas.set(chave(de, especie), { dados: ler[especie](raiz) });
  else guardadas.delete(chave(de, especie));
}

function mandar(raiz) {
  const { especie } = raiz.dataset;
  raiz.querySelector("form").classList.add("conferida");
  if (erros(raiz)) return;
  const dados = ler[especie](raiz);
  escrever[especie](raiz, {});
  raiz.close();
  enviar(especie, JSON.stringify(dados));
}

/** What was refused waits for its conversation; `tirarCompostas` sends it again. */
export function devolverComposta(atendimento, { especie, dados }) {
  guardadas.set(chave(atendimento, especie), { dados: JSON.parse(dados), recusada: true });
}

/** Take away what was refused in the open conversation: [{ especie, dados }]. */
export function tirarCompostas() {
  const minhas = Object.keys(ler).filter((especie) => guardadas.get(chave(aberto(), especie))?.recusada);
  return minhas.map((especie) => {
    const { dados } = guardadas.get(chave(aberto(), especie));
    guardadas.delete(chave(aberto(), especie));
    return { especie, dados: JSON.stringify(dados) };
  });
}

/** Open the dialog of a kind with what waits for it. */
export const reabrirComposta = abrir;

/** Start; `mandarComposta` gets the kind and its JSON. */
export function iniciarCompor(mandarComposta) {
  enviar = mandarComposta;
  const menu = document.getElementById("mais-envios");
  menu.addEventListener("toggle", (evento) => {
    if (evento.newState !== "open") return;
    const botao = document.querySelector("[popovertarget=mais-envios]").getBoundingClientRect();
    menu.style.bottom = `${innerHeight - botao.top + 6}px`;
    menu.style.left = `${Math.max(8, Math.min(botao.left, innerWidth - menu.offsetWidth - 8))}px`;
    menu.querySelector("button").focus();
  });
  menu.addEventListener("click", (evento) => {
    const botao = evento.target.closest("[data-compoe]");
    if (!botao) return;
    menu.hidePopover();
    abrir(botao.dataset.compoe);
  });
  for (const especie of Object.keys(ler)) {
    const raiz = janela(especie);
    raiz.addEventListener("input", () => desenhar(raiz));
    raiz.addEventListener("close", () => fechou(raiz));
    raiz.addEventListener("submit", (evento) => { evento.preventDefault(); mandar(raiz); });
    raiz.addEventListener("click", (evento) => {
      const botao = evento.target.closest("[data-mais-secao], [data-mais-opcao], [data-tira]");
      if (!botao) return;
      mudarLista(raiz, botao);
      desenhar(raiz);
    });
  }
  campo(janela("localizacao"), "latitude").addEventListener("paste", colarPonto);
}

/** "-18.9186, -48.2772", as maps copy it, fills both fields. */
function colarPonto(evento) {
  const achado = /^\s*(-?\d+[.,]\d+)\s*[,;\s]\s*(-?\d+[.,]\d+)\s*$/.exec(evento.clipboardData.getData("text"));
  if (!achado) return;
  evento.preventDefault();
  const raiz = janela("localizacao");
  por(raiz, "latitude", achado[1]);
  por(raiz, "longitude", achado[2]);
  desenhar(raiz);
}
