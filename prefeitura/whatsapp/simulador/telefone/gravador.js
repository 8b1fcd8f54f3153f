// Records a voice note: timer, discard, send.
const $ = (id) => document.getElementById(id);
const TIPOS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus", "audio/mp4"];

export function ligarGravador({ enviar, avisar }) {
  let gravador = null;
  let fluxo = null;
  let relogio = 0;
  let descartar = false;

  function mostrar(gravando) {
    $("compositor").hidden = gravando;
    $("gravando").hidden = !gravando;
    if (gravando) $("gravar-enviar").focus();
  }

  function encerrar() {
    clearInterval(relogio);
    fluxo?.getTracks().forEach((trilha) => trilha.stop());
    fluxo = gravador = null;
    mostrar(false);
    $("escrever").focus();
  }

  async function comecar() {
    if (!navigator.mediaDevices || !window.MediaRecorder) {
      avisar("Este navegador não grava áudio nesta página.");
      return;
    }
    try {
      fluxo = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      avisar("Sem acesso ao microfone. Libere-o no navegador e tente de novo.");
      return;
    }
    const tipo = TIPOS.find((t) => MediaRecorder.isTypeSupported(t)) || "";
    const pedacos = [];
    descartar = false;
    gravador = new MediaRecorder(fluxo, { mimeType: tipo || undefined, audioBitsPerSecond: 24000 });
    gravador.ondataavailable = (evento) => { if (evento.data.size) pedacos.push(evento.data); };
    gravador.onstop = () => {
      const mime = gravador.mimeType || tipo;
      encerrar();
      if (descartar || !pedacos.length) return;
      enviar(new File(pedacos, mime.includes("ogg") ? "voz.ogg" : "voz.webm", { type: mime }));
    };
    const inicio = Date.now();
    const contar = () => {
      const s = Math.floor((Date.now() - inicio) / 1000);
      $("gravando-tempo").textContent = `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
    };
    contar();
    relogio = setInterval(contar, 250);
    gravador.start();
    mostrar(true);
  }

  $("gravar").addEventListener("click", comecar);
  $("gravar-enviar").addEventListener("click", () => gravador?.stop());
  $("gravar-cancelar").addEventListener("click", () => { descartar = true; gravador?.stop(); });
}
