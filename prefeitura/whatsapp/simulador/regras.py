"""Meta's limits and prices at the moment of sending (WHATSAPP.md sections 4 and 7)."""

from datetime import UTC, datetime
from typing import Any

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Cidadao, Conversa, Estado, Mensagem, Numero

RAJADA_DO_PAR = 45
SEGUNDOS_POR_FICHA = 6


def cobrar_vazao(estado: Estado, numero: Numero) -> None:
    """Spend one message of the number's throughput; raise 130429 when there is none left."""
    agora, mps = estado.agora(), estado.config.ritmo.mps
    if numero.fichas < 0:
        numero.fichas = mps
    numero.fichas = min(mps, numero.fichas + (agora - numero.fichas_em) * mps)
    numero.fichas_em = agora
    if numero.fichas < 1:
        raise ErroGraph(
            130429,
            "Message failed to send because there were too many messages sent from this phone "
            "number in a short period of time",
        )
    numero.fichas -= 1


def cobrar_par(estado: Estado, conversa: Conversa) -> None:
    """Spend one message to this citizen: one per 6 s, with a burst of 45; raise 131056."""
    if not estado.config.ritmo.limite_por_par:
        return
    agora = estado.agora()
    ganho = (agora - conversa.fichas_em) / SEGUNDOS_POR_FICHA
    conversa.fichas = min(RAJADA_DO_PAR, conversa.fichas + ganho)
    conversa.fichas_em = agora
    if conversa.fichas < 1:
        raise ErroGraph(
            131056,
            "Message failed to send because there were too many messages sent from this phone "
            "number to the same phone number in a short period of time",
        )
    conversa.fichas -= 1


def alcancar(estado: Estado, cidadao: Cidadao) -> bool:
    """Count a business-initiated message in the daily tier; False when the tier is used up.

    The tier counts distinct people reached outside a window in a rolling 24 h, over all the
    numbers of the portfolio.
    """
    agora, alcancados = estado.agora(), estado.alcancados
    while alcancados and agora - next(iter(alcancados.values())) >= 86400:
        del alcancados[next(iter(alcancados))]
    limite = estado.config.ritmo.limite_diario
    if cidadao.user_id not in alcancados:
        if 0 <= limite <= len(alcancados):
            return False
        alcancados[cidadao.user_id] = agora
    return True


def falha_depois_do_200(
    estado: Estado, numero: Numero, cidadao: Cidadao, mensagem: Mensagem, categoria: str
) -> int:
    """Return the code with which an accepted message will fail, 0 when it will be delivered."""
    if not cidadao.no_whatsapp:
        return 131026
    aberta = estado.janela_aberta(cidadao, numero.id)
    if mensagem.tipo != "template":
        return 0 if aberta else 131047
    if categoria == "marketing":
        if cidadao.sem_divulgacao:
            return 131050
        if cidadao.limitado:
            return 131049
    if not aberta and not alcancar(estado, cidadao):
        return 131048
    return 0


def preco(estado: Estado, numero: Numero, cidadao: Cidadao, categoria: str) -> dict[str, Any]:
    """Return the `pricing` object of one delivered message; counts the free service tier.

    Since 2026-10-01 replies are charged after 1,000 a month and number (WHATSAPP.md 12.2).
    """
    conversa, agora = cidadao.com(numero.id), estado.agora()
    if conversa.anuncio_em and agora - conversa.anuncio_em < 86400:
        conversa.ponto_gratis_ate = agora + 72 * 3600
        conversa.anuncio_em = 0
    tipo = "regular"
    if agora < conversa.ponto_gratis_ate:
        tipo = "free_entry_point"
        categoria = "referral_conversion" if categoria == "service" else categoria
    elif categoria == "service":
        mes = datetime.now(UTC).strftime("%Y-%m")
        numero.servico_no_mes[mes] = numero.servico_no_mes.get(mes, 0) + 1
        if numero.servico_no_mes[mes] <= estado.config.ritmo.gratis_por_mes:
            tipo = "free_customer_service"
    return {
        "billable": tipo == "regular",
        "pricing_model": "PMP",
        "type": tipo,
        "category": categoria,
    }
