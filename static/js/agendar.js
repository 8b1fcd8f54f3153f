/** The dialog of "Enviar mais tarde": it takes the text of the composer, and tells what the hour allows. */

export function iniciarAgendar() {
  document.getElementById("dialogo").addEventListener("montado", () => {
    const form = document.querySelector("#dialogo [data-agendar]");
    if (form) montar(form);
  });
}

function montar(form) {
  const { texto, modelo } = form.elements;
  if (form.dataset.agendar === "nova") texto.value = document.getElementById("texto")?.value || "";
  form.addEventListener("input", () => acertar(form));
  acertar(form);
  if (modelo?.value) modelo.focus();
  else (texto.value ? form.querySelector("[name=quando]:checked") : texto).focus();
}

/** Show what goes with what was chosen: another hour, a template, the blanks of this one. */
function acertar(form) {
  const { modelo } = form.elements;
  const quando = form.querySelector("[name=quando]:checked");
  form.querySelector("[data-outra]").hidden = quando.value !== "outra";
  const modelos = form.querySelector("[data-modelos]");
  if (modelos) modelos.hidden = !modelo.value && !foraDoPrazo(form, quando);
  form.querySelector("[data-so-texto]").hidden = Boolean(modelo?.value);
  for (const campos of form.querySelectorAll("[data-modelo]")) {
    campos.hidden = campos.disabled = campos.dataset.modelo !== modelo.value;
  }
}

/** Only a hint, by this computer's zone: the server knows. */
function foraDoPrazo(form, quando) {
  const { janelaAte } = form.dataset;
  if (!janelaAte) return true;
  if (quando.value !== "outra") return "fora" in quando.dataset;
  const { dia, hora } = form.elements;
  return Boolean(dia.value && hora.value) && new Date(`${dia.value}T${hora.value}`) >= new Date(janelaAte);
}
