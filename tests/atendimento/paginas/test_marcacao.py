"""WhatsApp's markup becomes safe HTML, quickly, whatever is written."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atendimento.views.apresentar.marcacao import formatar, sem_marcas

LINK = '<a href="{0}" target="_blank" rel="noopener noreferrer nofollow">{0}</a>'


@pytest.mark.parametrize(
    ("texto", "html"),
    [
        ("*oi*", "<strong>oi</strong>"),
        ("_oi_ ~tchau~", "<em>oi</em> <s>tchau</s>"),
        ("*oi _tudo_ bem*", "<strong>oi <em>tudo</em> bem</strong>"),
        ("2*3*4", "2*3*4"),
        ("* item * outro", "* item * outro"),
        ("nome_de_arquivo", "nome_de_arquivo"),
        ("*aberto\nfecha*", "*aberto\nfecha*"),
        ("```*cru*```", "<code>*cru*</code>"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("veja https://a.br/x.", "veja " + LINK.format("https://a.br/x") + "."),
        ("*https://a.br*", "<strong>" + LINK.format("https://a.br") + "</strong>"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_marks_become_elements(texto, html):
    assert str(formatar(texto)) == html


@given(st.text(alphabet="*_~`ab <>&\"'\n:/htps.", max_size=300))
def test_nothing_but_our_own_elements_comes_out(texto):
    sobra = re.sub(
        r"</?(?:strong|em|s|code)>|<a href=\"[^\"<>]*\" target=\"_blank\" "
        r"rel=\"noopener noreferrer nofollow\">|</a>",
        "",
        str(formatar(texto)),
    )
    assert "<" not in sobra
    assert ">" not in sobra


@pytest.mark.parametrize("texto", ["*" * 4096, "*a" * 2048, "_*~" * 1365, "`" * 4096, "a*" * 2048])
def test_no_text_of_4096_characters_is_slow(texto):
    inicio = time.process_time()
    formatar(texto)
    assert time.process_time() - inicio < 0.2


def test_previews_are_one_plain_line():
    assert sem_marcas("*Bom dia*,\n_Maria_") == "Bom dia, Maria"
