"""Counters of receptive work, for `/metrics`."""

from prefeitura.ambiente.contadores import Counter, Histogram

ASSUMIR_CONFLITOS = Counter("assumir_conflitos", "Vezes em que outra pessoa assumiu antes.")
RESPOSTA_CONFLITOS = Counter(
    "resposta_conflitos", "Respostas recusadas porque algo mudou depois que a página foi lida."
)
ATE_A_TELA = Histogram(
    "mensagem_ate_tela_segundos",
    "Do recebimento de uma mensagem até uma página aberta buscá-la.",
    buckets=(0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
