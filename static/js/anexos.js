/** Files chosen to be sent: seen before, with their limits told before. */

const MB = 1_000_000;
const FOTOS = ["image/jpeg", "image/png"];
const VIDEOS = ["video/mp4", "video/3gpp"];
const AUDIOS = ["audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"];
const MAXIMO = 10;

export const tamanho = (bytes) =>
  bytes < MB ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / MB).toFixed(1).replace(".", ",")} MB`;

/** Why Meta would not take this file, or "" (WHATSAPP.md, limits of media). */
export function problema(arquivo) {
  if (!arquivo.size) return `“${arquivo.name}”: o arquivo está vazio.`;
  const dele = tamanho(arquivo.size);
  if (FOTOS.includes(arquivo.type) && arquivo.size > 5 * MB) {
    return `Imagens podem ter até 5 MB; esta tem ${dele}. Diminua a imagem ou envie em PDF.`;
  }
  if (VIDEOS.includes(arquivo.type) && arquivo.size > 16 * MB) return `Vídeos podem ter até 16 MB; este tem ${dele}.`;
  if (AUDIOS.includes(arquivo.type) && arquivo.size > 16 * MB) return `Áudios podem ter até 16 MB; este tem ${dele}.`;
  if (arquivo.size > 100 * MB) return `Documentos podem ter até 100 MB; este tem ${dele}.`;
  return "";
}

/** A small picture of an image file, or null for any other. */
export function retrato(arquivo) {
  if (!FOTOS.includes(arquivo.type)) return null;
  const foto = document.createElement("img");
  foto.alt = "";
  foto.src = URL.createObjectURL(arquivo);
  foto.addEventListener("load", () => URL.revokeObjectURL(foto.src), { once: true });
  return foto;
}

/** Draw in `lugar` the icon of the kind of file. */
export function figurar(lugar, arquivo) {
  const nome = { video: "video", audio: "mic", image: "image" }[arquivo.type.split("/")[0]] || "file-text";
  lugar.querySelector("use").setAttribute("href", `${document.getElementById("app").dataset.icones}#${nome}`);
}

/** The tray of files over the text. `recusar` shows a sentence. */
export class Anexos {
  constructor(lugar, { recusar, aoMudar }) {
    this.lugar = lugar;
    this.recusar = recusar;
    this.aoMudar = aoMudar;
    this.itens = [];
  }

  /** Add files, each with its caption when it already had one. */
  juntar(arquivos, legendas = []) {
    for (const [n, arquivo] of [...arquivos].entries()) {
      const motivo = this.itens.length >= MAXIMO ? "Até 10 arquivos por vez." : problema(arquivo);
      if (motivo) { this.recusar(motivo); continue; }
      const legenda = legendas[n] || "";
      this.itens.push({ arquivo, legenda, li: this.desenhar(arquivo, legenda) });
    }
    this.mostrar();
  }

  desenhar(arquivo, escrita) {
    const li = document.getElementById("anexo-modelo").content.firstElementChild.cloneNode(true);
    li.querySelector(".anexo-nome").textContent = arquivo.name;
    li.querySelector(".anexo-nome").title = arquivo.name;
    li.querySelector(".anexo-tamanho").textContent = tamanho(arquivo.size);
    const retirar = li.querySelector("button");
    retirar.setAttribute("aria-label", `Retirar ${arquivo.name}`);
    retirar.addEventListener("click", () => this.retirar(li));
    const legenda = li.querySelector(".anexo-legenda");
    if (AUDIOS.includes(arquivo.type)) legenda.remove();
    else {
      legenda.value = escrita;
      legenda.setAttribute("aria-label", `Legenda de ${arquivo.name}`);
      legenda.addEventListener("input", () => {
        this.itens.find((item) => item.li === li).legenda = legenda.value;
      });
      legenda.addEventListener("keydown", (e) => { if (e.key === "Enter") e.preventDefault(); });
    }
    const foto = retrato(arquivo);
    if (foto) li.querySelector(".anexo-figura").replaceWith(foto);
    else figurar(li.querySelector(".anexo-figura"), arquivo);
    this.lugar.append(li);
    return li;
  }

  retirar(li) {
    const vizinho = li.nextElementSibling || li.previousElementSibling;
    this.itens = this.itens.filter((item) => item.li !== li);
    li.remove();
    this.mostrar();
    (vizinho?.querySelector("button") || document.getElementById("texto")).focus();
  }

  /** Take all of them away, to send: [{arquivo, legenda}]. */
  tirarTodos() {
    const todos = this.itens.map(({ arquivo, legenda }) => ({ arquivo, legenda }));
    this.itens = [];
    this.lugar.replaceChildren();
    this.mostrar();
    return todos;
  }

  mostrar() {
    this.lugar.hidden = !this.itens.length;
    this.aoMudar();
  }
}
