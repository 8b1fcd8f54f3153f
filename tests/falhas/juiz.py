"""The end of a run: what Meta's ledger says against what the house believes and shows."""

import hashlib
from collections import Counter
from dataclasses import dataclass

from atendimento.models import Atendimento, Mensagem
from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import Envio, Midia
from tests.falhas.casa import Casa, pasta_de_midia


@dataclass
class Saida:
    """Figures of the outbox. All but `incertas` and the totals must be zero."""

    envios: int = 0
    aceitos: int = 0
    aceitos_mais_de_1: int = 0
    perdidos: int = 0
    inventados: int = 0
    falhou: int = 0
    incertas: int = 0

    def exigir(self) -> None:
        assert self.aceitos_mais_de_1 == 0, "a Meta aceitou o mesmo envio duas vezes"
        assert self.perdidos == 0, "a Meta aceitou, e a casa não sabe"
        assert self.inventados == 0, "a casa mostra como enviado o que a Meta não aceitou"
        assert self.falhou == 0, "falhou sem recusa definitiva da Meta"


def julgar_saida(casa: Casa) -> Saida:
    """Compare every Envio with the ledger. A doubt is only fair when Meta did not take it."""
    vezes = Counter(linha["opaco"] for linha in casa.pilha.controle("GET", "livro").json())
    saida = Saida(aceitos=len(vezes), aceitos_mais_de_1=sum(n > 1 for n in vezes.values()))
    for pk, estado in Envio.objects.values_list("pk", "estado"):
        aceito = str(pk) in vezes
        saida.envios += 1
        saida.perdidos += aceito and estado != "enviada"
        saida.inventados += estado == "enviada" and not aceito
        saida.falhou += estado == "falhou"
        saida.incertas += estado == "incerta" and not aceito
    return saida


def duvidas_resolvidas(casa: Casa) -> Saida:
    """Statuses may still be on their way: what Meta accepted must end as sent."""
    esperar(lambda: julgar_saida(casa).perdidos == 0, 60, passo=1)
    return julgar_saida(casa)


def julgar_entrada(wamids: list[str]) -> dict[str, int]:
    """Each message of a citizen is stored once, in one matter of its own, answered by the bot."""
    guardadas = Counter(Mensagem.objects.filter(wamid__in=wamids).values_list("wamid", flat=True))
    assuntos = Atendimento.objects.filter(mensagens__wamid__in=wamids).distinct()
    bolhas = Mensagem.objects.filter(atendimento__in=assuntos, origem="robo")
    return {
        "mensagens": len(wamids),
        "mensagens_perdidas": len(set(wamids) - set(guardadas)),
        "mensagens_em_dobro": sum(n > 1 for n in guardadas.values()),
        "assuntos_a_mais": abs(assuntos.count() - len(wamids)),
        "protocolos_em_dobro": abs(bolhas.count() - len(wamids)),
    }


def julgar_arquivos(fotos: dict[str, str]) -> dict[str, int]:
    """Each photo is here whole, byte by byte."""
    certas = 0
    for wamid, sha256 in fotos.items():
        midia = Midia.objects.get(mensagens__wamid=wamid)
        if midia.estado == "baixada":
            certas += (
                hashlib.sha256((pasta_de_midia() / midia.arquivo).read_bytes()).hexdigest()
                == sha256
            )
    return {"arquivos": len(fotos), "arquivos_errados": len(fotos) - certas}
