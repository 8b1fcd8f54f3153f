"""What a citizen writes becomes one message in one matter, whatever Meta does on the way."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.models import Atendimento, Conversa, Mensagem, Reacao
from atendimento.protocolo import confere
from prefeitura.cadastro.models import Cidadao
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import Envio, EventoRecebido, ItemParado, Midia
from tests.chegada import MARIA, chegar, corpo, guardar, mensagem, novo_wamid, valor

pytestmark = pytest.mark.django_db


def test_first_message_opens_a_matter_in_triage_with_its_protocol(numero):
    [recebida] = chegar(numero, mensagem("Tem buraco na rua 😀"))
    atendimento = recebida.atendimento
    assert recebida.texto == "Tem buraco na rua 😀"
    assert confere(atendimento.protocolo)
    assert atendimento.equipe == numero.equipe_de_triagem
    assert (atendimento.estado, atendimento.em_triagem) == ("na_fila", True)
    assert (atendimento.nao_lidas, atendimento.esperando_desde) == (1, recebida.momento)
    assert atendimento.conversa.foco == atendimento
    assert atendimento.conversa.cidadao.como_chamar == "Maria Souza"


def test_the_protocol_is_told_once_in_one_bubble(numero):
    chegar(numero, mensagem("Oi"), mensagem("Tudo bem?"))
    chegar(numero, mensagem("Alguém aí?"))
    [envio] = Envio.objects.all()
    atendimento = Atendimento.objects.get()
    assert atendimento.protocolo in envio.corpo["text"]["body"]
    assert envio.prioridade == Envio.Prioridade.ROBO
    assert atendimento.mensagens.filter(origem="robo").count() == 1
    assert atendimento.esperando_desde is not None, "o robô não conta como resposta"


def test_the_window_is_24_hours_from_the_last_message(numero):
    cedo = timezone.now() - timedelta(hours=3)
    tarde = timezone.now() - timedelta(hours=1)
    chegar(numero, mensagem("depois", quando=tarde))
    chegar(numero, mensagem("antes", quando=cedo))
    janela = Conversa.objects.get().janela_ate
    assert abs(janela - tarde - timedelta(hours=24)) < timedelta(seconds=1)


def test_a_repeated_body_changes_nothing(numero):
    item = mensagem("Uma vez só")
    bruto = corpo(numero, valor(numero, mensagens=[item]))
    for _ in range(5):
        guardar(bruto)
        entrada.processar()
    assert Mensagem.objects.filter(direcao="entrada").count() == 1
    assert Atendimento.objects.get().nao_lidas == 1
    assert Envio.objects.count() == 1


def test_messages_are_shown_by_meta_s_clock_and_not_by_arrival(numero):
    agora = timezone.now()
    itens = [mensagem(f"{n}", quando=agora - timedelta(minutes=n)) for n in (1, 5, 3, 4, 2)]
    for item in itens:
        chegar(numero, item)
    textos = Mensagem.objects.filter(direcao="entrada").em_ordem().values_list("texto", flat=True)
    assert list(textos) == ["5", "4", "3", "2", "1"]
    assert Atendimento.objects.get().ultima_mensagem.texto == "1", "o recibo não é a última"


def test_ninth_digit_is_the_same_citizen(numero):
    chegar(numero, mensagem("com", de="5534998887766"))
    chegar(numero, mensagem("sem", de="553498887766"))
    cidadao = Cidadao.objects.get()
    assert cidadao.wa_id == "553498887766", "o endereço é o que a Meta usou por último"
    assert Atendimento.objects.count() == 1


def test_citizen_without_a_phone_is_a_full_citizen(numero):
    [recebida] = chegar(numero, mensagem("Oi", de=None, user_id="BR.4471203398812760055"))
    cidadao = recebida.atendimento.conversa.cidadao
    assert (cidadao.user_id, cidadao.wa_id) == ("BR.4471203398812760055", "")
    chegar(numero, mensagem("de novo", de=None, user_id="BR.4471203398812760055"))
    assert Cidadao.objects.count() == 1


def test_phone_and_user_id_told_together_join_the_two_halves(numero):
    chegar(numero, mensagem("pelo telefone", de=MARIA))
    chegar(numero, mensagem("pelo id", de=None, user_id="BR.777"))
    assert Cidadao.objects.count() == 2
    chegar(numero, mensagem("os dois", de=MARIA, user_id="BR.777"))
    donos = {m.atendimento.conversa.cidadao_id for m in Mensagem.objects.all()}
    assert len(donos) == 1
    assert Conversa.objects.filter(atendimentos__isnull=False).distinct().count() == 1


def test_recycled_number_is_a_new_citizen_and_the_history_stays(numero):
    [antiga] = chegar(numero, mensagem("da dona antiga", de=MARIA, user_id="BR.111"))
    [nova] = chegar(numero, mensagem("do dono novo", de=MARIA, user_id="BR.222"))
    antes = antiga.atendimento.conversa.cidadao
    depois = nova.atendimento.conversa.cidadao
    antes.refresh_from_db()
    assert antes != depois
    assert (antes.wa_id, depois.wa_id) == ("", MARIA)


def test_changed_number_keeps_the_citizen(numero):
    chegar(numero, mensagem("antes", de=MARIA))
    troca = {
        "type": "system",
        "system": {
            "body": "User Maria changed",
            "wa_id": "5511912345678",
            "type": "user_changed_number",
        },
    }
    chegar(numero, mensagem(de=MARIA, **troca))
    chegar(numero, mensagem("depois", de="5511912345678"))
    assert Cidadao.objects.get().wa_id == "5511912345678"
    assert Atendimento.objects.count() == 1


def trocou_de_numero(antes: str, depois: str, quando) -> dict:
    sistema = {"body": "User changed", "wa_id": depois, "type": "user_changed_number"}
    return mensagem(de=antes, type="system", system=sistema, quando=quando)


def test_change_of_number_told_again_does_not_touch_who_has_the_number_now(numero):
    """A body captured last year may be sent again; the number is somebody else's by now."""
    antes, depois, agora = MARIA, "5511912345678", timezone.now()
    chegar(numero, mensagem("sou a Maria", de=antes, quando=agora - timedelta(days=400)))
    troca = trocou_de_numero(antes, depois, agora - timedelta(days=399))
    chegar(numero, troca)
    [nova] = chegar(numero, mensagem("sou o José", de=antes, quando=agora))
    maria, jose = Cidadao.objects.order_by("pk")
    chegar(numero, troca)
    maria.refresh_from_db()
    jose.refresh_from_db()
    assert (maria.wa_id, jose.wa_id) == (depois, antes)
    assert nova.atendimento.conversa.cidadao == jose
    assert {m.atendimento.conversa.cidadao for m in Mensagem.objects.all()} == {maria, jose}


def test_change_of_user_id_told_again_does_not_take_the_number_back(numero):
    agora = timezone.now()
    chegar(numero, mensagem("Maria", de=MARIA, user_id="BR.1", quando=agora - timedelta(days=9)))
    item = {
        "wa_id": MARIA,
        "user_id": {"previous": "BR.1", "current": "BR.2"},
        "timestamp": str(int((agora - timedelta(days=8)).timestamp())),
    }
    bruto = corpo(numero, valor(numero) | {"user_id_update": [item]}, campo="user_id_update")
    guardar(bruto)
    entrada.processar()
    chegar(numero, mensagem("José", de=MARIA, user_id="BR.3"))
    maria, jose = Cidadao.objects.order_by("pk")
    assert (maria.user_id, jose.wa_id) == ("BR.2", MARIA)
    guardar(bruto)
    entrada.processar()
    maria.refresh_from_db()
    jose.refresh_from_db()
    assert (maria.wa_id, jose.wa_id) == ("", MARIA)


def test_unknown_type_is_a_line_with_its_raw_json(numero):
    [recebida] = chegar(numero, mensagem(type="holograma", holograma={"x": 1}))
    assert recebida.tipo == "desconhecido"
    assert recebida.dados["bruto"]["holograma"] == {"x": 1}


def test_media_message_exists_before_its_file(numero):
    imagem = {"type": "image", "image": {"id": "900", "mime_type": "image/jpeg", "caption": "ó"}}
    [recebida] = chegar(numero, mensagem(**imagem))
    assert (recebida.tipo, recebida.texto) == ("imagem", "ó")
    assert Midia.objects.get() == recebida.midia
    assert (recebida.midia.estado, recebida.midia.media_id) == ("pendente", "900")


def test_reaction_marks_the_message_and_opens_nothing(numero):
    [alvo] = chegar(numero, mensagem("Oi"))
    for emoji in ("👍", "❤️"):
        reacao = {"message_id": alvo.wamid, "emoji": emoji}
        chegar(numero, mensagem(type="reaction", reaction=reacao))
    assert [(r.mensagem, r.emoji) for r in Reacao.objects.all()] == [(alvo, "❤️")]
    chegar(numero, mensagem(type="reaction", reaction={"message_id": alvo.wamid}))
    assert Reacao.objects.get().emoji == ""
    assert Mensagem.objects.filter(direcao="entrada").count() == 1


def test_reaction_to_an_unknown_message_is_kept(numero):
    chegar(numero, mensagem(type="reaction", reaction={"message_id": "wamid.X", "emoji": "👍"}))
    assert Reacao.objects.get().mensagem is None
    assert not Atendimento.objects.exists()


def test_reaction_that_comes_before_its_message_is_shown_when_it_comes(numero):
    wamid = novo_wamid()
    chegar(numero, mensagem(type="reaction", reaction={"message_id": wamid, "emoji": "👍"}))
    [alvo] = chegar(numero, mensagem("Oi", wamid=wamid))
    assert [(r.mensagem, r.emoji) for r in Reacao.objects.all()] == [(alvo, "👍")]


def test_old_edit_that_comes_late_does_not_undo_the_new_one(numero):
    agora = timezone.now()
    [original] = chegar(numero, mensagem("rua 7", quando=agora - timedelta(minutes=9)))

    def editar(texto, quando):
        novo = {"type": "text", "text": {"body": texto}}
        edicao = {"original_message_id": original.wamid, "message": novo}
        chegar(numero, mensagem(type="edit", edit=edicao, quando=quando))

    editar("rua 9", agora - timedelta(minutes=1))
    editar("rua 8", agora - timedelta(minutes=5))
    original.refresh_from_db()
    assert original.texto == "rua 9"
    assert {v["texto"] for v in original.dados["versoes"]} == {"rua 7", "rua 8"}


def test_edit_and_deletion_mark_the_original_and_keep_what_it_said(numero):
    [original] = chegar(numero, mensagem("rua 7"))
    novo = {"type": "text", "text": {"body": "rua 8"}}
    edicao = {"original_message_id": original.wamid, "message": novo}
    chegar(numero, mensagem(type="edit", edit=edicao))
    original.refresh_from_db()
    assert original.texto == "rua 8"
    assert original.dados["versoes"][0]["texto"] == "rua 7"
    chegar(numero, mensagem(type="revoke", revoke={"original_message_id": original.wamid}))
    original.refresh_from_db()
    assert original.apagada_em is not None
    assert original.texto == "rua 8"


def test_group_is_declined_once_a_day_and_opens_nothing(numero):
    for _ in range(3):
        chegar(numero, mensagem("no grupo", group_id="grupo-1", type="text", text={"body": "oi"}))
    assert not Atendimento.objects.exists()
    [envio] = Envio.objects.all()
    assert "grupos" in envio.corpo["text"]["body"]


def test_message_to_a_number_that_is_not_ours_waits_and_its_neighbour_goes_on(numero):
    outro = type(numero)(conta=numero.conta, phone_number_id="999", exibicao="+55 11 0000")
    bruto = corpo(
        numero,
        valor(outro, mensagens=[mensagem("para outro")]),
        valor(numero, mensagens=[mensagem("para nós")]),
    )
    evento = guardar(bruto)
    entrada.processar()
    evento.refresh_from_db()
    assert evento.estado == "parado"
    assert ItemParado.objects.get().motivo == "Número não cadastrado neste sistema."
    assert Mensagem.objects.filter(direcao="entrada").get().texto == "para nós"


@pytest.mark.parametrize("posicao", range(20))
def test_poisoned_item_stops_only_itself(numero, monkeypatch, posicao):
    wamids = [novo_wamid() for _ in range(20)]
    itens = [mensagem(f"m{n}", wamid=w) for n, w in enumerate(wamids)]
    evento = guardar(corpo(numero, valor(numero, mensagens=itens)))
    from atendimento.acoes.anotacoes import Anotacoes

    montar = Anotacoes.montar

    def envenenado(self, atendimento, recebido, citada):
        if recebido.item.wamid == wamids[posicao]:
            raise RuntimeError("veneno")
        return montar(self, atendimento, recebido, citada)

    monkeypatch.setattr(Anotacoes, "montar", envenenado)
    entrada.processar()
    assert Mensagem.objects.filter(direcao="entrada").count() == 19
    assert ItemParado.objects.get().indice == posicao
    monkeypatch.setattr(Anotacoes, "montar", montar)
    assert entrada.reprocessar(evento_id=evento.pk) == "Aplicado."
    assert Mensagem.objects.filter(direcao="entrada").count() == 20
    assert EventoRecebido.objects.get(pk=evento.pk).estado == "feito"
    assert entrada.reprocessar(evento_id=evento.pk) == "Já estava aplicado; nada mudou."


def test_absurd_hour_becomes_the_hour_of_arrival(numero):
    itens = [mensagem(f"m{n}") for n in range(4)]
    for item, hora in zip(itens, ["", "abc", "-5", "99999999999"], strict=True):
        item["timestamp"] = hora
    recebidas = chegar(numero, *itens)
    assert len(recebidas) == 4
    assert all(abs(m.momento - timezone.now()) < timedelta(minutes=1) for m in recebidas)


def test_nul_and_lone_surrogates_do_not_stop_a_message(numero):
    item = mensagem("a")
    bruto = corpo(numero, valor(numero, mensagens=[item]))
    guardar(bruto.replace(b'"body":"a"', b'"body":"a\\u0000b\\ud83d"'))
    entrada.processar()
    assert Mensagem.objects.filter(direcao="entrada").get().texto == "a\u2400b\ufffd"


def test_answering_again_after_closing_reopens_within_a_day(numero, ana, saude):
    [recebida] = chegar(numero, mensagem("Oi"))
    Atendimento.objects.update(equipe=saude, em_triagem=False)
    acoes.encerrar(atendimento_id=recebida.atendimento_id, servidor=ana, resultado="resolvido")
    chegar(numero, mensagem("Voltou a apagar"))
    atendimento = Atendimento.objects.get()
    assert (atendimento.estado, atendimento.equipe) == ("na_fila", saude)
    assert atendimento.resultado == ""


@pytest.mark.parametrize("texto", ["Obrigada!", "👍", "muito obrigado 🙏", "OK", "👍🏽"])
def test_a_lone_thanks_joins_the_closed_matter_without_reopening(numero, ana, saude, texto):
    [recebida] = chegar(numero, mensagem("Oi"))
    Atendimento.objects.update(equipe=saude, em_triagem=False)
    acoes.encerrar(atendimento_id=recebida.atendimento_id, servidor=ana, resultado="resolvido")
    [obrigada] = chegar(numero, mensagem(texto))
    assert obrigada.atendimento.estado == "encerrado"
    assert Atendimento.objects.count() == 1


def test_after_a_day_a_new_matter_opens(numero, ana, saude):
    [recebida] = chegar(numero, mensagem("Oi"))
    Atendimento.objects.update(equipe=saude, em_triagem=False)
    acoes.encerrar(atendimento_id=recebida.atendimento_id, servidor=ana, resultado="resolvido")
    Atendimento.objects.update(encerrado_em=timezone.now() - timedelta(hours=25))
    [nova] = chegar(numero, mensagem("Outra coisa"))
    assert nova.atendimento_id != recebida.atendimento_id
