/**
 * Internal notes: a field, a draft, an address and a button of their own.
 *
 * Nothing here knows how to send: what is written as a note cannot reach the citizen.
 */
import { brinde } from "./aviso.js";
import { aoTerminar, medir } from "./campo.js";
import { aberto } from "./conversa.js";
import { Mencoes } from "./mencoes.js";
import { enviar, Recusa, SemResposta } from "./pedir.js";
import * as rascunho from "./rascunho.js";
import * as log from "./registro.js";

const SEM_CONEXAO = "Sem conexão. A nota continua aqui: guarde de novo quando ela voltar.";
export const SEM_ARQUIVOS_NA_NOTA = "Notas internas não levam arquivos. Para enviar um, volte para “Resposta”.";

let mencoes;
let tentada = { texto: "", chave: "" };

const formulario = () => document.getElementById("escrever-nota");
const campo = () => document.getElementById("nota-texto");
const botao = () => formulario().querySelector("[type=submit]");

/** Whether what is being written is a note. */
export const emNota = () => Boolean(document.getElementById("modo-nota")?.checked);

/** Change what is being written, and put the person in its field. */
export function escrever(modo) {
  const escolha = document.getElementById(`modo-${modo}`);
  if (!escolha) return;
  escolha.checked = true;
  escolha.dispatchEvent(new Event("change", { bubbles: true }));
  document.getElementById(modo === "nota" ? "nota-texto" : "texto").focus();
}

/** Prepare the notes of a pane that has just been put on the page. */
export function montarNotas() {
  const form = formulario();
  if (!form) return;
  tentada = { texto: "", chave: "" };
  mencoes = new Mencoes(campo(), document.getElementById("mencionaveis"), form.dataset.mencionaveis);
  form.addEventListener("submit", (evento) => { evento.preventDefault(); guardar(); });
  campo().addEventListener("input", () => { ajustar(); rascunho.mudou(campo().value, "nota"); });
  // The same key that sends an answer keeps a note.
  aoTerminar(campo(), guardar);
  campo().addEventListener("paste", (evento) => {
    if (!evento.clipboardData.files.length) return;
    evento.preventDefault();
    recusar(SEM_ARQUIVOS_NA_NOTA);
  });
  // Quoting a message is answering it.
  document.getElementById("registro").addEventListener("click", (evento) => {
    if (evento.target.closest("[data-cita]")) escrever("resposta");
  }, true);
  campo().value = rascunho.montar(aberto(), form.dataset.rascunho, campo().value, "nota");
  if (campo().value && !document.getElementById("texto").value) document.getElementById("modo-nota").checked = true;
  ajustar();
}

function ajustar() {
  medir(campo(), document.getElementById("nota-letras"));
}

async function guardar() {
  recusar("");
  const texto = campo().value;
  if (campo().readOnly) return;
  if (!texto.trim()) { recusar("Escreva a nota antes de guardar."); campo().focus(); return; }
  // Another text is another note; the same one, pressed again after a fall of the network, is not.
  if (tentada.texto !== texto) tentada = { texto, chave: crypto.randomUUID() };
  const daqui = aberto();
  const guardado = rascunho.lugar("nota");
  const aqui = () => aberto() === daqui && Boolean(formulario());
  ocupar(true);
  try {
    const dados = new FormData();
    dados.set("chave_cliente", tentada.chave);
    dados.set("texto", texto);
    const endereco = formulario().getAttribute("action");
    for (const valor of await citadas(texto)) dados.append("mencao", valor);
    const { html } = await enviar(endereco, dados);
    tentada = { texto: "", chave: "" };
    rascunho.mudouEm(guardado, "");
    if (!aqui()) return;
    log.juntar(html);
    log.irAoFim();
    if (campo().value === texto) campo().value = "";
    ajustar();
  } catch (erro) {
    const dita = erro instanceof Recusa || erro instanceof SemResposta;
    const frase = (dita && erro.message) || SEM_CONEXAO;
    if (aqui()) recusar(frase);
    else brinde(`A nota não foi guardada: ${frase} O texto está no rascunho.`);
  } finally {
    if (aqui()) ocupar(false);
  }
}

/** Who is called; when the list of names is refused, the saving itself says why. */
async function citadas(texto) {
  try {
    return await mencoes.citadas(texto);
  } catch (erro) {
    if (erro instanceof Recusa) return [];
    throw erro;
  }
}

/** While it is on its way nothing more is written, so that clearing the field loses nothing. */
function ocupar(sim) {
  campo().readOnly = sim;
  botao().setAttribute("aria-disabled", sim);
  if (!sim && emNota()) campo().focus();
}

function recusar(frase) {
  const lugar = document.getElementById("recusa-nota");
  lugar.querySelector("[data-frase]").textContent = frase;
  lugar.hidden = !frase;
}
