"""Every code of WHATSAPP.md §8 has a policy and a sentence that a servant understands."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prefeitura.whatsapp.erros import (
    ESPERA_MAXIMA,
    TABELA,
    Politica,
    atinge_a_conta,
    espera,
    frase,
    pausa,
    politica,
)

POLITICAS = {
    Politica.TEMPORARIO: [1, 2, 4, 613, 80007, 130429, 131000, 131016, 131057, 133004, 133016],
    Politica.AGUARDAR_PAR: [131056],
    Politica.PAUSAR_NUMERO: [
        *(0, 3, 10, 33, 104, 190, 200, 299, 368),
        *(131005, 131031, 131037, 131042, 131045, 131048, 133010),
    ],
    Politica.JANELA: [131047],
    Politica.MODELO: [
        *(131064, 132000, 132001, 132005, 132007, 132008, 132012),
        *(132015, 132016, 132018, 132068, 132069),
    ],
    Politica.DEFINITIVO: [
        *(100, 130403, 130472, 130497, 131008, 131009, 131020, 131021, 131026, 131030),
        *(131041, 131044, 131049, 131050, 131051, 131052, 131053, 131055, 131059, 131060),
        *(131062, 131063, 131201, 131215, 133000, 133005, 133006, 133008, 133009, 133015),
        *(134011, 134100, 134101, 134102, 135000, 137000, 138000, 138018, 139000, 139004),
        *(139100, 139103, 147001, 147005, 200005, 200007, 2593107, 2593108),
    ],
}
CODIGOS = [(codigo, p) for p, codigos in POLITICAS.items() for codigo in codigos]


@pytest.mark.parametrize(("codigo", "esperada"), CODIGOS)
def test_code_of_the_fact_sheet_has_its_policy(codigo, esperada):
    assert codigo in TABELA
    assert politica(codigo) is esperada


@pytest.mark.parametrize("codigo", sorted(TABELA))
def test_sentence_is_plain_portuguese(codigo):
    for na_fila in (False, True):
        dita = frase(codigo, na_fila=na_fila)
        assert 20 < len(dita) < 200
        assert dita[0].isupper() and dita.endswith(".")
        assert not re.search(r"\d{4,}|error|invalid|None|[{}_]", dita)


@pytest.mark.parametrize(
    ("codigo", "dita"),
    [
        (
            131026,
            "O WhatsApp não entregou: o número pode não ter WhatsApp ou ter bloqueado a "
            "prefeitura.",
        ),
        (131047, "Não enviada: o prazo de 24 horas terminou. Use um modelo."),
        (999999, "A Meta não entregou esta mensagem e não explicou o motivo (código 999999)."),
        (-1, "A Meta não entregou esta mensagem e não explicou o motivo (código -1)."),
        (None, "A Meta não entregou esta mensagem e não explicou o motivo."),
        (132000, "Preencha todos os campos do modelo."),
    ],
)
def test_sentence_of_known_and_unknown_codes(codigo, dita):
    assert frase(codigo) == dita


def test_detail_of_meta_is_quoted_only_where_the_code_says_little():
    assert frase(100, "Param  text\nis bad").endswith("Explicação da Meta: “Param text is bad”.")
    assert frase(131026, "Message undeliverable") == frase(131026)
    assert frase(100, "  ") == frase(100)
    assert len(frase(100, "x" * 5000)) < 500


def test_queued_message_is_told_to_be_waiting():
    assert frase(130429, na_fila=True) == (
        "Há muitos envios ao mesmo tempo. A mensagem está na fila."
    )
    assert "fila" not in frase(130429)


def test_unknown_code_is_definitive():
    assert politica(999999) is politica(None) is Politica.DEFINITIVO
    assert espera(999999, 1) is None
    assert pausa(999999) is None


def test_subcode_tells_an_unknown_number_from_bad_content():
    assert politica(100) is Politica.DEFINITIVO
    assert politica(100, 33) is Politica.PAUSAR_NUMERO
    assert politica(100, 2388299) is Politica.DEFINITIVO


@pytest.mark.parametrize(
    ("codigo", "esperas"),
    [
        (131056, [4, 16, 64, 256, 900, None]),
        (130429, [1, 4, 16, 64, 256, None]),
        (131000, [1, 4, None]),
        (131057, [60, 240, 900, 900, 900, None]),
        (131026, [None]),
        (190, [None]),
    ],
)
def test_wait_grows_four_times_and_ends(codigo, esperas):
    assert [espera(codigo, n) for n in range(1, len(esperas) + 1)] == esperas


@given(st.sampled_from(sorted(TABELA)), st.integers(0, 10**9), st.floats(0, 1))
def test_wait_is_bounded_and_chance_only_adds(codigo, tentativa, acaso):
    segundos = espera(codigo, tentativa, acaso)
    if segundos is None:
        return
    assert espera(codigo, tentativa) <= segundos <= ESPERA_MAXIMA * 1.25
    assert segundos >= 1


@pytest.mark.parametrize("codigo", POLITICAS[Politica.PAUSAR_NUMERO])
def test_pausing_code_says_for_how_long(codigo):
    assert 300 <= pausa(codigo) <= 3600


def test_token_and_payment_hit_the_account_and_registration_only_the_number():
    assert all(map(atinge_a_conta, (0, 190, 368, 131031, 131042)))
    assert not any(map(atinge_a_conta, (33, 131045, 133010, 131048, 131026, None)))
