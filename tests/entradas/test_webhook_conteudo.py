"""GUARANTEES 4.1, rows 20 and 36 to 48: what citizens and Meta may say, as the screen shows it."""

import json
import time

import pytest

from atendimento.models import Atendimento, Mensagem, Reacao
from prefeitura.whatsapp.models import Envio, ModeloDeMensagem, SituacaoDoEnvio, StatusOrfao
from tests import factories
from tests.chegada import chegar, chegar_status, corpo, guardar, mensagem, status, valor

pytestmark = pytest.mark.django_db


@pytest.fixture
def resposta(numero, tela):
    """An answer of the city that Meta accepted, in a matter that the triage sees."""
    [recebida] = chegar(numero, mensagem("Oi"))
    return factories.MensagemFactory(
        atendimento=recebida.atendimento,
        da_prefeitura=True,
        autor=factories.ServidorFactory(em=numero.equipe_de_triagem),
        texto="Olá!",
        envio__enviada=True,
        envio__wamid="wamid.NOSSA",
    )


def test_E020_thousand_statuses_of_one_body_are_all_applied(numero, aplicar):
    cidadao = factories.CidadaoFactory()
    envios = [
        Envio(numero=numero, cidadao=cidadao, corpo={}, estado="enviada", wamid=f"wamid.S{n}")
        for n in range(1000)
    ]
    Envio.objects.bulk_create(envios)
    SituacaoDoEnvio.objects.bulk_create([SituacaoDoEnvio(envio=e, posto=1) for e in envios])
    enchimento = "x" * 2_500
    lidos = [status(e, "read", conversation={"id": enchimento}) for e in envios]
    bruto = corpo(numero, valor(numero, statuses=lidos))
    assert 2_500_000 < len(bruto) < 4 * 1024 * 1024
    guardar(bruto)
    inicio = time.process_time()
    evento = aplicar(b'{"object":"page"}')
    assert time.process_time() - inicio < 10
    assert evento.estado == "feito"
    assert SituacaoDoEnvio.objects.filter(lido_em__isnull=False).count() == 1000


@pytest.mark.parametrize("texto", [" " * 50, "\u200b\u200d\ufeff", "\u202eoãçnetA"])
def test_E036_invisible_and_reversed_text_is_kept_and_isolated(numero, tela, texto):
    [recebida] = chegar(numero, mensagem(texto))
    assert recebida.texto == texto
    assert f"<bdi>{texto}</bdi>" in tela(recebida)


def test_E036_huge_text_is_kept_whole_and_opens_on_demand(numero, tela):
    texto = "Começo. " + "a" * 65_500 + " Fim do texto."
    [recebida] = chegar(numero, mensagem(texto))
    assert recebida.texto == texto
    pagina = tela(recebida)
    assert "Ver tudo" in pagina
    assert pagina.index("Começo.") < pagina.index("Ver tudo") < pagina.index("Fim do texto.")
    [curta] = chegar(numero, mensagem("b" * 900, de="5511900001111"), nome="Outra")
    assert "Ver tudo" not in tela(curta)


@pytest.mark.parametrize("pedaco", ["*a", "*", "_*~", "`", "https://a ", "* "])
def test_E036_no_text_of_65536_characters_is_slow_to_show(numero, tela, pedaco):
    [recebida] = chegar(numero, mensagem(pedaco * (65_536 // len(pedaco))))
    inicio = time.process_time()
    tela(recebida)
    assert time.process_time() - inicio < 3


@pytest.mark.parametrize(
    "texto",
    ["<img src=x onerror=alert(1)>", "{{7*7}} {% now 'Y' %}", "javascript:alert(1)",
     "data:text/html,<script>alert(1)</script>", "</bdi><script>alert(1)</script>",
     "https://x.example/\"onmouseover=alert(1)", "*<b>*"],
)  # fmt: skip
def test_E037_text_is_only_text(numero, tela, texto):
    [recebida] = chegar(numero, mensagem(texto), nome=f"Nome {texto}")
    pagina = tela(recebida)
    assert "<img src=x" not in pagina
    assert "<script>alert" not in pagina
    assert '"onmouseover' not in pagina
    assert 'href="javascript' not in pagina
    assert 'href="data:' not in pagina
    assert "49" not in pagina[pagina.index("<bdi>") : pagina.index("</bdi>")]


def test_E037_links_open_apart_and_tell_nothing(numero, tela):
    [recebida] = chegar(numero, mensagem("Veja https://exemplo.org/a?b=1&c=2 e http://x.example."))
    pagina = tela(recebida)
    assert pagina.count('rel="noopener noreferrer nofollow"') == 2
    assert 'href="https://exemplo.org/a?b=1&amp;c=2"' in pagina


@pytest.mark.parametrize(
    "lugar",
    [
        {"latitude": 999, "longitude": 10},
        {"latitude": "NaN", "longitude": "NaN"},
        {"latitude": None},
        {"latitude": 1e400, "longitude": 0, "name": "n" * 5_000},
        {},
    ],
)
def test_E038_impossible_place_has_no_map(numero, aplicar, tela, lugar):
    aplicar(corpo(numero, valor(numero, mensagens=[mensagem(type="location", location=lugar)])))
    recebida = Mensagem.objects.get(direcao="entrada")
    pagina = tela(recebida)
    assert "Localização inválida" in pagina
    assert "openstreetmap" not in pagina
    assert "n" * 1_001 not in pagina


def test_E038_real_place_has_its_map(numero, tela):
    [recebida] = chegar(
        numero, mensagem(type="location", location={"latitude": -23.5, "longitude": -46.6})
    )
    assert "openstreetmap.org/?mlat=-23.500000&amp;mlon=-46.600000" in tela(recebida)


def test_E039_card_of_five_hundred_phones_shows_twenty(numero, tela):
    telefones = [{"phone": f"+55 11 90000-{n:04d}"} for n in range(500)]
    cartao = {"name": {"formatted_name": "Lista"}, "phones": telefones}
    [recebida] = chegar(numero, mensagem(type="contacts", contacts=[cartao]))
    pagina = tela(recebida)
    assert pagina.count("+55 11 90000-") == 20
    assert "e mais 480" in pagina


@pytest.mark.parametrize("cartoes", [[{}], [{"name": 3, "phones": "x"}], ["x", None], [], {"a": 1}])
def test_E039_broken_card_is_still_a_bubble(numero, tela, cartoes):
    [recebida] = chegar(numero, mensagem(type="contacts", contacts=cartoes))
    assert f'id="m-{recebida.pk}"' in tela(recebida)


def test_E040_reaction_to_an_unknown_message_is_kept_and_shows_nothing(numero):
    for emoji in ("👍", "", ""):
        chegar(
            numero,
            mensagem(type="reaction", reaction={"message_id": "wamid.NUNCA", "emoji": emoji}),
        )
    reacao = Reacao.objects.get()
    assert (reacao.alvo, reacao.emoji, reacao.mensagem) == ("wamid.NUNCA", "", None)
    assert not Mensagem.objects.exists()
    assert not Atendimento.objects.exists()


def test_E041_quote_of_an_unknown_message_is_told(numero, tela):
    [recebida] = chegar(numero, mensagem("Sobre isso", cita="wamid.DESCONHECIDA"))
    assert "Mensagem citada não encontrada" in tela(recebida)


@pytest.mark.parametrize(
    "interativa",
    [
        {"type": "button_reply", "button_reply": {"id": "de-outro-menu", "title": "Sim"}},
        {"type": "list_reply", "list_reply": {"id": "de-2019", "title": "IPTU"}},
    ],
)
def test_E042_answer_to_an_old_menu_reaches_a_person(numero, tela, interativa):
    """The bot that would show the menu again comes later; nothing is lost meanwhile."""
    [recebida] = chegar(numero, mensagem(type="interactive", interactive=interativa))
    assert recebida.atendimento.estado == "na_fila"
    assert recebida.texto in tela(recebida)


@pytest.mark.parametrize("cru", ["{", "[]", "", None, 7, "[" * 5000])
def test_E043_unreadable_form_goes_to_a_person(numero, tela, cru):
    [recebida] = chegar(
        numero,
        mensagem(
            type="interactive",
            interactive={"type": "nfm_reply", "nfm_reply": {"response_json": cru, "name": "flow"}},
        ),
    )
    assert recebida.atendimento.estado == "na_fila"
    assert "Resposta de formulário que não conseguimos ler" in tela(recebida)


def test_E044_statuses_in_any_state_are_harmless(numero, resposta, tela):
    envio = resposta.envio
    chegar_status(numero, status(envio, "delivered"), status(envio, "sent"))
    resposta.refresh_from_db()
    assert resposta.estado == "entregue"
    chegar_status(numero, status(envio, "read"), status(envio, "read"))
    chegar_status(numero, status(envio, "failed", errors=[{"code": 131026}]))
    chegar_status(numero, status(envio, "inventado"))
    resposta = Mensagem.objects.select_related("envio__situacao").get(pk=resposta.pk)
    assert resposta.estado == "lida"
    orfao = {"id": "wamid.DE_OUTRO", "status": "sent", "timestamp": "1795000000"}
    chegar_status(numero, orfao | {"recipient_id": "5511900000000"})
    assert StatusOrfao.objects.get().wamid == "wamid.DE_OUTRO"
    assert 'data-estado="lida"' in tela(resposta)


@pytest.mark.parametrize(
    ("extra", "frase"),
    [
        ({}, "A Meta não entregou esta mensagem e não explicou o motivo."),
        (
            {"errors": [{"code": 999999, "title": "?"}]},
            "A Meta não entregou esta mensagem e não explicou o motivo (código 999999).",
        ),
    ],
)
def test_E045_failure_without_a_known_reason_says_so(numero, resposta, tela, extra, frase):
    chegar_status(numero, status(resposta.envio, "failed", **extra))
    resposta = Mensagem.objects.select_related("envio").get(pk=resposta.pk)
    assert resposta.estado == "falhou"
    assert frase in tela(resposta)


@pytest.mark.parametrize(
    ("nome", "mostrado"),
    [
        ("../../etc/passwd", "passwd"),
        ("a\r\nSet-Cookie:x.pdf", "a Set-Cookie:x.pdf"),
        ("n" * 4_000 + ".pdf", "n" * 116 + ".pdf"),
        ("nota.pdf.exe", "nota.pdf.exe"),
        ("nota\u202efdp.exe", "notafdp.exe"),
        ("", ""),
    ],
)
def test_E046_name_of_a_file_is_cleaned_and_the_raw_keeps_it(numero, aplicar, nome, mostrado):
    item = mensagem(
        type="document", document={"id": "77", "mime_type": "text/html", "filename": nome}
    )
    evento = aplicar(corpo(numero, valor(numero, mensagens=[item])))
    midia = Mensagem.objects.get(direcao="entrada").midia
    assert (midia.nome, midia.tipo) == (mostrado, "")
    assert json.dumps(nome).strip('"').replace("/", "\\/").encode() in bytes(evento.corpo)


def test_E046_file_without_id_says_that_it_did_not_come(numero, tela):
    [recebida] = chegar(numero, mensagem(type="image", image={"mime_type": "text/html"}))
    assert recebida.midia is None
    assert "O WhatsApp não entregou o arquivo." in tela(recebida)


def test_E047_template_of_elsewhere_is_created(aplicar):
    evento = aplicar(
        {
            "event": "APPROVED",
            "message_template_id": 987,
            "message_template_name": "feito_no_painel",
            "message_template_language": "pt_BR",
        },
        campo="message_template_status_update",
    )
    modelo = ModeloDeMensagem.objects.get(nome="feito_no_painel")
    assert (evento.estado, modelo.fora_do_sistema, modelo.estado) == ("feito", True, "APPROVED")


def test_E048_restriction_is_told_to_supervisors_alone(numero, aplicar, saude, ana, carla, entrar):
    aplicar({"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "ADULT"}},
            "account_update")  # fmt: skip
    frase = "A Meta mudou a situação do número: a Meta apontou uma violação das regras (ADULT)."
    assert frase in entrar(carla).get("/atendimento/").content.decode()
    assert "A Meta mudou" not in entrar(ana).get("/atendimento/").content.decode()
    aplicar({"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "REINSTATE"}},
            "account_update")  # fmt: skip
    assert "A Meta mudou" not in entrar(carla).get("/atendimento/").content.decode()
