"""The table that decides G7: what each answer proves."""

import json

import pytest

from prefeitura.whatsapp import erros
from prefeitura.whatsapp.cliente import (
    Aceita,
    Adiada,
    Incerta,
    NumeroParado,
    Quarentena,
    Recusada,
    Troca,
    classificar,
)

ACEITE = {"contacts": [{"input": "+55", "wa_id": "5511"}], "messages": [{"id": "wamid.A"}]}


def troca(http, corpo, **extra):
    return Troca(
        True, http, corpo if isinstance(corpo, bytes) else json.dumps(corpo).encode(), **extra
    )


def erro(codigo, http=400, **extra):
    return troca(http, {"error": {"message": "m", "code": codigo, **extra}})


def test_nothing_left_this_host_is_postponed_without_a_code():
    assert classificar(Troca(saiu=False, falha="ConnectTimeout")) == Adiada()


def test_no_answer_after_bytes_left_is_doubt():
    assert isinstance(classificar(Troca(saiu=True, falha="ReadTimeout")), Incerta)


def test_wamid_is_acceptance():
    assert classificar(troca(200, ACEITE)) == Aceita("wamid.A", "5511")


@pytest.mark.parametrize(
    "contatos",
    [[], None, "x", [None], [{"wa_id": 5}]],
    ids=["empty", "none", "text", "null", "number"],
)
def test_strange_contacts_do_not_hide_the_wamid(contatos):
    assert classificar(troca(200, ACEITE | {"contacts": contatos})) == Aceita("wamid.A")


@pytest.mark.parametrize(
    "corpo",
    [b"", b"<html>", b'{"messages":[{"id":"wam', {}, [], {"messages": []}, {"messages": {}},
     {"messages": [{}]}, {"messages": [{"id": ""}]}, {"messages": [{"id": 7}]},
     {"messages": [{"id": "a" * 256}]}, b"[" * 200_000, {"error": {"code": 100}}],
)  # fmt: skip
def test_2xx_without_a_usable_wamid_is_doubt(corpo):
    assert isinstance(classificar(troca(200, corpo)), Incerta)


def test_body_that_was_cut_is_doubt():
    assert isinstance(classificar(Troca(True, 200, None)), Incerta)


@pytest.mark.parametrize("http", [301, 302, 400, 403, 404, 413, 429, 500, 502, 503, 504])
@pytest.mark.parametrize(
    "corpo", [b"", b"<html>proxy</html>", {"error": "x"}, {"error": {"code": "100"}}, {"error": {}},
              {"error": {"code": True}}],
)  # fmt: skip
def test_error_not_in_metas_words_is_doubt(http, corpo):
    assert isinstance(classificar(troca(http, corpo)), Incerta)


@pytest.mark.parametrize("codigo", [2, 131000, 131016, 100, 999_999])
def test_5xx_in_metas_words_waits_in_quarantine(codigo):
    resultado = classificar(erro(codigo, 500))
    assert isinstance(resultado, Quarentena)
    assert resultado.codigo == codigo


def test_redirect_is_not_followed_nor_believed():
    assert isinstance(classificar(erro(131000, 302)), Incerta)


@pytest.mark.parametrize("codigo", sorted(erros.TABELA))
def test_every_code_of_the_table_has_the_class_of_its_policy(codigo):
    classe = {
        erros.Politica.DEFINITIVO: Recusada,
        erros.Politica.MODELO: Recusada,
        erros.Politica.JANELA: Recusada,
        erros.Politica.TEMPORARIO: Adiada,
        erros.Politica.AGUARDAR_PAR: Adiada,
        erros.Politica.PAUSAR_NUMERO: NumeroParado,
    }[erros.politica(codigo)]
    resultado = classificar(erro(codigo))
    assert type(resultado) is classe
    assert resultado.codigo == codigo


@pytest.mark.parametrize("codigo", [0, 10, 190, 368, 131031, 131042, 131045, 133010])
@pytest.mark.parametrize("http", [400, 401, 403, 500])
def test_trouble_of_the_channel_stops_the_number_whatever_the_status(codigo, http):
    assert isinstance(classificar(erro(codigo, http)), NumeroParado)


def test_401_with_an_unknown_code_is_about_the_token():
    resultado = classificar(erro(999_999, 401))
    assert isinstance(resultado, NumeroParado)
    assert resultado.da_conta


@pytest.mark.parametrize("codigo", [4, 80007, 130429])
def test_limits_of_the_number_say_so(codigo):
    assert classificar(erro(codigo, 429)).limite == "numero"


def test_limit_of_the_pair_says_so():
    assert classificar(erro(131056)).limite == "par"


def test_retry_after_travels():
    resultado = classificar(Troca(True, 429, json.dumps({"error": {"code": 130429}}).encode(), 7.0))
    assert resultado.aguardar == 7.0


@pytest.mark.parametrize(
    ("extra", "detalhe"),
    [
        ({"error_data": {"details": "porque sim"}}, "porque sim"),
        ({"error_data": "texto"}, "texto"),
        ({"error_data": 7}, "m"),
        ({"error_data": {"details": "nul\x00o"}}, "nulo"),
        ({"error_data": {"details": "\ud83d"}}, "?"),
        ({}, "m"),
    ],
)
def test_detail_is_metas_and_safe_to_store(extra, detalhe):
    assert classificar(erro(131026, **extra)).detalhe == detalhe
