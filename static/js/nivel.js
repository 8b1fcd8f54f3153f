/** The level of a microphone: some bars that say that it hears, and whether it ever did. */

const BARRAS = 32;
const OUVE = 0.004; // RMS: below it there is only the noise of the board

export class Nivel {
  /** @param {SVGElement} lugar with one <path>, drawn in 4 units for each bar and 24 high. */
  constructor(fluxo, lugar) {
    this.traco = lugar.firstElementChild;
    this.alturas = new Array(BARRAS).fill(0);
    this.ouviu = false;
    this.contexto = new AudioContext();
    this.analise = this.contexto.createAnalyser();
    this.amostras = new Float32Array(this.analise.fftSize);
    this.contexto.createMediaStreamSource(fluxo).connect(this.analise);
    this.desenhar();
  }

  desenhar() {
    this.analise.getFloatTimeDomainData(this.amostras);
    const rms = Math.sqrt(this.amostras.reduce((soma, a) => soma + a * a, 0) / this.amostras.length);
    if (rms > OUVE) this.ouviu = true;
    // As the ear hears: 60 dB from nothing to all.
    this.alturas.push(Math.max(0, Math.min(1, 1 + Math.log10(rms || 1e-9) / 3)));
    this.alturas.shift();
    const barra = (altura, n) => `M${n * 4 + 2} ${12 - (1 + altura * 10)}v${2 + altura * 20}`;
    this.traco.setAttribute("d", this.alturas.map(barra).join(""));
  }

  fechar() {
    this.contexto.close().catch(() => {});
  }
}
