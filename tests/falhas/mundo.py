"""The world of one run of the n-th failure loop: its services, its sweep, and its portrait.

The portrait is everything that the tables, the files and Meta's ledger hold, without ids and
times, so that two runs of the same history give the same one.
"""

import functools
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import BinaryField, DateField, DateTimeField, UUIDField
from django.test import override_settings

from atendimento import bloqueios, rodadas  # noqa: F401 (registers its jobs of the sweep)
from prefeitura.tempo_real import valkey
from prefeitura.whatsapp import fila, ritmo
from prefeitura.whatsapp.models import Envio
from prefeitura.whatsapp.varredura.rodadas import Rodadas
from tests import chegada
from tests.falhas.meta import Meta

NOSSAS = ("cadastro", "whatsapp", "atendimento", "comunicados")
MUDA_SEMPRE = {"ordem", "como_veio", "password", "token", "correlacao"}
# How often something was tried, and for how long it was in doubt, is history.
SEM_IMPORTANCIA = {"tentativas", "tentativa", "rodadas", "recusas", "nao_antes_de", "incerta_em",
                   "miniatura_tentativas"}  # fmt: skip
SEM_HISTORIA = {"Batimento", "Alerta", "Medida"}
MUDA_COM_A_DUVIDA = {"Envio", "SituacaoDoEnvio", "EventoRecebido", "ConsumoMensal", "livro"}
SO_A_PRESENCA = (DateTimeField, DateField, UUIDField, BinaryField)
_NUMEROS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\d+")
RODADAS = 12
# Jobs that ask for something every time: they leave nothing of a citizen or a servant undone.
SEM_FIM = {"limpar_midias", "pedir_batimentos", "procurar_ausencias"}


class Mundo:
    """Meta, the broker and the files of one run."""

    def __init__(self, meta: Meta, pasta: Path) -> None:
        self.meta, self.pasta = meta, pasta
        self.tarefas: list[tuple] = []
        self._avisados: set[str] = set()

    def publicar(self, tarefa, args=None, kwargs=None, **_) -> None:
        """Stands for the broker: keeps what was asked."""
        self.tarefas.append((tarefa, tuple(args or ()), dict(kwargs or {})))

    def zerar(self) -> None:
        """Begin anew: no task, no ledger, no file beyond those of the case."""
        self.meta.sossegar()
        self.meta.zerar()
        self.tarefas.clear()
        self._avisados.clear()
        fila._mudo_ate = 0.0

    def varrer(self) -> None:
        """Let time pass, and do all that the house does by itself, until nothing is left to do.

        What the broker holds is lost, as the worst broker would; Meta tells of what it accepted.
        """
        fila._mudo_ate = 0.0
        self.tarefas.clear()
        quietas = 0
        for _ in range(RODADAS):
            self.meta.sossegar()
            contadas = self._contar_aceitas()
            _envelhecer()
            for rodada in Rodadas()._todas:
                if rodada.fazer.__name__ not in SEM_FIM:
                    rodada.fazer()
            quietas = 0 if self.tarefas or contadas else quietas + 1
            if quietas == 2:  # what one job leaves, another may find in the next round
                break
            self.trabalhar()
        else:
            pytest.fail(f"a varredura não acaba: {self.tarefas}")
        from prefeitura.whatsapp import midia

        midia.limpar_sobras(-1)

    def trabalhar(self) -> None:
        """Be the worker: run what the broker holds."""
        while self.tarefas:
            tarefa, args, kwargs = self.tarefas.pop(0)
            tarefa(*args, **kwargs)

    def _contar_aceitas(self) -> bool:
        """Meta sends the receipt of each message that it took, once."""
        novos = sorted(set(self.meta.livro) - self._avisados)
        self._avisados.update(novos)
        for opaco in novos:
            envio = Envio.objects.select_related("numero__conta", "cidadao").get(pk=opaco)
            recibo = chegada.status(envio, "sent") | {"id": f"wamid.{opaco}"}
            chegada.guardar(
                chegada.corpo(envio.numero, chegada.valor(envio.numero, statuses=[recibo]))
            )
        return bool(novos)

    def retrato(self, *, inteiro: bool = False) -> dict[str, list]:
        """Table → rows, without what changes from run to run; `inteiro` keeps the counters of
        tries, from which the house decides what to do next."""
        cruas = _tudo()
        postos = {m: _postos(m, linhas) for m, linhas in cruas.items()}
        fotos = {m.__name__: _linhas(m, linhas, postos, inteiro) for m, linhas in cruas.items()}
        fotos["livro"] = sorted((postos[Envio][o], n) for o, n in self.meta.livro.items())
        fotos["arquivos"] = [sum(p.is_file() for p in self.pasta.rglob("*"))]
        return fotos

    def em_duvida(self) -> list[Envio]:
        """Sends that Meta never took and nobody can know it: shown as doubt, never sent again."""
        duvidas = Envio.objects.filter(estado="incerta")
        return [e for e in duvidas if not self.meta.livro[str(e.pk)]]

    def repetidos(self) -> list[str]:
        """Ids that Meta accepted more than once."""
        return [opaco for opaco, vezes in self.meta.livro.items() if vezes > 1]


@contextmanager
def no_mundo(pasta: Path) -> Iterator[Mundo]:
    """A world with its Meta on a port, its files in `pasta`, and a broker that forgets."""
    meta = Meta()
    mundo = Mundo(meta, pasta)
    with (
        override_settings(WHATSAPP_GRAPH_URL=meta.url, MEDIA_ROOT=pasta),
        pytest.MonkeyPatch.context() as remendo,
    ):
        remendo.setattr(
            "celery.app.task.Task.apply_async",
            lambda tarefa, *args, **kwargs: mundo.publicar(tarefa, *args, **kwargs),
        )
        remendo.setattr("prefeitura.tempo_real.publicar._despachar", lambda *_: None)
        try:
            yield mundo
        finally:
            meta.sossegar()
            meta.fechar()


def soltar_conexoes() -> None:
    """Before a fork: no socket of ours may be used by both processes."""
    connection.close()
    valkey.soltar()
    ritmo._script.cache_clear()


def _envelhecer() -> None:
    """Everything that waits for a moment has waited long enough."""
    with connection.cursor() as cursor:
        for tabela, campo, condicao in (
            ("whatsapp_envio", "nao_antes_de", "estado = 'pendente'"),
            ("whatsapp_envio", "prazo_em", "estado = 'enviando'"),
            ("whatsapp_envio", "incerta_em", "estado = 'incerta'"),
            ("whatsapp_midia", "nao_antes_de", "estado = 'pendente'"),
            ("whatsapp_midia", "nao_antes_de", "miniatura = 'pendente'"),
            ("whatsapp_eventorecebido", "nao_antes_de", "estado = 'novo'"),
            ("whatsapp_numero", "pausado_ate", "pausado_ate IS NOT NULL"),
            ("atendimento_mensagemagendada", "enviar_em", "estado = 'agendada'"),
            ("atendimento_pedidodebloqueio", "nao_antes_de", "estado = 'pendente'"),
        ):
            cursor.execute(
                f"UPDATE {tabela} SET {campo} = now() - interval '10 minutes' WHERE {condicao}"  # noqa: S608
            )


@functools.cache
def _modelos() -> list:
    return [
        modelo
        for app in NOSSAS
        for modelo in apps.get_app_config(app).get_models()
        if modelo.__name__ not in SEM_HISTORIA and modelo._meta.managed and not modelo._meta.proxy
    ]


def _tudo() -> dict:
    """Model → its rows as dictionaries by column, read in one statement."""
    consultas = [
        f"SELECT {i}, row_to_json(t)::text FROM {modelo._meta.db_table} t"  # noqa: S608
        for i, modelo in enumerate(_modelos())
    ]
    linhas = {modelo: [] for modelo in _modelos()}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(consultas))
        for i, linha in cursor.fetchall():
            linhas[_modelos()[i]].append(json.loads(linha))
    return linhas


def _postos(modelo, linhas: list[dict]) -> dict:
    """Key → position in the order of writing."""
    chave = modelo._meta.pk.column
    ordem = "ordem" if modelo is Envio else chave
    em_ordem = sorted(linhas, key=lambda linha: linha[ordem])
    return {linha[chave]: i for i, linha in enumerate(em_ordem)}


@functools.cache
def _campos(modelo, inteiro: bool) -> list:
    fora = MUDA_SEMPRE if inteiro else MUDA_SEMPRE | SEM_IMPORTANCIA
    return [
        c
        for c in modelo._meta.concrete_fields
        if (c.is_relation or not c.primary_key) and c.name not in fora
    ]


def _linhas(modelo, linhas: list[dict], postos: dict, inteiro: bool) -> list:
    if modelo.__name__ == "ItemParado" and not inteiro:
        linhas = [linha for linha in linhas if not linha["resolvido_em"]]
    campos = _campos(modelo, inteiro)
    return sorted(
        (tuple((c.name, _valor(c, linha[c.column], postos)) for c in campos) for linha in linhas),
        key=repr,
    )


def _valor(campo, valor, postos: dict):
    if campo.is_relation and valor is not None:
        return postos.get(campo.related_model, {}).get(valor, "?")
    if isinstance(campo, SO_A_PRESENCA) or campo.name in ("arquivo", "evento"):
        return bool(valor)
    if isinstance(valor, dict | list):
        valor = json.dumps(valor, sort_keys=True)
    return _NUMEROS.sub("N", valor) if isinstance(valor, str) else valor
