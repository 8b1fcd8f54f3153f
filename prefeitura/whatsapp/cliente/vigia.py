"""A deadline over a whole exchange: one thread that cuts the sockets that are late.

Socket timeouts restart at each byte, so a server that drips one byte a second would hold a
worker for hours.
"""

import os
import socket
import threading
import time

_prazos: dict[int, tuple[float, socket.socket]] = {}
_trava = threading.Lock()
_processo = 0


def vigiar(marca: int, sock: socket.socket, ate: float) -> None:
    """Shut `sock` down at the monotonic time `ate`, unless `soltar(marca)` comes first."""
    global _processo
    with _trava:
        _prazos[marca] = (ate, sock)
        if _processo != os.getpid():  # a forked worker has no threads
            _processo = os.getpid()
            threading.Thread(target=_vigiar, name="vigia-do-cliente", daemon=True).start()


def soltar(marca: int) -> None:
    """Forget the socket of `marca`."""
    with _trava:
        _prazos.pop(marca, None)


def _vigiar() -> None:
    while True:
        time.sleep(0.25)
        agora = time.monotonic()
        with _trava:
            vencidos = [marca for marca, (ate, _) in _prazos.items() if ate < agora]
            for marca in vencidos:
                _cortar(_prazos.pop(marca)[1])


def _cortar(sock: socket.socket) -> None:
    try:
        # The plain method: SSLSocket's own would drop its TLS object under the reading thread.
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
    except OSError:
        return
