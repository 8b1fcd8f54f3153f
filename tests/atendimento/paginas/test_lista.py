"""The list: pages by key, strange addresses, search, catch-up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from atendimento import acoes
from atendimento.views.apresentar import tempo
from tests.factories import AtendimentoFactory, ParticipacaoFactory


def linhas(resposta) -> list[str]:
    import re

    return re.findall(r'id="at-(\d+)"', resposta.content.decode())


@pytest.mark.parametrize("ordem", ["recentes", "espera"])
def test_pages_by_key_show_every_row_once_and_in_order(saude, ana, entrar, municipio, ordem):
    agora = timezone.now()
    for i in range(120):
        AtendimentoFactory(
            equipe=saude,
            ultima_em=agora - timedelta(minutes=i // 3),
            esperando_desde=None if i % 4 == 0 else agora - timedelta(minutes=i // 5),
        )
    cliente, vistos, depois = entrar(ana), [], ""
    for _ in range(4):
        endereco = f"/atendimento/mais/?aba=todas&ordem={ordem}&depois={depois}"
        resposta = cliente.get(endereco)
        vistos += linhas(resposta)
        corpo = resposta.content.decode()
        if "linha-mais" not in corpo:
            break
        depois = corpo.split("depois=")[1].split('"')[0]
    assert len(vistos) == len(set(vistos)) == 120


@pytest.mark.parametrize(
    "consulta",
    ["?ordem=x&aba=y", "?q=" + "a" * 10_000, "?q=%25_\\'(((((", "?q=ab", "?aba=tudo", "?q=%00abc"],
)
def test_strange_addresses_answer_200(ana, entrar, municipio, consulta):
    assert entrar(ana).get(f"/atendimento/{consulta}").status_code == 200


def test_a_short_search_says_what_to_do(ana, entrar, municipio):
    assert "Escreva ao menos 3 letras." in entrar(ana).get("/atendimento/?q=ab").content.decode()


@pytest.mark.parametrize("depois", ["x", "1-", "9" * 60, "99999999999999999-1"])
def test_a_forged_cursor_of_the_list_never_breaks(ana, entrar, municipio, depois):
    resposta = entrar(ana).get(f"/atendimento/mais/?depois={depois}")
    assert resposta.status_code in (200, 404)


def test_search_finds_by_name_phone_and_protocol_also_closed_ones(saude, ana, entrar, municipio):
    a = AtendimentoFactory(
        equipe=saude,
        encerrado=True,
        conversa__cidadao__nome_no_whatsapp="Josefina das Dores",
        conversa__cidadao__wa_id="5511987654321",
    )
    AtendimentoFactory(equipe=saude)
    cliente = entrar(ana)
    for q in ("josefina", "98765-4321", a.protocolo):
        assert linhas(cliente.get("/atendimento/", {"q": q, "aba": "tudo"})) == [str(a.pk)]


@pytest.mark.parametrize("q", ["(34) 99888-7766", "+55 34 99888-7766", "34 9888-7766", "9888-7766"])
def test_search_finds_a_phone_with_and_without_the_ninth_digit(saude, ana, entrar, municipio, q):
    a = AtendimentoFactory(equipe=saude, conversa__cidadao__wa_id="553498887766")
    assert linhas(entrar(ana).get("/atendimento/", {"q": q, "aba": "tudo"})) == [str(a.pk)]


def test_a_number_inside_a_name_is_not_searched_in_the_phones(saude, ana, entrar, municipio):
    AtendimentoFactory(equipe=saude, conversa__cidadao__wa_id="5511910045678")
    assert linhas(entrar(ana).get("/atendimento/", {"q": "rua 100", "aba": "tudo"})) == []


def test_catch_up_tells_what_changed_and_what_left(saude, fazenda, ana, entrar, atendimento):
    cliente = entrar(ana)
    cursor = f"{tempo.micros(timezone.now())}-0"
    acoes.transferir(atendimento_id=atendimento.pk, servidor=ana, equipe=fazenda)
    lido = cliente.get("/atendimento/desde/", {"cursor": cursor}).json()
    assert str(atendimento.pk) in lido["ids"]
    ids = {"ids": str(atendimento.pk), "aba": "todas"}
    assert cliente.get("/atendimento/linhas/", ids).json()["fora"] == [str(atendimento.pk)]


@pytest.mark.parametrize("cursor", ["", "x", "1-0", "9" * 30, "99999999999999999-0"])
def test_a_strange_cursor_asks_for_a_full_reload(ana, entrar, cursor):
    lido = entrar(ana).get("/atendimento/desde/", {"cursor": cursor}).json()
    assert lido["recarregar"] is True


def test_a_hit_in_phone_or_protocol_is_shown_and_a_name_is_marked(saude, ana, entrar, municipio):
    a = AtendimentoFactory(
        equipe=saude,
        conversa__cidadao__nome_no_whatsapp="Josefina <b>",
        conversa__cidadao__wa_id="5511987654321",
    )
    cliente = entrar(ana)

    def pagina(q: str) -> str:
        return cliente.get("/atendimento/", {"q": q, "aba": "tudo"}).content.decode()

    assert "<mark>JOSE</mark>" not in pagina("JOSE")
    assert "<mark>Jose</mark>fina &lt;b&gt;" in pagina("JOSE")
    assert "(11) 98765-4321" not in pagina("josefina")
    assert "(11) <mark>98765-4321</mark>" in pagina("98765-4321")
    assert f"<mark>{a.protocolo}</mark>" in pagina(a.protocolo)


def test_the_team_is_named_only_to_who_sees_more_than_one(saude, fazenda, ana, entrar, municipio):
    AtendimentoFactory(equipe=saude)
    cliente = entrar(ana)
    em_linha = f"Sem assunto · {saude.nome}"
    assert em_linha not in cliente.get("/atendimento/?aba=todas").content.decode()
    ParticipacaoFactory(servidor=ana, equipe=fazenda)
    assert em_linha in cliente.get("/atendimento/?aba=todas").content.decode()


def test_a_closed_row_tells_its_result_in_few_words(saude, ana, entrar, municipio):
    AtendimentoFactory(equipe=saude, encerrado=True, resultado="sem_resposta")
    pagina = entrar(ana).get("/atendimento/?aba=encerradas").content.decode()
    assert "Sem resposta" in pagina
    assert "O cidadão não respondeu mais" not in pagina
