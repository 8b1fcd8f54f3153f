"""Each kind of webhook, in a payload of our own, becomes the value that the product expects."""

import dataclasses
import json
from datetime import UTC, datetime

import pytest

from prefeitura.whatsapp import leitura
from prefeitura.whatsapp.leitura import TIPOS, ler
from tests.whatsapp.cargas import carga, nomes

BSUID = "BR.4471203398812760055"
MOMENTO = datetime.fromtimestamp(1795000000, UTC)


def itens(arquivo, nome):
    lida = ler(json.dumps(carga(arquivo, nome)).encode())
    assert lida.avisos == []
    return lida.itens


def um(arquivo, nome):
    (item,) = itens(arquivo, nome)
    return item


MENSAGENS = {
    "texto": ("texto", "Tem buraco na rua", {}),
    "imagem": ("imagem", "foto", {}),
    "video": ("video", "olha", {}),
    "audio_gravado": ("audio", "", {}),
    "documento": ("documento", "segue", {}),
    "figurinha": ("figurinha", "", {}),
    "localizacao": (
        "localizacao",
        "Praça X\nAv. Y, 10",
        {
            "latitude": -18.9186,
            "longitude": -48.2772,
            "valida": True,
            "nome": "Praça X",
            "endereco": "Av. Y, 10",
            "url": "https://maps.example/x",
        },
    ),
    "contato": (
        "contatos",
        "João Lima",
        {
            "contatos": [
                {
                    "nome": "João Lima",
                    "empresa": "Padaria",
                    "cargo": "",
                    "telefones": [
                        {
                            "numero": "+55 34 99888-7766",
                            "wa_id": "553498887766",
                            "user_id": "",
                            "tipo": "CELL",
                        }
                    ],
                    "telefones_a_mais": 0,
                    "emails": ["joao@example.org"],
                    "enderecos": [],
                    "sites": [],
                    "aniversario": "1990-01-31",
                }
            ],
            "contatos_a_mais": 0,
            "numero_compartilhado": False,
        },
    ),
    "botao": (
        "botao",
        "Iluminação",
        {"id": "menu_iluminacao", "titulo": "Iluminação", "origem": "mensagem"},
    ),
    "lista": (
        "lista",
        "Tapa-buraco",
        {"id": "r3", "titulo": "Tapa-buraco", "descricao": "Vias públicas"},
    ),
    "formulario": (
        "formulario",
        "bairro: Centro\nmoradores: 4",
        {
            "nome": "flow",
            "legivel": True,
            "token": "tk-77",
            "respostas": {"bairro": "Centro", "moradores": 4},
            "linhas": [["bairro", "Centro"], ["moradores", "4"]],
        },
    ),
    "formulario_ilegivel": (
        "formulario",
        "",
        {"nome": "flow", "legivel": False, "bruta": "{quebrado"},
    ),
    "permissao_de_ligacao": (
        "permissao_de_ligacao",
        "",
        {"aceita": True, "ate": "2026-11-25T09:46:40+00:00", "origem": "user_action"},
    ),
    "botao_de_modelo": (
        "botao",
        "Confirmar",
        {"id": "CONFIRMA_123", "titulo": "Confirmar", "origem": "modelo"},
    ),
    "reacao": ("reacao", "👍", {"alvo": "wamid.OUT", "emoji": "👍"}),
    "reacao_retirada": ("reacao", "", {"alvo": "wamid.OUT", "emoji": ""}),
    "pedido": (
        "pedido",
        "para hoje",
        {
            "catalogo": "700100",
            "observacao": "para hoje",
            "itens": [{"codigo": "SKU1", "quantidade": 2, "preco": 30.0, "moeda": "BRL"}],
        },
    ),
    "identidade_mudou": (
        "sistema",
        "Identity changed",
        {"evento": "customer_identity_changed", "wa_id": "", "user_id": ""},
    ),
    "nao_suportada": ("nao_suportado", "", {"tipo": "poll_creation"}),
    "indisponivel": ("nao_suportado", "", {"tipo": ""}),
    "video_grande_demais": ("nao_suportado", "", {"tipo": "media_placeholder"}),
    "edicao": ("edicao", "novo texto", {"alvo": "wamid.ORIG", "tipo": "texto", "dados": {}}),
    "apagamento": ("apagamento", "", {"alvo": "wamid.ORIG"}),
    "boas_vindas": ("boas_vindas", "", {}),
    "voz_antiga": ("audio", "", {}),
    "efemera": ("desconhecido", "", {"tipo": "ephemeral"}),
    "tipo_novo": ("desconhecido", "olá", {"tipo": "hologram"}),
    "interativa_nova": ("desconhecido", "", {"tipo": "interactive"}),
    "sem_o_objeto_do_tipo": ("desconhecido", "", {"tipo": "interactive"}),
}


@pytest.mark.parametrize("nome", MENSAGENS)
def test_message_has_type_text_and_details(nome):
    lida = um("mensagens", nome)
    tipo, texto, dados = MENSAGENS[nome]
    assert (type(lida), lida.tipo, lida.texto) == (leitura.MensagemRecebida, tipo, texto)
    assert lida.dados == dados
    assert (lida.waba_id, lida.phone_number_id) == ("310004445556667", "220001112223334")
    assert (lida.momento, lida.hora_invalida) == (MOMENTO, False)
    assert (lida.remetente.wa_id, lida.remetente.nome) == ("553498887766", "Maria Souza")
    assert (lida.remetente.user_id, lida.remetente.telefone) == (BSUID, "5534998887766")


@pytest.mark.parametrize("nome", nomes("mensagens"))
def test_values_of_every_message_can_be_stored_as_json(nome):
    for lido in itens("mensagens", nome):
        guardado = dataclasses.asdict(lido)
        json.dumps(guardado, allow_nan=False, default=datetime.isoformat)
        assert getattr(lido, "tipo", "sistema") in TIPOS


@pytest.mark.parametrize(
    ("nome", "esperada"),
    {
        "imagem": ("1003383421000001", "image/jpeg", "", False, "foto"),
        "audio_gravado": ("1003383421000003", "audio/ogg; codecs=opus", "", True, ""),
        "documento": ("1003383421000004", "application/pdf", "iptu.pdf", False, "segue"),
        "voz_antiga": ("1003383421000006", "audio/ogg", "", True, ""),
    }.items(),
)
def test_file_has_id_type_name_and_caption(nome, esperada):
    midia = um("mensagens", nome).midia
    assert (midia.media_id, midia.mime, midia.nome, midia.voz, midia.legenda) == esperada
    assert midia.sha256 == "q1nYfHZ3Rk0dT2u8VbWw5xJ6cQe9sLpA1mN4oKtGhDE="


@pytest.mark.parametrize(
    ("nome", "esperado"),
    {
        "texto": None,
        "botao": ("wamid.OUT", "553433334444", False, False, None),
        "encaminhada": (None, None, True, False, None),
        "muito_encaminhada": (None, None, True, True, None),
        "resposta_encaminhada": ("wamid.OUT", "553433334444", True, False, None),
        "duvida_de_produto": (
            "wamid.OUT",
            "553433334444",
            False,
            False,
            {"catalogo": "700100", "codigo": "SKU1"},
        ),
    }.items(),
)
def test_context_tells_quote_forward_and_product(nome, esperado):
    contexto = um("mensagens", nome).contexto
    assert (contexto and dataclasses.astuple(contexto)) == esperado


@pytest.mark.parametrize(
    ("nome", "codigo"),
    [("nao_suportada", 131051), ("indisponivel", 131060), ("video_grande_demais", 131052)],
)
def test_error_inside_a_message_is_kept_with_its_json(nome, codigo):
    lida = um("mensagens", nome)
    assert [e.codigo for e in lida.erros] == [codigo]
    assert lida.bruto["type"] == "unsupported"


def test_errors_beside_a_message_without_content_belong_to_it():
    lida = um("mensagens", "sem_o_objeto_do_tipo")
    assert [(e.codigo, e.detalhe) for e in lida.erros] == [(131000, "Unsupported webhook payload")]


def test_advertisement_is_told_in_our_words():
    assert um("mensagens", "de_anuncio").referral == {
        "origem": "ad",
        "anuncio": "120200001",
        "url": "https://fb.me/x",
        "titulo": "IPTU 2027",
        "texto": "Fale com a prefeitura",
        "midia": "image",
        "imagem": "https://img.example/a.jpg",
        "video": "",
        "clique": "ARAkL",
        "referencia": "",
        "saudacao": "Oi!",
    }


def test_group_message_names_its_group():
    assert um("mensagens", "de_grupo").grupo == "Y2FwaV9ncm91cDox"


def test_citizen_without_phone_is_known_by_user_id():
    quem = um("mensagens", "sem_telefone").remetente
    assert dataclasses.astuple(quem) == (None, BSUID, None, "mariasouza", "Maria S.", None)


def test_user_id_in_the_place_of_the_number_is_a_user_id():
    quem = um("mensagens", "bsuid_no_lugar_do_numero").remetente
    assert (quem.wa_id, quem.user_id, quem.nome) == (None, BSUID, "Maria S.")


def test_shared_number_is_proven_and_a_card_is_not():
    pedido = um("mensagens", "contato_pedido")
    assert pedido.dados["numero_compartilhado"] is True
    assert pedido.texto == "+55 34 99888-7766"
    assert um("mensagens", "contato").dados["numero_compartilhado"] is False


def test_milliseconds_are_told_by_their_size():
    assert um("mensagens", "milissegundos").momento == MOMENTO.replace(microsecond=123000)


@pytest.mark.parametrize(
    ("nome", "antes", "depois"),
    [
        ("numero_mudou", ("553498887766", None), ("553491112222", "BR.9900112233")),
        ("numero_mudou_antigo", ("553498887766", None), ("553491112222", None)),
        ("bsuid_mudou", ("553498887766", BSUID), (None, "BR.9900112233")),
    ],
)
def test_system_message_stays_a_line_and_tells_the_change(nome, antes, depois):
    linha, troca = itens("mensagens", nome)
    assert (linha.tipo, linha.indice, troca.indice) == ("sistema", 0, 1)
    assert troca.wamid == linha.wamid
    assert (troca.antes.wa_id, troca.antes.user_id) == antes
    assert (troca.depois.wa_id, troca.depois.user_id) == depois


def test_user_id_update_joins_two_user_ids_under_todays_number():
    troca = um("conta_e_outros", "user_id_update")
    assert (troca.motivo, troca.wamid, troca.momento) == ("user_id_update", None, MOMENTO)
    assert (troca.antes.user_id, troca.antes.wa_id) == (BSUID, None)
    assert (troca.depois.user_id, troca.depois.wa_id) == ("BR.9900112233", "553491112222")
    assert troca.pessoa.nome == "Maria"
