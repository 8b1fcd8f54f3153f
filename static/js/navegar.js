/** Opening and closing conversations without leaving the page; each has its own address. */
import { brinde, intitular } from "./aviso.js";
import { guardarAnexos, montarCompositor } from "./compositor.js";
import { aberto, acompanhar, montarConversa } from "./conversa.js";
import { atualizar, filtro, selecionar, tirar } from "./lista.js";
import { montarNotas } from "./notas.js";
import { elementos, pedirHtml, Recusa } from "./pedir.js";
import * as presenca from "./presenca.js";
import { montarProntas } from "./prontas.js";
import * as rascunho from "./rascunho.js";
import { pularPara } from "./registro.js";

const app = () => document.getElementById("app");
let pedido = 0;
let chegando = null;
let apertado = null;

/** Note changes of the conversation whose pane is still on its way: it may be older than they. */
export function mudouAoChegar(ids) {
  if (chegando && ids.has(chegando.id)) chegando.mudou = true;
}

/** Address of a conversation, or of the inbox alone, keeping the filter of the list. */
function enderecoDe(id) {
  return `/atendimento/${id ? `${id}/` : ""}?${filtro()}`;
}

/** Open `id` in the pane, at the bubble `achado` of a search; `empurrar` false when the address is already there (Back, Forward). */
export async function abrir(id, { empurrar = true, foco = false, achado = "" } = {}) {
  const meu = (pedido += 1);
  if (String(id) === aberto()) { aparecer(foco, achado); return; }
  const desta = (chegando = { id: String(id), mudou: false });
  mostrarAbrindo(id);
  let html;
  try {
    html = await pedirHtml(`/atendimento/${id}/`, "painel");
  } catch (erro) {
    if (meu !== pedido) return;
    mostrarAbrindo("");
    if (erro instanceof Recusa && erro.status === 404) sumiu(id);
    else brinde("Sem conexão. Tente de novo quando ela voltar.");
    return;
  }
  if (meu !== pedido) return;
  trocar(String(id), elementos(html), empurrar);
  chegando = null;
  if (desta.mudou) acompanhar(String(id), null);
  atualizar([id]);
  aparecer(foco, achado);
}

function aparecer(foco, achado) {
  mostrarConversa(true);
  if (achado) pularPara(achado).catch(() => {});
  if (foco || matchMedia("(max-width: 720px)").matches) document.getElementById("conversa").focus();
}

/** The click was heard: its row is marked at once, and the pane fades if the answer is slow. */
function mostrarAbrindo(id) {
  for (const linha of document.querySelectorAll(".linha.abrindo")) linha.classList.remove("abrindo");
  document.getElementById(`at-${id}`)?.classList.add("abrindo");
  document.getElementById("painel").setAttribute("aria-busy", Boolean(id));
}

/** Show the inbox with nothing open. */
export function fechar({ empurrar = true } = {}) {
  pedido += 1;
  const antes = aberto();
  trocar("", document.getElementById("painel-vazio").content.cloneNode(true), empurrar);
  (document.querySelector(`#at-${antes || 0} a`) || document.getElementById("conversa")).focus();
}

function mostrarConversa(sim) {
  app().classList.toggle("vendo-conversa", sim);
  app().classList.toggle("vendo-lista", !sim);
}

function trocar(id, conteudo, empurrar) {
  rascunho.soltar();
  guardarAnexos();
  mostrarAbrindo("");
  if (empurrar) history.pushState({ aberto: id }, "", enderecoDe(id));
  app().dataset.aberto = id;
  mostrarConversa(Boolean(id));
  document.getElementById("caixa").classList.toggle("caixa-sem-ficha", !id);
  document.getElementById("caixa").classList.remove("com-ficha");
  document.getElementById("painel").replaceChildren(conteudo);
  montar();
  selecionar();
  intitular(document.querySelector("#topo h2")?.textContent || "Caixa de atendimento");
}

/** Give life to the pane that is on the page. */
export function montar() {
  window.htmx.process(document.getElementById("painel"));
  montarConversa();
  montarCompositor();
  montarNotas();
  montarProntas();
  presenca.entrar(aberto());
}

/** The atendimento went where this person does not look. */
export function sumiu(id) {
  brinde("Este atendimento não está mais com a sua equipe.");
  tirar(id);
  if (aberto() === id) fechar({ empurrar: true });
}

/** The browser itself answers these: a new tab, a new window, a menu. */
function comModificador(evento) {
  return evento.button || evento.ctrlKey || evento.metaKey || evento.shiftKey || evento.altKey;
}

export function iniciarNavegacao() {
  history.replaceState({ aberto: aberto() }, "");
  addEventListener("popstate", (evento) => {
    const id = evento.state?.aberto ?? "";
    if (id) abrir(id, { empurrar: false });
    else fechar({ empurrar: false });
  });
  document.addEventListener("pointerdown", (evento) => { apertado = evento.target.closest(".linha > a"); });
  document.addEventListener("pointerup", (evento) => {
    // A list that is drawn again between press and release leaves the browser without a click.
    if (!apertado || apertado.isConnected || comModificador(evento)) return;
    const { id } = apertado.parentElement.dataset;
    if (evento.target.closest(".linha")?.dataset.id === id) abrir(id, { achado: apertado.parentElement.dataset.achado });
  });
  document.addEventListener("click", (evento) => {
    if (comModificador(evento)) return;
    const elo = evento.target.closest(".linha > a, [data-abre-atendimento]");
    if (elo) {
      evento.preventDefault();
      // A click made by Enter has no pointer: the keyboard goes into the conversation.
      const { id, achado } = elo.parentElement.dataset;
      abrir(elo.dataset.abreAtendimento || id, { foco: evento.detail === 0, achado });
    }
    if (evento.target.closest("[data-voltar]")) { evento.preventDefault(); fechar(); }
    if (evento.target.closest("[data-abre-ficha]")) mostrarFicha(true);
    if (evento.target.closest("[data-fecha-ficha]")) mostrarFicha(false);
  });
}

function mostrarFicha(sim) {
  document.querySelector("#menu-acoes:popover-open")?.hidePopover();
  document.getElementById("caixa").classList.toggle("com-ficha", sim);
  document.getElementById(sim ? "ficha" : "conversa").focus();
}
