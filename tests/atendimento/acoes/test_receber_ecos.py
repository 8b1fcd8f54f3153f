"""What the city hall says from the phone itself, and calls: lines beside what the citizen wrote."""

import pytest

from atendimento.models import Atendimento, Conversa, Mensagem, Reacao
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import EventoRecebido
from tests.chegada import MARIA, chegar, corpo, guardar, mensagem, valor

pytestmark = pytest.mark.django_db


@pytest.fixture
def chegou(numero):
    """Return a function: one change of `campo` with these lists, applied; its event."""

    def _chegou(campo: str, **listas) -> EventoRecebido:
        evento = guardar(corpo(numero, valor(numero) | listas, campo=campo))
        entrada.processar()
        evento.refresh_from_db()
        assert (evento.estado, evento.erro) == ("feito", "")
        return evento

    return _chegou


@pytest.fixture
def eco(chegou, numero):
    """Return a function: one message sent from the phone, applied; its event."""

    def _eco(**partes) -> EventoRecebido:
        do_celular = mensagem(de=numero.exibicao, **partes) | {"to": MARIA}
        return chegou("smb_message_echoes", message_echoes=[do_celular])

    return _eco


@pytest.fixture
def do_celular(eco, numero):
    """A message of the phone in an open matter."""
    chegar(numero, mensagem("Oi"))
    eco(texto="Já vejo", wamid="wamid.CELULAR")
    return Mensagem.objects.get(wamid="wamid.CELULAR")


def test_message_of_the_phone_is_a_bubble_of_the_city_hall(do_celular):
    assert (do_celular.direcao, do_celular.origem, do_celular.texto) == (
        "saida", "celular", "Já vejo",
    )  # fmt: skip
    assert Atendimento.objects.get().nao_lidas == 1


def test_without_a_matter_it_stays_in_the_event_which_says_so(eco):
    evento = eco(texto="Bom dia")
    assert not Mensagem.objects.exists()
    assert evento.nota == "sem atendimento em que aparecer: ficou guardado só neste evento"


def test_edit_and_deletion_on_the_phone_change_the_bubble_of_the_phone(eco, do_celular):
    novo = {"type": "text", "text": {"body": "Vejo amanhã"}}
    edicao = {"original_message_id": "wamid.CELULAR", "message": novo}
    eco(type="edit", edit=edicao)
    do_celular.refresh_from_db()
    assert (do_celular.texto, do_celular.editada_em is None) == ("Vejo amanhã", False)
    eco(type="revoke", revoke={"original_message_id": "wamid.CELULAR"})
    do_celular.refresh_from_db()
    assert do_celular.apagada_em is not None
    assert Mensagem.objects.filter(origem="celular").count() == 1


@pytest.mark.parametrize("tipo", ["edit", "revoke"])
def test_one_side_cannot_change_what_the_other_wrote(eco, do_celular, numero, tipo):
    corpos = {
        "edit": {"original_message_id": "wamid.CELULAR", "message": {"type": "text", "text": {}}},
        "revoke": {"original_message_id": "wamid.CELULAR"},
    }
    chegar(numero, mensagem(type=tipo, **{tipo: corpos[tipo]}))
    do_celular.refresh_from_db()
    assert (do_celular.texto, do_celular.apagada_em) == ("Já vejo", None)


def test_reaction_on_the_phone_is_a_reaction_of_the_city_hall(eco, numero):
    [recebida] = chegar(numero, mensagem("Obrigada"))
    eco(type="reaction", reaction={"message_id": recebida.wamid, "emoji": "🙏"})
    chegar(numero, mensagem(type="reaction", reaction={"message_id": recebida.wamid}))
    nossa = Reacao.objects.get(do_cidadao=False)
    assert (nossa.mensagem, nossa.emoji) == (recebida, "🙏")
    assert not Mensagem.objects.filter(origem="celular").exists()


def ligacao(evento: str, **campos) -> dict:
    return {
        "id": "wacid.1",
        "from": MARIA,
        "to": "551199000001",
        "event": evento,
        "direction": "USER_INITIATED",
        "timestamp": mensagem()["timestamp"],
        **campos,
    }


FIM = {"status": "COMPLETED", "start_time": "1795000000", "duration": 75}


@pytest.mark.parametrize("ordem", [("connect", "terminate"), ("terminate", "connect")])
@pytest.mark.parametrize("juntas", [True, False])
def test_start_and_end_of_a_call_are_one_line_in_any_order(chegou, numero, ordem, juntas):
    [recebida] = chegar(numero, mensagem("Oi"))
    partes = [ligacao(e, **(FIM if e == "terminate" else {})) for e in ordem]
    for lista in [partes] if juntas else [[p] for p in partes]:
        chegou("calls", calls=lista)
        chegou("calls", calls=lista)
    linha = Mensagem.objects.get(tipo="ligacao")
    assert linha.atendimento == recebida.atendimento
    assert linha.dados == {
        "evento": "fim", "do_cidadao": True, "duracao": 75, "estado": "COMPLETED",
    }  # fmt: skip


def test_news_of_a_call_leave_no_other_line(chegou, numero):
    chegar(numero, mensagem("Oi"))
    for evento in ("connect", "call_recording_available", "call_transcription_available"):
        chegou("calls", calls=[ligacao(evento)])
    recibo = {"id": "wacid.1", "type": "call", "status": "RINGING", "recipient_id": MARIA}
    chegou("calls", statuses=[recibo])
    assert Mensagem.objects.filter(tipo="ligacao").count() == 1


def test_call_of_somebody_without_a_matter_opens_the_window_only(chegou):
    evento = chegou("calls", calls=[ligacao("connect")])
    assert Conversa.objects.get().janela_ate is not None
    assert not Atendimento.objects.exists()
    assert "sem atendimento" in evento.nota
