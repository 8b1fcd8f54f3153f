"""The house under attack: every process real and killable, a proxy in every joint, people inside.

PostgreSQL and Valkey are its own, with the durable settings of production. The simulator of Meta
is the only process that is never killed: its ledger is the judge.
"""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import requests
from django.conf import settings
from django.test import Client, override_settings
from knox.models import get_token_model

from prefeitura.ambiente import pastas
from prefeitura.ambiente.invariantes import violacoes
from prefeitura.ambiente.processos import esperar
from prefeitura.ambiente.servicos import ServicosEmbutidos
from prefeitura.cadastro.models import Servidor
from prefeitura.whatsapp import midia
from prefeitura.whatsapp.models import Envio, EventoRecebido, Midia, Numero
from tests import factories
from tests.falhas.proxy import Proxy
from tests.pilha import PHONE_NUMBER_ID, WABA, Pilha

SERVIDORES = 40
PROCESSOS = ("web", "trabalhador-entrada", "trabalhador-geral", "varredor")
SINAIS = {"trabalhador-entrada": "entrada", "trabalhador-geral": "resposta", "varredor": "varredor"}
RITMO = {
    "mps": 1_000,
    "limite_por_par": False,
    "duplicar": 0.1,
    "reordenar": 0.1,
    "prazo_webhook_s": 5,
    "tentativas_s": [0.3, 0.5, 1, 1],
}


@dataclass(frozen=True)
class Pessoa:
    """A servant with an API token."""

    id: int
    nome: str
    token: str


class Casa:
    """A Pilha with its proxies and its people; `iniciar` first, `parar` at the end."""

    def __init__(self, pasta: Path) -> None:
        self.servicos = ServicosEmbutidos(pasta / "servicos", duravel=True)
        self.pilha = Pilha(pasta, servicos=self.servicos, exato=False, pressa=True)
        self.proxies: dict[str, Proxy] = {}
        self.pessoas: list[Pessoa] = []
        self._cidadaos = 0

    def iniciar(self) -> None:
        """Start everything and put the city's number and its servants in the database."""
        opcoes, dados = self.pilha.opcoes, self.servicos.dados
        banco = pastas.pasta_do_socket(dados / "postgres") / ".s.PGSQL.5432"
        self.proxies = {
            "banco": Proxy(banco),
            "valkey": Proxy(self.servicos.valkey.socket),
            "graph": Proxy(("127.0.0.1", opcoes.porta_do_simulador)),
            "site": Proxy(("127.0.0.1", opcoes.porta)),
        }
        self.pilha.desviar(
            DATABASE_URL=f"postgresql://postgres@127.0.0.1:{self.proxies['banco'].porta}"
            f"/{self.pilha.banco}?sslmode=disable&gssencmode=disable",
            REDIS_URL=f"redis://127.0.0.1:{self.proxies['valkey'].porta}/0",
            WHATSAPP_GRAPH_URL=f"http://127.0.0.1:{self.proxies['graph'].porta}",
        )
        self.pilha.iniciar()
        self.pilha.controle("POST", "config", json=RITMO)
        with self.pilha.no_banco():
            self._povoar()

    def _povoar(self) -> None:
        factories.MunicipioFactory()
        numero = factories.NumeroFactory(
            phone_number_id=PHONE_NUMBER_ID,
            conta__waba_id=WABA,
            conta__token="demo-token",
            equipe_de_triagem__slug="central",
            mensagens_por_segundo=1_000,
        )
        for n in range(SERVIDORES):
            servidor = factories.ServidorFactory(
                username=f"servidor{n}", em=numero.equipe_de_triagem
            )
            _, token = get_token_model().objects.create(user=servidor)
            self.pessoas.append(Pessoa(servidor.pk, servidor.username, token))

    def parar(self) -> None:
        """Stop every process and every proxy."""
        self.pilha.parar()
        for proxy in self.proxies.values():
            proxy.fechar()

    @property
    def site(self) -> str:
        """Where the site answers, through its proxy."""
        return f"http://127.0.0.1:{self.proxies['site'].porta}"

    @property
    def numero(self) -> Numero:
        """The city's number."""
        return Numero.objects.select_related("equipe_de_triagem").get(
            phone_number_id=PHONE_NUMBER_ID
        )

    def telefones(self, quantos: int) -> list[str]:
        """Phone numbers that nobody used before in this house."""
        inicio = 60_000_000 + self._cidadaos
        self._cidadaos += quantos
        return [f"55119{inicio + n}" for n in range(quantos)]

    @contextlib.contextmanager
    def no_banco(self) -> Iterator[None]:
        """Django of this process on the house's database and folder of files."""
        pasta = self.pilha.ambiente["MEDIA_ROOT"]
        with override_settings(MEDIA_ROOT=pasta), self.pilha.no_banco():
            yield

    # Doors of a servant ----------------------------------------------------------------------

    def navegador(self, pessoa: Pessoa) -> requests.Session:
        """A browser logged in as `pessoa`, with its CSRF token."""
        cliente = Client()
        cliente.force_login(Servidor.objects.get(pk=pessoa.id))
        sessao = requests.Session()
        sessao.cookies.set("sessionid", cliente.cookies["sessionid"].value)
        sessao.cookies.set("csrftoken", "a" * 32)
        sessao.headers.update({"X-CSRFToken": "a" * 32, "Accept": "application/json"})
        return sessao

    def porta_da_api(self, pessoa: Pessoa, atendimento: int) -> tuple[Callable[[str], str], str]:
        """How to post one answer through the API, and its key: `postar(site)` gives its id."""
        chave = str(uuid.uuid4())

        def postar(site: str) -> str:
            resposta = requests.post(
                f"{site}/api/v1/atendimentos/{atendimento}/mensagens/",
                json={"texto": f"resposta {atendimento}"},
                headers={"Authorization": f"Token {pessoa.token}", "Idempotency-Key": chave},
                timeout=60,
            )
            assert resposta.status_code in (200, 201), resposta.text
            return str(resposta.json()["id"])

        return postar, chave

    def porta_da_pagina(self, pessoa: Pessoa, atendimento: int) -> tuple[Callable[[str], str], str]:
        """The same through the form of the page."""
        chave, sessao = str(uuid.uuid4()), self.navegador(pessoa)

        def postar(site: str) -> str:
            resposta = requests.post(
                f"{site}/atendimento/{atendimento}/responder/",
                data={"texto": f"resposta {atendimento}", "chave_cliente": chave},
                headers=dict(sessao.headers),
                cookies=sessao.cookies.get_dict(),
                timeout=60,
            )
            assert resposta.status_code == 200, resposta.text[:300]
            return str(resposta.json()["id"])

        return postar, chave

    # What the house says of itself ------------------------------------------------------------

    def batimentos(self) -> dict[str, float]:
        """Seconds since the last sign of each kind of process; empty while nobody can tell."""
        try:
            with self.conectar() as conexao:
                return dict(
                    conexao.execute(
                        "SELECT processo, extract(epoch FROM now() - quando)::float"
                        " FROM whatsapp_batimento"
                    ).fetchall()
                )
        except psycopg.Error:
            return {}

    def conectar(self) -> psycopg.Connection:
        """A connection of our own to the house's database, past the proxy."""
        url = self.pilha.ambiente["DATABASE_URL"]
        return psycopg.connect(url, autocommit=True, connect_timeout=3)

    def web_responde(self) -> bool:
        try:
            return requests.get(f"{self.pilha.endereco}/healthz", timeout=2).ok
        except requests.RequestException:
            return False

    def web_trabalha(self) -> bool:
        """Whether a page that needs the database is answered."""
        pessoa = self.pessoas[0]
        resposta = requests.get(
            f"{self.pilha.endereco}/api/v1/atendimentos/?estado=na_fila",
            headers={"Authorization": f"Token {pessoa.token}"},
            timeout=20,
        )
        return resposta.ok

    # Peace ------------------------------------------------------------------------------------

    def em_paz(self, limite: float = 180) -> None:
        """End every fault, bring up what is down, and wait until nothing is under way.

        Raises AssertionError, with what is still there and the end of the logs, after `limite`.
        """
        for proxy in self.proxies.values():
            proxy.sarar()
        self.pilha.controle("DELETE", "falhas")
        self.pilha.controle("POST", "config", json={"latencia_ms": 0})
        for nome, servico in (
            ("postgres", self.servicos.postgres),
            ("valkey", self.servicos.valkey),
        ):
            if servico.pid is None:
                self.pilha.subir(nome)
        for nome in PROCESSOS:
            if self.pilha.processos[nome].pid is None:
                self.pilha.subir(nome)
        self.pilha.esperar_pronta(limite)
        with self.no_banco():
            assert esperar(lambda: not self._falta(), limite, passo=0.3), (
                f"ainda a caminho: {self._falta()}\n{self.pilha.registros()}"
            )

    def _falta(self) -> dict[str, int]:
        """How much is under way, by kind; empty in peace."""
        quantos = {
            "avisos na Meta": self.pilha.controle("GET", "webhook").json()["retidos"],
            "eventos": EventoRecebido.objects.exclude(estado="feito").count(),
            "envios": Envio.objects.filter(estado__in=["pendente", "enviando"]).count(),
            "arquivos": Midia.objects.filter(estado="pendente").count(),
        }
        return {nome: n for nome, n in quantos.items() if n}

    def conferir(self) -> None:
        """Peace, and then no rule of the house is broken; leftover files may be cleaned first."""
        self.em_paz()
        with self.no_banco():
            midia.limpar_sobras(0)
            assert {i: n for i, n in violacoes().items() if n} == {}


def pasta_de_midia() -> Path:
    """The folder of files that `no_banco` points to."""
    return Path(settings.MEDIA_ROOT)
