"""Who is on the other side of an item: joins the item's own fields with `contacts`.

Contacts are matched by user id or number (either form of the ninth digit), never by position: in
a batch the two lists need not run together.
"""

import re
from dataclasses import replace
from typing import Any

from prefeitura.cadastro.telefone import chave
from prefeitura.whatsapp.leitura.limpeza import Ilegivel, linha, objeto, texto
from prefeitura.whatsapp.leitura.tipos import Remetente

WA_ID_MAXIMO = 40
USER_ID_MAXIMO = 140
_BSUID = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")


def identificar(dono: dict[str, Any], numero: str, user_id: str, pai: str) -> Remetente:
    """The identifiers under three keys of an item, as "from", "from_user_id"…; no name yet.

    Raises:
        Ilegivel: one longer than any that Meta gives.
    """
    wa_id = linha(texto(dono, numero), WA_ID_MAXIMO + 140).removeprefix("+")
    bsuid, bsuid_pai = texto(dono, user_id).strip(), texto(dono, pai).strip()
    # During 2026 a BSUID was seen in the place of the number (WHATSAPP.md §3).
    if not wa_id[:1].isdigit() and (achado := _BSUID.fullmatch(wa_id)):
        if achado[1]:
            bsuid_pai = bsuid_pai or wa_id
        else:
            bsuid = bsuid or wa_id
        wa_id = ""
    if len(wa_id) > WA_ID_MAXIMO or max(len(bsuid), len(bsuid_pai)) > USER_ID_MAXIMO:
        raise Ilegivel("identificação da pessoa longa demais")
    parece_telefone = wa_id.isascii() and wa_id.isdigit() and 8 <= len(wa_id) <= 15
    return Remetente(
        wa_id=wa_id or None,
        user_id=bsuid or None,
        parent_user_id=bsuid_pai or None,
        telefone=chave(wa_id) if parece_telefone else None,
    )


class Contatos:
    """The `contacts` of a change, indexed, so that a batch of a thousand is read in one pass."""

    def __init__(self, contatos: list[dict[str, Any]]) -> None:
        """Takes the cleaned objects; one with an impossible identifier is left out."""
        self._por_user_id: dict[str, Remetente] = {}
        self._por_numero: dict[str, Remetente] = {}
        todos = [c for c in map(_ler_contato, contatos) if c is not None]
        for contato in todos:
            if contato.user_id:
                self._por_user_id.setdefault(contato.user_id, contato)
            for numero in {contato.wa_id, contato.telefone} - {None}:
                self._por_numero.setdefault(numero, contato)
        self._unico = todos[0] if len(todos) == 1 else None

    def de(self, quem: Remetente) -> Remetente | None:
        """The contact of this person: by user id, else number, else the only one there is.

        One that has another user id or another number is another person, even if the only one.
        """
        achado = self._por_user_id.get(quem.user_id) if quem.user_id else None
        if achado:
            return achado
        achado = self._por_numero.get(quem.telefone or quem.wa_id or "") or self._unico
        return achado if achado and _combinam(quem, achado) else None

    def completar(self, quem: Remetente) -> Remetente:
        """The person with what `contacts` adds: missing identifiers, name, username."""
        contato = self.de(quem)
        if contato is None:
            return quem
        return replace(
            quem,
            wa_id=quem.wa_id or contato.wa_id,
            user_id=quem.user_id or contato.user_id,
            parent_user_id=quem.parent_user_id or contato.parent_user_id,
            telefone=quem.telefone or (None if quem.wa_id else contato.telefone),
            username=contato.username,
            nome=contato.nome,
        )


def _ler_contato(contato: dict[str, Any]) -> Remetente | None:
    try:
        quem = identificar(contato, "wa_id", "user_id", "parent_user_id")
    except Ilegivel:
        return None
    perfil = objeto(contato, "profile")
    username = texto(perfil, "username") or texto(contato, "username")
    return replace(
        quem,
        username=linha(username, 61).removeprefix("@")[:60] or None,
        nome=linha(texto(perfil, "name"), 200) or None,
    )


def _combinam(quem: Remetente, outro: Remetente) -> bool:
    """False when both name an identifier of one kind and the two differ: two people."""
    if quem.user_id and outro.user_id and quem.user_id != outro.user_id:
        return False
    if not quem.wa_id or not outro.wa_id:
        return True
    return quem.wa_id == outro.wa_id or (
        quem.telefone is not None and quem.telefone == outro.telefone
    )


SEM_CONTATOS = Contatos([])
