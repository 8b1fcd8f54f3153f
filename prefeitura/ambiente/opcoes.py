"""What the person chose for the demo, and the refusals that can be told before anything starts."""

import base64
import errno
import json
import os
import secrets
import shutil
import socket
from dataclasses import dataclass
from pathlib import Path

from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.processos import gravar_sem_meio_termo, ler_json

RAIZ = Path(__file__).resolve().parents[2]
ESPACO_NOVO = 700  # MB for a first start: cluster, log of transactions, demo city
ESPACO_MINIMO = 200  # MB for the next ones
CIDADES = ("demo", "vazia")


@dataclass(frozen=True)
class Opcoes:
    """Port of the site (the simulator takes the next), folder of the data, which city to seed."""

    porta: int
    dados: Path
    cidade: str

    @property
    def porta_do_simulador(self) -> int:
        """The port after the site's."""
        return self.porta + 1

    @property
    def endereco(self) -> str:
        """Where the site answers."""
        return f"http://127.0.0.1:{self.porta}"

    @property
    def endereco_do_simulador(self) -> str:
        """Where the simulator answers."""
        return f"http://127.0.0.1:{self.porta_do_simulador}"


def ler_opcoes(ambiente: dict[str, str]) -> Opcoes:
    """Read PORT, DADOS and CIDADE; raises ErroDeAmbiente with a sentence for a bad value."""
    porta = ambiente.get("PORT") or "8000"
    if not porta.isascii() or not porta.isdigit() or not 1024 <= int(porta) <= 65534:
        raise ErroDeAmbiente(
            f"PORT precisa ser um número de 1024 a 65534; está {porta!r}. Exemplo: "
            "make demo PORT=9000"
        )
    cidade = ambiente.get("CIDADE") or "demo"
    if cidade not in CIDADES:
        raise ErroDeAmbiente(f"CIDADE precisa ser demo ou vazia; está {cidade!r}.")
    dados = Path(ambiente.get("DADOS") or RAIZ / ".dados")
    return Opcoes(int(porta), (RAIZ / dados).resolve(), cidade)


def conferir_pasta(dados: Path) -> None:
    """Make the folder of the data, or say why it cannot be made."""
    try:
        dados.mkdir(parents=True, exist_ok=True)
        (dados / "logs").mkdir(exist_ok=True)
    except OSError as erro:
        raise ErroDeAmbiente(
            f"Não consigo gravar em {dados} ({erro.strerror}). Use outra pasta: "
            "make demo DADOS=/outra/pasta"
        ) from erro
    if not os.access(dados, os.R_OK | os.W_OK | os.X_OK):
        raise ErroDeAmbiente(
            f"A pasta {dados} é de outro usuário, que a criou. Rode como ele, ou use outra pasta: "
            "make demo DADOS=/outra/pasta"
        )


def conferir_espaco(dados: Path) -> None:
    """Refuse to start where the disk would fill up half-way."""
    preciso = ESPACO_MINIMO if (dados / "postgres").exists() else ESPACO_NOVO
    livre = shutil.disk_usage(dados).free // 2**20
    if livre < preciso:
        raise ErroDeAmbiente(
            f"Espaço em disco insuficiente em {dados}: há {livre} MB livres e a demonstração "
            f"precisa de {preciso} MB. Libere espaço ou use outro disco: "
            "make demo DADOS=/outro/disco/dados"
        )


def conferir_portas(opcoes: Opcoes) -> None:
    """Refuse a port that another program holds, saying how to choose another."""
    for porta, quem in ((opcoes.porta, "site"), (opcoes.porta_do_simulador, "simulador")):
        if _ocupada(porta):
            raise ErroDeAmbiente(
                f"A porta {porta}, do {quem}, já está em uso por outro programa. Feche-o ou "
                f"escolha outra porta: make demo PORT={_sugerir(opcoes.porta)}"
            )


def _ocupada(porta: int) -> bool:
    with socket.socket() as tentativa:
        tentativa.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tentativa.bind(("127.0.0.1", porta))
        except OSError as erro:
            return erro.errno in (errno.EADDRINUSE, errno.EACCES)
    with socket.socket() as tentativa:  # macOS lets two programs bind; ask whether one answers
        tentativa.settimeout(0.5)
        return tentativa.connect_ex(("127.0.0.1", porta)) == 0


def _sugerir(porta: int) -> int:
    livres = (p for p in range(porta + 2, 65534, 2) if not _ocupada(p) and not _ocupada(p + 1))
    return next(livres, 9000)


def segredos(dados: Path) -> dict[str, str]:
    """Return the installation's own keys, made at the first start and kept in `dados`."""
    arquivo = dados / "segredos.json"
    guardados = ler_json(arquivo)
    if not {"SECRET_KEY", "FIELD_ENCRYPTION_KEY"} <= set(guardados):
        guardados = {
            "SECRET_KEY": secrets.token_urlsafe(60),
            "FIELD_ENCRYPTION_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        }
        gravar_sem_meio_termo(arquivo, json.dumps(guardados))
    return guardados


def ambiente_da_demonstracao(opcoes: Opcoes, database_url: str, redis_url: str) -> dict[str, str]:
    """Return the variables that make a process of ours part of this demo."""
    return {
        "MODO": "demo",
        "DADOS": str(opcoes.dados),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "MEDIA_ROOT": str(opcoes.dados / "midia"),
        "STATIC_ROOT": str(opcoes.dados / "static"),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "CSRF_TRUSTED_ORIGINS": f"{opcoes.endereco},http://localhost:{opcoes.porta}",
        "WHATSAPP_GRAPH_URL": opcoes.endereco_do_simulador,
        "WHATSAPP_APP_SECRET": "demo-app-secret",
        "WHATSAPP_VERIFY_TOKEN": "demo-verify-token",
        **{nome: os.environ.get(nome) or valor for nome, valor in segredos(opcoes.dados).items()},
    }
