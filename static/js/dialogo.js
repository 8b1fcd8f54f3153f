/** Dialogs and the forms of actions: sent in the background, refusals shown where they are. */
import { brinde } from "./aviso.js";
import { elementos, enviar, pedirHtml, Recusa } from "./pedir.js";

const caixa = () => document.getElementById("dialogo");
let abrindo = false;
let noFundo = false;

/** The second click of a double click does nothing: by then another thing may be under it. */
export function iniciarCliques() {
  document.addEventListener("click", (evento) => {
    if (evento.detail < 2 || !evento.target.closest("a, button:not(.anexo button, .visor button)")) return;
    evento.preventDefault();
    evento.stopPropagation();
  }, true);
}

/** Start. `aoFazer` gets the answer of every action that was done. */
export function iniciarDialogos(aoFazer) {
  document.addEventListener("click", async (evento) => {
    const elo = evento.target.closest("[data-dialogo]");
    const varios = evento.target.closest("[data-dialogo-de-varios]");
    if (varios) { evento.preventDefault(); await abrirDialogo(varios.href); }
    if (elo && !evento.ctrlKey && !evento.metaKey && !evento.shiftKey) { evento.preventDefault(); await abrirDialogo(elo.href); }
    const abre = evento.target.closest("[data-abre]");
    if (abre) document.getElementById(abre.dataset.abre).showModal();
    if (evento.target.closest("[data-fecha]")) evento.target.closest("dialog").close();
    if (noFundo && evento.target.matches("dialog")) evento.target.close();
  });
  document.addEventListener("pointerdown", (evento) => { noFundo = clicaNoFundo(evento); });
  document.addEventListener("submit", async (evento) => {
    // htmx reads the fields first: it listens on the form itself.
    if (evento.target.matches("[data-fecha-ao-ir]")) evento.target.closest("dialog")?.close();
    const form = evento.target.closest("form[data-acao]");
    if (!form) return;
    evento.preventDefault();
    await fazer(form, evento.submitter, aoFazer);
  });
}

/** Pressed outside of an open dialog in which nothing was written: that closes it. */
function clicaNoFundo(evento) {
  const dialogo = evento.target;
  if (!dialogo.matches("dialog")) return false;
  const { left, right, top, bottom } = dialogo.getBoundingClientRect();
  const dentro = evento.clientX >= left && evento.clientX <= right && evento.clientY >= top && evento.clientY <= bottom;
  const escrito = [...dialogo.querySelectorAll("input, textarea")].some((campo) => campo.value !== campo.defaultValue);
  return !dentro && !escrito;
}

/** Show the dialog that the server draws at `endereco`. */
export async function abrirDialogo(endereco) {
  document.querySelector(".menu:popover-open")?.hidePopover();
  if (abrindo) return;
  abrindo = true;
  try {
    caixa().replaceChildren(elementos(await pedirHtml(endereco, "dialogo")));
  } catch (erro) {
    brinde(erro instanceof Recusa ? "Este atendimento não está mais com a sua equipe." : "Sem conexão. Tente de novo.");
    return;
  } finally {
    abrindo = false;
  }
  window.htmx.process(caixa());
  caixa().showModal();
  caixa().dispatchEvent(new Event("montado"));
}

async function fazer(form, apertado, aoFazer) {
  const botao = apertado || form.querySelector("[type=submit]");
  if (botao.disabled) return;
  const dados = new FormData(form, apertado);
  botao.disabled = true;
  form.closest("[popover]")?.hidePopover();
  if ("comVersao" in form.dataset) {
    dados.set("versao_vista", document.getElementById("estado-rodape").dataset.versao);
  }
  try {
    const resposta = await enviar(form.getAttribute("action"), dados);
    form.closest("dialog")?.close();
    if (form.elements.chave_cliente) form.elements.chave_cliente.value = crypto.randomUUID();
    await aoFazer(resposta);
  } catch (erro) {
    mostrarErro(form, erro instanceof Recusa ? erro.message : "Sem conexão. Tente de novo quando ela voltar.");
    if (erro instanceof Recusa) irAoCampo(form, erro.corpo.campo);
    if (erro instanceof Recusa && erro.corpo.codigo === "ja_aberto") oferecerAberto(form, erro.corpo.atendimento);
    if (erro instanceof Recusa && erro.status === 409) await aoFazer({ id: "", recusado: true });
  } finally {
    botao.disabled = false;
  }
}

function mostrarErro(form, frase) {
  const lugar = form.querySelector("[data-erro]");
  if (!lugar) { brinde(frase); return; }
  lugar.querySelector("[data-frase]").textContent = frase;
  lugar.querySelector(".saida-do-erro")?.remove();
  lugar.hidden = false;
  lugar.scrollIntoView({ block: "nearest" });
}

function irAoCampo(form, nome) {
  if (!nome) return;
  const campo = form.elements[nome];
  (campo instanceof RadioNodeList ? campo[0] : campo)?.focus();
}

/** The person was chosen: her name goes where the template asks for one, unless one was written. */
export function iniciarNova() {
  let posto = "";
  const preencher = () => {
    const nome = caixa().querySelector("[name=cidadao]:checked")?.dataset.nome;
    const campo = caixa().querySelector("[name=valor-nome]");
    if (!nome || !campo || (campo.value && campo.value !== posto)) return;
    campo.value = posto = nome;
    campo.dispatchEvent(new Event("input", { bubbles: true }));
  };
  caixa().addEventListener("change", preencher);
  caixa().addEventListener("htmx:afterSettle", preencher);
}

/** There is one open with this person already: go there, or say that it is another matter. */
function oferecerAberto(form, id) {
  const saida = document.createElement("span");
  saida.className = "saida-do-erro";
  const abrir = document.createElement("a");
  abrir.className = "botao botao-p";
  abrir.href = `/atendimento/${id}/`;
  abrir.dataset.abreAtendimento = id;
  abrir.dataset.fecha = "";
  abrir.textContent = "Abrir o que já existe";
  const outro = document.createElement("button");
  outro.className = "botao botao-p";
  outro.type = "button";
  outro.addEventListener("click", () => {
    const confirma = Object.assign(document.createElement("input"), { type: "hidden", name: "confirmar", value: "1" });
    form.append(confirma);
    form.requestSubmit();
    confirma.remove();
  });
  outro.textContent = "É outro assunto: enviar";
  saida.append(abrir, outro);
  form.querySelector("[data-erro]").append(saida);
  abrir.focus();
}

/** Place each popover menu beside the button that opened it. */
export function iniciarMenus() {
  document.addEventListener("toggle", (evento) => {
    if (evento.target.id !== "menu-acoes" || evento.newState !== "open") return;
    const botao = document.querySelector("[popovertarget=menu-acoes]").getBoundingClientRect();
    evento.target.style.top = `${botao.bottom + 4}px`;
    evento.target.style.right = `${Math.max(8, innerWidth - botao.right)}px`;
  }, true);
  document.addEventListener("click", async (evento) => {
    const alvo = evento.target.closest("[data-copia]");
    if (!alvo) return;
    alvo.closest("[popover]")?.hidePopover();
    try {
      await navigator.clipboard.writeText(alvo.dataset.copia);
      brinde("Copiado.");
    } catch {
      brinde(`Não deu para copiar: ${alvo.dataset.copia}`);
    }
  });
}
