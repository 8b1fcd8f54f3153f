"""How long a session lives: an hour without anybody there, and twelve hours in all.

Only what a person does counts; a page that keeps itself up to date by itself does not. The two
times live in the session itself, so a request costs no query more.
"""

import time
from collections.abc import Mapping

from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends.db import SessionStore
from django.dispatch import receiver

PARADA_S = 60 * 60
PARADA_NA_ADMINISTRACAO_S = 15 * 60
DURACAO_S = 12 * 60 * 60
# How exact the time of the last use is: a write each time would cost more than it tells.
PRECISAO_S = 60
ENTROU, USADA, FIM = "entrou_em", "usada_em", "fim"
FRASES = {
    "parada": "Digite sua senha para continuar de onde parou.",
    "duracao": "Por segurança, a sessão de hoje terminou. Entre de novo para continuar.",
}


@receiver(user_logged_in)
def ao_entrar(*, request, **_) -> None:
    """The session begins now."""
    agora = int(time.time())
    request.session.pop(FIM, None)
    request.session[ENTROU] = request.session[USADA] = agora


def motivo_do_fim(dados: Mapping, *, parada_s: int = PARADA_S) -> str:
    """Return why a session with these data is over (a key of FRASES), or empty while it stands."""
    agora = time.time()
    if agora - dados.get(ENTROU, agora) > DURACAO_S:
        return "duracao"
    return "parada" if agora - dados.get(USADA, agora) > parada_s else ""


def marcar_uso(sessao) -> None:
    """A person did something: at most one write a minute."""
    agora = int(time.time())
    if agora - sessao.get(USADA, 0) >= PRECISAO_S:
        sessao[USADA] = agora
        sessao.setdefault(ENTROU, agora)


def vale(chave: str | None) -> bool:
    """Whether the session of this key is there and not over, read anew from the database."""
    dados = SessionStore(chave).load() if chave else {}
    return bool(dados) and not motivo_do_fim(dados)
