/**
 * The voice player, drawn over the browser's own one, which is what there is without scripts.
 *
 * Sounds tell of themselves without bubbling: all is heard on the document on the way down, so
 * that bubbles which arrive later need nothing. The drawing belongs to this page, and `morfar`
 * leaves it alone.
 */
const VELOCIDADES = [1, 1.5, 2];
const VINTE_PASSOS = 20;
const ANDADA = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 4, PageDown: -4 };
let guardada = "";

const tocadorDe = (som) => som.parentElement?.querySelector("[data-tocador]");
const somDe = (alvo) => alvo.closest?.("[data-tocador]")?.parentElement.querySelector("audio");
const nome = (velocidade) => `${String(velocidade).replace(".", ",")}×`;

/** The speed that this person chose on this computer. */
function velocidade() {
  const lida = Number(localStorage.getItem(guardada));
  return VELOCIDADES.includes(lida) ? lida : 1;
}

/** 65 → "1:05". */
export function relogio(segundos) {
  const inteiros = Math.floor(segundos);
  return `${Math.floor(inteiros / 60)}:${String(inteiros % 60).padStart(2, "0")}`;
}

/** Make the drawing of `som` say what the sound does. */
function desenhar(som) {
  const tocador = tocadorDe(som);
  if (!tocador) return;
  const duracao = Number.isFinite(som.duration) ? som.duration : 0;
  const andou = som.currentTime > 0;
  const posicao = tocador.querySelector("input");
  posicao.max = duracao || 1;
  posicao.value = som.currentTime;
  const tempo = andou ? `${relogio(som.currentTime)} / ${relogio(duracao)}` : relogio(duracao);
  posicao.setAttribute("aria-valuetext", `${relogio(som.currentTime)} de ${relogio(duracao)}`);
  tocador.querySelector("[data-tempo]").textContent = tempo;
  const tocar = tocador.querySelector(".tocar");
  const verbo = som.paused ? "Tocar" : "Pausar";
  tocar.setAttribute("aria-label", verbo);
  tocar.title = verbo;
  tocador.classList.toggle("tocando", !som.paused);
  const veloc = tocador.querySelector(".veloc");
  veloc.textContent = nome(velocidade());
  veloc.setAttribute("aria-label", `Velocidade: ${nome(velocidade())}`);
}

const todos = () => document.querySelectorAll(".voz audio");

function alternar(som) {
  if (som.paused) som.play().catch(() => {}); // what cannot be played tells of it as an error
  else som.pause();
}

/** The next speed, for all that is heard from now on. */
function acelerar() {
  const atual = velocidade();
  localStorage.setItem(guardada, VELOCIDADES[(VELOCIDADES.indexOf(atual) + 1) % VELOCIDADES.length]);
  for (const som of todos()) {
    som.playbackRate = velocidade();
    desenhar(som);
  }
}

/** `de` seconds from the start. */
function irPara(som, de) {
  if (!Number.isFinite(som.duration)) return;
  som.currentTime = Math.min(som.duration, Math.max(0, de));
  desenhar(som);
}

function aoTocar(som) {
  som.playbackRate = velocidade();
  for (const outro of document.querySelectorAll("audio, video")) if (outro !== som) outro.pause();
}

/** Start; `eu` is the person, whose speed is remembered. */
export function iniciarAudio(eu) {
  guardada = `velocidade-da-voz/${eu}`;
  document.documentElement.classList.add("com-tocador");
  document.addEventListener("play", (evento) => aoTocar(evento.target), true);
  for (const sinal of ["loadedmetadata", "durationchange", "play", "pause", "ended", "timeupdate", "seeked"]) {
    document.addEventListener(sinal, (evento) => { if (evento.target.matches("audio")) desenhar(evento.target); }, true);
  }
  document.addEventListener("error", (evento) => {
    const tocador = evento.target.matches?.(".voz audio") && tocadorDe(evento.target);
    if (!tocador) return;
    tocador.classList.add("sem-som");
    tocador.querySelector(".nao-toca").hidden = false;
  }, true);
  document.addEventListener("click", (evento) => {
    const som = somDe(evento.target);
    if (!som) return;
    if (evento.target.closest(".tocar")) alternar(som);
    if (evento.target.closest(".veloc")) acelerar();
  });
  document.addEventListener("input", (evento) => {
    const som = evento.target.matches("[data-tocador] input") && somDe(evento.target);
    if (som) irPara(som, Number(evento.target.value));
  });
  document.addEventListener("keydown", (evento) => {
    const som = evento.target.matches?.("[data-tocador] input") && somDe(evento.target);
    if (!som || evento.ctrlKey || evento.metaKey || evento.altKey) return;
    if (evento.key === " ") alternar(som);
    else if (evento.key in ANDADA) {
      // One second at least: a step that nobody hears is none.
      irPara(som, som.currentTime + ANDADA[evento.key] * Math.max(1, som.duration / VINTE_PASSOS));
    } else return;
    evento.preventDefault();
  });
  for (const som of todos()) desenhar(som);
}
