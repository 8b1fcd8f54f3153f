/** Fields with a counter and a sentence of their own: what Meta would refuse is said beside them. */

const TELEFONE = "Escreva o telefone com DDD, como (34) 3333-0000.";
const graus = (nome, limite, exemplo) => (texto) => {
  const numero = Number(texto.replace(",", "."));
  return Number.isFinite(numero) && Math.abs(numero) <= limite ? "" : `A ${nome} vai de -${limite} a ${limite} graus, como ${exemplo}.`;
};
const REGRAS = {
  latitude: graus("latitude", 90, "-18,9186"),
  longitude: graus("longitude", 180, "-48,2772"),
  telefone(texto) {
    const digitos = texto.replace(/\D/g, "");
    const curto = /^(1\d\d|\d{4,5})$/.test(texto);
    return curto || (!/[^\d\s()+.\-]/.test(texto) && digitos.length >= 10 && digitos.length <= 15) ? "" : TELEFONE;
  },
};
const CURTO = 100;
const PERTO = 0.8;
let quantos = 0;

const todos = (raiz) => [...raiz.querySelectorAll("[data-campo]")];
const entrada = (campo) => campo.querySelector("input, textarea");
const letras = (texto) => [...texto.trim()].length;

/** Join each field to its counter and its sentence, for those who do not see them. */
export function prepararCampos(raiz) {
  for (const campo of todos(raiz)) {
    const dele = entrada(campo);
    if (dele.hasAttribute("aria-describedby")) continue;
    quantos += 1;
    const frase = campo.querySelector(".compor-erro");
    frase.id = `compor-erro-${quantos}`;
    dele.setAttribute("aria-describedby", frase.id);
    dele.addEventListener("change", () => { campo.classList.add("conferido"); dizer(raiz); });
  }
}

/** Write how many characters there are of those that fit, and the sentences that are due. */
export function medirCampos(raiz) {
  for (const campo of todos(raiz)) {
    const conta = campo.querySelector("[data-conta]");
    const maximo = Number(campo.dataset.maximo);
    const tem = letras(entrada(campo).value);
    conta.textContent = `${tem.toLocaleString("pt-BR")} de ${maximo.toLocaleString("pt-BR")}`;
    conta.classList.toggle("passou", tem > maximo);
    // Where the limit is far away, or nobody would meet it, a number is only noise.
    conta.hidden = campo.dataset.campo in REGRAS || (CURTO < maximo && tem < maximo * PERTO && !entrada(campo).matches("textarea"));
    entrada(campo).toggleAttribute("required", "obrigatorio" in campo.dataset);
    campo.querySelector("[data-opcional]").hidden = "obrigatorio" in campo.dataset;
  }
  dizer(raiz);
}

function problema(campo, raiz) {
  const texto = entrada(campo).value.trim();
  const { nome, campo: qual, maximo } = campo.dataset;
  if (!texto) return "obrigatorio" in campo.dataset ? `Falta preencher: ${nome}.` : "";
  if (letras(texto) > Number(maximo)) {
    return `Tem ${letras(texto).toLocaleString("pt-BR")} caracteres; o WhatsApp aceita ${Number(maximo).toLocaleString("pt-BR")}.`;
  }
  if ("unico" in campo.dataset) {
    const iguais = todos(raiz).filter((outro) => "unico" in outro.dataset && entrada(outro).value.trim() === texto);
    if (iguais.length > 1 && iguais[0] !== campo) return "Já há um botão com este título.";
  }
  return REGRAS[qual]?.(texto) || "";
}

/** Too long is said at once; the rest once the person has left the field, or wanted to send. */
function dizer(raiz) {
  const tudo = raiz.querySelector("form").classList.contains("conferida");
  for (const campo of todos(raiz)) {
    const frase = problema(campo, raiz);
    const passou = letras(entrada(campo).value) > Number(campo.dataset.maximo);
    const cabe = frase && (tudo || passou || (campo.classList.contains("conferido") && entrada(campo).value.trim()));
    const lugar = campo.querySelector(".compor-erro");
    if (lugar.textContent !== (cabe ? frase : "")) lugar.textContent = cabe ? frase : "";
    lugar.hidden = !cabe;
    if (cabe) entrada(campo).setAttribute("aria-invalid", "true");
    else entrada(campo).removeAttribute("aria-invalid");
  }
}

/** Whether something stands in the way; the first field of them gets the keyboard. */
export function erros(raiz) {
  dizer(raiz);
  const primeiro = todos(raiz).find((campo) => problema(campo, raiz));
  if (primeiro) entrada(primeiro).focus();
  return Boolean(primeiro);
}
