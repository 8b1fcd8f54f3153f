"""The people and the matter that most cases are about."""

import uuid
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from atendimento.models import Atendimento
from prefeitura.cadastro.models import Equipe, Servidor
from prefeitura.whatsapp.models import Midia, Numero
from tests import factories
from tests.falhas.meta import FOTO

CHAVE = uuid.UUID("5b0e8f0a-4c1d-4c57-9d7e-0d9c3a5f1b22")


@dataclass
class Cena:
    """Ana and Carla of the health team, the matter in its queue, and another team."""

    numero: Numero
    saude: Equipe
    fazenda: Equipe
    ana: Servidor
    carla: Servidor
    atendimento: Atendimento

    @property
    def pk(self) -> int:
        return self.atendimento.pk


def cena(**do_atendimento) -> Cena:
    """Make them; `com="ana"` puts the matter in her hands."""
    factories.MunicipioFactory()
    numero = factories.NumeroFactory()
    saude, fazenda = factories.EquipeFactory.create_batch(2)
    ana = factories.ServidorFactory(nome="Ana", em=saude)
    carla = factories.ServidorFactory(nome="Carla")
    factories.ParticipacaoFactory(
        servidor=carla, secretaria=saude.secretaria, equipe=None, supervisao=True
    )
    if do_atendimento.get("com") == "ana":
        do_atendimento["com"] = ana
    atendimento = factories.AtendimentoFactory(
        equipe=saude, conversa__numero=numero, escreveu="Bom dia", **do_atendimento
    )
    return Cena(numero, saude, fazenda, ana, carla, atendimento)


def arquivo_pronto(numero: Numero, **campos) -> Midia:
    """A picture that lies here."""
    midia = factories.MidiaFactory(pronta=True, numero=numero, tipo="image/jpeg", **campos)
    caminho = Path(settings.MEDIA_ROOT) / midia.arquivo
    caminho.parent.mkdir(parents=True, exist_ok=True)
    caminho.write_bytes(FOTO)
    return midia
