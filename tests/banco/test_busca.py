"""The words of a search, folded alike in PostgreSQL and in Python."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from prefeitura.banco.busca import ACENTUADAS, Vetor, consulta, dobrar, realces
from prefeitura.cadastro.models import Cidadao


@pytest.mark.django_db
def test_postgresql_and_python_fold_the_same_letters():
    letras = "".join(ACENTUADAS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT para_busca(%s)", [letras])
        assert cursor.fetchone()[0] == dobrar(letras)


@given(st.text(max_size=200), st.text(max_size=30))
def test_highlights_are_inside_the_text_and_in_order(texto, procurado):
    limites = [lugar for par in realces(texto, procurado) for lugar in par]
    assert limites == sorted(limites)
    assert all(0 <= lugar <= len(texto) for lugar in limites)


@pytest.mark.django_db
@given(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=60))
def test_no_search_breaks_the_query_language(procurado):
    for config in ("portuguese", "simple"):
        nomes = Cidadao.objects.alias(palavras=Vetor("nome", config=config))
        assert not nomes.filter(palavras=consulta(procurado, config)).exists()
