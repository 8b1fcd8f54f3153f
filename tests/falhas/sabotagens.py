"""Planted bugs (GUARANTEES 7.6): each must make the test named beside it fail.

Also a pytest plugin: around each of those tests it plants its bug, and at the end it writes what
came of them to the file named by `SABOTAGENS`. Only `test_sabotagens.py` runs it, in a process of
its own.
"""

import asyncio
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Sabotagem:
    """A bug, and the test that must notice it."""

    plantar: Callable[[pytest.MonkeyPatch], None]
    teste: str


def _200_antes_do_commit(remendo: pytest.MonkeyPatch) -> None:
    from prefeitura.whatsapp.jornal import Jornal

    guardar, tarefas = Jornal.guardar, set()

    async def guardar_depois(jornal, corpo, sha256):
        tarefas.add(asyncio.ensure_future(guardar(jornal, corpo, sha256)))

    remendo.setattr(Jornal, "guardar", guardar_depois)


def _repetidas_pelo_cache(remendo: pytest.MonkeyPatch) -> None:
    """What was seen is noted in Valkey when it is seen, not with what it caused."""
    import redis
    from django.conf import settings

    from atendimento.acoes.anotacoes import _wamid

    receber = import_module("atendimento.acoes.receber")  # its name is also that of the action

    def sem_repetidas(recebidos):
        with redis.Redis.from_url(settings.REDIS_URL) as cache:
            return [r for r in recebidos if cache.set(f"visto:{_wamid(r.item)}", 1, nx=True)]

    remendo.setattr(receber, "_sem_repetidas", sem_repetidas)


def _ultimo_status_vence(remendo: pytest.MonkeyPatch) -> None:
    from prefeitura.whatsapp.saida import posto

    trocado = posto._AVANCAR.replace("GREATEST(antes.posto, x.posto)", "x.posto")
    trocado = trocado.replace("x.posto > antes.posto", "x.posto <> antes.posto")
    assert trocado != posto._AVANCAR
    remendo.setattr(posto, "_AVANCAR", trocado)


def _repete_sem_resposta(remendo: pytest.MonkeyPatch) -> None:
    from prefeitura.whatsapp.cliente import Adiada, chamadas

    classificar = chamadas.classificar
    remendo.setattr(
        chamadas, "classificar", lambda t: Adiada() if t.http is None else classificar(t)
    )


def _gravador_sem_onde(remendo: pytest.MonkeyPatch) -> None:
    from django.db import connection

    from prefeitura.whatsapp.saida import concluir

    def mudar(meu, campos, valores, de=()):
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE whatsapp_envio SET prazo_em = NULL, {campos} WHERE id = %s",  # noqa: S608
                [*valores, meu.envio_id],
            )
            return True

    remendo.setattr(concluir, "_mudar", mudar)


def _recuperacao_sem_sobreposicao(remendo: pytest.MonkeyPatch) -> None:
    from datetime import timedelta

    from atendimento.views import desde

    remendo.setattr(desde, "SOBREPOSICAO", timedelta())


def _estranho_entra(remendo: pytest.MonkeyPatch) -> None:
    from django.shortcuts import get_object_or_404

    from atendimento.models import Atendimento
    from atendimento.views import exportar

    remendo.setattr(
        exportar, "buscar_visivel", lambda pedido, pk: get_object_or_404(Atendimento, pk=pk)
    )


SABOTAGENS = {
    "200 antes do commit": Sabotagem(
        _200_antes_do_commit,
        "tests/whatsapp/test_webhook_sem_banco.py::test_E050_nothing_listens_is_503",
    ),
    "repetidas pelo cache": Sabotagem(
        _repetidas_pelo_cache,
        "tests/falhas/test_pontos.py::test_broken_at_any_point_it_never_happened_or_happened_once"
        "[prefeitura.whatsapp.entrada.reprocessar]",
    ),
    "último status vence": Sabotagem(
        _ultimo_status_vence,
        "tests/whatsapp/test_saida_status.py"
        "::test_every_order_of_up_to_two_of_each_ends_as_the_model",
    ),
    "repete sem resposta": Sabotagem(
        _repete_sem_resposta,
        "tests/whatsapp/test_saida_enviar.py::test_lost_answer_is_doubt_and_is_never_sent_again",
    ),
    "gravador sem onde": Sabotagem(
        _gravador_sem_onde,
        "tests/whatsapp/test_saida_vez.py::test_late_refusal_does_not_overwrite_a_doubt",
    ),
    "recuperação sem sobreposição": Sabotagem(
        _recuperacao_sem_sobreposicao,
        "tests/tempo_real/test_recuperacao.py"
        "::test_change_stamped_before_the_cursor_and_committed_after_it_is_told",
    ),
    "estranho entra": Sabotagem(
        _estranho_entra,
        "tests/test_permissoes.py::test_outsider_gets_404_as_for_what_does_not_exist"
        "[atendimento:pdf-get]",
    ),
}
_resultados: dict[str, list[dict]] = {nome: [] for nome in SABOTAGENS}


def _de(nodeid: str) -> str:
    """The bug that this test, or its parametrised family, must notice."""
    return next(
        nome
        for nome, s in SABOTAGENS.items()
        if nodeid == s.teste or nodeid.startswith(f"{s.teste}[")
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item):
    """Plant the bug before the fixtures of its test, and take it out after them."""
    with pytest.MonkeyPatch.context() as remendo:
        SABOTAGENS[_de(item.nodeid)].plantar(remendo)
        return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Note how each phase of each test ended."""
    _resultados[_de(report.nodeid)].append(
        {"fase": report.when, "fim": report.outcome, "segundos": report.duration}
    )


def pytest_sessionfinish() -> None:
    """Tell whoever planted them."""
    Path(os.environ["SABOTAGENS"]).write_text(json.dumps(_resultados), encoding="utf-8")
