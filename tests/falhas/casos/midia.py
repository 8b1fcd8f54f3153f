"""Files: noted, fetched, taken from servants, searched again, cleaned up."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from atendimento.demonstracao.desenhos import pdf
from prefeitura.whatsapp import midia
from prefeitura.whatsapp.leitura import MidiaRecebida
from prefeitura.whatsapp.midia.nomes import lugar
from prefeitura.whatsapp.models import Midia
from tests import factories
from tests.falhas.casos.cena import cena
from tests.falhas.laco import caso
from tests.test_permissoes import PNG


def _recebida(c, **campos) -> Midia:
    """A picture of the citizen that is still at Meta."""
    foto = factories.MidiaFactory(numero=c.numero, media_id="555", nome="foto.jpg", **campos)
    factories.MensagemFactory(atendimento=c.atendimento, midia=foto, tipo="imagem")
    return foto


@caso("prefeitura.whatsapp.midia.baixar.baixar")
def _(mundo):
    foto = _recebida(cena(com="ana"))
    return lambda: midia.baixar(foto.pk)


@caso("prefeitura.whatsapp.midia.baixar.tentar_de_novo")
def _(mundo):
    foto = _recebida(cena(com="ana"), estado=Midia.Estado.PERDIDA)
    return lambda: midia.tentar_de_novo(midia=foto)


@caso("prefeitura.whatsapp.midia.miniatura.fazer_miniaturas")
def _(mundo):
    chave = uuid.uuid4()
    guia = _recebida(
        cena(com="ana"),
        id=chave,
        pronta=True,
        arquivo=lugar(chave),
        tipo="application/pdf",
        miniatura=Midia.Miniatura.PENDENTE,
    )
    onde = mundo.pasta / guia.arquivo
    onde.parent.mkdir(parents=True, exist_ok=True)
    onde.write_bytes(pdf("Guia", ["2026"]))
    return midia.fazer_miniaturas


# Each upload is a file of its own; the reply that carries it is the one that comes once.
@caso("prefeitura.whatsapp.midia.guardar.guardar_enviada", repetir=False)
def _(mundo):
    c = cena(com="ana")
    return lambda: midia.guardar_enviada(
        numero=c.numero, arquivo=SimpleUploadedFile("foto.png", PNG, "image/png")
    )


@caso("prefeitura.whatsapp.midia.registrar.registrar_recebidas", repetir=False)
def _(mundo):
    c = cena(com="ana")
    foto = MidiaRecebida(media_id="555", mime="image/jpeg", sha256="", nome="foto.jpg")

    def registrar():
        with transaction.atomic():
            [guardada] = midia.registrar_recebidas([(c.numero, foto)])
            factories.MensagemFactory(atendimento=c.atendimento, midia=guardada, tipo="imagem")

    return registrar
