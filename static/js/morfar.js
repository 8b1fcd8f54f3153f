/** Change nodes in place, and move them without losing focus or a playing audio. */

const { Idiomorph } = window;

/** Make `velho` equal to `novo`, keeping what the person is using; class names in `manter` stay. */
export function morfar(velho, novo, manter = []) {
  const tinha = manter.filter((classe) => velho.classList.contains(classe));
  Idiomorph.morph(velho, novo, {
    // Idiomorph leaves alone all that is inside the focused element: right for a field being
    // written, wrong for the link of a row.
    ignoreActiveValue: Boolean(document.activeElement?.matches("input, textarea, select")),
    callbacks: {
      // A <details> that the person closed stays closed; an open menu stays open.
      beforeAttributeUpdated: (nome, no) => !(nome === "open" && no.nodeName === "DETAILS"),
      // What plays goes on playing, and its drawing tells of it.
      beforeNodeMorphed: (de, para) => de.nodeType !== 1
        || !((de.matches("audio, video") && !de.paused) || (de.matches("[data-tocador]") && para.matches?.("[data-tocador]"))),
    },
  });
  const agora = document.getElementById(velho.id) || velho;
  agora.classList.add(...tinha);
  return agora;
}

/** Put `no` before `antes` in `pai` (null: at the end). */
export function mover(pai, no, antes) {
  if (no.parentNode === pai && (no === antes || no.nextSibling === antes)) return;
  if (pai.moveBefore && no.parentNode === pai) {
    pai.moveBefore(no, antes);
    return;
  }
  const foco = no.contains(document.activeElement) ? document.activeElement : null;
  pai.insertBefore(no, antes);
  foco?.focus({ preventScroll: true });
}
