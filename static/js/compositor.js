/** Writing: the text, its draft on the server, its files, and the bubble drawn at once. */
import { Anexos } from "./anexos.js";
import { brinde } from "./aviso.js";
import { aoTerminar, MAXIMO, medir } from "./campo.js";
import { devolverComposta, reabrirComposta, tirarCompostas } from "./compor.js";
import { aberto, atualizarPartes } from "./conversa.js";
import { desistir, enfileirar, pendentes } from "./fila.js";
import { comVoz, devolverVoz, interromper, montarGravador, tirarRecusadas } from "./gravar.js";
import { emNota, SEM_ARQUIVOS_NA_NOTA } from "./notas.js";
import { desenhar, mostrarCitada, otimista } from "./otimista.js";
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
  montarGravador({ enviar: enviarVoz, recusar: dizerDaVoz, aoMudar: ajustar });
  for (const item of pendentes(aberto())) desenhar(item, aoDesistir);
  const deixados = escolhidos.get(aberto()) || [];
  anexos.juntar(deixados.map(({ arquivo }) => arquivo), deixados.map(({ legenda }) => legenda));
  escolhidos.delete(aberto());
  ajustar();
}

/** The pane is going away: files chosen in it, and what is being recorded, wait for its return. */
export function guardarAnexos() {
  interromper();
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
  formulario().classList.toggle("com-texto", campo().value !== "" || anexos.itens.length > 0 || comVoz());
  formulario().classList.toggle("gravando", comVoz());
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
  esvaziar();
  campo().focus();
}

/** What was written is on its way: the field is for the next thing to say. */
export function esvaziar() {
  campo().value = "";
  citar(null);
  esconderRecusa();
  ajustar();
  rascunho.enviado();
  digitando(false);
}

const enviarVoz = ({ arquivo, segundos }) => mandarForaDoCampo({ voz: "1" }, arquivo, segundos);

/** Send what a dialog put together, its kind and its JSON. */
export const enviarComposta = (especie, dados) => mandarForaDoCampo({ especie, dados });

/** Send what was not written in the field, and leave there what is. */
function mandarForaDoCampo(campos, arquivo = null, segundos = 0) {
  esconderRecusa();
  por({ ...campos, resposta_a: citada }, arquivo, segundos);
  citar(null);
  campo().focus();
}

/** What the recorder has to say; an empty sentence takes back what was said before. */
function dizerDaVoz(frase) {
  if (frase) mostrarRecusa(frase);
  else esconderRecusa();
}

function por(campos, arquivo = null, segundos = 0) {
  const item = {
    chave: crypto.randomUUID(),
    atendimento: aberto(),
    quem: document.querySelector("#topo h2").textContent,
    campos: { versao_vista: estado().versao, ...campos },
    arquivo,
    nome: arquivo?.name || "",
    segundos,
  };
  desenhar(item, aoDesistir);
  enfileirar(item);
}

/** The file was given up on its way: a recording comes back, a chosen file is still on the computer. */
function aoDesistir(item) {
  desistir(item);
  if (item.campos.voz) devolverVoz(item.atendimento, { arquivo: comNome(item), segundos: item.segundos });
  else brinde(`Envio cancelado: ${item.nome}`);
  campo().focus();
}

/** The queue delivered `item`: the real bubble takes the place of the drawn one. */
export function aoEntregar(item, resposta) {
  if (item.atendimento !== aberto()) return;
  log.juntar(resposta.html);
  otimista(item)?.remove();
  const velho = estado();
  if (Number(resposta.versao) > Number(velho.versao)) velho.versao = resposta.versao;
}

/** The server said no: the text goes back to the field, with what can be done. */
export function aoRecusar(item, erro) {
  if (item.atendimento !== aberto()) {
    if (item.campos.voz) devolverVoz(item.atendimento, recusada(item));
    else if (item.campos.especie) devolverComposta(item.atendimento, item.campos);
    else if (item.arquivo) {
      const deixado = { arquivo: comNome(item), legenda: item.campos.texto };
      escolhidos.set(item.atendimento, [...(escolhidos.get(item.atendimento) || []), deixado]);
    } else rascunho.guardarEm(item.atendimento, item.campos.texto);
    brinde(`A mensagem para ${item.quem} não foi enviada: ${erro.message} ${ondeFicou(item)}`);
    return;
  }
  otimista(item)?.remove();
  log.arrumar();
  if (item.campos.voz) devolverVoz(item.atendimento, recusada(item));
  else if (item.campos.especie) devolverComposta(item.atendimento, item.campos);
  else if (item.arquivo) anexos.juntar([comNome(item)], [item.campos.texto]);
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

function ondeFicou(item) {
  if (item.campos.voz) return "A gravação espera na conversa.";
  if (item.campos.especie) return "O que você montou espera na conversa.";
  return item.arquivo ? "O arquivo espera na conversa." : "O texto está no rascunho.";
}

const recusada = (item) => ({ arquivo: comNome(item), segundos: item.segundos, recusada: true });

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
  if (!opcoes[codigo]) {
    const { especie } = item.campos;
    return especie ? { rotulo: "Abrir de novo", fazer: () => reabrirComposta(especie) } : null;
  }
  const [rotulo, campos] = opcoes[codigo];
  return { rotulo, fazer: () => insistir(campos) };
}

function insistir(campos) {
  const texto = campo().value;
  devolvido = "";
  esconderRecusa();
  if (texto.trim()) por({ texto, resposta_a: citada, ...campos });
  for (const { arquivo, legenda } of anexos.tirarTodos()) por({ texto: legenda, ...campos }, arquivo);
  for (const composta of tirarCompostas()) por({ ...composta, ...campos });
  for (const { arquivo, segundos } of tirarRecusadas()) por({ voz: "1", ...campos }, arquivo, segundos);
  esvaziar();
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
