"""One door each, and what no file of the product may contain (the bans of the house).

Read from the syntax tree, so that a comment or a docstring never counts.
"""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

from prefeitura.ambiente.registro import CAMPOS

RAIZ = Path(__file__).resolve().parent.parent
SIMULADOR = "prefeitura/whatsapp/simulador"
AMBIENTE = "prefeitura/ambiente"
SEGREDO = re.compile(
    r"segredo|secret(?!aria)|token|assinatura|signature|hmac|digest|senha|password", re.I
)


@cache
def arvores() -> dict[str, ast.Module]:
    """Path → syntax tree of every Python file of the product, migrations aside."""
    arquivos = [RAIZ / "manage.py"]
    for pacote in ("prefeitura", "atendimento", "comunicados"):
        arquivos += sorted((RAIZ / pacote).rglob("*.py"))
    return {
        str(a.relative_to(RAIZ)): ast.parse(a.read_text(encoding="utf-8"))
        for a in arquivos
        if "migrations" not in a.parts
    }


def nos(*tipos, fora: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST]]:
    for caminho, arvore in arvores().items():
        if not caminho.startswith(fora or ("\0",)):
            for no in ast.walk(arvore):
                if isinstance(no, tipos):
                    yield caminho, no


def nome_de(no: ast.AST) -> str:
    """The last name of `a.b.c` or of `c`; empty for anything else."""
    if isinstance(no, ast.Attribute):
        return no.attr
    return no.id if isinstance(no, ast.Name) else ""


def onde(achados) -> list[str]:
    return sorted({f"{caminho}:{no.lineno}" for caminho, no in achados})


def importados(fora: tuple[str, ...] = ()) -> Iterator[tuple[str, ast.AST, str]]:
    for caminho, no in nos(ast.Import, ast.ImportFrom, fora=fora):
        nomes = [a.name for a in no.names] if isinstance(no, ast.Import) else [no.module or ""]
        for nome in nomes:
            yield caminho, no, nome


def test_layers_of_the_house_hold(monkeypatch):
    # Its own logging set-up would silence every logger for the tests that come after.
    monkeypatch.setattr("importlinter.cli.logging_config.dictConfig", lambda _: None)
    assert lint_imports(no_cache=True, config_filename=str(RAIZ / "pyproject.toml")) == 0


def test_only_publicar_sends_to_open_pages():
    usam = {c for c, no in nos(ast.Attribute) if no.attr in ("group_send", "send_group")}
    assert usam == {"prefeitura/tempo_real/publicar.py"}


def test_only_cliente_talks_http():
    usam = {
        caminho
        for caminho, _, nome in importados(fora=(SIMULADOR,))
        if nome.partition(".")[0] in ("requests", "httpx", "aiohttp", "urllib3", "pycurl")
    }
    assert usam
    assert all(c.startswith("prefeitura/whatsapp/cliente/") for c in usam)


def test_only_leitura_reads_the_json_of_webhooks():
    usam = {
        caminho
        for caminho, no in nos(ast.Constant, fora=(SIMULADOR,))
        if no.value in ("entry", "changes")
    }
    assert usam
    assert all(c.startswith("prefeitura/whatsapp/leitura/") for c in usam)


def test_nobody_takes_only_the_first_of_a_webhook():
    nomes = ("entry", "changes", "messages", "statuses")
    achados = [
        (caminho, no)
        for caminho, no in nos(ast.Subscript, fora=(SIMULADOR,))
        if isinstance(no.slice, ast.Constant)
        and no.slice.value == 0
        and isinstance(no.value, ast.Subscript)
        and isinstance(no.value.slice, ast.Constant)
        and no.value.slice.value in nomes
        and not caminho.startswith("prefeitura/whatsapp/cliente/")
    ]
    assert onde(achados) == []


def test_secrets_are_compared_in_constant_time():
    def e_segredo(no):
        return bool(SEGREDO.search(nome_de(no)))

    achados = [
        (caminho, no)
        for caminho, no in nos(ast.Compare, fora=(SIMULADOR,))
        if any(isinstance(o, ast.Eq | ast.NotEq) for o in no.ops)
        and any(e_segredo(lado) for lado in [no.left, *no.comparators])
        and not any(isinstance(lado, ast.Constant) for lado in [no.left, *no.comparators])
    ]
    assert onde(achados) == []


def test_html_is_trusted_in_few_places_that_escape_it():
    pode = {"atendimento/views/apresentar/marcacao.py"}
    usam = {
        caminho
        for caminho, no in nos(ast.Call)
        if nome_de(no.func) in ("mark_safe", "SafeString", "SafeText")
    }
    assert usam <= pode


def test_templates_never_switch_escaping_off():
    achados = [
        str(modelo.relative_to(RAIZ))
        for modelo in (RAIZ / "templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b", modelo.read_text())
    ]
    assert achados == []


def test_templates_have_no_inline_style_script_or_handler():
    proibido = re.compile(
        r"<style|<script(?![^>]*\b(src|type=\"application/json\")\b)|\sstyle=|\son[a-z]+=|javascript:",
        re.I,
    )
    achados = [
        str(modelo.relative_to(RAIZ))
        for modelo in (RAIZ / "templates").rglob("*.html")
        if proibido.search(modelo.read_text())
    ]
    assert achados == []


def test_scripts_write_html_in_one_module():
    usam = {
        str(modulo.relative_to(RAIZ))
        for modulo in (RAIZ / "static" / "js").rglob("*.js")
        if re.search(r"\b(innerHTML|outerHTML|insertAdjacentHTML)\b|\beval\(", modulo.read_text())
    }
    assert usam <= {"static/js/pedir.js"}


@pytest.mark.parametrize(
    ("argumento", "valor"), [("verify", False), ("shell", True), ("countdown", ...), ("eta", ...)]
)
def test_dangerous_arguments_are_never_passed(argumento, valor):
    achados = [
        (caminho, no)
        for caminho, no in nos(ast.keyword)
        if no.arg == argumento
        and (valor is ... or (isinstance(no.value, ast.Constant) and no.value.value is valor))
    ]
    assert onde(achados) == []


def test_no_pickle():
    assert [c for c, _, nome in importados() if nome in ("pickle", "marshal", "shelve")] == []


def test_errors_are_never_swallowed():
    achados = [
        (caminho, no)
        for caminho, no in nos(ast.ExceptHandler)
        if (no.type is None or nome_de(no.type) in ("Exception", "BaseException"))
        and all(isinstance(linha, ast.Pass) for linha in no.body)
    ]
    assert onde(achados) == []


# Outside any transaction by design, or the wrapper itself.
PUBLICAM_FORA = (
    "prefeitura/whatsapp/fila.py",
    "prefeitura/whatsapp/management/",
    "prefeitura/whatsapp/varredura/",
)


def test_tasks_are_published_only_after_the_commit():
    """`tarefa.delay(…)`, or the bound `tarefa.delay`, only appear within an on_commit call."""
    dentro = set()
    for _, chamada in nos(ast.Call):
        if nome_de(chamada.func) == "on_commit":
            dentro |= {id(no) for no in ast.walk(chamada)}
    adiadas = _funcoes_passadas_ao_commit()
    achados = [
        (caminho, no)
        for caminho, no in nos(ast.Attribute, fora=PUBLICAM_FORA)
        if no.attr in ("delay", "apply_async", "delay_on_commit")
        and id(no) not in dentro
        and id(no) not in adiadas
        and nome_de(no.value) != "super"
        and not isinstance(no.value, ast.Call)
    ]
    assert onde(achados) == []


def _funcoes_passadas_ao_commit() -> set[int]:
    """Nodes inside functions whose name is given to on_commit in the same file."""
    dentro: set[int] = set()
    for arvore in arvores().values():
        nomes = {
            nome_de(no)
            for chamada in ast.walk(arvore)
            if isinstance(chamada, ast.Call) and nome_de(chamada.func) == "on_commit"
            for argumento in chamada.args
            for no in ast.walk(argumento)
        } - {""}
        for funcao in ast.walk(arvore):
            if isinstance(funcao, ast.FunctionDef) and funcao.name in nomes:
                dentro |= {id(no) for no in ast.walk(funcao)}
    return dentro


REGISTRA = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def chamadas_de_registro() -> Iterator[tuple[str, ast.Call]]:
    for caminho, no in nos(ast.Call, fora=(SIMULADOR, AMBIENTE)):
        if (
            isinstance(no.func, ast.Attribute)
            and no.func.attr in REGISTRA
            and nome_de(no.func.value) in ("registro", "logger", "log", "logging")
        ):
            yield caminho, no


def test_log_lines_are_fixed_words():
    """What is logged is a word of ours and known extra fields: no text, phone, body or token."""
    chamadas = list(chamadas_de_registro())
    assert chamadas
    soltas = [
        (caminho, no)
        for caminho, no in chamadas
        if len(no.args) != (2 if no.func.attr == "log" else 1)
        or not isinstance(no.args[-1], ast.Constant)
    ]
    assert onde(soltas) == []


def test_log_lines_carry_only_known_fields():
    estranhos = []
    for caminho, no in chamadas_de_registro():
        for argumento in no.keywords:
            if argumento.arg == "exc_info":
                continue
            chaves = getattr(argumento.value, "keys", [None])
            nomes = [getattr(chave, "value", None) for chave in chaves]
            if argumento.arg != "extra" or not set(nomes) <= set(CAMPOS):
                estranhos.append((caminho, no))
    assert onde(estranhos) == []


def test_only_settings_reads_the_environment():
    pode = (
        "prefeitura/settings.py",
        "prefeitura/variaveis.py",
        "prefeitura/asgi.py",
        "prefeitura/celery.py",
        "manage.py",
        AMBIENTE,
        SIMULADOR,
    )
    achados = [
        (caminho, no)
        for caminho, no in nos(ast.Attribute, ast.Name, fora=pode)
        if nome_de(no) in ("environ", "getenv")
    ]
    assert onde(achados) == []


def test_every_file_is_short_and_says_what_it_is_for():
    longos, mudos = [], []
    for caminho, arvore in arvores().items():
        texto = (RAIZ / caminho).read_text(encoding="utf-8")
        if texto.count("\n") > 400:
            longos.append(caminho)
        if texto.strip() and not ast.get_docstring(arvore) and not caminho.endswith("apps.py"):
            mudos.append(caminho)
    assert (longos, mudos) == ([], [])
