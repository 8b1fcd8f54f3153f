/**
 * The image viewer: the picture of a bubble, large, and those before and after it.
 *
 * What there is to see is read from the log at each step, so that bubbles which arrive or go
 * away meanwhile count. Without scripts the link of the picture opens it by itself.
 */
import { subir } from "./registro.js";

const PASSO = 1.5;
const MAXIMO = 8;
const PUXAO = 60; // px that the arrows move a picture larger than the stage
const PEDACOS = 10; // stretches of the log read in search of an older picture
const SETAS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
let bolha = ""; // id of the bubble whose picture is seen
let ampliacao = 1;
let naTela = [0, 0]; // its size when it fits the stage
const vigia = new MutationObserver(() => contar()); // a bubble came, or went

const visor = () => document.getElementById("visor");
const palco = () => visor().querySelector(".visor-palco");
const foto = () => visor().querySelector("img");
const fotos = () => [...document.querySelectorAll("#itens a.foto-link")];
const bolhaDe = (elo) => elo.closest("li").id;
const lugar = () => fotos().findIndex((elo) => bolhaDe(elo) === bolha);

function mostrar(elo) {
  const li = elo.closest("li");
  bolha = li.id;
  ampliar(0);
  palco().querySelector(".visor-erro").hidden = true;
  foto().hidden = false;
  foto().alt = elo.querySelector("img").alt;
  foto().src = elo.href;
  visor().querySelector("a[download]").href = `${elo.getAttribute("href")}?baixar=1`;
  visor().querySelector("[data-quem]").textContent = li.dataset.autor || document.querySelector("#topo h2").textContent;
  visor().querySelector("[data-quando]").textContent = li.querySelector(".pe time").title;
  const escrita = li.querySelector(".legenda bdi");
  const legenda = visor().querySelector(".visor-legenda");
  legenda.hidden = !escrita;
  legenda.replaceChildren(...(escrita ? escrita.cloneNode(true).childNodes : []));
  contar();
}

/** Which of how many, and whether there is one to each side. */
function contar() {
  const quantas = fotos().length;
  const aqui = lugar();
  const acima = document.getElementById("ha-mais");
  visor().querySelector("[data-conta]").textContent = quantas > 1 ? `${aqui + 1} de ${quantas}${acima ? " ou mais" : ""}` : "";
  visor().querySelector("[data-passo='-1']").setAttribute("aria-disabled", aqui <= 0 && !acima);
  visor().querySelector("[data-passo='1']").setAttribute("aria-disabled", aqui >= quantas - 1);
}

/** Go to the picture before (-1) or after (1), reading what is above as far as needed. */
async function andar(passo) {
  for (let vez = 0; passo < 0 && vez < PEDACOS && lugar() === 0 && document.getElementById("ha-mais"); vez += 1) {
    try { await subir(); } catch { break; }
  }
  if (!visor().open) return;
  const aqui = lugar();
  if (aqui < 0) { visor().close(); return; } // erased meanwhile
  const outra = fotos()[aqui + passo];
  if (outra) mostrar(outra);
  else contar();
}

/** Larger (1), smaller (-1) or all of it on the screen (0); `ponto` of the screen stays in its place. */
function ampliar(sentido, ponto = null) {
  const onde = palco();
  const imagem = foto();
  if (ampliacao === 1) naTela = [imagem.clientWidth, imagem.clientHeight];
  ampliacao = sentido ? Math.min(MAXIMO, Math.max(1, ampliacao * PASSO ** sentido)) : 1;
  const caixa = onde.getBoundingClientRect();
  const [x, y] = ponto ? [ponto.clientX - caixa.left, ponto.clientY - caixa.top] : [caixa.width / 2, caixa.height / 2];
  const parteX = (onde.scrollLeft + x) / onde.scrollWidth;
  const parteY = (onde.scrollTop + y) / onde.scrollHeight;
  onde.classList.toggle("ampliado", ampliacao > 1);
  imagem.style.width = ampliacao > 1 ? `${naTela[0] * ampliacao}px` : "";
  imagem.style.height = ampliacao > 1 ? `${naTela[1] * ampliacao}px` : "";
  onde.scrollLeft = parteX * onde.scrollWidth - x;
  onde.scrollTop = parteY * onde.scrollHeight - y;
  visor().querySelector("[data-zoom='0']").textContent = `${Math.round(ampliacao * 100)}%`;
  visor().querySelector("[data-zoom='-1']").setAttribute("aria-disabled", ampliacao === 1);
  visor().querySelector("[data-zoom='1']").setAttribute("aria-disabled", ampliacao === MAXIMO);
}

function teclar(evento) {
  if (evento.ctrlKey || evento.metaKey || evento.altKey) return;
  const zoom = { "+": 1, "=": 1, "-": -1, 0: 0 }[evento.key];
  const seta = SETAS[evento.key];
  if (zoom !== undefined) ampliar(zoom);
  else if (!seta) return;
  else if (ampliacao > 1) palco().scrollBy(seta[0] * PUXAO, seta[1] * PUXAO);
  else if (seta[0]) andar(seta[0]);
  evento.preventDefault();
}

/** With the mouse a large picture is pulled; a finger scrolls it by itself. */
function puxar(evento) {
  if (ampliacao === 1 || evento.pointerType !== "mouse" || evento.button) return;
  const onde = palco();
  const mover = ({ movementX, movementY }) => onde.scrollBy(-movementX, -movementY);
  onde.setPointerCapture(evento.pointerId);
  onde.classList.add("puxando");
  onde.addEventListener("pointermove", mover);
  onde.addEventListener("lostpointercapture", () => {
    onde.classList.remove("puxando");
    onde.removeEventListener("pointermove", mover);
  }, { once: true });
}

export function iniciarVisor() {
  document.addEventListener("click", (evento) => {
    const elo = evento.target.closest("#itens a.foto-link");
    if (!elo || evento.button || evento.ctrlKey || evento.metaKey || evento.shiftKey || evento.altKey) return;
    evento.preventDefault();
    visor().showModal();
    mostrar(elo);
    vigia.observe(document.getElementById("itens"), { childList: true, subtree: true });
  });
  visor().addEventListener("click", (evento) => {
    const botao = evento.target.closest("[data-zoom], [data-passo]");
    if (!botao) return;
    if (botao.dataset.passo) andar(Number(botao.dataset.passo));
    else ampliar(Number(botao.dataset.zoom));
  });
  visor().addEventListener("keydown", teclar);
  visor().addEventListener("close", () => {
    vigia.disconnect();
    foto().removeAttribute("src");
    (document.querySelector(`#${bolha} a.foto-link`) || document.getElementById("conversa")).focus();
  });
  palco().addEventListener("wheel", (evento) => {
    evento.preventDefault();
    if (evento.deltaY) ampliar(Math.max(-1, Math.min(1, -evento.deltaY / 100)), evento);
  }, { passive: false });
  palco().addEventListener("dblclick", (evento) => ampliar(ampliacao > 1 ? 0 : 2, evento));
  palco().addEventListener("pointerdown", puxar);
  foto().addEventListener("error", () => {
    foto().hidden = true;
    palco().querySelector(".visor-erro").hidden = false;
  });
  // Back leaves the conversation that the picture belongs to.
  addEventListener("popstate", () => { if (visor().open) visor().close(); });
}
