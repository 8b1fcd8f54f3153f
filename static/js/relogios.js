/** Times that pass by themselves: waiting, and what is left of the 24 hours. */

const MINUTO = 60_000;
const agora = () => Date.now();
const emMs = (micros) => Number(BigInt(micros) / 1000n);
let aoFechar = () => {};

function duracao(ms) {
  const minutos = Math.floor(ms / MINUTO);
  if (minutos < 1) return "< 1 min";
  if (minutos < 60) return `${minutos} min`;
  const horas = Math.floor(minutos / 60);
  if (horas >= 48) return `${Math.floor(horas / 24)} dias`;
  return minutos % 60 ? `${horas} h ${String(minutos % 60).padStart(2, "0")}` : `${horas} h`;
}

/** Write again every time that passes. */
export function acertarRelogios() {
  for (const selo of document.querySelectorAll("[data-espera]")) {
    const ms = agora() - emMs(selo.dataset.espera);
    const texto = duracao(ms);
    const lugar = selo.querySelector("[data-texto]");
    if (lugar.textContent !== texto) lugar.textContent = texto;
    selo.classList.toggle("selo-perigo", ms >= 60 * MINUTO);
    selo.classList.toggle("selo-alerta", ms >= 15 * MINUTO && ms < 60 * MINUTO);
  }
  const estado = document.getElementById("estado-rodape");
  const resta = estado?.querySelector("[data-resta]");
  if (!resta || !estado.dataset.janelaAte) return;
  const falta = emMs(estado.dataset.janelaAte) - agora();
  if (falta <= 0) { aoFechar(); return; }
  resta.textContent = duracao(falta);
  const parte = estado.querySelector(".resta");
  parte.setAttribute("stroke-dasharray", `${(24 * falta) / (24 * 60 * MINUTO)} 24`);
  parte.classList.toggle("alerta", falta < 120 * MINUTO);
}

/** Start; `fechou` is called when the window of the open conversation ends. */
export function iniciarRelogios(fechou) {
  aoFechar = fechou;
  acertarRelogios();
  setInterval(acertarRelogios, 15_000);
}
