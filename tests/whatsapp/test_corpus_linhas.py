"""Every recorded payload of the pywa project, signed and posted, becomes the rows stated here.

From the socket to the tables: the webhook's signature, journal and commit, the reader, the batch
and the rules of the inbox. The payloads are read from where the corpus lies, never copied.
"""

import json

import pytest

from atendimento.models import Atendimento, Mensagem, Reacao
from prefeitura.cadastro.models import Cidadao
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import (
    Conta,
    Envio,
    EventoRecebido,
    ItemParado,
    Midia,
    ModeloDeMensagem,
    Numero,
    StatusOrfao,
)
from prefeitura.whatsapp.webhook import Webhook
from tests import factories
from tests.whatsapp.servidor_web import assinar, montar_post, no_ar, pedir
from tests.whatsapp.test_corpus_leitura import corpus  # noqa: F401 (fixture)

pytestmark = pytest.mark.django_db(transaction=True)

# What a citizen wrote: (tipo, texto, media id). Each opens one matter in triage.
MENSAGENS = {
    "message": {
        "text": ("texto", "Body Text", ""),
        "image": ("imagem", "", "65463453"),
        "media_with_url": ("imagem", "", "65463453"),
        "video": ("video", "caption", "765756756"),
        "document": ("documento", "caption", "1234567890987654321"),
        "audio": ("audio", "", "1234567890987654321"),
        "voice": ("audio", "", "1234567890987654321"),
        "static_sticker": ("figurinha", "", "1234567890987654321"),
        "animated_sticker": ("figurinha", "", "1234567890987654321"),
        "current_location": ("localizacao", "", ""),
        "chosen_location": ("localizacao", "Facebook HQ", ""),
        "contacts": ("contatos", "Chandler Bing", ""),
        "order": ("pedido", "", ""),
        "unsupported": ("nao_suportado", "", ""),
        "unsupported_with_type": ("nao_suportado", "", ""),
        "reply": ("texto", "replied text", ""),
        "forwarded": ("texto", "forwarded text", ""),
        "forwarded_many_times": ("texto", "text forwarded many times", ""),
        "interactive_message_with_err": ("desconhecido", "", ""),
        "referral": ("texto", "BODY", ""),
    },
    "callback_button": {
        "button": ("botao", "title", ""),
        "quick_reply": ("botao", "title", ""),
        "quick_reply_without_context": ("botao", "title", ""),
    },
    "callback_selection": {
        "callback": ("lista", "title", ""),
        "description": ("lista", "title", ""),
    },
    "flow_completion": {
        "completion": ("formulario", "comment_text: Comment Text", ""),
        "without_flow_token": ("formulario", "comment_text: Comment Text", ""),
    },
    "call_permission_update": {
        "accept": ("permissao_de_ligacao", "", ""),
        "reject": ("permissao_de_ligacao", "", ""),
    },
}
# What marks a message of before, or happens beside the conversation: it never opens a matter.
SEM_ASSUNTO = {
    "call_connect": ["business_initiated", "user_initiated"],
    "call_status": ["call_status"],
    "call_terminate": ["call_terminate"],
    "deleted_message": ["revoke"],
    "edited_message": ["image"],
    "outgoing_message": ["text", "delete", "edit"],
    "system": ["phone_number_change", "identity_change"],
    "user_marketing_preferences": ["resume", "signup"],
}
REACOES = {"reaction": "😮", "unreaction_empty": "", "unreaction_no_emoji": ""}
STATUS = ["sent", "delivered", "read", "played", "failed", "with_tracker", "group"]
# (nome, idioma, estado, categoria, qualidade)
MODELOS = {
    "template_category_update.marketing": ("my_message_template", "he", "PENDING", "MARKETING", ""),
    "template_components_update.element": ("my_message_template", "he", "PENDING", "", ""),
    "template_quality_update.yellow": ("welcome_template", "en_US", "PENDING", "", "YELLOW"),
    "template_status_update.approved": (
        "order_confirmation", "en_US", "APPROVED", "UTILITY", "",
    ),
    "template_status_update.rejected": ("abandoned_cart", "en", "REJECTED", "MARKETING", ""),
}  # fmt: skip
CONTA = {
    "account_deleted": "ACCOUNT_DELETED",
    "account_restriction": "ACCOUNT_RESTRICTION",
    "account_violation": "ACCOUNT_VIOLATION",
    "ad_account_linked": "AD_ACCOUNT_LINKED",
    "authentication_international_eligibility": "AUTH_INTL_PRICE_ELIGIBILITY_UPDATE",
    "account_disabled": "DISABLED_UPDATE",
    "mm_api_for_wa_terms_of_service": "MM_LITE_TERMS_SIGNED",
    "partner_added": "PARTNER_ADDED",
    "partner_app_installed": "PARTNER_APP_INSTALLED",
    "partner_app_uninstalled": "PARTNER_APP_UNINSTALLED",
    "partner_led_business_verification_status": "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
    "partner_removed": "PARTNER_REMOVED",
    "partner_removed_wa_app_disconnection": "PARTNER_REMOVED",
    "primary_business_location_set": "BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE",
    "pricing_tiering_update": "VOLUME_BASED_PRICING_TIER_UPDATE",
    "account_offboarded": "ACCOUNT_OFFBOARDED",
    "account_reconnected": "ACCOUNT_RECONNECTED",
}


@pytest.fixture(scope="module")
def porta():
    with no_ar(Webhook()) as porta:
        yield porta


@pytest.fixture
def entregar(porta, corpus):  # noqa: F811
    """Return a function: post one payload, signed, twice, and apply it; return its event."""

    def _entregar(arquivo: str, chave: str) -> EventoRecebido:
        carga = corpus[arquivo][chave]
        for entry in carga["entry"]:
            conta = factories.ContaFactory(waba_id=entry["id"])
            for mudanca in entry["changes"]:
                metadados = mudanca["value"].get("metadata")
                if metadados:
                    factories.NumeroFactory(
                        conta=conta, phone_number_id=metadados["phone_number_id"]
                    )
        for _ in range(2):
            bruto = json.dumps(carga).encode()
            assinatura = f"X-Hub-Signature-256: {assinar(bruto)}"
            assert pedir(porta, montar_post(bruto, assinatura)).status == 200
        entrada.processar()
        assert not ItemParado.objects.exists()
        assert {e.estado for e in EventoRecebido.objects.all()} == {"feito"}
        return EventoRecebido.objects.first()

    return _entregar


def pares(tabela: dict) -> list[tuple[str, str]]:
    return [(arquivo, chave) for arquivo, chaves in tabela.items() for chave in chaves]


@pytest.mark.parametrize(("arquivo", "chave"), pares(MENSAGENS))
def test_message_opens_one_matter_with_one_bubble(entregar, arquivo, chave):
    evento = entregar(arquivo, chave)
    tipo, texto, media_id = MENSAGENS[arquivo][chave]
    mensagem = Mensagem.objects.get(direcao="entrada")
    assert (mensagem.tipo, mensagem.evento) == (tipo, evento.pk)
    assert mensagem.texto.startswith(texto)
    assert bool(mensagem.texto) == bool(texto)
    assert [m.media_id for m in Midia.objects.all()] == ([media_id] if media_id else [])
    atendimento = Atendimento.objects.get()
    assert atendimento == mensagem.atendimento
    assert (atendimento.em_triagem, atendimento.nao_lidas) == (True, 1)
    cidadao = atendimento.conversa.cidadao
    assert (cidadao.wa_id, cidadao.user_id) == ("972987654321", "US.13491208655302741918")
    # The recordings are of past years: their windows are over, so no receipt is sent.
    assert not Envio.objects.exists()


@pytest.mark.parametrize(("arquivo", "chave"), pares(SEM_ASSUNTO))
def test_what_is_not_a_request_opens_nothing(entregar, arquivo, chave):
    entregar(arquivo, chave)
    assert not Atendimento.objects.exists()
    assert not Mensagem.objects.exists()


@pytest.mark.parametrize("chave", REACOES)
def test_reaction_to_an_unknown_message_is_kept(entregar, chave):
    entregar("message", chave)
    reacao = Reacao.objects.get()
    assert (reacao.alvo, reacao.emoji, reacao.mensagem) == ("wamid.yzxyzx=", REACOES[chave], None)
    assert not Atendimento.objects.exists()


@pytest.mark.parametrize("chave", STATUS)
def test_status_of_a_message_that_is_not_ours_waits_without_owner(entregar, chave):
    entregar("message_status", chave)
    assert StatusOrfao.objects.values_list("numero").distinct().count() == 1
    assert not Cidadao.objects.exists()


@pytest.mark.parametrize("chave", MODELOS)
def test_template_is_created_as_made_outside(entregar, chave):
    entregar(*chave.split("."))
    modelo = ModeloDeMensagem.objects.get()
    vista = (modelo.nome, modelo.idioma, modelo.estado, modelo.categoria, modelo.qualidade)
    assert (vista, modelo.fora_do_sistema) == (MODELOS[chave], True)


@pytest.mark.parametrize("chave", CONTA)
def test_account_event_is_shown_on_the_account(entregar, chave):
    entregar("account_update", chave)
    assert Conta.objects.get().situacao == CONTA[chave][:60]
    assert not Numero.objects.exists()


def test_changed_number_is_followed(entregar):
    entregar("system", "phone_number_change")
    assert Cidadao.objects.get().wa_id == "972912345678"


def test_every_payload_of_the_corpus_is_stated_here(corpus):  # noqa: F811
    daqui = {*pares(MENSAGENS), *pares(SEM_ASSUNTO)}
    daqui |= {("message", c) for c in REACOES} | {("message_status", c) for c in STATUS}
    daqui |= {tuple(c.split(".")) for c in MODELOS} | {("account_update", c) for c in CONTA}
    assert daqui == {(a, c) for a, chaves in corpus.items() for c in chaves}
