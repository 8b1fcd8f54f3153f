/**
 * The live line: one socket that carries ids, and what makes a lost frame harmless.
 *
 * Frames are gathered in a Map (last one per id wins) and handed over once per frame of the
 * screen. After any silence, and every 20 seconds in any case, the page asks what changed since
 * its cursor: a frame may be lost on a line that looks alive.
 */
import { pedirJson } from "./pedir.js";

const PING = 20_000;
const PERGUNTA = '{"acao":"ping"}';
const SEM_SOCKET = 20_000;
const COM_CALMA = 2_000;
const SUFOCO = 3; // the level at which people are told
const MUITAS = 300; // changes: reading the list whole costs less
const ESPERA_MINIMA = 500;
const ESPERA_MAXIMA = 30_000;
const TEXTOS = { ligando: "Conectando", ligado: "Conectado", religando: "Reconectando", sem: "Sem conexão", outra: "Aberto em outra janela" };

/**
 * Start the live line.
 * @param {{cursor: string, aoMudar: (m: Map<string, Set<string>|null>) => void,
 *   aoPresenca: (ids: Set<string>) => void, aoRecarregar: () => void, aoSessao: () => void,
 *   aoLigar: () => void}} opcoes  `aoMudar` gets id → ids of bubbles, null when unknown.
 */
export function aoVivo(opcoes) {
  let socket = null;
  let espera = ESPERA_MINIMA;
  let cursor = opcoes.cursor;
  let buscando = null;
  let marcado = false;
  let vivoEm = 0;
  let contadas = new Map();
  let carga = 0; // what the server says of itself: from 1 on, pages ask less often
  const mudancas = new Map();
  const presencas = new Set();
  const mostrador = document.getElementById("conexao");

  function mostrar(estado) {
    if (mostrador.dataset.estado === estado) return;
    mostrador.dataset.estado = estado;
    mostrador.querySelector("[data-texto]").textContent = TEXTOS[estado];
    document.getElementById("sem-conexao").hidden = estado !== "sem";
  }

  function marcar() {
    if (marcado) return;
    marcado = true;
    if (carga) setTimeout(despejar, COM_CALMA * (0.5 + Math.random()));
    else if (document.hidden) setTimeout(despejar, 250);
    else requestAnimationFrame(despejar);
  }

  function despejar() {
    marcado = false;
    if (mudancas.size) {
      const lote = new Map(mudancas);
      mudancas.clear();
      opcoes.aoMudar(lote);
    }
    if (presencas.size) {
      const lote = new Set(presencas);
      presencas.clear();
      opcoes.aoPresenca(lote);
    }
  }

  function mudou(id, mensagens) {
    const antes = mudancas.get(id);
    if (!mensagens || antes === null) mudancas.set(id, null);
    else mudancas.set(id, new Set([...(antes || []), ...mensagens]));
    marcar();
  }

  function aoQuadro(evento) {
    vivoEm = Date.now();
    const quadro = JSON.parse(evento.data);
    if (quadro.tipo === "pronto" || quadro.tipo === "pong") pesar(quadro);
    if (quadro.tipo === "pronto") return pronto();
    mostrar("ligado"); // also after a fall so short that the socket outlived it
    if (quadro.tipo === "atendimento") mudou(String(quadro.id), quadro.mensagens?.map(String));
    if (quadro.tipo === "presenca") { presencas.add(String(quadro.id)); marcar(); }
    // Teams or account changed and the login stands: who is writing must not lose the page.
    if (quadro.tipo === "sessao") opcoes.aoRecarregar();
  }

  function pesar(quadro) {
    carga = quadro.carga || 0;
    const aviso = document.getElementById("movimento");
    aviso.hidden = carga < SUFOCO;
    if (carga) aviso.querySelector("[data-desde]").textContent = quadro.desde;
  }

  async function pronto() {
    espera = ESPERA_MINIMA;
    mostrar("ligado");
    await buscar();
    document.documentElement.dataset.ready = "1";
    opcoes.aoLigar();
  }

  /** Ask what changed since the cursor; several callers share one question. */
  function buscar() {
    buscando ??= (async () => {
      try {
        const lido = await pedirJson(`/atendimento/desde/?cursor=${encodeURIComponent(cursor)}`);
        cursor = lido.cursor;
        const novas = lido.recarregar ? [] : aPedir(lido);
        if (lido.recarregar || novas.length > MUITAS) opcoes.aoRecarregar();
        else for (const id of novas) mudou(id, null);
        return true;
      } catch {
        return false;
      } finally {
        buscando = null;
      }
    })();
    return buscando;
  }

  /** The answers overlap, so as to miss nothing: a change is asked for twice (the first request
   * may fail) and then known by its mark. */
  function aPedir({ ids, marcas }) {
    const antes = contadas;
    contadas = new Map(ids.map((id, i) => {
      const conhecida = antes.get(id)?.marca === marcas[i];
      return [id, { marca: marcas[i], vezes: conhecida ? antes.get(id).vezes + 1 : 1 }];
    }));
    return ids.filter((id) => contadas.get(id).vezes <= 2);
  }

  function ligar() {
    if (socket && socket.readyState <= WebSocket.OPEN) return;
    const esquema = location.protocol === "https:" ? "wss" : "ws";
    socket = new WebSocket(`${esquema}://${location.host}/ws/`);
    vivoEm = Date.now();
    socket.addEventListener("message", aoQuadro);
    socket.addEventListener("close", (fim) => caiu(fim.code));
  }

  function caiu(codigo) {
    if (codigo === 4401) { opcoes.aoSessao(); mostrar("sem"); return; }
    if (codigo === 4409) { mostrar("outra"); return; }
    mostrar(navigator.onLine ? "religando" : "sem");
    conferir();
    setTimeout(ligar, espera * (0.5 + Math.random()));
    espera = Math.min(espera * 2, ESPERA_MAXIMA);
  }

  /** With the socket down, tell a server that still answers from no connection at all. */
  async function conferir() {
    const responde = await buscar();
    if (socket?.readyState !== WebSocket.OPEN) mostrar(responde ? "religando" : "sem");
  }

  setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) return;
    // Half-open: a cable pulled leaves no close behind.
    if (Date.now() - vivoEm > 2.2 * PING) socket.close();
    else { socket.send(PERGUNTA); buscar(); }
  }, PING);

  setInterval(() => {
    if (socket?.readyState !== WebSocket.OPEN) conferir();
  }, SEM_SOCKET);

  addEventListener("online", () => {
    espera = ESPERA_MINIMA;
    ligar();
    if (socket.readyState === WebSocket.OPEN) { socket.send(PERGUNTA); buscar(); }
  });
  addEventListener("offline", () => mostrar("sem"));
  document.addEventListener("visibilitychange", () => { if (!document.hidden) { ligar(); buscar(); } });
  mostrar("ligando");
  ligar();
  return { buscar, mudou };
}
