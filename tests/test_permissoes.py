"""Every door of the house, walked by the cast: ana inside, bruno outside, nobody logged in.

A new address without a line in REGRAS fails the first test: decide who may enter, then write it.
"""

import re
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from rest_framework.test import APIClient

from prefeitura.tempo_real.consumers import PaginaAberta
from prefeitura.tempo_real.eventos import grupo_da_equipe, grupo_do_servidor
from prefeitura.whatsapp.models import Midia
from tests.factories import (
    ArtigoFactory,
    EtiquetaFactory,
    EventoRecebidoFactory,
    MensagemAgendadaFactory,
    MensagemFactory,
    MidiaFactory,
    RespostaProntaFactory,
    VisaoFactory,
)

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082"
)


@dataclass(frozen=True)
class Regra:
    """Who may enter: publica, maquina, login, objeto, supervisao, token, objeto_token or
    admin_token.

    `dados` is a body with which whoever is inside gets past the form.
    """

    quem: str
    metodos: tuple[str, ...] = ("get",)
    dados: dict = field(default_factory=dict)


def de_objeto(*metodos: str, **dados) -> Regra:
    return Regra("objeto", metodos or ("get",), dados)


def por_token(*metodos: str, **dados) -> Regra:
    return Regra("objeto_token", metodos or ("get",), dados)


REGRAS = {
    "inicio": Regra("publica"),
    "favicon": Regra("publica"),
    "readyz": Regra("maquina"),
    "metrics": Regra("maquina"),
    "cadastro:entrar": Regra("publica"),
    "cadastro:sair": Regra("publica", ("post",)),
    "cadastro:definir_senha": Regra("publica"),
    "cadastro:privacidade": Regra("publica"),
    "entrar_no_admin": Regra("publica"),
    "sair_do_admin": Regra("publica", ("post",)),
    "atendimento:caixa": Regra("login"),
    "atendimento:mais": Regra("login"),
    "atendimento:linhas": Regra("login"),
    "atendimento:desde": Regra("login"),
    "atendimento:novas": Regra("login"),
    "atendimento:proximo": Regra("login", ("post",)),
    "atendimento:nova": Regra("login"),
    "atendimento:nova_pessoas": Regra("login"),
    "atendimento:nova_modelos": Regra("login"),
    "atendimento:iniciar": Regra("login", ("post",)),
    "atendimento:tema": Regra("login", ("post",), {"tema": "escuro"}),
    "atendimento:enter_envia": Regra("login", ("post",), {"enter_envia": "1"}),
    "atendimento:abrir": de_objeto(),
    "atendimento:partes": de_objeto(),
    "atendimento:pdf": de_objeto(),
    "atendimento:lida": de_objeto("post"),
    "atendimento:mensagens": de_objeto(),
    "atendimento:responder": de_objeto("post", chave_cliente=str(uuid.uuid4()), texto="Olá"),
    "atendimento:reenviar": de_objeto("post"),
    "atendimento:reagir": de_objeto("post", emoji="👍"),
    "atendimento:baixar": de_objeto("post"),
    "atendimento:rascunho": de_objeto("post", texto="rascunho"),
    "atendimento:notas": de_objeto("post", chave_cliente=str(uuid.uuid4()), texto="Falta o CPF"),
    "atendimento:mencionaveis": de_objeto(),
    "atendimento:rascunho_de_nota": de_objeto("post", texto="rascunho"),
    "atendimento:presenca": de_objeto("get", "post", digitando="1"),
    "atendimento:modelos": de_objeto(),
    "atendimento:oferecer_prontas": de_objeto(),
    "atendimento:assumir": de_objeto("post"),
    "atendimento:devolver": de_objeto("post"),
    "atendimento:transferir": de_objeto("post", equipe="<fazenda>"),
    "atendimento:encerrar": de_objeto("post", resultado="resolvido"),
    "atendimento:reabrir": de_objeto("post"),
    "atendimento:nao_lido": de_objeto("post"),
    "atendimento:adiar": de_objeto("post", ate="mensagem"),
    "atendimento:retomar": de_objeto("post"),
    "atendimento:prioridade": de_objeto("post", prioridade="1"),
    "atendimento:menu": de_objeto(),
    "atendimento:dialogo_adiar": de_objeto(),
    "atendimento:desfazer": Regra("login", ("post",)),
    "atendimento:varios": Regra("login", ("post",), {"resultado": "resolvido"}),
    "atendimento:dialogo_de_varios": Regra("login"),
    "atendimento:filtros": Regra("login"),
    "atendimento:visoes": Regra("login"),
    "atendimento:nova_visao": Regra("login"),
    "atendimento:guardar_visao": Regra("login", ("post",), {"nome": "Vacinas"}),
    "atendimento:apagar_visao": de_objeto("post"),
    "atendimento:bloquear": de_objeto("post", motivo="ameaça"),
    "atendimento:desbloquear": de_objeto("post"),
    "atendimento:dialogo_bloquear": de_objeto(),
    "atendimento:dialogo_desbloquear": de_objeto(),
    "atendimento:dialogo_transferir": de_objeto(),
    "atendimento:dialogo_encerrar": de_objeto(),
    "atendimento:dialogo_devolver": de_objeto(),
    "atendimento:agendar": de_objeto(
        "post", chave_cliente=str(uuid.uuid4()), texto="Olá", quando="2099-01-01T08:00"
    ),
    "atendimento:dialogo_agendar": de_objeto(),
    "atendimento:dialogo_mudar_agendada": de_objeto(),
    "atendimento:mudar_agendada": de_objeto("post", texto="Olá", quando="2099-01-01T08:00"),
    "atendimento:cancelar_agendada": de_objeto("post"),
    "atendimento:enviar_agendada": de_objeto("post"),
    "atendimento:dialogo_etiquetas": de_objeto(),
    "atendimento:etiquetas": de_objeto("post", escolhida="<etiqueta>"),
    "atendimento:oferecer_artigos": de_objeto(),
    "atendimento:ler_artigo": de_objeto(),
    "atendimento:artigos": Regra("login"),
    "atendimento:novo_artigo": Regra("login", ("get", "post")),
    "atendimento:artigo": de_objeto(),
    "atendimento:editar_artigo": Regra("supervisao", ("get", "post")),
    "atendimento:prontas": Regra("login"),
    "atendimento:nova_pronta": Regra("login", ("get", "post")),
    "atendimento:editar_pronta": de_objeto("get", "post"),
    "atendimento:apagar_pronta": de_objeto("post"),
    "atendimento:midia": de_objeto(),
    "api:token": Regra("publica", ("post",)),
    "api:schema": Regra("publica"),
    "api:docs": Regra("publica"),
    "api:nao_existe": Regra("publica"),
    "api:midia": por_token(),
    "api:atendimento-list": Regra("token"),
    "api:atendimento-detail": por_token(),
    "api:atendimento-mensagens": por_token("get", "post", texto="Olá"),
    "api:atendimento-respostas-prontas": por_token(),
    "api:atendimento-notas": por_token("get", "post", texto="Falta o CPF"),
    "api:atendimento-agendadas": por_token("get"),
    "api:atendimento-agendada": por_token("delete"),
    "api:etiqueta-list": Regra("token"),
    "api:atendimento-etiquetas": por_token(),
    "api:atendimento-etiqueta": por_token("put", "delete"),
    "api:atendimento-assumir": por_token("post"),
    "api:atendimento-devolver": por_token("post"),
    "api:atendimento-transferir": por_token("post", fila="fazenda"),
    "api:atendimento-encerrar": por_token("post"),
    "api:atendimento-reabrir": por_token("post"),
    "api:atendimento-nao-lido": por_token("post"),
    "api:atendimento-adiar": por_token("post"),
    "api:atendimento-retomar": por_token("post"),
    "api:atendimento-prioridade": por_token("post", prioridade="alta"),
    "api:evento-list": Regra("admin_token"),
    "api:evento-detail": Regra("admin_token"),
    "api:evento-reprocessar": Regra("admin_token", ("post",)),
}


def rotas(no=None, nomes="", convertores=None):
    """Yield (name, converters) of every address of the site."""
    for item in (no or get_resolver()).url_patterns:
        convertores_aqui = {**(convertores or {}), **item.pattern.converters}
        if isinstance(item, URLResolver):
            yield from rotas(
                item, f"{nomes}{item.namespace}:" if item.namespace else nomes, convertores_aqui
            )
        elif isinstance(item, URLPattern):
            regex = getattr(item.pattern, "regex", None)
            grupos = dict.fromkeys(regex.groupindex) if regex else {}
            yield f"{nomes}{item.name}", {**grupos, **convertores_aqui}


ROTAS = dict(rotas())
DO_ADMIN = sorted(n for n in ROTAS if n.startswith("admin:"))
NOSSAS = sorted(n for n in ROTAS if not n.startswith("admin:"))


def com_regra(*tipos: str) -> list[tuple[str, str]]:
    return [
        (nome, metodo)
        for nome, regra in sorted(REGRAS.items())
        if regra.quem in tipos and nome in ROTAS
        for metodo in regra.metodos
    ]


@pytest.fixture
def mundo(atendimento, ana, bruno, fazenda):
    """One object of each kind, all of Ana's queue, and the same names for what does not exist."""
    midia = MidiaFactory(pronta=True, numero=atendimento.conversa.numero)
    caminho = Path(settings.MEDIA_ROOT) / midia.arquivo
    caminho.parent.mkdir(parents=True, exist_ok=True)
    caminho.write_bytes(PNG)
    MensagemFactory(atendimento=atendimento, tipo="imagem", texto="", midia=midia)
    resposta = MensagemFactory(
        atendimento=atendimento, da_prefeitura=True, autor=ana, envio__falhou=True
    )
    etiqueta = EtiquetaFactory(equipe=atendimento.equipe)
    artigo = ArtigoFactory(equipe=atendimento.equipe)
    return {
        "atendimento": atendimento,
        "midia": midia,
        "fazenda": fazenda,
        "pronta": RespostaProntaFactory(dono=ana),
        "visao": VisaoFactory(dono=ana),
        "etiqueta": etiqueta,
        "artigo": artigo,
        "recebida": atendimento.mensagens.filter(direcao="entrada").first(),
        "certos": {
            "pk": atendimento.pk,
            "mensagem_id": resposta.pk,
            "etiqueta_id": etiqueta.pk,
            "nome": "encerrar",
            "artigo_id": artigo.pk,
            "agendada_id": MensagemAgendadaFactory(atendimento=atendimento, autor=ana).pk,
        },
        "ao_acaso": {
            "pk": 987_654_321,
            "mensagem_id": 987_654_322,
            "etiqueta_id": 987_654_323,
            "nome": "encerrar",
            "artigo_id": 987_654_325,
            "agendada_id": 987_654_324,
        },
    }


def endereco(nome: str, mundo: dict, quais: str) -> str:
    valores = dict(mundo[quais])
    if nome.endswith(":midia"):
        valores["pk"] = mundo["midia"].pk if quais == "certos" else uuid.uuid4()
    if nome.endswith(":reagir") and quais == "certos":
        valores["mensagem_id"] = mundo["recebida"].pk
    if nome in ("atendimento:artigo", "atendimento:editar_artigo") and quais == "certos":
        valores["pk"] = mundo["artigo"].pk
    if nome.endswith("_pronta") and quais == "certos":
        valores["pk"] = mundo["pronta"].pk
    if nome.endswith("apagar_visao") and quais == "certos":
        valores["pk"] = mundo["visao"].pk
    return reverse(
        nome, kwargs={chave: valores[chave] for chave in ROTAS[nome] if chave in valores}
    )


def chamar(cliente, nome: str, metodo: str, mundo: dict, quais: str = "certos"):
    dados = dict(REGRAS[nome].dados)
    if dados.get("equipe") == "<fazenda>":
        dados["equipe"] = mundo["fazenda"].pk
    if dados.get("escolhida") == "<etiqueta>":
        dados["escolhida"] = mundo["etiqueta"].pk
    if isinstance(cliente, APIClient) and metodo == "post":
        return cliente.post(endereco(nome, mundo, quais), dados, format="json")
    return getattr(cliente, metodo)(endereco(nome, mundo, quais), dados)


def corpo(resposta) -> bytes:
    """The body without what changes in every answer: the CSRF token."""
    conteudo = b"".join(resposta.streaming_content) if resposta.streaming else resposta.content
    return re.sub(rb'csrfmiddlewaretoken" value="[^"]+', b"", conteudo)


def test_every_address_has_a_rule():
    sem_regra = [n for n in NOSSAS if n not in REGRAS]
    assert sem_regra == [], f"diga em REGRAS quem pode entrar: {sem_regra}"


def test_no_rule_is_about_an_address_that_left():
    assert [n for n in REGRAS if n not in ROTAS] == []


@pytest.mark.parametrize(("nome", "metodo"), com_regra("login", "objeto", "supervisao"))
def test_anonymous_is_sent_to_login(nome, metodo, mundo):
    resposta = chamar(Client(), nome, metodo, mundo)
    assert resposta.status_code == 302
    assert resposta["Location"].startswith("/entrar/?next=")


@pytest.mark.parametrize(("nome", "metodo"), com_regra("token", "objeto_token", "admin_token"))
def test_anonymous_gets_401_from_the_api(nome, metodo, mundo):
    for credencial in ("", "Token não-existe", "Token 123"):
        cliente = APIClient()
        if credencial:
            cliente.credentials(HTTP_AUTHORIZATION=credencial.encode())
        resposta = chamar(cliente, nome, metodo, mundo)
        assert resposta.status_code == 401
        assert resposta["WWW-Authenticate"] == "Token"
        assert resposta.json()["erro"]["mensagem"] == "Token ausente ou inválido."


@pytest.mark.parametrize(("nome", "metodo"), com_regra("supervisao"))
def test_only_who_supervises_gets_in(nome, metodo, mundo, ana, carla, entrar):
    assert chamar(entrar(ana), nome, metodo, mundo).status_code == 404
    assert chamar(entrar(carla), nome, metodo, mundo).status_code in (200, 302, 422)


@pytest.mark.parametrize(("nome", "metodo"), com_regra("objeto", "supervisao"))
def test_outsider_gets_404_as_for_what_does_not_exist(nome, metodo, mundo, bruno, entrar):
    cliente = entrar(bruno)
    dela, nada = (chamar(cliente, nome, metodo, mundo, quais) for quais in ("certos", "ao_acaso"))
    assert dela.status_code == nada.status_code == 404
    assert corpo(dela) == corpo(nada)


@pytest.mark.parametrize(("nome", "metodo"), com_regra("objeto_token"))
def test_outsider_gets_404_from_the_api(nome, metodo, mundo, bruno, com_token):
    cliente = com_token(bruno)
    dela, nada = (chamar(cliente, nome, metodo, mundo, quais) for quais in ("certos", "ao_acaso"))
    assert dela.status_code == nada.status_code == 404
    assert dela.json() == nada.json()


@pytest.mark.parametrize(("nome", "metodo"), com_regra("objeto", "login"))
def test_insider_gets_in(nome, metodo, mundo, ana, entrar):
    assert chamar(entrar(ana), nome, metodo, mundo).status_code not in (401, 403, 405, 500)
    gastou = nome.endswith(("transferir", "apagar_pronta", "apagar_visao"))
    if REGRAS[nome].quem == "objeto":
        assert chamar(entrar(ana), nome, metodo, mundo).status_code != 404 or gastou


@pytest.mark.parametrize(("nome", "metodo"), com_regra("objeto_token"))
def test_insider_gets_in_by_the_api(nome, metodo, mundo, ana, com_token):
    resposta = chamar(com_token(ana), nome, metodo, mundo)
    assert resposta.status_code in (200, 201, 204, 409)


@pytest.mark.parametrize(("nome", "metodo"), com_regra("admin_token"))
def test_stored_events_exist_only_for_administrators(
    nome, metodo, mundo, ana, carla, admin, com_token
):
    evento = EventoRecebidoFactory()
    mundo["certos"]["pk"] = evento.pk
    for fora in (ana, carla):
        resposta = chamar(com_token(fora), nome, metodo, mundo)
        assert resposta.status_code == 404
        assert resposta.json()["erro"]["codigo"] == "nao_encontrado"
    assert chamar(com_token(admin), nome, metodo, mundo).status_code == 200


@pytest.mark.parametrize("nome", [n for n, r in sorted(REGRAS.items()) if r.quem == "publica"])
def test_public_addresses_ask_for_no_login(nome, db):
    argumentos = {"uidb64": "MQ", "token": "x-y"} if "definir_senha" in nome else {}
    metodo = REGRAS[nome].metodos[0]
    resposta = getattr(Client(), metodo)(reverse(nome, kwargs=argumentos))
    assert resposta.status_code in (200, 302, 400, 404)


@pytest.mark.parametrize("nome", DO_ADMIN)
def test_admin_is_closed_to_who_does_not_administer(nome, ana, entrar):
    argumentos = dict.fromkeys(ROTAS[nome], "1")
    if "extra_context" in argumentos or nome == "admin:app_list":
        argumentos = {"app_label": "cadastro"}
    if nome == "admin:view_on_site":
        argumentos = {"content_type_id": "1", "object_id": "1"}
    if nome == "admin:None":
        argumentos = {"url": "qualquer"}
    try:
        caminho = reverse(nome, kwargs=argumentos)
    except Exception:  # noqa: BLE001 (nameless catch-alls of the admin)
        caminho = "/admin/qualquer/coisa"
    for cliente in (Client(), entrar(ana)):
        resposta = cliente.get(caminho)
        assert resposta.status_code in (302, 404, 405)
        if resposta.status_code == 302:
            assert resposta["Location"].startswith(("/admin/login/", "/entrar/"))


@pytest.mark.parametrize("nome", ["atendimento:caixa", "atendimento:mais", "api:atendimento-list"])
def test_outsider_sees_nothing_in_lists(nome, mundo, ana, bruno, entrar, com_token):
    atendimento = mundo["atendimento"]
    cidadao = atendimento.conversa.cidadao
    abrir = (com_token if nome.startswith("api") else entrar)(bruno)
    for filtro in (
        {},
        {"aba": "todas"},
        {"aba": "encerradas"},
        {"fila": "saude"},
        {"telefone": cidadao.wa_id},
        {"protocolo": atendimento.protocolo},
        {"q": cidadao.nome_no_whatsapp},
        {"q": cidadao.telefone, "aba": "todas"},
        {"equipe": atendimento.equipe_id, "aba": "todas"},
        {"pessoa": ana.pk, "aba": "todas"},
    ):
        pagina = abrir.get(reverse(nome), filtro).content.decode()
        # What was searched for comes back in the field; the rest would be a leak.
        marcas = {atendimento.protocolo, cidadao.nome_no_whatsapp, "queria marcar consulta"}
        assert [marca for marca in marcas - set(filtro.values()) if marca in pagina] == []
        assert f"/atendimento/{atendimento.pk}/" not in pagina
    de_ana = com_token(ana).get(reverse("api:atendimento-list")).json()["results"]
    assert [a["id"] for a in de_ana] == [atendimento.pk]


def test_supervisor_of_the_secretaria_sees_it(mundo, carla, com_token, entrar):
    certos = mundo["certos"]
    assert entrar(carla).get(reverse("atendimento:abrir", args=[certos["pk"]])).status_code == 200
    caminho = reverse("api:atendimento-detail", args=[certos["pk"]])
    assert com_token(carla).get(caminho).status_code == 200


def test_admin_without_a_team_sees_no_atendimento(mundo, admin, com_token):
    caminho = reverse("api:atendimento-detail", args=[mundo["certos"]["pk"]])
    assert com_token(admin).get(caminho).status_code == 404


def test_who_left_the_team_stops_seeing_at_once(mundo, ana, com_token):
    cliente = com_token(ana)
    caminho = reverse("api:atendimento-detail", args=[mundo["certos"]["pk"]])
    assert cliente.get(caminho).status_code == 200
    ana.participacoes.all().delete()
    assert cliente.get(caminho).status_code == 404


def test_file_that_no_message_carries_is_nobodys(numero, ana, entrar, com_token):
    solta = MidiaFactory(pronta=True, numero=numero, estado=Midia.Estado.BAIXADA)
    assert entrar(ana).get(reverse("atendimento:midia", args=[solta.pk])).status_code == 404
    assert com_token(ana).get(reverse("api:midia", args=[solta.pk])).status_code == 404


def test_socket_groups_come_from_the_teams(saude, fazenda, ana, bruno, carla, admin):
    """What is published about Ana's queue reaches Ana and Carla, and never Bruno."""

    def grupos(servidor):
        pagina = PaginaAberta()
        pagina.servidor_id = servidor.pk
        return vars(PaginaAberta)["_grupos_do_login"].func(pagina)

    da_saude, da_fazenda = grupo_da_equipe(saude.pk), grupo_da_equipe(fazenda.pk)
    assert grupos(ana) == {da_saude, grupo_do_servidor(ana.pk)}
    assert grupos(carla) == {da_saude, grupo_do_servidor(carla.pk)}
    assert grupos(bruno) == {da_fazenda, grupo_do_servidor(bruno.pk)}
    assert grupos(admin) == {grupo_do_servidor(admin.pk)}
    bruno.is_active = False
    bruno.save()
    assert grupos(bruno) == set()


@pytest.mark.parametrize("pk", ["0", "99999999999999999999", "1'", "1%00", "-1", "1 OR 1=1"])
def test_strange_ids_are_404(pk, mundo, ana, entrar, com_token):
    assert entrar(ana).get(f"/atendimento/{pk}/").status_code == 404
    assert com_token(ana).get(f"/api/v1/atendimentos/{pk}/").status_code == 404
