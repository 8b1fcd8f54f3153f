/**
 * Voice messages: a clock and a level while one is recorded, and heard before it goes.
 *
 * What was recorded waits in its conversation until it is sent or thrown away, whatever stopped it.
 */
import { relogio } from "./audio.js";
import { anunciar, brinde } from "./aviso.js";
import { aberto } from "./conversa.js";
import { Gravacao, impedimento, largar, pedirMicrofone } from "./microfone.js";
import { Nivel } from "./nivel.js";

const MAXIMO = 10 * 60;
const AVISA = MAXIMO - 60;
const CURTA = 0.5;
const SEM_SOM = 3;
const COMO_ARQUIVO = 512 * 1024; // above it WhatsApp asks for a download first
const LONGA = "Gravação longa: no WhatsApp a pessoa vai precisar baixá-la antes de ouvir.";
const INTERROMPIDA = {
  nota: "A gravação parou e está guardada em “Resposta”: notas internas não levam voz.",
  fechada: "O prazo de 24 horas terminou: a gravação parou e está guardada aqui. Você poderá enviá-la quando a pessoa responder.",
  encerrado: "Este atendimento foi encerrado: a gravação parou e está guardada aqui.",
  bloqueado: "Este contato foi bloqueado: a gravação parou e está guardada aqui.",
};
const guardadas = new Map(); // conversation → [{ arquivo, segundos, recusada }]
let agora = null; // the one that runs: { atendimento, quem, gravacao, nivel, relogio }
let dono = {};
let noTocador = null;

const faixa = () => document.getElementById("gravador");
const daqui = () => guardadas.get(aberto()) || [];

/** Whether there is voice in the open conversation: being recorded, or waiting to be sent. */
export const comVoz = () => Boolean(agora) || daqui().length > 0;

/** Prepare the composer of a pane; `quem` gives enviar(voz), recusar(frase) and aoMudar(). */
export function montarGravador(quem) {
  dono = quem;
  noTocador = null;
  const botao = document.getElementById("gravar");
  botao.hidden = false; // without scripts it could do nothing
  botao.addEventListener("click", comecar);
  faixa().querySelector("[data-para]").addEventListener("click", () => parar());
  faixa().querySelector("[data-manda]").addEventListener("click", mandar);
  for (const um of faixa().querySelectorAll("[data-descarta]")) um.addEventListener("click", descartar);
  document.getElementById("modo-de-escrita").addEventListener("change", (evento) => {
    if (evento.target.value === "nota") interromper(INTERROMPIDA.nota);
  });
  const rodape = document.getElementById("rodape");
  new MutationObserver(() => {
    if (!agora || !(rodape.dataset.modo in INTERROMPIDA)) return;
    parar();
    dono.recusar(INTERROMPIDA[rodape.dataset.modo]);
  }).observe(rodape, { attributeFilter: ["data-modo"] });
  desenhar();
}

/** Stop what runs, because the person goes elsewhere; it waits where it was recorded. */
export function interromper(frase) {
  if (agora?.gravacao) brinde(frase || `A gravação para ${agora.quem} parou e está guardada na conversa.`);
  parar();
}

/** A recording that could not go, or was wanted back, waits in its conversation. */
export function devolverVoz(atendimento, voz) {
  guardadas.set(atendimento, [...(guardadas.get(atendimento) || []), voz]);
  if (atendimento === aberto()) desenhar();
}

/** Take away what was refused in the open conversation, to send it again. */
export function tirarRecusadas() {
  const recusadas = daqui().filter((voz) => voz.recusada);
  guardadas.set(aberto(), daqui().filter((voz) => !voz.recusada));
  desenhar();
  return recusadas;
}

async function comecar() {
  if (agora) return;
  const impedido = impedimento();
  dono.recusar(impedido);
  if (impedido) return;
  for (const som of document.querySelectorAll("audio, video")) som.pause();
  const esta = { atendimento: aberto(), quem: document.querySelector("#topo h2").textContent };
  agora = esta;
  desenhar({ foco: true });
  try {
    const fluxo = await pedirMicrofone();
    if (agora !== esta) { largar(fluxo); return; }
    esta.gravacao = new Gravacao(fluxo, (...fim) => terminou(esta, ...fim));
    esta.nivel = new Nivel(fluxo, faixa().querySelector("[data-nivel]"));
    esta.relogio = setInterval(() => contar(esta), 125);
    anunciar("Gravando");
  } catch (erro) {
    if (agora !== esta) return;
    agora = null;
    dono.recusar(erro.message);
  }
  desenhar({ foco: true });
}

/** The clock walks; near the end it says so, and at the end the recording stops by itself. */
function contar({ gravacao, nivel }) {
  nivel.desenhar();
  escreverTempo(gravacao.segundos);
  if (gravacao.segundos >= MAXIMO) {
    parar();
    anunciar("A gravação parou aos 10 minutos.");
  } else if (gravacao.segundos >= AVISA) avisar("Falta menos de 1 minuto: a gravação para sozinha aos 10 minutos.");
  else if (gravacao.segundos >= SEM_SOM && !nivel.ouviu) avisar("Não estamos ouvindo nada. Confira se o microfone está ligado.");
  else avisar("");
}

function escreverTempo(segundos) {
  faixa().querySelector("[role=timer]").textContent = relogio(segundos);
}

/** Stop: `terminou` goes on when the recorder has given all it had. */
function parar({ descarta = false } = {}) {
  const esta = agora;
  if (!esta) return;
  esta.descartada = descarta;
  agora = null;
  clearInterval(esta.relogio);
  if (esta.gravacao) esta.gravacao.parar();
  else if (faixa()) desenhar({ foco: true });
}

function terminou(esta, arquivo, segundos, pedida) {
  if (agora === esta) agora = null;
  clearInterval(esta.relogio);
  esta.nivel?.fechar();
  const aqui = esta.atendimento === aberto();
  if (!arquivo.size || segundos < CURTA) {
    if (!esta.descartada && aqui) dono.recusar("A gravação ficou curta demais. Grave de novo.");
  } else if (esta.descartada) oferecer(esta.atendimento, { arquivo, segundos });
  else devolverVoz(esta.atendimento, { arquivo, segundos });
  if (!aqui) return;
  desenhar({ foco: true });
  if (!pedida) dono.recusar("O microfone foi desligado. O que você gravou está guardado aqui.");
}

/** Throw away what runs or what waits: nothing is asked, since it can be taken back. */
function descartar() {
  if (agora) { parar({ descarta: true }); return; }
  const voz = tirarPrimeira();
  desenhar({ foco: true });
  oferecer(aberto(), voz);
}

function oferecer(atendimento, voz) {
  brinde("Gravação descartada.", { desfazer: () => devolverVoz(atendimento, voz) });
}

function mandar() {
  const voz = tirarPrimeira();
  desenhar();
  dono.enviar(voz);
}

function tirarPrimeira() {
  const [voz, ...outras] = daqui();
  guardadas.set(aberto(), outras);
  return voz;
}

/** Make the strip say what there is. `foco` puts the keyboard on the next thing to do. */
function desenhar({ foco = false } = {}) {
  const pronta = agora ? null : daqui()[0] || null;
  const fase = !agora ? pronta && "pronta" : agora.gravacao ? "gravando" : "pedindo";
  faixa().hidden = !fase;
  for (const parte of faixa().querySelectorAll("[data-fase]")) parte.hidden = parte.dataset.fase !== fase;
  if (fase === "pedindo") escreverTempo(0);
  if (noTocador !== pronta) ouvir(pronta);
  avisar(pronta?.arquivo.size > COMO_ARQUIVO ? LONGA : "");
  dono.aoMudar();
  if (!foco || document.getElementById("modo-nota").checked) return;
  const proximo = { pedindo: "[data-fase=pedindo] button", gravando: "[data-para]", pronta: ".tocar" }[fase];
  (proximo ? faixa().querySelector(proximo) : document.getElementById("texto")).focus();
}

/** Put `voz` in the player, or nothing. */
function ouvir(voz) {
  const som = faixa().querySelector("audio");
  som.pause();
  URL.revokeObjectURL(som.src);
  noTocador = voz;
  if (!voz) { som.removeAttribute("src"); return; }
  som.addEventListener("loadedmetadata", () => {
    if (Number.isFinite(som.duration)) return;
    // A live WebM does not tell how long it is: going beyond its end makes the browser find out.
    som.addEventListener("durationchange", () => { som.currentTime = 0; }, { once: true });
    som.currentTime = Number.MAX_SAFE_INTEGER;
  }, { once: true });
  som.src = URL.createObjectURL(voz.arquivo);
}

function avisar(frase) {
  const lugar = faixa().querySelector("[data-aviso]");
  if (lugar.textContent === frase) return;
  lugar.textContent = frase;
  lugar.hidden = !frase;
  anunciar(frase);
}

addEventListener("beforeunload", (evento) => {
  if (agora || [...guardadas.values()].some((vozes) => vozes.length)) evento.preventDefault();
});

// Before the keys of the page, for which Escape closes the conversation.
document.addEventListener("keydown", (evento) => {
  if (evento.key !== "Escape" || !faixa()?.checkVisibility() || document.querySelector("dialog[open], :popover-open")) return;
  if (evento.target.closest?.("input, textarea, select") && !faixa().contains(evento.target)) return;
  evento.preventDefault();
  evento.stopPropagation();
  descartar();
}, true);
