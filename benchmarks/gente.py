"""The people of a benchmark: servants with tokens and sessions, citizens with open matters."""

import itertools
from dataclasses import dataclass

from benchmarks.bancada import Bancada

_telefones = itertools.count(80_000_000)


@dataclass(frozen=True, slots=True)
class Assunto:
    """An open matter in the hands of a servant, and both ends of it."""

    atendimento: int
    telefone: str
    token: str


def assuntos(bancada: Bancada, quantos: int) -> list[Assunto]:
    """Open matters of new citizens whose 24 hours run, shared out among the servants.

    The simulator must be running: Meta too has to know that the citizens wrote.
    """
    from knox.models import get_token_model

    telefones = [f"55119{n}" for n in itertools.islice(_telefones, quantos)]
    abertas = [{"wa_id": t, "ultima_mensagem_ha_segundos": 60} for t in telefones]
    bancada.pilha.controle("POST", "cidadaos", json={"cidadaos": abertas})
    with bancada.pilha.no_banco():
        tokens = [get_token_model().objects.create(user=p)[1] for p in bancada.pessoas]
        pessoas = itertools.cycle(zip(bancada.pessoas, tokens, strict=True))
        return [
            Assunto(_aberto(bancada, pessoa, telefone), telefone, token)
            for telefone, (pessoa, token) in zip(telefones, pessoas, strict=False)
        ]


def _aberto(bancada: Bancada, pessoa, telefone: str) -> int:
    """Return the id of a matter that the citizen is talking to now."""
    from atendimento.models import Conversa
    from tests import factories

    atendimento = factories.AtendimentoFactory(
        equipe=bancada.numero.equipe_de_triagem,
        com=pessoa,
        conversa__numero=bancada.numero,
        conversa__cidadao__wa_id=telefone,
    )
    Conversa.objects.filter(pk=atendimento.conversa_id).update(foco=atendimento)
    return atendimento.pk


def sessoes(bancada: Bancada) -> list[str]:
    """The session cookie of each servant, logged in."""
    from django.test import Client

    cookies = []
    with bancada.pilha.no_banco():
        for pessoa in bancada.pessoas:
            cliente = Client()
            cliente.force_login(pessoa)
            cookies.append(cliente.cookies["sessionid"].value)
    return cookies
