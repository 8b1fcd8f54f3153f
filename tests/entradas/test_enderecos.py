"""GUARANTEES 4.10: strange ids, parameters and paths, and what the browser keeps."""

import logging
import uuid
from urllib.parse import quote

import pytest
from django.test import Client

from prefeitura.ambiente.registro import LinhaJson
from tests import factories
from tests.whatsapp.servidor_web import pedir

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "pk", ["0", "-1", "99999999999999999999", "1%00", "1'", "1/..", "１", str(uuid.UUID(int=7))]
)
def test_E175_strange_ids_are_404(ana, entrar, atendimento, com_token, pk):
    navegador = entrar(ana)
    for caminho in (f"/atendimento/{pk}/", f"/atendimento/{pk}/mensagens/", f"/midia/{pk}/"):
        assert navegador.get(caminho).status_code == 404, caminho
    for caminho in (f"/api/v1/atendimentos/{pk}/", f"/api/v1/midia/{pk}/"):
        assert com_token(ana).get(caminho).status_code == 404, caminho


HOSTIS = ["a" * 10_000, "%", "_", "\\", "'", "(((((", "de para com", "\x00", "'; DROP TABLE x;--"]


@pytest.mark.parametrize("q", HOSTIS)
@pytest.mark.parametrize("aba", ["minhas", "tudo", "encerradas"])
def test_E176_hostile_searches_are_answered(ana, entrar, atendimento, q, aba):
    resposta = entrar(ana).get("/atendimento/", {"q": q, "aba": aba})
    assert resposta.status_code == 200
    if 0 < len(q.strip("\x00 ")) < 3:
        assert "Escreva ao menos 3 letras." in resposta.content.decode()


@pytest.mark.parametrize(("q", "acha"), [("100% c", True), ("d_na", False), ("do%ta", False)])
def test_E176_wildcards_are_no_wildcards(ana, entrar, saude, q, acha):
    dona = factories.AtendimentoFactory(equipe=saude, conversa__cidadao__nome="Dona 100% Certa")
    pagina = entrar(ana).get("/atendimento/", {"q": q, "aba": "tudo"}).content.decode()
    assert (f'id="at-{dona.pk}"' in pagina) is acha


@pytest.mark.parametrize(
    "parametros",
    [
        {"fila": "saude"},
        {"responsavel": "ana"},
        {"aba": "todas", "equipe": "1"},
        {"aba": "tudo", "q": "Bom dia"},
    ],
)
def test_E177_filters_never_widen_what_one_sees(atendimento, bruno, entrar, parametros):
    pagina = entrar(bruno).get("/atendimento/", parametros).content.decode()
    assert f'id="at-{atendimento.pk}"' not in pagina
    assert 'data-contagem="todas">0<' in pagina


@pytest.mark.parametrize(
    "consulta", ["ordem=x", "aba=y", "ordem=espera&ordem=x&aba=todas&aba=minhas", "pagina=abc"]
)
def test_E178_unknown_values_are_the_usual_ones(ana, entrar, consulta):
    assert entrar(ana).get(f"/atendimento/?{consulta}").status_code == 200


CAMINHOS = [
    "../prefeitura/settings.py",
    "..%2fprefeitura%2fsettings.py",
    "%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252fetc%252fpasswd",
    "css/..%2f..%2fmanage.py",
    "....//....//etc/passwd",
    "/etc/passwd",
    "css%00.css",
]


@pytest.mark.parametrize("caminho", CAMINHOS)
@pytest.mark.parametrize("raiz", ["/static/", "/midia/"])
def test_E179_nobody_leaves_the_folder(ana, entrar, raiz, caminho):
    resposta = entrar(ana).get(raiz + caminho)
    assert resposta.status_code == 404
    assert b"root:" not in resposta.content
    assert b"SECRET_KEY" not in resposta.content


INJECAO = "x\r\nSet-Cookie: mal=1\r\n\r\n<h1>"


@pytest.mark.parametrize(
    "caminho",
    [f"/entrar/?next={quote(INJECAO)}", f"/admin/login/?next={quote(INJECAO)}",
     f"/atendimento/?q={quote(INJECAO)}", f"/{quote(INJECAO)}", f"/api/v1/{quote(INJECAO)}"],
)  # fmt: skip
def test_E180_line_breaks_never_reach_a_header(caminho, municipio):
    resposta = Client().get(caminho)
    assert "mal" not in resposta.cookies
    for _, valor in resposta.items():
        assert "\r" not in valor
        assert "\n" not in valor


def test_E180_and_a_log_line_stays_one_line():
    registro = logging.LogRecord("x", logging.ERROR, "x", 1, INJECAO, None, None)
    assert len(LinhaJson().format(registro).splitlines()) == 1


def test_E181_odd_browsers_are_served(client, municipio):
    biscoitos = "; ".join(f"b{n}=1" for n in range(100))
    for cabecalhos in (
        {"accept-language": "xx"},
        {"accept-language": "a" * 5_000, "user-agent": ""},
        {"cookie": biscoitos},
        {"accept": "nada/disso", "x-forwarded-host": "mal.example"},
    ):
        resposta = client.get("/entrar/", headers=cabecalhos)
        assert resposta.status_code == 200
        assert "mal.example" not in resposta.content.decode()


def test_E181_huge_header_stops_nobody_else(site):
    """uvicorn reads it or says 431; the proxy in front has a limit of its own."""
    for tamanho in (16_000, 100_000, 1):
        pedido = f"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Grande: {'a' * tamanho}\r\n"
        resposta = pedir(site, f"{pedido}Connection: close\r\n\r\n".encode())
        assert resposta.status in ((200,) if tamanho == 1 else (200, 431))


def test_E182_back_after_logout_asks_again(ana, entrar, atendimento):
    navegador = entrar(ana)
    pagina = navegador.get(f"/atendimento/{atendimento.pk}/")
    assert "no-store" in pagina["Cache-Control"]
    saida = navegador.post("/sair/")
    assert saida["Clear-Site-Data"] == '"cache", "storage"'
    volta = navegador.get(f"/atendimento/{atendimento.pk}/")
    assert volta.status_code == 302
    assert volta["Location"].startswith("/entrar/?next=")
