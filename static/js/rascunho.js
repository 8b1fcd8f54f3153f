/**
 * The draft: on the server half a second after the last key, one request at a time.
 *
 * What is not there yet is kept here by conversation (and apart for its note), so that leaving one and coming back before
 * the answer, or a fall of the network, shows what was written and not what was saved. When the
 * page goes away it lies in the tab's own storage until a later page has saved it.
 */
import { atualizar } from "./lista.js";
import { enviar, Recusa, tokenCsrf } from "./pedir.js";

const ESPERA = 500;
const DE_NOVO = 5_000;
const GUARDADOS = "rascunhos";
const salvos = new Map(); // conversation, or conversation/nota → what the server has
const locais = new Map(); // the same → { url, texto }: newer than what the server has
const abertos = {}; // mode → { qual, url } of the conversation on the screen
let eu = "";
let relogio;
let corrente = Promise.resolve();

/** Take up what an earlier page of `servidor` had not saved; what another person left is dropped. */
export function iniciarRascunhos(servidor) {
  eu = servidor;
  const lidos = JSON.parse(sessionStorage.getItem(GUARDADOS) ?? "null");
  if (lidos?.eu === eu) for (const [qual, local] of lidos.locais) locais.set(qual, local);
  else sessionStorage.removeItem(GUARDADOS);
  salvar();
}

/** Send what is pending and leave nothing behind: the person logs out. */
export function esquecerRascunhos() {
  despachar(guardar());
  locais.clear();
  sessionStorage.removeItem(GUARDADOS);
}

/** Begin to follow a field of the open conversation; returns the text that it should show. */
export function montar(atendimento, url, texto, modo = "resposta") {
  const qual = modo === "nota" ? `${atendimento}/nota` : atendimento;
  abertos[modo] = { qual, url };
  if (!locais.has(qual)) salvos.set(qual, texto);
  return locais.get(qual)?.texto ?? texto;
}

export function mudou(texto, modo = "resposta") {
  mudouEm(abertos[modo], texto);
}

/** Where the draft of `modo` lies, for whoever may come back after another was opened. */
export const lugar = (modo) => abertos[modo];

export function mudouEm({ qual, url }, texto) {
  locais.set(qual, { url, texto });
  salvarEm(ESPERA);
}

/** The text went away with a message; a save that was on its way must not bring it back. */
export function enviado() {
  mudou("");
}

/** Save at once what is pending: the person is going elsewhere. */
export function soltar() {
  clearTimeout(relogio);
  salvar();
}

/** Put a text before the draft of a conversation that is not open. */
export function guardarEm(atendimento, texto) {
  if (!texto) return;
  const tinha = locais.get(atendimento)?.texto ?? salvos.get(atendimento);
  const junto = [texto, tinha].filter(Boolean).join("\n");
  locais.set(atendimento, { url: `/atendimento/${atendimento}/rascunho/`, texto: junto });
  salvar();
}

function salvarEm(espera) {
  clearTimeout(relogio);
  relogio = setTimeout(salvar, espera);
}

function salvar() {
  for (const qual of locais.keys()) corrente = corrente.then(() => salvarUm(qual));
}

async function salvarUm(qual) {
  const local = locais.get(qual);
  if (!local) return;
  const { url: onde, texto } = local;
  if (salvos.get(qual) !== texto) {
    try {
      await enviar(onde, { texto });
    } catch (erro) {
      if (!(erro instanceof Recusa && erro.status === 404)) { salvarEm(DE_NOVO); return; }
      locais.delete(qual); // no longer theirs to write in
      guardar();
      return;
    }
    salvos.set(qual, texto);
    atualizar([qual.split("/")[0]]);
  }
  if (locais.get(qual) === local) locais.delete(qual);
  guardar();
}

function guardar() {
  const faltam = [...locais].filter(([qual, { texto }]) => salvos.get(qual) !== texto);
  if (faltam.length) sessionStorage.setItem(GUARDADOS, JSON.stringify({ eu, locais: faltam }));
  else sessionStorage.removeItem(GUARDADOS);
  return faltam;
}

/** Send without waiting for the answer: the page is about to be gone. */
function despachar(faltam) {
  for (const [, { url: onde, texto }] of faltam) {
    navigator.sendBeacon(onde, new URLSearchParams({ texto, csrfmiddlewaretoken: tokenCsrf() }));
  }
}

addEventListener("online", () => salvarEm(0));
// The next page may read the conversation before the beacon is written: it finds the text here.
addEventListener("pagehide", () => despachar(guardar()));
