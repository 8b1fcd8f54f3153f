"""Scripted faults: what the Graph answers instead of the truth, and how many times."""

from dataclasses import asdict, dataclass
from typing import Any

from prefeitura.whatsapp.simulador.configuracao import real
from prefeitura.whatsapp.simulador.erros import CODIGOS, ErroGraph, titulo_de
from prefeitura.whatsapp.simulador.identidades import Sorteio

# Kinds of GUARANTEES.md 7.1; True: the request is accepted before the answer goes wrong.
TIPOS = {
    "ok": True,
    "aceita_e_fecha": True,
    "aceita_e_cala": True,
    "500_html": False,
    "500_json": False,
    "429": False,
    "4xx": False,
    "meio_json": True,
    "corpo_lento": True,
    "redirect": False,
    "sem_wamid": True,
    "wamid_repetido": True,
}


@dataclass
class Falha:
    """One script line. `onde`: messages, media, download, templates, numero, or `*`."""

    onde: str = "*"
    http: int = 0
    codigo: int = 0
    subcodigo: int = 0
    vezes: int = 1
    prob: float = 1
    latencia_ms: float = 0
    cortar: str | None = None
    tipo: str = ""
    aceitar: bool | None = None
    silencio_ms: float = 30_000
    intervalo_ms: float = 100
    detalhes: str = ""
    espera_s: int = 0
    para: str = ""
    usadas: int = 0

    @property
    def aceita(self) -> bool:
        """True if the request takes effect although the answer is spoiled."""
        if self.aceitar is not None:
            return self.aceitar
        if self.cortar:
            return self.cortar == "depois"
        return TIPOS.get(self.tipo, not (self.http or self.codigo))

    @property
    def estraga(self) -> bool:
        """False for a line that only adds latency."""
        return bool(self.http or self.codigo or self.cortar or self.tipo not in ("", "ok"))

    @property
    def corta(self) -> bool:
        """True if the connection ends without any answer."""
        return bool(self.cortar) or self.tipo in ("aceita_e_fecha", "aceita_e_cala")

    def erro(self) -> ErroGraph:
        """Return the refusal that this line stands for."""
        codigo = self.codigo or {429: 130429, 503: 131016, 401: 190}.get(self.http, 0)
        if not codigo:
            codigo = {"429": 130429, "4xx": 131009}.get(self.tipo, 131000)
        padrao = CODIGOS.get(codigo, (400, ""))[0]
        forcado = {"500_json": 500, "429": 429}.get(self.tipo, padrao)
        mensagem = titulo_de(codigo) if codigo in (0, 190) else ""
        return ErroGraph(
            codigo,
            self.detalhes or titulo_de(codigo),
            http=self.http or forcado,
            subcodigo=self.subcodigo or (463 if codigo == 190 else 0),
            mensagem=mensagem,
        )


class Falhas:
    """The script: the first line that fits a call is used, until its `vezes` are over."""

    def __init__(self, sorteio: Sorteio):
        self._linhas: list[Falha] = []
        self._sorteio = sorteio

    def acrescentar(self, pedido: dict[str, Any]) -> Falha:
        """Add a line; raise ValueError naming what is not known."""
        for nome in pedido:
            if nome not in Falha.__dataclass_fields__ or nome == "usadas":
                raise ValueError(f"Não conheço o campo {nome!r}.")
        dados = {nome: valor for nome, valor in pedido.items() if valor is not None}
        padrao = Falha()
        for nome, valor in dados.items():
            esperado = getattr(padrao, nome)
            if isinstance(esperado, str) and not isinstance(valor, str):
                raise ValueError(f"O campo {nome} precisa ser um texto.")
            if isinstance(esperado, int | float) and not isinstance(esperado, bool):
                dados[nome] = type(esperado)(real(nome, valor))
        falha = Falha(**dados)
        if falha.tipo and falha.tipo not in TIPOS:
            raise ValueError(f"Não conheço o tipo {falha.tipo!r}: use um de {', '.join(TIPOS)}.")
        if falha.cortar not in (None, "antes", "depois"):
            raise ValueError("O campo cortar aceita: antes, depois ou null.")
        self._linhas.append(falha)
        return falha

    def limpar(self) -> None:
        self._linhas.clear()

    def como_json(self) -> list[dict[str, Any]]:
        return [asdict(falha) for falha in self._linhas]

    def escolher(self, lugares: set[str], para: str = "") -> Falha | None:
        """Return the line to apply to a call at one of `lugares`, using it up."""
        for falha in self._linhas:
            serve = falha.onde in lugares or falha.onde == "*"
            if not serve or (falha.para and falha.para != para):
                continue
            if falha.prob < 1 and not self._sorteio.acontece(falha.prob):
                continue
            falha.usadas += 1
            if falha.vezes > 0:
                falha.vezes -= 1
                if falha.vezes == 0:
                    self._linhas.remove(falha)
            return falha
        return None
