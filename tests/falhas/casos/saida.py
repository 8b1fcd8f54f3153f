"""The outbox: written, claimed, sent, recorded, told, swept, decided by a person."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now

from prefeitura.whatsapp import saida
from prefeitura.whatsapp.leitura import ler
from prefeitura.whatsapp.models import Envio, StatusOrfao
from prefeitura.whatsapp.saida import concluir
from prefeitura.whatsapp.saida.reivindicar import reivindicar
from prefeitura.whatsapp.saida.subir import media_id_do_envio
from tests import factories
from tests.chegada import corpo, status, valor
from tests.falhas.casos.cena import CHAVE, arquivo_pronto, cena
from tests.falhas.laco import caso
from tests.whatsapp.servidor_falso import cortar, recusar, responder

CORPO = {"type": "text", "text": {"body": "Bom dia!"}}


def _dita(c, **do_envio) -> Envio:
    """A reply shown as a bubble, in the state of the traits (`falhou=True`)."""
    traits = {f"envio__{nome}": valor for nome, valor in do_envio.items()}
    return factories.MensagemFactory(
        atendimento=c.atendimento, da_prefeitura=True, autor=c.ana, **traits
    ).envio


def _duvida_velha(envio: Envio) -> Envio:
    Envio.objects.filter(pk=envio.pk).update(incerta_em=Now() - timedelta(hours=1))
    return envio


def _outra_vez(pk: UUID) -> Envio:
    return Envio.objects.select_related("numero__conta", "cidadao", "midia").get(pk=pk)


# A second call is a second order; what comes once is guarded by `chave_cliente`, one layer up.
@caso("prefeitura.whatsapp.saida.enfileirar.enfileirar", repetir=False)
def _(mundo):
    c = cena(com="ana")
    cidadao = c.atendimento.conversa.cidadao
    return lambda: saida.enfileirar(
        numero=c.numero, cidadao=cidadao, corpo=CORPO, servidor=c.ana, chave_cliente=CHAVE
    )


@caso("prefeitura.whatsapp.saida.enfileirar.enfileirar_lote", repetir=False)
def _(mundo):
    c = cena(com="ana")
    cidadao = c.atendimento.conversa.cidadao

    def dois():
        saida.enfileirar_lote(
            envios=[Envio(numero=c.numero, cidadao=cidadao, corpo=CORPO) for _ in range(2)]
        )

    return dois


@caso("prefeitura.whatsapp.saida.enfileirar.cancelar", repetir=False)
def _(mundo):
    envio = _dita(cena(com="ana"))
    return lambda: saida.cancelar(envio=envio)


def _enviar(nome: str, *reacoes, **do_envio):
    """Register a case: one try of a send that meets `reacoes` first."""

    @caso(f"prefeitura.whatsapp.saida.enviar.enviar#{nome}")
    def _(mundo):
        c = cena(com="ana")
        envio, seguinte = _dita(c, **do_envio), _dita(c)

        def tentar():
            mundo.meta.combinar(*reacoes)
            saida.enviar(envio.pk)

        assert seguinte.ordem > envio.ordem
        return tentar


_enviar("aceita")
_enviar("recusada", recusar(131026))
_enviar("bloqueado", recusar(130403))
_enviar("adiada", recusar(130429, 429))
_enviar("do par", recusar(131056, 400))
_enviar("token", recusar(190, 401))
_enviar("quarentena", recusar(131000, 500))
_enviar("sem wamid", responder({"messages": []}))


@caso("prefeitura.whatsapp.saida.enviar.enviar#resposta perdida")
def _(mundo):
    """Meta takes it, and the answer never comes: a doubt, ended by the receipt."""
    envio = _dita(cena(com="ana"))

    def aceitar_e_cortar(sock, pedido):
        mundo.meta.anotar(pedido)
        cortar(sock, pedido)

    def tentar():
        mundo.meta.combinar(aceitar_e_cortar)
        saida.enviar(envio.pk)

    return tentar


@caso("prefeitura.whatsapp.saida.enviar.enviar#arquivo")
def _(mundo):
    c = cena(com="ana")
    midia = arquivo_pronto(c.numero)
    envio = _dita(c, midia=midia, corpo={"type": "image", "image": {"caption": "A planta"}})
    envio.mensagens.update(midia=midia, tipo="imagem")
    return lambda: saida.enviar(envio.pk)


@caso("prefeitura.whatsapp.saida.subir.media_id_do_envio")
def _(mundo):
    c = cena(com="ana")
    midia = arquivo_pronto(c.numero)
    envio = _dita(c, midia=midia, corpo={"type": "image", "image": {}})
    envio.mensagens.update(midia=midia, tipo="imagem")
    return lambda: media_id_do_envio(_outra_vez(envio.pk))


@caso("prefeitura.whatsapp.saida.reivindicar.reivindicar")
def _(mundo):
    envio = _dita(cena(com="ana"))
    return lambda: reivindicar(envio.pk)


@caso("prefeitura.whatsapp.saida.concluir.falhar_pendente")
def _(mundo):
    envio = _dita(cena(com="ana"))
    return lambda: concluir.falhar_pendente(envio, None, "O arquivo não está mais guardado.")


@caso("prefeitura.whatsapp.saida.leitura.avisar_leitura")
def _(mundo):
    c = cena(com="ana")
    return lambda: saida.avisar_leitura(numero_id=c.numero.pk, wamid="wamid.X")


@caso("prefeitura.whatsapp.saida.status.aplicar_status")
def _(mundo):
    """Out of order, in doubt, and of a send that is not ours."""
    c = cena(com="ana")
    envio, duvida = _dita(c, enviada=True), _dita(c, incerta=True)
    estranho = status(envio, "sent", opaco=False) | {"id": "wamid.DE-OUTRO"}
    recibos = [status(envio, "read"), status(envio, "sent"), status(duvida, "delivered"), estranho]
    itens = ler(corpo(c.numero, valor(c.numero, statuses=recibos))).itens

    def aplicar():
        with transaction.atomic():
            saida.aplicar_status([(c.numero, item) for item in itens])

    return aplicar


@caso("prefeitura.whatsapp.saida.status.conferir_orfaos")
def _(mundo):
    c = cena(com="ana")
    envio = _dita(c, enviada=True)
    dados = {
        "wamid": envio.wamid, "opaco": "", "posto": 3, "falhou": False,
        "momento": "2026-10-01T12:00:00+00:00",
    }  # fmt: skip
    StatusOrfao.objects.create(numero=c.numero, wamid=envio.wamid, dados=dados)
    return saida.conferir_orfaos


@caso("prefeitura.whatsapp.saida.varrer.vencer_prazos")
def _(mundo):
    c = cena(com="ana")
    envio = _dita(c, enviando=True)
    Envio.objects.filter(pk=envio.pk).update(prazo_em=Now() - timedelta(minutes=1))
    return saida.vencer_prazos


@caso("prefeitura.whatsapp.saida.varrer.acordar_pendentes")
def _(mundo):
    _dita(cena(com="ana"))

    def acordar():
        saida.acordar_pendentes()
        mundo.trabalhar()

    return acordar


@caso("prefeitura.whatsapp.saida.pessoa.reenviar")
def _(mundo):
    c = cena(com="ana")
    envio = _duvida_velha(_dita(c, incerta=True))
    return lambda: saida.reenviar(envio=envio, servidor=c.ana)


@caso("prefeitura.whatsapp.saida.pessoa.marcar_como_enviada")
def _(mundo):
    c = cena(com="ana")
    envio = _duvida_velha(_dita(c, incerta=True))
    return lambda: saida.marcar_como_enviada(envio=envio, servidor=c.ana)


@caso("prefeitura.whatsapp.saida.pessoa.desistir")
def _(mundo):
    c = cena(com="ana")
    envio = _duvida_velha(_dita(c, incerta=True))
    return lambda: saida.desistir(envio=envio, servidor=c.ana)
