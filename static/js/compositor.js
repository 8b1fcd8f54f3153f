/** Writing: the text, its draft on the server, its files, and the bubble drawn at once. */
import { Anexos, figurar, retrato, tamanho } from "./anexos.js";
import { brinde } from "./aviso.js";
import { aoTerminar, MAXIMO, medir } from "./campo.js";
import { aberto, atualizarPartes } from "./conversa.js";
import { desistir, enfileirar, pendentes } from "./fila.js";
import { emNota, SEM_ARQUIVOS_NA_NOTA } from "./notas.js";
import { digitando } from "./presenca.js";
import * as rascunho from "./rascunho.js";
import * as log from "./registro.js";

const SEM_ARQUIVOS = {
  fechada: "O prazo de 24 horas terminou: agora só dá para enviar um modelo.",
  encerrado: "Este atendimento está encerrado. Reabra para enviar arquivos.",
  bloqueado: "Este contato está bloqueado. Desbloqueie para enviar arquivos.",
  leitura: "Sua participação nesta equipe é somente de leitura.",
};
const REPETIDO = 1_500; // ms in which a second Enter is the same gesture
const escolhidos = new Map(); // conversation → files chosen there and not sent
let anexos;
let citada = "";
let enviadaEm = 0;
let devolvido = "";

const formulario = () => document.getElementById("composto");
const campo = () => document.getElementById("texto");
const estado = () => document.getElementById("estado-rodape").dataset;

/** Prepare the composer of a pane that has just been put on the page. */
export function montarCompositor() {
  const form = formulario();
  if (!form) return;
  citada = devolvido = "";
  anexos = new Anexos(document.getElementById("anexos"), { recusar: mostrarRecusa, aoMudar: ajustar });
  form.addEventListener("submit", (evento) => { evento.preventDefault(); mandar(); });
  campo().addEventListener("input", aoEscrever);
  aoTerminar(campo(), mandar);
  campo().addEventListener("paste", aoColar);
  const escolher = document.getElementById("arquivo");
  escolher.addEventListener("change", () => { anexos.juntar(escolher.files); escolher.value = ""; campo().focus(); });
  document.querySelector("#citando button").addEventListener("click", () => citar(null));
  document.getElementById("registro").addEventListener("click", (e) => {
    const botao = e.target.closest("[data-cita]");
    if (botao) citar(botao.closest("li"));
  });
  campo().value = rascunho.montar(aberto(), form.dataset.rascunho, campo().value);
  for (const item of pendentes(aberto())) desenhar(item);
  const deixados = escolhidos.get(aberto()) || [];
  anexos.juntar(deixados.map(({ arquivo }) => arquivo), deixados.map(({ legenda }) => legenda));
  escolhidos.delete(aberto());
  ajustar();
}

/** The pane is going away: files chosen in it wait for its return. */
export function guardarAnexos() {
  if (formulario() && anexos?.itens.length) escolhidos.set(aberto(), anexos.tirarTodos());
}

/** Files dropped on the conversation are chosen; dropped elsewhere they never replace the page. */
export function iniciarSoltura() {
  const comArquivos = (e) => e.dataTransfer?.types.includes("Files");
  const conversa = (e) => e.target.closest?.("#conversa");
  const sobre = (e, sim) => document.getElementById("conversa").classList.toggle("soltando", sim && Boolean(formulario()));
  addEventListener("dragover", (e) => {
    if (!comArquivos(e)) return;
    e.preventDefault();
    const aceita = Boolean(conversa(e) && formulario());
    e.dataTransfer.dropEffect = aceita ? "copy" : "none";
    sobre(e, aceita && !emNota());
  });
  addEventListener("dragleave", (e) => { if (!e.relatedTarget) sobre(e, false); });
  addEventListener("drop", (e) => {
    if (!comArquivos(e)) return;
    e.preventDefault();
    sobre(e, false);
    if (!conversa(e) || !formulario()) return;
    if (emNota()) { brinde(SEM_ARQUIVOS_NA_NOTA); return; }
    if (estado().modo !== "aberto") { brinde(SEM_ARQUIVOS[estado().modo]); return; }
    anexos.juntar(e.dataTransfer.files);
    campo().focus();
  });
}

function aoEscrever() {
  ajustar();
  rascunho.mudou(campo().value);
  digitando();
}

/** Keep height, counter and visibility true to what is in the field. */
function ajustar() {
  // First, since it may be what puts the field on the page, and only there it has a height.
  formulario().classList.toggle("com-texto", campo().value !== "" || anexos.itens.length > 0);
  medir(campo(), document.getElementById("conta-letras"));
}

function aoColar(evento) {
  const arquivos = [...evento.clipboardData.files];
  if (!arquivos.length) return;
  evento.preventDefault();
  anexos.juntar(arquivos);
}

/** Quote a bubble in the next message; null quotes none. */
function citar(li) {
  citada = li ? li.id.slice(2) : "";
  const lugar = document.getElementById("citando");
  lugar.hidden = !li;
  if (!li) return;
  mostrarCitada(lugar.querySelector(".citada"), li);
  campo().focus();
}

/** Write who said it and the beginning of what was said. */
function mostrarCitada(lugar, li) {
  const corpo = li.querySelector(".texto, .bolha b");
  lugar.querySelector("b").textContent = li.dataset.autor || document.querySelector("#topo h2").textContent;
  lugar.querySelector("bdi").textContent = (corpo?.textContent || li.dataset.tipo).trim().slice(0, 200);
}

/** Send what is written and chosen: the text first, then each file, one message each. */
function mandar() {
  esconderRecusa();
  const texto = campo().value.replace(/[\u200b-\u200d\u2060\ufeff]/g, "").trim() ? campo().value : "";
  if (!texto && !anexos.itens.length) {
    if (Date.now() - enviadaEm < REPETIDO) return;
    mostrarRecusa("Escreva a mensagem antes de enviar.");
    campo().focus();
    return;
  }
  const letras = [...texto].length;
  if (letras > MAXIMO) {
    mostrarRecusa(`A mensagem tem ${letras.toLocaleString("pt-BR")} caracteres; o WhatsApp aceita 4.096. Divida em duas.`);
    return;
  }
  enviadaEm = Date.now();
  devolvido = "";
  if (texto) por({ texto, resposta_a: citada });
  for (const { arquivo, legenda } of anexos.tirarTodos()) por({ texto: legenda }, arquivo);
  campo().value = "";
  citar(null);
  ajustar();
  rascunho.enviado();
  digitando(false);
  campo().focus();
}

/** What was written goes another way: the field is for the next thing to say. */
export function esvaziar() {
  campo().value = "";
  citar(null);
  esconderRecusa();
  ajustar();
  rascunho.enviado();
  digitando(false);
}

function por(campos, arquivo = null) {
  const item = {
    chave: crypto.randomUUID(),
    atendimento: aberto(),
    quem: document.querySelector("#topo h2").textContent,
    campos: { versao_vista: estado().versao, ...campos },
    arquivo,
    nome: arquivo?.name || "",
  };
  desenhar(item);
  enfileirar(item);
}

function desenhar(item) {
  const li = document.getElementById("bolha-otimista").content.firstElementChild.cloneNode(true);
  li.id = `otimista-${item.chave}`;
  li.dataset.envio = item.chave;
  li.dataset.dia = log.hoje();
  li.querySelector(".texto").textContent = item.campos.texto || "";
  const citado = item.campos.resposta_a && document.getElementById(`m-${item.campos.resposta_a}`);
  if (citado) {
    const lugar = li.querySelector(".citada");
    lugar.hidden = false;
    mostrarCitada(lugar, citado);
  }
  li.querySelector("time").textContent = new Intl.DateTimeFormat("pt-BR", {
    hour: "2-digit", minute: "2-digit", timeZone: document.getElementById("app").dataset.fuso,
  }).format(new Date());
  if (item.arquivo) {
    const foto = retrato(item.arquivo);
    const lugar = li.querySelector(foto ? ".foto-link" : ".arquivo");
    lugar.hidden = false;
    if (foto) {
      li.querySelector(".bolha").classList.add("foto");
      lugar.append(foto);
    } else {
      lugar.querySelector("b").textContent = item.nome;
      lugar.querySelector(".num").textContent = tamanho(item.arquivo.size);
      figurar(lugar, item.arquivo);
    }
    li.querySelector("[data-desiste]").addEventListener("click", () => {
      desistir(item);
      li.remove();
      log.arrumar();
      brinde(`Envio cancelado: ${item.nome}`);
      campo().focus();
    });
  }
  log.porOtimista(li);
  if (item.arquivo && pendentes(item.atendimento).length) aoAndar(item, 0);
}

const otimista = (item) => document.getElementById(`otimista-${item.chave}`);

/** Part of the file of `item` has gone. Whole, it can no longer be given up. */
export function aoAndar(item, parte) {
  const lugar = otimista(item)?.querySelector(".subindo");
  if (!lugar || (lugar.hidden && parte >= 1)) return;
  lugar.hidden = false;
  lugar.querySelector("progress").value = parte;
  lugar.querySelector("[data-quanto]").textContent = parte < 1 ? `${Math.floor(parte * 100)}%` : "Conferindo…";
  lugar.querySelector("[data-desiste]").hidden = parte >= 1;
}

/** The queue delivered `item`: the real bubble takes the place of the drawn one. */
export function aoEntregar(item, resposta) {
  if (item.atendimento !== aberto()) return;
  log.juntar(resposta.html);
  otimista(item)?.remove();
  const velho = estado();
  if (Number(resposta.versao) > Number(velho.versao)) velho.versao = resposta.versao;
}

/** No answer yet: say so in the bubble; it goes by itself when the network is back. */
export function aoParar(item, erro) {
  const li = otimista(item);
  if (!li) return;
  li.classList.add("parada");
  li.querySelector("[data-estado]").textContent = "sem conexão, guardada para enviar";
  if (li.querySelector(".duvida")) return;
  const aviso = document.createElement("p");
  aviso.className = "duvida";
  aviso.textContent = `${erro.message || "Sem conexão."} Sua mensagem está guardada e vai sozinha quando der.`;
  li.append(aviso);
}

/** The server said no: the text goes back to the field, with what can be done. */
export function aoRecusar(item, erro) {
  if (item.atendimento !== aberto()) {
    if (item.arquivo) {
      const deixado = { arquivo: comNome(item), legenda: item.campos.texto };
      escolhidos.set(item.atendimento, [...(escolhidos.get(item.atendimento) || []), deixado]);
    } else rascunho.guardarEm(item.atendimento, item.campos.texto);
    const onde = item.arquivo ? "O arquivo espera na conversa." : "O texto está no rascunho.";
    brinde(`A mensagem para ${item.quem} não foi enviada: ${erro.message} ${onde}`);
    return;
  }
  otimista(item)?.remove();
  log.arrumar();
  if (item.arquivo) anexos.juntar([comNome(item)], [item.campos.texto]);
  else devolver(item.campos.texto);
  if (item.campos.resposta_a) citar(document.getElementById(`m-${item.campos.resposta_a}`));
  ajustar();
  rascunho.mudou(campo().value);
  mostrarRecusa(erro.message, saidas(item, erro.corpo));
  atualizarPartes().catch(() => {});
  if (erro.corpo.codigo === "versao") log.buscar(null).catch(() => {});
}

/** The file of an item that may have slept in IndexedDB, where a File may lose its name. */
const comNome = (item) => new File([item.arquivo], item.nome, { type: item.arquivo.type });

/** Put a refused text back: after those refused before it, before what is being written. */
function devolver(texto) {
  const escrito = campo().value;
  const antes = escrito.startsWith(devolvido) ? devolvido : "";
  const depois = escrito.slice(antes.length).replace(/^\n/, "");
  devolvido = [antes, texto].filter(Boolean).join("\n");
  campo().value = [devolvido, depois].filter(Boolean).join("\n");
}

/** What the person may do about a refusal: [label, extra fields]. */
function saidas(item, { codigo, de }) {
  const de_antes = { confirmar: item.campos.confirmar, de: item.campos.de };
  const opcoes = {
    versao: ["Enviar mesmo assim", { ...de_antes, confirmar: "1" }],
    de_outro: ["Responder mesmo assim", { ...de_antes, de }],
    encerrado: ["Reabrir e enviar", { ...de_antes, confirmar: "1" }],
  };
  if (!opcoes[codigo]) return null;
  const [rotulo, campos] = opcoes[codigo];
  return { rotulo, fazer: () => insistir(campos) };
}

function insistir(campos) {
  const texto = campo().value;
  devolvido = "";
  esconderRecusa();
  if (texto.trim()) por({ texto, resposta_a: citada, ...campos });
  for (const { arquivo, legenda } of anexos.tirarTodos()) por({ texto: legenda, ...campos }, arquivo);
  campo().value = "";
  citar(null);
  ajustar();
  rascunho.enviado();
}

function mostrarRecusa(frase, saida = null) {
  const lugar = document.getElementById("recusa");
  lugar.querySelector("[data-frase]").textContent = frase;
  const botoes = lugar.querySelector("[data-botoes]");
  botoes.replaceChildren();
  if (saida) {
    const botao = document.createElement("button");
    botao.type = "button";
    botao.className = "botao botao-2 botao-p";
    botao.textContent = saida.rotulo;
    botao.addEventListener("click", saida.fazer);
    botoes.append(botao);
  }
  lugar.hidden = false;
}

function esconderRecusa() {
  document.getElementById("recusa").hidden = true;
}
