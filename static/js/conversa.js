/** The open conversation: its header, foot and panel follow the server; its log follows the ids. */
import { anunciar, brinde } from "./aviso.js";
import { morfar } from "./morfar.js";
import { elementos, enviar, pedirHtml, Recusa } from "./pedir.js";
import * as log from "./registro.js";
import { acertarRelogios } from "./relogios.js";

export const aberto = () => document.getElementById("app").dataset.aberto;
const estado = () => document.getElementById("estado-rodape");

let aoSumir = () => {};
let pedindo = null;
let denovo = false;

/** `sumir` is called when the open atendimento is no longer this person's to see. */
export function iniciarConversa(sumir) {
  aoSumir = sumir;
  document.addEventListener("visibilitychange", () => marcarLida(Boolean(document.querySelector("#itens .nota[data-nova]"))));
}

/** Prepare a pane that has just been put on the page. */
export function montarConversa() {
  const registro = document.getElementById("registro");
  if (!registro) return;
  log.arrumar();
  log.vigiarTopo();
  log.irAoFim();
  const primeira = document.getElementById("novas-linha");
  if (primeira && primeira.getBoundingClientRect().top < registro.getBoundingClientRect().top + 40) {
    primeira.scrollIntoView({ block: "start" });
  }
  registro.addEventListener("scroll", log.mostrarDescer, { passive: true });
  log.mostrarDescer();
  registro.addEventListener("click", aoClicar);
  document.getElementById("descer").addEventListener("click", log.irAoFim);
  aplicarEstado();
}

async function aoClicar(evento) {
  const pulo = evento.target.closest("[data-pula]");
  if (pulo) {
    evento.preventDefault();
    if (!(await log.pularPara(pulo.dataset.pula))) brinde("A mensagem citada não está nesta conversa.");
    return;
  }
  if (evento.target.closest("#ha-mais button")) { log.subir().catch(() => {}); return; }
  // Where nothing hovers, a touch on the bubble shows what can be done with it.
  if (matchMedia("(hover: none)").matches) evento.target.closest(".msg")?.classList.toggle("tocada");
  const botao = evento.target.closest("[data-reenviar]");
  if (!botao) return;
  botao.disabled = true;
  try {
    await enviar(botao.dataset.reenviar, {});
    await log.buscar([botao.closest("li").id.slice(2)]);
  } catch (erro) {
    brinde(erro instanceof Recusa ? erro.message : "Sem conexão. Tente de novo quando ela voltar.");
    botao.disabled = false;
  }
}

/** The open atendimento changed: bring its bubbles and its surroundings up to date. */
export async function acompanhar(id, mensagens) {
  if (id !== aberto()) return;
  try {
    const [novos] = await Promise.all([log.buscar(mensagens), atualizarPartes()]);
    if (id !== aberto()) return;
    log.contarNovas(novos.length);
    if (novos.length) {
      anunciar(dizer(novos));
      marcarLida(novos.some((li) => "nova" in li.dataset));
    }
  } catch (erro) {
    if (erro instanceof Recusa && erro.status === 404 && id === aberto()) aoSumir(id);
  }
}

/** What arrived, in words: a note of a colleague is not a message. */
function dizer(novos) {
  const notas = novos.filter((li) => li.matches(".nota")).length;
  const outras = novos.length - notas;
  return [
    outras && (outras === 1 ? "Nova mensagem" : `${outras} novas mensagens`),
    notas && (notas === 1 ? "Nova nota interna" : `${notas} novas notas internas`),
  ].filter(Boolean).join(" e ");
}

/** Ask for header, foot and panel; calls in the meantime become one more at the end. */
export function atualizarPartes() {
  if (pedindo) { denovo = true; return pedindo; }
  const id = aberto();
  pedindo = (async () => {
    try {
      const novo = elementos(await pedirHtml(`/atendimento/${id}/partes/`));
      if (id === aberto()) trocarPartes(novo);
    } finally {
      pedindo = null;
    }
    if (denovo) { denovo = false; await atualizarPartes(); }
  })();
  return pedindo;
}

function trocarPartes(novo) {
  for (const nome of ["topo", "ficha", "agendadas"]) {
    morfar(document.getElementById(nome), novo.getElementById(nome));
  }
  const velho = estado();
  const outro = novo.getElementById("estado-rodape");
  // Whoever takes it has read what is in front of them.
  const ficouMeu = velho.dataset.meu !== "1" && outro.dataset.meu === "1";
  if (velho.dataset.modo === "fechada" && outro.dataset.modo === "fechada") {
    // The picker may be half filled in: only what is written about it changes.
    Object.assign(velho.dataset, outro.dataset);
  } else {
    morfar(velho, outro);
    window.htmx.process(estado());
  }
  aplicarEstado();
  if (ficouMeu) marcarLida();
}

function aplicarEstado() {
  document.getElementById("rodape").dataset.modo = estado().dataset.modo;
  acertarRelogios();
}

/** Zero the unread, and the mentions, of what is in front of the person's eyes. */
function marcarLida(chamada) {
  const id = aberto();
  if (!id || document.hidden || !(chamada || estado()?.dataset.meu === "1")) return;
  enviar(`/atendimento/${id}/lida/`, {}).catch(() => {});
}
