"""Reading a conversation and answering in it, through the API."""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from atendimento.models import Mensagem, Reacao
from prefeitura.cadastro.models import RegistroDeAcesso
from prefeitura.whatsapp.models import Envio
from tests.factories import AtendimentoFactory, MensagemFactory, ServidorFactory
from tests.test_permissoes import PNG


@pytest.fixture
def api(ana, com_token):
    return com_token(ana)


@pytest.fixture
def caminho(atendimento):
    return f"/api/v1/atendimentos/{atendimento.pk}/mensagens/"


def enviar(api, caminho, corpo, chave=None):
    cabecalho = {"Idempotency-Key": chave} if chave is not None else {}
    return api.post(caminho, corpo, format="json", headers=cabecalho)


def test_messages_come_oldest_first_with_the_fields_of_the_contract(api, ana, atendimento, caminho):
    resposta = MensagemFactory(
        atendimento=atendimento,
        da_prefeitura=True,
        autor=ana,
        texto="Pode vir amanhã.",
        envio__lida=True,
        resposta_a=atendimento.mensagens.first(),
    )
    do_cidadao, nossa = api.get(caminho).json()["results"]
    assert do_cidadao["texto"] == "Bom dia, queria marcar consulta."
    assert (do_cidadao["direcao"], do_cidadao["estado"], do_cidadao["autor"]) == (
        "entrada",
        None,
        None,
    )
    assert nossa.keys() == {
        "id",
        "wamid",
        "direcao",
        "tipo",
        "texto",
        "midia",
        "estado",
        "erro",
        "resposta_a",
        "autor",
        "horario",
        "dados",
        "citada",
        "reacoes",
        "editada_em",
        "apagada_em",
    }
    assert nossa["id"] == resposta.pk
    assert nossa["wamid"] == resposta.envio.wamid
    assert (nossa["direcao"], nossa["estado"], nossa["autor"]) == ("saida", "lida", "ana")
    assert nossa["resposta_a"] == do_cidadao["id"]
    assert nossa["erro"] is None


def test_details_of_a_type_and_reactions_are_told(api, atendimento, caminho):
    lugar = MensagemFactory(
        atendimento=atendimento,
        tipo="localizacao",
        dados={"latitude": -18.9, "longitude": -48.2, "valida": True},
        citada_wamid="wamid.DESCONHECIDA",
    )
    for emoji, do_cidadao in (("👍", True), ("", False)):
        Reacao.objects.create(
            numero=lugar.numero,
            alvo=lugar.wamid,
            mensagem=lugar,
            do_cidadao=do_cidadao,
            emoji=emoji,
            momento=lugar.momento,
        )
    vista = api.get(caminho).json()["results"][-1]
    assert (vista["dados"]["latitude"], vista["citada"]) == (-18.9, "wamid.DESCONHECIDA")
    assert [(r["emoji"], r["do_cidadao"]) for r in vista["reacoes"]] == [("👍", True)]
    assert (vista["editada_em"], vista["apagada_em"]) == (None, None)


def test_messages_of_one_second_are_read_page_by_page(api, atendimento, caminho):
    momento = atendimento.mensagens.first().momento
    MensagemFactory.create_batch(6, atendimento=atendimento, momento=momento)
    vistas, endereco = [], f"{caminho}?page_size=2"
    while endereco:
        pagina = api.get(endereco).json()
        vistas += [m["id"] for m in pagina["results"]]
        endereco = pagina["next"]
    assert vistas == sorted(atendimento.mensagens.values_list("pk", flat=True))
    assert len(vistas) == 7


def test_failure_tells_code_and_sentence(api, ana, atendimento, caminho):
    MensagemFactory(atendimento=atendimento, da_prefeitura=True, autor=ana, envio__falhou=True)
    erro = api.get(caminho).json()["results"][-1]["erro"]
    assert erro["codigo"] == 131026
    assert len(erro["texto"]) > 10


def test_reading_is_recorded(api, ana, atendimento, caminho):
    api.get(caminho)
    assert RegistroDeAcesso.objects.get().objeto == f"atendimento {atendimento.pk}"


def test_reply_is_queued_and_takes_what_is_nobodys(api, ana, atendimento, caminho):
    resposta = enviar(api, caminho, {"texto": "Bom dia! Em que posso ajudar?"})
    assert resposta.status_code == 201
    assert resposta.json()["estado"] == "pendente"
    assert resposta.json()["texto"] == "Bom dia! Em que posso ajudar?"
    atendimento.refresh_from_db()
    assert atendimento.servidor == ana
    assert Envio.objects.get().corpo["text"]["body"] == "Bom dia! Em que posso ajudar?"


@pytest.mark.parametrize("chave", [str(uuid.UUID(int=7)), "pedido-42", "ç" * 10, "x" * 255])
def test_same_key_never_sends_twice(api, caminho, chave):
    chave = chave.encode().decode("latin-1") if chave.startswith("ç") else chave
    respostas = [enviar(api, caminho, {"texto": "Já vejo."}, chave) for _ in range(3)]
    assert [r.status_code for r in respostas] == [201] * 3
    assert len({r.json()["id"] for r in respostas}) == 1
    assert Envio.objects.count() == 1


def test_E159_same_key_with_other_text_is_422(api, caminho):
    enviar(api, caminho, {"texto": "Já vejo."}, "pedido-42")
    assert enviar(api, caminho, {"texto": "Outra coisa."}, "pedido-42").status_code == 422
    assert Envio.objects.count() == 1


def test_E159_too_long_key_is_400(api, caminho):
    resposta = enviar(api, caminho, {"texto": "Já vejo."}, "x" * 256)
    assert resposta.status_code == 400
    assert not Envio.objects.exists()


def test_key_of_another_person_is_another_key(api, carla, com_token, caminho):
    enviar(api, caminho, {"texto": "Já vejo."}, "1")
    outra = enviar(com_token(carla), caminho, {"texto": "Já vejo.", "de": "ana"}, "1")
    assert outra.status_code == 201
    assert Envio.objects.count() == 2


def test_colleagues_atendimento_asks_first(api, ana, saude, atendimento, caminho):
    dora = ServidorFactory(username="dora", nome="Dora", em=saude)
    type(atendimento).objects.filter(pk=atendimento.pk).update(
        servidor=dora, estado="em_atendimento"
    )
    recusa = enviar(api, caminho, {"texto": "Oi"})
    assert recusa.status_code == 409
    assert "Dora" in recusa.json()["erro"]["mensagem"]
    for de in ("dora", dora.pk):
        assert enviar(api, caminho, {"texto": f"Oi, {de}", "de": de}).status_code == 201


def test_closed_window_is_409_with_the_sentence(api, saude):
    fechado = AtendimentoFactory(equipe=saude, conversa__janela_fechada=True)
    resposta = enviar(api, f"/api/v1/atendimentos/{fechado.pk}/mensagens/", {"texto": "Oi"})
    assert resposta.status_code == 409
    assert resposta.json()["erro"]["codigo"] == "janela"
    assert resposta.json()["erro"]["mensagem"].startswith("O prazo de 24 horas terminou")


@pytest.mark.parametrize(
    ("corpo", "status", "campo"),
    [
        ({}, 400, "texto"),
        ({"texto": "   "}, 422, "texto"),
        ({"texto": "x" * 4097}, 422, "texto"),
        ({"texto": "Oi", "is_staff": True}, 400, "is_staff"),
        ({"texto": "Oi", "resposta_a": "1 OR 1=1"}, 400, "resposta_a"),
        ({"texto": "Oi", "resposta_a": True}, 400, "resposta_a"),
        ({"texto": "Oi", "resposta_a": [1]}, 400, "resposta_a"),
        ({"texto": "Oi", "resposta_a": None}, 400, "resposta_a"),
        ({"texto": "Oi", "resposta_a": 987654321}, 422, "resposta_a"),
        ({"texto": "Oi", "de": "ninguem"}, 400, "de"),
        ({"texto": ["a"]}, 400, "texto"),
    ],
)
def test_bad_bodies_name_the_field_and_send_nothing(api, caminho, corpo, status, campo):
    resposta = enviar(api, caminho, corpo)
    assert resposta.status_code == status
    assert campo in resposta.json()["erro"]["campos"]
    assert not Envio.objects.exists()


def test_E152_unknown_field_is_named(api, caminho):
    resposta = enviar(api, caminho, {"texto": "Oi", "is_staff": True})
    assert resposta.json()["erro"]["mensagem"] == "Campo desconhecido: is_staff."


def test_E153_whole_number_is_asked_for(api, caminho):
    resposta = enviar(api, caminho, {"texto": "Oi", "resposta_a": "1e3"})
    assert resposta.json()["erro"]["mensagem"] == "resposta_a: informe um número inteiro."


def test_body_that_is_not_an_object_is_400(api, caminho):
    for corpo in ([], "oi", 3):
        assert enviar(api, caminho, corpo).status_code == 400


def test_file_goes_with_its_caption(api, caminho):
    resposta = api.post(
        caminho,
        {"arquivo": SimpleUploadedFile("foto.png", PNG, "image/png"), "legenda": "O mapa"},
        format="multipart",
    )
    assert resposta.status_code == 201, resposta.json()
    midia = resposta.json()["midia"]
    assert (midia["nome"], midia["tipo"], midia["tamanho"]) == ("foto.png", "image/png", len(PNG))
    arquivo = api.get(midia["url"])
    assert arquivo.status_code == 200
    assert b"".join(arquivo.streaming_content) == PNG
    assert resposta.json()["texto"] == "O mapa"


def test_same_file_with_the_same_key_is_one_message(api, caminho):
    for _ in range(2):
        resposta = api.post(
            caminho,
            {"arquivo": SimpleUploadedFile("foto.png", PNG, "image/png")},
            format="multipart",
            headers={"Idempotency-Key": "foto-1"},
        )
        assert resposta.status_code == 201
    assert Mensagem.objects.filter(direcao="saida").count() == 1


def test_read_only_participation_may_not_answer(atendimento, saude, com_token, caminho):
    from tests.factories import ParticipacaoFactory

    leitora = ServidorFactory()
    ParticipacaoFactory(servidor=leitora, equipe=saude, leitura=True)
    cliente = com_token(leitora)
    assert cliente.get(caminho).status_code == 200
    assert enviar(cliente, caminho, {"texto": "Oi"}).status_code == 409


def test_pages_of_a_conversation_give_each_message_once(api, atendimento, caminho):
    for n in range(6):
        MensagemFactory(atendimento=atendimento, texto=f"mensagem {n}")
    vistas, proxima = [], f"{caminho}?page_size=2"
    while proxima:
        pagina = api.get(proxima).json()
        vistas += [m["id"] for m in pagina["results"]]
        proxima = pagina["next"]
    assert vistas == list(atendimento.mensagens.em_ordem().values_list("pk", flat=True))
