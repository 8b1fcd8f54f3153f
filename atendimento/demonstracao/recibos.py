"""What Meta told of each bubble of the city: sent, delivered, read, refused, in doubt."""

import random
from collections import Counter
from datetime import date, datetime, timedelta

from django.utils import timezone

from atendimento.demonstracao.pessoas import Pessoa
from atendimento.models import Mensagem
from prefeitura.whatsapp.models import ConsumoMensal, Envio, Numero, SituacaoDoEnvio

GRATIS_POR_MES = 1000
UM_DIA = timedelta(days=1)
NUMERO_SEM_WHATSAPP, JANELA_FECHADA = 131026, 131047


def conceder(
    saidas: list[Mensagem],
    entradas: list[Mensagem],
    pessoa: Pessoa,
    acaso: random.Random,
    agora: datetime,
) -> None:
    """Move each bubble of `saidas` as far as the citizen's phone would have taken it by `agora`.

    Whoever answered has read, save those who hide their reading.
    """
    for mensagem in saidas:
        momento, situacao = mensagem.momento, mensagem.envio.situacao
        resposta = min((e.momento for e in entradas if e.momento > momento), default=None)
        limite = resposta or agora
        situacao.posto = SituacaoDoEnvio.ENVIADO
        situacao.enviado_em = min(momento + timedelta(seconds=1), limite)
        if resposta is None and acaso.random() < (0.02 if agora - momento > UM_DIA else 0.12):
            continue
        situacao.posto = SituacaoDoEnvio.ENTREGUE
        situacao.entregue_em = min(momento + timedelta(seconds=acaso.uniform(1, 6)), limite)
        recente = agora - momento < timedelta(hours=1)
        leu = resposta is not None or acaso.random() < (0.55 if recente else 0.88)
        if leu and pessoa.confirma_leitura:
            situacao.posto = SituacaoDoEnvio.LIDO
            demora = timedelta(seconds=acaso.uniform(5, 900))
            situacao.lido_em = max(situacao.entregue_em, min(momento + demora, limite))


def falhar(mensagem: Mensagem, codigo: int, na_hora: bool) -> None:
    """Make a bubble one that Meta refused: at once, or in a status that came later."""
    envio = mensagem.envio
    _esquecer(envio.situacao)
    if na_hora:
        envio.estado, envio.wamid, envio.codigo = Envio.Estado.FALHOU, None, codigo
    else:
        envio.situacao.posto, envio.situacao.codigo = SituacaoDoEnvio.ACEITO, codigo
        envio.situacao.falhou_em = mensagem.momento + timedelta(seconds=2)


def duvidar(mensagem: Mensagem) -> None:
    """Make a bubble one whose answer from Meta was lost: it may have arrived."""
    envio = mensagem.envio
    _esquecer(envio.situacao)
    envio.estado, envio.wamid = Envio.Estado.INCERTA, None
    envio.incerta_em = mensagem.momento + timedelta(seconds=20)


def _esquecer(situacao: SituacaoDoEnvio) -> None:
    situacao.posto = 0
    situacao.enviado_em = situacao.entregue_em = situacao.lido_em = None


def cobrar(envios: list[Envio], numero: Numero) -> list[ConsumoMensal]:
    """Give each delivered send its price and return the meter of each month.

    The first 1,000 service messages of a number in a month are free.
    """
    gratis: Counter[date] = Counter()
    consumo: Counter[tuple[date, str, str]] = Counter()
    for envio in sorted(envios, key=lambda e: e.criado_em):
        situacao = envio.situacao
        if situacao.entregue_em is None:
            continue
        mes = timezone.localdate(situacao.entregue_em).replace(day=1)
        modelo = envio.corpo["type"] == "template"
        situacao.preco_categoria = "utility" if modelo else "service"
        situacao.preco_tipo = "regular"
        if not modelo and gratis[mes] < GRATIS_POR_MES:
            gratis[mes] += 1
            situacao.preco_tipo = "free_customer_service"
        consumo[mes, situacao.preco_tipo, situacao.preco_categoria] += 1
    return [
        ConsumoMensal(numero=numero, mes=mes, tipo=tipo, categoria=categoria, quantidade=quantos)
        for (mes, tipo, categoria), quantos in consumo.items()
    ]
