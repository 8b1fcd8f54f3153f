"""Receipts, calls, echoes and notices about account, number and templates."""

import json
from datetime import UTC, datetime

import pytest

from prefeitura.whatsapp import leitura
from prefeitura.whatsapp.leitura import ler
from prefeitura.whatsapp.leitura.conta import limite
from tests.whatsapp.cargas import carga, evento

BSUID = "BR.4471203398812760055"


def hora(segundos):
    return datetime.fromtimestamp(segundos, UTC)


def um(arquivo, nome):
    lida = ler(json.dumps(carga(arquivo, nome)).encode())
    assert lida.avisos == []
    (item,) = lida.itens
    return item


STATUS = {
    "sent": {"status": "sent", "posto": 2, "falhou": False, "opaco": "msg:7f3c"},
    "delivered": {"status": "delivered", "posto": 3, "opaco": None},
    "read": {"status": "read", "posto": 4, "preco": None},
    "played": {"status": "played", "posto": 5},
    "failed": {"status": "failed", "posto": None, "falhou": True, "contato": None},
    "failed_sem_errors": {"falhou": True, "erros": ()},
    "antigos": {"status": "warning", "posto": None, "falhou": False},
    "desconhecido": {"status": "teleported", "posto": None, "falhou": False},
    "entrada_gratuita": {
        "conversa_origem": "referral_conversion",
        "conversa_expira": hora(1795086410),
    },
    "grupo": {"grupo": "Y2FwaV9ncm91cDox", "posto": 4},
    "pagamento": {"especie": "payment", "posto": None, "falhou": False},
}


@pytest.mark.parametrize("nome", STATUS)
def test_receipt_has_rank_failure_and_mark(nome):
    lido = um("status", nome)
    assert type(lido) is leitura.StatusRecebido
    assert {campo: getattr(lido, campo) for campo in STATUS[nome]} == STATUS[nome]
    assert lido.destinatario.wa_id == "553498887766"
    assert lido.wamid.startswith("wamid.OUT")


def test_receipt_carries_price_and_person():
    lido = um("status", "delivered")
    assert (lido.preco.cobravel, lido.preco.modelo) == (True, "PMP")
    assert (lido.preco.tipo, lido.preco.categoria) == ("free_customer_service", "service")
    assert um("status", "read").contato.username == "mariasouza"
    internacional = um("status", "autenticacao_internacional").preco.categoria
    assert internacional == "authentication_international"


def test_receipt_without_number_is_told_by_user_id():
    lido = um("status", "sem_numero")
    assert (lido.destinatario.wa_id, lido.destinatario.user_id) == (None, BSUID)


def test_failure_carries_code_and_detail_wherever_meta_put_them():
    erro = um("status", "failed").erros[0]
    assert (erro.codigo, erro.titulo) == (131047, "Re-engagement message")
    assert erro.detalhe.startswith("Message failed to send because more than 24 hours")
    assert [e.codigo for e in um("status", "failed_com_errors_ao_lado").erros] == [999999]


def test_payment_status_keeps_its_json():
    assert um("status", "pagamento").bruto["payment"]["reference_id"] == "r1"


MODELO = {"modelo_id": "708001112223", "nome": "aviso_protocolo", "idioma": "pt_BR"}
CONTA = {"waba_id": "310004445556667", "momento": hora(1795000000)}
OUTROS = {
    "erro_do_aplicativo": ("ErroDoAplicativo", {"phone_number_id": "220001112223334"}),
    "modelo_recusado": (
        "SituacaoDeModelo",
        {
            **MODELO,
            **CONTA,
            "situacao": "REJECTED",
            "motivo": "INVALID_FORMAT",
            "categoria": "UTILITY",
            "explicacao": "Lacunas juntas",
            "recomendacao": "Separe",
        },
    ),
    "modelo_pausado": (
        "SituacaoDeModelo",
        {"motivo": "", "titulo": "FIRST_PAUSE", "detalhe": "Pausado por 3 horas"},
    ),
    "modelo_desativado": ("SituacaoDeModelo", {"desativa_em": hora(1795000000)}),
    "modelo_qualidade": ("QualidadeDeModelo", {**MODELO, "antes": "GREEN", "depois": "YELLOW"}),
    "modelo_componentes": (
        "ComponentesDeModelo",
        {
            **MODELO,
            "titulo": "Protocolo",
            "corpo": "Olá {{1}}, tudo certo.",
            "rodape": "Prefeitura",
            "botoes": ({"tipo": "URL", "texto": "Ver", "url": "https://x.gov.br", "telefone": ""},),
        },
    ),
    "modelo_categoria_pendente": (
        "CategoriaDeModelo",
        {
            "categoria": "UTILITY",
            "prevista": "MARKETING",
            "pendente": True,
            "muda_em": hora(1795100000),
        },
    ),
    "modelo_categoria": (
        "CategoriaDeModelo",
        {"categoria": "MARKETING", "antes": "UTILITY", "pendente": False},
    ),
    "numero_qualidade": (
        "QualidadeDoNumero",
        {
            "evento": "THROUGHPUT_UPGRADE",
            "limite_diario": -1,
            "limite_texto": "TIER_UNLIMITED",
            "numero_exibido": "553433334444",
        },
    ),
    "numero_qualidade_antigo": (
        "QualidadeDoNumero",
        {"limite_diario": 1000, "numero_exibido": "553433334444"},
    ),
    "numero_nome": (
        "NomeDoNumero",
        {"decisao": "APPROVED", "nome": "Prefeitura de X", "motivo": ""},
    ),
    "conta_restrita": (
        "SituacaoDaConta",
        {
            **CONTA,
            "grave": True,
            "restricoes": (
                {
                    "tipo": "RESTRICTED_BIZ_INITIATED_MESSAGING",
                    "expira": "2026-11-25T09:46:40+00:00",
                },
            ),
        },
    ),
    "conta_violacao": ("SituacaoDaConta", {"grave": True, "motivo": "SCAM"}),
    "conta_desativada": ("SituacaoDaConta", {"grave": True, "motivo": "SCHEDULE_FOR_DISABLE"}),
    "conta_revista": (
        "SituacaoDaConta",
        {"campo": "account_review_update", "evento": "REJECTED", "grave": True},
    ),
    "conta_alerta": (
        "SituacaoDaConta",
        {
            "campo": "account_alerts",
            "evento": "INCREASED_CAPABILITIES_ELIGIBILITY_DEFERRED",
            "grave": False,
            "motivo": "Ainda não.",
        },
    ),
    "conta_capacidade": ("SituacaoDaConta", {"limite_diario": 2000, "limite_numeros": 25}),
    "conta_capacidade_sem_limite": ("SituacaoDaConta", {"limite_diario": -1, "evento": ""}),
    "preferencia": (
        "PreferenciaDeDivulgacao",
        {"valor": "parar", "categoria": "marketing_messages", "momento": hora(1795000000)},
    ),
    "nome_de_usuario": (
        "NomeDeUsuarioDaEmpresa",
        {"username": "prefeiturax", "situacao": "approved"},
    ),
    "ligacao": (
        "Ligacao",
        {"chamada": "wacid.ABG1", "evento": "inicio", "do_cidadao": True, "estado": ""},
    ),
    "ligacao_fim": (
        "Ligacao",
        {
            "evento": "fim",
            "estado": "COMPLETED",
            "duracao": 60,
            "inicio": hora(1795000000),
            "fim": hora(1795000060),
        },
    ),
    "ligacao_status": (
        "Ligacao",
        {"evento": "status", "estado": "RINGING", "do_cidadao": False},
    ),
    "eco": ("Eco", {"tipo": "texto", "texto": "Respondi do celular", "wamid": "wamid.ECO1"}),
    "historico": ("CampoIgnorado", {"nome": "history"}),
    "grupos": ("CampoIgnorado", {"nome": "group_lifecycle_update"}),
    "campo_novo": ("CampoDesconhecido", {"nome": "quantum_updates"}),
    "outro_objeto": ("OutroObjeto", {"objeto": "instagram"}),
}


@pytest.mark.parametrize("nome", OUTROS)
def test_notice_becomes_its_value(nome):
    classe, campos = OUTROS[nome]
    lido = um("conta_e_outros", nome)
    assert type(lido) is getattr(leitura, classe)
    assert {campo: getattr(lido, campo) for campo in campos} == campos


def test_error_of_the_application_keeps_its_code():
    assert [e.codigo for e in um("conta_e_outros", "erro_do_aplicativo").erros] == [130429]


def test_echo_is_addressed_to_the_citizen():
    quem = um("conta_e_outros", "eco").destinatario
    assert (quem.wa_id, quem.user_id, quem.nome) == ("553498887766", BSUID, "Maria Souza")


def test_call_without_direction_is_told_by_our_number():
    chamada = {"id": "wacid.1", "from": "553433334444", "to": "553498887766", "event": "connect"}
    valor = {"metadata": {"display_phone_number": "+55 34 3333-4444"}, "calls": [chamada]}
    (nossa,) = ler(json.dumps(evento("calls", valor)).encode()).itens
    assert (nossa.do_cidadao, nossa.pessoa.wa_id) == (False, "553498887766")
    chamada |= {"from": "553498887766", "to": "553433334444"}
    (dele,) = ler(json.dumps(evento("calls", valor)).encode()).itens
    assert (dele.do_cidadao, dele.pessoa.wa_id) == (True, "553498887766")


@pytest.mark.parametrize(
    ("cru", "esperado"),
    [
        (250, 250),
        ("TIER_250", 250),
        ("TIER_2K", 2000),
        ("TIER_100K", 100_000),
        ("tier_unlimited", -1),
        (-1, -1),
        ("TIER_NOT_SET", None),
        (None, None),
        (True, None),
        ([], None),
    ],
)
def test_daily_limit_is_a_number_in_every_spelling(cru, esperado):
    assert limite(cru) == esperado
