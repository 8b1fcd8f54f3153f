"""Read the environment and refuse, in one sentence, what would make a bad start.

Only `settings.py` uses this. GUARANTEES of start-up: a missing or weak value names the variable
and says what to do, instead of a traceback later.
"""

import os
import sys
from difflib import get_close_matches
from ipaddress import ip_network
from typing import NoReturn
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

CONHECIDAS = {
    "WHATSAPP_GRAPH_URL",
    "WHATSAPP_GRAPH_VERSAO",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
}
DA_DEMONSTRACAO = {"demo-app-secret", "demo-verify-token", "demo-token"}


def recusar(frase: str) -> NoReturn:
    """Stop the process with exit code 1 and one Portuguese line on standard error."""
    sys.stderr.write(f"{frase}\n")
    raise SystemExit(1)


def ler_modo() -> str:
    """Return `demo`, `teste` or `producao` (the default, since it is the strict one)."""
    modo = os.environ.get("MODO", "producao")
    if modo not in ("demo", "teste", "producao"):
        recusar(f"MODO precisa ser demo, teste ou producao; está {modo!r}.")
    return modo


def exigir(nome: str, motivo: str) -> str:
    """Return the variable `nome`, or refuse to start saying why it is needed."""
    valor = os.environ.get(nome, "").strip()
    if not valor:
        recusar(f"Falta a variável {nome}: {motivo}")
    return valor


def exigir_chave(nome: str = "SECRET_KEY") -> str:
    """Return the secret key; under 50 characters or Django's sample key is refused."""
    valor = os.environ.get(nome, "")
    if len(valor) < 50 or valor.startswith("django-insecure"):
        recusar(f"{nome} ausente ou fraca. Gere uma com: manage.py gerar_chave")
    return valor


def exigir_lista(nome: str, frase: str) -> list[str]:
    """Return the values of `nome`, newest first, or refuse with `frase` when there is none.

    An empty value among commas would be a secret that everybody knows.
    """
    valores = lista(nome)
    if not valores:
        recusar(f"{frase} Defina {nome}.")
    return valores


def recusar_debug() -> None:
    """There is no DEBUG here: tracebacks show people's data. Anything but "nao" is refused."""
    valor = os.environ.get("DEBUG", "nao").lower()
    if valor in ("sim", "1", "true"):
        recusar("Esta instalação não tem modo DEBUG. Retire a variável DEBUG.")
    if valor not in ("nao", "não", "0", "false", ""):
        recusar("DEBUG precisa ser sim ou nao.")


def recusar_proxy_qualquer() -> None:
    """uvicorn reads this one: whoever is trusted says from which address a request comes."""
    if any(p == "*" or p.endswith("/0") for p in lista("FORWARDED_ALLOW_IPS")):
        recusar(
            "FORWARDED_ALLOW_IPS não pode ser qualquer endereço: ponha só o do seu proxy, "
            "senão cada um diz de onde vem."
        )


def lista(nome: str) -> list[str]:
    """Return the comma-separated variable `nome` as a list without empty items."""
    return [item.strip() for item in os.environ.get(nome, "").split(",") if item.strip()]


def escolha(nome: str, opcoes: tuple[str, ...]) -> str:
    """Return the variable `nome`, one of `opcoes`, of which the first is the default."""
    valor = os.environ.get(nome, opcoes[0])
    if valor not in opcoes:
        recusar(f"{nome} precisa ser {', '.join(opcoes[:-1])} ou {opcoes[-1]}; está {valor!r}.")
    return valor


def redes(nome: str) -> list[str]:
    """Return the comma-separated networks of `nome` (10.1.0.0/16), or refuse what is not one."""
    for rede in lista(nome):
        try:
            ip_network(rede)
        except ValueError:
            recusar(f"{nome} precisa ter redes como 10.1.0.0/16; não entendi {rede!r}.")
    return lista(nome)


def ler_nivel(modo: str) -> str:
    """Return the least serious kind of log line that is written (NIVEL_DO_REGISTRO)."""
    nivel = os.environ.get("NIVEL_DO_REGISTRO", "WARNING" if modo == "teste" else "INFO")
    if nivel not in ("INFO", "WARNING", "ERROR"):
        recusar(f"NIVEL_DO_REGISTRO precisa ser INFO, WARNING ou ERROR; está {nivel!r}.")
    return nivel


def exigir_endereco_da_meta(padrao: str) -> str:
    """Return Meta's base URL: https always, plain http only towards this very machine."""
    endereco = os.environ.get("WHATSAPP_GRAPH_URL", padrao).rstrip("/")
    partes = urlsplit(endereco)
    local = partes.hostname in ("127.0.0.1", "localhost", "::1")
    if not partes.hostname or (
        partes.scheme != "https" and not (partes.scheme == "http" and local)
    ):
        recusar("WHATSAPP_GRAPH_URL precisa começar com https:// (http:// só para esta máquina).")
    return endereco


def conferir_nomes() -> None:
    """Refuse an unknown variable with our prefix: it is nearly always a typing mistake."""
    for nome in sorted(os.environ):
        if nome.startswith(("WHATSAPP_", "WHATSAP_", "WHATSSAPP_")) and nome not in CONHECIDAS:
            perto = get_close_matches(nome, CONHECIDAS, n=1, cutoff=0.75)
            dica = f" Você quis dizer {perto[0]}?" if perto else ""
            recusar(f"Não conheço {nome}.{dica}")


def recusar_valores_de_demonstracao(*valores: str) -> None:
    """Refuse the public values of the demonstration in production."""
    for valor in valores:
        if valor in DA_DEMONSTRACAO:
            recusar(f"O valor {valor!r} é público, da demonstração: troque-o antes de usar.")


def ler_email(endereco: str) -> dict[str, object]:
    """Return Django's EMAIL_* settings for an address like smtp+tls://user:password@host:587;
    none for an empty one."""
    if not endereco:
        return {}
    try:
        lidas = Env.email_url_config(endereco)
    except (ImproperlyConfigured, ValueError):
        recusar("EMAIL_URL não foi entendida. Exemplo: smtp+tls://usuario:senha@servidor:587")
    return {nome: valor for nome, valor in lidas.items() if valor is not None}
