"""Where the client may connect: the Graph host, and for files the hosts that Meta uses.

No address comes from a webhook; one that Meta's answer gives is still checked here, and again
when its name is resolved (GUARANTEES G22).
"""

import ipaddress
import socket
from urllib.parse import urlsplit

from django.conf import settings

HOSTS_DE_MIDIA = ("lookaside.fbsbx.com", ".fbcdn.net", ".whatsapp.net")


FORA = "A Meta deu um endereço de arquivo fora da lista permitida."


class DestinoProibido(Exception):
    """The address is outside the allowed list, or resolves to an inner network."""


def exigir_permitido(url: str) -> None:
    """Raise DestinoProibido unless `url` is the Graph's own or an https host of Meta's files.

    Also for an address that this reader and the one that connects could read as two hosts.
    """
    graph, partes = urlsplit(settings.WHATSAPP_GRAPH_URL), urlsplit(url)
    if "\\" in url or "@" in partes.netloc:
        raise DestinoProibido(FORA)
    do_graph = (partes.scheme, partes.hostname, _porta(partes)) == (
        graph.scheme,
        graph.hostname,
        _porta(graph),
    )
    de_midia = (
        partes.scheme == "https" and _porta(partes) == 443 and _de_midia(partes.hostname or "")
    )
    if not (do_graph or de_midia):
        raise DestinoProibido(FORA)


def _de_midia(host: str) -> bool:
    return any(
        host.endswith(permitido) if permitido.startswith(".") else host == permitido
        for permitido in HOSTS_DE_MIDIA
    )


def _porta(partes) -> int | None:
    try:
        return partes.port or {"https": 443, "http": 80}.get(partes.scheme)
    except ValueError:
        return None


def resolver(host: str, porta: int) -> list[tuple[str, int]]:
    """Resolve a host of the list once, and return the addresses that may be connected to.

    Inner addresses (loopback, private, link-local…) are only for a Graph host configured on this
    very machine. Raises DestinoProibido when none is left, socket.gaierror when unknown.
    """
    do_graph = host == urlsplit(settings.WHATSAPP_GRAPH_URL).hostname
    if not (do_graph or _de_midia(host)):
        raise DestinoProibido(FORA)
    aqui = do_graph and host in ("127.0.0.1", "localhost", "::1")
    achados = socket.getaddrinfo(host, porta, type=socket.SOCK_STREAM)
    enderecos = [destino[:2] for *_, destino in achados]
    permitidos = [e for e in enderecos if (_local(e[0]) if aqui else _global(e[0]))]
    if not permitidos:
        raise DestinoProibido("O endereço da Meta aponta para dentro da rede.")
    return permitidos


def _local(ip: str) -> bool:
    return ipaddress.ip_address(ip.partition("%")[0]).is_loopback


def _global(ip: str) -> bool:
    endereco = ipaddress.ip_address(ip.partition("%")[0])
    if isinstance(endereco, ipaddress.IPv6Address) and endereco.ipv4_mapped:
        endereco = endereco.ipv4_mapped
    return endereco.is_global and not endereco.is_multicast
