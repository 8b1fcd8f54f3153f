// Builds DOM without innerHTML, and turns WhatsApp's marks into elements.
const SVG = "http://www.w3.org/2000/svg";

// el("p.classe", {atributo: valor, onclick: f}, filho, "texto"…)
export function el(nome, atributos = {}, ...filhos) {
  const [marca, ...classes] = nome.split(".");
  const no = document.createElement(marca);
  if (classes.length) no.className = classes.join(" ");
  for (const [chave, valor] of Object.entries(atributos)) {
    if (valor === null || valor === undefined || valor === false) continue;
    if (chave.startsWith("on")) no.addEventListener(chave.slice(2), valor);
    else if (chave === "texto") no.textContent = valor;
    else no.setAttribute(chave, valor === true ? "" : valor);
  }
  no.append(...filhos.flat().filter((filho) => filho !== null && filho !== undefined));
  return no;
}

export function icone(nome, classe = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  if (classe) svg.setAttribute("class", classe);
  const uso = document.createElementNS(SVG, "use");
  uso.setAttribute("href", `#i-${nome}`);
  svg.append(uso);
  return svg;
}

const MARCAS = [
  [/```([\s\S]+?)```/, "code"],
  [/(?<![\p{L}\p{N}*])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\p{L}\p{N}*])/u, "strong"],
  [/(?<![\p{L}\p{N}_])_(?!\s)([^_\n]+?)(?<!\s)_(?![\p{L}\p{N}_])/u, "em"],
  [/(?<![\p{L}\p{N}~])~(?!\s)([^~\n]+?)(?<!\s)~(?![\p{L}\p{N}~])/u, "s"],
];
const ENDERECO = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]}]/;

// Returns nodes for *bold* _italic_ ~strike~ ```mono``` and links.
export function formatar(texto) {
  let primeiro = null;
  for (const [padrao, marca] of [...MARCAS, [ENDERECO, "a"]]) {
    const achado = padrao.exec(texto);
    if (achado && (!primeiro || achado.index < primeiro.achado.index)) primeiro = { achado, marca };
  }
  if (!primeiro) return texto ? [texto] : [];
  const { achado, marca } = primeiro;
  const fim = achado.index + achado[0].length;
  let no;
  if (marca === "a") no = ligacao(achado[0], achado[0]);
  else if (marca === "code") no = el("code", { texto: achado[1] });
  else no = el(marca, {}, formatar(achado[1]));
  return [texto.slice(0, achado.index), no, ...formatar(texto.slice(fim))].filter((n) => n !== "");
}

// The words alone, for quotes and for the list.
export const semMarcas = (texto) => formatar(texto).map((no) => no.textContent ?? no).join("");

export function ligacao(endereco, ...conteudo) {
  return el("a", { href: endereco, target: "_blank", rel: "noopener noreferrer" }, conteudo);
}

const HORA = new Intl.DateTimeFormat("pt-BR", { hour: "2-digit", minute: "2-digit" });
const DIA = new Intl.DateTimeFormat("pt-BR", { day: "numeric", month: "long", year: "numeric" });

export const hora = (data) => HORA.format(data);

export function dia(data, agora = new Date()) {
  const meia = (d) => new Date(d.getFullYear(), d.getMonth(), d.getDate());
  const dias = Math.round((meia(agora) - meia(data)) / 86400000);
  if (dias === 0) return "Hoje";
  return dias === 1 ? "Ontem" : DIA.format(data);
}

export function quando(data) {
  const nome = dia(data);
  return nome === "Hoje" ? hora(data) : nome === "Ontem" ? nome : data.toLocaleDateString("pt-BR");
}

export function telefone(digitos) {
  const partes = /^55(\d{2})(\d{4,5})(\d{4})$/.exec(digitos || "");
  return partes ? `+55 ${partes[1]} ${partes[2]}-${partes[3]}` : digitos ? `+${digitos}` : "";
}
