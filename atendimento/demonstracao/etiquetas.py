"""The tags of the demonstration city, and some of its open matters with them."""

import random
from collections.abc import Iterable

from atendimento.models import Atendimento, Etiqueta, EtiquetaPosta
from prefeitura.banco.busca import dobrar

UMA_EM = 2


def criar(dados: list[dict], secretarias: dict, equipes: dict) -> None:
    """Write the tags of `dados`, each of its team or secretaria."""
    Etiqueta.objects.bulk_create(
        Etiqueta(
            nome=item["nome"],
            chave=dobrar(item["nome"]),
            cor=item["cor"],
            secretaria=secretarias.get(item.get("secretaria")),
            equipe=equipes.get(item.get("equipe")),
        )
        for item in dados
    )


def por(acaso: random.Random, atendimentos: Iterable[Atendimento]) -> None:
    """Put one to three tags on some of the matters that somebody holds."""
    da_equipe: dict[int, list[Etiqueta]] = {}
    postas = []
    for atendimento in atendimentos:
        if not atendimento.esta_aberto or atendimento.servidor is None or acaso.randrange(UMA_EM):
            continue
        if atendimento.equipe_id not in da_equipe:
            servem = Etiqueta.objects.que_servem_a(atendimento)
            da_equipe[atendimento.equipe_id] = list(servem)
        etiquetas = da_equipe[atendimento.equipe_id]
        for etiqueta in acaso.sample(etiquetas, min(len(etiquetas), acaso.choice((1, 1, 2, 3)))):
            postas.append(
                EtiquetaPosta(
                    atendimento=atendimento,
                    etiqueta=etiqueta,
                    posta_por=atendimento.servidor,
                    posta_em=atendimento.ultima_em,
                )
            )
    EtiquetaPosta.objects.bulk_create(postas)
