"""The picker of templates of a closed window, and dialogs opened on a page of their own."""

import pytest

from tests.factories import AtendimentoFactory, ModeloDeMensagemFactory


@pytest.fixture
def fechado(saude, numero):
    """Rosa's atendimento, and a template that greets by name and tells the protocol."""
    ModeloDeMensagemFactory(
        conta=numero.conta,
        nome="retorno",
        formato="NAMED",
        componentes=[{"type": "BODY", "text": "Olá, {{nome}}: protocolo {{protocolo}}."}],
    )
    return AtendimentoFactory(
        equipe=saude,
        conversa__numero=numero,
        conversa__cidadao__nome_no_whatsapp="Rosa Lima",
    )


def test_what_the_house_knows_comes_filled_in(fechado, ana, entrar):
    pagina = entrar(ana).get(f"/atendimento/{fechado.pk}/modelos/").content.decode()
    assert 'value="Rosa"' in pagina
    assert f'value="{fechado.protocolo}"' in pagina
    assert "{{" not in pagina


def test_what_was_typed_over_it_stays_also_when_emptied(fechado, ana, entrar):
    endereco = f"/atendimento/{fechado.pk}/modelos/"
    escrito = {"valor-nome": "Dona Rosa", "valor-protocolo": ""}
    previa = entrar(ana).get(endereco, escrito, HTTP_HX_TARGET="previa").content.decode()
    assert "Dona Rosa" in previa
    assert fechado.protocolo not in previa


@pytest.mark.parametrize("nome", ["transferir", "devolver", "encerrar"])
def test_a_dialog_opened_apart_is_a_page_and_to_the_scripts_a_form(
    fechado, ana, entrar, municipio, nome
):
    cliente = entrar(ana)
    endereco = f"/atendimento/{fechado.pk}/dialogos/{nome}/"
    assert "<h1" in cliente.get(endereco).content.decode()
    assert "<html" not in cliente.get(endereco, HTTP_X_PARTE="dialogo").content.decode()
