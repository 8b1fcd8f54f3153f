/** A search field over a list of options: what is active follows the arrows, Enter chooses it. */

/** `texto` as it is looked for: case and accents do not count. */
export const simples = (texto) => texto.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

export class Escolha {
  /**
   * @param {HTMLElement} janela the popover that holds both.
   * @param {{escolher: Function, procurar: Function, aoAtivar?: Function, porLinha?: Function}} dono
   *   `escolher` and `aoAtivar` get the option and its place; `porLinha` tells how many stand side by
   *   side when left and right walk too.
   */
  constructor(janela, dono) {
    this.janela = janela;
    this.dono = dono;
    this.busca = janela.querySelector("[role=combobox]");
    this.lista = janela.querySelector("[role=listbox]");
    this.ativa = -1;
    this.busca.addEventListener("input", () => dono.procurar());
    this.busca.addEventListener("keydown", (evento) => this.teclar(evento));
    this.lista.addEventListener("click", (evento) => {
      const opcao = evento.target.closest("[role=option]");
      if (opcao) dono.escolher(opcao, this.opcoes.indexOf(opcao));
    });
  }

  get opcoes() {
    return [...this.lista.querySelectorAll("[role=option]:not([hidden])")];
  }

  /** The options changed: the first one is active. */
  renovar() {
    for (const opcao of this.lista.querySelectorAll("[aria-selected=true]")) opcao.setAttribute("aria-selected", "false");
    this.lista.scrollTop = 0;
    this.ativa = -1;
    this.busca.removeAttribute("aria-activedescendant");
    if (this.opcoes.length) this.ativar(0);
  }

  ativar(n) {
    const opcoes = this.opcoes;
    opcoes[this.ativa]?.setAttribute("aria-selected", "false");
    this.ativa = n;
    opcoes[n].setAttribute("aria-selected", "true");
    opcoes[n].scrollIntoView({ block: "nearest" });
    this.busca.setAttribute("aria-activedescendant", opcoes[n].id);
    this.dono.aoAtivar?.(opcoes[n], n);
  }

  teclar(evento) {
    const linha = this.dono.porLinha?.() || 1;
    const passos = { ArrowDown: linha, ArrowUp: -linha };
    if (linha > 1) Object.assign(passos, { ArrowRight: 1, ArrowLeft: -1 });
    const { length } = this.opcoes;
    if (evento.key in passos && length) {
      evento.preventDefault();
      const alvo = this.ativa + passos[evento.key];
      if (alvo >= 0 && alvo < length) this.ativar(alvo);
    } else if (evento.key === "Enter") {
      evento.preventDefault();
      if (this.ativa >= 0) this.dono.escolher(this.opcoes[this.ativa], this.ativa);
    }
  }
}

/** Put the popover above the button that opens it (`de` may name another), inside the screen, ready to search. */
export function aoAbrir(janela, fazer, de = () => null) {
  janela.addEventListener("toggle", (evento) => {
    if (evento.newState !== "open") return;
    const botao = (de() || document.querySelector(`[popovertarget=${janela.id}]`)).getBoundingClientRect();
    janela.style.bottom = `${Math.max(8, Math.min(innerHeight - botao.top + 6, innerHeight - janela.offsetHeight - 8))}px`;
    janela.style.left = `${Math.max(8, Math.min(botao.left, innerWidth - janela.offsetWidth - 8))}px`;
    const busca = janela.querySelector("[role=combobox]");
    busca.value = "";
    busca.focus();
    fazer();
  });
}

/** Write `texto` where the cursor of the answer is, as if it had been typed. */
export function inserir(texto) {
  const campo = document.getElementById("texto");
  campo.setRangeText(texto, campo.selectionStart, campo.selectionEnd, "end");
  campo.dispatchEvent(new Event("input", { bubbles: true }));
  campo.focus();
}
