"""GUARANTEES 4.3 by HTTP: what the composer's door answers, and that nothing typed is lost."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from atendimento import acoes
from atendimento.models import Conversa, Mensagem, Rascunho
from prefeitura.whatsapp import erros
from prefeitura.whatsapp.models import Envio
from tests import factories

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def colega(saude):
    return factories.ServidorFactory(username="carlos", nome="Carlos Prado", em=saude)


@pytest.fixture
def enviar(atendimento, ana, entrar):
    """Return a function: post to the composer as Ana; (status, JSON)."""
    navegador = entrar(ana)

    def _enviar(texto="Bom dia!", **extra):
        dados = {"chave_cliente": str(uuid.uuid4()), "texto": texto} | extra
        resposta = navegador.post(f"/atendimento/{atendimento.pk}/responder/", dados, headers=JSON)
        return resposta.status_code, resposta.json()

    return _enviar


def recusa(resposta, status, frase, codigo=None):
    assert resposta[0] == status
    assert resposta[1]["frase"] == frase
    if codigo:
        assert resposta[1]["codigo"] == codigo
    assert not Envio.objects.filter(prioridade=Envio.Prioridade.RESPOSTA).exists()


@pytest.mark.parametrize("texto", ["", "   \n\t", "\u200b\u200d\ufeff", "\x00"])
def test_E068_empty(enviar, texto):
    recusa(enviar(texto), 422, "Escreva a mensagem antes de enviar.")


def test_E069_too_long_says_by_how_much_and_keeps_the_draft(enviar, atendimento, ana):
    acoes.guardar_rascunho(atendimento_id=atendimento.pk, servidor=ana, texto="a" * 4097)
    recusa(
        enviar("a" * 4097),
        422,
        "A mensagem tem 4.097 caracteres; o WhatsApp aceita 4.096. Divida em duas.",
    )
    assert Rascunho.objects.get().texto == "a" * 4097
    assert enviar("a" * 4096)[0] == 200


def test_E070_control_characters_are_removed(enviar):
    assert enviar("Olá\x00\x0b, tudo\x1f bem?")[0] == 200
    assert Mensagem.objects.get(direcao="saida").texto == "Olá, tudo bem?"


@pytest.mark.django_db(transaction=True)
def test_E071_double_click_is_one_message(atendimento, ana):
    chave = str(uuid.uuid4())
    cookies = Client()
    cookies.force_login(ana)

    def clicar(_):
        navegador = Client()
        navegador.cookies = cookies.cookies
        try:
            resposta = navegador.post(
                f"/atendimento/{atendimento.pk}/responder/",
                {"chave_cliente": chave, "texto": "Uma vez"},
                headers=JSON,
            )
            return resposta.status_code, resposta.json()["id"]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as fios:
        respostas = set(fios.map(clicar, range(8)))
    [(status, mensagem_id)] = respostas
    assert status == 200
    assert str(Mensagem.objects.get(direcao="saida").pk) == mensagem_id
    assert Envio.objects.count() == 1


def test_E072_same_key_with_other_text(enviar):
    chave = str(uuid.uuid4())
    enviar("um", chave_cliente=chave)
    status, corpo = enviar("dois", chave_cliente=chave)
    assert status == 422
    assert corpo["frase"] == "Esta mensagem já foi enviada com outro texto. Recarregue a conversa."
    assert [m.texto for m in Mensagem.objects.filter(direcao="saida")] == ["um"]


def test_E073_window_closed_while_typing(enviar):
    fim = timezone.now() - timedelta(minutes=1)
    Conversa.objects.update(janela_ate=fim)
    recusa(
        enviar(),
        409,
        f"O prazo de 24 horas terminou às {timezone.localtime(fim):%Hh%M}. "
        "Para falar agora, use um modelo aprovado.",
        "janela",
    )


@pytest.mark.parametrize(
    ("codigo", "frase"),
    [
        (131047, "Não enviada: o prazo de 24 horas terminou. Use um modelo."),
        (
            131026,
            "O WhatsApp não entregou: o número pode não ter WhatsApp ou ter bloqueado "
            "a prefeitura.",
        ),
    ],
)
def test_E074_E078_refusal_of_meta_is_told_in_the_bubble(
    enviar, atendimento, ana, entrar, codigo, frase
):  # noqa: E501
    enviar("Texto que fica")
    Envio.objects.update(estado="falhou", codigo=codigo, detalhe="Re-engagement message")
    pagina = entrar(ana).get(f"/atendimento/{atendimento.pk}/").content.decode()
    assert erros.frase(codigo) == frase
    assert frase in pagina
    assert "Texto que fica" in pagina
    assert "Re-engagement" not in pagina


def test_E075_colleague_answered_meanwhile(enviar, atendimento, colega):
    vista = atendimento.versao
    acoes.responder(
        atendimento_id=atendimento.pk,
        servidor=colega,
        chave_cliente=uuid.uuid4(),
        conteudo=acoes.conteudo.Texto("Já vi."),
    )
    status, corpo = enviar(versao_vista=vista)
    assert status == 409
    assert re.fullmatch(
        r"Carlos Prado respondeu (agora|há \d+ segundos?)\. Veja a resposta antes de enviar\.",
        corpo["frase"],
    )
    assert enviar(versao_vista=vista, confirmar="1", de=colega.pk)[0] == 200


def test_E076_transferred_away_is_404(enviar, atendimento, colega, fazenda):
    acoes.transferir(atendimento_id=atendimento.pk, servidor=colega, equipe=fazenda)
    navegador = Client()
    navegador.force_login(factories.ServidorFactory())
    alheio = navegador.post(f"/atendimento/{atendimento.pk}/responder/", {"texto": "x"})
    assert alheio.status_code == 404
    assert not Envio.objects.filter(prioridade=Envio.Prioridade.RESPOSTA).exists()


def test_E077_closed_meanwhile_asks_to_reopen(enviar, atendimento, colega):
    acoes.encerrar(atendimento_id=atendimento.pk, servidor=colega, resultado="resolvido")
    atendimento.refresh_from_db()
    hora = f"{timezone.localtime(atendimento.encerrado_em):%Hh%M}"
    recusa(
        enviar(),
        409,
        f"Este atendimento foi encerrado por Carlos Prado às {hora}. Reabrir e enviar?",
        "encerrado",
    )
    assert enviar(confirmar="1")[0] == 200


def test_E079_without_a_broker_the_reply_is_stored_and_waits(enviar, monkeypatch):
    from kombu.exceptions import OperationalError

    def fora(*_, **__):
        raise OperationalError("Connection refused")

    monkeypatch.setattr("celery.app.task.Task.apply_async", fora)
    monkeypatch.setattr("prefeitura.tempo_real.publicar._despachar", lambda *_: fora())
    with pytest.MonkeyPatch.context() as remendo:
        # The tests' own on_commit raises what production's robust hook only logs.
        remendo.setattr("tests.conftest._rodar_ganchos", lambda conexao: None)
        status, corpo = enviar("Sem Valkey")
    assert status == 200
    assert 'data-estado="pendente"' in corpo["html"]
    assert Envio.objects.get().estado == "pendente"


def test_E081_quoting_another_conversation(enviar):
    alheia = factories.MensagemFactory()
    recusa(enviar(resposta_a=alheia.pk), 422, "A mensagem citada não é desta conversa.")


def test_E084_servant_of_another_team_finds_nothing(atendimento, bruno, entrar):
    navegador = entrar(bruno)
    dados = {"chave_cliente": str(uuid.uuid4()), "texto": "Oi"}
    deles = navegador.post(f"/atendimento/{atendimento.pk}/responder/", dados)
    nada = navegador.post("/atendimento/99999999/responder/", dados)
    assert deles.status_code == nada.status_code == 404
    assert deles.content == nada.content


def test_E085_sixty_first_of_a_minute_waits(enviar, ana, numero):
    factories.EnvioFactory.create_batch(60, numero=numero, servidor=ana)
    status, corpo = enviar()
    assert status == 429
    assert corpo["frase"] == (
        "Você enviou muitas mensagens em pouco tempo. Espere alguns segundos."
    )


def test_E086_closing_without_a_result_and_twice(atendimento, ana, entrar):
    navegador = entrar(ana)
    caminho = f"/atendimento/{atendimento.pk}/encerrar/"
    sem = navegador.post(caminho, headers=JSON)
    assert (sem.status_code, sem.json()["frase"]) == (422, "Escolha o resultado antes de encerrar.")
    for _ in range(2):
        assert navegador.post(caminho, {"resultado": "resolvido"}, headers=JSON).status_code == 200
    assert atendimento.transicoes.filter(tipo="encerrado").count() == 1


@pytest.mark.parametrize("qual", ["inexistente", "inativa", "a mesma", "lixo", ""])
def test_E087_transfer_to_nowhere(atendimento, ana, entrar, fazenda, saude, qual):
    fazenda.ativa = False
    fazenda.save()
    equipe = {"inexistente": 999999, "inativa": fazenda.pk, "a mesma": saude.pk}.get(qual, qual)
    resposta = entrar(ana).post(
        f"/atendimento/{atendimento.pk}/transferir/",
        {"equipe": equipe, "nota": "Nota que fica"},
        headers=JSON,
    )
    assert resposta.status_code == 422
    assert resposta.json()["frase"].startswith("Escolha outra fila")
    sem_script = entrar(ana).post(
        f"/atendimento/{atendimento.pk}/transferir/", {"equipe": equipe, "nota": "Nota que fica"}
    )
    assert "Nota que fica" in sem_script.content.decode()
