"""Every state that a row can be in, who takes it out of there, and by when (GUARANTEES G10).

The limits are those that the sweep keeps, with room for its rounds: a row older than its limit is
a defect, and `invariantes` says so as I11. A new choice of an `estado` field needs a line here.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.apps import apps
from django.db import connection

FIM, PESSOA, SISTEMA = "fim", "pessoa", "sistema"


@dataclass(frozen=True, slots=True)
class Estado:
    """One state of one model.

    Args:
        sai: FIM (nothing more happens), PESSOA (waits for somebody, who is shown it) or SISTEMA.
        depois: what happens then, or where a person is shown it.
        limite: how long SISTEMA may take, counted from `desde`.
        desde: SQL expression of the row: the moment from which it counts.
        quando: SQL condition of the rows that the limit is about.
    """

    modelo: str
    estado: str
    sai: str
    depois: str
    limite: timedelta | None = None
    desde: str = ""
    quando: str = "true"


ENVIO, EVENTO, MIDIA = "whatsapp.Envio", "whatsapp.EventoRecebido", "whatsapp.Midia"
ATENDIMENTO, BLOQUEIO = "atendimento.Atendimento", "atendimento.PedidoDeBloqueio"
AGENDADA = "atendimento.MensagemAgendada"

ESTADOS = (
    Estado(
        ENVIO,
        "pendente",
        SISTEMA,
        "sai; ou falha quando o prazo do WhatsApp passa: 24 horas, e 7 dias para um modelo",
        timedelta(hours=24, minutes=10),
        "criado_em + CASE WHEN corpo->>'type' = 'template' THEN interval '6 days'"
        " ELSE interval '0' END",
        "prioridade <= 1",
    ),
    Estado(
        ENVIO,
        "enviando",
        SISTEMA,
        "vira dúvida",
        timedelta(seconds=60),
        "COALESCE(prazo_em, '-infinity')",
    ),
    Estado(ENVIO, "incerta", PESSOA, "um status resolve; após 15 minutos, uma pessoa em Envios"),
    Estado(ENVIO, "enviada", FIM, "os recibos da Meta só avançam"),
    Estado(ENVIO, "falhou", FIM, "uma pessoa pode pedir novo envio, que é outra linha"),
    Estado(ENVIO, "cancelada", FIM, "não sai mais"),
    Estado(
        EVENTO,
        "novo",
        SISTEMA,
        "é aplicado; ou, após 5 tentativas em 10 minutos, fica parado",
        timedelta(minutes=10),
        "nao_antes_de",
    ),
    Estado(EVENTO, "feito", FIM, "é apagado após DIAS_DE_EVENTO"),
    Estado(EVENTO, "parado", PESSOA, "Itens parados, na administração: Reprocessar"),
    Estado(
        MIDIA,
        "pendente",
        SISTEMA,
        "é baixada; ou, após 7 dias, dada por perdida na tentativa seguinte",
        timedelta(hours=1),
        "GREATEST(criada_em + interval '7 days', nao_antes_de)",
    ),
    Estado(MIDIA, "baixada", FIM, "guardada"),
    Estado(MIDIA, "recusada", FIM, "a mensagem mostra o motivo"),
    Estado(MIDIA, "perdida", PESSOA, "a mensagem mostra o motivo, e permite pedir de novo"),
    Estado(
        ATENDIMENTO,
        "robo",
        SISTEMA,
        "nada cria este estado ainda: chega com o robô",
        timedelta(0),
        "'-infinity'::timestamptz",
    ),
    Estado(ATENDIMENTO, "na_fila", PESSOA, "a fila da equipe; o aviso por e-mail se ninguém está"),
    Estado(ATENDIMENTO, "em_atendimento", PESSOA, "a lista de quem atende"),
    Estado(ATENDIMENTO, "encerrado", FIM, "o cidadão ou o servidor podem reabrir"),
    Estado(
        BLOQUEIO,
        "pendente",
        SISTEMA,
        "a Meta aceita; ou, após 5 tentativas, é recusado",
        timedelta(hours=1),
        "pedido_em",
    ),
    Estado(BLOQUEIO, "feito", FIM, "o registro do atendimento conta"),
    Estado(BLOQUEIO, "recusado", FIM, "o registro do atendimento conta, com o motivo"),
    Estado(
        AGENDADA,
        "agendada",
        SISTEMA,
        "sai na sua hora; ou é retida, com o motivo",
        timedelta(minutes=10),
        "enviar_em",
    ),
    Estado(AGENDADA, "retida", PESSOA, "a conversa a mostra, com o motivo e o que fazer"),
    Estado(AGENDADA, "enviada", FIM, "a mensagem está na conversa"),
    Estado(AGENDADA, "cancelada", FIM, "não sai mais"),
)
DA_META = {"whatsapp.ModeloDeMensagem"}
"""Models whose `estado` is a word of Meta's, mirrored: its deadlines are Meta's too."""


def vencidos() -> list[str]:
    """Name the rows that stayed in a state longer than its limit: `Envio <id> enviando`."""
    achados = []
    with connection.cursor() as cursor:
        for estado in ESTADOS:
            if estado.limite is not None:
                cursor.execute(*_consulta(estado))
                achados += [f"{linha[0]} {estado.estado}" for linha in cursor.fetchall()]
    return achados


def _consulta(estado: Estado) -> tuple[str, list]:
    modelo = apps.get_model(estado.modelo)
    return (
        f"SELECT '{modelo._meta.object_name} ' || id FROM {modelo._meta.db_table} "  # noqa: S608
        f"WHERE estado = %s AND ({estado.quando}) AND {estado.desde} < now() - %s "
        "ORDER BY id LIMIT 1000",
        [estado.estado, estado.limite],
    )
