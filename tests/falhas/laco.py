"""The n-th failure loop itself: break one point, let the house recover, judge what is left.

The end is judged against two undisturbed histories: the one in which the action never happened,
and the one in which it happened once. A send that Meta never took may also stay in doubt: nobody
can know it, and the screen says so.
"""

import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from django.apps import apps
from django.db import connection, transaction

from atendimento.erros import ErroDeAtendimento
from prefeitura.whatsapp.saida import NaoPodeReenviar
from tests.falhas.mundo import MUDA_COM_A_DUVIDA, NOSSAS, Mundo, soltar_conexoes
from tests.falhas.pontos import CAIR, LEVANTAR, MORTO, SAIR, Pontos, armados

Agir = Callable[[], object]
# What an action says when it was done already, or somebody else was first.
JA_FEITO = (ErroDeAtendimento, NaoPodeReenviar)
PRAZO_DO_FILHO_S = 30
MAXIMO = 400


@dataclass(frozen=True)
class Caso:
    """One action: `preparar` makes fresh data and returns the function to be broken.

    Args:
        repetir: whether whoever saw an error may ask again and still get it done once.
    """

    nome: str
    preparar: Callable[[Mundo], Agir]
    repetir: bool


CASOS: dict[str, Caso] = {}
# What people ask for; the rest the house does by itself, and the sweep asks again.
DE_GENTE = ("atendimento.acoes.", "prefeitura.cadastro.acoes.")


def caso(nome: str, *, repetir: bool = True):
    """Register a case. `nome` is the action's dotted path; a suffix after `#` tells variants."""

    def registrar(preparar: Callable[[Mundo], Agir]):
        assert nome not in CASOS, nome
        CASOS[nome] = Caso(nome, preparar, repetir and nome.startswith(DE_GENTE))
        return preparar

    return registrar


@dataclass
class Juiz:
    """Knows the two good endings of a case."""

    caso: Caso
    sem: dict
    com: dict
    conhecidos: list[dict] = field(default_factory=list)

    def conhece(self, mundo: Mundo) -> bool:
        """Whether what follows from here was judged already: the same rows, counters included."""
        foto = mundo.retrato(inteiro=True)
        if foto in self.conhecidos:
            return True
        self.conhecidos.append(foto)  # a bad one fails, and with it the case
        return False

    def julgar(self, mundo: Mundo, quando: str) -> None:
        """Fail unless the state is one of the good ones."""
        assert mundo.repetidos() == [], f"{quando}: a Meta aceitou duas vezes"
        foto = mundo.retrato()
        if foto in (self.sem, self.com) or self._so_duvida(mundo, foto):
            return
        raise AssertionError(f"{quando}: nem nunca, nem uma vez\n{_diferencas(foto, self.com)}")

    def exigir_feito(self, mundo: Mundo, quando: str) -> None:
        """Fail unless it happened once."""
        foto = mundo.retrato()
        if foto != self.com and not self._so_duvida(mundo, foto):
            raise AssertionError(f"{quando}: não aconteceu\n{_diferencas(foto, self.com)}")

    def _so_duvida(self, mundo: Mundo, foto: dict) -> bool:
        if not mundo.em_duvida():
            return False
        resto = _sem_envios(foto)
        return resto in (_sem_envios(self.sem), _sem_envios(self.com))


def _sem_envios(foto: dict) -> dict:
    return {nome: linhas for nome, linhas in foto.items() if nome not in MUDA_COM_A_DUVIDA}


def _diferencas(foto: dict, com: dict) -> str:
    linhas = []
    for nome in foto:
        linhas += [f"  a mais em {nome}: {x}" for x in foto[nome] if x not in com[nome]]
        linhas += [f"  falta em {nome}: {x}" for x in com[nome] if x not in foto[nome]]
        if len(foto[nome]) != len(com[nome]):
            linhas.append(f"  {nome}: {len(foto[nome])} linhas em vez de {len(com[nome])}")
    return "\n".join(linhas)


def percorrer(caso: Caso, modo: str, mundo: Mundo) -> list[str]:
    """Break every point of a case, one run each; return the names of the points."""
    return (_levantar if modo == LEVANTAR else _de_verdade)(caso, modo, mundo)


# Raised, inside the transaction of the test -------------------------------------------------------


def _levantar(caso: Caso, modo: str, mundo: Mundo) -> list[str]:
    with _desfeito(mundo):
        mundo.zerar()
        agir = caso.preparar(mundo)
        with _desfeito(mundo):
            antes = mundo.retrato(inteiro=True)
            sem = _fim(mundo)
        with _desfeito(mundo):
            mundo.zerar()
            contados = Pontos(0, modo)
            with armados(contados):
                agir()
            depois = mundo.retrato(inteiro=True)
            juiz = Juiz(caso, sem, _fim(mundo), [antes, depois])
        for n in range(1, MAXIMO):
            with _desfeito(mundo):
                mundo.zerar()
                pontos = Pontos(n, modo)
                erro = _agir(agir, pontos)
                if not pontos.quebrou:
                    return contados.nomes
                _depois_da_quebra(mundo, juiz, agir, pontos, erro)
    raise AssertionError(f"{caso.nome}: não acaba")


@contextmanager
def _desfeito(mundo: Mundo) -> Iterator[None]:
    """A block that Django takes for the test's own, and that leaves nothing behind."""
    arquivos = {
        p: (p.read_bytes(), p.stat().st_mtime) for p in mundo.pasta.rglob("*") if p.is_file()
    }
    bloco = transaction.atomic()
    bloco._from_testcase = True
    with bloco:
        yield
        connection.run_on_commit = []
        transaction.set_rollback(True)
    for caminho in mundo.pasta.rglob("*"):
        if caminho.is_file() and caminho not in arquivos:
            caminho.unlink()
    for caminho, (dados, mudado) in arquivos.items():
        if not caminho.exists():
            caminho.write_bytes(dados)
            os.utime(caminho, (mudado, mudado))


# For real: committed, and killed ------------------------------------------------------------------


def _de_verdade(caso: Caso, modo: str, mundo: Mundo) -> list[str]:
    _de_novo(caso, mundo)
    sem = _fim(mundo)
    contados = Pontos(0, modo)
    agir = _de_novo(caso, mundo)
    with armados(contados):
        agir()
    juiz = Juiz(caso, sem, _fim(mundo))
    for n in range(1, MAXIMO):
        agir = _de_novo(caso, mundo)
        pontos = Pontos(n, modo)
        if modo == SAIR:
            quebrou, erro = _em_filho(agir, pontos), None
            mundo.meta.sossegar(com_mortos=True)
            pontos.onde = contados.nomes[n - 1] if n <= len(contados.nomes) else "?"
        else:
            erro = _agir(agir, pontos)
            quebrou = pontos.quebrou
            if not connection.is_usable():
                connection.close()
        if not quebrou:
            return contados.nomes
        _depois_da_quebra(mundo, juiz, agir, pontos, erro)
    raise AssertionError(f"{caso.nome}: não acaba")


def _de_novo(caso: Caso, mundo: Mundo) -> Agir:
    esvaziar()
    for caminho in mundo.pasta.rglob("*"):
        if caminho.is_file():
            caminho.unlink()
    mundo.zerar()
    return caso.preparar(mundo)


def esvaziar() -> None:
    """Empty our tables."""
    tabelas = [
        modelo._meta.db_table
        for app in NOSSAS
        for modelo in apps.get_app_config(app).get_models(include_auto_created=True)
        if modelo._meta.managed
    ]
    with connection.cursor() as cursor:
        # Many times quicker than TRUNCATE for tables of a few rows.
        cursor.execute("SET session_replication_role = replica")
        for tabela in tabelas:
            cursor.execute(f"DELETE FROM {tabela}")  # noqa: S608 (names of ours)
        cursor.execute("SET session_replication_role = origin")


def _em_filho(agir: Agir, pontos: Pontos) -> bool:
    """Run in a forked process that dies at the n-th point; return whether it did."""
    soltar_conexoes()
    sys.stdout.flush()
    filho = os.fork()
    if filho == 0:
        codigo = 1
        try:
            with armados(pontos):
                agir()
            codigo = 0
        except BaseException:  # noqa: BLE001 (a child of the tests must never return)
            traceback.print_exc()
        os._exit(codigo)
    prazo = time.monotonic() + PRAZO_DO_FILHO_S
    while True:
        morto, estado = os.waitpid(filho, os.WNOHANG)
        if morto:
            break
        if time.monotonic() > prazo:
            os.kill(filho, signal.SIGKILL)
            os.waitpid(filho, 0)
            raise AssertionError(f"{pontos.n}: o filho não acabou")
        time.sleep(0.002)
    codigo = os.waitstatus_to_exitcode(estado)
    assert codigo in (0, MORTO), f"ponto {pontos.n}: o filho acabou com {codigo}"
    return codigo == MORTO


# Both ---------------------------------------------------------------------------------------------


def _fim(mundo: Mundo) -> dict:
    mundo.varrer()
    return mundo.retrato()


def _agir(agir: Agir, pontos: Pontos) -> Exception | None:
    with armados(pontos):
        try:
            agir()
        except Exception as erro:  # noqa: BLE001 (whatever comes out is judged by what is left)
            return erro
    return None


def _depois_da_quebra(
    mundo: Mundo, juiz: Juiz, agir: Agir, pontos: Pontos, erro: Exception | None
) -> None:
    quando = f"{juiz.caso.nome}, ponto {pontos.n} ({pontos.onde}), {pontos.modo}"
    if pontos.inofensivo and erro is not None:
        raise AssertionError(f"{quando}: chegou a quem pediu: {erro!r}") from erro
    conhecido = juiz.conhece(mundo)
    if conhecido and pontos.modo == LEVANTAR:
        return
    mundo.varrer()
    juiz.julgar(mundo, quando)
    if juiz.caso.repetir and not conhecido:
        with suppress(JA_FEITO):
            agir()
        mundo.varrer()
        juiz.exigir_feito(mundo, f"{quando}, e pedido de novo")


__all__ = ["CAIR", "CASOS", "LEVANTAR", "SAIR", "Caso", "caso", "percorrer"]
