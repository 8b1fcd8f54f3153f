"""What Meta tells about people: changes of identity, choices about marketing."""

import re
from dataclasses import replace
from typing import Any

from prefeitura.whatsapp.leitura.arredores import Mudanca, quando
from prefeitura.whatsapp.leitura.limpeza import Ilegivel, linha, objeto, texto, wamid
from prefeitura.whatsapp.leitura.pessoas import identificar
from prefeitura.whatsapp.leitura.tipos import (
    IdentidadeMudou,
    PreferenciaDeDivulgacao,
    Remetente,
)

_TROCAS = {
    "user_changed_number": "user_changed_number",
    "customer_changed_number": "user_changed_number",
    "user_changed_user_id": "user_changed_user_id",
}
# "User Maria changed from BR.1 to BR.2": who hides the number has no other old name in there.
_DE_PARA = re.compile(r"\bchanged from (\S{3,140}) to \S{3,140}\s*$")
_PREFERENCIAS = {"stop": "parar", "resume": "retomar", "signup": "inscrever"}


def quem_era(mensagem: dict[str, Any]) -> Remetente:
    """Who a `system` message is about, as known until then; with the new names when it is silent.

    A person without a visible number has no `from` in it: the old id is in a field of its own or
    only in the sentence. An id in `from_user_id` that is already the new one says nothing.
    """
    sistema = objeto(mensagem, "system")
    de_fora = identificar(mensagem, "from", "from_user_id", "from_parent_user_id")
    novo = identificar(sistema, "wa_id", "user_id", "parent_user_id")
    if de_fora.user_id == novo.user_id:
        de_fora = replace(de_fora, user_id=None, parent_user_id=None)
    antigo = identificar(sistema, "", "previous_user_id", "previous_parent_user_id")
    achado = _DE_PARA.search(texto(sistema, "body", 1000))
    da_frase = identificar({"antes": achado[1] if achado else ""}, "antes", "", "")
    era = replace(
        de_fora,
        wa_id=de_fora.wa_id or da_frase.wa_id,
        telefone=de_fora.telefone if de_fora.wa_id else da_frase.telefone,
        user_id=de_fora.user_id or antigo.user_id or da_frase.user_id,
        parent_user_id=de_fora.parent_user_id or antigo.parent_user_id,
    )
    return era if era.identificado else novo


def ler_troca(mensagem: dict[str, Any], mudanca: Mudanca, indice: int) -> IdentidadeMudou | None:
    """The change of identity that a `system` message tells, or None when it tells none."""
    sistema = objeto(mensagem, "system")
    mudou_de_numero = "user_changed_number" if "new_wa_id" in sistema else ""
    motivo = _TROCAS.get(texto(sistema, "type") or mudou_de_numero)
    if texto(mensagem, "type") != "system" or motivo is None:
        return None
    novo = sistema if texto(sistema, "wa_id") else {**sistema, "wa_id": sistema.get("new_wa_id")}
    antes = quem_era(mensagem)
    return IdentidadeMudou(
        **mudanca.onde(indice),
        motivo=motivo,
        antes=antes,
        depois=identificar(novo, "wa_id", "user_id", "parent_user_id"),
        pessoa=mudanca.contatos.completar(antes),
        wamid=wamid(mensagem),
        **quando(mensagem),
    )


def ler_user_id_update(item: dict[str, Any], mudanca: Mudanca, indice: int) -> IdentidadeMudou:
    """An entry of the field `user_id_update`: the same phone, another BSUID."""
    chaves = ("wa_id", "user_id", "parent_user_id")
    lados = {}
    for nome in ("previous", "current"):
        ids = {chave: objeto(item, chave).get(nome) for chave in chaves[1:]}
        # The number is the one of today: who changed number keeps the account, not the BSUID.
        ids["wa_id"] = texto(item, "wa_id") if nome == "current" else None
        lados[nome] = identificar(ids, *chaves)
    depois = lados["current"]
    antes = lados["previous"] if lados["previous"].identificado else replace(depois, user_id=None)
    if not depois.user_id or not antes.identificado:
        raise Ilegivel("troca de identificação sem dizer de qual para qual")
    return IdentidadeMudou(
        **mudanca.onde(indice),
        motivo="user_id_update",
        antes=antes,
        depois=depois,
        pessoa=mudanca.contatos.completar(depois),
        **quando(item),
    )


def ler_preferencia(item: dict[str, Any], mudanca: Mudanca, indice: int) -> PreferenciaDeDivulgacao:
    """The citizen's choice about our marketing messages."""
    quem = mudanca.pessoa(item, "wa_id", "user_id", "parent_user_id")
    valor = linha(texto(item, "value"), 40)
    if not quem.identificado or not valor:
        raise Ilegivel("preferência sem pessoa ou sem valor")
    return PreferenciaDeDivulgacao(
        **mudanca.onde(indice),
        pessoa=quem,
        valor=_PREFERENCIAS.get(valor, valor),
        categoria=linha(texto(item, "category"), 60),
        detalhe=linha(texto(item, "detail"), 300),
        **quando(item),
    )
