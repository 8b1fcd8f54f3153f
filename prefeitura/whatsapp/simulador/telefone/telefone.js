// The page: the chosen citizen's live conversation, and the list beside it.
import { acoes } from "./acoes.js";
import { api } from "./api.js";
import { bolha, separador } from "./bolhas.js";
import { crescer, ligarCompositor, pararDeCitar } from "./compositor.js";
import { $, cidadao, escrever, estado, tentar } from "./estado.js";
import { mostrarPerfil, novoCidadao } from "./folhas.js";
import { desenharLista, identidade, nomeDe } from "./lista.js";
import { el, hora } from "./nos.js";

const noFim = () => $("conversa").scrollHeight - $("conversa").scrollTop - $("conversa").clientHeight < 80;
const irAoFim = () => { $("conversa").scrollTop = $("conversa").scrollHeight; };
let haNovas = false; // messages came while the person was reading further up
let seguindo = true; // at the end the last time the person scrolled: pictures that load do not change it

function mostrarDescer() {
  const fim = noFim();
  if (fim) haNovas = false;
  $("descer").hidden = fim;
  $("descer").textContent = haNovas ? "↓ novas" : "↓";
}

function desenharConversa() {
  const painel = $("conversa");
  const estavaNoFim = noFim();
  const quantas = painel.children.length;
  const achar = (wamid) => estado.mensagens.get(wamid);
  let diaAnterior = "";
  const velhos = new Map([...painel.children].map((no) => [no.dataset.chave, no]));
  const linhas = [];
  for (const m of estado.mensagens.values()) {
    const data = new Date(m.horario);
    const dia = data.toDateString();
    if (dia !== diaAnterior) {
      const separa = velhos.get(dia) || separador(data);
      separa.dataset.chave = dia;
      linhas.push(separa);
      diaAnterior = dia;
    }
    const assinatura = JSON.stringify(m) + (m.resposta_a ? Boolean(achar(m.resposta_a)) : "") + acoes.respondida(m);
    let no = velhos.get(m.wamid);
    if (!no || no.dataset.assinatura !== assinatura) {
      no = bolha(m, achar, acoes);
      no.dataset.chave = m.wamid;
      no.dataset.assinatura = assinatura;
    }
    linhas.push(no);
  }
  if (!linhas.length) linhas.push(comeco());
  // Only what differs moves: a playing audio or an open menu stays as it is.
  linhas.forEach((no, posicao) => { if (painel.children[posicao] !== no) painel.insertBefore(no, painel.children[posicao] || null); });
  while (painel.children.length > linhas.length) painel.lastChild.remove();
  if (estavaNoFim) painel.scrollTop = painel.scrollHeight;
  else if (quantas && linhas.length > quantas) haNovas = true;
  mostrarDescer();
}

function comeco() {
  const eu = cidadao();
  const frases = estado.numero.prompts.length ? estado.numero.prompts : ["Oi", "Quero a segunda via do IPTU", "Tem um buraco na minha rua"];
  return el("div.comeco", { "data-chave": "comeco" },
    el("p", {}, "Você é ", el("strong", { texto: nomeDe(eu) }), `, ${identidade(eu)}. Escreva para começar.`),
    el("div.atalhos", {}, frases.map((frase) => el("button.botao", { type: "button", texto: frase, onclick: () => escrever({ type: "text", text: { body: frase } }) }))));
}

async function carregarConversa() {
  const de = estado.escolhido;
  if (!de) return;
  const lista = await tentar(api.mensagens(de, estado.numero.phone_number_id));
  if (!lista || de !== estado.escolhido) return;
  estado.mensagens = new Map(lista.map((m) => [m.wamid, m]));
  if (lista.at(-1)?.direcao === "saida") mostrarDigitando(0);
  desenharConversa();
  document.documentElement.dataset.pronto = de;
  const novas = lista.some((m) => m.direcao === "saida" && (m.status === "delivered" || m.status === "sent"));
  if (novas && document.visibilityState === "visible") tentar(api.ler(de, estado.numero.phone_number_id));
}

async function carregarLista() {
  const lista = await tentar(api.cidadaos(estado.numero.phone_number_id));
  if (!lista) return;
  estado.cidadaos = lista;
  desenharLista(lista, estado.escolhido, escolher);
}

function juntar(acao, espera) {
  let marcada = 0;
  return () => { if (!marcada) marcada = setTimeout(() => { marcada = 0; acao(); }, espera); };
}
const logoConversa = juntar(carregarConversa, 30);
const logoLista = juntar(carregarLista, 120);

function escolher(id) {
  estado.rascunhos.set(estado.escolhido, $("escrever").value);
  estado.escolhido = id;
  localStorage.setItem("telefone.cidadao", id);
  estado.mensagens = new Map();
  pararDeCitar();
  mostrarDigitando(0);
  $("escrever").value = estado.rascunhos.get(id) || "";
  crescer();
  $("conversa").replaceChildren();
  document.body.classList.remove("com-lista");
  document.title = `${nomeDe(cidadao())} · Telefone do cidadão`;
  desenharLista(estado.cidadaos, id, escolher);
  seguindo = true;
  carregarConversa().then(irAoFim);
}

function mostrarDigitando(segundos) {
  clearTimeout(estado.digitando);
  $("numero-estado").textContent = segundos ? "digitando…" : "conta comercial";
  $("numero-estado").classList.toggle("digitando", Boolean(segundos));
  if (segundos) estado.digitando = setTimeout(() => mostrarDigitando(0), segundos * 1000);
}

function ouvir() {
  const fonte = api.eventos();
  fonte.onopen = () => { document.documentElement.dataset.vivo = "sim"; logoLista(); logoConversa(); };
  fonte.onerror = () => { delete document.documentElement.dataset.vivo; };
  fonte.onmessage = ({ data }) => {
    const evento = JSON.parse(data);
    const meu = evento.cidadao === estado.escolhido;
    if (evento.tipo === "digitando") { if (meu) mostrarDigitando(evento.segundos); return; }
    if (meu) logoConversa();
    logoLista();
  };
}

function ligar() {
  ligarCompositor();
  $("busca").addEventListener("input", () => desenharLista(estado.cidadaos, estado.escolhido, escolher));
  $("novo").addEventListener("click", async () => {
    const dados = await novoCidadao();
    const [id] = (dados && (await tentar(api.criar(dados)))) || [];
    if (id) { await carregarLista(); escolher(id); $("escrever").focus(); }
  });
  $("abrir-perfil").addEventListener("click", () => mostrarPerfil(estado.numero));
  $("abrir-lista").addEventListener("click", () => { document.body.classList.add("com-lista"); $("busca").focus(); });
  $("fechar-lista").addEventListener("click", () => { document.body.classList.remove("com-lista"); $("abrir-lista").focus(); });
  $("numeros").addEventListener("change", () => usarNumero($("numeros").value));
  $("tema").addEventListener("click", () => {
    const escuro = matchMedia("(prefers-color-scheme: dark)").matches;
    const atual = document.documentElement.dataset.tema || (escuro ? "escuro" : "claro");
    const novo = atual === "escuro" ? "claro" : "escuro";
    document.documentElement.dataset.tema = novo;
    localStorage.setItem("telefone.tema", novo);
  });
  $("conversa").addEventListener("scroll", () => { seguindo = noFim(); mostrarDescer(); }, { passive: true });
  $("conversa").addEventListener("load", () => { if (seguindo) irAoFim(); }, { capture: true });
  $("descer").addEventListener("click", irAoFim);
  document.addEventListener("click", (e) => {
    for (const aberto of document.querySelectorAll("details[open]")) if (!aberto.contains(e.target)) aberto.open = false;
  });
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape") return;
    for (const aberto of document.querySelectorAll("details[open]")) { aberto.open = false; aberto.querySelector("summary").focus(); }
  });
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") logoConversa(); });
  const relogio = () => { $("relogio").textContent = hora(new Date()); };
  relogio();
  setInterval(relogio, 10000);
}

async function usarNumero(id) {
  estado.numero = estado.numeros.find((n) => n.phone_number_id === id) || estado.numeros[0];
  $("numero-nome").textContent = estado.numero.nome;
  await carregarLista();
  const lembrado = localStorage.getItem("telefone.cidadao");
  const primeiro = estado.cidadaos.find((c) => c.user_id === lembrado) || estado.cidadaos[0];
  if (primeiro) escolher(primeiro.user_id);
}

async function comecar() {
  const tema = localStorage.getItem("telefone.tema");
  if (tema) document.documentElement.dataset.tema = tema;
  estado.numeros = (await tentar(api.numeros())) || [];
  if (!estado.numeros.length) return;
  $("numeros").replaceChildren(...estado.numeros.map((n) => el("option", { value: n.phone_number_id, texto: n.exibicao })));
  $("numeros").hidden = estado.numeros.length < 2;
  ligar();
  await usarNumero(estado.numeros[0].phone_number_id);
  ouvir();
}

comecar();
