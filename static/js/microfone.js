/** The microphone: whether there is one to use, and one recording of it. */

// WebM first: the server rewraps it as the mono OGG that WhatsApp plays as voice.
const TIPOS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus"];
const BITS = 24_000;
const NEGADO = "O navegador não deixou usar o microfone. Permita no cadeado ao lado do endereço e tente de novo.";
const FALHOU = "Não deu para gravar. Confira o microfone e tente de novo.";
const FALHAS = {
  NotAllowedError: NEGADO,
  SecurityError: NEGADO,
  NotFoundError: "Nenhum microfone foi encontrado neste computador. Ligue um e tente de novo.",
  NotReadableError: "O microfone está em uso por outro programa. Feche-o e tente de novo.",
};

const tipo = () => window.MediaRecorder && TIPOS.find((um) => MediaRecorder.isTypeSupported(um));

/** Why nothing can be recorded in this page, or "". */
export function impedimento() {
  if (!isSecureContext) return "Gravar voz só funciona em endereço seguro (https). Fale com quem administra o sistema.";
  if (navigator.mediaDevices && tipo()) return "";
  return "Este navegador não grava mensagens de voz. Use uma versão recente do Firefox, do Chrome ou do Edge.";
}

/** Ask for the microphone. Throws an Error whose message is for the person. */
export async function pedirMicrofone() {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true },
    });
  } catch (erro) {
    throw new Error(FALHAS[erro.name] || FALHOU);
  }
}

/** Let go of the microphone: the browser takes its red mark away. */
export function largar(fluxo) {
  for (const trilha of fluxo.getTracks()) trilha.stop();
}

export class Gravacao {
  /**
   * Starts at once. Throws an Error whose message is for the person.
   * @param {Function} acabou called once with (file, seconds, whether `parar` was called).
   */
  constructor(fluxo, acabou) {
    this.fluxo = fluxo;
    this.pedida = false;
    this.fim = 0;
    const pedacos = [];
    try {
      this.gravador = new MediaRecorder(fluxo, { mimeType: tipo(), audioBitsPerSecond: BITS });
      this.gravador.start(1_000);
    } catch {
      throw new Error(FALHOU);
    }
    this.inicio = performance.now();
    this.gravador.addEventListener("dataavailable", ({ data }) => { if (data.size) pedacos.push(data); });
    this.gravador.addEventListener("stop", () => {
      this.fim ||= performance.now();
      largar(fluxo);
      const [mime] = this.gravador.mimeType.split(";");
      acabou(new File(pedacos, `voz.${mime.split("/")[1]}`, { type: mime }), this.segundos, this.pedida);
    });
  }

  get segundos() { return ((this.fim || performance.now()) - this.inicio) / 1000; }

  /** Stop; what was recorded comes by `acabou`. A microphone that goes away stops it too. */
  parar() {
    if (this.gravador.state === "inactive") return;
    this.pedida = true;
    this.fim = performance.now();
    this.gravador.stop();
  }
}
