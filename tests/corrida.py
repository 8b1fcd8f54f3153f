"""Several at once: run the same thing in threads that start together."""

import threading
from collections.abc import Callable, Iterable

from django.db import connection


def ao_mesmo_tempo(funcoes: Iterable[Callable[[], object]]) -> list[object]:
    """Run each function in a thread of its own, all from one barrier; return what each returned,
    or the exception that it raised, in order."""
    funcoes = list(funcoes)
    largada = threading.Barrier(len(funcoes))
    fins: list[object] = [None] * len(funcoes)

    def correr(n: int, funcao: Callable[[], object]) -> None:
        largada.wait()
        try:
            fins[n] = funcao()
        except Exception as erro:  # noqa: BLE001 (handed back to the test)
            fins[n] = erro
        finally:
            connection.close()

    fios = [threading.Thread(target=correr, args=par) for par in enumerate(funcoes)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    return fins
