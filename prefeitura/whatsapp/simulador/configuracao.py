"""What the simulator is told: fixed identities and secrets, and the pace that tests may change."""

from dataclasses import asdict, dataclass, field
from typing import Any

NIVEIS = {"TIER_250": 250, "TIER_2K": 2_000, "TIER_10K": 10_000, "TIER_100K": 100_000}


def real(nome: str, valor: Any, maximo: float = 1e10) -> float:
    """Return a number from a control call; raise ValueError with a sentence of ours."""
    try:
        lido = float(valor)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"O campo {nome} precisa ser um número.") from None
    if not 0 <= lido <= maximo:
        raise ValueError(f"O campo {nome} precisa ficar entre 0 e {maximo:.0f}.")
    return lido


def lista(nome: str, valor: Any) -> list[Any]:
    if not isinstance(valor, list):
        raise ValueError(f"O campo {nome} precisa ser uma lista.")
    return valor


@dataclass
class Chance:
    """How often something happens (0 to 1) and how long after its cause (milliseconds)."""

    prob: float
    ms: float

    def ajustar(self, nome: str, valor: Any) -> None:
        """Take `{"prob", "ms"}`, a probability (up to 1), a delay in ms (above 1) or a bool."""
        if isinstance(valor, dict):
            self.prob = real(f"{nome}.prob", valor.get("prob", self.prob))
            self.ms = real(f"{nome}.ms", valor.get("ms", self.ms))
        elif isinstance(valor, bool) or real(nome, valor) <= 1:
            self.prob = float(valor)
        else:
            self.prob, self.ms = 1.0, float(valor)


@dataclass
class Ritmo:
    """Delays, limits and disorder; `POST /_simulador/config` changes any of them while running."""

    latencia_ms: float = 0
    mps: float = 80
    limite_diario: int = 100_000
    limite_por_par: bool = True
    enviar: Chance = field(default_factory=lambda: Chance(1, 100))
    entregar: Chance = field(default_factory=lambda: Chance(1, 300))
    ler: Chance = field(default_factory=lambda: Chance(0, 1_000))
    duplicar: float = 0.02
    reordenar: float = 0.02
    lote: int = 50
    lote_espera_ms: float = 15
    entregas_paralelas: int = 4
    prazo_webhook_s: float = 15
    tentativas_s: list[float] = field(default_factory=lambda: [1, 5, 30, 60])
    revisao_ms: float = 3_000
    gratis_por_mes: int = 1_000
    url_de_midia_s: float = 300
    adiantar_s: float = 0

    def ser_exato(self) -> None:
        """Remove all chance: one item a body, in order, no duplicates (`--exato`)."""
        self.duplicar = self.reordenar = 0
        self.lote = self.entregas_paralelas = 1
        self.lote_espera_ms = 0

    def ajustar(self, pedido: dict[str, Any]) -> None:
        """Apply the fields of `pedido`; raise ValueError naming an unknown one."""
        for nome, valor in pedido.items():
            atual = getattr(self, nome, None)
            if nome not in self.__dataclass_fields__:
                raise ValueError(f"Não conheço a opção {nome!r}.")
            if isinstance(atual, Chance):
                atual.ajustar(nome, valor)
            elif nome == "limite_diario":
                self.limite_diario = ler_nivel(valor)
            elif isinstance(atual, bool):
                setattr(self, nome, bool(valor))
            elif isinstance(atual, list):
                setattr(self, nome, [real(nome, item) for item in lista(nome, valor)])
            else:
                setattr(self, nome, type(atual)(real(nome, valor)))

    def como_json(self) -> dict[str, Any]:
        return asdict(self)


def ler_nivel(valor: Any) -> int:
    """Return the daily limit for a Meta tier name, a number, or None/-1 for no limit."""
    if isinstance(valor, str) and valor.upper() in NIVEIS:
        return NIVEIS[valor.upper()]
    if valor in (None, -1, "TIER_UNLIMITED"):
        return -1
    return int(real("limite_diario", valor))


@dataclass
class Configuracao:
    """Fixed for the life of the process; the defaults are those of the demonstration."""

    porta: int = 8001
    host: str = "127.0.0.1"
    webhook: str = ""
    verificar: bool = True
    app_secret: str = "demo-app-secret"  # noqa: S105 public value of the demonstration
    verify_token: str = "demo-verify-token"  # noqa: S105
    access_token: str = "demo-token"  # noqa: S105
    app_id: str = "300000000000001"
    waba_id: str = "200000000000001"
    portfolio_id: str = "400000000000001"
    phone_number_id: str = "100000000000001"
    exibicao: str = "+55 11 99000-0001"
    nome_do_numero: str = "Prefeitura de Exemplo"
    pasta: str = ""
    semente: int | None = None
    ritmo: Ritmo = field(default_factory=Ritmo)

    @property
    def token_do_app(self) -> str:
        return f"{self.app_id}|{self.app_secret}"
