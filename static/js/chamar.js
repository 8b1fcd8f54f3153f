/**
 * Calling a person who is elsewhere: sound and notification, each by her own choice.
 *
 * Of what changes while the page is out of sight, the server says what the citizen wrote since
 * then (or came back from being put off) and nobody read, and is hers or of nobody in her teams. While there is any, it sounds again
 * every thirty seconds. A notification may stand on a locked screen: it says a name and nothing else.
 */
import { brinde, chamarNoIcone } from "./aviso.js";
import { pedirJson } from "./pedir.js";
import { prepararToque, soar, tocarAviso } from "./toque.js";

const DE_NOVO = 30_000;
const JUNTAR = 400; // ms: a burst is one call
const FOLGA = 1_000; // ms: what arrived as the person was leaving
const GUARDADOS = 300;
const NEGADO = "O navegador não deixa este site mostrar avisos. Libere em “Permissões”, ao lado do endereço da página.";
const SEM_HTTPS = "O navegador só mostra avisos em endereços que começam com https.";
const mudados = new Set(); // atendimentos that changed since nobody looks
const naoLidas = new Map(); // atendimento → how many the last answer said
const notificadas = new Map(); // atendimento → its notification
let eu = "";
let abrir = () => {};
let relogio;
let escondidaEm = 0;
let tocouEm = 0;
let largar = () => {};

const chave = (qual) => `avisos/${eu}/${qual}`;
const quer = (qual) => localStorage.getItem(chave(qual)) === "sim"
  && (qual !== "notificacao" || ("Notification" in window && Notification.permission === "granted"));
const botao = (qual) => document.querySelector(`[data-aviso="${qual}"]`);

/** Hear of what changed, by the ids of the atendimentos. */
export function mudaram(ids) {
  if (!document.hidden || !(quer("som") || quer("notificacao"))) return;
  for (const id of ids) {
    mudados.delete(id);
    mudados.add(id);
    if (mudados.size > GUARDADOS) mudados.delete(mudados.values().next().value);
  }
  conferirEm(JUNTAR);
}

function conferirEm(espera) {
  clearTimeout(relogio);
  relogio = setTimeout(conferir, espera);
}

async function conferir() {
  const ha = Math.ceil(performance.now() - escondidaEm) + FOLGA;
  let novas;
  try {
    ({ novas } = await pedirJson(`/atendimento/novas/?${new URLSearchParams({ ha, ids: [...mudados].join(",") })}`));
  } catch {
    conferirEm(DE_NOVO);
    return;
  }
  if (!document.hidden) return;
  const chegaram = novas.filter(({ id, nao_lidas: quantas }) => quantas > (naoLidas.get(id) || 0));
  anotar(novas);
  if (!novas.length) return;
  const desdeOToque = performance.now() - tocouEm;
  if (!chegaram.length && desdeOToque < DE_NOVO) { conferirEm(DE_NOVO - desdeOToque); return; }
  tocouEm = performance.now();
  if (!(await aVista())) {
    if (quer("som")) tocarAviso();
    if (quer("notificacao")) chegaram.forEach(notificar);
  }
  conferirEm(DE_NOVO);
}

/** Keep what is unread now; what was read elsewhere no longer calls. */
function anotar(novas) {
  naoLidas.clear();
  for (const { id, nao_lidas: quantas } of novas) naoLidas.set(id, quantas);
  for (const [id, aviso] of notificadas) {
    if (naoLidas.has(id)) continue;
    aviso.close();
    notificadas.delete(id);
  }
  chamarNoIcone(novas.length > 0);
}

function notificar({ id, nome, voltou }) {
  if (notificadas.has(id)) return;
  const icone = document.querySelector("[data-favicon]").dataset.novas;
  const aviso = new Notification(nome, { body: voltou ? "Voltou do adiamento" : "Nova mensagem", tag: `atendimento-${id}`, icon: icone, lang: "pt-BR" });
  aviso.addEventListener("click", () => {
    window.focus();
    aviso.close();
    abrir(id, { foco: true });
  });
  notificadas.set(id, aviso);
}

/** Whether another tab of the inbox is in sight: its person sees what arrives. */
async function aVista() {
  const { held } = (await navigator.locks?.query()) || { held: [] };
  return held.some(({ name }) => name === "caixa-a-vista");
}

function olhar() {
  largar();
  if (document.hidden) { escondidaEm = performance.now(); return; }
  // While in sight this tab holds a lock, which the others can ask about.
  navigator.locks?.request("caixa-a-vista", { mode: "shared" }, () => new Promise((feito) => { largar = feito; }));
  clearTimeout(relogio);
  mudados.clear();
  anotar([]);
}

async function trocar(qual) {
  const liga = !quer(qual);
  if (liga && qual === "som") soar(); // this is how it will be
  if (liga && qual === "notificacao") {
    if (!("Notification" in window) || !isSecureContext) { brinde(SEM_HTTPS); return; }
    if ((await Notification.requestPermission()) !== "granted") { brinde(NEGADO); return; }
  }
  localStorage.setItem(chave(qual), liga ? "sim" : "nao");
  mostrar(qual);
}

const mostrar = (qual) => botao(qual).setAttribute("aria-pressed", quer(qual));

/** Start; `quem` is the person, `aoAbrir` shows a conversation. */
export function iniciarChamadas(quem, aoAbrir) {
  eu = quem;
  abrir = aoAbrir;
  for (const qual of ["som", "notificacao"]) {
    mostrar(qual);
    botao(qual).addEventListener("click", () => trocar(qual));
  }
  for (const gesto of ["pointerdown", "keydown"]) {
    addEventListener(gesto, () => { if (quer("som")) prepararToque(); }, { once: true, capture: true });
  }
  document.addEventListener("visibilitychange", olhar);
  olhar();
}
