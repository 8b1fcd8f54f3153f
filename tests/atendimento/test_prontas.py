"""The blanks of canned replies, and which replies are offered in a matter."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from atendimento import prontas
from tests.factories import RespostaProntaFactory

MANHA = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("America/Sao_Paulo"))


@pytest.mark.parametrize(
    ("texto", "abertas"),
    [
        ("Olá, {nome}!", ["nome"]),
        ("{data} às {hora}, {data}", ["data", "hora"]),
        ("{Situação_do_pedido}", ["Situação_do_pedido"]),
        ('{"a": 1}', []),
        ("{ } {1} {} {a} {com espaço}", []),
        ("sem espaços", []),
    ],
)
def test_only_a_word_in_braces_is_a_blank(texto, abertas):
    assert prontas.faltam(texto) == abertas


def test_what_is_known_is_filled_in_and_the_rest_stays():
    valores = {"nome": "{Maria}", "protocolo": ""}
    assert prontas.preencher("{Nome}, {protocolo}, {dia}", valores) == "Maria, {protocolo}, {dia}"


@pytest.mark.parametrize(
    ("hora", "saudacao"), [(0, "Bom dia"), (11, "Bom dia"), (12, "Boa tarde"), (18, "Boa noite")]
)
def test_the_greeting_follows_the_hour(hora, saudacao):
    assert prontas.saudacao(MANHA.replace(hour=hora)) == saudacao


@pytest.mark.django_db
def test_every_variable_is_worth_something_in_a_matter(atendimento, ana, municipio):
    valores = prontas.valores(atendimento=atendimento, servidor=ana, agora=MANHA)
    assert valores.keys() == prontas.VARIAVEIS.keys()
    assert all(valores.values())
    assert (valores["hoje"], valores["servidor"]) == ("02/03/2026", "Ana")
    assert valores["secretaria"] == "Secretaria de Saúde"


@pytest.mark.django_db
def test_the_nearest_of_one_shortcut_is_offered_and_nothing_of_elsewhere(
    atendimento, ana, bruno, saude, fazenda, municipio
):
    RespostaProntaFactory(atalho="ola", titulo="da cidade")
    RespostaProntaFactory(atalho="ola", titulo="da secretaria", secretaria=saude.secretaria)
    RespostaProntaFactory(atalho="ola", titulo="da equipe", equipe=saude)
    RespostaProntaFactory(atalho="prazo", titulo="da secretaria", secretaria=saude.secretaria)
    RespostaProntaFactory(atalho="desligada", ativa=False)
    RespostaProntaFactory(atalho="iptu", equipe=fazenda)
    RespostaProntaFactory(atalho="do-bruno", dono=bruno)

    def titulos() -> dict[str, str]:
        lidas = prontas.oferecidas(atendimento=atendimento, servidor=ana, agora=MANHA)
        return {pronta.atalho: pronta.titulo for pronta, _ in lidas}

    assert titulos() == {"ola": "da equipe", "prazo": "da secretaria"}
    RespostaProntaFactory(atalho="ola", titulo="da Ana", dono=ana)
    assert titulos()["ola"] == "da Ana"
