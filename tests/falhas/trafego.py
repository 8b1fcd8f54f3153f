"""A day of the city, fast: citizens write and send photos, servants answer each of them once."""

import hashlib
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import requests
from django.db import Error, connection, transaction

from atendimento.models import Mensagem
from prefeitura.whatsapp.models import Envio, Numero, SituacaoDoEnvio
from tests import factories
from tests.falhas.casa import Casa, Pessoa
from tests.pilha import Telefone

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


@dataclass
class Promessa:
    """An answer that must be there once: posted with one key until the API says 201."""

    pessoa: Pessoa
    atendimento: int
    chave: str = field(default_factory=lambda: str(uuid.uuid4()))
    prometida_em: float = field(default_factory=time.time)


class Cidadaos(threading.Thread):
    """People who write through the simulator, each once; a tenth of them sends a photo.

    Args:
        pausa: seconds between two of them.
    """

    def __init__(self, casa: Casa, acaso: random.Random, pausa: float = 0.0) -> None:
        super().__init__(name="cidadaos", daemon=True)
        self.casa, self.acaso, self.pausa = casa, random.Random(acaso.random()), pausa
        self.fim = threading.Event()
        self.wamids: list[str] = []
        self.fotos: dict[str, str] = {}
        self.ultimo_nome = ""

    def atendimentos(self) -> list[int]:
        """The matters that they opened, in order."""
        deles = Mensagem.objects.filter(wamid__in=self.wamids).order_by("pk")
        return list(deles.values_list("atendimento", flat=True))

    def run(self) -> None:
        while not self.fim.wait(self.pausa):
            self.um()

    def um(self) -> str:
        """One more citizen writes; return the wamid."""
        [numero] = self.casa.telefones(1)
        self.ultimo_nome = f"Cidadã de fim {numero[-6:]}"
        telefone = Telefone(self.casa.pilha, numero, self.ultimo_nome)
        if self.acaso.random() < 0.1:
            foto = JPEG + self.acaso.randbytes(self.acaso.randint(1_000, 60_000))
            wamid = telefone.manda_foto(foto)
            self.fotos[wamid] = hashlib.sha256(foto).hexdigest()
        else:
            wamid = telefone.escreve(f"mensagem {len(self.wamids)}")
        self.wamids.append(wamid)
        return wamid


class Servidores(threading.Thread):
    """People who answer through the API whoever waits; what was promised is repeated until 201."""

    def __init__(self, casa: Casa, acaso: random.Random) -> None:
        super().__init__(name="servidores", daemon=True)
        self.casa, self.acaso = casa, random.Random(acaso.random())
        self.fim = threading.Event()
        self.feitas: list[Promessa] = []
        self._abertas: list[Promessa] = []
        self._prometidos: set[int] = set()
        self._sessao = requests.Session()

    def run(self) -> None:
        while not self.fim.wait(0.2):
            pessoa = self.acaso.choice(self.casa.pessoas)
            try:
                self._prometer(pessoa)
                self._cumprir()
            except requests.RequestException:
                continue

    def _prometer(self, pessoa: Pessoa) -> None:
        fila = self._pedir(pessoa, "GET", "atendimentos/?estado=na_fila")
        if fila.status_code == 200:
            livres = [a["id"] for a in fila.json()["results"] if a["id"] not in self._prometidos]
            for atendimento in self.acaso.sample(livres, min(3, len(livres))):
                self._prometidos.add(atendimento)
                self._abertas.append(Promessa(pessoa, atendimento))

    def _cumprir(self) -> None:
        for promessa in list(self._abertas):
            resposta = self._pedir(
                promessa.pessoa,
                "POST",
                f"atendimentos/{promessa.atendimento}/mensagens/",
                json={"texto": f"resposta {promessa.atendimento}"},
                headers={"Idempotency-Key": promessa.chave},
            )
            if resposta.status_code in (200, 201):
                self._abertas.remove(promessa)
                self.feitas.append(promessa)
            elif resposta.status_code < 500 and resposta.status_code != 429:
                self._abertas.remove(promessa)

    def _pedir(self, pessoa: Pessoa, metodo: str, caminho: str, **opcoes) -> requests.Response:
        opcoes.setdefault("headers", {})["Authorization"] = f"Token {pessoa.token}"
        return self._sessao.request(
            metodo, f"{self.casa.site}/api/v1/{caminho}", timeout=5, **opcoes
        )


class Fila(threading.Thread):
    """Keeps the outbox busy: `quantos` texts to people whose 24 hours are open, a few at a time.

    Rows only: no worker is told, so each of them is found by the sweep.
    """

    MAXIMO_NA_FILA = 60

    def __init__(self, casa: Casa, quantos: int, pessoas: int = 100) -> None:
        super().__init__(name="fila", daemon=True)
        self.casa, self.quantos = casa, quantos
        self.fim = threading.Event()
        self.postos = 0
        telefones = casa.telefones(pessoas)
        casa.pilha.controle(
            "POST",
            "cidadaos",
            json={"cidadaos": [{"wa_id": t, "ultima_mensagem_ha_segundos": 60} for t in telefones]},
        )
        self._numero = Numero.objects.get()
        self._cidadaos = [factories.CidadaoFactory(wa_id=t) for t in telefones]

    def run(self) -> None:
        while self.postos < self.quantos and not self.fim.wait(0.2):
            try:
                self._encher()
            except Error:
                connection.close()
        connection.close()

    def _encher(self) -> None:
        na_fila = Envio.objects.filter(estado="pendente").count()
        vagas = min(self.MAXIMO_NA_FILA - na_fila, self.quantos - self.postos)
        if vagas <= 0:
            return
        envios = [
            Envio(
                numero=self._numero,
                cidadao=self._cidadaos[(self.postos + n) % len(self._cidadaos)],
                corpo={"type": "text", "text": {"body": f"aviso {self.postos + n}"}},
            )
            for n in range(vagas)
        ]
        with transaction.atomic():
            Envio.objects.bulk_create(envios)
            SituacaoDoEnvio.objects.bulk_create([SituacaoDoEnvio(envio=e) for e in envios])
        self.postos += vagas
