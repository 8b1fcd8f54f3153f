"""The house under attack, shared by the proofs of this folder, which run one after the other."""

import itertools
import threading

import pytest

from tests import factories
from tests.falhas.casa import Casa, Pessoa
from tests.falhas.enviador import parar


@pytest.fixture(scope="package")
def casa_inteira(tmp_path_factory, django_db_setup, django_db_blocker):
    """One house for all of them: starting it takes longer than most of them."""
    casa = Casa(tmp_path_factory.mktemp("casa"))
    with django_db_blocker.unblock():
        try:
            casa.iniciar()
            yield casa
        finally:
            casa.parar()


@pytest.fixture
def casa(casa_inteira, django_db_blocker):
    """The house at peace, and Django of the test on its database.

    What a test that failed left at work stops with it: its load would fail the next ones too.
    """
    with django_db_blocker.unblock(), casa_inteira.no_banco():
        casa_inteira.em_paz()
        try:
            yield casa_inteira
        finally:
            parar(fio for fio in threading.enumerate() if hasattr(fio, "fim"))


@pytest.fixture
def conversas(casa):
    """Return a function: matters with an open window, each in the hands of a servant of its own."""

    def criar(quantas: int) -> list[tuple[Pessoa, int]]:
        telefones = casa.telefones(quantas)
        abertas = [{"wa_id": t, "ultima_mensagem_ha_segundos": 60} for t in telefones]
        casa.pilha.controle("POST", "cidadaos", json={"cidadaos": abertas})
        numero = casa.numero
        return [
            (
                pessoa,
                factories.AtendimentoFactory(
                    equipe=numero.equipe_de_triagem,
                    servidor_id=pessoa.id,
                    estado="em_atendimento",
                    conversa__numero=numero,
                    conversa__cidadao__wa_id=telefone,
                ).pk,
            )
            for telefone, pessoa in zip(telefones, itertools.cycle(casa.pessoas), strict=False)
        ]

    return criar
