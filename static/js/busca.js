/** The search of everything: always in the header, behind a button where there is no room. */

let mostrarLista = () => {};
const campo = () => document.getElementById("busca");
const faixa = () => document.querySelector("header.faixa");

/** Put the person in the search field, wherever she is. */
export function abrirBusca() {
  const estreita = matchMedia("(max-width: 720px)").matches;
  if (estreita) mostrarLista();
  faixa().classList.toggle("buscando", estreita);
  campo().focus();
  campo().select();
}

function fecharBusca() {
  faixa().classList.remove("buscando");
  const botao = document.getElementById("abre-busca");
  if (botao.checkVisibility()) botao.focus();
}

/** Start; `mostrar` leaves an open conversation, which hides the header on a narrow screen. */
export function iniciarBusca(mostrar) {
  mostrarLista = mostrar;
  document.getElementById("abre-busca").addEventListener("click", abrirBusca);
  document.getElementById("fecha-busca").addEventListener("click", fecharBusca);
  campo().addEventListener("keydown", (evento) => {
    if (evento.key !== "Escape" || !faixa().classList.contains("buscando")) return;
    evento.stopPropagation();
    fecharBusca();
  });
}
