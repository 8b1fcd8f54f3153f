"""What is said: answering, trying again, reacting, writing first, and what Meta tells of it."""

from django.db import transaction
from django.utils import timezone

from atendimento import acoes
from atendimento.acoes.conteudo import Arquivo, Texto
from atendimento.acoes.iniciar import Autorizacao
from atendimento.acoes.refletir import (
    refletir_envios,
    refletir_midias,
    refletir_nova_tentativa,
)
from atendimento.models import Mensagem
from prefeitura.whatsapp.models import Midia
from tests import factories
from tests.falhas.casos.cena import CHAVE, arquivo_pronto, cena
from tests.falhas.laco import caso


def _responder(c, conteudo, **mais):
    return acoes.responder(
        atendimento_id=c.pk, servidor=c.ana, chave_cliente=CHAVE, conteudo=conteudo, **mais
    )


@caso("atendimento.acoes.responder.responder")
def _(mundo):
    c = cena(nao_lidas=1)
    acoes.guardar_rascunho(atendimento_id=c.pk, servidor=c.ana, texto="Já vejo")
    citada = Mensagem.objects.get()
    return lambda: _responder(c, Texto("Já vejo isso."), resposta_a_id=citada.pk)


@caso("atendimento.acoes.responder.responder#reabrindo")
def _(mundo):
    c = cena(encerrado=True)
    return lambda: _responder(c, Texto("Ainda sobre isso."), confirmar=True)


@caso("atendimento.acoes.responder.responder#arquivo")
def _(mundo):
    c = cena(com="ana")
    midia = arquivo_pronto(c.numero)
    factories.MensagemFactory(atendimento=c.atendimento, midia=midia, tipo="imagem")
    return lambda: _responder(c, Arquivo(Midia.objects.get(pk=midia.pk), "A planta"))


@caso("atendimento.acoes.responder.reenviar")
def _(mundo):
    c = cena(com="ana")
    falhou = factories.MensagemFactory(
        atendimento=c.atendimento, da_prefeitura=True, autor=c.ana, envio__falhou=True
    )
    return lambda: acoes.reenviar(mensagem_id=falhou.pk, servidor=c.ana)


# A second reaction is a second gesture: WhatsApp shows one, whatever the number of them.
@caso("atendimento.acoes.reagir.reagir", repetir=False)
def _(mundo):
    c = cena(com="ana")
    alvo = Mensagem.objects.get()
    return lambda: acoes.reagir(mensagem_id=alvo.pk, servidor=c.ana, emoji="👍")


@caso("atendimento.acoes.iniciar.iniciar_conversa")
def _(mundo):
    c = cena(com="ana")
    modelo = factories.ModeloDeMensagemFactory(
        conta=c.numero.conta,
        formato="NAMED",
        componentes=[{"type": "BODY", "text": "Olá, {{nome}}. Protocolo {{protocolo}}."}],
    )
    autorizacao = Autorizacao("balcao", "Pediu retorno por aqui.", timezone.localdate())
    return lambda: acoes.iniciar_conversa(
        servidor=c.ana,
        numero=c.numero,
        equipe=c.saude,
        modelo=modelo,
        valores={"nome": "Rosa", "protocolo": "…"},
        autorizacao=autorizacao,
        chave_cliente=CHAVE,
        telefone="(34) 98888-7766",
        nome="Rosa",
    )


@caso("atendimento.acoes.refletir.refletir_envios")
def _(mundo):
    c = cena(com="ana")
    dita = factories.MensagemFactory(
        atendimento=c.atendimento, da_prefeitura=True, autor=c.ana, envio__entregue=True
    )
    return lambda: refletir_envios(envios=[dita.envio_id])


@caso("atendimento.acoes.refletir.refletir_nova_tentativa")
def _(mundo):
    c = cena(com="ana")
    dita = factories.MensagemFactory(
        atendimento=c.atendimento, da_prefeitura=True, autor=c.ana, envio__falhou=True
    )
    nova = factories.EnvioFactory(
        numero=c.numero, cidadao=dita.envio.cidadao, origem=dita.envio, enviada=True
    )

    @transaction.atomic  # the signal is sent inside a transaction
    def refletir():
        refletir_nova_tentativa(de=dita.envio_id, para=nova.pk)

    return refletir


@caso("atendimento.acoes.pedir_arquivo.pedir_arquivo")
def _(mundo):
    c = cena(com="ana")
    perdida = factories.MidiaFactory(numero=c.numero, estado="perdida", erro="Não há mais.")
    factories.MensagemFactory(atendimento=c.atendimento, midia=perdida, tipo="imagem", texto="")
    return lambda: acoes.pedir_arquivo(midia_id=perdida.pk)


@caso("atendimento.acoes.refletir.refletir_midias")
def _(mundo):
    c = cena(com="ana")
    midia = arquivo_pronto(c.numero)
    factories.MensagemFactory(atendimento=c.atendimento, midia=midia, tipo="imagem")
    return lambda: refletir_midias(midias=[midia.pk])
