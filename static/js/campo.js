/** What the field of an answer and that of a note do alike: they count, they grow, a key ends them. */

export const MAXIMO = 4_096;
const AVISA_DESDE = 3_500;

/** Keep height and counter true to what is in the field. */
export function medir(campo, conta) {
  const letras = [...campo.value].length;
  conta.hidden = letras < AVISA_DESDE;
  conta.textContent = `${letras.toLocaleString("pt-BR")} de ${MAXIMO.toLocaleString("pt-BR")}`;
  conta.classList.toggle("passou", letras > MAXIMO);
  if (!CSS.supports("field-sizing", "content")) {
    campo.style.height = "auto";
    campo.style.height = `${Math.min(campo.scrollHeight, 168)}px`;
  }
}

/** Call `feito` when the key that this person chose for it is pressed. */
export function aoTerminar(campo, feito) {
  campo.addEventListener("keydown", (evento) => {
    if (evento.key !== "Enter" || evento.isComposing || evento.shiftKey) return;
    // On a keyboard drawn on the screen there is no Shift+Enter: there Enter breaks the line.
    const envia = document.getElementById("app").dataset.enterEnvia === "1" && !matchMedia("(pointer: coarse)").matches;
    if (!evento.ctrlKey && !evento.metaKey && !envia) return;
    evento.preventDefault();
    feito();
  });
}
