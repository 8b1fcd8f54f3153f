/** What the page says beside the work: a short toast, a line for screen readers, the tab's title. */

const DURA = 8_000;
let titulo = document.title;
let contadas = 0;
let chamando = false;
let ultimaFala = 0;
let guardada = "";

/** Show `texto` below, for long enough to read; `desfazer` adds a button. */
export function brinde(texto, { desfazer, rotulo = "Desfazer" } = {}) {
  if (!texto) return;
  const caixa = document.createElement("div");
  caixa.className = "brinde";
  const frase = document.createElement("span");
  frase.textContent = texto;
  caixa.append(frase);
  if (desfazer) {
    const botao = document.createElement("button");
    botao.type = "button";
    botao.className = "botao botao-p";
    botao.textContent = rotulo;
    botao.addEventListener("click", () => { caixa.remove(); desfazer(); });
    caixa.append(botao);
  }
  const fechar = document.getElementById("brinde-fechar").content.firstElementChild.cloneNode(true);
  fechar.addEventListener("click", () => caixa.remove());
  caixa.append(fechar);
  document.getElementById("brindes").replaceChildren(caixa);
  anunciar(texto);
  let relogio = setTimeout(() => caixa.remove(), DURA);
  caixa.addEventListener("pointerenter", () => clearTimeout(relogio));
  caixa.addEventListener("pointerleave", () => { relogio = setTimeout(() => caixa.remove(), DURA); });
}

/** Say `texto` to screen readers, at most once every three seconds: the last one wins. */
export function anunciar(texto) {
  const falta = ultimaFala + 3_000 - Date.now();
  if (falta > 0 && guardada) { guardada = texto; return; }
  guardada = texto;
  setTimeout(() => {
    document.getElementById("anuncio").textContent = guardada;
    guardada = "";
    ultimaFala = Date.now();
  }, Math.max(0, falta));
}

/** Put the number of one's own conversations with something new in the tab's title; any puts a dot on its icon. */
export function contarNoTitulo(novas) {
  contadas = novas;
  document.title = novas ? `(${novas}) ${titulo}` : titulo;
  const icone = document.querySelector("[data-favicon]");
  icone.dataset.simples ??= icone.getAttribute("href");
  icone.href = novas || chamando ? icone.dataset.novas : icone.dataset.simples;
}

/** The dot on the icon, also while only something of nobody calls. */
export function chamarNoIcone(sim) {
  chamando = sim;
  contarNoTitulo(contadas);
}

/** Name the tab after what is open. */
export function intitular(nome) {
  titulo = `${nome} · ${document.getElementById("app").dataset.municipio}`;
  contarNoTitulo(contadas);
}
