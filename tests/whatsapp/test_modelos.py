"""Templates and numbers as Meta tells them."""

import pytest

from prefeitura.whatsapp import cliente, modelos
from prefeitura.whatsapp.models import ModeloDeMensagem
from tests import factories
from tests.whatsapp.servidor_falso import cortar, recusar, responder

pytestmark = pytest.mark.django_db

AVISO = {
    "id": "900",
    "name": "aviso_protocolo",
    "language": "pt_BR",
    "status": "APPROVED",
    "category": "UTILITY",
    "components": [{"type": "BODY", "text": "Olá {{1}}"}],
    "parameter_format": "POSITIONAL",
    "quality_score": {"score": "GREEN"},
    "rejected_reason": "NONE",
}


@pytest.fixture
def conta(numero):
    return numero.conta


def pagina(*dados):
    return responder({"data": list(dados)})


def test_template_is_mirrored_and_repeating_changes_nothing(graph, conta):
    graph.combinar(pagina(AVISO), pagina(AVISO))
    assert modelos.sincronizar(conta) == 1
    assert modelos.sincronizar(conta) == 1
    modelo = ModeloDeMensagem.objects.get()
    assert (modelo.nome, modelo.idioma, modelo.estado) == ("aviso_protocolo", "pt_BR", "APPROVED")
    assert (modelo.qualidade, modelo.motivo, modelo.id_meta) == ("GREEN", "", "900")
    assert modelo.componentes == AVISO["components"]
    assert modelo.pode_enviar


def test_change_of_state_arrives(graph, conta):
    graph.combinar(
        pagina(AVISO), pagina(AVISO | {"status": "REJECTED", "rejected_reason": "ABUSIVE"})
    )
    modelos.sincronizar(conta)
    modelos.sincronizar(conta)
    modelo = ModeloDeMensagem.objects.get()
    assert (modelo.estado, modelo.motivo, modelo.pode_enviar) == ("REJECTED", "ABUSIVE", False)


def test_template_gone_at_meta_stays_as_deleted_and_only_in_this_account(graph, conta):
    ido = factories.ModeloDeMensagemFactory(conta=conta)
    de_outra = factories.ModeloDeMensagemFactory()
    graph.combinar(pagina(AVISO))
    modelos.sincronizar(conta)
    ido.refresh_from_db()
    de_outra.refresh_from_db()
    assert (ido.estado, de_outra.estado) == ("DELETED", "APPROVED")


def test_failure_in_the_middle_changes_nothing(graph, conta):
    atual = factories.ModeloDeMensagemFactory(conta=conta)
    primeira = responder({"data": [AVISO], "paging": {"cursors": {"after": "C"}, "next": "x"}})
    graph.combinar(primeira, recusar(190, 401))
    with pytest.raises(cliente.ErroDoGraph):
        modelos.sincronizar(conta)
    assert ModeloDeMensagem.objects.get() == atual


def test_strange_templates_do_not_stop_the_others(graph, conta):
    graph.combinar(
        pagina({"name": None}, {"language": "pt_BR"}, {"name": "so", "language": "pt_BR"}, AVISO)
    )
    assert modelos.sincronizar(conta) == 2


def test_number_in_order_is_told_line_by_line_and_leaves_its_pause(graph, numero):
    type(numero).objects.update(pausa_motivo="x", pausado_ate="2999-01-01T00:00Z")
    graph.combinar(
        responder(
            {
                "display_phone_number": "+55 11 99000-0001",
                "verified_name": "Prefeitura",
                "quality_rating": "GREEN",
                "status": "CONNECTED",
                "throughput": {"level": "HIGH"},
                "whatsapp_business_manager_messaging_limit": "TIER_2K",
            }
        ),
        responder({"data": [{"whatsapp_business_api_data": {"id": "1"}}]}),
    )
    assert modelos.testar_numero(numero) == [
        "O token de acesso funciona.",
        "Número +55 11 99000-0001 encontrado na Meta.",
        "Situação: conectado.",
        "Qualidade: verde.",
        "O aplicativo está inscrito para receber as mensagens desta conta.",
    ]
    numero.refresh_from_db()
    numero.conta.refresh_from_db()
    assert (numero.pausado_ate, numero.pausa_motivo) == (None, "")
    assert (numero.mensagens_por_segundo, numero.qualidade) == (1_000, "GREEN")
    assert numero.conta.limite_diario == "TIER_2K"


@pytest.mark.parametrize(
    ("reacao", "comeco"),
    [
        (recusar(190, 401), "A Meta recusou o token de acesso."),
        (recusar(100, 400), "A Meta recusou a consulta:"),
        (cortar, "Não foi possível falar com a Meta agora."),
    ],
)
def test_what_is_wrong_is_told_in_a_sentence(graph, numero, reacao, comeco):
    graph.combinar(reacao)
    (frase,) = modelos.testar_numero(numero)
    assert frase.startswith(comeco)


def test_missing_subscription_is_told(graph, numero):
    graph.combinar(responder({"display_phone_number": "x"}), responder({"data": []}))
    assert "não chegam" in modelos.testar_numero(numero)[-1]
