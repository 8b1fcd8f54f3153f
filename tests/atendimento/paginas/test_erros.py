"""The pages of trouble are drawn with nothing but the template."""

import pytest
from django.template.loader import render_to_string


@pytest.mark.parametrize(
    ("nome", "titulo"),
    [("500.html", "Algo deu errado do nosso lado"), ("503.html", "Em manutenção")],
)
def test_without_database_or_request_the_page_still_says_what_to_do(nome, titulo):
    pagina = render_to_string(nome, {"frase": "Volte em alguns minutos."})
    assert f"<h1>{titulo}</h1>" in pagina
    assert "css/base" in pagina
    assert "Tentar de novo" in pagina
