// What the modules of the page share: who is chosen, what is on the screen, and the two voices.
import { api } from "./api.js";

export const $ = (id) => document.getElementById(id);
export const estado = { numeros: [], numero: null, cidadaos: [], escolhido: null, mensagens: new Map(), citada: null, digitando: 0, rascunhos: new Map() };

export const cidadao = () => estado.cidadaos.find((c) => c.user_id === estado.escolhido);
export function avisar(frase) {
  $("aviso").textContent = frase;
  $("torrada").textContent = frase;
  $("torrada").hidden = false;
  clearTimeout(avisar.espera);
  avisar.espera = setTimeout(() => { $("torrada").hidden = true; }, 4000);
}

// Runs a call and tells the person what went wrong, if it did.
export async function tentar(promessa) {
  try {
    return await promessa;
  } catch (erro) {
    avisar(erro instanceof TypeError ? "O simulador não respondeu. Ele está ligado?" : erro.message);
    return null;
  }
}

export const escrever = (mensagem) => tentar(api.escrever(estado.escolhido, estado.numero.phone_number_id, mensagem));
