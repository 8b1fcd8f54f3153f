/** The log: bubbles put in their order, days and groups drawn, and the place being read kept. */
import { morfar } from "./morfar.js";
import { elementos, pedirHtml } from "./pedir.js";

const JUNTAS = 5n * 60n * 1_000_000n; // microseconds between bubbles of one group
const PERTO_DO_FIM = 60; // px

const ol = () => document.getElementById("itens");
const caixa = () => document.getElementById("registro");
const endereco = () => caixa().dataset.url;

/** Whether the end is in sight. The box is drawn from the end: 0 is the end, up is negative. */
export const noFim = () => caixa().scrollTop > -PERTO_DO_FIM;

export function irAoFim() {
  caixa().scrollTop = 0;
  esquecerNovas();
}

/** Run `mudar` without moving what is under the person's eyes. */
function mantendo(mudar) {
  const registro = caixa();
  if (noFim()) {
    mudar();
    registro.scrollTop = 0;
    return;
  }
  const topo = registro.getBoundingClientRect().top;
  const ancora = [...ol().children].find((li) => li.getBoundingClientRect().bottom > topo);
  const antes = ancora?.getBoundingClientRect().top;
  mudar();
  if (ancora?.isConnected) registro.scrollTop += ancora.getBoundingClientRect().top - antes;
}

const chave = (li) => BigInt(li.dataset.momento || 0);
const quando = (li) => (li.classList.contains("otimista") ? BigInt(Date.now()) * 1000n : chave(li));
const numero = (li) => BigInt(li.id.replace(/\D/g, "") || 0);

/** Bubbles that have not come back from the server stay below all others. */
function depoisDe(a, b) {
  if (a.classList.contains("otimista")) return true;
  if (b.classList.contains("otimista")) return false;
  return chave(a) === chave(b) ? numero(a) > numero(b) : chave(a) > chave(b);
}

function colocar(li) {
  let antes = null;
  for (let outro = ol().lastElementChild; outro; outro = outro.previousElementSibling) {
    if (!outro.dataset.momento && !outro.classList.contains("otimista")) continue;
    if (depoisDe(li, outro)) break;
    antes = outro;
  }
  ol().insertBefore(li, antes);
}

/**
 * Put pieces of the log in their places: known ones are compared, new ones inserted.
 * @returns {Element[]} the new bubbles of the citizen, and notes of colleagues.
 */
export function juntar(html) {
  const novos = [];
  const maisVelha = [...ol().children].find((li) => li.dataset.momento);
  mantendo(() => {
    for (const li of elementos(html).querySelectorAll("li[data-momento]")) {
      const velho = document.getElementById(li.id);
      const otimista = li.dataset.envio && ol().querySelector(`.otimista[data-envio="${li.dataset.envio}"]`);
      if (velho) {
        morfar(velho, li, ["realce", "msg-seg", "tocada"]);
        otimista?.remove();
        continue;
      }
      if (document.getElementById("ha-mais") && maisVelha && !depoisDe(li, maisVelha)) continue;
      otimista?.remove();
      colocar(li);
      if (li.matches(".msg-entra, .nota:not([data-minha])")) novos.push(li);
    }
    arrumar();
  });
  return novos;
}

/** Draw a bubble before the server knows of it. */
export function porOtimista(li) {
  ol().append(li);
  document.getElementById("novas-linha")?.remove(); // who answers has read
  arrumar();
  irAoFim();
}

/** Ask for the bubbles `ids`, or for the newest stretch when nobody said which. */
export function buscar(ids) {
  // One at a time: an older answer that overtakes a newer one would put old ticks back.
  const vez = ultima.catch(() => {}).then(() => pedir(ids));
  ultima = vez;
  return vez;
}

let ultima = Promise.resolve([]);

async function pedir(ids) {
  const onde = caixa();
  const html = await pedirHtml(ids ? `${endereco()}?ids=${[...ids].join(",")}` : endereco());
  return onde === caixa() ? juntar(html) : [];
}

let subindo = false;

/** Put what is above on top; what is being read does not move. */
export async function subir() {
  const marca = document.getElementById("ha-mais");
  if (!marca || subindo) return;
  subindo = true;
  try {
    const html = await pedirHtml(`${endereco()}?antes=${encodeURIComponent(marca.dataset.antes)}`);
    if (!marca.isConnected) return;
    const registro = caixa();
    const antes = registro.scrollTop;
    const pedaco = elementos(html);
    for (const dia of pedaco.querySelectorAll(".dia")) dia.remove();
    marca.replaceWith(pedaco);
    arrumar();
    registro.scrollTop = antes;
    vigiarTopo();
  } finally {
    subindo = false;
  }
}

let vigia;
export function vigiarTopo() {
  vigia?.disconnect();
  const marca = document.getElementById("ha-mais");
  if (!marca) return;
  vigia = new IntersectionObserver(([visto]) => visto.isIntersecting && subir().catch(() => {}), {
    root: caixa(), rootMargin: "400px 0px 0px 0px",
  });
  vigia.observe(marca);
}

/** Draw the days and join bubbles of the same voice; pure in what is already there. */
export function arrumar() {
  let dia = "";
  let anterior = null;
  const marcas = new Map([...ol().querySelectorAll(".dia")].map((li) => [li.dataset.de, li]));
  const usadas = new Set();
  for (const li of [...ol().children]) {
    if (li.classList.contains("dia")) { anterior = null; continue; }
    if (!li.dataset.momento && !li.classList.contains("otimista")) { anterior = null; continue; }
    if (li.dataset.dia && li.dataset.dia !== dia) {
      dia = li.dataset.dia;
      const marca = marcas.get(dia) || novaMarca(dia);
      marca.firstElementChild.textContent = rotuloDoDia(dia);
      usadas.add(marca);
      let lugar = li;
      if (lugar.previousElementSibling?.id === "novas-linha") lugar = lugar.previousElementSibling;
      if (lugar.previousElementSibling !== marca) ol().insertBefore(marca, lugar);
      anterior = null;
    }
    const voz = li.dataset.grupo;
    const junta = voz && anterior?.dataset.grupo === voz && quando(li) - quando(anterior) < JUNTAS;
    li.classList.toggle("msg-seg", Boolean(junta));
    anterior = voz ? li : null;
  }
  for (const marca of ol().querySelectorAll(".dia")) if (!usadas.has(marca)) marca.remove();
}

function novaMarca(dia) {
  const li = document.createElement("li");
  li.className = "dia";
  li.dataset.de = dia;
  li.append(document.createElement("span"));
  return li;
}

/** Today's date in the city's zone, as the server writes it. */
export function hoje(quando = new Date()) {
  const fuso = document.getElementById("app").dataset.fuso;
  return new Intl.DateTimeFormat("sv-SE", { timeZone: fuso }).format(quando);
}

function rotuloDoDia(dia) {
  if (dia === hoje()) return "Hoje";
  if (dia === hoje(new Date(Date.now() - 86_400_000))) return "Ontem";
  const formato = dia.slice(0, 4) === hoje().slice(0, 4)
    ? { day: "numeric", month: "long" }
    : { day: "2-digit", month: "2-digit", year: "numeric" };
  return new Intl.DateTimeFormat("pt-BR", formato).format(new Date(`${dia}T12:00:00`));
}

let novas = 0;

/** Tell below that something came while the person reads above. */
export function contarNovas(quantas) {
  if (noFim() || !quantas) return;
  novas += quantas;
  mostrarDescer();
}

export function esquecerNovas() {
  novas = 0;
  mostrarDescer();
}

export function mostrarDescer() {
  const botao = document.getElementById("descer");
  if (!botao) return;
  botao.hidden = noFim();
  if (noFim()) novas = 0;
  botao.querySelector("[data-texto]").textContent =
    novas === 0 ? "Ir ao fim" : novas === 1 ? "1 nova" : `${novas} novas`;
}

/** Go to a quoted bubble, loading what is above as far as needed. */
export async function pularPara(id) {
  for (let vez = 0; vez < 10 && !document.getElementById(id) && document.getElementById("ha-mais"); vez += 1) {
    await subir();
  }
  const li = document.getElementById(id);
  if (!li) return false;
  li.scrollIntoView({ block: "center" });
  li.classList.add("realce");
  setTimeout(() => li.classList.remove("realce"), 2_000);
  return true;
}
