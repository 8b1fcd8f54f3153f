"""The pages of articles: found, read beside the conversation, and never by another house."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from atendimento import acoes
from atendimento.models import Artigo
from tests.factories import ArtigoFactory

pytestmark = pytest.mark.django_db
NOVO = {
    "titulo": "Como remarcar",
    "texto": "Ligue para a *unidade*.\n\n<b>Leve</b> o cartão.",
    "resposta_curta": "{nome}, ligue para a unidade.",
    "endereco": "https://exemplo.gov.br/consultas",
    "publicado": "on",
}


@pytest.fixture
def todos(saude, fazenda):
    """One of each reach, and one that is not published."""
    return [
        ArtigoFactory(titulo="Da cidade"),
        ArtigoFactory(titulo="Da saúde", secretaria=saude.secretaria),
        ArtigoFactory(titulo="Do agendamento", equipe=saude, texto="Vacinação aos sábados"),
        ArtigoFactory(titulo="Rascunho", equipe=saude, publicado=False),
        ArtigoFactory(titulo="Da fazenda", equipe=fazenda),
    ]


def titulos(html: str) -> set[str]:
    nomes = ("Da cidade", "Da saúde", "Do agendamento", "Rascunho", "Da fazenda")
    return {t for t in nomes if t in html}


def test_each_sees_those_of_their_house_and_drafts_only_who_supervises(
    todos, ana, bruno, carla, entrar
):
    vistos = {
        quem.username: titulos(entrar(quem).get("/artigos/").content.decode())
        for quem in (ana, bruno, carla)
    }
    assert vistos["ana"] == {"Da cidade", "Da saúde", "Do agendamento"}
    assert vistos["bruno"] == {"Da cidade", "Da fazenda"}
    assert vistos["carla"] == {"Da cidade", "Da saúde", "Do agendamento", "Rascunho"}


def test_the_composer_is_offered_those_that_fit_the_matter_in_few_queries(
    todos, ana, atendimento, entrar, municipio, saude
):
    ArtigoFactory.create_batch(15, equipe=saude)
    pagina = entrar(ana)
    with CaptureQueriesContext(connection) as consultas:
        html = pagina.get(f"/atendimento/{atendimento.pk}/artigos/").content.decode()
    assert titulos(html) == {"Da cidade", "Da saúde", "Do agendamento"}
    assert len(consultas) <= 6, [c["sql"][:300] for c in consultas]


@pytest.mark.parametrize("q", ["vacinacao", "VACINAS", "sabado vacin"])
def test_words_are_found_without_accents_and_by_their_beginning(todos, ana, atendimento, entrar, q):
    pagina = entrar(ana)
    for caminho in (f"/atendimento/{atendimento.pk}/artigos/", "/artigos/"):
        assert titulos(pagina.get(caminho, {"q": q}).content.decode()) == {"Do agendamento"}


@pytest.mark.parametrize("q", ["'", "!!!", "\x00", "a & | !", "x" * 5000, "<script>"])
def test_strange_searches_break_nothing(todos, ana, atendimento, entrar, q):
    pagina = entrar(ana)
    for caminho in (f"/atendimento/{atendimento.pk}/artigos/", "/artigos/"):
        resposta = pagina.get(caminho, {"q": q})
        assert resposta.status_code == 200
        assert "<script>" not in resposta.content.decode().replace("<script type", "")


def test_it_is_read_with_marks_escaped_and_the_answer_filled_in(
    carla, saude, ana, atendimento, entrar, municipio
):
    entrar(carla).post("/artigos/novo/", NOVO | {"alcance": f"equipe-{saude.pk}"})
    artigo = Artigo.objects.get()
    endereco = f"/atendimento/{atendimento.pk}/artigos/{artigo.pk}/"
    html = entrar(ana).get(endereco, headers={"X-Parte": "dialogo"}).content.decode()
    assert "<strong>unidade</strong>" in html
    assert "&lt;b&gt;Leve&lt;/b&gt;" in html
    nome = atendimento.conversa.cidadao.primeiro_nome
    assert f'data-insere="{nome}, ligue para a unidade."' in html
    assert 'data-insere="https://exemplo.gov.br/consultas"' in html
    assert "mudado por Carla Dias" in html


def test_one_of_another_house_is_404_in_every_door(todos, ana, atendimento, entrar):
    de_la, rascunho = todos[4], todos[3]
    pagina = entrar(ana)
    for artigo in (de_la, rascunho):
        assert pagina.get(f"/artigos/{artigo.pk}/").status_code == 404
        assert pagina.get(f"/artigos/{artigo.pk}/mudar/").status_code == 404
        assert pagina.get(f"/atendimento/{atendimento.pk}/artigos/{artigo.pk}/").status_code == 404


def test_a_refusal_keeps_what_was_typed_and_a_change_meanwhile_is_told(carla, saude, entrar):
    pagina = entrar(carla)
    corpo = NOVO | {"alcance": f"equipe-{saude.pk}"}
    ruim = pagina.post("/artigos/novo/", corpo | {"endereco": "javascript:alert(1)"})
    assert ruim.status_code == 422
    assert "começando com https://" in ruim.content.decode()
    assert "Como remarcar" in ruim.content.decode()
    pagina.post("/artigos/novo/", corpo)
    artigo = Artigo.objects.get()
    vista = artigo.versoes.get().pk
    acoes.guardar_artigo(
        servidor=carla, equipe=saude, artigo_id=artigo.pk, titulo="Outro", texto="Outro"
    )
    velha = pagina.post(f"/artigos/{artigo.pk}/mudar/", corpo | {"vista": vista})
    assert velha.status_code == 422
    assert "mudou este artigo" in velha.content.decode()
    assert "Como remarcar" in velha.content.decode()
    historia = pagina.get(f"/artigos/{artigo.pk}/mudar/").content.decode()
    assert "Quem mudou" in historia


def test_who_only_answers_is_told_who_writes(ana, entrar, saude):
    assert "supervisão" in entrar(ana).get("/artigos/novo/").content.decode()
    resposta = entrar(ana).post("/artigos/novo/", NOVO | {"alcance": f"equipe-{saude.pk}"})
    assert resposta.status_code == 422
    assert not Artigo.objects.exists()


def test_the_admin_writes_for_the_whole_city_and_is_remembered(admin, entrar):
    corpo = NOVO | {
        "equipe": "", "secretaria": "", "assunto": "",
        "versoes-TOTAL_FORMS": "0", "versoes-INITIAL_FORMS": "0",
    }  # fmt: skip
    assert entrar(admin).post("/admin/atendimento/artigo/add/", corpo).status_code == 302
    artigo = Artigo.objects.get()
    assert artigo.alcance == "Toda a prefeitura"
    assert artigo.versoes.get().quem == admin
