/**
 * Calling a colleague: after an @ come those who may see this conversation, to choose from.
 *
 * A textarea may not be a combobox (ARIA in HTML): it stays a text field that points to the list
 * and to the option in turn, and how many there are is said aloud.
 */
import { anunciar } from "./aviso.js";
import { simples } from "./escolher.js";
import { elementos, pedirHtml } from "./pedir.js";

const ANTES_DO_CURSOR = /(?:^|[\s([])@([^\s@]*(?: [^\s@]+)?)$/;
const A_VISTA = 8;

/** The list of one note field. */
export class Mencoes {
  constructor(campo, lista, endereco) {
    this.campo = campo;
    this.lista = lista;
    this.endereco = endereco;
    this.opcoes = null;
    this.escolhidas = new Set(); // values, to tell two people of the same name apart
    campo.addEventListener("input", () => this.procurar());
    campo.addEventListener("keydown", (evento) => this.teclar(evento));
    campo.addEventListener("blur", () => this.fechar());
    // A press on an option must not take the focus from the field.
    lista.addEventListener("pointerdown", (evento) => evento.preventDefault());
    lista.addEventListener("click", (evento) => this.escolher(evento.target.closest("[role=option]")));
  }

  get aberta() { return !this.lista.hidden; }

  get ativa() { return this.lista.querySelector("[aria-selected=true]"); }

  /** Ask once who may see this conversation. Throws what `pedirHtml` throws. */
  async carregar() {
    this.opcoes ??= [...elementos(await pedirHtml(this.endereco)).querySelectorAll("[role=option]")];
    return this.opcoes;
  }

  trecho() {
    const { value, selectionStart, selectionEnd } = this.campo;
    return selectionStart === selectionEnd ? ANTES_DO_CURSOR.exec(value.slice(0, selectionStart)) : null;
  }

  async procurar() {
    if (!this.trecho()) { this.fechar(); return; }
    try {
      await this.carregar();
    } catch {
      return; // the names may be written by hand; saving asks again
    }
    const achado = this.trecho(); // more may have been typed meanwhile
    if (!achado) { this.fechar(); return; }
    const procurado = simples(achado[1]);
    const casam = this.opcoes.filter(({ dataset }) => {
      const nome = simples(dataset.nome);
      return nome.startsWith(procurado) || nome.includes(` ${procurado}`);
    });
    // A name written to its end leaves nothing to choose: the next Enter keeps the note.
    const inteiro = casam.length === 1 && simples(casam[0].dataset.nome) === procurado;
    if (!casam.length || inteiro || document.activeElement !== this.campo) { this.fechar(); return; }
    const eram = this.aberta ? this.lista.childElementCount : 0;
    this.lista.replaceChildren(...casam.slice(0, A_VISTA));
    this.lista.hidden = false;
    this.ativar(this.lista.firstElementChild);
    if (this.lista.childElementCount !== eram) anunciar(casam.length === 1 ? "1 sugestão" : `${casam.length} sugestões`);
  }

  ativar(opcao) {
    for (const outra of this.opcoes) outra.setAttribute("aria-selected", outra === opcao);
    this.campo.setAttribute("aria-activedescendant", opcao.id);
    opcao.scrollIntoView({ block: "nearest" });
  }

  fechar() {
    this.lista.hidden = true;
    this.campo.removeAttribute("aria-activedescendant");
  }

  /** The keys of an open list are its own: they neither save the note nor leave the field. */
  teclar(evento) {
    if (!this.aberta || evento.isComposing) return;
    const passo = { ArrowDown: 1, ArrowUp: -1 }[evento.key];
    if (passo) {
      const todas = [...this.lista.children];
      this.ativar(todas[(todas.indexOf(this.ativa) + passo + todas.length) % todas.length]);
    } else if (evento.key === "Enter" || evento.key === "Tab") this.escolher(this.ativa);
    else if (evento.key === "Escape") this.fechar();
    else return;
    evento.preventDefault();
    evento.stopImmediatePropagation();
  }

  escolher(opcao) {
    const achado = this.trecho();
    if (!opcao || !achado) return;
    const { nome, valor } = opcao.dataset;
    const fim = this.campo.selectionStart;
    this.escolhidas.add(valor);
    this.campo.setRangeText(`@${nome} `, fim - achado[1].length - 1, fim, "end");
    this.fechar();
    this.campo.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Values of all whose @name stands in `texto`, chosen from the list or written by hand. */
  async citadas(texto) {
    if (!texto.includes("@")) return [];
    const opcoes = (await this.carregar()).map(({ dataset }) => dataset);
    const nomes = [...new Set(opcoes.map(({ nome }) => nome))].sort((a, b) => b.length - a.length);
    let resto = texto;
    const valores = [];
    // The longest first: "@Ana Souza" does not call every Ana.
    for (const nome of nomes) {
      const pedacos = resto.split(`@${nome}`);
      const inteiro = (pedaco) => !/^[\p{L}\p{N}_]/u.test(pedaco);
      if (!pedacos.slice(1).some(inteiro)) continue;
      resto = pedacos.reduce((antes, pedaco) => antes + (inteiro(pedaco) ? " " : `@${nome}`) + pedaco);
      const iguais = opcoes.filter((opcao) => opcao.nome === nome).map(({ valor }) => valor);
      const escolhidas = iguais.filter((valor) => this.escolhidas.has(valor));
      valores.push(...(escolhidas.length ? escolhidas : iguais));
    }
    return valores;
  }
}
