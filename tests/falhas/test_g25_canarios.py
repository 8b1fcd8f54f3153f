"""G25: marked values go through the whole house by its real doors, and are then looked for in what
each process wrote, in everything that was said to Valkey, in measures, errors and command lines.
"""

import base64
import re
import secrets
import threading
import uuid
from pathlib import Path

import psycopg
import pytest
import redis
import requests
from django.conf import settings

from prefeitura.ambiente.processos import esperar
from prefeitura.whatsapp.models import Envio, EventoRecebido
from tests.falhas.casa import PROCESSOS
from tests.falhas.medida import anotar
from tests.pilha import PHONE_NUMBER_ID, SEGREDOS, Telefone

pytestmark = pytest.mark.lento

DE_DENTRO = {
    "segredo do aplicativo": SEGREDOS["WHATSAPP_APP_SECRET"],
    "frase do webhook": SEGREDOS["WHATSAPP_VERIFY_TOKEN"],
    "token da Meta": "demo-token",
    "chave do site": settings.SECRET_KEY,
    "chave dos campos": settings.FIELD_ENCRYPTION_KEYS[0],
}
CORPO_DE_TAREFA = re.compile(r'"body": "([A-Za-z0-9+/=]+)"')


class Escuta(threading.Thread):
    """Everything that anybody says to Valkey, as `MONITOR` tells it."""

    def __init__(self, url: str) -> None:
        super().__init__(name="escuta", daemon=True)
        self.linhas: list[str] = []
        self._valkey = redis.Redis.from_url(url)
        self._monitor = self._valkey.monitor().__enter__()

    def run(self) -> None:
        try:
            for dito in self._monitor.listen():
                self.linhas.append(dito["command"])
        except (redis.RedisError, OSError, ValueError):
            return

    def fim(self) -> str:
        """Stop, and return all of it, the bodies of Celery's tasks opened."""
        self._monitor.connection.disconnect()
        self._valkey.close()
        self.join(10)
        tudo = "\n".join(self.linhas).replace('\\"', '"')
        corpos = [base64.b64decode(c).decode() for c in CORPO_DE_TAREFA.findall(tudo)]
        assert any("processar_eventos" in linha for linha in self.linhas)
        assert corpos, "nenhuma tarefa passou: a escuta não prova nada"
        return "\n".join([tudo, *corpos])


def canarios() -> dict[str, str]:
    """A value for each thing that must not be repeated; none was ever seen before."""
    sorte = secrets.token_hex(4)
    return {
        "texto": f"canario-texto-{sorte}",
        "nome": f"Canaria {sorte} de Nome",
        "legenda": f"canario-legenda-{sorte}",
        "arquivo": f"canario-arquivo-{sorte}",
        "cpf": f"529.{secrets.randbelow(900) + 100}.{secrets.randbelow(900) + 100}-25",
        "resposta": f"canario-resposta-{sorte}",
        "rascunho": f"canario-rascunho-{sorte}",
        "nota": f"canario-nota-{sorte}",
        "busca": f"canario-busca-{sorte}",
        "senha": f"canario senha {sorte}",
        "token": f"canario-token-{sorte}",
    }


def passar(casa, marcas: dict[str, str]) -> str:
    """Take each mark through its door; return the phone of who wrote."""
    pilha, pessoa = casa.pilha, casa.pessoas[0]
    [fone] = casa.telefones(1)
    gente = Telefone(pilha, fone, marcas["nome"])
    gente.escreve(f"{marcas['texto']} meu CPF é {marcas['cpf']}")
    pilha.controle(
        "POST",
        f"cidadaos/{fone}/mensagens",
        data={"nome": marcas["nome"], "legenda": marcas["legenda"]},
        files={"arquivo": (f"{marcas['arquivo']}.txt", b"oi", "text/plain")},
    )
    # What cannot be applied, or read, goes another way.
    item = {"from": fone, "id": f"wamid.{uuid.uuid4()}", "timestamp": "1790000000", "type": "text"}
    item["text"] = {"body": marcas["texto"]}
    for numero in ("404", PHONE_NUMBER_ID):
        valor = {"metadata": {"phone_number_id": numero}, "messages": [item, {"x": marcas["cpf"]}]}
        corpo = {"object": "whatsapp_business_account"}
        corpo["entry"] = [{"id": "1", "changes": [{"field": "messages", "value": valor}]}]
        pilha.controle("POST", "webhook/bruto", json=corpo)
    pilha.controle("POST", "webhook/bruto?cru=1", data=b'{"' + marcas["texto"].encode())
    pilha.controle("POST", "webhook/bruto?assinatura=errada", json={"x": marcas["texto"]})
    requests.get(
        f"{pilha.endereco}/webhook/whatsapp/?hub.mode=subscribe&hub.verify_token={marcas['token']}",
        timeout=10,
    )
    lista = f"{pilha.endereco}/api/v1/atendimentos/?telefone={fone}"
    de_pessoa = {"Authorization": f"Token {pessoa.token}"}

    def achados() -> list[dict]:
        return requests.get(lista, headers=de_pessoa, timeout=10).json()["results"]

    assert esperar(lambda: bool(achados()), 30, passo=0.2)
    pk = achados()[0]["id"]
    recusa = {"onde": "messages", "http": 400, "codigo": 100, "detalhes": marcas["resposta"]}
    pilha.controle("POST", "falhas", json=recusa)
    navegador = casa.navegador(pessoa)
    base = f"{pilha.endereco}/atendimento/{pk}/"
    pedidos = [
        navegador.post(f"{base}assumir/", timeout=20),
        navegador.post(f"{base}rascunho/", data={"texto": marcas["rascunho"]}, timeout=20),
        navegador.post(
            f"{base}responder/",
            data={"texto": marcas["resposta"], "chave_cliente": str(uuid.uuid4())},
            timeout=20,
        ),
        navegador.post(f"{base}devolver/", data={"nota": marcas["nota"]}, timeout=20),
        navegador.get(f"{pilha.endereco}/atendimento/?aba=todas&q={marcas['busca']}", timeout=20),
        navegador.get(f"{pilha.endereco}/atendimento/?aba=todas&q={fone}", timeout=20),
    ]
    assert [p.status_code for p in pedidos if p.status_code >= 400] == []
    return fone


def errar(casa, marcas: dict[str, str], fone: str) -> str:
    """Knock with the marks where there is nothing; return the pages that came back."""
    site, paginas = casa.pilha.endereco, []
    senhas = {"username": casa.pessoas[0].nome, "password": marcas["senha"]}
    pedidos = [
        ("POST", "/api/v1/token/", {"json": senhas}),
        ("POST", "/entrar/", {"data": senhas}),
        ("POST", "/api/v1/atendimentos/1/mensagens/", {"data": marcas["texto"]}),
        ("GET", f"/nao-existe/{fone}/{marcas['token']}/", {}),
        ("GET", f"/atendimento/999999999/?q={marcas['busca']}", {}),
        (
            "GET",
            "/api/v1/atendimentos/",
            {"headers": {"Authorization": f"Token {marcas['token']}"}},
        ),
        ("GET", "/metrics", {"headers": {"Authorization": f"Bearer {marcas['token']}"}}),
        ("GET", "/entrar/", {"headers": {"Host": f"{marcas['token']}.example"}}),
        ("TRACE", "/", {"headers": {"X-Teste": marcas["token"]}}),
    ]
    for metodo, caminho, opcoes in pedidos:
        resposta = requests.request(
            metodo, f"{site}{caminho}", timeout=20, allow_redirects=False, **opcoes
        )
        assert resposta.status_code >= 300 or caminho == "/metrics"
        paginas.append(resposta.text)
    return "\n".join(paginas)


def de_fora(casa) -> dict[str, str]:
    """What each process wrote, and with which words it was started."""
    lugares = {}
    for nome in PROCESSOS:
        processo = casa.pilha.processos[nome]
        lugares[f"registro de {nome}"] = processo.registro.read_text(errors="replace")
        comando = Path(f"/proc/{processo.pid}/cmdline")
        if comando.exists():
            lugares[f"comando de {nome}"] = comando.read_text()
    return lugares


def tabelas(casa, fora: tuple[str, ...] = ()) -> str:
    """Every row of every table as text, except of tables that hold what citizens wrote."""
    with casa.conectar() as conexao:
        nomes = conexao.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        linhas = []
        for (nome,) in nomes.fetchall():
            if not nome.startswith(fora or ("\0",)):
                consulta = psycopg.sql.SQL("SELECT t::text FROM {} t")
                feita = conexao.execute(consulta.format(psycopg.sql.Identifier(nome)))
                linhas += [linha for (linha,) in feita]
    return "\n".join(linhas)


@pytest.fixture
def casa(casa):
    """The house, without what this proof leaves for a person to decide: others share it."""
    yield casa
    EventoRecebido.objects.filter(estado="parado").delete()
    Envio.objects.filter(estado="falhou").update(estado="cancelada")


def test_g25_marked_values_are_in_no_log_queue_measure_or_error(casa, record_property):
    escuta = Escuta(casa.servicos.redis_url)
    escuta.start()
    marcas = canarios()
    fone = passar(casa, marcas)
    erros = errar(casa, marcas, fone)
    assert esperar(lambda: Envio.objects.filter(estado="pendente").count() == 0, 60, passo=0.3)
    marcas |= {"telefone": fone, "telefone sem o nove": fone[4:]}
    lugares = de_fora(casa) | {
        "Valkey": escuta.fim(),
        "medidas": requests.get(f"{casa.pilha.endereco}/metrics", timeout=20).text,
        "saúde": requests.get(f"{casa.pilha.endereco}/readyz?trabalho=1", timeout=20).text,
        "erros": erros,
        "sessões e acessos": tabelas(casa, ("atendimento_", "cadastro_", "whatsapp_")),
    }
    # Keys and what was typed as one are nowhere in the database either.
    so_segredos = {n: marcas[n] for n in ("senha", "token")} | DE_DENTRO
    achados = [
        (lugar, nome)
        for lugar, conteudo in lugares.items()
        for nome, marca in (marcas | DE_DENTRO).items()
        if marca in conteudo
    ]
    banco = tabelas(casa)
    assert marcas["texto"] in banco, "nada passou: o teste não prova nada"
    assert marcas["resposta"] in banco
    achados += [("banco", nome) for nome, marca in so_segredos.items() if marca in banco]
    assert achados == []
    quantas = len(marcas | DE_DENTRO)
    anotar(record_property, "G25", lugares=len(lugares), marcas=quantas, achados_errados=0)
