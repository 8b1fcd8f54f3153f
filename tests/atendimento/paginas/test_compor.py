"""What the composer puts together, by HTTP: Meta's body, the bubble, and what is refused."""

import json
import uuid

import pytest

from atendimento.models import Mensagem, Rascunho
from prefeitura.whatsapp.models import Envio

pytestmark = pytest.mark.django_db
BOTOES = {"texto": "Resolvido?", "botoes": ["Sim", "Não"]}
LISTA = {
    "texto": "Qual serviço?",
    "rotulo": "Ver opções",
    "secoes": [
        {"titulo": "Ruas", "opcoes": [{"titulo": "Tapa-buraco", "descricao": "Vias"}]},
        {"titulo": "Luz", "opcoes": [{"titulo": "Poste apagado", "descricao": ""}]},
    ],
}
LUGAR = {
    "nome": "Paço",
    "endereco": "Av. X, 1",
    "latitude": "-18,9186",
    "longitude": "-48.2772",
}
CONTATO = {"nome": "Ouvidoria", "telefone": "(34) 3333-0000", "empresa": "Prefeitura"}


@pytest.fixture
def mandar(atendimento, ana, entrar):
    """Return a function: Ana posts it; (status, answer)."""
    navegador = entrar(ana)

    def _mandar(especie, dados, **extra):
        corpo = {
            "chave_cliente": str(uuid.uuid4()),
            "especie": especie,
            "dados": dados if isinstance(dados, str) else json.dumps(dados),
        }
        resposta = navegador.post(
            f"/atendimento/{atendimento.pk}/responder/",
            corpo | extra,
            headers={"Accept": "application/json"},
        )
        return resposta.status_code, resposta.json()

    return _mandar


def enviado():
    envio = Envio.objects.get(prioridade=Envio.Prioridade.RESPOSTA)
    return envio.corpo, Mensagem.objects.get(envio=envio)


def test_buttons(mandar):
    status, resposta = mandar("botoes", BOTOES)
    assert status == 200
    corpo, dita = enviado()
    assert corpo["interactive"]["body"] == {"text": "Resolvido?"}
    botoes = corpo["interactive"]["action"]["buttons"]
    assert [b["reply"] for b in botoes] == [
        {"id": "botao-1", "title": "Sim"},
        {"id": "botao-2", "title": "Não"},
    ]
    assert dita.tipo == "interativo"
    assert resposta["html"].count("Sim") == 1  # not once more in the text


def test_list(mandar):
    assert mandar("lista", LISTA)[0] == 200
    corpo, _ = enviado()
    acao = corpo["interactive"]["action"]
    assert acao["button"] == "Ver opções"
    assert [s["title"] for s in acao["sections"]] == ["Ruas", "Luz"]
    assert acao["sections"][0]["rows"] == [
        {"id": "opcao-1", "title": "Tapa-buraco", "description": "Vias"}
    ]
    assert acao["sections"][1]["rows"] == [{"id": "opcao-2", "title": "Poste apagado"}]


def test_place(mandar):
    status, resposta = mandar("localizacao", LUGAR)
    assert status == 200
    corpo, _ = enviado()
    assert corpo["location"] == {
        "latitude": "-18.9186000",
        "longitude": "-48.2772000",
        "name": "Paço",
        "address": "Av. X, 1",
    }
    assert "Ver no mapa" in resposta["html"]


@pytest.mark.parametrize(
    ("telefone", "whatsapp", "enviado_como"),
    [
        ("(34) 3333-0000", False, {"phone": "+553433330000", "type": "WORK"}),
        (
            "34 99888-7766",
            True,
            {"phone": "+5534998887766", "type": "WORK", "wa_id": "5534998887766"},
        ),
        ("156", True, {"phone": "156", "type": "WORK"}),
        ("0800 123 4567", False, {"phone": "+558001234567", "type": "WORK"}),
    ],
)
def test_contact(mandar, telefone, whatsapp, enviado_como):
    status, resposta = mandar("contato", CONTATO | {"telefone": telefone, "whatsapp": whatsapp})
    assert status == 200
    corpo, dita = enviado()
    assert corpo["contacts"] == [
        {
            "name": {"formatted_name": "Ouvidoria", "first_name": "Ouvidoria"},
            "phones": [enviado_como],
            "org": {"company": "Prefeitura"},
        }
    ]
    assert "Ouvidoria" in resposta["html"]
    assert dita.texto == "Ouvidoria"


@pytest.mark.parametrize(
    ("especie", "dados", "frase"),
    [
        ("botoes", BOTOES | {"texto": " "}, "Falta preencher: texto."),
        ("botoes", BOTOES | {"botoes": []}, "Coloque de 1 a 3 botões."),
        ("botoes", BOTOES | {"botoes": ["a", "a"]}, "Há títulos de botão repetidos."),
        ("botoes", BOTOES | {"botoes": ["a" * 21]}, "o WhatsApp aceita 20."),
        ("botoes", BOTOES | {"botoes": {"a": 1}}, "Coloque de 1 a 3 botões."),
        ("lista", LISTA | {"secoes": []}, "Coloque de 1 a 10 opções"),
        ("lista", LISTA | {"secoes": "x"}, "Coloque de 1 a 10 opções"),
        ("localizacao", LUGAR | {"latitude": "91"}, "Este ponto não existe no mapa."),
        ("localizacao", LUGAR | {"latitude": "nan"}, "Este ponto não existe no mapa."),
        ("localizacao", LUGAR | {"longitude": "ali"}, "em graus"),
        ("localizacao", LUGAR | {"nome": ""}, "Falta preencher: nome do local."),
        ("contato", CONTATO | {"telefone": "99"}, "Escreva o telefone com DDD"),
        ("contato", CONTATO | {"nome": None}, "Falta preencher: nome do contato."),
        ("enquete", {}, "Recarregue a conversa"),
        ("botoes", "[]", "Recarregue a conversa"),
        ("botoes", "{", "Recarregue a conversa"),
        ("botoes", "[" * 5000, "Recarregue a conversa"),
    ],
)
def test_what_cannot_go_is_refused_with_a_sentence(mandar, especie, dados, frase):
    status, resposta = mandar(especie, dados)
    assert (status, frase in resposta["frase"]) == (422, True), resposta
    assert not Envio.objects.filter(prioridade=Envio.Prioridade.RESPOSTA).exists()


def test_the_same_key_is_one_message(mandar):
    chave = str(uuid.uuid4())
    assert len({mandar("contato", CONTATO, chave_cliente=chave)[1]["id"] for _ in range(3)}) == 1
    enviado()


def test_the_draft_of_the_field_stays(mandar, atendimento, ana):
    Rascunho.objects.create(servidor=ana, atendimento=atendimento, texto="Segue o ")
    mandar("botoes", BOTOES)
    assert Rascunho.objects.get().texto == "Segue o "
