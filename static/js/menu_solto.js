/** Menus that are asked for when they are opened: of a row of the list, of the named lists. */
import { brinde } from "./aviso.js";
import { elementos, pedirHtml, Recusa } from "./pedir.js";

const menu = () => document.getElementById("menu-solto");
let pedido = 0;

/** Open the menu of `botao`, below it, or at the `ponto` of the mouse. */
async function abrir(botao, ponto = null) {
  const meu = (pedido += 1);
  let html;
  try {
    html = await pedirHtml(botao.dataset.menu);
  } catch (erro) {
    brinde(erro instanceof Recusa ? "Este atendimento não está mais com a sua equipe." : "Sem conexão. Tente de novo.");
    return;
  }
  if (meu !== pedido) return;
  const { left, bottom, right } = botao.getBoundingClientRect();
  menu().hidePopover();
  menu().replaceChildren(elementos(html));
  window.htmx.process(menu());
  menu().showPopover();
  const x = ponto?.x ?? (left > innerWidth / 2 ? right - menu().offsetWidth : left);
  const y = ponto?.y ?? bottom + 4;
  menu().style.left = `${Math.max(8, Math.min(x, innerWidth - menu().offsetWidth - 8))}px`;
  menu().style.top = `${Math.max(8, Math.min(y, innerHeight - menu().offsetHeight - 8))}px`;
  menu().querySelector("a, button").focus();
}

/** The arrows walk through the menu, as in the menus of the system. */
function andar(evento) {
  const passo = { ArrowDown: 1, ArrowUp: -1 }[evento.key];
  if (!passo) return;
  evento.preventDefault();
  const itens = [...evento.currentTarget.querySelectorAll("a, button")];
  const aqui = itens.indexOf(document.activeElement);
  itens[(aqui + passo + itens.length) % itens.length].focus();
}

export function iniciarMenuSolto() {
  let dono = null;
  menu().addEventListener("keydown", andar);
  menu().addEventListener("click", (evento) => { if (evento.target.closest("[hx-get]")) menu().hidePopover(); });
  // Without the browser's own return of the focus: it opens after an answer, when that is lost.
  menu().addEventListener("toggle", (evento) => {
    if (evento.newState === "closed" && [document.body, null].includes(document.activeElement)) dono?.focus();
  });
  document.addEventListener("click", (evento) => {
    const botao = evento.target.closest("[data-menu]");
    if (!botao) return;
    dono = botao.closest(".linha")?.querySelector("a") || botao;
    abrir(botao);
  });
  document.addEventListener("contextmenu", (evento) => {
    const linha = evento.target.closest("#linhas .linha");
    if (!linha || evento.shiftKey) return; // with Shift it is the browser's own
    evento.preventDefault();
    dono = linha.querySelector("a");
    // By the keyboard there is no point: below the row's own button.
    abrir(linha.querySelector("[data-menu]"), evento.button === 2 ? { x: evento.clientX, y: evento.clientY } : null);
  });
}
