// Dialogs: the list of options, place, form, new citizen, the city's profile, image, file.
import { el, telefone } from "./nos.js";

const $ = (id) => document.getElementById(id);
const ROTULOS = { about: "Recado", address: "Endereço", description: "Sobre", email: "E-mail", websites: "Sites", vertical: "Ramo" };
const LUGARES = [
  ["Praça da Matriz", -18.9186, -48.2772, "Centro"],
  ["Escola Municipal", -18.9341, -48.2658, "Rua das Flores, 120"],
  ["Posto de Saúde", -18.9077, -48.2931, "Avenida Brasil, 950"],
];

for (const botao of document.querySelectorAll("[data-fechar]"))
  botao.addEventListener("click", () => botao.closest("dialog").close(""));

// Opens a dialog and resolves with whether its main button was used.
function perguntar(dialogo) {
  return new Promise((resolver) => {
    dialogo.returnValue = "";
    const aoEnviar = () => { dialogo.returnValue = "sim"; };
    const formulario = dialogo.querySelector("form");
    formulario.addEventListener("submit", aoEnviar);
    dialogo.addEventListener("close", () => {
      formulario.removeEventListener("submit", aoEnviar);
      resolver(dialogo.returnValue !== "");
    }, { once: true });
    dialogo.showModal();
  });
}

async function folha(titulo, conteudo, rotulo = "Enviar") {
  $("titulo-folha").textContent = titulo;
  $("folha-enviar").textContent = rotulo;
  $("folha-corpo").replaceChildren(...conteudo);
  return perguntar($("dialogo-folha"));
}

export async function escolherOpcao(c) {
  const linhas = new Map();
  const conteudo = c.action.sections.flatMap((secao, s) => [
    secao.title ? el("h3", { texto: secao.title }) : null,
    ...secao.rows.map((linha, l) => {
      const chave = `${s}-${l}`;
      linhas.set(chave, linha);
      return el("label.opcao-folha", {}, el("span", {}, el("strong", { texto: linha.title }), linha.description ? el("small", { texto: linha.description }) : null),
        el("input", { type: "radio", name: "opcao", value: chave, required: true }));
    }),
  ]).filter(Boolean);
  if (!(await folha(c.action.button, conteudo))) return null;
  return linhas.get($("folha-corpo").querySelector(":checked").value);
}

export async function escolherLocal() {
  const campo = (id, rotulo, valor, tipo = "text") => [el("label", { for: id, texto: rotulo }), el("input", { id, type: tipo, step: "any", value: valor, required: tipo === "number" })];
  const [nome, lat, lon, endereco] = LUGARES[0];
  const atalhos = el("div.atalhos", {}, LUGARES.map(([n, a, o, e]) => el("button.botao", { type: "button", texto: n, onclick: () => {
    $("local-nome").value = n; $("local-lat").value = a; $("local-lon").value = o; $("local-endereco").value = e;
  } })));
  const conteudo = [atalhos, ...campo("local-nome", "Nome do lugar", nome), ...campo("local-endereco", "Endereço", endereco), ...campo("local-lat", "Latitude", lat, "number"), ...campo("local-lon", "Longitude", lon, "number")];
  if (!(await folha("Enviar localização", conteudo))) return null;
  const place = { latitude: Number($("local-lat").value), longitude: Number($("local-lon").value) };
  if ($("local-nome").value) place.name = $("local-nome").value;
  if ($("local-endereco").value) place.address = $("local-endereco").value;
  return place;
}

export async function escolherContato(titulo = "Enviar contato", nome = "", fone = "") {
  const conteudo = [el("label", { for: "contato-nome", texto: "Nome" }), el("input", { id: "contato-nome", value: nome, required: true }),
    el("label", { for: "contato-fone", texto: "Telefone" }), el("input", { id: "contato-fone", inputmode: "tel", value: fone, required: true })];
  if (!(await folha(titulo, conteudo))) return null;
  return { nome: $("contato-nome").value.trim(), telefone: digitos($("contato-fone").value) };
}

export async function preencherFormulario() {
  const conteudo = [el("label", { for: "formulario-resposta", texto: "O que o cidadão preencheu" }), el("textarea", { id: "formulario-resposta", rows: "5", required: true }),
    el("p.fraco", { texto: "Uma linha por campo, no formato campo: valor." })];
  if (!(await folha("Formulário", conteudo))) return null;
  const linhas = $("formulario-resposta").value.split("\n").filter((l) => l.trim());
  return Object.fromEntries(linhas.map((l, i) => {
    const [campo, ...valor] = l.split(":");
    return valor.length ? [campo.trim(), valor.join(":").trim()] : [`campo_${i + 1}`, l.trim()];
  }));
}

export async function novoCidadao() {
  const dialogo = $("dialogo-novo");
  const formulario = dialogo.querySelector("form");
  formulario.reset();
  $("novo-erro").textContent = "";
  const mudar = () => {
    const usuario = formulario.elements.modo.value === "usuario";
    $("campo-telefone").hidden = usuario;
    $("campo-usuario").hidden = !usuario;
    $("novo-telefone").required = !usuario;
    $("novo-usuario").required = usuario;
  };
  formulario.onchange = mudar;
  mudar();
  let dados = null;
  const conferir = (evento) => {
    const nome = $("novo-nome").value.trim();
    const usuario = $("novo-usuario").value.trim().replace(/^@/, "").toLowerCase();
    const fone = digitos($("novo-telefone").value);
    let erro = "";
    if (formulario.elements.modo.value === "usuario") {
      if (!/^(?=.*[a-z])[a-z0-9._]{3,35}$/.test(usuario)) erro = "Use de 3 a 35 letras minúsculas, números, ponto ou sublinhado.";
      dados = { nome, username: usuario, sem_telefone: true };
    } else {
      if (!/^\d{10,15}$/.test(fone)) erro = "Escreva o telefone com DDD, como (11) 98765-4321.";
      dados = { nome, wa_id: fone };
    }
    $("novo-erro").textContent = erro;
    if (erro) { dados = null; evento.preventDefault(); evento.stopImmediatePropagation(); }
  };
  formulario.addEventListener("submit", conferir, { capture: true });
  const criou = await perguntar(dialogo);
  formulario.removeEventListener("submit", conferir, { capture: true });
  return criou ? dados : null;
}

export function mostrarPerfil(numero) {
  $("titulo-perfil").textContent = numero.nome;
  $("perfil-telefone").textContent = numero.exibicao;
  const pares = Object.entries(ROTULOS).filter(([chave]) => numero.perfil[chave]?.length).map(([chave, rotulo]) => {
    const valor = numero.perfil[chave];
    const texto = chave === "vertical" && valor === "GOVT" ? "Governo" : Array.isArray(valor) ? valor.join("\n") : valor;
    return [el("dt", { texto: rotulo }), el("dd", { texto })];
  });
  $("perfil-dados").replaceChildren(...pares.flat());
  return perguntar($("dialogo-perfil"));
}

export function ampliar(endereco, legenda) {
  $("imagem-grande").src = endereco;
  $("imagem-grande").alt = legenda || "Imagem";
  return perguntar($("dialogo-imagem"));
}

// Shows the file before sending; resolves with its caption, or null when given up.
export async function conferirArquivo(arquivo) {
  const endereco = URL.createObjectURL(arquivo);
  const previa = arquivo.type.startsWith("image/") ? el("img", { src: endereco, alt: "Prévia da imagem" })
    : arquivo.type.startsWith("video/") ? el("video", { src: endereco, controls: true })
      : el("p", {}, el("strong", { texto: arquivo.name }), el("span", { texto: ` (${Math.ceil(arquivo.size / 1024).toLocaleString("pt-BR")} kB)` }));
  $("arquivo-previa").replaceChildren(previa);
  $("arquivo-legenda").value = "";
  const vai = await perguntar($("dialogo-arquivo"));
  URL.revokeObjectURL(endereco);
  $("arquivo-previa").replaceChildren();
  return vai ? $("arquivo-legenda").value.trim() : null;
}

// Digits with the country code: 10 or 11 digits are Brazilian.
export function digitos(texto) {
  const so = texto.replace(/\D/g, "");
  return so.length === 10 || so.length === 11 ? `55${so}` : so;
}

export const telefoneDe = (cidadao) => telefone(cidadao.wa_id);
