"""What the reader gives back about the account, the number and the templates."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from prefeitura.whatsapp.leitura.tipos import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class DaConta(Item):
    """Common to account-level items: `momento` is `entry[].time`; `numero_exibido` digits."""

    momento: datetime | None = None
    numero_exibido: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeModelo(DaConta):
    """Common to template items: the id as text (Meta sends a JSON number), name, language."""

    modelo_id: str
    nome: str = ""
    idioma: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoDeModelo(DeModelo):
    """`message_template_status_update`. `situacao` is Meta's event: APPROVED, REJECTED, PAUSED…

    `desativa_em` from `disable_info`; `titulo`/`detalhe` from `other_info`; `explicacao` and
    `recomendacao` from `rejection_info`.
    """

    situacao: str
    motivo: str = ""
    categoria: str = ""
    explicacao: str = ""
    recomendacao: str = ""
    titulo: str = ""
    detalhe: str = ""
    desativa_em: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualidadeDeModelo(DeModelo):
    """`message_template_quality_update`: GREEN, YELLOW, RED, UNKNOWN."""

    antes: str
    depois: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentesDeModelo(DeModelo):
    """`message_template_components_update`: the text was edited, fetch it again."""

    titulo: str = ""
    corpo: str = ""
    rodape: str = ""
    botoes: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoriaDeModelo(DeModelo):
    """`template_category_update`. `pendente`: Meta will change it; else it is done.

    While pending, `categoria` is today's and `prevista` the coming one; afterwards `antes` and
    `categoria`.
    """

    categoria: str
    antes: str = ""
    prevista: str = ""
    pendente: bool = False
    muda_em: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class QualidadeDoNumero(DaConta):
    """`phone_number_quality_update`. `limite_diario`: contacts a day, -1 unlimited, None unsaid."""

    evento: str
    limite_diario: int | None = None
    limite_texto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NomeDoNumero(DaConta):
    """`phone_number_name_update`: APPROVED, REJECTED, DEFERRED…"""

    decisao: str
    nome: str = ""
    motivo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SituacaoDaConta(DaConta):
    """`account_update`, `account_review_update`, `account_alerts`, `business_capability_update`.

    Args:
        campo: which of them.
        evento: ACCOUNT_RESTRICTION, DISABLED_UPDATE…; the decision of a review; the type of an
            alert; "" for a capability.
        grave: sending is or will be restricted, show a red banner.
        restricoes: ({"tipo", "expira": ISO 8601 or None}, …).
        limite_diario: contacts a day, -1 unlimited, None unsaid.
        dados: the rest of the value, cleaned.
    """

    campo: str
    evento: str = ""
    grave: bool = False
    motivo: str = ""
    restricoes: tuple[dict[str, Any], ...] = ()
    limite_diario: int | None = None
    limite_numeros: int | None = None
    dados: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class NomeDeUsuarioDaEmpresa(DaConta):
    """`business_username_update`: approved, reserved, deleted."""

    username: str
    situacao: str
