/** The person's own menu: colours, the Enter key, leaving. */
import { esquecer } from "./fila.js";
import { enviar } from "./pedir.js";
import { esquecerRascunhos } from "./rascunho.js";

export function iniciarConta() {
  const form = document.querySelector("[data-tema-form]");
  form.addEventListener("submit", (evento) => {
    evento.preventDefault();
    const tema = evento.submitter.value;
    if (tema) document.documentElement.dataset.tema = tema;
    else delete document.documentElement.dataset.tema;
    for (const botao of form.querySelectorAll("[name=tema]")) {
      botao.setAttribute("aria-pressed", botao === evento.submitter);
    }
    enviar(form.action, { tema }).catch(() => {});
  });
  const enter = document.getElementById("enter-envia");
  enter.addEventListener("click", () => {
    const app = document.getElementById("app");
    const envia = app.dataset.enterEnvia !== "1";
    app.dataset.enterEnvia = envia ? "1" : "0";
    enter.setAttribute("aria-pressed", envia);
    enviar(enter.dataset.url, { enter_envia: envia ? "1" : "0" }).catch(() => {});
  });
  document.querySelector("[data-sair]").addEventListener("submit", () => {
    esquecer();
    esquecerRascunhos();
  });
}
