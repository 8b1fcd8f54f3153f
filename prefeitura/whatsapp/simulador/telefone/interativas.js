// Messages that can be answered with a tap: buttons, lists, links, templates, charges.
import { api } from "./api.js";
import { arquivo, deFora, local } from "./bolhas.js";
import { el, formatar, icone, ligacao, telefone } from "./nos.js";

const REAIS = new Intl.NumberFormat("pt-BR", { style: "currency", currency: "BRL" });

function cabecalho(h, acoes) {
  if (!h) return null;
  const tipo = h.type || h.tipo;
  if (h.texto || tipo === "text") return el("p.cabecalho", { texto: h.texto || h.text });
  const c = h[tipo] || {};
  if (tipo === "location") return local(c);
  if (!c.id) return c.link ? deFora(c) : null;
  const endereco = api.midia(c.id);
  if (tipo === "image") return el("button.foto", { type: "button", "aria-label": "Ampliar a imagem", onclick: () => acoes.ampliar(endereco, "") }, el("img", { src: endereco, alt: "Imagem da mensagem", loading: "lazy" }));
  if (tipo === "video") return el("video.video", { src: endereco, controls: true, preload: "metadata" });
  return arquivo(endereco, c.filename || "Documento");
}

const corpo = (texto) => (texto ? el("p.texto", {}, formatar(texto)) : null);
const rodape = (texto) => (texto ? el("p.rodape", { texto }) : null);

function toque(rotulo, nomeDoIcone, ao, desligado = false) {
  return el("button.toque", { type: "button", onclick: ao, disabled: desligado }, nomeDoIcone ? icone(nomeDoIcone) : null, el("span", { texto: rotulo }));
}

function saida(endereco, rotulo) {
  const no = ligacao(endereco, icone("link"), el("span", { texto: rotulo }));
  no.className = "toque";
  return no;
}

export function interativa(m, c, acoes) {
  if (c.button_reply) return [el("p.texto", { texto: c.button_reply.title })];
  if (c.list_reply) return [el("p.texto", {}, el("strong", { texto: c.list_reply.title })), rodape(c.list_reply.description)];
  if (c.nfm_reply) return [el("p.texto", { texto: "Formulário preenchido" })];
  const partes = [cabecalho(c.header, acoes), corpo(c.body?.text), rodape(c.footer?.text)];
  const botoes = (ACOES[c.type] || nada)(m, c, acoes);
  return [...partes, botoes?.length ? el("div.toques", {}, botoes) : null];
}

const nada = () => [];
const parametros = (c) => c.action?.parameters || {};

const ACOES = {
  button: (m, c, acoes) => c.action.buttons.map(({ reply }) => toque(reply.title, "responder", () =>
    acoes.responder(m, { type: "interactive", interactive: { type: "button_reply", button_reply: { id: reply.id, title: reply.title } } }), acoes.respondida(m))),
  list: (m, c, acoes) => [toque(c.action.button, "menu", () => acoes.abrirLista(m, c))],
  cta_url: (m, c) => [saida(parametros(c).url, parametros(c).display_text)],
  location_request_message: (m, c, acoes) => [toque("Enviar localização", "local", () => acoes.abrirLocal(m))],
  request_contact_info: (m, c, acoes) => [toque("Compartilhar meu telefone", "telefone", () => acoes.compartilharTelefone(m))],
  flow: (m, c, acoes) => [toque(parametros(c).flow_cta, "documento", () => acoes.abrirFormulario(m, parametros(c)))],
  voice_call: (m, c, acoes) => [toque(parametros(c).display_text || "Ligar", "telefone", () => acoes.avisar("O simulador não faz ligações."))],
  order_details: (m, c, acoes) => cobranca(parametros(c), acoes),
  order_status: () => [],
  carousel: (m, c, acoes) => [el("div.carrossel", {}, c.action.cards.map((cartao) => el("div.cartao", {}, cabecalho(cartao.header, acoes), corpo(cartao.body?.text),
    cartao.action.parameters ? saida(cartao.action.parameters.url, cartao.action.parameters.display_text)
      : (cartao.action.buttons || []).map(({ quick_reply: q }) => toque(q.title, "responder", () => acoes.responder(m, { type: "interactive", interactive: { type: "button_reply", button_reply: { id: q.id, title: q.title } } }))))))],
};

function cobranca(p, acoes) {
  const valor = (v) => REAIS.format((v?.value || 0) / (v?.offset || 100));
  const itens = (p.order?.items || []).map((i) => el("li", {}, el("span", { texto: `${i.quantity} × ${i.name}` }), el("span", { texto: valor(i.amount) })));
  const pix = (p.payment_settings || []).find((s) => s.type === "pix_dynamic_code")?.pix_dynamic_code;
  const boleto = (p.payment_settings || []).find((s) => s.type === "boleto")?.boleto;
  const link = (p.payment_settings || []).find((s) => s.type === "payment_link")?.payment_link;
  return [
    el("div.cobranca", {}, itens.length ? el("ul", {}, itens) : null, el("p", {}, "Total ", el("strong", { texto: valor(p.total_amount) }))),
    pix ? toque("Copiar código Pix", "copiar", () => acoes.copiar(pix.code)) : null,
    boleto ? toque("Copiar linha do boleto", "copiar", () => acoes.copiar(boleto.digitable_line)) : null,
    link ? saida(link.uri, "Abrir página de pagamento") : null,
  ].filter(Boolean);
}

// A template, already filled in by the simulator; a card of its carousel is one too.
function partesDoModelo(m, t, acoes) {
  const botoes = (t.botoes || []).map((b) => {
    if (b.tipo === "url") return saida(b.url, b.texto);
    if (b.tipo === "phone_number") return toque(b.texto, "telefone", () => acoes.avisar(`Ligaria para ${telefone(b.telefone.replace(/\D/g, ""))}.`));
    if (b.tipo === "copy_code") return toque("Copiar código", "copiar", () => acoes.copiar(b.codigo));
    if (b.tipo === "quick_reply") return toque(b.texto, "responder", () => acoes.responder(m, { type: "button", button: { payload: b.payload, text: b.texto } }), acoes.respondida(m));
    if (b.tipo === "request_contact_info") return toque(b.texto, "telefone", () => acoes.compartilharTelefone(m));
    return toque(b.texto, "", () => acoes.avisar("Este botão só funciona no aplicativo."));
  });
  return { antes: [cabecalho(t.cabecalho, acoes), oferta(t.oferta), corpo(t.corpo), rodape(t.rodape)], botoes };
}

function oferta(o) {
  if (!o) return null;
  const fim = o.ate ? `Termina em ${new Date(o.ate).toLocaleString("pt-BR", { dateStyle: "short", timeStyle: "short" })}` : "";
  return el("p.oferta", {}, icone("relogio"), el("strong", { texto: o.texto }), fim ? el("span", { texto: fim }) : null);
}

export function modelo(m, acoes) {
  const { antes, botoes } = partesDoModelo(m, m.modelo, acoes);
  const cartoes = (m.modelo.cartoes || []).map((t) => {
    const cartao = partesDoModelo(m, t, acoes);
    return el("div.cartao", {}, cartao.antes, cartao.botoes);
  });
  const toques = [...botoes, ...(cartoes.length ? [el("div.carrossel", {}, cartoes)] : [])];
  return [...antes, toques.length ? el("div.toques", {}, toques) : null];
}
