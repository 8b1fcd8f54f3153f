/** The bubble drawn before the server knows of it, and how much of its file has gone. */
import { figurar, retrato, tamanho } from "./anexos.js";
import { relogio } from "./audio.js";
import { pendentes } from "./fila.js";
import { desenharPrevia } from "./previa.js";
import * as log from "./registro.js";

export const otimista = (item) => document.getElementById(`otimista-${item.chave}`);

/** Write who said it and the beginning of what was said. */
export function mostrarCitada(lugar, li) {
  const corpo = li.querySelector(".texto, .bolha b");
  lugar.querySelector("b").textContent = li.dataset.autor || document.querySelector("#topo h2").textContent;
  lugar.querySelector("bdi").textContent = (corpo?.textContent || li.dataset.tipo).trim().slice(0, 200);
}

/** Draw `item` at the end of the log; `desistir` is called when its file is given up. */
export function desenhar(item, desistir) {
  const li = document.getElementById("bolha-otimista").content.firstElementChild.cloneNode(true);
  li.id = `otimista-${item.chave}`;
  li.dataset.envio = item.chave;
  li.dataset.dia = log.hoje();
  const texto = li.querySelector(".texto");
  if (item.campos.especie) texto.replaceWith(...desenharPrevia(item.campos.especie, JSON.parse(item.campos.dados)));
  else texto.textContent = item.campos.texto || "";
  const citado = item.campos.resposta_a && document.getElementById(`m-${item.campos.resposta_a}`);
  if (citado) {
    const lugar = li.querySelector(".citada");
    lugar.hidden = false;
    mostrarCitada(lugar, citado);
  }
  li.querySelector("time").textContent = new Intl.DateTimeFormat("pt-BR", {
    hour: "2-digit", minute: "2-digit", timeZone: document.getElementById("app").dataset.fuso,
  }).format(new Date());
  if (item.arquivo) {
    desenharArquivo(li, item);
    li.querySelector("[data-desiste]").addEventListener("click", () => {
      li.remove();
      log.arrumar();
      desistir(item);
    });
  }
  log.porOtimista(li);
  if (item.arquivo && pendentes(item.atendimento).length) aoAndar(item, 0);
}

function desenharArquivo(li, item) {
  const foto = retrato(item.arquivo);
  const lugar = li.querySelector(foto ? ".foto-link" : ".arquivo");
  lugar.hidden = false;
  if (foto) {
    li.querySelector(".bolha").classList.add("foto");
    lugar.append(foto);
    return;
  }
  lugar.querySelector("b").textContent = item.campos.voz ? "Mensagem de voz" : item.nome;
  lugar.querySelector(".num").textContent = item.campos.voz ? relogio(item.segundos) : tamanho(item.arquivo.size);
  lugar.classList.toggle("arquivo-pdf", item.arquivo.type === "application/pdf");
  figurar(lugar, item.arquivo);
}

/** Part of the file of `item` has gone. Whole, it can no longer be given up. */
export function aoAndar(item, parte) {
  const lugar = otimista(item)?.querySelector(".subindo");
  if (!lugar || (lugar.hidden && parte >= 1)) return;
  lugar.hidden = false;
  lugar.querySelector("progress").value = parte;
  lugar.querySelector("[data-quanto]").textContent = parte < 1 ? `${Math.floor(parte * 100)}%` : "Conferindo…";
  lugar.querySelector("[data-desiste]").hidden = parte >= 1;
}

/** No answer yet: say so in the bubble; it goes by itself when the network is back. */
export function aoParar(item, erro) {
  const li = otimista(item);
  if (!li) return;
  li.classList.add("parada");
  li.querySelector("[data-estado]").textContent = "sem conexão, guardada para enviar";
  if (li.querySelector(".duvida")) return;
  const aviso = document.createElement("p");
  aviso.className = "duvida";
  aviso.textContent = `${erro.message || "Sem conexão."} Sua mensagem está guardada e vai sozinha quando der.`;
  li.append(aviso);
}
