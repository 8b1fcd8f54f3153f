/** Who else is here, and telling the others that we are. */
import { elementos, enviar, pedirHtml, tokenCsrf } from "./pedir.js";

const RENOVA = 20_000;
const PARADO = 6_000;
let id = "";
let digita = false;
let parar;
let renovar;

const url = () => `/atendimento/${id}/presenca/`;

/** Say that this conversation is open here, and show who else has it open. */
export function entrar(atendimento) {
  sair();
  id = atendimento;
  if (!id) return;
  marcar();
  mostrar(id);
  renovar = setInterval(() => { if (!document.hidden) marcar(); mostrar(id); }, RENOVA);
}

/** Say that this person left. */
export function sair() {
  clearInterval(renovar);
  clearTimeout(parar);
  if (id) navigator.sendBeacon(url(), new URLSearchParams({ digitando: "saiu", csrfmiddlewaretoken: tokenCsrf() }));
  id = "";
  digita = false;
}

function marcar() {
  enviar(url(), { digitando: digita ? "1" : "0" }).catch(() => {});
}

/** A key was pressed; after some seconds without any, the others see only "está vendo". */
export function digitando(sim = true) {
  clearTimeout(parar);
  if (sim) parar = setTimeout(() => digitando(false), PARADO);
  if (digita === sim || !id) return;
  digita = sim;
  marcar();
}

/** Ask again who is in the conversation `qual`, if it is the open one. */
export async function mostrar(qual) {
  if (qual !== id || !id) return;
  try {
    const html = await pedirHtml(url());
    const lugar = document.getElementById("presenca");
    if (qual !== id || !lugar) return;
    lugar.replaceChildren(elementos(html));
    lugar.hidden = !lugar.textContent.trim();
  } catch {
    // Nobody is shown rather than somebody who left.
  }
}

addEventListener("pagehide", sair);
