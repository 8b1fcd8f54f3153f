// The column of citizens: who one can be.
import { resumo } from "./bolhas.js";
import { el, quando, semMarcas, telefone } from "./nos.js";

const $ = (id) => document.getElementById(id);
const CORES = 8;

export const nomeDe = (c) => c.nome || (c.username ? `@${c.username}` : telefone(c.wa_id));

export function iniciais(nome) {
  const partes = nome.replace(/[@+]/g, "").split(/[\s._]+/).filter(Boolean);
  return ((partes[0]?.[0] || "") + (partes.length > 1 ? partes.at(-1)[0] : "")).toUpperCase();
}

function cor(chave) {
  let soma = 0;
  for (const letra of chave) soma = (soma * 31 + letra.codePointAt(0)) % 997;
  return soma % CORES;
}

export const avatar = (c) => el(`span.avatar.cor-${cor(c.user_id)}`, { "aria-hidden": "true", texto: iniciais(nomeDe(c)) });

export function desenharLista(cidadaos, escolhido, aoEscolher) {
  const busca = $("busca").value.trim().toLowerCase();
  const numeros = busca.replace(/\D/g, "");
  const serve = (c) => !busca || nomeDe(c).toLowerCase().includes(busca) || (c.username || "").includes(busca) || (numeros && (c.wa_id || "").includes(numeros));
  const momento = (c) => (c.ultima ? Date.parse(c.ultima.horario) : 0);
  const ordem = cidadaos.filter(serve).sort((a, b) => momento(b) - momento(a));
  const foco = document.activeElement?.closest("#cidadaos li")?.dataset.id;
  $("cidadaos").replaceChildren(...ordem.map((c) => el("li", { "data-id": c.user_id },
    el("button.cidadao", { type: "button", "aria-current": c.user_id === escolhido ? "true" : null, onclick: () => aoEscolher(c.user_id) },
      avatar(c),
      el("span.cidadao-texto", {},
        el("span.cidadao-nome", {}, el("strong", { texto: nomeDe(c) }), c.ultima ? el("time", { datetime: c.ultima.horario, texto: quando(new Date(c.ultima.horario)) }) : null),
        el("span.cidadao-linha", {}, el("span.cidadao-ultima", { texto: c.ultima ? semMarcas(resumo(c.ultima)) : identidade(c) }),
          c.nao_lidas ? el("span.contador", { texto: c.nao_lidas > 99 ? "99+" : String(c.nao_lidas), "aria-label": `${c.nao_lidas} não lidas` }) : null))))));
  if (!ordem.length) $("cidadaos").append(el("li.vazio", { texto: "Ninguém com este nome. Crie um novo cidadão." }));
  if (foco) document.querySelector(`#cidadaos li[data-id="${CSS.escape(foco)}"] button`)?.focus();
}

export function identidade(c) {
  if (c.sem_telefone) return c.username ? `@${c.username} (sem telefone à vista)` : "sem telefone à vista";
  return telefone(c.wa_id);
}
