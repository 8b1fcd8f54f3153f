"""When somebody must be told: rules over the figures of `/metrics`, with a first step each.

The same rules are written for Prometheus in `docs/alertas.yml`; here the sweep and the page
"Saúde do sistema" evaluate them, since a small town has no Prometheus.
"""

import operator
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from prometheus_client import Metric

from prefeitura.ambiente import metricas
from prefeitura.whatsapp.models import Alerta, Numero

GRAVE, AVISO = "grave", "aviso"
COMPARAR: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    "==": operator.eq,
}


@dataclass(frozen=True, slots=True)
class Condicao:
    """`medida{rotulos} compara limite`; with `taxa`, the growth per second of a counter over
    that many seconds, all its labels together."""

    medida: str
    compara: str
    limite: float
    rotulos: tuple[tuple[str, str], ...] = ()
    taxa: int = 0

    def promql(self) -> str:
        """Return the condition in Prometheus' language."""
        rotulos = ",".join(f'{nome}="{valor}"' for nome, valor in self.rotulos)
        alvo = f"{self.medida}{{{rotulos}}}" if rotulos else self.medida
        if self.taxa:
            alvo = f"sum(rate({alvo}[{self.taxa // 60}m]))"
        return f"{alvo} {self.compara} {self.limite:g}"

    def serve(self, nome: str, rotulos: dict[str, str]) -> bool:
        """Whether a sample is one that this condition looks at."""
        return nome == self.medida and set(self.rotulos) <= set(rotulos.items())


@dataclass(frozen=True, slots=True)
class Regra:
    """What is wrong, how bad, for how long before it is told, and what to do first.

    `texto` may name `{valor}`, the same as `{tempo}` or `{porcento}`, and `{qual}`: which ones.
    """

    codigo: str
    titulo: str
    gravidade: str
    condicoes: tuple[Condicao, ...]
    texto: str
    passo: str
    por: int = 0

    def promql(self) -> str:
        """Return the whole rule in Prometheus' language."""
        return " or ".join(condicao.promql() for condicao in self.condicoes)


def _se(medida: str, compara: str, limite: float, taxa: int = 0, **rotulos: str) -> Condicao:
    return Condicao(medida, compara, limite, tuple(rotulos.items()), taxa)


REGRAS = (
    Regra(
        "entrada_parada",
        "Mensagens paradas na entrada",
        GRAVE,
        (_se("eventos_idade_segundos", ">", 60),),
        "Há mensagem da Meta esperando há {tempo} para ser aplicada.",
        "Reinicie o trabalhador “entrada” e o varredor; veja se o banco responde.",
        por=120,
    ),
    Regra(
        "webhook_recusado",
        "Webhook recusado",
        AVISO,
        (_se("webhook_recusados_total", ">", 1, taxa=300),),
        "Chegam {valor} chamadas por segundo com assinatura errada.",
        "Se o segredo do aplicativo mudou na Meta, ponha o novo antes do antigo em "
        "WHATSAPP_APP_SECRET e reinicie o site. Se não mudou, alguém está tentando forjar.",
    ),
    Regra(
        "webhook_indisponivel",
        "Webhook indisponível",
        GRAVE,
        (_se("webhook_recebidos_total", ">", 0, taxa=60, resultado="indisponivel"),),
        "O site está respondendo 503 à Meta ({valor} por segundo): não conseguiu guardar.",
        "Veja se o PostgreSQL está no ar e com espaço. A Meta tenta de novo por até 7 dias.",
    ),
    Regra(
        "silencio",
        "Silêncio",
        GRAVE,
        (_se("webhook_silencio_razao", ">", 3),),
        "Nada chega da Meta há {valor} vezes o intervalo normal deste horário.",
        "Confira o certificado e o DNS do site, e no painel da Meta se o webhook está inscrito. "
        "Escreva para o número com o seu celular.",
    ),
    Regra(
        "item_parado",
        "Item parado",
        AVISO,
        (_se("eventos_parados", ">", 0),),
        "{valor} aviso(s) da Meta não puderam ser aplicados e esperam uma pessoa.",
        "Abra “Itens parados”, leia o motivo, resolva a causa e reprocesse.",
        por=600,
    ),
    Regra(
        "envios_em_duvida",
        "Envios em dúvida",
        AVISO,
        (
            _se("envios_incertos", ">", 5),
            _se("envios_incertos_idade_segundos", ">", 900),
        ),
        "Há envios que não se sabe se chegaram, e a confirmação não veio.",
        "Abra “Envios em dúvida” e decida cada um. Muitos de uma vez: a saída da rede está ruim.",
    ),
    Regra(
        "resposta_lenta",
        "Resposta lenta",
        GRAVE,
        (_se("envio_idade_segundos", ">", 30, prioridade="0"),),
        "Há resposta de servidor esperando há {tempo} para sair.",
        "Veja se o número está pausado; se não, reinicie o trabalhador “resposta” e o varredor.",
    ),
    Regra(
        "token_recusado",
        "Token recusado",
        GRAVE,
        (_se("numero_sem_acesso", ">", 0),),
        "A Meta recusou o token do número {qual} (código 190): as respostas estão paradas.",
        "Gere um token novo na Meta, cole-o na conta, use “Testar número” e “Retomar os envios”.",
    ),
    Regra(
        "numero_pausado",
        "Número pausado ou qualidade vermelha",
        GRAVE,
        (_se("numero_pausado", ">", 0), _se("numero_qualidade", "==", 1)),
        "O número {qual} está pausado ou com qualidade vermelha na Meta.",
        "Leia o motivo em “Números” e avise a supervisão. Com qualidade vermelha, pare os "
        "comunicados.",
        por=120,
    ),
    Regra(
        "envia_por_fora",
        "Alguém envia por fora",
        GRAVE,
        (_se("mensagens_de_fora", ">", 3),),
        "{valor} mensagens que não são nossas saíram deste número nos últimos 10 minutos.",
        "Descubra que outro programa usa o número e tire dele o token. Veja “Status sem dono”.",
    ),
    Regra(
        "processo_morto",
        "Processo morto",
        GRAVE,
        (_se("batimento_idade_segundos", ">", 60),),
        "Sem sinal de vida há {tempo}: {qual}.",
        "Reinicie; se não voltar, leia a última linha do registro desse processo.",
        por=30,
    ),
    Regra(
        "midia_atrasada",
        "Arquivo que não chega",
        AVISO,
        (_se("midia_idade_segundos", ">", 86_400),),
        "Há arquivo de cidadão que não conseguimos baixar há mais de um dia.",
        "Abra “Mídias perdidas”: a Meta guarda o arquivo por 7 dias.",
    ),
    Regra(
        "acesso_negado",
        "Acesso negado em série",
        AVISO,
        (_se("acesso_negado_maior", ">", 20),),
        "Uma pessoa tentou abrir {valor} atendimentos ou arquivos que não são dela em 10 minutos.",
        "Em “Registros de acesso”, procure “acesso negado” e fale com a supervisão da pessoa.",
    ),
    Regra(
        "copia_velha",
        "Cópia de segurança velha",
        GRAVE,
        (_se("backup_idade_segundos", ">", 93_600),),
        "A última cópia de segurança é de {tempo} atrás.",
        "Rode a cópia à mão e veja por que a da noite não saiu.",
    ),
    Regra(
        "disco",
        "Disco quase cheio",
        AVISO,
        (_se("disco_livre_ratio", "<", 0.15),),
        "O disco dos arquivos tem só {porcento} livre.",
        "Apague cópias e registros antigos, ou aumente o disco. Nunca apague a pasta de mídia.",
    ),
    Regra(
        "certificado",
        "Certificado no fim",
        AVISO,
        (_se("tls_dias", "<", 14),),
        "O certificado do site vale só mais {valor} dias.",
        "Renove-o (certbot renew) e recarregue o nginx.",
    ),
    Regra(
        "relogio",
        "Relógio errado",
        AVISO,
        (_se("relogio_diferenca_segundos", ">", 5),),
        "O relógio deste computador e o do banco diferem {valor} s.",
        "Ligue o acerto automático: timedatectl set-ntp true, nos dois.",
    ),
)


class Historico:
    """Past sums of counters, to know how fast they grow; one for each process that evaluates."""

    GUARDAR_S = 600

    def __init__(self, relogio: Callable[[], float] = time.monotonic) -> None:
        self._relogio = relogio
        self._passado: deque[tuple[float, dict[Condicao, float]]] = deque()

    def taxas(self, medidas: Iterable[Metric]) -> dict[Condicao, float]:
        """Note the sums of now; return the growth per second of each condition with a rate."""
        agora = self._relogio()
        somas = {c: sum(valor for valor, _ in _valores(c, medidas)) for c in _com_taxa()}
        while self._passado and self._passado[0][0] < agora - self.GUARDAR_S:
            self._passado.popleft()
        self._passado.append((agora, somas))
        return {c: self._taxa(c, somas[c], agora) for c in somas}

    def _taxa(self, condicao: Condicao, soma: float, agora: float) -> float:
        velhas = [p for p in self._passado if p[0] <= agora - condicao.taxa]
        inicio, antes = velhas[-1] if velhas else self._passado[0]
        # A sum that shrank began anew: all of it is growth.
        cresceu = soma - antes[condicao] if soma >= antes[condicao] else soma
        return cresceu / (agora - inicio) if agora > inicio else 0.0


def _com_taxa() -> list[Condicao]:
    return [c for regra in REGRAS for c in regra.condicoes if c.taxa]


def _valores(condicao: Condicao, medidas: Iterable[Metric]) -> list[tuple[float, dict]]:
    return [
        (amostra.value, amostra.labels)
        for medida in medidas
        for amostra in medida.samples
        if condicao.serve(amostra.name, amostra.labels)
    ]


def _detalhe(regra: Regra, medidas: list[Metric], taxas: dict[Condicao, float]) -> str | None:
    """Return the sentence of a rule that holds, or None."""
    for condicao in regra.condicoes:
        todos = [(taxas[condicao], {})] if condicao in taxas else _valores(condicao, medidas)
        passou = COMPARAR[condicao.compara]
        achados = [(v, rotulos) for v, rotulos in todos if passou(v, condicao.limite)]
        if achados:
            valor = max(v for v, _ in achados)
            return regra.texto.format(
                valor=f"{valor:.0f}" if valor >= 10 or valor == int(valor) else f"{valor:.2f}",
                tempo=em_tempo(valor),
                porcento=f"{valor:.0%}",
                qual=", ".join(_qual(rotulos) for _, rotulos in achados),
            )
    return None


def _qual(rotulos: dict[str, str]) -> str:
    """Name the one that a sample is about; a number, as citizens see it."""
    if numero := rotulos.get("numero"):
        achado = Numero.objects.filter(pk=numero).values_list("exibicao", flat=True).first()
        return achado or numero
    return next(iter(rotulos.values()), "")


def em_tempo(segundos: float) -> str:
    """Say an age as people do."""
    if segundos == float("inf"):
        return "mais tempo do que se sabe"
    for tamanho, nome in ((86_400, "dias"), (3_600, "h"), (60, "min")):
        if segundos >= 2 * tamanho:
            return f"{segundos // tamanho:.0f} {nome}"
    return f"{segundos:.0f} s"


def conferir(historico: Historico | None = None) -> None:
    """Evaluate every rule now, and keep since when each holds.

    Without `historico` the rules of growth stay as they were: only who looks often can tell.
    """
    medidas = metricas.coletar()
    taxas = historico.taxas(medidas) if historico else {}
    acesas, julgadas = {}, []
    for regra in REGRAS:
        if historico is None and any(c.taxa for c in regra.condicoes):
            continue
        julgadas.append(regra.codigo)
        if detalhe := _detalhe(regra, medidas, taxas):
            acesas[regra.codigo] = detalhe[:300]
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO whatsapp_alerta (codigo, desde, visto_em, detalhe)"
            " SELECT codigo, now(), now(), detalhe"
            " FROM unnest(%s::text[], %s::text[]) AS t(codigo, detalhe)"
            " ON CONFLICT (codigo) DO UPDATE SET visto_em = now(), detalhe = EXCLUDED.detalhe,"
            " desde = COALESCE(whatsapp_alerta.desde, now())",
            [list(acesas), list(acesas.values())],
        )
    Alerta.objects.filter(codigo__in=set(julgadas) - set(acesas)).update(desde=None)


@dataclass(frozen=True, slots=True)
class Dito:
    """An alert that must be told now."""

    regra: Regra
    frase: str
    desde: datetime


def ditos() -> list[Dito]:
    """Return what must be told now, the gravest first: it holds for as long as its rule asks."""
    por_codigo = {regra.codigo: regra for regra in REGRAS}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT codigo, detalhe, desde, extract(epoch FROM now() - desde) "
            "FROM whatsapp_alerta WHERE desde IS NOT NULL"
        )
        linhas = cursor.fetchall()
    achados = [
        Dito(por_codigo[codigo], detalhe, desde)
        for codigo, detalhe, desde, ha in linhas
        if codigo in por_codigo and ha >= por_codigo[codigo].por
    ]
    return sorted(achados, key=lambda dito: (dito.regra.gravidade != GRAVE, dito.desde))


def como_yaml() -> str:
    """Return the rules as a file of rules for Prometheus."""
    linhas = ["groups:", "  - name: atendimento", "    rules:"]
    for regra in REGRAS:
        linhas += [
            f"      - alert: {regra.codigo}",
            f"        expr: '{regra.promql()}'",
            *([f"        for: {regra.por}s"] if regra.por else []),
            f"        labels: {{gravidade: {regra.gravidade}}}",
            "        annotations:",
            f'          summary: "{regra.titulo}"',
            f'          description: "{regra.passo}"',
        ]
    return "\n".join(linhas) + "\n"
