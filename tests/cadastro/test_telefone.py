"""Brazilian numbers: one citizen with and without the ninth digit, and nobody else."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefeitura.cadastro.telefone import chave, formas_iguais, mostrar, normalizar_digitado

DDDS = [
    d
    for d in range(11, 100)
    if d not in (20, 23, 25, 26, 29, 30, 36, 39, 40, 50, 52, 56, 57, 58, 59, 60, 70, 72, 76, 78)
    and d not in (80, 90)
]
# For each area code in use: an old mobile, a mobile born with nine digits, a landline.
POR_DDD = [
    caso
    for ddd in DDDS
    for caso in (
        (f"55{ddd}98887766", f"55{ddd}998887766", {f"55{ddd}98887766", f"55{ddd}998887766"}),
        (f"55{ddd}912345678", f"55{ddd}912345678", {f"55{ddd}912345678"}),
        (f"55{ddd}33334444", f"55{ddd}33334444", {f"55{ddd}33334444"}),
    )
]
AVULSOS = [
    ("5534998887766", "5534998887766", {"5534998887766", "553498887766"}),
    ("+55 (34) 9 9888-7766", "5534998887766", {"5534998887766", "553498887766"}),
    ("553468887766", "5534968887766", {"5534968887766", "553468887766"}),
    ("553478887766", "5534978887766", {"5534978887766", "553478887766"}),
    ("553488887766", "5534988887766", {"5534988887766", "553488887766"}),
    ("5534928887766", "5534928887766", {"5534928887766"}),
    ("553458887766", "553458887766", {"553458887766"}),
    ("553428887766", "553428887766", {"553428887766"}),
    ("558001234567", "558001234567", {"558001234567"}),
    # Foreign numbers that would look Brazilian without their country code.
    ("33987654321", "33987654321", {"33987654321"}),
    ("14155552671", "14155552671", {"14155552671"}),
    ("351912345678", "351912345678", {"351912345678"}),
    ("5491123456789", "5491123456789", {"5491123456789"}),
    ("595981234567", "595981234567", {"595981234567"}),
    ("972987654321", "972987654321", {"972987654321"}),
    ("123", "123", {"123"}),
    ("", "", {""}),
]
TABELA = POR_DDD + AVULSOS


def test_table_has_two_hundred_numbers():
    assert len(DDDS) == 67
    assert len(TABELA) > 200


@pytest.mark.parametrize(("numero", "canonica", "formas"), TABELA)
def test_forms_and_key_of_a_number(numero, canonica, formas):
    assert formas_iguais(numero) == formas
    assert chave(numero) == canonica


def test_same_final_digits_in_another_area_are_another_citizen():
    assert chave("5534998887766") != chave("5511998887766")
    assert not formas_iguais("553498887766") & formas_iguais("551198887766")


ALGARISMOS = st.text("0123456789", min_size=8, max_size=15)
NUMEROS = st.one_of(
    ALGARISMOS,
    st.text("0123456789", min_size=8, max_size=9).map("5534".__add__),
    st.sampled_from([chave(n) for n, _, _ in TABELA if n]),
)


@settings(deadline=None)
@given(NUMEROS, NUMEROS)
def test_being_the_same_number_is_an_equivalence(um, outro):
    assert um in formas_iguais(um)
    assert (chave(um) == chave(outro)) == (formas_iguais(um) == formas_iguais(outro))
    assert (outro in formas_iguais(um)) == (um in formas_iguais(outro))
    assert all(formas_iguais(forma) == formas_iguais(um) for forma in formas_iguais(um))
    assert chave(chave(um)) == chave(um) in formas_iguais(um)


DIGITADOS = [
    ("(71) 9 8888-7777", "5571988887777"),
    ("(71)98888-7777", "5571988887777"),
    ("71 98888 7777", "5571988887777"),
    ("71.98888.7777", "5571988887777"),
    ("071 98888-7777", "5571988887777"),
    ("(071) 98888-7777", "5571988887777"),
    ("0xx71 98888-7777", "5571988887777"),
    ("0XX71988887777", "5571988887777"),
    ("0 xx (71) 98888-7777", "5571988887777"),
    ("0 21 71 98888-7777", "5571988887777"),
    ("+55 71 98888-7777", "5571988887777"),
    ("+5571988887777", "5571988887777"),
    ("+55 (0) 71 98888-7777", "5571988887777"),
    ("0055 71 98888-7777", "5571988887777"),
    ("5571988887777", "5571988887777"),
    ("557188887777", "5571988887777"),
    ("71 8888-7777", "5571988887777"),
    ("  71988887777\u200b ", "5571988887777"),
    ("\u202a+55 71 98888‑7777\u202c", "5571988887777"),
    ("(34) 3333-4444", "553433334444"),
    ("34 3333 4444", "553433334444"),
    ("055 3222-1234", "555532221234"),
    ("55 3222-1234", "555532221234"),
    ("55 99888-7766", "5555998887766"),
    ("5555998887766", "5555998887766"),
    ("0800 123 4567", "558001234567"),
    ("+55 0800 123 4567", "558001234567"),
    ("+1 (415) 555-2671", "14155552671"),
    ("+351 912 345 678", "351912345678"),
    ("00351912345678", "351912345678"),
    ("98888-7777", None),
    ("3333-4444", None),
    ("20 98888-7777", None),
    ("71 08888-7777", None),
    ("71 988887777 / 71 33334444", None),
    # A missing digit cannot be told from a number of before 2012.
    ("71 98888-777", "5571998888777"),
    ("71 3333-4444/5555", None),
    ("71 98888-77777", None),
    ("+0123456789", None),
    ("+1234567", None),
    ("+" + "1" * 16, None),
    ("190", None),
    ("não tem", None),
    ("", None),
    ("٧١٩٨٨٨٨٧٧٧٧", None),
    ("71 98888-7777 ramal 2", None),
]


@pytest.mark.parametrize(("digitado", "numero"), DIGITADOS)
def test_what_people_type_becomes_one_number(digitado, numero):
    assert normalizar_digitado(digitado) == numero


@settings(deadline=None)
@given(st.text(max_size=40))
def test_any_text_gives_a_canonical_number_or_none(texto):
    numero = normalizar_digitado(texto)
    assert numero is None or (numero.isascii() and numero.isdigit() and chave(numero) == numero)


@pytest.mark.parametrize(
    ("numero", "mostrado"),
    [
        ("553498887766", "(34) 99888-7766"),
        ("5534998887766", "(34) 99888-7766"),
        ("553433334444", "(34) 3333-4444"),
        ("558001234567", "0800 123 4567"),
        ("14155552671", "+1 415 555 2671"),
        ("351912345678", "+351 912 345 678"),
        ("541123456789", "+54 112 345 6789"),
        ("972987654321", "+972 987 654 321"),
        ("123", "123"),
        ("9" * 40, "9" * 40),
        ("BR.4471203398812760055", "BR.4471203398812760055"),
        ("", ""),
    ],
)
def test_number_is_shown_as_people_write_it(numero, mostrado):
    assert mostrar(numero) == mostrado


@pytest.mark.parametrize(("numero", "canonica", "formas"), POR_DDD)
def test_what_is_shown_can_be_typed_back(numero, canonica, formas):
    assert normalizar_digitado(mostrar(numero)) == canonica
