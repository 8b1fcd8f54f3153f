/** The rows: what changed is asked again, compared and moved; never under the focus or pointer. */
import { anunciar, contarNoTitulo } from "./aviso.js";
import { morfar, mover } from "./morfar.js";
import { elementos, pedirHtml, pedirJson } from "./pedir.js";
import { conferir, esquecer, remarcar } from "./selecao.js";

const MAIOR_PEDIDO = 60;
const SOSSEGO = 1_200; // ms without moving: a pointer at rest is not about to click
const adiadas = new Map(); // id of a row → what waits to be done with it
let mexidoEm = 0;
let relogio;
let fila = Promise.resolve();

const linhas = () => document.getElementById("linhas");
const linhaDe = (id) => document.getElementById(`at-${id}`);

/** Parameters of the list that is on the screen. */
export function filtro() {
  return new URLSearchParams(linhas().dataset.endereco);
}

/** Ask again for the rows `ids`, in as few requests as possible, one after the other. */
export function atualizar(ids) {
  fila = fila.then(async () => {
    const pedidos = [...ids];
    for (let i = 0; i < pedidos.length; i += MAIOR_PEDIDO) {
      await pedirLinhas(pedidos.slice(i, i + MAIOR_PEDIDO));
    }
  }).catch(() => {});
  return fila;
}

async function pedirLinhas(ids) {
  const daLista = linhas();
  const parametros = filtro();
  parametros.set("ids", ids.join(","));
  const { linhas: html, fora, contagens } = await pedirJson(`/atendimento/linhas/?${parametros}`);
  if (daLista !== linhas()) return;
  contar(contagens);
  for (const id of fora) tirar(id);
  let chegaram = 0;
  for (const nova of elementos(html).querySelectorAll(".linha")) chegaram += por(nova);
  linhasVazias();
  if (chegaram) anunciar(chegaram === 1 ? "1 nova conversa na lista" : `${chegaram} novas conversas na lista`);
}

/** Whether somebody is aiming: then no row comes, goes or moves under the pointer. */
const apontando = () => Date.now() - mexidoEm < SOSSEGO && linhas().matches(":hover");

/** Do `fazer` with the row `id` now, or when the pointer rests. */
function comCalma(id, fazer) {
  adiadas.delete(id);
  if (!apontando()) { fazer(); return; }
  adiadas.set(id, fazer);
  clearTimeout(relogio);
  relogio = setTimeout(acomodarAdiadas, SOSSEGO);
}

function acomodarAdiadas() {
  clearTimeout(relogio);
  if (apontando()) { relogio = setTimeout(acomodarAdiadas, SOSSEGO); return; }
  const vez = [...adiadas.values()];
  adiadas.clear();
  for (const fazer of vez) fazer();
  linhasVazias();
}

/** Put one row in its place; returns 1 when it was not there. */
function por(nova) {
  const velha = document.getElementById(nova.id);
  if (velha) {
    const feita = morfar(velha, nova, ["selecionada", "chegou", "abrindo"]);
    selecionarSePreciso(feita);
    remarcar(feita);
    comCalma(feita.id, () => acomodar(feita));
    return 0;
  }
  const lugar = lugarDe(nova.dataset.chave);
  if (lugar?.id === "linha-mais" || (!lugar && document.getElementById("linha-mais"))) return 0;
  comCalma(nova.id, () => {
    nova.classList.add("chegou");
    linhas().insertBefore(nova, lugarDe(nova.dataset.chave));
    selecionarSePreciso(nova);
  });
  return 1;
}

/** Take the row of `id` away; the keyboard that was on it goes to its neighbour. */
export function tirar(id) {
  const linha = linhaDe(id);
  if (!linha) { adiadas.delete(`at-${id}`); return; }
  linha.classList.add("saindo");
  comCalma(linha.id, () => {
    const vizinha = linha.contains(document.activeElement)
      && (linha.nextElementSibling || linha.previousElementSibling);
    linha.remove();
    esquecer([String(id)]);
    if (vizinha) vizinha.querySelector("a, button").focus({ preventScroll: true });
    linhasVazias();
  });
}

function lugarDe(chave, menos = null) {
  for (const outra of linhas().children) {
    if (outra === menos) continue;
    if (!outra.dataset.chave || outra.dataset.chave > chave) return outra;
  }
  return null;
}

/** Move a row to where its key says, unless the person is on it: then when she leaves it. */
function acomodar(linha) {
  if (!linha.isConnected) return;
  if (linha.matches(":hover") || linha.contains(document.activeElement)) {
    adiadas.set(linha.id, () => acomodar(linha));
    return;
  }
  mover(linhas(), linha, lugarDe(linha.dataset.chave, linha));
}

function selecionarSePreciso(linha) {
  const aberta = linha.dataset.id === document.getElementById("app").dataset.aberto;
  linha.classList.toggle("selecionada", aberta);
  const elo = linha.querySelector("a");
  if (aberta) elo.setAttribute("aria-current", "true");
  else elo.removeAttribute("aria-current");
}

/** Mark the row of the open conversation. */
export function selecionar() {
  for (const linha of linhas().querySelectorAll(".linha")) selecionarSePreciso(linha);
}

/** Show the counts of the tabs, of the rail and of the title. */
export function contar(contagens) {
  if (contagens.todas === null) return; // a busy server does not count
  const nomes = { minhas: "minhas", "sem-atendente": "sem_atendente", todas: "todas", mencoes: "mencoes", adiadas: "adiadas" };
  for (const [aba, nome] of Object.entries(nomes)) {
    const lugar = document.querySelector(`[data-contagem="${aba}"]`);
    if (lugar) lugar.textContent = aba === "adiadas" ? contagens[nome] || "" : contagens[nome];
  }
  const novas = contagens.com_novas;
  const selo = document.getElementById("conta-novas");
  selo.textContent = novas > 99 ? "99+" : novas;
  selo.hidden = !novas;
  contarNoTitulo(novas);
}

function linhasVazias() {
  document.getElementById("lista-vazia").hidden = Boolean(linhas().querySelector(".linha"));
}

/** Read the list whole again, as it is filtered now. */
export async function recarregar() {
  const nova = elementos(await pedirHtml(`/atendimento/?${filtro()}`, "lista"));
  adiadas.clear();
  linhas().replaceChildren(...nova.getElementById("linhas").children);
  for (const conta of nova.querySelectorAll("[data-contagem]")) {
    document.querySelector(`[data-contagem="${conta.dataset.contagem}"]`)?.replaceChildren(conta.textContent);
  }
  linhasVazias();
  selecionar();
  conferir();
}

/** Move the focus along the rows: `passo` 1 is down, -1 is up. Returns the row's link. */
export function andar(passo) {
  const todas = [...linhas().querySelectorAll(".linha > a")];
  if (!todas.length) return null;
  const aqui = todas.findIndex((a) => a === document.activeElement);
  const partida = aqui >= 0 ? aqui : todas.findIndex((a) => a.parentElement.classList.contains("selecionada"));
  const destino = todas[Math.max(0, Math.min(todas.length - 1, partida + passo))];
  destino.focus();
  return destino;
}

export function iniciarLista() {
  const lista = document.getElementById("lista");
  lista.addEventListener("pointermove", (evento) => {
    if (evento.pointerType === "mouse" && evento.target.closest(".linhas")) mexidoEm = Date.now();
  }, { passive: true });
  lista.addEventListener("pointerleave", acomodarAdiadas);
  lista.addEventListener("focusout", () => setTimeout(acomodarAdiadas));
  // A search of everything that is emptied goes back to the tab that it left.
  let abaAntes = linhas().dataset.aba === "tudo" ? "minhas" : linhas().dataset.aba;
  document.body.addEventListener("htmx:configRequest", (evento) => {
    const { elt, parameters } = evento.detail;
    const vazia = elt.matches(".busca-geral") && !parameters.q?.trim();
    if (vazia || elt.matches("[data-limpa-busca]")) parameters.aba = abaAntes;
  });
  // What is written while the answer was on its way stays written, and is asked for.
  let escrito = null;
  document.body.addEventListener("htmx:beforeSwap", (evento) => {
    const campo = document.activeElement;
    escrito = evento.detail.target.id === "lista" && campo?.id === "busca-lista" ? campo.value : null;
  });
  document.body.addEventListener("htmx:afterSettle", (evento) => {
    const campo = document.getElementById("busca-lista");
    if (evento.detail.target.id !== "lista" || escrito === null || !campo || campo.value === escrito) return;
    campo.value = escrito;
    campo.dispatchEvent(new Event("input", { bubbles: true }));
  });
  // The address keeps the filter, so that a reload or a link shows the same list.
  document.body.addEventListener("htmx:afterSwap", (evento) => {
    if (evento.detail.target.id !== "lista") return;
    adiadas.clear();
    selecionar();
    conferir();
    if (linhas().dataset.aba !== "tudo") abaAntes = linhas().dataset.aba;
    const parametros = filtro();
    history.replaceState(history.state, "", `${location.pathname}?${parametros}`);
    if (parametros.get("aba") !== "tudo") document.getElementById("busca").value = "";
    // What was pressed went away with the old list: the keyboard goes on from the tabs.
    if (document.activeElement === document.body) (document.querySelector("#lista .aba[aria-current]") || document.querySelector("#lista .aba")).focus();
    document.getElementById("app").classList.add("vendo-lista");
    document.getElementById("app").classList.remove("vendo-conversa");
  });
}
