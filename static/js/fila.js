/**
 * The unsent queue: one line per atendimento, in order, each message with its own key.
 *
 * It lies in IndexedDB only while unsent, so that neither a fall of the network nor a reload
 * loses or doubles a message; delivery and logout clear it.
 */
import { enviar, enviarArquivo, Recusa } from "./pedir.js";

const BANCO = "fila-de-envio";
const ESPERA_MAXIMA = 30_000;
const LIMITE = 20_000;
const LIMITE_DO_ARQUIVO = 600_000;
const filas = new Map();
const subindo = new Map();
let ouvintes = {};
let eu = "";
let banco;

function abrirBanco() {
  banco ??= new Promise((feito, falhou) => {
    const pedido = indexedDB.open(BANCO, 1);
    pedido.onupgradeneeded = () => pedido.result.createObjectStore("envios", { keyPath: "chave" });
    pedido.onsuccess = () => feito(pedido.result);
    pedido.onerror = () => falhou(pedido.error);
  });
  return banco;
}

async function noBanco(modo, fazer) {
  try {
    const loja = (await abrirBanco()).transaction("envios", modo).objectStore("envios");
    const pedido = fazer(loja);
    return await new Promise((feito, falhou) => {
      pedido.onsuccess = () => feito(pedido.result);
      pedido.onerror = () => falhou(pedido.error);
    });
  } catch {
    return null; // A private window may have no IndexedDB: the queue then lives in memory alone.
  }
}

/**
 * Start with what an earlier page left behind.
 * @param {string} servidor who is logged in; what another person left is never sent.
 * @param {{entregue: Function, recusada: Function, parada: Function, andou: Function}} avisos called
 *   with the item; `andou` also with how much of its file has gone (0 to 1).
 */
export async function iniciarFila(servidor, avisos) {
  eu = servidor;
  ouvintes = avisos;
  const guardados = (await noBanco("readonly", (loja) => loja.getAll())) || [];
  guardados.sort((a, b) => a.ordem - b.ordem);
  for (const item of guardados) {
    if (item.eu !== eu) { noBanco("readwrite", (loja) => loja.delete(item.chave)); continue; }
    linhaDe(item.atendimento).itens.push(item);
  }
  for (const linha of filas.values()) andar(linha);
  addEventListener("online", () => acordar());
}

function linhaDe(atendimento) {
  if (!filas.has(atendimento)) filas.set(atendimento, { itens: [], andando: false, acordar: null });
  return filas.get(atendimento);
}

/** What still waits for `atendimento`, in order. */
export const pendentes = (atendimento) => filas.get(atendimento)?.itens || [];

/** Put one message at the end of its line. */
export function enfileirar(item) {
  const completo = { ...item, eu, ordem: Date.now() + performance.now() / 1e6 };
  const linha = linhaDe(item.atendimento);
  linha.itens.push(completo);
  noBanco("readwrite", (loja) => loja.put(completo));
  andar(linha);
}

/** Try now instead of waiting. */
export function acordar() {
  for (const linha of filas.values()) linha.acordar?.();
}

/** Forget everything: who logs out leaves nothing behind. */
export async function esquecer() {
  filas.clear();
  (await abrirBanco().catch(() => null))?.close();
  indexedDB.deleteDatabase(BANCO);
}

async function andar(linha) {
  if (linha.andando) return;
  linha.andando = true;
  let espera = 1_000;
  while (linha.itens.length) {
    const item = linha.itens[0];
    try {
      const resposta = await mandar(item);
      retirar(linha, item);
      espera = 1_000;
      ouvintes.entregue(item, resposta);
    } catch (erro) {
      if (!linha.itens.includes(item)) continue; // given up meanwhile
      if (erro instanceof Recusa) {
        retirar(linha, item);
        ouvintes.recusada(item, erro);
        continue;
      }
      ouvintes.parada(item, erro);
      await new Promise((feito) => {
        const relogio = setTimeout(feito, espera * (0.5 + Math.random()));
        linha.acordar = () => { clearTimeout(relogio); feito(); };
      });
      linha.acordar = null;
      espera = Math.min(espera * 2, ESPERA_MAXIMA);
    }
  }
  linha.andando = false;
}

async function mandar(item) {
  const endereco = `/atendimento/${item.atendimento}/responder/`;
  if (!item.arquivo) return enviar(endereco, formulario(item), { limite: LIMITE });
  const desistir = new AbortController();
  subindo.set(item.chave, desistir);
  try {
    return await enviarArquivo(endereco, formulario(item), {
      limite: LIMITE_DO_ARQUIVO,
      aoAndar: (parte) => ouvintes.andou(item, parte),
      sinal: desistir.signal,
    });
  } finally {
    subindo.delete(item.chave);
  }
}

/** Give up a message whose file has not gone whole; nothing of it reaches the server's list. */
export function desistir(item) {
  const linha = linhaDe(item.atendimento);
  const guardado = linha.itens.find((outro) => outro.chave === item.chave);
  if (!guardado) return;
  retirar(linha, guardado);
  subindo.get(item.chave)?.abort();
  linha.acordar?.();
}

function retirar(linha, item) {
  linha.itens = linha.itens.filter((outro) => outro.chave !== item.chave);
  noBanco("readwrite", (loja) => loja.delete(item.chave));
}

function formulario(item) {
  const dados = new FormData();
  dados.set("chave_cliente", item.chave);
  for (const [nome, valor] of Object.entries(item.campos)) {
    if (valor !== "" && valor !== null && valor !== undefined) dados.set(nome, valor);
  }
  if (item.arquivo) dados.set("arquivo", item.arquivo, item.nome);
  return dados;
}
