// One message → one bubble. What a tap does comes in `acoes`.
import { api } from "./api.js";
import { interativa, modelo } from "./interativas.js";
import { dia, el, formatar, hora, icone, ligacao, semMarcas } from "./nos.js";

export const EMOJIS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

// A line that stands for a message in quotes and in the list.
export function resumo(m) {
  if (!m) return "Mensagem";
  if (m.modelo) return m.modelo.corpo;
  const c = m[m.tipo] || {};
  switch (m.tipo) {
    case "text": return c.body || "";
    case "image": return `📷 ${c.caption || "Foto"}`;
    case "video": return `🎬 ${c.caption || "Vídeo"}`;
    case "audio": return c.voice ? "🎤 Mensagem de voz" : "🎵 Áudio";
    case "document": return `📄 ${c.filename || c.caption || "Documento"}`;
    case "sticker": return "Figurinha";
    case "location": return `📍 ${c.name || "Localização"}`;
    case "contacts": return `👤 ${m.contacts[0]?.name?.formatted_name || "Contato"}`;
    case "button": return c.text || "";
    case "interactive": return respostaOuCorpo(c);
    default: return "Mensagem";
  }
}

function respostaOuCorpo(c) {
  if (c.button_reply) return c.button_reply.title;
  if (c.list_reply) return c.list_reply.title;
  if (c.nfm_reply) return "Formulário preenchido";
  return c.body?.text || "Mensagem";
}

function tiques(m) {
  if (m.direcao !== "entrada") return null;
  const lida = m.status === "read";
  const no = icone("dois-tiques", lida ? "tique lido" : "tique");
  return el("span", { title: lida ? "Lida pela prefeitura" : "Entregue" }, no,
    el("span.oculto", { texto: lida ? "Lida" : "Entregue" }));
}

function midia(m, c, acoes) {
  const legenda = c.caption ? el("p.texto", {}, formatar(c.caption)) : null;
  if (!c.id) return [deFora(c), legenda];
  const endereco = api.midia(c.id);
  if (m.tipo === "image" || m.tipo === "sticker") {
    const foto = el("img", { src: endereco, alt: c.caption || (m.tipo === "image" ? "Foto" : "Figurinha"), loading: "lazy" });
    return [el(`button.foto.${m.tipo}`, { type: "button", "aria-label": "Ampliar a imagem", onclick: () => acoes.ampliar(endereco, c.caption) }, foto), legenda];
  }
  if (m.tipo === "video") return [el("video.video", { src: endereco, controls: true, preload: "metadata" }), legenda];
  if (m.tipo === "audio") {
    const toque = { src: endereco, controls: true, preload: "metadata", "aria-label": c.voice ? "Mensagem de voz" : "Áudio" };
    if (m.direcao === "saida" && c.voice) toque.onplay = () => acoes.tocar(m.wamid);
    return [el("div.audio", {}, icone("microfone"), el("audio", toque))];
  }
  return [arquivo(endereco, c.filename || "Documento"), legenda];
}

export function arquivo(endereco, nome) {
  return el("a.arquivo", { href: endereco, download: nome },
    icone("documento"), el("span.arquivo-nome", { texto: nome }), el("span.arquivo-baixar", { texto: "Baixar" }));
}

export function deFora(c) {
  let dominio = c.link;
  try { dominio = new URL(c.link).hostname; } catch { /* shown as it came */ }
  return el("p.de-fora", {}, icone("link"), c.filename ? `${c.filename}, em ` : "Arquivo em ", ligacao(c.link, dominio));
}

export function local(c) {
  return el("div.local", {}, el("div.mapa", { "aria-hidden": "true" }, icone("local")),
    el("strong", { texto: c.name || "Localização" }), c.address ? el("span", { texto: c.address }) : null,
    el("span.coordenadas", { texto: `${Number(c.latitude).toFixed(5)}, ${Number(c.longitude).toFixed(5)}` }));
}

function contatos(lista) {
  return lista.map((c) => el("div.contato", {}, icone("pessoa"), el("strong", { texto: c.name?.formatted_name || "Contato" }),
    (c.phones || []).map((p) => el("span", { texto: p.phone || p.wa_id }))));
}

function conteudo(m, acoes) {
  if (m.modelo) return modelo(m, acoes);
  const c = m[m.tipo] || {};
  switch (m.tipo) {
    case "text": return [el("p.texto", {}, formatar(c.body || ""))];
    case "image": case "video": case "audio": case "document": case "sticker": return midia(m, c, acoes);
    case "location": return [local(c)];
    case "contacts": return contatos(m.contacts || []);
    case "button": return [el("p.texto", { texto: c.text || "" })];
    case "interactive": return interativa(m, c, acoes);
    default: return [el("p.texto.fraco", {}, icone("aviso"), " Este aparelho não mostra este tipo de mensagem.")];
  }
}

function citacao(m, achar, acoes) {
  if (!m.resposta_a) return null;
  const citada = achar(m.resposta_a);
  return el("button.citacao", { type: "button", "aria-label": "Ir para a mensagem citada", onclick: () => acoes.irPara(m.resposta_a) },
    el("strong", { texto: !citada ? "Mensagem" : citada.direcao === "entrada" ? "Você" : acoes.nomeDaCidade() }),
    el("span", { texto: citada ? semMarcas(resumo(citada)) : "Mensagem não encontrada" }));
}

function menu(m, acoes) {
  const fechar = (evento) => evento.currentTarget.closest("details").removeAttribute("open");
  const minha = m.reacoes.find((r) => r.de === "cidadao")?.emoji;
  const reacoes = EMOJIS.map((emoji) => el("button.emoji", {
    type: "button", "aria-pressed": String(minha === emoji), "aria-label": `Reagir com ${emoji}`,
    onclick: (e) => { fechar(e); acoes.reagir(m.wamid, minha === emoji ? "" : emoji); },
  }, emoji));
  const mostrar = (e) => { if (e.target.open) e.target.querySelector(".menu").scrollIntoView({ block: "nearest" }); };
  return el("details.acoes", { ontoggle: mostrar },
    el("summary", { "aria-label": "Ações desta mensagem" }, icone("seta")),
    el("div.menu", {}, el("div.emojis", {}, reacoes),
      el("button", { type: "button", onclick: (e) => { fechar(e); acoes.citar(m); } }, icone("responder"), "Responder"),
      el("button", { type: "button", onclick: (e) => { fechar(e); acoes.copiar(resumo(m)); } }, icone("copiar"), "Copiar")));
}

// Returns the whole row of a message.
export function bolha(m, achar, acoes) {
  if (m.tipo === "system") return el("div.linha.centro", { id: `m-${m.wamid}` }, el("p.pilula", { texto: m.system?.body || "Aviso do sistema" }));
  const lado = m.direcao === "entrada" ? "minha" : "dela";
  const reacoes = m.reacoes.map((r) => r.emoji);
  const data = new Date(m.horario);
  const partes = conteudo(m, acoes).filter(Boolean);
  const toques = partes.filter((no) => no.className === "toques");
  const so = m.tipo === "sticker" && !m.modelo ? ".solta" : "";
  return el(`div.linha.${lado}${reacoes.length ? ".com-reacao" : ""}`, { id: `m-${m.wamid}`, "data-tipo": m.tipo },
    el(`article.bolha${so}`, { "aria-label": `${lado === "minha" ? "Você" : acoes.nomeDaCidade()}, ${hora(data)}` },
      citacao(m, achar, acoes), partes.filter((no) => !toques.includes(no)),
      el("footer.pe", {}, el("time", { datetime: m.horario, title: data.toLocaleString("pt-BR"), texto: hora(data) }), tiques(m)),
      toques, menu(m, acoes),
      reacoes.length ? el("span.reacao", { "aria-label": `Reações: ${reacoes.join(" ")}`, texto: reacoes.join("") }) : null));
}

export const separador = (data) => el("div.linha.centro.dia", {}, el("p.pilula", { texto: dia(data) }));
