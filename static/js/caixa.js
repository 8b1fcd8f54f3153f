/** The inbox: joins the live line, the list, the conversation and the composer. */
import { aoVivo } from "./ao_vivo.js";
import { iniciarAgendar } from "./agendar.js";
import { iniciarArtigos } from "./artigos.js";
import { iniciarAtalhos } from "./atalhos.js";
import { iniciarAudio } from "./audio.js";
import { brinde, contarNoTitulo } from "./aviso.js";
import { iniciarBusca } from "./busca.js";
import { iniciarChamadas, mudaram } from "./chamar.js";
import { aoAndar, aoEntregar, aoParar, aoRecusar, esvaziar, iniciarSoltura } from "./compositor.js";
import { iniciarConta } from "./conta.js";
import { aberto, acompanhar, atualizarPartes, iniciarConversa } from "./conversa.js";
import { iniciarCliques, iniciarDialogos, iniciarMenus, iniciarNova } from "./dialogo.js";
import { iniciarEmojis } from "./emoji.js";
import { iniciarEtiquetas } from "./etiquetas.js";
import { acordar, iniciarFila } from "./fila.js";
import { sugerirJuntar } from "./linhas_curtas.js";
import * as lista from "./lista.js";
import { abrir, fechar, iniciarNavegacao, montar, mudouAoChegar, sumiu } from "./navegar.js";
import { enviar } from "./pedir.js";
import * as presenca from "./presenca.js";
import { iniciarProntas } from "./prontas.js";
import { iniciarRascunhos } from "./rascunho.js";
import { iniciarReacoes } from "./reagir.js";
import { iniciarRelogios } from "./relogios.js";
import { iniciarVisor } from "./visor.js";

const app = document.getElementById("app");

async function refazer(id) {
  await Promise.all([id ? lista.atualizar([id]) : null, aberto() ? acompanhar(aberto(), null) : null]);
}

async function aoFazer(resposta) {
  if (resposta.recusado) { await refazer(aberto()); return; }
  if (resposta.abrir) { await abrir(resposta.id, { foco: true }); return; }
  const desfazer = resposta.desfazer
    && (() => enviar(`/atendimento/${resposta.id}/${resposta.desfazer}/`, {}).then(() => refazer(resposta.id)).catch((e) => brinde(e.message)));
  brinde(resposta.aviso, { desfazer });
  if (resposta.agendada && resposta.id === aberto()) esvaziar();
  if (resposta.fechar && resposta.id === aberto()) fechar();
  // The next thing to do after taking it is to answer; where the keyboard is on the screen it would cover it.
  if (resposta.responder && matchMedia("(hover: hover)").matches) document.getElementById("texto").focus();
  await refazer(resposta.id);
}

iniciarCliques();
iniciarConversa(sumiu);
iniciarNavegacao();
iniciarDialogos(async (resposta) => {
  await aoFazer(resposta);
  // What was pressed may be gone: the keyboard goes on from the conversation.
  if (document.activeElement === document.body) document.getElementById("conversa").focus();
});
iniciarMenus();
iniciarNova();
iniciarEtiquetas();
iniciarAgendar();
iniciarArtigos();
iniciarSoltura();
iniciarEmojis();
iniciarProntas();
iniciarReacoes();
iniciarVisor();
iniciarAudio(app.dataset.eu);
lista.iniciarLista();
iniciarBusca(() => { if (aberto()) fechar(); });
iniciarConta();
iniciarChamadas(app.dataset.eu, abrir);
iniciarAtalhos();
iniciarRelogios(() => atualizarPartes().catch(() => {}));
await iniciarFila(app.dataset.eu, {
  entregue(item, resposta) {
    aoEntregar(item, resposta);
    sugerirJuntar(item, app.dataset.eu);
  },
  recusada: aoRecusar,
  parada: aoParar,
  andou: aoAndar,
});
iniciarRascunhos(app.dataset.eu);
montar();
contarNoTitulo(Number(document.getElementById("conta-novas").textContent) || 0);

aoVivo({
  cursor: app.dataset.cursor,
  aoMudar(mudancas) {
    lista.atualizar([...mudancas.keys()]);
    mudouAoChegar(mudancas);
    mudaram(mudancas.keys());
    const daqui = aberto();
    if (daqui && mudancas.has(daqui)) acompanhar(daqui, mudancas.get(daqui));
  },
  aoPresenca(ids) {
    if (ids.has(aberto())) presenca.mostrar(aberto());
  },
  aoRecarregar() {
    lista.recarregar().catch(() => {}); // the next catch-up asks again
    if (aberto()) acompanhar(aberto(), null);
  },
  aoSessao: () => location.reload(),
  aoLigar: acordar,
});
