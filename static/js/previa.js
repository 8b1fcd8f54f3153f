/** What the composer puts together, drawn as its bubble will be (templates/…/corpo/). */

const MARCAS = /(\*(?=\S)[^*\n]*\S\*|_(?=\S)[^_\n]*\S_|~(?=\S)[^~\n]*\S~|\*\S\*|_\S_|~\S~)/;
const ETIQUETAS = { "*": "strong", _: "em", "~": "s" };

function no(etiqueta, classe, ...filhos) {
  const novo = document.createElement(etiqueta);
  if (classe) novo.className = classe;
  novo.append(...filhos);
  return novo;
}

/** WhatsApp's marks as elements. */
function comMarcas(texto) {
  return texto.split(MARCAS).map((pedaco, n) => (n % 2 ? no(ETIQUETAS[pedaco[0]], "", pedaco.slice(1, -1)) : pedaco));
}

function icone(nome) {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("class", "ic ic-g");
  svg.setAttribute("aria-hidden", "true");
  const uso = document.createElementNS(ns, "use");
  uso.setAttribute("href", `${document.getElementById("app").dataset.icones}#${nome}`);
  svg.append(uso);
  return svg;
}

const comOpcoes = (texto, titulos) => [
  no("span", "texto", ...comMarcas(texto)),
  ...titulos.filter(Boolean).map((titulo) => no("span", "opcao", titulo)),
];

const cartao = (figura, nome, ...linhas) => [
  no("span", "cartao", icone(figura), no("span", "", no("b", "", nome), ...linhas.filter(Boolean).map((linha) => no("span", "", linha)))),
];

const DESENHOS = {
  botoes: ({ texto, botoes }) => comOpcoes(texto, botoes),
  lista: ({ texto, secoes }) => comOpcoes(texto, secoes.flatMap(({ opcoes }) => opcoes.map(({ titulo }) => titulo))),
  localizacao: ({ nome, endereco }) => cartao("map-pin", nome || "Localização", endereco, "Ver no mapa"),
  contato: ({ nome, empresa, telefone }) => cartao("user-round", nome || "Contato", empresa, telefone),
};

/** The inside of the bubble: nodes to append. */
export const desenharPrevia = (especie, dados) => DESENHOS[especie](dados);
