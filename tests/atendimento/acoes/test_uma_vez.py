"""One press is one message (GUARANTEES G8): repeated, at once, with a file, or in two places."""

import uuid
from datetime import timedelta
from functools import partial

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from atendimento import acoes
from atendimento.acoes.conteudo import Texto
from atendimento.acoes.iniciar import Autorizacao
from atendimento.erros import Invalido
from atendimento.models import Atendimento, Mensagem
from prefeitura.whatsapp import midia
from prefeitura.whatsapp.models import Envio, Midia
from tests import factories
from tests.corrida import ao_mesmo_tempo
from tests.test_permissoes import PNG
from tests.whatsapp.gravacoes import webm

pytestmark = pytest.mark.django_db(transaction=True)
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def _pasta(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def publicar(ana, atendimento):
    """Return a function: posts a file as the composer does, in a browser of its own."""

    def _publicar(chave, conteudo=PNG, nome="foto.png", tipo="image/png"):
        navegador = Client()
        navegador.force_login(ana)
        resposta = navegador.post(
            f"/atendimento/{atendimento.pk}/responder/",
            {"chave_cliente": str(chave), "arquivo": SimpleUploadedFile(nome, conteudo, tipo)},
            headers=JSON,
        )
        return resposta.status_code, resposta.json().get("id")

    return _publicar


def test_the_same_file_posted_six_times_at_once_is_one_message(publicar):
    chave = uuid.uuid4()
    fins = ao_mesmo_tempo(partial(publicar, chave) for _ in range(6))
    dita = Mensagem.objects.get(direcao="saida")
    assert set(fins) == {(200, str(dita.pk))}
    assert Envio.objects.count() == 1


def test_the_same_recording_posted_again_is_one_message(publicar):
    """It is rewrapped on arrival, so the bytes kept are not the bytes posted."""
    chave = uuid.uuid4()
    fins = [publicar(chave, webm(2), "voz.webm", "audio/webm") for _ in range(3)]
    dita = Mensagem.objects.get(direcao="saida")
    assert set(fins) == {(200, str(dita.pk))}


def test_the_same_file_after_a_new_try_is_one_message(publicar, ana):
    chave = uuid.uuid4()
    primeiro = publicar(chave)
    Envio.objects.update(estado="falhou")
    acoes.reenviar(mensagem_id=int(primeiro[1]), servidor=ana)
    assert publicar(chave) == primeiro


def test_another_file_under_the_same_key_is_refused(publicar):
    chave = uuid.uuid4()
    publicar(chave)
    assert publicar(chave, PNG + b"\0")[0] == 422


def test_the_same_file_through_the_api_at_once_is_one_message(ana, atendimento, com_token):
    chave = str(uuid.uuid4())

    def publicar(api):
        resposta = api.post(
            f"/api/v1/atendimentos/{atendimento.pk}/mensagens/",
            {"arquivo": SimpleUploadedFile("foto.png", PNG, "image/png")},
            format="multipart",
            headers={"Idempotency-Key": chave},
        )
        return resposta.status_code, resposta.json().get("id")

    fins = ao_mesmo_tempo(partial(publicar, api) for api in [com_token(ana) for _ in range(4)])
    dita = Mensagem.objects.get(direcao="saida")
    assert set(fins) == {(201, dita.pk)}


def test_the_same_key_in_two_conversations_at_once_is_refused_in_one(ana, saude, atendimento):
    outro = factories.AtendimentoFactory(equipe=saude, conversa__numero=atendimento.conversa.numero)
    for _ in range(5):
        chave = uuid.uuid4()

        def responder(pk, chave=chave):
            return acoes.responder(
                atendimento_id=pk, servidor=ana, chave_cliente=chave, conteudo=Texto("Bom dia")
            )

        fins = ao_mesmo_tempo(partial(responder, a.pk) for a in (atendimento, outro))
        assert sorted(type(fim).__name__ for fim in fins) == ["Invalido", "Mensagem"], fins


def test_new_conversation_asked_for_five_times_at_once_is_one(ana, saude, numero):
    modelo = factories.ModeloDeMensagemFactory(conta=numero.conta)

    def iniciar(chave, telefone):
        return acoes.iniciar_conversa(
            servidor=ana,
            numero=numero,
            equipe=saude,
            modelo=modelo,
            valores=[],
            autorizacao=Autorizacao("balcao", "Pediu retorno.", timezone.localdate()),
            chave_cliente=chave,
            telefone=telefone,
        )

    conhecida = factories.CidadaoFactory(wa_id="5534988887766")
    for telefone in ("(34) 98888-7766", "(34) 97777-6655"):
        chave = uuid.uuid4()
        fins = ao_mesmo_tempo(partial(iniciar, chave, telefone) for _ in range(5))
        assert len(set(fins)) == 1, fins
        assert isinstance(fins[0], Atendimento)
    assert Envio.objects.count() == Atendimento.objects.count() == 2
    assert conhecida.conversas.count() == 1


def test_file_of_a_refused_reply_is_forgotten_and_others_stay(publicar, atendimento, ana, numero):
    dita = int(publicar(uuid.uuid4())[1])
    recebida = factories.MidiaFactory(numero=numero, media_id="900")
    factories.MensagemFactory(atendimento=atendimento, midia=recebida)
    type(atendimento.conversa).objects.update(janela_ate=timezone.now())
    assert publicar(uuid.uuid4())[0] == 409
    midia.limpar_sobras()
    assert Midia.objects.count() == 3
    Midia.objects.update(criada_em=timezone.now() - timedelta(hours=2))
    midia.limpar_sobras()
    assert {m.pk for m in Midia.objects.all()} == {
        recebida.pk,
        Mensagem.objects.get(pk=dita).midia_id,
    }


def test_one_key_is_of_one_person(atendimento, ana, carla):
    chave = uuid.uuid4()
    acoes.responder(
        atendimento_id=atendimento.pk, servidor=ana, chave_cliente=chave, conteudo=Texto("Oi")
    )
    dita = acoes.responder(
        atendimento_id=atendimento.pk,
        servidor=carla,
        chave_cliente=chave,
        conteudo=Texto("Olá"),
        de=ana.pk,
    )
    assert dita.texto == "Olá"
    with pytest.raises(Invalido):
        acoes.responder(
            atendimento_id=atendimento.pk,
            servidor=carla,
            chave_cliente=chave,
            conteudo=Texto("Oi"),
            de=ana.pk,
        )
