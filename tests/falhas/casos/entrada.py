"""Stored webhooks: what citizens said, what Meta tells of our sends and of the account."""

from datetime import timedelta

from django.utils import timezone

from atendimento import acoes
from prefeitura.whatsapp import entrada, modelos
from prefeitura.whatsapp.lidos import Recebido, ler_evento
from prefeitura.whatsapp.models import EventoRecebido, Numero
from prefeitura.whatsapp.reprocesso import reprocessar_muitos
from tests import factories
from tests.chegada import corpo, guardar, mensagem, status, valor
from tests.falhas.casos.cena import cena
from tests.falhas.laco import caso
from tests.falhas.meta import MODELO

OUTRA = "5511987650002"


def _mistura(c) -> bytes:
    """Two people, one with a file, one quoting what we said; a receipt; a template's news."""
    dita = factories.MensagemFactory(
        atendimento=c.atendimento, da_prefeitura=True, autor=c.ana, envio__enviada=True
    )
    citante = c.atendimento.conversa.cidadao.wa_id
    foto = {"id": "555", "mime_type": "image/jpeg"}
    return corpo(
        c.numero,
        valor(
            c.numero,
            mensagens=[
                mensagem("Bom dia"),
                mensagem(de=OUTRA, type="image", image=foto),
                mensagem("Sobre isso", de=citante, cita=dita.envio.wamid),
            ],
        ),
        valor(c.numero, statuses=[status(dita.envio, "read")]),
    )


def _modelo_mudou(c) -> bytes:
    mudou = {
        "event": "APPROVED",
        "message_template_id": 77,
        "message_template_name": MODELO["name"],
        "message_template_language": "pt_BR",
        "reason": "NONE",
    }
    return corpo(c.numero, mudou, campo="message_template_status_update")


@caso("prefeitura.whatsapp.entrada.processar")
def _(mundo):
    guardar(_modelo_mudou(cena()))
    return entrada.processar


@caso("prefeitura.whatsapp.entrada.processar_lote")
def _(mundo):
    c = cena(com="ana")
    guardar(_mistura(c))
    return entrada.processar_lote


@caso("prefeitura.whatsapp.entrada.processar_lote#envenenado")
def _(mundo):
    """One of the items can never be applied: its neighbours are, once."""
    c = cena(com="ana")
    sem_ninguem = mensagem("de quem?", de=None)
    guardar(corpo(c.numero, valor(c.numero, mensagens=[mensagem("Bom dia"), sem_ninguem])))
    return entrada.processar_lote


@caso("prefeitura.whatsapp.entrada.reprocessar")
def _(mundo):
    c = cena(com="ana")
    desconhecido = Numero(phone_number_id="404", exibicao="+55 11 4004-0000", conta=c.numero.conta)
    evento = guardar(corpo(c.numero, valor(desconhecido, mensagens=[mensagem("Alô?")])))
    entrada.processar()
    desconhecido.equipe_de_triagem = c.saude
    desconhecido.save()
    return lambda: entrada.reprocessar(evento_id=evento.pk)


@caso("prefeitura.whatsapp.reprocesso.reprocessar_muitos")
def _(mundo):
    c = cena(com="ana")
    guardar(corpo(c.numero, valor(c.numero, mensagens=[mensagem("Bom dia")])))
    EventoRecebido.objects.update(estado="parado", tentativas=5)
    return lambda: reprocessar_muitos(eventos=EventoRecebido.objects.all())


@caso("atendimento.acoes.receber.receber")
def _(mundo):
    """A reopening, a reaction, an edit, and a matter of a new person, in one batch."""
    c = cena(encerrado=True)
    dono = c.atendimento.conversa.cidadao.wa_id
    antiga = c.atendimento.mensagens.get()
    edicao = {"type": "edit", "edit": {"original_message_id": antiga.wamid}}
    reacao = {"type": "reaction", "reaction": {"message_id": antiga.wamid, "emoji": "👍"}}
    mensagens = [
        mensagem("Ainda não resolveu", de=dono),
        mensagem(de=dono, **reacao),
        mensagem(de=dono, **edicao),
        mensagem("Primeira vez", de=OUTRA, quando=timezone.now() - timedelta(minutes=20)),
    ]
    evento = guardar(corpo(c.numero, valor(c.numero, mensagens=mensagens)))
    lido = ler_evento(EventoRecebido.objects.get(pk=evento.pk))
    EventoRecebido.objects.update(estado="feito")
    recebidos = [
        Recebido(Numero.objects.get(pk=c.numero.pk), evento.pk, timezone.now(), item)
        for item in lido.itens
    ]
    return lambda: acoes.receber(recebidos=recebidos)


@caso("prefeitura.whatsapp.modelos.sincronizar")
def _(mundo):
    c = cena()
    factories.ModeloDeMensagemFactory(conta=c.numero.conta, nome="antigo")
    return lambda: modelos.sincronizar(c.numero.conta)
