/** Several rows at once: chosen by box, by key or in a stretch, and what is done with all of them. */
import { brinde } from "./aviso.js";
import { enviar } from "./pedir.js";

const MAXIMO = 100;
const escolhidas = new Set(); // ids of atendimentos
let ultima = "";

const linhas = () => [...document.querySelectorAll("#linhas .linha")];
const ids = () => [...escolhidas].join(",");

/** Show on one row, new or drawn again, whether it is chosen. */
export function remarcar(linha) {
  const sim = escolhidas.has(linha.dataset.id);
  linha.classList.toggle("escolhida", sim);
  linha.querySelector("[data-marca]").checked = sim;
}

/** These are not chosen any more: they left the list, or what was to be done with them is done. */
export function esquecer(quais) {
  for (const id of quais) escolhidas.delete(id);
  mostrar();
}

/** The list was read whole again: what is not in it is not chosen. */
export function conferir() {
  const daqui = new Set(linhas().map((linha) => linha.dataset.id));
  esquecer([...escolhidas].filter((id) => !daqui.has(id)));
}

function mostrar() {
  for (const linha of linhas()) remarcar(linha);
  const barra = document.getElementById("escolhidas");
  const quantas = escolhidas.size;
  document.getElementById("lista").classList.toggle("escolhendo", quantas > 0);
  barra.hidden = !quantas;
  if (!quantas) { ultima = ""; return; }
  document.getElementById("quantas-escolhidas").textContent = quantas === 1 ? "1 conversa" : `${quantas} conversas`;
  const todas = barra.querySelector("[data-escolhe-todas]");
  todas.checked = linhas().every(({ dataset }) => escolhidas.has(dataset.id));
  todas.indeterminate = !todas.checked;
  for (const elo of barra.querySelectorAll("[data-dialogo-de-varios]")) {
    elo.href = `/atendimento/varios/${elo.dataset.dialogoDeVarios}/dialogo/?ids=${ids()}`;
  }
}

/** Choose the row `id`, or stop; with `ate` all the rows from the last one chosen. */
function trocar(id, sim, ate) {
  const todas = linhas().map((linha) => linha.dataset.id);
  const [de, para] = [todas.indexOf(ultima), todas.indexOf(id)].sort((a, b) => a - b);
  const trecho = ate && de >= 0 ? todas.slice(de, para + 1) : [id];
  for (const um of trecho) {
    if (!sim) escolhidas.delete(um);
    else if (escolhidas.size < MAXIMO) escolhidas.add(um);
    else brinde(`Escolha até ${MAXIMO} conversas de cada vez.`);
  }
  ultima = id;
  mostrar();
}

/** The key: choose the row that has the focus, else the one that is open. */
export function escolherAqui() {
  const linha = document.activeElement.closest(".linha") || document.querySelector(".linha.selecionada");
  if (linha) trocar(linha.dataset.id, !escolhidas.has(linha.dataset.id), false);
}

function escolherTodas(sim) {
  escolhidas.clear();
  if (sim) for (const { dataset } of linhas().slice(0, MAXIMO)) escolhidas.add(dataset.id);
  mostrar();
}

/** Stop choosing; tells whether anything was chosen. */
export function soltarEscolhidas() {
  if (!escolhidas.size) return false;
  esquecer([...escolhidas]);
  return true;
}

/** Start. `aoFazer` gets the answer of what was done with several. */
export function iniciarSelecao(aoFazer) {
  const lista = document.getElementById("lista");
  lista.addEventListener("click", async (evento) => {
    const { target: alvo } = evento;
    if (alvo.matches("[data-marca]")) trocar(alvo.closest(".linha").dataset.id, alvo.checked, evento.shiftKey);
    if (alvo.matches("[data-escolhe-todas]")) escolherTodas(alvo.checked);
    if (alvo.closest("[data-nao-escolhe]")) soltarEscolhidas();
    if (document.activeElement.closest("[hidden]")) lista.focus();
    const botao = alvo.closest("[data-varios]");
    if (!botao || botao.ariaDisabled === "true") return;
    botao.ariaDisabled = "true";
    try {
      await aoFazer(await enviar(`/atendimento/varios/${botao.dataset.varios}/`, { ids: ids() }));
    } catch (erro) {
      brinde(erro.message || "Sem conexão. Tente de novo quando ela voltar.");
    } finally {
      botao.ariaDisabled = null;
    }
  });
  document.addEventListener("click", (evento) => {
    const escolhe = evento.target.closest("[data-escolhe]");
    if (!escolhe) return;
    escolhe.closest("[popover]")?.hidePopover();
    trocar(escolhe.dataset.escolhe, true, false);
    document.querySelector(`#at-${escolhe.dataset.escolhe} [data-marca]`)?.focus();
  });
}
