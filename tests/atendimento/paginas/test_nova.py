""" "Nova conversa": the dialog, who can be found in it, and what starting one answers."""

import uuid

import pytest
from django.utils import timezone

from atendimento.models import Atendimento
from prefeitura.cadastro.models import AutorizacaoDeContato
from tests.factories import (
    AtendimentoFactory,
    ModeloDeMensagemFactory,
    NumeroFactory,
    ParticipacaoFactory,
    ServidorFactory,
)

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def modelo(numero):
    return ModeloDeMensagemFactory(
        conta=numero.conta,
        nome="retorno",
        formato="NAMED",
        componentes=[{"type": "BODY", "text": "Olá, {{nome}}: protocolo {{protocolo}}."}],
    )


@pytest.fixture
def campos(numero, saude, modelo):
    return {
        "quem": "(34) 98888-7766",
        "numero": numero.pk,
        "equipe": saude.pk,
        "modelo": modelo.pk,
        "valor-nome": "Rosa",
        "como": "telefone",
        "dia": timezone.localdate().isoformat(),
        "autorizacao": "Ligou e pediu retorno.",
        "chave_cliente": str(uuid.uuid4()),
    }


def test_the_inbox_offers_it(ana, entrar, municipio):
    assert 'href="/atendimento/nova/"' in entrar(ana).get("/atendimento/").content.decode()


def test_dialog_shows_one_s_teams_numbers_and_templates(ana, entrar, numero, modelo, fazenda):
    NumeroFactory(secretaria=fazenda.secretaria, exibicao="+55 11 98888-0000")
    pagina = entrar(ana).get("/atendimento/nova/").content.decode()
    assert "IPTU" not in pagina
    assert "98888-0000" not in pagina
    assert 'name="valor-nome"' in pagina
    assert 'name="valor-protocolo"' not in pagina
    assert "o protocolo deste atendimento" in pagina


def test_protocol_of_another_team_finds_nobody(ana, entrar, atendimento, fazenda):
    """Whose it is would tell that this person has a matter there."""
    cidadao = atendimento.conversa.cidadao
    deles = AtendimentoFactory(equipe=fazenda, conversa__cidadao=cidadao)
    pagina = entrar(ana).get(f"/atendimento/nova/pessoas/?quem={deles.protocolo}").content.decode()
    assert cidadao.como_chamar not in pagina
    pagina = entrar(ana).get(f"/atendimento/nova/pessoas/?quem={atendimento.protocolo}")
    assert cidadao.como_chamar in pagina.content.decode()


def test_dialog_of_who_reads_only_says_what_to_do(entrar, saude, numero):
    leitora = ServidorFactory()
    ParticipacaoFactory(servidor=leitora, equipe=saude, leitura=True)
    assert (
        "não atende em nenhuma equipe" in entrar(leitora).get("/atendimento/nova/").content.decode()
    )


def test_several_numbers_ask_which_and_change_the_templates(ana, entrar, numero, modelo):
    outro = NumeroFactory(exibicao="+55 11 97777-0000")
    cliente = entrar(ana)
    assert "97777-0000" in cliente.get("/atendimento/nova/").content.decode()
    escolhas = cliente.get("/atendimento/nova/modelos/", {"numero": outro.pk}).content.decode()
    assert "não tem modelos aprovados" in escolhas
    assert (
        "Retorno"
        in cliente.get("/atendimento/nova/modelos/", {"numero": numero.pk}).content.decode()
    )


def test_preview_shows_what_was_typed(ana, entrar, numero, modelo):
    dados = {"numero": numero.pk, "modelo": modelo.pk, "valor-nome": "Rosa <b>"}
    previa = (
        entrar(ana)
        .get("/atendimento/nova/modelos/", dados, HTTP_HX_TARGET="nova-previa")
        .content.decode()
    )
    assert 'id="nova-previa"' in previa
    assert "Rosa &lt;b&gt;" in previa
    assert "<select" not in previa


def pessoas(cliente, quem):
    return cliente.get("/atendimento/nova/pessoas/", {"quem": quem}).content.decode()


def test_search_finds_whom_one_knows_by_name_phone_and_protocol(ana, entrar, saude):
    conhecida = AtendimentoFactory(
        equipe=saude,
        conversa__cidadao__nome_no_whatsapp="Josefina das Dores",
        conversa__cidadao__wa_id="553488887766",
    )
    cliente = entrar(ana)
    for quem in ("josefina", "(34) 98888-7766", conhecida.protocolo):
        assert "Josefina das Dores" in pessoas(cliente, quem)
    assert 'name="nome"' in pessoas(cliente, "(34) 98888-1111")
    assert "Ninguém com este nome" in pessoas(cliente, "Xavier")
    assert pessoas(cliente, "jo").strip() == ""


def test_search_tells_nothing_of_other_teams(ana, entrar, fazenda):
    AtendimentoFactory(
        equipe=fazenda,
        conversa__cidadao__nome_no_whatsapp="Josefina das Dores",
        conversa__cidadao__wa_id="553488887766",
    )
    cliente = entrar(ana)
    assert "Josefina" not in pessoas(cliente, "josefina")
    assert "Josefina" not in pessoas(cliente, "34 98888-7766")


def test_starting_opens_the_conversation(ana, entrar, municipio, campos):
    cliente = entrar(ana)
    lido = cliente.post("/atendimento/nova/iniciar/", campos, **JSON).json()
    atendimento = Atendimento.objects.get()
    assert lido == {"id": str(atendimento.pk), "abrir": True, "aviso": ""}
    pagina = cliente.get(f"/atendimento/{atendimento.pk}/").content.decode()
    assert f"Olá, Rosa: protocolo {atendimento.protocolo}." in pagina
    assert "Você começou a conversa" in pagina
    assert AutorizacaoDeContato.objects.get().registrada_por == ana


def test_plain_form_works_too(ana, entrar, campos):
    resposta = entrar(ana).post("/atendimento/nova/iniciar/", campos)
    assert resposta["Location"] == f"/atendimento/{Atendimento.objects.get().pk}/"


@pytest.mark.parametrize(
    ("campo", "valor", "frase"),
    [
        ("quem", "Rosa", "telefone com DDD"),
        ("cidadao", "99999", "Escolha a pessoa na lista"),
        ("equipe", "", "equipe em que você atende"),
        ("equipe", "abc", "equipe em que você atende"),
        ("numero", "", "Escolha o número"),
        ("modelo", "0", "Este modelo não pode mais ser usado"),
        ("valor-nome", " ", "Falta preencher: nome."),
        ("como", "", "como a pessoa autorizou"),
        ("autorizacao", "", "o que a pessoa pediu"),
        ("dia", "31/02/2026", "Confira o dia"),
        ("dia", "2999-01-01", "Confira o dia"),
        ("chave_cliente", "x", "outra vez"),
    ],
)
def test_what_is_missing_is_said_by_name(ana, entrar, campos, campo, valor, frase):
    resposta = entrar(ana).post("/atendimento/nova/iniciar/", campos | {campo: valor}, **JSON)
    assert resposta.status_code == 422
    assert frase in resposta.json()["frase"]
    assert not Atendimento.objects.exists()


def test_open_one_is_offered(ana, entrar, campos, atendimento):
    dela = campos | {"cidadao": atendimento.conversa.cidadao_id}
    resposta = entrar(ana).post("/atendimento/nova/iniciar/", dela, **JSON)
    assert resposta.status_code == 409
    assert resposta.json()["codigo"] == "ja_aberto"
    assert resposta.json()["atendimento"] == atendimento.pk
    dela["confirmar"] = "1"
    assert entrar(ana).post("/atendimento/nova/iniciar/", dela, **JSON).status_code == 200
