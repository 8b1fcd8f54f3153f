/** A quiet hint to who sends many short lines: each bubble may be charged to the city. */
import { brinde } from "./aviso.js";
import { aberto } from "./conversa.js";

const MUITAS = 5;
const CURTA = 60; // letters
const avisadas = new WeakSet(); // the last message of the citizen under which it was said

/** After a message of `eu` went out: count the short ones since somebody else spoke. */
export function sugerirJuntar(item, eu) {
  if (item.atendimento !== aberto()) return;
  let curtas = 0;
  let bolha = document.getElementById("itens").lastElementChild;
  for (; bolha; bolha = bolha.previousElementSibling) {
    if (!bolha.matches(".msg")) continue;
    const minha = bolha.dataset.grupo?.startsWith(`saida:${eu}:`);
    const letras = bolha.querySelector(".texto")?.textContent.trim().length;
    if (!minha || !letras || letras > CURTA) break;
    curtas += 1;
  }
  const onde = bolha || document.getElementById("itens");
  if (curtas < MUITAS || avisadas.has(onde)) return;
  avisadas.add(onde);
  brinde("Cada mensagem pode ser cobrada da prefeitura. Com Shift + Enter, várias linhas vão numa só.");
}
