"""GUARANTEES 4.1, rows 26 to 48, through the real server: whatever Meta signs is 200 and stored."""

import itertools

import pytest

from atendimento.models import Mensagem
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import EventoRecebido
from prefeitura.whatsapp.webhook import Webhook
from tests import factories
from tests.chegada import corpo, mensagem, valor
from tests.whatsapp.servidor_web import assinar, montar_post, no_ar, pedir

_contador = itertools.count(1)


@pytest.mark.django_db(transaction=True)
def test_E026_to_E048_over_http_every_strange_body_is_200_and_stored_and_its_neighbours_go_on():
    """One body of each row, signed, through the real server; then applied in one batch."""
    numero = factories.NumeroFactory()
    estranhos = list(_um_de_cada(numero))
    bom = corpo(numero, valor(numero, mensagens=[mensagem("Bom dia", de="5511911112222")]))
    corpos = [estranho for bruto in estranhos for estranho in (bruto, _outro(bom))]
    with no_ar(Webhook()) as porta:
        for bruto in corpos:
            resposta = pedir(porta, montar_post(bruto, f"X-Hub-Signature-256: {assinar(bruto)}"))
            assert (resposta.status, resposta.corpo) == (200, b"")
    guardados = EventoRecebido.objects.order_by("pk").values_list("corpo", flat=True)
    assert [bytes(c) for c in guardados] == corpos
    entrada.processar()
    assert not EventoRecebido.objects.filter(estado="novo").exists()
    boas = Mensagem.objects.filter(atendimento__conversa__cidadao__wa_id="5511911112222")
    assert boas.filter(direcao="entrada").count() == len(estranhos)


def _outro(bruto: bytes) -> bytes:
    """The same message under an id of its own."""
    return bruto.replace(b"wamid.CHEGADA", b"wamid.%d" % next(_contador))


def _um_de_cada(numero):
    """Rows 26 to 48, one body each."""

    def com(**partes):
        return corpo(numero, valor(numero, mensagens=[mensagem(**partes)]))

    def status_de(**partes):
        recibo = {"id": "wamid.X", "status": "sent", "timestamp": "1", "recipient_id": "5511"}
        return corpo(numero, valor(numero, statuses=[recibo | partes]))

    item = mensagem("repetida")
    yield b'{"object":"page","entry":[{"id":"1"}]}'  # 26
    yield com().replace(numero.phone_number_id.encode(), b"404")  # 27
    yield b'{"object":"whatsapp_business_account","entry":[{"changes":[]},{}]}'  # 28
    yield corpo(numero, {"x": 1}, campo="novidade_da_meta")  # 29
    yield corpo(numero, valor(numero, mensagens=[item]))  # 30
    yield corpo(numero, valor(numero, mensagens=[item | {"text": {"body": "outra"}}]))  # 31
    yield com(wamid="w" * 1_000)  # 32
    yield corpo(numero, valor(numero, mensagens=[mensagem() | {"timestamp": "abc"}]))  # 33
    yield com(de="letras")  # 34
    yield com(type="novidade", novidade={})  # 35
    yield com(texto="a" * 65_536)  # 36
    yield com(texto="<img src=x onerror=alert(1)>")  # 37
    yield com(type="location", location={"latitude": 999, "longitude": "x"})  # 38
    yield com(type="contacts", contacts=[{"phones": [{"phone": "1"}] * 500}])  # 39
    yield com(type="reaction", reaction={"message_id": "wamid.NAO", "emoji": "👍"})  # 40
    yield com(cita="wamid.NAO-EXISTE")  # 41
    resposta = {"type": "button_reply", "button_reply": {"id": "velho", "title": "Sim"}}
    yield com(type="interactive", interactive=resposta)  # 42
    formulario = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": "{"}}
    yield com(type="interactive", interactive=formulario)  # 43
    yield status_de(status="inventado")  # 44
    yield status_de(status="failed", errors=[{"code": 999_999}])  # 45
    yield com(type="document", document={"mime_type": "text/html", "filename": "../../etc"})  # 46
    modelo = {"event": "APPROVED", "message_template_name": "x", "message_template_id": 9}
    yield corpo(numero, modelo, campo="message_template_status_update")  # 47
    restrita = {"event": "ACCOUNT_RESTRICTION", "phone_number": "5511"}
    yield corpo(numero, restrita, campo="account_update")  # 48
