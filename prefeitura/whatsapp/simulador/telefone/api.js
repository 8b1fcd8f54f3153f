// Every call that the page makes to the simulator's control API.
const BASE = "/_simulador";

async function pedir(caminho, opcoes = {}) {
  const resposta = await fetch(BASE + caminho, opcoes);
  const dados = await resposta.json().catch(() => ({}));
  if (!resposta.ok) throw new Error(dados.erro || `O simulador respondeu ${resposta.status}.`);
  return dados;
}

function enviarJson(caminho, dados) {
  return pedir(caminho, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(dados),
  });
}

const de = (cidadao) => `/cidadaos/${encodeURIComponent(cidadao)}`;

export const api = {
  numeros: () => pedir("/numeros"),
  cidadaos: (numero) => pedir(`/cidadaos?phone_number_id=${encodeURIComponent(numero)}`),
  criar: (dados) => enviarJson("/cidadaos", { ...dados, personagem: true }),
  mensagens: (cidadao, numero) =>
    pedir(`${de(cidadao)}/mensagens?phone_number_id=${encodeURIComponent(numero)}`),
  escrever: (cidadao, numero, mensagem) =>
    enviarJson(`${de(cidadao)}/mensagens`, { ...mensagem, phone_number_id: numero }),
  mandarArquivo: (cidadao, numero, arquivo, campos) => {
    const corpo = new FormData();
    corpo.set("phone_number_id", numero);
    for (const [nome, valor] of Object.entries(campos)) if (valor) corpo.set(nome, valor);
    corpo.set("arquivo", arquivo, arquivo.name || "arquivo");
    return pedir(`${de(cidadao)}/mensagens`, { method: "POST", body: corpo });
  },
  ler: (cidadao, numero) => enviarJson(`${de(cidadao)}/lida`, { phone_number_id: numero }),
  tocar: (cidadao, wamid) => enviarJson(`${de(cidadao)}/tocada`, { wamid }),
  midia: (id) => `${BASE}/midia/${encodeURIComponent(id)}`,
  eventos: () => new EventSource(`${BASE}/eventos`),
};
