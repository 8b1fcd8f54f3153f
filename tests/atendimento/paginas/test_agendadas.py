"""The pages and the API of scheduled messages."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.models import Mensagem, MensagemAgendada
from tests.factories import MensagemAgendadaFactory, MensagemFactory, ModeloDeMensagemFactory

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def ana_na_pagina(ana, entrar, municipio):
    return entrar(ana)


def amanha(horas=2) -> str:
    return (timezone.now() + timedelta(hours=horas)).isoformat()


def agendar(pagina, atendimento, **mais):
    corpo = {"texto": "Até sexta.", "quando": amanha(), "chave_cliente": str(uuid.uuid4())}
    return pagina.post(f"/atendimento/{atendimento.pk}/agendadas/", corpo | mais, headers=JSON)


def test_the_dialog_offers_hours_and_templates(ana_na_pagina, atendimento):
    ModeloDeMensagemFactory(
        conta=atendimento.conversa.numero.conta, nome="retorno", componentes=[
            {"type": "BODY", "text": "Olá, {{nome}}. Temos notícias."}
        ],
    )  # fmt: skip
    endereco = f"/atendimento/{atendimento.pk}/dialogos/agendar/"
    html = ana_na_pagina.get(endereco, headers={"X-Parte": "dialogo"}).content.decode()
    assert "Amanhã às 8h" in html
    assert "Outro dia e hora" in html
    assert "Olá, …. Temos notícias." in html
    assert ana_na_pagina.get(endereco).status_code == 200


def test_it_is_seen_above_the_composer_with_who_and_when(ana_na_pagina, atendimento, carla, entrar):
    resposta = agendar(ana_na_pagina, atendimento)
    assert resposta.status_code == 200
    assert resposta.json()["aviso"].startswith("Agendada para ")
    for pagina, quem in ((ana_na_pagina, "por você"), (entrar(carla), "por Ana Souza")):
        html = pagina.get(f"/atendimento/{atendimento.pk}/partes/").content.decode()
        assert "Até sexta." in html
        assert quem in html
        assert "Enviar agora" in html
    assert not Mensagem.objects.filter(direcao="saida").exists()


def test_what_was_held_says_why_here_and_in_the_row(ana_na_pagina, atendimento, ana):
    MensagemAgendadaFactory(atendimento=atendimento, autor=ana, devida=True)
    MensagemFactory(atendimento=atendimento, texto="Esperem")
    antes = ana_na_pagina.get(f"/atendimento/{atendimento.pk}/partes/").content.decode()
    assert "Não sairá sozinha." in antes
    acoes.enviar_agendadas()
    html = ana_na_pagina.get(f"/atendimento/{atendimento.pk}/partes/").content.decode()
    assert "Não foi enviada." in html
    assert "O cidadão escreveu depois. Confira antes de enviar." in html
    assert (
        "mensagem agendada à espera"
        in ana_na_pagina.get("/atendimento/?aba=todas").content.decode()
    )


def test_it_is_changed_sent_now_and_given_up(ana_na_pagina, atendimento):
    for _ in range(2):
        agendar(ana_na_pagina, atendimento)
    uma, outra = MensagemAgendada.objects.order_by("pk")
    base = f"/atendimento/{atendimento.pk}/agendadas"
    html = ana_na_pagina.get(
        f"{base}/{uma.pk}/dialogo/", headers={"X-Parte": "dialogo"}
    ).content.decode()
    assert "Até sexta." in html
    mudada = {"texto": "Até sábado.", "quando": amanha(3)}
    assert ana_na_pagina.post(f"{base}/{uma.pk}/mudar/", mudada, headers=JSON).status_code == 200
    assert ana_na_pagina.post(f"{base}/{uma.pk}/enviar/", headers=JSON).status_code == 200
    assert Mensagem.objects.get(direcao="saida").texto == "Até sábado."
    assert ana_na_pagina.post(f"{base}/{outra.pk}/cancelar/", headers=JSON).status_code == 200
    assert ana_na_pagina.post(f"{base}/{outra.pk}/enviar/", headers=JSON).status_code == 409


@pytest.mark.parametrize(
    ("quando", "frase"),
    [
        ({"quando": "2020-01-01T08:00"}, "Este horário já passou. Escolha outro."),
        ({"quando": "outra", "dia": "", "hora": "08:00"}, "Escolha o dia."),
        ({"quando": "outra", "dia": "2026-02-30", "hora": "08:00"}, "Escolha o dia."),
        ({"quando": "outra", "dia": "2030-01-01", "hora": "25:00"}, "Escolha a hora."),
        ({"quando": "amanhã"}, "Escolha o dia."),
        ({"quando": "9" * 5000}, "Escolha o dia."),
        ({"quando": "outra", "dia": "9999-12-31", "hora": "23:59"}, "próximos 60 dias"),
    ],
)
def test_a_bad_hour_is_told_in_a_sentence_and_nothing_is_kept(
    ana_na_pagina, atendimento, quando, frase
):
    resposta = agendar(ana_na_pagina, atendimento, **quando)
    assert resposta.status_code == 422
    assert frase in resposta.json()["frase"]
    assert not MensagemAgendada.objects.exists()


def test_a_template_is_scheduled_after_the_24_hours(ana_na_pagina, atendimento):
    modelo = ModeloDeMensagemFactory(
        conta=atendimento.conversa.numero.conta,
        formato="NAMED",
        componentes=[{"type": "BODY", "text": "Olá, {{nome}}. Temos notícias."}],
    )
    tarde = amanha(40)
    assert agendar(ana_na_pagina, atendimento, quando=tarde).status_code == 409
    corpo = {"modelo": modelo.pk, "valor-nome": "Rosa", "quando": tarde}
    assert agendar(ana_na_pagina, atendimento, **corpo).status_code == 200
    agendada = MensagemAgendada.objects.get()
    assert (agendada.texto, agendada.valores) == ("Olá, Rosa. Temos notícias.", {"nome": "Rosa"})


def test_one_of_another_conversation_is_404_even_from_inside(ana_na_pagina, atendimento, fazenda):
    de_la = MensagemAgendadaFactory(atendimento__equipe=fazenda)
    base = f"/atendimento/{atendimento.pk}/agendadas/{de_la.pk}"
    assert ana_na_pagina.get(f"{base}/dialogo/").status_code == 404
    for verbo in ("mudar", "cancelar", "enviar"):
        assert ana_na_pagina.post(f"{base}/{verbo}/", headers=JSON).status_code == 404
    de_la.refresh_from_db()
    assert de_la.estado == "agendada"


def test_the_api_keeps_lists_and_gives_up(ana, com_token, atendimento):
    api = com_token(ana)
    base = f"/api/v1/atendimentos/{atendimento.pk}/agendadas/"
    corpo = {"texto": "Até sexta.", "enviar_em": amanha()}
    for _ in range(2):
        feita = api.post(base, corpo, format="json", headers={"Idempotency-Key": "a mesma"})
        assert feita.status_code == 201
    [lida] = api.get(base).json()
    assert lida == feita.json()
    assert (lida["estado"], lida["autor"]) == ("agendada", "ana")
    passado = api.post(base, corpo | {"enviar_em": "2020-01-01T08:00:00Z"}, format="json")
    assert passado.status_code == 422
    tarde = api.post(base, corpo | {"enviar_em": amanha(30)}, format="json")
    assert tarde.json()["erro"]["codigo"] == "janela"
    assert api.post(base, corpo | {"em": 1}, format="json").status_code in (400, 422)
    assert api.delete(f"{base}{lida['id']}/").status_code == 204
    assert api.get(base).json() == []
    assert api.delete(f"{base}987654321/").status_code == 404
