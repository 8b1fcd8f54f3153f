"""The n-th failure loop over every action and every step of the gateway (GUARANTEES 7.3).

In the suite each point raises. The long form (`TORTURA`) adds the process killed at each point,
and the connection to the database lost at each statement, on committed data.
"""

import ast
import importlib
import inspect
import os
import pkgutil
from pathlib import Path

import pytest

from tests.falhas import casos  # noqa: F401 (registers)
from tests.falhas.laco import CASOS, percorrer
from tests.falhas.mundo import no_mundo
from tests.falhas.pontos import CAIR, LEVANTAR, SAIR

LONGA = bool(os.environ.get("TORTURA"))
PACOTES = (
    "atendimento.acoes", "atendimento.bloqueios", "prefeitura.cadastro.acoes",
    "prefeitura.whatsapp.entrada", "prefeitura.whatsapp.midia", "prefeitura.whatsapp.modelos",
    "prefeitura.whatsapp.reprocesso", "prefeitura.whatsapp.saida",
)  # fmt: skip
"""Where every public function that changes something needs a case."""

SEM_CASO = {
    "prefeitura.cadastro.acoes.identificar.conhecido": "only reads",
    "prefeitura.whatsapp.entrada.numero_desconhecido": "only reads",
    "prefeitura.whatsapp.midia.baixar.pendentes": "only reads",
    "prefeitura.whatsapp.midia.guardar.exigir_quantidade": "only counts",
    "prefeitura.whatsapp.midia.miniatura.ha_miniaturas": "only reads",
    "prefeitura.whatsapp.saida.varrer.pendentes_vencidos": "only reads",
    "prefeitura.whatsapp.modelos.testar_numero": "writes what Meta says now; asked by a person",
    "prefeitura.whatsapp.saida.concluir.falhar": "inside enviar#recusada",
    "prefeitura.whatsapp.midia.limpar.limpar_sobras": "removes, by stretches, what nobody owns",
    "prefeitura.whatsapp.saida.concluir.duvidar": "inside enviar#sem wamid",
    "atendimento.acoes.ler.registrar_leitura": "registrar_acesso, with names",
    "atendimento.bloqueios.pendentes": "only reads",
    "prefeitura.whatsapp.reprocesso.faltam": "only reads",
}


def acoes_da_casa() -> set[str]:
    """Dotted names of what needs a case: exported by its package, or atomic by itself."""
    return {nome for pacote in PACOTES for nome in _do_pacote(importlib.import_module(pacote))}


def _do_pacote(pacote) -> set[str]:
    modulos = [pacote]
    if hasattr(pacote, "__path__"):
        modulos += [
            importlib.import_module(f"{pacote.__name__}.{m.name}")
            for m in pkgutil.iter_modules(pacote.__path__)
        ]
    publicas = set(getattr(pacote, "__all__", ()))
    nomes = set()
    for modulo in modulos:
        atomicas = _atomicas(Path(modulo.__file__))
        for nome, funcao in inspect.getmembers(modulo, inspect.isfunction):
            daqui = inspect.unwrap(funcao).__module__ == modulo.__name__
            if daqui and not nome.startswith("_") and (nome in publicas or nome in atomicas):
                nomes.add(f"{modulo.__name__}.{nome}")
    if not hasattr(pacote, "__path__"):
        nomes |= {
            f"{pacote.__name__}.{nome}"
            for nome, funcao in inspect.getmembers(pacote, inspect.isfunction)
            if inspect.unwrap(funcao).__module__ == pacote.__name__ and not nome.startswith("_")
        }
    return nomes


def _atomicas(arquivo: Path) -> set[str]:
    arvore = ast.parse(arquivo.read_text(encoding="utf-8"))
    return {
        no.name
        for no in arvore.body
        if isinstance(no, ast.FunctionDef)
        and any("atomic" in ast.unparse(d) for d in no.decorator_list)
    }


def test_every_action_has_a_case():
    com_caso = {nome.partition("#")[0] for nome in CASOS}
    faltam = acoes_da_casa() - com_caso - set(SEM_CASO)
    assert sorted(faltam) == [], "escreva um caso em tests/falhas/casos/"
    sobram = (com_caso | set(SEM_CASO)) - acoes_da_casa()
    assert {n for n in sobram if not _existe(n)} == set()


def _existe(nome: str) -> bool:
    modulo, _, funcao = nome.rpartition(".")
    return hasattr(importlib.import_module(modulo), funcao)


@pytest.fixture
def mundo(tmp_path):
    """A world whose files and Meta are of this test alone."""
    with no_mundo(tmp_path) as mundo:
        yield mundo


@pytest.mark.django_db
@pytest.mark.parametrize("nome", sorted(CASOS))
def test_broken_at_any_point_it_never_happened_or_happened_once(nome, mundo, record_property):
    pontos = percorrer(CASOS[nome], LEVANTAR, mundo)
    assert pontos
    record_property("G10", {"pontos_quebrados": len(pontos)})


if LONGA:

    @pytest.mark.lento
    @pytest.mark.django_db(transaction=True)
    @pytest.mark.parametrize("modo", [SAIR, CAIR])
    @pytest.mark.parametrize("nome", sorted(CASOS))
    def test_killed_at_any_point_it_never_happened_or_happened_once(
        nome, modo, mundo, record_property
    ):
        pontos = percorrer(CASOS[nome], modo, mundo)
        feito = "mortes_num_ponto" if modo == SAIR else "quedas_do_banco"
        record_property("G10", {feito: len(pontos)})
