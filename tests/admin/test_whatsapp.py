"""Accounts, events and sends in the admin: what support can do."""

import json
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.contrib.auth.models import Permission
from django.utils import timezone

from prefeitura.cadastro.models import RegistroDeAcesso
from prefeitura.whatsapp.models import Conta, Envio, EventoRecebido, Numero, StatusOrfao
from tests.factories import (
    ContaFactory,
    EnvioFactory,
    EventoRecebidoFactory,
    ItemParadoFactory,
    MensagemFactory,
    ServidorFactory,
)


@pytest.fixture
def painel(admin, entrar):
    return entrar(admin)


def agir(painel, modelo, acao, *linhas, **extra):
    resposta = painel.post(
        f"/admin/whatsapp/{modelo}/",
        {"action": acao, "_selected_action": [linha.pk for linha in linhas], **extra},
        follow=True,
    )
    assert resposta.status_code == 200
    return resposta.content.decode()


def test_E148_token_is_written_and_never_read(painel):
    conta = ContaFactory(token="EAAG-segredo-1a2b")
    caminho = f"/admin/whatsapp/conta/{conta.pk}/change/"
    pagina = painel.get(caminho).content.decode()
    assert "••••1a2b" in pagina
    assert "EAAG-segredo" not in pagina
    dados = {"nome": conta.nome, "waba_id": conta.waba_id, "portfolio": ""}
    painel.post(caminho, dados | {"novo_token": ""})
    assert Conta.objects.get().token == "EAAG-segredo-1a2b"
    painel.post(caminho, dados | {"novo_token": " EAAG-outro-9z9z "})
    assert Conta.objects.get().token == "EAAG-outro-9z9z"


def test_token_that_no_key_opens_outlives_the_form(painel, settings):
    """The right key may come back; a change of name must not write the empty token over it."""
    conta = ContaFactory(token="EAAG-segredo-1a2b")
    chaves = settings.FIELD_ENCRYPTION_KEYS
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]
    dados = {"nome": "Outro nome", "waba_id": conta.waba_id, "portfolio": "", "novo_token": ""}
    painel.post(f"/admin/whatsapp/conta/{conta.pk}/change/", dados)
    settings.FIELD_ENCRYPTION_KEYS = chaves
    conta = Conta.objects.get()
    assert (conta.nome, conta.token) == ("Outro nome", "EAAG-segredo-1a2b")


def test_form_of_a_number_leaves_what_the_machine_wrote_meanwhile(painel, numero, monkeypatch):
    from prefeitura.whatsapp.admin.contas import NumeroAdmin

    limpar = NumeroAdmin.get_form

    def pausar_depois(self, request, obj=None, **mais):
        if request.method == "POST":
            Numero.objects.update(pausa_motivo="token vencido")
        return limpar(self, request, obj, **mais)

    monkeypatch.setattr(NumeroAdmin, "get_form", pausar_depois)
    dados = {
        "conta": numero.conta_id,
        "phone_number_id": numero.phone_number_id,
        "exibicao": "+55 11 97777-0000",
        "ativo": "on",
        "equipe_de_triagem": numero.equipe_de_triagem_id,
        "mensagens_por_segundo": 80,
    }
    painel.post(f"/admin/whatsapp/numero/{numero.pk}/change/", dados)
    numero.refresh_from_db()
    assert (numero.exibicao, numero.pausa_motivo) == ("+55 11 97777-0000", "token vencido")


def test_token_is_not_in_the_history_of_the_admin(painel):
    conta = ContaFactory()
    dados = {"nome": "Nova", "waba_id": conta.waba_id, "portfolio": "", "novo_token": "EAAG-xyz"}
    painel.post(f"/admin/whatsapp/conta/{conta.pk}/change/", dados)
    pagina = painel.get(f"/admin/whatsapp/conta/{conta.pk}/history/").content.decode()
    assert "EAAG-xyz" not in pagina


def test_stopped_events_are_filtered_and_reprocessed(painel):
    outro = json.dumps({"object": "page", "entry": []}).encode()
    parado, novo = EventoRecebidoFactory(parado=True, corpo=outro), EventoRecebidoFactory()
    lista = painel.get("/admin/whatsapp/eventorecebido/?estado__exact=parado").content.decode()
    assert f"/eventorecebido/{parado.pk}/change/" in lista
    assert f"/eventorecebido/{novo.pk}/change/" not in lista
    assert "1 evento(s): Aplicado." in agir(painel, "eventorecebido", "reprocessar", parado)
    assert EventoRecebido.objects.get(pk=parado.pk).estado == "feito"
    pagina = agir(painel, "eventorecebido", "reprocessar", parado)
    assert "Já estava aplicado; nada mudou." in pagina
    assert RegistroDeAcesso.objects.filter(acao="reprocessou").exists()


def test_raw_body_asks_for_permission_and_is_recorded(painel, entrar):
    evento = EventoRecebidoFactory(corpo=b'{"texto": "do cidad\xc3\xa3o"}')
    assert (
        "do cidadão"
        not in painel.get(f"/admin/whatsapp/eventorecebido/{evento.pk}/change/").content.decode()
    )
    caminho = f"/admin/whatsapp/eventorecebido/{evento.pk}/corpo/"
    resposta = painel.get(caminho)
    assert resposta.content.decode() == '{"texto": "do cidadão"}'
    assert resposta["Content-Type"] == "text/plain; charset=utf-8"
    assert RegistroDeAcesso.objects.get().objeto == f"evento {evento.pk}"
    apoio = ServidorFactory(is_staff=True)
    apoio.user_permissions.add(Permission.objects.get(codename="view_eventorecebido"))
    assert entrar(apoio).get(caminho).status_code == 403


def test_stopped_item_is_discarded_only_with_a_reason(painel, admin):
    item = ItemParadoFactory()
    assert "Motivo:" in agir(painel, "itemparado", "descartar", item)
    pagina = agir(painel, "itemparado", "descartar", item, motivo="  ")
    assert "Escreva o motivo." in pagina
    item.refresh_from_db()
    assert item.resolvido_em is None
    agir(painel, "itemparado", "descartar", item, motivo="mensagem de teste")
    item.refresh_from_db()
    assert item.resolvido_em
    assert item.resolucao == "descartado: mensagem de teste"
    assert RegistroDeAcesso.objects.get().motivo == "mensagem de teste"


def test_stopped_item_is_reprocessed_through_its_event(painel):
    item = ItemParadoFactory(evento__corpo=json.dumps({"object": "page", "entry": []}).encode())
    assert "Aplicado." in agir(painel, "itemparado", "reprocessar", item)


def test_doubts_are_settled_by_a_person(painel, admin):
    antes = timezone.now() - timedelta(minutes=16)
    chegou, nao, de_novo = EnvioFactory.create_batch(3, incerta=True, incerta_em=antes)
    na_fila = EnvioFactory()
    agir(painel, "envio", "marcar_como_enviada", chegou)
    agir(painel, "envio", "nao_enviar", nao, na_fila)
    assert "recebe duas vezes" in agir(painel, "envio", "enviar_de_novo", de_novo)
    assert not Envio.objects.filter(origem=de_novo).exists()
    agir(painel, "envio", "enviar_de_novo", de_novo, confirmado="1")
    assert Envio.objects.get(pk=chegou.pk).estado == "enviada"
    assert Envio.objects.get(pk=nao.pk).estado == "falhou"
    assert Envio.objects.get(pk=na_fila.pk).estado == "cancelada"
    assert Envio.objects.get(origem=de_novo).estado == "pendente"
    assert RegistroDeAcesso.objects.filter(quem=admin).count() == 4


def test_new_try_ordered_in_the_admin_is_the_same_bubble(painel, ana, atendimento):
    antes = timezone.now() - timedelta(minutes=16)
    dita = MensagemFactory(
        atendimento=atendimento,
        da_prefeitura=True,
        autor=ana,
        envio__incerta=True,
        envio__incerta_em=antes,
    )
    mudou = atendimento.alterado_em
    agir(painel, "envio", "enviar_de_novo", dita.envio, confirmado="1")
    dita.refresh_from_db()
    atendimento.refresh_from_db()
    assert dita.envio == Envio.objects.get(origem__isnull=False)
    assert dita.estado == "pendente"
    assert atendimento.alterado_em > mudou


def test_fresh_doubt_waits_for_the_receipt(painel):
    envio = EnvioFactory(incerta=True)
    pagina = agir(painel, "envio", "enviar_de_novo", envio, confirmado="1")
    assert "Ainda esperamos a confirmação do WhatsApp." in pagina
    assert Envio.objects.get().estado == "incerta"


def test_only_the_chosen_orphans_are_applied_again(painel, numero):
    dados = {"wamid": "wamid.A", "opaco": "", "posto": 3, "falhou": False, "codigo": None}
    dados |= {"momento": "2026-11-24T10:00:00+00:00", "preco_tipo": "", "preco_categoria": ""}
    EnvioFactory(numero=numero, enviada=True, wamid="wamid.A")
    EnvioFactory(numero=numero, enviada=True, wamid="wamid.B")
    escolhido, outro = [
        StatusOrfao.objects.create(numero=numero, wamid=w, dados=dados | {"wamid": w})
        for w in ("wamid.A", "wamid.B")
    ]
    StatusOrfao.objects.update(recebido_em=timezone.now() - timedelta(days=3))
    pagina = agir(painel, "statusorfao", "reaplicar", escolhido)
    assert "1 status encontraram o seu envio" in pagina
    assert list(StatusOrfao.objects.all()) == [outro]


def test_orphan_status_is_ignored(painel, numero):
    orfao = StatusOrfao.objects.create(numero=numero, wamid="wamid.X", dados={})
    agir(painel, "statusorfao", "ignorar", orfao)
    orfao.refresh_from_db()
    assert orfao.ignorado_em
