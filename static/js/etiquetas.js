/** The dialog of tags: a search, the arrows, Enter marks; what is marked goes with the form. */
import { anunciar } from "./aviso.js";
import { Escolha, simples } from "./escolher.js";

export function iniciarEtiquetas() {
  document.getElementById("dialogo").addEventListener("montado", () => {
    const form = document.querySelector("#dialogo [data-etiquetas]");
    if (form) montar(form);
  });
}

function montar(form) {
  const escolha = new Escolha(form, {
    procurar: () => filtrar(escolha, form),
    escolher(opcao, n) {
      const sim = opcao.getAttribute("aria-checked") !== "true";
      opcao.setAttribute("aria-checked", String(sim));
      escolha.ativar(n);
      anunciar(`${opcao.dataset.nome}: ${sim ? "marcada" : "desmarcada"}`);
    },
  });
  form.addEventListener("formdata", ({ formData }) => {
    for (const { dataset } of escolha.lista.querySelectorAll("[aria-checked=true]")) formData.append("escolhida", dataset.id);
  });
  escolha.renovar();
}

function filtrar(escolha, form) {
  const procurado = simples(escolha.busca.value).trim();
  for (const opcao of escolha.lista.children) opcao.hidden = !simples(opcao.dataset.nome).includes(procurado);
  escolha.renovar();
  const quantas = escolha.opcoes.length;
  const aviso = form.querySelector("#aviso-etiquetas");
  const nova = form.querySelector(".etq-nova");
  aviso.hidden = quantas > 0;
  if (!quantas) aviso.textContent = `Nenhuma etiqueta com “${escolha.busca.value.trim()}”.${nova ? " Crie embaixo." : ""}`;
  if (procurado) anunciar(quantas ? `${quantas} ${quantas === 1 ? "etiqueta" : "etiquetas"}` : aviso.textContent);
  // What was looked for and is not there is what one would make.
  if (nova && !quantas && procurado && !nova.open) nova.querySelector("[name=nova]").value = escolha.busca.value.trim();
  else if (nova && !nova.open) nova.querySelector("[name=nova]").value = "";
}
