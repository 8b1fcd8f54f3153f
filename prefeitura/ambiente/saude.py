"""Is this process alive, and is this installation able to work?

`healthz` asks nothing: it shows that the event loop turns. `examinar` asks the database, the
disk, the broker and the workers, and never raises.
"""

import os
import shutil
import tempfile
from dataclasses import dataclass, field

import redis
from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from prefeitura.ambiente.cabecalhos import DAS_MAQUINAS

PROCESSOS = ("entrada", "resposta", "midia", "geral", "varredor")
VIVO_ATE = 60  # seconds since the last sign of life
DISCO_MINIMO = 0.05  # of the whole disk
_migradas = False


async def healthz(scope, receive, send) -> None:
    """Answer 200 `ok` to GET and HEAD."""
    permitido = scope["method"] in ("GET", "HEAD")
    corpo = b"ok" if permitido else b""
    await send(
        {
            "type": "http.response.start",
            "status": 200 if permitido else 405,
            "headers": [
                (b"content-type", b"text/plain; charset=utf-8"),
                (b"content-length", str(len(corpo)).encode()),
                *DAS_MAQUINAS,
                *([] if permitido else [(b"allow", b"GET, HEAD")]),
            ],
        }
    )
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else corpo})


@dataclass(slots=True)
class Exame:
    """What was found. `essencial` decides /readyz; `trabalho` only when it is asked about."""

    essencial: dict[str, bool] = field(default_factory=dict)
    valkey: bool = False
    valkey_guarda: bool = True  # it never throws keys away to make room
    processos: dict[str, float | None] = field(default_factory=dict)  # seconds since the beat
    atraso: float | None = None  # seconds that the oldest stored event waits

    @property
    def pronto(self) -> bool:
        return all(self.essencial.values())

    @property
    def trabalhando(self) -> bool:
        """Broker there, every kind of process seen in the last minute, nothing waiting long."""
        vivos = all(idade is not None and idade < VIVO_ATE for idade in self.processos.values())
        em_dia = self.atraso is not None and self.atraso < VIVO_ATE
        return self.valkey and vivos and em_dia


def examinar() -> Exame:
    """Look at everything once; what cannot be asked counts as absent."""
    exame = Exame(processos=dict.fromkeys(PROCESSOS))
    exame.essencial = {"banco": False, "migracoes": False}
    try:
        _examinar_banco(exame)
    except Error:
        connection.close()
    exame.essencial["midia"] = _pode_escrever()
    exame.essencial["disco"] = disco_livre() > DISCO_MINIMO
    exame.valkey, exame.valkey_guarda = _examinar_valkey()
    return exame


def disco_livre() -> float:
    """Free part of the media disk, from 0 to 1."""
    try:
        uso = shutil.disk_usage(settings.MEDIA_ROOT)
    except OSError:
        return 0.0
    return uso.free / uso.total


def _examinar_banco(exame: Exame) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off'"
        )
        exame.essencial["banco"] = cursor.fetchone()[0]
        exame.essencial["migracoes"] = migracoes_aplicadas()
        if not exame.essencial["migracoes"]:
            return
        cursor.execute(
            "SELECT processo, extract(epoch FROM now() - quando) FROM whatsapp_batimento"
        )
        exame.processos |= {p: round(float(s), 1) for p, s in cursor if p in exame.processos}
        cursor.execute(
            "SELECT extract(epoch FROM now() - min(recebido_em)) FROM whatsapp_eventorecebido "
            "WHERE estado = 'novo' AND nao_antes_de <= now()"
        )
        exame.atraso = round(float(cursor.fetchone()[0] or 0), 1)


def migracoes_aplicadas() -> bool:
    """Migrations do not go back while a process lives, so only the good answer is kept."""
    global _migradas
    if not _migradas:
        executor = MigrationExecutor(connection)
        _migradas = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migradas


def _pode_escrever() -> bool:
    try:
        os.makedirs(settings.MEDIA_ROOT, exist_ok=True)
        with tempfile.TemporaryFile(dir=settings.MEDIA_ROOT) as arquivo:
            arquivo.write(b"ok")
    except OSError:
        return False
    return True


def _examinar_valkey() -> tuple[bool, bool]:
    """Return (it answers, its policy is noeviction); a policy that cannot be asked passes."""
    cliente = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        responde = bool(cliente.ping())
    except redis.RedisError:
        return False, True
    else:
        return responde, _politica(cliente) in ("noeviction", None)
    finally:
        cliente.close()


def _politica(cliente: redis.Redis) -> str | None:
    try:
        return cliente.config_get("maxmemory-policy").get("maxmemory-policy")
    except redis.RedisError:  # services in the cloud forbid CONFIG
        return None
