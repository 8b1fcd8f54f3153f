"""The search: words of people, messages, files and notes, of one's own teams only."""

import re
from uuid import uuid4

import pytest

from atendimento import acoes
from tests.factories import AtendimentoFactory, MensagemFactory, MidiaFactory


def achados(cliente, q: str) -> list[str]:
    resposta = cliente.get("/atendimento/", {"q": q, "aba": "tudo"})
    assert resposta.status_code == 200
    return re.findall(r'id="at-(\d+)"', resposta.content.decode())


def pagina(cliente, q: str) -> str:
    return cliente.get("/atendimento/", {"q": q, "aba": "tudo"}).content.decode()


@pytest.mark.parametrize(
    "q",
    ["alvará", "ALVARA", "alv funcionamento", "funcionamento alvará", "alvaras", "padaria-escola"],
)
def test_words_of_messages_are_found_without_accents_case_or_order(
    saude, ana, entrar, municipio, q
):
    a = AtendimentoFactory(
        equipe=saude, escreveu="Preciso do Alvará de funcionamento da padaria-escola"
    )
    AtendimentoFactory(equipe=saude, escreveu="bom dia")
    assert achados(entrar(ana), q) == [str(a.pk)]


def test_the_hit_is_shown_marked_and_leads_to_its_bubble(saude, ana, entrar, municipio):
    a = AtendimentoFactory(equipe=saude)
    dita = MensagemFactory(atendimento=a, texto="ontem pedi a <b>certidão</b> negativa")
    MensagemFactory(atendimento=a, texto="obrigado")
    corpo = pagina(entrar(ana), "certidao")
    assert "ontem pedi a &lt;b&gt;<mark>certidão</mark>&lt;/b&gt; negativa" in corpo
    assert f'data-achado="m-{dita.pk}"' in corpo


def test_a_long_message_is_cut_around_the_hit(saude, ana, entrar, municipio):
    AtendimentoFactory(equipe=saude, escreveu="muito " * 100 + "vacinação " + "pouco " * 100)
    assert re.search(r">…(muito ){3,5}<mark>vacinação</mark> pouco", pagina(entrar(ana), "vacinas"))


@pytest.mark.parametrize("q", ["laudo", "2026", "joao.pdf", "médico"])
def test_files_are_found_by_the_words_of_their_names(saude, ana, entrar, municipio, numero, q):
    a = AtendimentoFactory(equipe=saude)
    arquivo = MidiaFactory(numero=numero, nome="laudo_medico-2026.João.pdf")
    MensagemFactory(atendimento=a, texto="", midia=arquivo)
    cliente = entrar(ana)
    assert achados(cliente, q) == [str(a.pk)]
    assert "<mark>" in pagina(cliente, q)


def test_notes_are_found_and_told_apart(saude, ana, entrar, atendimento):
    nota = acoes.escrever_nota(
        atendimento_id=atendimento.pk,
        servidor=ana,
        texto="Falar com o Sebastião da vigilância",
        chave_cliente=uuid4(),
    )
    corpo = pagina(entrar(ana), "vigilancia")
    assert f'data-achado="nota-{nota.pk}"' in corpo
    assert "#sticky-note" in corpo


def test_people_are_found_without_accents(saude, ana, entrar, municipio):
    a = AtendimentoFactory(equipe=saude, conversa__cidadao__nome="José Antônio Gonçalves")
    cliente = entrar(ana)
    assert achados(cliente, "goncalves jose") == [str(a.pk)]
    assert "<mark>José</mark> Antônio <mark>Gonç</mark>alves" in pagina(cliente, "jose GONC")


@pytest.mark.parametrize("q", ["2026-004518-7", "2026-0045", "4518", "004518", "2026 004518"])
def test_a_protocol_is_found_by_its_parts(saude, ana, entrar, municipio, q):
    a = AtendimentoFactory(equipe=saude, protocolo="2026-004518-7")
    AtendimentoFactory(equipe=saude, protocolo="2026-014519-7")
    assert achados(entrar(ana), q) == [str(a.pk)]


def test_an_outsider_finds_nothing_of_what_others_wrote(
    saude, ana, bruno, entrar, municipio, numero
):
    a = AtendimentoFactory(equipe=saude, escreveu="resultado do exame de sangue")
    MensagemFactory(
        atendimento=a, texto="", midia=MidiaFactory(numero=numero, nome="hemograma.pdf")
    )
    for q in ("sangue", "hemograma"):
        assert achados(entrar(ana), q) == [str(a.pk)]
        assert achados(entrar(bruno), q) == []


def test_the_word_of_a_hidden_team_is_not_shown_for_a_matter_that_is_seen(
    saude, fazenda, ana, entrar, municipio
):
    da_saude = AtendimentoFactory(equipe=saude, escreveu="quero meu carnê")
    AtendimentoFactory(
        equipe=fazenda, conversa=da_saude.conversa, escreveu="parcelamento da dívida"
    )
    cliente = entrar(ana)
    assert achados(cliente, "parcelamento") == []
    assert "parcelamento" not in pagina(cliente, da_saude.conversa.cidadao.telefone)


@pytest.mark.parametrize(
    "q", ["bom & !dia & xyz", "' | 'x':*", "de para com", "!!!", "\\' OR 1=1", "😀😀😀", ":*:*:*"]
)
def test_hostile_searches_are_words_or_nothing(saude, ana, entrar, municipio, q):
    AtendimentoFactory(equipe=saude, escreveu="bom dia")
    assert achados(entrar(ana), q) == []


def test_a_message_of_a_million_letters_is_stored_and_found(saude, ana, entrar, municipio):
    a = AtendimentoFactory(equipe=saude, escreveu="começo " + "palavra diferente %s " * 60_000)
    assert achados(entrar(ana), "comeco") == [str(a.pk)]


def test_the_search_costs_the_same_whatever_it_finds(
    saude, ana, entrar, municipio, django_assert_max_num_queries
):
    for _ in range(30):
        AtendimentoFactory(equipe=saude, escreveu="segunda via do iptu")
    cliente = entrar(ana)
    # The list takes at most thirteen; finding is one more.
    with django_assert_max_num_queries(13 + 1):
        assert len(achados(cliente, "iptu")) == 30
