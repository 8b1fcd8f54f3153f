"""The two embedded services together, and how other processes find the running demo."""

import os
from pathlib import Path
from urllib.parse import parse_qs, urlsplit, urlunsplit

from prefeitura.ambiente.postgres import Postgres
from prefeitura.ambiente.processos import encerrar_sobras, ler_json, nascimento
from prefeitura.ambiente.valkey import Valkey

ARQUIVO = "ambiente.json"


class ServicosEmbutidos:
    """PostgreSQL and Valkey as children of this process, with their data under `dados`.

    Args:
        dados: folder for data, logs and marks; made when missing. Two sets need two folders.
        duravel: True syncs every commit to disk; False (tests) does not.
        postgres, valkey: False leaves that service out, because a real server is used.
    """

    def __init__(
        self,
        dados: Path | str,
        *,
        duravel: bool = True,
        postgres: bool = True,
        valkey: bool = True,
    ) -> None:
        self.dados = Path(dados).resolve()
        self.postgres = Postgres(self.dados, duravel=duravel) if postgres else None
        self.valkey = Valkey(self.dados) if valkey else None

    @property
    def todos(self) -> list[Postgres | Valkey]:
        """The services that are ours to run."""
        return [servico for servico in (self.postgres, self.valkey) if servico]

    @property
    def database_url(self) -> str:
        """DATABASE_URL of the embedded PostgreSQL."""
        return self.postgres.url

    @property
    def redis_url(self) -> str:
        """REDIS_URL of the embedded Valkey."""
        return self.valkey.url

    @property
    def postgres_pid(self) -> int | None:
        """Pid of the postmaster, None while it is down."""
        return self.postgres.pid

    @property
    def valkey_pid(self) -> int | None:
        """Pid of the Valkey server, None while it is down."""
        return self.valkey.pid

    def iniciar(self) -> None:
        """Start what is ours and wait until it answers; leftovers of a killed run end first.

        Raises ErroDeAmbiente, with nothing left running, when a service does not come up.
        """
        self.dados.mkdir(parents=True, exist_ok=True)
        encerrar_sobras(self.dados / "processos")
        try:
            for servico in self.todos:
                servico.iniciar()
        except BaseException:
            self.parar()
            raise

    def parar(self) -> None:
        """End both in order; harmless when they are already down."""
        for servico in self.todos:
            if servico.processo is not None:
                servico.processo.pedir_fim()
        for servico in self.todos:
            servico.parar()

    def matar_postgres(self) -> None:
        """SIGKILL the postmaster."""
        self.postgres.matar()

    def matar_valkey(self) -> None:
        """SIGKILL Valkey: all it held is lost."""
        self.valkey.matar()

    def reiniciar_postgres(self) -> None:
        """Stop PostgreSQL if it runs, start it at the same address and wait until it answers."""
        self.postgres.parar()
        self.postgres.iniciar()

    def reiniciar_valkey(self) -> None:
        """Stop Valkey if it runs, start it empty at the same address and wait for it."""
        self.valkey.parar()
        self.valkey.iniciar()

    def __enter__(self) -> "ServicosEmbutidos":
        self.iniciar()
        return self

    def __exit__(self, *_: object) -> None:
        self.parar()


def enderecos(dados: Path | str) -> dict[str, str] | None:
    """Return the environment of the demo that runs on `dados`, or None when none runs.

    Holds DATABASE_URL, REDIS_URL, the keys and the demo's public values, so that a command typed
    in another terminal speaks with the running demo.
    """
    achado = ler_json(Path(dados) / ARQUIVO)
    pid, inicio = achado.get("pid"), achado.get("inicio")
    if not isinstance(pid, int) or not inicio or nascimento(pid) != inicio:
        return None
    return {nome: str(valor) for nome, valor in achado.get("ambiente", {}).items()}


def url_do_broker(redis_url: str) -> str:
    """Return `redis_url` as Celery's transport reads it: a Unix socket has another scheme there."""
    if not redis_url.startswith("unix://"):
        return redis_url
    return redis_url.replace("unix://", "redis+socket://", 1).replace("?db=", "?virtual_host=")


def banco_do_redis(redis_url: str) -> int:
    """Return the number of the Redis database that `redis_url` names; 0 is Redis's own default."""
    partes = urlsplit(redis_url)
    numero = parse_qs(partes.query).get("db", ["" if partes.scheme == "unix" else partes.path])[0]
    return int(numero.strip("/")) if numero.strip("/").isdigit() else 0


def com_banco_do_redis(redis_url: str, banco: int) -> str:
    """Return `redis_url` with another database number."""
    if redis_url.startswith("unix://"):
        return f"{redis_url.partition('?')[0]}?db={banco}"
    return urlunsplit(urlsplit(redis_url)._replace(path=f"/{banco}"))


def faltam() -> dict[str, bool]:
    """Return which services must be embedded, because the environment names no real server."""
    return {
        "postgres": not os.environ.get("DATABASE_URL"),
        "valkey": not os.environ.get("REDIS_URL"),
    }
