"""Counters of who enters and who is kept out, for `/metrics`."""

from prefeitura.ambiente.contadores import Counter

LOGIN = Counter("login", "Entradas com senha, por resultado.", ["resultado"])
LOGIN_BLOQUEADO = Counter(
    "login_bloqueado", "Entradas recusadas por excesso de tentativas.", ["resultado"]
)
ACESSO_NEGADO = Counter(
    "acesso_negado", "Pedidos de quem não pode ver o que pediu, por rota.", ["rota"]
)
