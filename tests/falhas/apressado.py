"""One of our processes with its waits divided: `python -m tests.falhas.apressado -m celery …`.

A lease of 90 s proves nothing more than one of 9 s, and a run of kills would be all waiting. Only
lengths of time change, and each keeps its order to the others; the code that runs is the product's.
"""

import runpy
import sys
from importlib import import_module
from types import ModuleType

PRAZO_S = 9
"""Seconds of a claim: what a frozen worker must outlast."""
SILENCIO_S = 10
"""Seconds without a sign of workers until the sweep works alone."""


def apressar() -> None:
    """Shorten the waits of the gateway in this process."""
    import django

    django.setup()
    from prefeitura.whatsapp.cliente import transporte
    from prefeitura.whatsapp.saida import concluir, reivindicar, subir, varrer
    from prefeitura.whatsapp.varredura import rodadas, sozinho

    baixar = import_module("prefeitura.whatsapp.midia.baixar")  # the package hides it by a name
    _por(reivindicar, PRAZO_S=PRAZO_S, FOLGA_S=6)
    _por(transporte, PRAZO=6.0, LER=3.0, CONECTAR=2.0)
    transporte.trocar.__kwdefaults__["prazo"] = 6.0
    _por(concluir, QUARENTENA_S=6, SEM_REDE_MAXIMO_S=6, LIMITE_MAXIMO_S=6)
    _por(subir, PRAZO_S=10)
    _por(baixar, PRAZO_S=8, RESERVA_S=12, PRIMEIRA_ESPERA_S=1, ULTIMA_ESPERA_S=6)
    for modulo, nome in ((reivindicar, "_REIVINDICAR"), (varrer, "_DEVIDOS")):
        sql = getattr(modulo, nome)
        assert "'60 seconds'" in sql
        _por(modulo, **{nome: sql.replace("'60 seconds'", "'6 seconds'")})
    _por(sozinho, SILENCIO_S=SILENCIO_S)
    rodadas.Lembranca.__init__.__defaults__ = (3.0,)
    montar = rodadas.Rodadas.__init__

    def montar_depressa(self) -> None:
        montar(self)
        for rodada in self._todas:
            rodada.cada /= 5

    rodadas.Rodadas.__init__ = montar_depressa


def _por(modulo: ModuleType, **constantes) -> None:
    for nome, valor in constantes.items():
        getattr(modulo, nome)  # a constant that was renamed must not pass unnoticed
        setattr(modulo, nome, valor)


if __name__ == "__main__":
    sys.argv = sys.argv[1:]
    apressar()
    if sys.argv[0] == "-m":
        sys.argv = sys.argv[1:]
        runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(sys.argv[0], run_name="__main__")
