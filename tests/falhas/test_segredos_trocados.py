"""GUARANTEES 5.5: secrets change while the house works, with overlap, and nobody is refused.

The steps are those of docs/producao.md: both, then the other side, then only the new one.
"""

import base64
import itertools
import os
import secrets
import subprocess
import sys
from collections import Counter

import pytest
import requests
from django.conf import settings

from prefeitura.ambiente.opcoes import RAIZ
from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import Conta, Envio
from tests.falhas.casa import PROCESSOS
from tests.falhas.enviador import Enviador, parar
from tests.falhas.medida import anotar, tamanho
from tests.falhas.test_g1_entrada import guardados
from tests.pilha import SEGREDOS

pytestmark = pytest.mark.lento
_corpos = itertools.count(2 * 10**9, 10**8)


@pytest.fixture
def trocar(casa):
    """Return a function: give these variables to these processes, restarting each in order.

    At the end everybody has the old ones again.
    """
    antes = {nome: dict(casa.pilha.processos[nome].ambiente) for nome in PROCESSOS}

    def _trocar(*processos: str, **variaveis: str) -> None:
        for nome in processos:
            processo = casa.pilha.processos[nome]
            processo.ambiente |= variaveis
            processo.parar(15)
            processo.iniciar()
        assert esperar(casa.web_responde, 60, passo=0.1), casa.pilha.registros()

    yield _trocar
    for nome in PROCESSOS:
        processo = casa.pilha.processos[nome]
        if processo.ambiente != antes[nome]:
            processo.ambiente = antes[nome]
            processo.parar(15)
            processo.iniciar()
    casa.em_paz()


def test_s55_app_secret_is_changed_under_load_and_no_webhook_is_refused(
    casa, trocar, record_property
):
    velho, novo = SEGREDOS["WHATSAPP_APP_SECRET"], secrets.token_hex(16)
    desde = next(_corpos)
    numeros = itertools.count(desde)
    fios = [Enviador(casa.pilha.endereco, numeros) for _ in range(4)]
    for fio in fios:
        fio.start()

    def passar(quantos: int) -> None:
        """Let so many more be accepted."""
        alvo = sum(len(f.aceitos) for f in fios) + quantos
        assert esperar(lambda: sum(len(f.aceitos) for f in fios) >= alvo, 120)

    por_passo = tamanho(100, 2_500)
    passar(por_passo)
    trocar("web", WHATSAPP_APP_SECRET=f"{novo},{velho}")
    passar(por_passo)
    for fio in fios:  # Meta's side, one connection after the other
        fio.segredo = novo
        passar(por_passo // 4)
    trocar("web", WHATSAPP_APP_SECRET=novo)
    passar(por_passo)
    parar(fios)
    respostas = sum((fio.respostas for fio in fios), Counter())
    aceitos = {n for fio in fios for n in fio.aceitos}
    assert set(respostas) <= {200, 503, 0}, "alguém foi recusado durante a troca"
    assert aceitos <= guardados(casa, desde)
    tarde = Enviador(casa.pilha.endereco, numeros)
    assert tarde.postar(b"{}") == 403, "o segredo antigo ainda vale"
    tarde._largar()
    recusados = respostas[403] + respostas[401]
    anotar(record_property, "G18", webhooks_na_troca=len(aceitos), recusados_a_mais=recusados)


def test_s55_key_of_the_site_is_changed_and_who_is_inside_stays_inside(casa, trocar):
    nova = secrets.token_urlsafe(60)
    navegador = casa.navegador(casa.pessoas[1])
    parado = casa.navegador(casa.pessoas[2])  # does nothing until the old key is away

    def dentro(sessao: requests.Session) -> int:
        pagina = f"{casa.pilha.endereco}/atendimento/"
        return sessao.get(pagina, allow_redirects=False, timeout=20).status_code

    assert (dentro(navegador), dentro(parado)) == (200, 200)
    trocar("web", SECRET_KEY=nova, SECRET_KEY_FALLBACKS=settings.SECRET_KEY)
    assert dentro(navegador) == 200
    trocar("web", SECRET_KEY=nova, SECRET_KEY_FALLBACKS="")
    assert dentro(navegador) == 200, "quem usou durante a troca segue dentro"
    assert dentro(parado) == 302


def test_s55_key_of_the_fields_is_changed_and_every_answer_leaves(casa, trocar, conversas):
    velha = settings.FIELD_ENCRYPTION_KEYS[0]
    nova = base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    feitas: list[str] = []
    postos = iter(conversas(4))

    def responder() -> None:
        pessoa, atendimento = next(postos)
        postar, _ = casa.porta_da_api(pessoa, atendimento)
        feitas.append(postar(casa.pilha.endereco))

    def recifrar(chaves: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "recifrar"],
            cwd=RAIZ,
            env={**os.environ, **casa.pilha.ambiente, "FIELD_ENCRYPTION_KEY": chaves},
            check=True,
            capture_output=True,
        )

    def cifrado() -> str:
        with casa.conectar() as conexao:
            [(token,)] = conexao.execute("SELECT token::text FROM whatsapp_conta").fetchall()
            return token

    responder()
    antes = cifrado()
    trocar(*PROCESSOS, FIELD_ENCRYPTION_KEY=f"{nova},{velha}")
    responder()
    recifrar(f"{nova},{velha}")
    try:
        assert cifrado() != antes
        assert Conta.objects.get().token == "", "a chave antiga ainda abre"
        trocar(*PROCESSOS, FIELD_ENCRYPTION_KEY=nova)
        responder()
        responder()
        meus = Envio.objects.filter(mensagens__in=feitas)
        assert esperar(
            lambda: [e.estado for e in meus.all()] == ["enviada"] * len(feitas), 60, passo=0.3
        )
    finally:
        recifrar(f"{velha},{nova}")
