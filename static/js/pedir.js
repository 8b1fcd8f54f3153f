/** The page's one way of asking the server: same cookies, CSRF, time limit, and who logged out. */

const LIMITE = 20_000;

/** A refusal of the server: `status`, and what it said (`codigo`, `frase`, …). */
export class Recusa extends Error {
  constructor(status, corpo) {
    super(corpo.frase || `Erro ${status}`);
    this.status = status;
    this.corpo = corpo;
  }
}

/** Nothing useful came back: no network, or a server in trouble, with its sentence if it has one. */
export class SemResposta extends Error {}

export function tokenCsrf() {
  return JSON.parse(document.getElementById("app").getAttribute("hx-headers"))["X-CSRFToken"];
}

async function pedir(endereco, { limite = LIMITE, ...opcoes } = {}) {
  let resposta;
  try {
    resposta = await fetch(endereco, { credentials: "same-origin", signal: AbortSignal.timeout(limite), ...opcoes });
  } catch (erro) {
    throw new SemResposta("");
  }
  if (resposta.redirected && new URL(resposta.url).pathname === "/entrar/") {
    location.reload();
    throw new SemResposta("");
  }
  if (resposta.status >= 500) {
    const { frase } = await resposta.json().catch(() => ({}));
    throw new SemResposta(frase || "");
  }
  return resposta;
}

/** GET of a piece of the page; resolves to its HTML. Throws Recusa (404…) or SemResposta. */
export async function pedirHtml(endereco, parte = "") {
  const resposta = await pedir(endereco, { headers: parte ? { "X-Parte": parte } : {} });
  if (!resposta.ok) throw new Recusa(resposta.status, {});
  return resposta.text();
}

/** GET of data. */
export async function pedirJson(endereco) {
  const resposta = await pedir(endereco, { headers: { Accept: "application/json" } });
  if (!resposta.ok) throw new Recusa(resposta.status, {});
  return resposta.json();
}

/** POST of a form; resolves to the JSON of the answer. Throws Recusa with the sentence. */
export async function enviar(endereco, dados, opcoes = {}) {
  const corpo = dados instanceof FormData ? dados : new URLSearchParams(dados);
  const resposta = await pedir(endereco, {
    method: "POST",
    body: corpo,
    headers: { Accept: "application/json", "X-CSRFToken": tokenCsrf() },
    ...opcoes,
  });
  if (resposta.status === 204) return {};
  const lido = await resposta.json().catch(() => ({}));
  if (!resposta.ok) throw new Recusa(resposta.status, lido);
  return lido;
}

/**
 * POST of a form with a file: like `enviar`, and `aoAndar` hears how much has gone (0 to 1).
 * `sinal` (AbortSignal) gives it up.
 */
export function enviarArquivo(endereco, dados, { limite, aoAndar, sinal }) {
  return new Promise((feito, falhou) => {
    const pedido = new XMLHttpRequest();
    pedido.open("POST", endereco);
    pedido.timeout = limite;
    pedido.responseType = "json";
    pedido.setRequestHeader("Accept", "application/json");
    pedido.setRequestHeader("X-CSRFToken", tokenCsrf());
    pedido.upload.addEventListener("progress", (e) => { if (e.lengthComputable) aoAndar(e.loaded / e.total); });
    for (const fim of ["error", "timeout", "abort"]) {
      pedido.addEventListener(fim, () => falhou(new SemResposta("")));
    }
    pedido.addEventListener("load", () => {
      const lido = pedido.response || {};
      if (new URL(pedido.responseURL).pathname === "/entrar/") {
        location.reload();
        falhou(new SemResposta(""));
      } else if (pedido.status >= 500) falhou(new SemResposta(lido.frase || ""));
      else if (pedido.status >= 400) falhou(new Recusa(pedido.status, lido));
      else feito(lido);
    });
    sinal.addEventListener("abort", () => pedido.abort());
    pedido.send(dados);
  });
}

/** Turn HTML text into elements, without running or loading anything. */
export function elementos(html) {
  const molde = document.createElement("template");
  molde.innerHTML = html;
  return molde.content;
}
