"""Counters of live pages, for `/metrics`."""

from prefeitura.ambiente.contadores import Counter, Gauge

ABERTOS = Gauge("sockets_abertos", "Páginas ligadas agora.", multiprocess_mode="livesum")
ABERTOS.set(0)  # who had this place in the folder before may have died with pages open
FECHADOS = Counter("socket_fechado", "Ligações de página que acabaram, por código.", ["codigo"])
RECUPERACOES = Counter(
    "socket_recuperacoes", "Vezes em que uma página perguntou o que perdeu.", ["tipo"]
)
DESCARTADOS = Counter("canal_descartados", "Avisos às páginas que se perderam.")
