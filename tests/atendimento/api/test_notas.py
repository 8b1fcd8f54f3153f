"""Internal notes through the API."""

import pytest

from atendimento.models import Mencao, Nota
from prefeitura.cadastro.models import RegistroDeAcesso
from prefeitura.whatsapp.models import Envio
from tests.factories import NotaFactory


@pytest.fixture
def api(ana, com_token):
    return com_token(ana)


@pytest.fixture
def caminho(atendimento):
    return f"/api/v1/atendimentos/{atendimento.pk}/notas/"


def escrever(api, caminho, corpo, chave=None):
    cabecalho = {"Idempotency-Key": chave} if chave is not None else {}
    return api.post(caminho, corpo, format="json", headers=cabecalho)


def test_a_note_is_written_with_its_mentions_and_sends_nothing(api, caminho, carla):
    corpo = {"texto": "@Carla Dias, veja.", "mencoes": ["carla"], "equipes": ["saude"]}
    resposta = escrever(api, caminho, corpo)
    assert resposta.status_code == 201
    nota = resposta.json()
    assert nota.keys() == {"id", "texto", "autor", "fila", "mencoes", "equipes", "criada_em"}
    assert (nota["texto"], nota["autor"], nota["fila"]) == ("@Carla Dias, veja.", "ana", "saude")
    assert (nota["mencoes"], nota["equipes"]) == (["carla"], ["saude"])
    assert not Envio.objects.exists()
    assert api.get(caminho).json()["results"] == [nota]


def test_notes_come_oldest_first_in_pages_and_are_not_among_the_messages(
    api, caminho, atendimento, ana
):
    feitas = NotaFactory.create_batch(5, atendimento=atendimento, autor=ana)
    vistas, endereco = [], f"{caminho}?page_size=2"
    while endereco:
        pagina = api.get(endereco).json()
        vistas += [n["id"] for n in pagina["results"]]
        endereco = pagina["next"]
    assert vistas == [n.pk for n in feitas]
    mensagens = api.get(caminho.replace("notas", "mensagens")).json()["results"]
    assert [m["texto"] for m in mensagens] == ["Bom dia, queria marcar consulta."]


def test_reading_is_recorded_and_marks_the_mentions_seen(api, caminho, atendimento, ana, carla):
    NotaFactory(atendimento=atendimento, autor=carla, chama=[ana])
    api.get(caminho)
    assert RegistroDeAcesso.objects.filter(quem=ana, acao="abriu").exists()
    assert not Mencao.objects.nao_vistas(ana).exists()


def test_the_same_key_is_one_note_and_another_text_is_422(api, caminho):
    respostas = [escrever(api, caminho, {"texto": "Uma vez"}, "pedido-1") for _ in range(2)]
    assert [r.status_code for r in respostas] == [201, 201]
    assert respostas[0].json()["id"] == respostas[1].json()["id"]
    outra = escrever(api, caminho, {"texto": "Outra"}, "pedido-1")
    assert (outra.status_code, outra.json()["erro"]["codigo"]) == (422, "invalido")
    assert Nota.objects.count() == 1


@pytest.mark.parametrize("texto", ["", "Olá"])
def test_E083_unknown_names_and_names_of_elsewhere_get_the_same_answer(api, caminho, bruno, texto):
    respostas = [
        escrever(api, caminho, {"texto": texto} | chamados)
        for chamados in (
            {"mencoes": ["bruno"]},
            {"mencoes": ["ninguem"]},
            {"equipes": ["fazenda"]},
            {"equipes": ["nenhuma"]},
        )
    ]
    assert {r.status_code for r in respostas} == {422}
    assert len({r.content for r in respostas}) == 1


@pytest.mark.parametrize(
    ("corpo", "status"),
    [
        ({}, 400),
        ({"texto": "Olá", "arquivo": "x"}, 400),
        ({"texto": "Olá", "mencoes": "carla"}, 400),
        ({"texto": "Olá", "mencoes": ["x"] * 51}, 400),
        ({"texto": "a" * 4097}, 422),
        ({"texto": "  "}, 422),
    ],
)
def test_what_cannot_be_read_is_refused(api, caminho, corpo, status):
    resposta = escrever(api, caminho, corpo)
    assert resposta.status_code == status
    assert resposta.json()["erro"]["mensagem"]
    assert not Nota.objects.exists()


def test_outsider_finds_nothing(caminho, bruno, com_token):
    for corpo in ({"texto": "Olá"}, {}):
        assert escrever(com_token(bruno), caminho, corpo).status_code == 404
    assert com_token(bruno).get(caminho).status_code == 404
