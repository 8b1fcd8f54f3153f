// Text, quotes, files, place, contact and voice: everything the citizen sends.
import { acoes } from "./acoes.js";
import { api } from "./api.js";
import { $, avisar, escrever, estado, tentar } from "./estado.js";
import { conferirArquivo, escolherContato } from "./folhas.js";
import { ligarGravador } from "./gravador.js";

export function pararDeCitar() {
  estado.citada = null;
  $("citando").hidden = true;
}

export function crescer() {
  const campo = $("escrever");
  campo.rows = Math.min(6, Math.max(1, campo.value.split("\n").length));
  const tem = Boolean(campo.value.trim());
  $("enviar").hidden = !tem;
  $("gravar").hidden = tem;
}

async function enviarTexto(evento) {
  evento.preventDefault();
  const body = $("escrever").value.trim();
  if (!body) return;
  const mensagem = { type: "text", text: { body } };
  if (estado.citada) mensagem.context = { id: estado.citada };
  $("escrever").value = "";
  crescer();
  pararDeCitar();
  if (!(await escrever(mensagem)) && !$("escrever").value) { $("escrever").value = body; crescer(); }
  $("conversa").scrollTop = $("conversa").scrollHeight;
}

async function enviarArquivos(arquivos, comoDocumento) {
  for (const arquivo of arquivos) {
    const legenda = await conferirArquivo(arquivo);
    if (legenda === null) continue;
    await mandar(arquivo, { legenda, tipo: comoDocumento ? "document" : "" });
  }
}

async function mandar(arquivo, campos) {
  const context = estado.citada ? JSON.stringify({ id: estado.citada }) : "";
  pararDeCitar();
  await tentar(api.mandarArquivo(estado.escolhido, estado.numero.phone_number_id, arquivo, { ...campos, context }));
  $("conversa").scrollTop = $("conversa").scrollHeight;
}

const ANEXOS = {
  midia: () => { $("arquivo").accept = "image/*,video/*"; $("arquivo").dataset.documento = ""; $("arquivo").click(); },
  documento: () => { $("arquivo").accept = ""; $("arquivo").dataset.documento = "sim"; $("arquivo").click(); },
  local: () => acoes.abrirLocal(null),
  async contato() {
    const c = await escolherContato();
    if (c) escrever({ type: "contacts", contacts: [{ name: { formatted_name: c.nome, first_name: c.nome.split(" ")[0] }, phones: [{ phone: `+${c.telefone}`, wa_id: c.telefone, type: "CELL" }], origin: "other" }] });
  },
};

export function ligarCompositor() {
  $("compositor").addEventListener("submit", enviarTexto);
  $("escrever").addEventListener("input", crescer);
  $("escrever").addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); $("compositor").requestSubmit(); }
    if (e.key === "Escape") pararDeCitar();
  });
  $("escrever").addEventListener("paste", (e) => {
    const arquivos = [...(e.clipboardData?.files || [])];
    if (arquivos.length) { e.preventDefault(); enviarArquivos(arquivos, false); }
  });
  $("parar-de-citar").addEventListener("click", pararDeCitar);
  for (const botao of document.querySelectorAll("[data-anexo]"))
    botao.addEventListener("click", () => { $("anexos").open = false; ANEXOS[botao.dataset.anexo](); });
  $("arquivo").addEventListener("change", () => {
    const arquivos = [...$("arquivo").files];
    $("arquivo").value = "";
    enviarArquivos(arquivos, $("arquivo").dataset.documento === "sim");
  });
  ligarGravador({ avisar, enviar: (arquivo) => mandar(arquivo, { voz: "sim" }) });
}
