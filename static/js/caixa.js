/** The inbox: joins the live line, the list, the conversation and the composer. */
import { aoVivo } from "./ao_vivo.js";
import { iniciarAgendar } from "./agendar.js";
import { iniciarArtigos } from "./artigos.js";
import { iniciarAtalhos } from "./atalhos.js";
import { iniciarAudio } from "./audio.js";
import { brinde, contarNoTitulo } from "./aviso.js";
import { iniciarBusca } from "./busca.js";
import { iniciarChamadas, mudaram } from "./chamar.js";
import { iniciarCompor } from "./compor.js";
import { aoEntregar, aoRecusar, enviarComposta, esvaziar, iniciarSoltura } from "./compositor.js";
import { iniciarConta } from "./conta.js";
import { aberto, acompanhar, atualizarPartes, iniciarConversa } from "./conversa.js";
import { iniciarCliques, iniciarDialogos, iniciarMenus, iniciarNova } from "./dialogo.js";
import { iniciarEmojis } from "./emoji.js";
import { iniciarEtiquetas } from "./etiquetas.js";
import { acordar, iniciarFila } from "./fila.js";
import { sugerirJuntar } from "./linhas_curtas.js";
import * as lista from "./lista.js";
import { iniciarMenuSolto } from "./menu_solto.js";
import { abrir, fechar, iniciarNavegacao, montar, mudouAoChegar, sumiu } from "./navegar.js";
import { enviar } from "./pedir.js";
import { aoAndar, aoParar } from "./otimista.js";
import * as presenca from "./presenca.js";
import { iniciarProntas } from "./prontas.js";
import { iniciarRascunhos } from "./rascunho.js";
import { iniciarReacoes } from "./reagir.js";
import { iniciarRelogios } from "./relogios.js";
import { esquecer, iniciarSelecao } from "./selecao.js";
import { iniciarVisor } from "./visor.js";

const app = document.getElementById("app");

async function refazer(...ids) {
  await Promise.all([lista.atualizar(ids.filter(Boolean)), aberto() ? acompanhar(aberto(), null) : null]);
}

async function desfazer(transicoes) {
  const { ids, aviso } = await enviar("/atendimento/desfazer/", { transicoes: transicoes.join(",") });
  brinde(aviso);
  await refazer(...ids);
}

async function aoFazer(resposta) {
  if (resposta.recusado) { await refazer(aberto()); return; }
  if (resposta.abrir) { await abrir(resposta.id, { foco: true }); return; }
  const { ids = [resposta.id], desfazer: volta = [] } = resposta;
  const voltar = volta.length
    && (() => desfazer(volta).catch((e) => brinde(e.message || "Sem conexão. Nada foi desfeito.")));
  brinde(resposta.aviso, { desfazer: voltar });
  esquecer(ids);
  if (resposta.agendada && resposta.id === aberto()) esvaziar();
  if (resposta.fechar && ids.includes(aberto())) fechar();
  // The next thing to do after taking it is to answer; where the keyboard is on the screen it would cover it.
  if (resposta.responder && matchMedia("(hover: hover)").matches) document.getElementById("texto").focus();
  await refazer(...ids);
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
iniciarMenuSolto();
iniciarSelecao(aoFazer);
iniciarNova();
iniciarEtiquetas();
iniciarAgendar();
iniciarArtigos();
iniciarSoltura();
iniciarEmojis();
iniciarProntas();
iniciarCompor(enviarComposta);
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
