"""Child processes that can be told from strangers and do not outlive who started them.

A pid alone proves nothing, since the system reuses it. Each child therefore leaves a small file
with its pid and its start time as the kernel tells it; only where both agree is it ours to stop.
"""

import contextlib
import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

LINUX = sys.platform.startswith("linux")
_libc = ctypes.CDLL(None) if LINUX else None
PR_SET_PDEATHSIG = 1
MAIOR_REGISTRO = 10 * 1024 * 1024  # bytes; a longer log starts anew and the old one is kept once


def nascimento(pid: int) -> str | None:
    """Return when process `pid` started, in the system's own words, or None if it does not run.

    A zombie counts as not running. The text is only good for comparing with itself.
    """
    if LINUX:
        try:
            campos = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return None
        return None if campos[0] in "ZX" else campos[19]
    saida = subprocess.run(
        ["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return None if not saida or saida.startswith("Z") else saida.split(None, 1)[1]


def linha_de_comando(pid: int) -> str:
    """Return the command line of `pid`, or an empty text when it does not run."""
    if LINUX:
        try:
            return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            return ""
    return subprocess.run(
        ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout


def esperar(condicao: Callable[[], object], limite: float, passo: float = 0.02) -> bool:
    """Wait until `condicao()` holds, for at most `limite` seconds; return whether it did."""
    fim = time.monotonic() + limite
    while not condicao():
        if time.monotonic() >= fim:
            return False
        time.sleep(passo)
    return True


def gravar_sem_meio_termo(arquivo: Path, texto: str, modo: int = 0o600) -> None:
    """Write `arquivo` whole or not at all, readable by its owner alone unless `modo` says more."""
    novo = arquivo.with_name(f".{arquivo.name}.{os.getpid()}")
    novo.touch(mode=modo)
    novo.write_text(texto, encoding="utf-8")
    novo.replace(arquivo)


def ler_json(arquivo: Path) -> dict:
    """Return the JSON object kept in `arquivo`; empty when it is missing or cut short."""
    try:
        valor = json.loads(arquivo.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return valor if isinstance(valor, dict) else {}


class Processo:
    """One child process: its command, its log file, its mark on disk and how to end it.

    Args:
        nome: short name, used for the files `<nome>.json` and `<nome>.log`.
        comando: the program and its arguments; never through a shell.
        marcas: folder of the marks (pid and start time).
        registros: folder of the logs.
        ambiente: the whole environment of the child; None inherits ours.
        sinal: the signal that asks it to end in order.
        dono: `user`, `group` and `extra_groups` for `Popen`, when it must not run as root.
        pasta: working directory of the child.
        mostrar: True leaves standard output on the terminal; only errors go to the log.
    """

    def __init__(
        self,
        nome: str,
        comando: Sequence[str],
        *,
        marcas: Path,
        registros: Path,
        ambiente: Mapping[str, str] | None = None,
        sinal: signal.Signals = signal.SIGTERM,
        dono: Mapping | None = None,
        pasta: Path | None = None,
        mostrar: bool = False,
    ) -> None:
        self.nome = nome
        self.comando = list(comando)
        self.marca = marcas / f"{nome}.json"
        self.registro = registros / f"{nome}.log"
        self.ambiente = ambiente
        self.sinal = sinal
        self.dono = dict(dono or {})
        self.pasta = pasta
        self.mostrar = mostrar
        self.popen: subprocess.Popen | None = None

    @property
    def pid(self) -> int | None:
        """The pid while the child runs, else None."""
        return self.popen.pid if self.popen and self.popen.poll() is None else None

    @property
    def codigo(self) -> int | None:
        """The exit code of the last run (negative: the signal that ended it), or None."""
        return self.popen.poll() if self.popen else None

    def iniciar(self) -> None:
        """Start the child in its own process group, so that Ctrl+C reaches only its starter."""
        self.registro.parent.mkdir(parents=True, exist_ok=True)
        self.marca.parent.mkdir(parents=True, exist_ok=True)
        if self.registro.exists() and self.registro.stat().st_size > MAIOR_REGISTRO:
            self.registro.replace(self.registro.with_suffix(".log.1"))
        with self.registro.open("ab") as saida:
            self.popen = subprocess.Popen(
                self.comando,
                stdin=subprocess.DEVNULL,
                stdout=None if self.mostrar else saida,
                stderr=saida,
                env=None if self.ambiente is None else dict(self.ambiente),
                cwd=self.pasta,
                process_group=0,
                preexec_fn=_ligar_a_vida(self.sinal),
                **self.dono,
            )
        marca = {"pid": self.popen.pid, "inicio": nascimento(self.popen.pid), "sinal": self.sinal}
        gravar_sem_meio_termo(self.marca, json.dumps(marca))

    def pedir_fim(self) -> None:
        """Send the signal of an orderly end; harmless when it already ended."""
        if self.pid:
            self.popen.send_signal(self.sinal)

    def esperar_fim(self, limite: float) -> bool:
        """Wait up to `limite` seconds for the end; return whether it ended, and drop its mark."""
        if self.popen is None:
            return True
        try:
            self.popen.wait(max(limite, 0))
        except subprocess.TimeoutExpired:
            return False
        self.marca.unlink(missing_ok=True)
        return True

    def matar(self) -> None:
        """SIGKILL the child and its process group, and wait until it is gone."""
        if self.popen is None:
            return
        if self.popen.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()
        self.marca.unlink(missing_ok=True)

    def parar(self, limite: float = 5) -> None:
        """Ask for the end, wait `limite` seconds, then kill."""
        self.pedir_fim()
        if not self.esperar_fim(limite):
            self.matar()


def _ligar_a_vida(sinal: signal.Signals) -> Callable[[], None] | None:
    """Return what makes a child receive `sinal` when its starter dies (Linux), or None.

    The kernel watches the *thread* that started the child, so only the main thread may ask.
    """
    if not LINUX or threading.current_thread() is not threading.main_thread():
        return None
    pai = os.getpid()

    def ligar() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, sinal)
        if os.getppid() != pai:
            os._exit(1)

    return ligar


def encerrar_sobras(marcas: Path, limite: float = 5) -> list[str]:
    """Stop what an earlier run left alive, by the marks in folder `marcas`.

    Returns the names of what was still running. Strangers that got a reused pid are left alone.
    """
    vivos: dict[str, tuple[int, str]] = {}
    for arquivo in sorted(marcas.glob("*.json")):
        dados = ler_json(arquivo)
        pid, inicio = dados.get("pid"), dados.get("inicio")
        if isinstance(pid, int) and inicio and nascimento(pid) == inicio:
            vivos[arquivo.stem] = (pid, inicio)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, dados.get("sinal", signal.SIGTERM))
        else:
            arquivo.unlink(missing_ok=True)

    def acabaram() -> bool:
        return all(nascimento(pid) != inicio for pid, inicio in vivos.values())

    if not esperar(acabaram, limite):
        for pid, inicio in vivos.values():
            if nascimento(pid) == inicio:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        esperar(acabaram, 5)
    for nome in vivos:
        (marcas / f"{nome}.json").unlink(missing_ok=True)
    return list(vivos)
