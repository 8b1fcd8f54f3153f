"""The city without conversations: structure, accounts, number, templates, and texts of teams."""

import json
from collections import defaultdict
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from atendimento.demonstracao import etiquetas
from atendimento.demonstracao.textos import DADOS
from atendimento.models import Artigo, RespostaPronta
from prefeitura.cadastro.models import (
    Assunto,
    Equipe,
    Municipio,
    Participacao,
    Secretaria,
    Servidor,
)
from prefeitura.whatsapp.models import Conta, ModeloDeMensagem, Numero

SENHA = "demo"  # noqa: S105 (public on purpose: CONTRACT.md, "The demo")
TOKEN = "demo-token"  # noqa: S105
WABA = "200000000000001"
PHONE_NUMBER_ID = "100000000000001"


@dataclass(slots=True)
class Cidade:
    """What the conversations need to know of the city, by slug and username."""

    municipio: Municipio
    numero: Numero
    equipes: dict[str, Equipe]
    assuntos: dict[tuple[str, str], Assunto]
    servidores: dict[str, Servidor]
    modelos: dict[str, ModeloDeMensagem]
    membros: dict[str, list[Servidor]] = field(default_factory=dict)

    @property
    def central(self) -> Equipe:
        return self.numero.equipe_de_triagem

    def equipes_de(self, servidor: Servidor) -> list[Equipe]:
        """Return the teams where `servidor` answers."""
        return [e for slug, e in self.equipes.items() if servidor in self.membros[slug]]


def ler(nome: str):
    """Return the content of one JSON file of `dados/`."""
    return json.loads((DADOS / f"{nome}.json").read_text(encoding="utf-8"))


def montar() -> Cidade:
    """Write the structure, the accounts, the number and the templates."""
    dados = ler("estrutura")
    municipio = Municipio.objects.create(**dados["municipio"])
    secretarias, equipes, assuntos = _secretarias(dados["secretarias"])
    conta = Conta.objects.create(
        nome=municipio.nome,
        waba_id=WABA,
        portfolio="400000000000001",
        token=TOKEN,
        limite_diario="TIER_100K",
    )
    numero = Numero.objects.create(
        conta=conta,
        phone_number_id=PHONE_NUMBER_ID,
        exibicao="+55 11 99000-0001",
        nome_verificado=municipio.nome,
        equipe_de_triagem=equipes[dados["triagem"]],
        qualidade="GREEN",
        estado_na_meta="CONNECTED",
    )
    modelos = ModeloDeMensagem.objects.bulk_create(
        ModeloDeMensagem(conta=conta, estado="APPROVED", qualidade="GREEN", **modelo)
        for modelo in ler("modelos")
    )
    RespostaPronta.objects.bulk_create(_prontas(secretarias, equipes))
    Artigo.objects.bulk_create(_artigos(secretarias, equipes, assuntos))
    etiquetas.criar(ler("etiquetas"), secretarias, equipes)
    servidores, membros = _contas(secretarias, equipes)
    return Cidade(
        municipio=municipio,
        numero=numero,
        equipes=equipes,
        assuntos=assuntos,
        servidores=servidores,
        modelos={m.nome: m for m in modelos},
        membros=membros,
    )


def _secretarias(dados: list[dict]):
    secretarias, equipes, assuntos = {}, {}, {}
    for item in dados:
        secretarias[item["slug"]] = secretaria = Secretaria.objects.create(
            nome=item["nome"], sigla=item["sigla"], slug=item["slug"], discreta=item["discreta"]
        )
        for de_equipe in item["equipes"]:
            equipe = Equipe.objects.create(
                secretaria=secretaria, nome=de_equipe["nome"], slug=de_equipe["slug"]
            )
            equipes[equipe.slug] = equipe
            for assunto in de_equipe["assuntos"]:
                assuntos[equipe.slug, assunto["slug"]] = Assunto.objects.create(
                    equipe=equipe,
                    nome=assunto["nome"],
                    slug=assunto["slug"],
                    prazo_em_dias=assunto["prazo"],
                    sensivel=assunto.get("sensivel", False),
                )
    return secretarias, equipes, assuntos


def _prontas(secretarias: dict, equipes: dict) -> list[RespostaPronta]:
    return [
        RespostaPronta(
            secretaria=secretarias.get(item.get("secretaria")),
            equipe=equipes.get(item.get("equipe")),
            **{nome: item[nome] for nome in ("atalho", "titulo", "texto")},
        )
        for item in ler("respostas_prontas")
    ]


def _artigos(secretarias: dict, equipes: dict, assuntos: dict) -> list[Artigo]:
    return [
        Artigo(
            secretaria=secretarias.get(item.get("secretaria")),
            equipe=equipes.get(item.get("equipe")),
            assunto=assuntos.get((item.get("equipe"), item.get("assunto"))),
            endereco=item.get("endereco", ""),
            **{nome: item[nome] for nome in ("titulo", "texto", "resposta_curta")},
        )
        for item in ler("artigos")
    ]


def _contas(secretarias: dict, equipes: dict):
    # One hash for all: the password is public, and Argon2 is slow on purpose.
    senha = make_password(SENHA)
    servidores, membros = {}, defaultdict(list)
    participacoes = []
    for item in ler("contas"):
        administra = item.get("administra", False)
        servidores[item["username"]] = servidor = Servidor.objects.create(
            username=item["username"],
            nome=item["nome"],
            email=f"{item['username']}@exemplo.example",
            password=senha,
            is_staff=administra,
            is_superuser=administra,
        )
        equipe = equipes.get(item.get("equipe"))
        secretaria = equipe.secretaria if equipe else secretarias[item["secretaria"]]
        papel = item.get("papel", Participacao.Papel.ATENDENTE)
        participacoes.append(
            Participacao(servidor=servidor, secretaria=secretaria, equipe=equipe, papel=papel)
        )
        for outra in equipes.values():
            if outra == equipe or (equipe is None and outra.secretaria == secretaria):
                membros[outra.slug].append(servidor)
    Participacao.objects.bulk_create(participacoes)
    return servidores, membros
