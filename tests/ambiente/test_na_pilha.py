"""The whole house as real processes: what its logs and figures tell, and what they never tell."""

import base64
import json
import re
import threading
import uuid
from collections.abc import Iterator

import pytest
import redis
import requests
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.contrib.sessions.models import Session

from atendimento.models import Mensagem
from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import Envio, EventoRecebido
from tests import factories
from tests.pilha import PHONE_NUMBER_ID, WABA, Pilha, Telefone

pytestmark = pytest.mark.lento

SENHA = "canário de quatro asas"
PROCESSOS = ("web", "trabalhador-entrada", "trabalhador-geral", "varredor")
TEXTO, RESPOSTA, NOME = "canario-texto-5512", "canario-resposta-8841", "Canária Silenciosa"
FONE = "5511977745612"


@pytest.fixture(scope="module")
def pilha(tmp_path_factory, django_db_setup, django_db_blocker):
    """As in production: every state change leaves a line, and all processes count together."""
    pasta = tmp_path_factory.mktemp("pilha")
    with pytest.MonkeyPatch.context() as remendo, django_db_blocker.unblock():
        remendo.setenv("NIVEL_DO_REGISTRO", "INFO")
        remendo.setenv("PROMETHEUS_MULTIPROC_DIR", str(pasta / "metricas"))
        pilha = Pilha(pasta)
        try:
            pilha.iniciar()
            with pilha.no_banco():
                numero = factories.NumeroFactory(
                    phone_number_id=PHONE_NUMBER_ID, conta__waba_id=WABA, conta__token="demo-token"
                )
                hasher = Argon2PasswordHasher()
                factories.ServidorFactory(
                    username="ana",
                    password=hasher.encode(SENHA, hasher.salt()),
                    em=numero.equipe_de_triagem,
                )
            yield pilha
        finally:
            pilha.parar()


class Ana:
    """A servant at a browser, by hand."""

    def __init__(self, pilha: Pilha) -> None:
        self.pilha = pilha
        self.navegador = requests.Session()
        pagina = self.navegador.get(f"{pilha.endereco}/entrar/", timeout=10)
        [csrf] = re.findall(r'csrfmiddlewaretoken" value="(\w+)', pagina.text)
        dados = {"username": "ana", "password": SENHA, "csrfmiddlewaretoken": csrf}
        entrou = self.navegador.post(f"{pilha.endereco}/entrar/", dados, timeout=10)
        assert "/atendimento/" in entrou.url

    def abre(self, atendimento_id: int) -> requests.Response:
        return self.navegador.get(f"{self.pilha.endereco}/atendimento/{atendimento_id}/")

    def faz(self, atendimento_id: int, acao: str, **dados: str) -> requests.Response:
        cabecalhos = {
            "X-CSRFToken": self.navegador.cookies["csrftoken"],
            "Accept": "application/json",
        }
        return self.navegador.post(
            f"{self.pilha.endereco}/atendimento/{atendimento_id}/{acao}/",
            dados,
            headers=cabecalhos,
            timeout=10,
        )

    def responde(self, atendimento_id: int, texto: str) -> requests.Response:
        chave = str(uuid.uuid4())
        return self.faz(atendimento_id, "responder", texto=texto, chave_cliente=chave)


@pytest.fixture(scope="module")
def ana(pilha):
    return Ana(pilha)


def linhas(pilha: Pilha, **campos) -> Iterator[dict]:
    """Every log line of the house that has these values."""
    for nome in PROCESSOS:
        for linha in pilha.processos[nome].registro.read_text().splitlines():
            if linha.startswith("{"):
                lida = json.loads(linha)
                if campos.items() <= lida.items():
                    yield lida


def eventos(pilha: Pilha, **campos) -> set[str]:
    return {linha["evento"] for linha in linhas(pilha, **campos)}


def chegou(pilha: Pilha, wamid: str) -> Mensagem:
    with pilha.no_banco():
        assert esperar(lambda: Mensagem.objects.filter(wamid=wamid).exists(), 30, passo=0.1)
        return Mensagem.objects.get(wamid=wamid)


def test_one_search_tells_the_whole_life_of_a_message(pilha, ana):
    telefone = Telefone(pilha, "5511977700001", "Maria")
    recebida = chegou(pilha, telefone.escreve("bom dia"))
    assert ana.abre(recebida.atendimento_id).ok
    with pilha.no_banco():
        codigo = EventoRecebido.objects.get(pk=recebida.evento).correlacao

    # received → applied → shown, and the receipt of the city that it caused, to its ticks.
    da_mensagem = {"evento_aplicado", "mensagem_recebida", "mensagem_mostrada"}
    do_envio = {"envio_criado", "envio_reivindicado", "envio_postado", "envio_respondido"}
    tudo = da_mensagem | do_envio | {"envio_status"}
    assert esperar(lambda: eventos(pilha, correlacao=codigo) >= tudo, 30, passo=0.2), (
        tudo - eventos(pilha, correlacao=codigo)
    )
    [aplicado] = linhas(pilha, evento="evento_aplicado", correlacao=codigo)
    assert aplicado["recebido_em"] <= aplicado["ts"]

    # A reply: from the click to the blue ticks.
    resposta = ana.responde(recebida.atendimento_id, "Bom dia, Maria!")
    assert resposta.status_code == 200
    codigo = resposta.headers["X-Request-ID"]
    assert esperar(lambda: "Bom dia, Maria!" in telefone.recebidas(), 30, passo=0.2)
    telefone.le()
    tudo = {"pedido"} | do_envio | {"envio_status"}

    def estados() -> set[str]:
        return {
            linha["estado"] for linha in linhas(pilha, evento="envio_status", correlacao=codigo)
        }

    assert esperar(lambda: "lida" in estados(), 30, passo=0.2), estados()
    assert eventos(pilha, correlacao=codigo) >= tudo

    # The same life by the id that Meta carries, and Meta's own call under it.
    with pilha.no_banco():
        envio = Envio.objects.get(correlacao=codigo)
    assert eventos(pilha, envio_id=str(envio.pk)) >= do_envio | {"envio_status"}
    chamadas = pilha.controle("GET", "chamadas?desde=0").json()
    corpos = [c["corpo"] for c in chamadas if isinstance(c["corpo"], dict)]
    assert [c for c in corpos if c.get("biz_opaque_callback_data") == str(envio.pk)]


def test_metrics_add_up_what_all_processes_did(pilha, ana):
    telefone = Telefone(pilha, "5511977700002", "José")
    recebida = chegou(pilha, telefone.escreve("boa tarde"))
    ana.responde(recebida.atendimento_id, "Boa tarde!")
    assert esperar(lambda: "Boa tarde!" in telefone.recebidas(), 30, passo=0.2)
    esperadas = (
        'webhook_recebidos_total{resultado="aceito"}',  # the site
        'eventos_itens_total{resultado="aplicado",tipo="mensagem"}',  # one worker
        'envio_tentativas_total{codigo="",resultado="aceito"}',  # another
        'tarefa_segundos_count{tarefa="processar_eventos"}',
        'tarefa_segundos_count{tarefa="enviar"}',
        'login_total{resultado="certo"}',
        'batimento_idade_segundos{processo="varredor"}',
    )
    figuras = ler_metricas(pilha)
    assert [nome for nome in esperadas if figuras.get(nome, 0) <= 0] == []
    antes = figuras['webhook_recebidos_total{resultado="aceito"}']
    pilha.matar("web")
    pilha.subir("web")
    pilha.esperar_pronta()
    assert ler_metricas(pilha)['webhook_recebidos_total{resultado="aceito"}'] >= antes


def ler_metricas(pilha: Pilha) -> dict[str, float]:
    texto = requests.get(f"{pilha.endereco}/metrics", timeout=10).text
    pares = (linha.rsplit(" ", 1) for linha in texto.splitlines() if not linha.startswith("#"))
    return {nome: float(valor) for nome, valor in pares}


class Escuta(threading.Thread):
    """Everything that any process says to Valkey: keys, task arguments, frames to pages."""

    def __init__(self, url: str) -> None:
        super().__init__(name="escuta", daemon=True)
        self.cliente = redis.Redis.from_url(url)
        self.fim = threading.Event()
        self.ditos: list[str] = []

    def run(self) -> None:
        with self.cliente.monitor() as monitor:
            for comando in monitor.listen():
                self.ditos.append(comando["command"])
                if self.fim.is_set():
                    return

    def parar(self) -> str:
        """Stop; return all that was said, with what Celery wraps in base64 opened."""
        self.fim.set()
        self.cliente.ping()
        self.join(10)
        tudo = "\n".join(self.ditos)
        corpos = re.findall(r'body\\?":\s*\\?"([A-Za-z0-9+/=]+)', tudo)
        assert corpos, "nenhuma tarefa passou pela fila: o teste não prova nada"
        return "\n".join([tudo, *(base64.b64decode(c).decode(errors="replace") for c in corpos)])


def despejo(url: str) -> str:
    with redis.Redis.from_url(url) as valkey:
        return "\n".join(f"{chave!r} {valkey.dump(chave)!r}" for chave in valkey.scan_iter())


def test_G25_secrets_and_words_of_people_are_nowhere_they_should_not_be(pilha, ana):
    escuta = Escuta(pilha.ambiente["REDIS_URL"])
    escuta.start()
    telefone = Telefone(pilha, FONE, NOME)
    recebida = chegou(pilha, telefone.escreve(TEXTO))
    assert TEXTO in ana.abre(recebida.atendimento_id).text
    ana.faz(recebida.atendimento_id, "presenca", digitando="1")
    ana.faz(recebida.atendimento_id, "rascunho", texto=RESPOSTA)
    pilha.controle(
        "POST", "falhas", json={"onde": "messages", "http": 500, "codigo": 131000, "vezes": 1}
    )
    ana.responde(recebida.atendimento_id, f"{RESPOSTA} 1")
    pilha.controle("DELETE", "falhas")
    ana.faz(recebida.atendimento_id, "encerrar", resultado="resolvido")
    outra = chegou(pilha, telefone.escreve(f"{TEXTO} outra vez"))
    ana.responde(outra.atendimento_id, f"{RESPOSTA} 2")
    telefone.le()
    site = pilha.endereco
    token = requests.post(
        f"{site}/api/v1/token/", json={"username": "ana", "password": SENHA}, timeout=10
    ).json()["token"]
    api = {"Authorization": f"Token {token}"}
    achados = requests.get(f"{site}/api/v1/atendimentos/?telefone={FONE}", headers=api, timeout=10)
    assert achados.json()["results"]
    erros = [
        requests.get(f"{site}/nada/{FONE}/", timeout=10),
        ana.navegador.get(f"{site}/atendimento/987654321/?q={FONE}", timeout=10),
        requests.post(f"{site}/entrar/", {"username": "ana", "password": SENHA}, timeout=10),
        requests.post(f"{site}/webhook/whatsapp/", TEXTO, timeout=10),
        requests.post(f"{site}/api/v1/token/", TEXTO.encode(), headers=api, timeout=10),
        requests.get(f"{site}/api/v1/atendimentos/987654321/", headers=api, timeout=10),
        requests.get(f"{site}/webhook/whatsapp/?hub.verify_token={TEXTO}", timeout=10),
    ]
    assert {r.status_code for r in erros} >= {403, 404}
    with pilha.no_banco():
        assert esperar(
            lambda: not Envio.objects.filter(estado__in=["enviando"]).exists(), 30, passo=0.2
        )
        sessoes = "\n".join(str(s.get_decoded()) for s in Session.objects.all())
    lugares = {
        "registros": "\n".join(pilha.processos[n].registro.read_text() for n in PROCESSOS),
        "fila, chaves e avisos": escuta.parar(),
        "despejo do Valkey": despejo(pilha.ambiente["REDIS_URL"]),
        "métricas": requests.get(f"{site}/metrics", timeout=10).text,
        "páginas de erro": "\n".join(f"{r.headers} {r.text}" for r in erros),
        "sessões": sessoes,
    }
    assert lugares["registros"].count("\n") > 20, "nada foi registrado: o teste não prova nada"
    marcas = {
        "texto": TEXTO,
        "resposta": RESPOSTA,
        "nome": "Canária",
        "telefone": FONE[4:],
        "wamid": re.sub(r"=*$", "", recebida.wamid)[-20:],
        "senha": SENHA,
        "token da API": token,
        "sessão": ana.navegador.cookies["sessionid"],
        "segredo do aplicativo": pilha.ambiente["WHATSAPP_APP_SECRET"],
        "token da Meta": "demo-token",
        **{n: pilha.processos["web"].ambiente[n] for n in ("SECRET_KEY", "FIELD_ENCRYPTION_KEY")},
    }
    achados = [
        (lugar, nome)
        for lugar, conteudo in lugares.items()
        for nome, marca in marcas.items()
        if marca in conteudo
    ]
    assert achados == []
