/** The sound of a notice: two short notes made here, so that no file travels for them. */

const NOTAS = [[0, 880], [0.16, 660]]; // second, hertz
const DURA = 0.35;
const SO_UMA_ABA = 2_000; // ms in which other tabs of the same person stay silent
let contexto;

/** Browsers let a page sound only after its person did something in it. */
export function prepararToque() {
  contexto ??= new AudioContext();
  if (contexto.state === "suspended") contexto.resume().catch(() => {});
}

/** Sound now. */
export function soar() {
  prepararToque();
  for (const [segundo, hertz] of NOTAS) {
    const comeco = contexto.currentTime + segundo;
    const nota = new OscillatorNode(contexto, { frequency: hertz });
    const volume = new GainNode(contexto, { gain: 0 });
    volume.gain.setValueAtTime(0, comeco);
    volume.gain.linearRampToValueAtTime(0.2, comeco + 0.02);
    volume.gain.exponentialRampToValueAtTime(0.001, comeco + DURA);
    nota.connect(volume).connect(contexto.destination);
    nota.start(comeco);
    nota.stop(comeco + DURA);
  }
}

/** Sound once, whatever the number of tabs that would. */
export function tocarAviso() {
  if (!navigator.locks) { soar(); return; } // outside HTTPS
  navigator.locks.request("toque", { ifAvailable: true }, (vez) => {
    if (!vez) return null;
    soar();
    return new Promise((feito) => { setTimeout(feito, SO_UMA_ABA); });
  });
}
