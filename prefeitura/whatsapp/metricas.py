"""Counters of the gateway, for `/metrics`. The webhook's own are in `webhook`."""

from django.db import transaction

from prefeitura.ambiente.contadores import Counter, Histogram

ITENS = Counter("eventos_itens", "O que veio nos eventos da Meta.", ["tipo", "resultado"])
PROCESSAMENTO = Histogram(
    "evento_processamento_segundos",
    "Tempo de aplicar um lote de eventos.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15),
)
DWELL = Histogram(
    "evento_dwell_segundos",
    "Do recebimento de um evento até estar aplicado.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
CAMPOS_NOVOS = Counter("eventos_campo_novo", "Campos da Meta que não conhecemos.", ["campo"])
TENTATIVAS = Counter("envio_tentativas", "Respostas da Meta aos envios.", ["resultado", "codigo"])
INCERTOS_RESOLVIDOS = Counter("envios_incertos_resolvidos", "Dúvidas que acabaram.", ["por"])
ENVIO_SEGUNDOS = Histogram(
    "envio_segundos",
    "Da criação do envio à resposta da Meta.",
    ["prioridade"],
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)
GRAPH_SEGUNDOS = Histogram("graph_segundos", "Tempo das chamadas à Meta.", ["rota"])
GRAPH_ERROS = Counter("graph_erros", "Chamadas à Meta sem sucesso.", ["rota", "classe"])
MIDIA_RESULTADO = Counter("midia_resultado", "Fim de cada busca de arquivo.", ["resultado"])
TAREFA_SEGUNDOS = Histogram(
    "tarefa_segundos",
    "Duração das tarefas dos trabalhadores.",
    ["tarefa"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300),
)
TAREFA_FALHAS = Counter("tarefa_falhas", "Tarefas que terminaram em erro.", ["tarefa"])


def contar_itens(tipo: str, **quantos: int) -> None:
    """Count items by what became of them, when the current transaction commits."""

    def contar() -> None:
        for resultado, quantidade in quantos.items():
            ITENS.labels(tipo, resultado).inc(quantidade)

    transaction.on_commit(contar, robust=True)
