"""What waits for a person, in the admin: what each page shows, does, records, and to whom."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.utils import timezone

from atendimento.acoes.pedir_arquivo import PEDIDO
from atendimento.models import Mensagem
from prefeitura.cadastro.models import RegistroDeAcesso
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import Envio, EventoRecebido, ItemParado, Midia, StatusOrfao
from tests import factories
from tests.chegada import corpo, guardar, mensagem, valor

ITENS = "/admin/whatsapp/itemparado/"
DUVIDAS = "/admin/whatsapp/envioemduvida/"
PERDIDAS = "/admin/atendimento/midiaperdida/"
SEM_DONO = "/admin/whatsapp/statusorfao/"


@pytest.fixture
def painel(admin, entrar):
    return entrar(admin)


@pytest.fixture
def apoio(entrar, db):
    """Somebody of support with only the permissions that are named."""

    def _apoio(*codigos: str):
        pessoa = factories.ServidorFactory(is_staff=True)
        pessoa.user_permissions.set(Permission.objects.filter(codename__in=codigos))
        return entrar(pessoa)

    return _apoio


def agir(painel, onde: str, acao: str, *linhas, **extra) -> str:
    dados = {"action": acao, "_selected_action": [linha.pk for linha in linhas], **extra}
    resposta = painel.post(onde, dados, follow=True)
    assert resposta.status_code == 200
    return resposta.content.decode()


def historico() -> list[str]:
    return list(LogEntry.objects.order_by("pk").values_list("change_message", flat=True))


def parar(numero, quantos: int = 1, de: str = "5511987650001") -> list[EventoRecebido]:
    feitos = []
    for _ in range(quantos):
        sem_dono = valor(numero, mensagens=[mensagem("segredo do cidadão", de=de)])
        sem_dono["metadata"]["phone_number_id"] = "404404"
        feitos.append(guardar(corpo(numero, sem_dono)))
    entrada.processar()
    return feitos


# Itens parados ---------------------------------------------------------------------------------


def test_stopped_item_tells_kind_since_tries_and_the_error_with_its_detail_folded(painel, numero):
    evento = parar(numero)[0]
    ItemParado.objects.update(detalhe="KeyError em MensagemRecebida", tentativas=5)
    item = ItemParado.objects.get()
    lista = painel.get(ITENS).content.decode()
    for dito in ("mensagem", "Número não cadastrado neste sistema.", ">5<", str(evento.pk)):
        assert dito in lista
    ficha = painel.get(f"{ITENS}{item.pk}/change/").content.decode()
    assert "<summary>Para quem dá suporte</summary>" in ficha
    assert "KeyError em MensagemRecebida" in ficha
    assert "Cadastrar número" in ficha
    assert "segredo do cidadão" not in lista + ficha
    for botao in ("Reprocessar", "Descartar com motivo…"):
        assert f">{botao}</button>" in ficha


def test_list_shows_what_waits_until_asked_for_the_rest(painel, numero):
    factories.ItemParadoFactory(motivo="ainda espera")
    factories.ItemParadoFactory(motivo="já resolvido", resolvido_em=timezone.now())
    assert "já resolvido" not in painel.get(ITENS).content.decode()
    resolvidos = painel.get(ITENS, {"situacao": "resolvido"}).content.decode()
    assert "já resolvido" in resolvidos
    assert painel.get(ITENS, {"situacao": "todos"}).content.decode().count("/change/") >= 2


def test_citizen_of_an_item_shows_only_to_who_may_see_citizens(apoio, numero):
    factories.CidadaoFactory(wa_id="5511987650001", nome="Maria das Dores")
    parar(numero)
    caminho = f"{ITENS}{ItemParado.objects.get().pk}/change/"
    sem = apoio("view_itemparado").get(caminho).content.decode()
    assert "Maria das Dores" not in sem
    com = apoio("view_itemparado", "view_cidadao").get(caminho).content.decode()
    assert "Maria das Dores" in com
    assert "Reprocessar</button>" not in com


def test_raw_body_has_a_permission_of_its_own_and_leaves_a_trace(apoio, numero):
    evento = parar(numero)[0]
    caminho = f"/admin/whatsapp/eventorecebido/{evento.pk}/corpo/"
    assert apoio("change_eventorecebido", "view_eventorecebido").get(caminho).status_code == 403
    assert not LogEntry.objects.exists()
    assert apoio("ler_corpo").get(caminho).status_code == 200
    assert historico() == ["Abriu o corpo cru."]
    assert RegistroDeAcesso.objects.get().acao == "leu o corpo"


def test_all_of_one_error_are_reprocessed_stretch_by_stretch(painel, numero, monkeypatch):
    monkeypatch.setattr("prefeitura.whatsapp.pendencias.POR_VEZ", 2)
    parar(numero, 3)
    outro = factories.ItemParadoFactory(motivo="outro motivo")
    factories.NumeroFactory(phone_number_id="404404")
    lista = painel.get(ITENS).content.decode()
    assert "Reprocessar todos deste erro" in lista
    motivo = "Número não cadastrado neste sistema."
    primeira = painel.post(f"{ITENS}erro/", {"motivo": motivo})
    contexto = primeira.context
    assert (contexto["total"], contexto["feitos"], contexto["acabou"]) == (3, 2, False)
    assert "data-continuar" in primeira.content.decode()
    # Who stops here keeps what was applied.
    assert Mensagem.objects.filter(direcao="entrada").count() == 2
    dados = {n: contexto[n] for n in ("motivo", "total", "depois_de", "feitos", "aplicados")}
    segunda = painel.post(f"{ITENS}erro/", dados)
    assert (segunda.context["feitos"], segunda.context["aplicados"]) == (3, 3)
    dados |= {n: segunda.context[n] for n in ("depois_de", "feitos", "aplicados")}
    assert painel.post(f"{ITENS}erro/", dados).context["acabou"]
    assert Mensagem.objects.filter(direcao="entrada").count() == 3
    outro.refresh_from_db()
    assert outro.resolvido_em is None
    assert historico() == ["Mandou reprocessar todos deste erro."] * 3


def test_all_of_one_error_only_by_post_and_by_who_may_change(painel, apoio):
    assert painel.get(f"{ITENS}erro/").status_code == 405
    assert apoio("view_itemparado").post(f"{ITENS}erro/", {"motivo": "x"}).status_code == 403


def test_reprocessing_and_discarding_are_in_the_history_and_do_nothing_twice(painel, numero):
    um, outro = factories.ItemParadoFactory.create_batch(2)
    EventoRecebido.objects.update(corpo=json.dumps({"object": "page", "entry": []}).encode())
    assert "Aplicado." in agir(painel, ITENS, "reprocessar", um)
    agir(painel, ITENS, "descartar", outro, motivo="não faz falta")
    assert "0 item(ns)" in agir(painel, ITENS, "descartar", outro, motivo="outra vez")
    assert historico() == ["Mandou reprocessar.", "Descartou: não faz falta"]
    outro.refresh_from_db()
    assert outro.resolucao == "descartado: não faz falta"
    assert EventoRecebido.objects.filter(estado="feito").count() == 2


# Envios em dúvida ------------------------------------------------------------------------------


@pytest.fixture
def duvida(atendimento, ana):
    """A reply of Ana's in doubt for 16 minutes."""
    mensagem = factories.MensagemFactory(
        atendimento=atendimento,
        da_prefeitura=True,
        autor=ana,
        texto="seu exame deu positivo",
        envio__incerta=True,
        envio__incerta_em=timezone.now() - timedelta(minutes=16),
        envio__detalhe="A Meta recebeu o pedido e a resposta não chegou.",
        envio__corpo={"type": "text", "text": {"body": "seu exame deu positivo"}},
    )
    return mensagem.envio


def test_doubt_tells_to_whom_when_what_we_know_and_until_when(painel, duvida):
    factories.EnvioFactory(numero=duvida.numero, falhou=True)
    lista = painel.get(DUVIDAS).content.decode()
    assert duvida.cidadao.como_chamar in lista
    assert "A Meta recebeu o pedido e a resposta não chegou. (há 16 min)" in lista
    assert 'data-falta="pode decidir em"' in lista
    assert "1 envio em dúvida" in lista
    ficha = painel.get(f"{DUVIDAS}{duvida.pk}/change/").content.decode()
    assert "positivo" not in lista + ficha
    assert "Ler o texto" in ficha
    for botao in ("Enviar de novo (o cidadão pode receber duas vezes)", "Não enviar"):
        assert f">{botao}</button>" in ficha


def test_text_of_a_doubt_only_by_permission_and_recorded(painel, apoio, duvida):
    caminho = f"{DUVIDAS}{duvida.pk}/texto/"
    de_fora = apoio("view_envioemduvida", "change_envioemduvida")
    assert de_fora.get(caminho).status_code == 403
    assert "Ler o texto" not in de_fora.get(f"{DUVIDAS}{duvida.pk}/change/").content.decode()
    assert "seu exame deu positivo" in painel.get(caminho).content.decode()
    assert historico() == ["Leu o texto."]
    registrado = RegistroDeAcesso.objects.get()
    assert (registrado.acao, registrado.cidadao) == ("leu o texto", duvida.cidadao)


def test_new_try_warns_and_the_bubble_goes_on_with_it(painel, duvida):
    assert "recebe duas vezes" in agir(painel, DUVIDAS, "enviar_de_novo", duvida)
    assert not Envio.objects.filter(origem=duvida).exists()
    agir(painel, DUVIDAS, "enviar_de_novo", duvida, confirmado="1")
    novo = Envio.objects.get(origem=duvida)
    assert Mensagem.objects.get(texto="seu exame deu positivo").envio == novo
    duvida.refresh_from_db()
    assert duvida.estado == "falhou"
    assert "mandou enviar de novo" in duvida.detalhe
    agir(painel, DUVIDAS, "enviar_de_novo", duvida, confirmado="1")
    assert Envio.objects.filter(origem=duvida).count() == 1
    assert historico() == ["Enviou de novo."]


@pytest.mark.parametrize(
    ("acao", "estado", "frase"),
    [
        ("marcar_como_enviada", "enviada", "Marcou como enviada."),
        ("nao_enviar", "falhou", "Não enviou."),
    ],
)
def test_decision_is_kept_once(painel, duvida, acao, estado, frase):
    agir(painel, DUVIDAS, acao, duvida)
    agir(painel, DUVIDAS, acao, duvida)
    duvida.refresh_from_db()
    assert duvida.estado == estado
    assert historico() == [frase]
    assert "0 envios em dúvida" in painel.get(DUVIDAS).content.decode()


def test_fresh_doubt_cannot_be_decided(painel, duvida):
    duvida.incerta_em = timezone.now() - timedelta(minutes=2)
    duvida.save()
    assert "Depois de 15 minutos" in agir(painel, DUVIDAS, "nao_enviar", duvida)
    assert historico() == []


# Mídias perdidas -------------------------------------------------------------------------------


@pytest.fixture
def perdida(atendimento):
    midia = factories.MidiaFactory(
        numero=atendimento.conversa.numero,
        media_id="777",
        nome="receita.pdf",
        estado="perdida",
        erro="A Meta não tem mais este arquivo.",
        criada_em=timezone.now() - timedelta(days=2, hours=1),
    )
    factories.MensagemFactory(atendimento=atendimento, tipo="documento", texto="", midia=midia)
    return midia


def test_lost_file_tells_why_whose_and_how_long_meta_still_has_it(painel, perdida, atendimento):
    velha = factories.MidiaFactory(
        numero=perdida.numero, estado="recusada", criada_em=timezone.now() - timedelta(days=8)
    )
    teimosa = factories.MidiaFactory(numero=perdida.numero, tentativas=3, nome="teimosa.ogg")
    nova = factories.MidiaFactory(numero=perdida.numero, tentativas=1, nome="nova.ogg")
    lista = painel.get(PERDIDAS).content.decode()
    assert "receita.pdf" in lista
    assert "A Meta não tem mais este arquivo." in lista
    assert "4 dia(s)" in lista
    assert "não: passaram os 7 dias" in lista
    assert atendimento.protocolo in lista
    assert str(velha.pk) in lista
    assert teimosa.nome in lista
    assert nova.nome not in lista


def test_lost_file_is_searched_again(painel, perdida):
    recusada = factories.MidiaFactory(numero=perdida.numero, estado="recusada", media_id="9")
    agir(painel, PERDIDAS, "tentar_agora", perdida)
    perdida.refresh_from_db()
    assert (perdida.estado, perdida.tentativas) == ("pendente", 0)
    assert historico() == ["Pediu o arquivo à Meta outra vez."]
    assert "peça ao cidadão" in agir(painel, PERDIDAS, "tentar_agora", recusada)
    assert Midia.objects.get(pk=recusada.pk).estado == "recusada"


def test_lost_file_is_asked_of_the_citizen_once(painel, perdida):
    assert "1 pedido(s) enviado(s)." in agir(painel, PERDIDAS, "pedir_ao_cidadao", perdida)
    assert "já foi pedido" in agir(painel, PERDIDAS, "pedir_ao_cidadao", perdida)
    assert Mensagem.objects.filter(texto=PEDIDO).count() == 1
    assert historico() == ["Pediu ao cidadão que envie de novo."]


# Status sem dono -------------------------------------------------------------------------------


def test_orphan_tells_wamid_our_id_and_age(painel, numero):
    StatusOrfao.objects.create(numero=numero, wamid="wamid.ABC", opaco="id-nosso", dados={})
    StatusOrfao.objects.update(recebido_em=timezone.now() - timedelta(hours=3))
    lista = painel.get(SEM_DONO).content.decode()
    for dito in ("wamid.ABC", "id-nosso", "3 h"):
        assert dito in lista


def test_orphan_is_applied_when_its_send_is_known(painel, numero):
    envio = factories.EnvioFactory(numero=numero, aceita=True, wamid="wamid.MEU")
    dados = {
        "wamid": "wamid.MEU",
        "opaco": "",
        "posto": 3,
        "falhou": False,
        "momento": timezone.now().isoformat(),
    }
    meu = StatusOrfao.objects.create(numero=numero, wamid="wamid.MEU", dados=dados)
    alheio = StatusOrfao.objects.create(
        numero=numero, wamid="wamid.OUTRO", dados=dados | {"wamid": "wamid.OUTRO"}
    )
    assert "1 status encontraram o seu envio." in agir(painel, SEM_DONO, "reaplicar", meu, alheio)
    envio.situacao.refresh_from_db()
    assert envio.situacao.posto == 3
    assert list(StatusOrfao.objects.all()) == [alheio]
    assert "Nenhum destes" in agir(painel, SEM_DONO, "reaplicar", alheio)
    assert historico() == ["Mandou reaplicar."] * 3


def test_orphan_is_ignored_once(painel, numero):
    orfao = StatusOrfao.objects.create(numero=numero, wamid="wamid.X", dados={})
    assert "1 status ignorado(s)." in agir(painel, SEM_DONO, "ignorar", orfao)
    assert "0 status ignorado(s)." in agir(painel, SEM_DONO, "ignorar", orfao)
    assert historico() == ["Ignorou."]
