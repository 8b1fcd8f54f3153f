// What a tap on a bubble does.
import { api } from "./api.js";
import { resumo } from "./bolhas.js";
import { ampliar, escolherContato, escolherLocal, escolherOpcao, preencherFormulario } from "./folhas.js";
import { $, avisar, cidadao, escrever, estado, tentar } from "./estado.js";
import { nomeDe } from "./lista.js";
import { el } from "./nos.js";

export const acoes = {
  avisar, ampliar,
  nomeDaCidade: () => estado.numero.nome,
  respondida: (m) => [...estado.mensagens.values()].some((o) => o.direcao === "entrada" && o.resposta_a === m.wamid && (o.tipo === "button" || o.tipo === "interactive")),
  responder: (m, mensagem) => escrever({ ...mensagem, context: { id: m.wamid } }),
  reagir: (wamid, emoji) => escrever({ type: "reaction", reaction: { message_id: wamid, emoji } }),
  tocar: (wamid) => tentar(api.tocar(estado.escolhido, wamid)),
  async copiar(texto) {
    try { await navigator.clipboard.writeText(texto); avisar("Copiado."); } catch { avisar("O navegador não deixou copiar."); }
  },
  irPara(wamid) {
    const alvo = document.getElementById(`m-${wamid}`);
    alvo?.scrollIntoView({ block: "center", behavior: "smooth" });
    alvo?.classList.add("realce");
    setTimeout(() => alvo?.classList.remove("realce"), 1500);
  },
  citar(m) {
    estado.citada = m.wamid;
    $("citando-texto").replaceChildren(el("strong", { texto: m.direcao === "entrada" ? "Você" : estado.numero.nome }), el("span", { texto: resumo(m) }));
    $("citando").hidden = false;
    $("escrever").focus();
  },
  async abrirLista(m, c) {
    const linha = await escolherOpcao(c);
    if (!linha) return;
    const list_reply = { id: linha.id, title: linha.title };
    if (linha.description) list_reply.description = linha.description;
    acoes.responder(m, { type: "interactive", interactive: { type: "list_reply", list_reply } });
  },
  async abrirLocal(m) {
    const location = await escolherLocal();
    if (location) (m ? acoes.responder(m, { type: "location", location }) : escrever({ type: "location", location }));
  },
  async abrirFormulario(m, p) {
    const dados = await preencherFormulario();
    if (dados) acoes.responder(m, { type: "interactive", interactive: { type: "nfm_reply", nfm_reply: { name: "flow", body: "Sent", response_json: JSON.stringify({ flow_token: p.flow_token, ...dados }) } } });
  },
  async compartilharTelefone(m) {
    const eu = cidadao();
    const dados = await escolherContato("Compartilhar meu telefone", nomeDe(eu), eu.wa_id || "");
    if (!dados) return;
    const phones = [{ phone: `+${dados.telefone}`, wa_id: dados.telefone, type: "CELL" }];
    acoes.responder(m, { type: "contacts", contacts: [{ origin: "contact_request", phones }] });
  },
};
