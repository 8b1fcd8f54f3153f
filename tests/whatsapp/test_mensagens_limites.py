"""What Meta would refuse is refused first, with a sentence in Portuguese."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prefeitura.whatsapp import mensagens
from prefeitura.whatsapp.mensagens import MensagemInvalida

WAMID = "wamid.HBgMNTUzNDk4ODg3NzY2FQIAEhgUM0E"
BOTAO = [("a", "A")]


def recusa(funcao, *args, **kwargs):
    with pytest.raises(MensagemInvalida) as erro:
        funcao(*args, **kwargs)
    assert str(erro.value) == erro.value.frase
    return erro.value.campo, erro.value.frase


@pytest.mark.parametrize("texto", ["", "   ", "\n\t", "\u200b\u200d", "\u2800", "\x00\x1b"])
def test_empty_text_is_refused(texto):
    assert recusa(mensagens.texto, texto) == ("texto", "Escreva a mensagem antes de enviar.")


@pytest.mark.parametrize(
    ("tamanho", "fim"),
    [(4097, "4.097"), (8192, "8.192"), (8193, "8.193"), (70_000, "70.000")],
)
def test_text_over_the_limit_says_by_how_much(tamanho, fim):
    campo, frase = recusa(mensagens.texto, "é" * tamanho)
    partes = {4097: "duas", 8192: "duas", 8193: "três", 70_000: "18 partes"}[tamanho]
    assert campo == "texto"
    assert frase == (
        f"A mensagem tem {fim} caracteres; o WhatsApp aceita 4.096. Divida em {partes}."
    )


def test_text_is_counted_in_code_points():
    assert mensagens.texto("😀" * 4096)["text"]["body"] == "😀" * 4096
    assert recusa(mensagens.texto, "😀" * 4097)[0] == "texto"


RECUSADAS = [
    (mensagens.imagem, ("x" * 1025,), "A legenda tem 1.025 caracteres; o WhatsApp aceita 1.024."),
    (mensagens.documento, ("",), "Falta preencher: nome do arquivo."),
    (mensagens.localizacao, (91, 0), "Este ponto não existe no mapa."),
    (mensagens.localizacao, (float("nan"), 0), "Este ponto não existe no mapa."),
    (mensagens.localizacao, (0, float("inf")), "Este ponto não existe no mapa."),
    (mensagens.localizacao, ("aqui", 0), "Escolha um ponto no mapa."),
    (mensagens.localizacao, (0, 0, "", "Av. X"), "Falta preencher: nome do local."),
    (mensagens.contatos, ([],), "Escolha ao menos um contato."),
    (
        mensagens.contatos,
        ([{"nome": "A", "telefones": [{"numero": "1"}]}] * 258,),
        "O WhatsApp aceita até 257 contatos.",
    ),
    (mensagens.contatos, ([{"nome": "Ana"}],), "Falta o telefone de Ana."),
    (mensagens.contatos, ([{"telefones": []}],), "Falta preencher: nome do contato."),
    (mensagens.reacao, (WAMID, "ok"), "Escolha um emoji só."),
    (mensagens.reacao, (WAMID, "👍 👍"), "Escolha um emoji só."),
    (mensagens.reacao, ("", "👍"), "Esta mensagem não tem identificação no WhatsApp."),
    (
        mensagens.leitura_e_digitando,
        ("x" * 256,),
        "Esta mensagem não tem identificação no WhatsApp.",
    ),
    (mensagens.botoes, ("oi", []), "Coloque de 1 a 3 botões."),
    (mensagens.botoes, ("oi", [(str(n), str(n)) for n in range(4)]), "Coloque de 1 a 3 botões."),
    (mensagens.botoes, ("", BOTAO), "Falta preencher: texto."),
    (
        mensagens.botoes,
        ("x" * 1025, BOTAO),
        "O texto tem 1.025 caracteres; o WhatsApp aceita 1.024.",
    ),
    (
        mensagens.botoes,
        ("oi", [("a", "Falar com um atendente")]),
        "O botão “Falar com um atendente” tem 22 caracteres; o WhatsApp aceita 20.",
    ),
    (
        mensagens.botoes,
        ("oi", [("a" * 257, "A")]),
        "O código do botão tem 257 caracteres; o WhatsApp aceita 256.",
    ),
    (mensagens.botoes, ("oi", [("a", "A"), ("a", "B")]), "Há códigos de botão repetidos."),
    (mensagens.botoes, ("oi", [("a", "A"), ("b", "A")]), "Há títulos de botão repetidos."),
    (
        mensagens.botoes,
        ("oi", BOTAO, "c" * 61),
        "O cabeçalho tem 61 caracteres; o WhatsApp aceita 60.",
    ),
    (
        mensagens.botoes,
        ("oi", BOTAO, None, "r" * 61),
        "O rodapé tem 61 caracteres; o WhatsApp aceita 60.",
    ),
    (
        mensagens.botoes,
        ("oi", BOTAO, {"tipo": "audio"}),
        "O cabeçalho pode ser imagem, vídeo ou documento.",
    ),
    (mensagens.lista, ("oi", "Ver", []), "Coloque de 1 a 10 opções na lista (há 0)."),
    (
        mensagens.lista,
        ("oi", "Ver", [("S", [(str(n), str(n), "") for n in range(11)])]),
        "Coloque de 1 a 10 opções na lista (há 11).",
    ),
    (
        mensagens.lista,
        ("oi", "Ver", [("", [("a", "A", "")]), ("B", [("b", "B", "")])]),
        "Falta preencher: título da seção.",
    ),
    (
        mensagens.lista,
        ("oi", "Ver", [("S", [("a", "A", ""), ("a", "B", "")])]),
        "Há códigos de opção repetidos.",
    ),
    (
        mensagens.lista,
        ("oi", "Ver", [("S", [("a", "A", "d" * 73)])]),
        "A descrição de “A” tem 73 caracteres; o WhatsApp aceita 72.",
    ),
    (
        mensagens.lista,
        ("oi", "Ver todas as opções aqui", [("S", [("a", "A", "")])]),
        "O botão da lista tem 24 caracteres; o WhatsApp aceita 20.",
    ),
    (
        mensagens.lista,
        ("oi", "Ver", [("S", [("a", "A", "")])], {"tipo": "imagem"}),
        "Aqui o cabeçalho só pode ser de texto.",
    ),
    (
        mensagens.link,
        ("oi", "Abrir", "javascript:alert(1)"),
        "O endereço precisa começar com https:// e não ter espaços.",
    ),
    (
        mensagens.link,
        ("oi", "Abrir", "https://x.gov.br/a b"),
        "O endereço precisa começar com https:// e não ter espaços.",
    ),
]


@pytest.mark.parametrize(("funcao", "args", "frase"), RECUSADAS)
def test_limit_of_meta_is_told_in_a_sentence(funcao, args, frase):
    assert recusa(funcao, *args)[1] == frase


@pytest.mark.parametrize(
    "funcao",
    [
        lambda: mensagens.botoes("t" * 1024, [("i" * 256, "t" * 20)], "c" * 60, "r" * 60),
        lambda: mensagens.lista(
            "t" * 1024,
            "r" * 20,
            [
                (f"{n}".ljust(24, "s"), [(f"{n}".ljust(200, "i"), "t" * 24, "d" * 72)])
                for n in range(10)
            ],
        ),
        lambda: mensagens.link("t" * 1024, "r" * 20, "https://x.gov.br/" + "a" * 1983),
        lambda: mensagens.imagem("l" * 1024),
    ],
)
def test_exactly_the_limit_is_taken(funcao):
    assert funcao()["type"]


@settings(deadline=None)
@given(st.text(max_size=5000))
def test_any_text_is_built_clean_or_refused(texto):
    try:
        corpo = mensagens.texto(texto)["text"]["body"]
    except MensagemInvalida:
        return
    assert 0 < len(corpo) <= 4096
    assert "\x00" not in corpo and "\r" not in corpo and corpo == corpo.strip()
    assert mensagens.texto(corpo)["text"]["body"] == corpo
