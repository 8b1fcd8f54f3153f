"""The whole document: head, log in order, files."""

import threading
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum
from django.db.models.functions import Length
from django.utils import timezone

from atendimento.erros import Demais, Invalido
from atendimento.models import Atendimento
from atendimento.pdf import texto
from atendimento.pdf.arquivos import IMAGENS, Arquivos
from atendimento.pdf.folha import AZUL, CINZA, Folha
from atendimento.views.apresentar.mensagem import Bolha
from atendimento.views.apresentar.registro import Evento, lugar
from prefeitura.banco.soltar import soltar
from prefeitura.cadastro.models import Municipio, Servidor

MENSAGENS = 2_000
LETRAS = 1_000_000
BYTES_DE_IMAGEM = 50_000_000
ESPERA_S = 20
NINGUEM = 0  # nobody reads "Você" in a document

# One at a time in each process: a large one takes seconds and a hundred megabytes.
_vez = threading.BoundedSemaphore(1)


def gerar(*, atendimento: Atendimento, quem: Servidor) -> bytes:
    """Return the PDF of `atendimento`, asked for by `quem`, who may see it.

    Internal notes, and those of the event lines, stay out: the document may be given to the
    citizen. Raises Invalido for what is too large, Demais when others are being made.
    """
    _exigir_tamanho(atendimento)
    soltar()
    if not _vez.acquire(timeout=ESPERA_S):
        raise Demais("Outro PDF está sendo preparado agora. Tente de novo em um minuto.")
    try:
        return _montar(atendimento, quem)
    finally:
        _vez.release()


def _exigir_tamanho(atendimento: Atendimento) -> None:
    mensagens = atendimento.mensagens
    if mensagens.count() > MENSAGENS:
        raise Invalido("Este atendimento tem mais de 2.000 mensagens: é longo demais para um PDF.")
    if (mensagens.aggregate(n=Sum(Length("texto")))["n"] or 0) > LETRAS:
        raise Invalido("Este atendimento tem texto demais para um PDF.")
    imagens = mensagens.filter(midia__tipo__in=IMAGENS).aggregate(n=Sum("midia__tamanho"))["n"]
    if (imagens or 0) > BYTES_DE_IMAGEM:
        raise Invalido("As imagens deste atendimento passam de 50 MB: não cabem num PDF.")


def _montar(atendimento: Atendimento, quem: Servidor) -> bytes:
    titulo = f"Atendimento {atendimento.protocolo}"
    folha = Folha(titulo, f"{titulo} · contém dados pessoais")
    _cabecalho(folha, atendimento, quem)
    arquivos = Arquivos(folha)
    dia = None
    for item in _itens(atendimento):
        quando = timezone.localtime(item.momento)
        if quando.date() != dia:
            dia = quando.date()
            folha.ln(2)
            folha.linha(f"{dia:%d/%m/%Y}", forte=True, tamanho=8.5, cor=CINZA, centro=True)
        if item.especie == "evento":
            folha.linha(f"{item.frase} às {quando:%H:%M}", tamanho=8, cor=CINZA, centro=True)
        else:
            _mensagem(folha, item, atendimento, quando, arquivos)
    arquivos.listar()
    return bytes(folha.output())


def _itens(atendimento: Atendimento) -> Iterable[Bolha | Evento]:
    itens = [Bolha(m, NINGUEM) for m in atendimento.mensagens.para_mostrar().em_ordem()]
    itens += [
        Evento(t, NINGUEM)
        for t in atendimento.transicoes.select_related(
            "quem", "servidor", "equipe__secretaria", "de_equipe__secretaria"
        )
    ]
    return sorted(itens, key=lugar)


def _cabecalho(folha: Folha, atendimento: Atendimento, quem: Servidor) -> None:
    cidade, conversa = Municipio.atual(), atendimento.conversa
    folha.linha(f"{cidade.nome} · {cidade.uf}", forte=True, tamanho=10, cor=AZUL)
    folha.linha(f"Atendimento {atendimento.protocolo}", forte=True, tamanho=16)
    folha.ln(2)
    folha.dado("Pessoa", conversa.cidadao.como_chamar)
    folha.dado("Telefone", conversa.cidadao.telefone or "não informado pelo WhatsApp")
    folha.dado("Número da prefeitura", conversa.numero.exibicao)
    folha.dado("Equipe", str(atendimento.equipe or ""))
    folha.dado("Assunto", str(atendimento.assunto or ""))
    folha.dado("Atendente", str(atendimento.servidor or ""))
    folha.dado("Aberto em", _dia_e_hora(atendimento.aberto_em))
    if atendimento.encerrado_em:
        por = f" por {atendimento.encerrado_por}" if atendimento.encerrado_por else ""
        folha.dado("Encerrado em", f"{_dia_e_hora(atendimento.encerrado_em)}{por}")
        folha.dado("Resultado", atendimento.get_resultado_display())
    else:
        folha.dado("Situação", atendimento.get_estado_display())
    folha.dado("Documento gerado", f"em {_dia_e_hora(timezone.now())} por {quem}")
    folha.risco()


def _mensagem(
    folha: Folha, bolha: Bolha, atendimento: Atendimento, quando: datetime, arquivos: Arquivos
) -> None:
    da_prefeitura = bolha.mensagem.da_prefeitura
    quem = bolha.nome_do_autor or atendimento.conversa.cidadao.como_chamar
    folha.ln(1.5)
    folha.linha(
        f"{quem} · {quando:%H:%M}{_recibo(bolha)}",
        forte=True,
        tamanho=8.5,
        cor=AZUL if da_prefeitura else (34, 34, 34),
    )
    for dita in texto.linhas(bolha):
        folha.linha(dita)
    if bolha.midia is not None and not bolha.mensagem.apagada_em:
        arquivos.por(bolha.midia)
    if bolha.falha:
        folha.linha(bolha.falha, tamanho=8, cor=CINZA)


def _recibo(bolha: Bolha) -> str:
    """ " · ✓✓ lida em 24/11/2026 às 10:43" for what the city said, as far as Meta told."""
    if bolha.marca is None:
        return ""
    marcas = {"enviada": "✓ ", "entregue": "✓✓ ", "lida": "✓✓ "}
    situacao = getattr(bolha.mensagem.envio, "situacao", None)
    hora = situacao and {"entregue": situacao.entregue_em, "lida": situacao.lido_em}.get(
        bolha.estado
    )
    quando = f" em {_dia_e_hora(hora)}" if hora else ""
    return f" · {marcas.get(bolha.estado, '')}{bolha.marca[1]}{quando}"


def _dia_e_hora(quando: datetime) -> str:
    return timezone.localtime(quando).strftime("%d/%m/%Y às %H:%M")
