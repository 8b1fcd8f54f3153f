/** The keyboard: single keys only outside fields, and they can be turned off (WCAG 2.1.4). */
import { abrirBusca } from "./busca.js";
import { andar } from "./lista.js";
import { fechar } from "./navegar.js";
import { escrever } from "./notas.js";
import { escolherAqui, soltarEscolhidas } from "./selecao.js";

const GUARDADO = "teclas-simples";
const ligadas = () => localStorage.getItem(GUARDADO) !== "nao";
const escrevendo = (alvo) => alvo.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");

const SIMPLES = {
  j: () => andar(1),
  k: () => andar(-1),
  r: () => escrever("resposta"),
  n: () => escrever("nota"),
  e: () => document.querySelector("#topo [data-encerra]")?.click(),
  x: escolherAqui,
  "?": () => document.getElementById("ajuda").showModal(),
};

/** Go to the next pane of the screen. */
function proximaParte(volta) {
  const partes = [...document.querySelectorAll("[data-painel]")].filter((p) => p.offsetParent !== null || p.offsetWidth);
  const aqui = partes.findIndex((p) => p.contains(document.activeElement));
  partes[(aqui + (volta ? -1 : 1) + partes.length) % partes.length]?.focus();
}

export function iniciarAtalhos() {
  const botao = document.getElementById("teclas-simples");
  botao.setAttribute("aria-pressed", ligadas());
  botao.addEventListener("click", () => {
    localStorage.setItem(GUARDADO, ligadas() ? "nao" : "sim");
    botao.setAttribute("aria-pressed", ligadas());
  });
  document.addEventListener("keydown", (evento) => {
    if (document.querySelector("dialog[open]")) return;
    if (evento.key === "F6") {
      evento.preventDefault();
      proximaParte(evento.shiftKey);
    } else if ((evento.ctrlKey || evento.metaKey) && evento.key.toLowerCase() === "k") {
      evento.preventDefault();
      abrirBusca();
    } else if (evento.key === "Escape") {
      if (document.querySelector(":popover-open")) return;
      if (escrevendo(evento.target)) document.getElementById("conversa").focus();
      else if (!soltarEscolhidas() && document.getElementById("app").dataset.aberto) fechar();
    } else if (ligadas() && SIMPLES[evento.key.toLowerCase()] && !escrevendo(evento.target) && !evento.ctrlKey && !evento.metaKey && !evento.altKey) {
      evento.preventDefault();
      SIMPLES[evento.key.toLowerCase()]();
    }
  });
}
