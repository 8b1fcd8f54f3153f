"""The log of a conversation: what comes along with a message, and what a bubble shows of it."""

import pytest

from atendimento import acoes
from tests.factories import AtendimentoFactory, MensagemFactory


@pytest.fixture
def pedir(ana, entrar, municipio):
    """Return a function: the HTML of the bubbles `mensagens` of `atendimento`, as Ana sees it."""
    cliente = entrar(ana)

    def _pedir(atendimento, *mensagens) -> str:
        ids = ",".join(str(m.pk) for m in mensagens)
        resposta = cliente.get(f"/atendimento/{atendimento.pk}/mensagens/", {"ids": ids})
        return resposta.content.decode()

    return _pedir


def test_with_a_message_come_the_lines_since_it(saude, ana, pedir):
    atendimento = AtendimentoFactory(equipe=saude)
    antes = MensagemFactory(atendimento=atendimento)
    acoes.assumir(atendimento_id=atendimento.pk, servidor=ana)
    depois = MensagemFactory(atendimento=atendimento)
    assert "assumiu" in pedir(atendimento, antes)
    assert "assumiu" not in pedir(atendimento, depois)
    assert pedir(atendimento).strip() == ""


@pytest.mark.parametrize("texto", ["a" * 901, "linha\n" * 16])
def test_a_long_text_is_folded_and_whole(saude, pedir, texto):
    atendimento = AtendimentoFactory(equipe=saude)
    longa = MensagemFactory(atendimento=atendimento, texto=texto)
    pagina = pedir(atendimento, longa)
    assert 'class="texto longa"' in pagina
    assert "Ver tudo" in pagina
    assert texto.strip() in pagina


def test_an_order_shows_its_price_in_reais(saude, pedir):
    atendimento = AtendimentoFactory(equipe=saude)
    itens = [
        {"codigo": "muda-ipe", "quantidade": 2, "preco": 1234.5, "moeda": "BRL"},
        {"codigo": "sem-preco", "quantidade": None, "preco": None, "moeda": ""},
    ]
    pedido = MensagemFactory(atendimento=atendimento, tipo="pedido", dados={"itens": itens})
    pagina = pedir(atendimento, pedido)
    assert "2 × R$ 1.234,50" in pagina
    assert "None" not in pagina[pagina.index("muda-ipe") : pagina.index("</dl>")]
