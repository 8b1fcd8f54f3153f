"""Account, number and template webhooks: one `value` → one typed value."""

import re
from collections.abc import Callable
from typing import Any

from prefeitura.whatsapp.leitura.arredores import Mudanca
from prefeitura.whatsapp.leitura.limpeza import (
    Ilegivel,
    digitos,
    iso,
    linha,
    momento,
    objeto,
    objetos,
    texto,
)
from prefeitura.whatsapp.leitura.tipos import Item
from prefeitura.whatsapp.leitura.tipos_da_conta import (
    CategoriaDeModelo,
    ComponentesDeModelo,
    NomeDeUsuarioDaEmpresa,
    NomeDoNumero,
    QualidadeDeModelo,
    QualidadeDoNumero,
    SituacaoDaConta,
    SituacaoDeModelo,
)

SEM_LIMITE = -1
_TIER = re.compile(r"(?:TIER_)?(\d{1,6})(K|M)?")
_MULTIPLOS = {None: 1, "K": 1000, "M": 1_000_000}
_GRAVES = frozenset(
    {
        "ACCOUNT_RESTRICTION",
        "ACCOUNT_VIOLATION",
        "ACCOUNT_DELETED",
        "ACCOUNT_OFFBOARDED",
        "DISABLED_UPDATE",
        "PARTNER_REMOVED",
    }
)


def limite(valor: Any) -> int | None:
    """Contacts a day, from 2000, "TIER_2K", "TIER_UNLIMITED" or -1.

    Returns:
        -1 for no limit, None when it was not said.
    """
    if isinstance(valor, bool) or not isinstance(valor, int | str):
        return None
    palavra = str(valor).strip().upper()
    if palavra in ("-1", "TIER_UNLIMITED", "UNLIMITED"):
        return SEM_LIMITE
    achado = _TIER.fullmatch(palavra)
    return int(achado[1]) * _MULTIPLOS[achado[2]] if achado else None


def o_que_e(valor: dict[str, Any]) -> Callable[[dict[str, Any], Mudanca, int], Item] | None:
    """The reader of a notice of a template that says what it is by its content.

    Meta's own pages show a change of quality under the field of another notice.
    """
    if "event" not in valor and "new_quality_score" in valor:
        return qualidade_de_modelo
    if "event" not in valor and "new_category" in valor:
        return categoria_de_modelo
    return None


def _conta(mudanca: Mudanca, valor: dict[str, Any], indice: int) -> dict[str, Any]:
    return {
        **mudanca.onde(indice),
        "momento": mudanca.hora,
        "numero_exibido": digitos(texto(valor, "display_phone_number")) or mudanca.numero_exibido,
    }


def _modelo(mudanca: Mudanca, valor: dict[str, Any], indice: int) -> dict[str, Any]:
    modelo_id, nome = texto(valor, "message_template_id", 40), texto(valor, "message_template_name")
    if not modelo_id and not nome:
        raise Ilegivel("aviso de modelo sem identificação nem nome")
    return {
        **_conta(mudanca, valor, indice),
        "modelo_id": modelo_id,
        "nome": linha(nome, 512),
        # The same pages write en-US where the list of templates has en_US.
        "idioma": linha(texto(valor, "message_template_language"), 12).replace("-", "_"),
    }


def _palavra(dono: dict[str, Any], chave: str, maximo: int = 30) -> str:
    return linha(texto(dono, chave), maximo)


def situacao_de_modelo(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> SituacaoDeModelo:
    """APPROVED, REJECTED, PAUSED, DISABLED…: the `event`, with Meta's reasons."""
    situacao = _palavra(valor, "event")
    if not situacao:
        raise Ilegivel("aviso de modelo sem dizer o que mudou")
    motivo = _palavra(valor, "reason", 300)
    recusa, outra = objeto(valor, "rejection_info"), objeto(valor, "other_info")
    return SituacaoDeModelo(
        **_modelo(mudanca, valor, indice),
        situacao=situacao,
        motivo="" if motivo == "NONE" else motivo,
        categoria=_palavra(valor, "message_template_category"),
        explicacao=linha(texto(recusa, "reason"), 1000),
        recomendacao=linha(texto(recusa, "recommendation"), 1000),
        titulo=linha(texto(outra, "title"), 300),
        detalhe=linha(texto(outra, "description"), 1000),
        desativa_em=momento(objeto(valor, "disable_info").get("disable_date")),
    )


def qualidade_de_modelo(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> QualidadeDeModelo:
    """GREEN → YELLOW → RED."""
    return QualidadeDeModelo(
        **_modelo(mudanca, valor, indice),
        antes=_palavra(valor, "previous_quality_score", 20),
        depois=_palavra(valor, "new_quality_score", 20),
    )


def componentes_de_modelo(
    valor: dict[str, Any], mudanca: Mudanca, indice: int
) -> ComponentesDeModelo:
    """The text of a template changed."""
    botoes = tuple(
        {
            "tipo": _palavra(b, "message_template_button_type"),
            "texto": _palavra(b, "message_template_button_text", 100),
            "url": texto(b, "message_template_button_url", 2000),
            "telefone": _palavra(b, "message_template_button_phone_number", 40),
        }
        for b in objetos(valor, "message_template_buttons")
    )
    return ComponentesDeModelo(
        **_modelo(mudanca, valor, indice),
        titulo=texto(valor, "message_template_title"),
        corpo=texto(valor, "message_template_element"),
        rodape=texto(valor, "message_template_footer"),
        botoes=botoes,
    )


def categoria_de_modelo(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> CategoriaDeModelo:
    """While pending, `correct_category` is the coming one and `new_category` still today's."""
    prevista = _palavra(valor, "correct_category")
    return CategoriaDeModelo(
        **_modelo(mudanca, valor, indice),
        categoria=_palavra(valor, "new_category"),
        antes=_palavra(valor, "previous_category"),
        prevista=prevista,
        pendente=bool(prevista),
        muda_em=momento(valor.get("category_update_timestamp")),
    )


def qualidade_do_numero(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> QualidadeDoNumero:
    """Throughput and daily limit; `current_limit` is the name used before February 2026."""
    cru = valor.get("max_daily_conversations_per_business", valor.get("current_limit"))
    return QualidadeDoNumero(
        **_conta(mudanca, valor, indice),
        evento=_palavra(valor, "event", 60),
        limite_diario=limite(cru),
        limite_texto=linha(texto({"l": cru}, "l"), 30),
    )


def nome_do_numero(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> NomeDoNumero:
    """Meta's decision on the display name."""
    return NomeDoNumero(
        **_conta(mudanca, valor, indice),
        decisao=_palavra(valor, "decision"),
        nome=_palavra(valor, "requested_verified_name", 120),
        motivo=_palavra(valor, "rejection_reason", 300),
    )


def nome_de_usuario(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> NomeDeUsuarioDaEmpresa:
    """The city hall's own @username."""
    return NomeDeUsuarioDaEmpresa(
        **_conta(mudanca, valor, indice),
        username=_palavra(valor, "username", 60).removeprefix("@"),
        situacao=_palavra(valor, "status"),
    )


def conta_mudou(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> SituacaoDaConta:
    """`account_update`: restrictions, bans, violations, partners."""
    evento = _palavra(valor, "event", 60)
    banimento = objeto(valor, "ban_info")
    violacao, saida = objeto(valor, "violation_info"), objeto(valor, "disconnection_info")
    motivo = (
        _palavra(violacao, "violation_type", 100)
        or _palavra(banimento, "waba_ban_state", 100)
        or _palavra(saida, "reason", 100)
    )
    return SituacaoDaConta(
        **_conta(mudanca, valor, indice),
        campo="account_update",
        evento=evento,
        grave=evento in _GRAVES and motivo != "REINSTATE",
        motivo=motivo,
        restricoes=tuple(
            {
                "tipo": _palavra(r, "restriction_type", 100),
                "expira": iso(momento(r.get("expiration"))),
            }
            for r in objetos(valor, "restriction_info")
        ),
        dados=valor,
    )


def conta_revista(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> SituacaoDaConta:
    """`account_review_update`."""
    decisao = _palavra(valor, "decision", 60)
    return SituacaoDaConta(
        **_conta(mudanca, valor, indice),
        campo="account_review_update",
        evento=decisao,
        grave=decisao == "REJECTED",
        dados=valor,
    )


def conta_em_alerta(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> SituacaoDaConta:
    """`account_alerts`; the details may be nested in `alert_info` or not (unconfirmed at Meta)."""
    alerta = objeto(valor, "alert_info") or valor
    return SituacaoDaConta(
        **_conta(mudanca, valor, indice),
        campo="account_alerts",
        evento=_palavra(alerta, "alert_type", 60),
        grave=_palavra(alerta, "alert_severity") == "CRITICAL",
        motivo=linha(texto(alerta, "alert_description"), 300),
        dados=valor,
    )


def capacidade(valor: dict[str, Any], mudanca: Mudanca, indice: int) -> SituacaoDaConta:
    """`business_capability_update`: the daily limit and how many numbers."""
    return SituacaoDaConta(
        **_conta(mudanca, valor, indice),
        campo="business_capability_update",
        limite_diario=limite(
            valor.get(
                "max_daily_conversations_per_business",
                valor.get("max_daily_conversation_per_phone"),
            )
        ),
        limite_numeros=limite(valor.get("max_phone_numbers_per_waba")),
        dados=valor,
    )
