"""Notes on the pages: their place in the log, their tab, and where they must never appear."""

import uuid

import pytest
from django.test.utils import CaptureQueriesContext

from atendimento.models import Mencao, Nota, Rascunho
from tests.atendimento.paginas.test_lista import linhas
from tests.factories import AtendimentoFactory, MensagemFactory, NotaFactory, ServidorFactory

JSON = {"Accept": "application/json"}


@pytest.fixture
def guardar(atendimento, ana, entrar):
    """Return a function: posts a note as Ana, as the page's scripts do."""
    navegador = entrar(ana)

    def _guardar(texto="Falta o CPF dela.", **extra):
        dados = {"chave_cliente": str(uuid.uuid4()), "texto": texto} | extra
        return navegador.post(f"/atendimento/{atendimento.pk}/notas/", dados, headers=JSON)

    return _guardar


def abrir(cliente, atendimento, parte="painel") -> str:
    resposta = cliente.get(f"/atendimento/{atendimento.pk}/", headers={"X-Parte": parte})
    assert resposta.status_code == 200
    return resposta.content.decode()


def contagens(cliente) -> dict:
    return cliente.get("/atendimento/linhas/", {"ids": ""}).json()["contagens"]


def test_what_comes_back_is_the_note_in_its_own_element(guardar, ana):
    lido = guardar("Falta o *CPF* <dela>.").json()
    assert f'id="nota-{lido["id"]}"' in lido["html"]
    assert "Nota interna" in lido["html"]
    assert "<strong>CPF</strong> &lt;dela&gt;" in lido["html"]
    assert 'class="msg' not in lido["html"]


def test_without_scripts_the_form_leads_back_to_the_conversation(atendimento, ana, entrar):
    dados = {"chave_cliente": str(uuid.uuid4()), "texto": "Falta o CPF."}
    resposta = entrar(ana).post(f"/atendimento/{atendimento.pk}/notas/", dados)
    assert (resposta.status_code, resposta.url) == (302, f"/atendimento/{atendimento.pk}/")


@pytest.mark.parametrize(
    ("extra", "frase"),
    [
        ({"texto": "\x00 "}, "Escreva a nota antes de guardar."),
        ({"chave_cliente": "x"}, "Não deu para guardar."),
        ({"mencao": "cidadao:1"}, "Não deu para ler as menções."),
        ({"mencao": "servidor:99999999999999999999"}, "Não deu para ler as menções."),
        ({"mencao": "servidor:0"}, "não tem acesso a este atendimento"),
    ],
)
def test_a_refusal_says_why(guardar, extra, frase):
    resposta = guardar(**extra)
    assert resposta.status_code == 422
    assert frase in resposta.json()["frase"]
    assert not Nota.objects.exists()


def test_E083_the_names_of_other_secretarias_are_neither_offered_nor_taken(
    guardar, atendimento, ana, bruno, carla, entrar
):
    assert guardar("@Bruno Lima", mencao=f"servidor:{bruno.pk}").status_code == 422
    pagina = entrar(ana).get(f"/atendimento/{atendimento.pk}/notas/mencionaveis/").content.decode()
    assert f'data-valor="servidor:{carla.pk}"' in pagina
    assert f'data-valor="equipe:{atendimento.equipe_id}"' in pagina
    assert "Bruno" not in pagina
    assert f'data-valor="servidor:{ana.pk}"' not in pagina


def test_a_note_stands_in_its_place_by_time(atendimento, ana, entrar, municipio):
    nota = NotaFactory(atendimento=atendimento, autor=ana)
    depois = MensagemFactory(atendimento=atendimento)
    Nota.objects.update(criada_em=depois.momento)
    pagina = abrir(entrar(ana), atendimento)
    antes = atendimento.mensagens.first()
    lugares = [pagina.index(f'id="{i}"') for i in (f"m-{antes.pk}", f"nota-{nota.pk}")]
    assert lugares == sorted(lugares)


def test_old_notes_come_with_the_messages_around_them(atendimento, ana, entrar, municipio):
    nota = NotaFactory(atendimento=atendimento, autor=ana)
    Nota.objects.update(criada_em=atendimento.mensagens.first().momento)
    for _ in range(45):
        MensagemFactory(atendimento=atendimento)
    cliente = entrar(ana)
    pagina = abrir(cliente, atendimento)
    assert f'id="nota-{nota.pk}"' not in pagina
    antes = pagina.split('data-antes="')[1].split('"')[0]
    acima = cliente.get(f"/atendimento/{atendimento.pk}/mensagens/", {"antes": antes})
    assert f'id="nota-{nota.pk}"' in acima.content.decode()


def test_names_are_told_apart_in_the_text_and_escaped(atendimento, ana, carla, entrar, municipio):
    ana_so = ServidorFactory(nome="Ana")
    nota = NotaFactory(
        atendimento=atendimento,
        autor=carla,
        texto="@Ana Souza e @Ana, mas @Anabela não: <b>",
        chama=[ana, ana_so],
    )
    pagina = abrir(entrar(ana), atendimento)
    assert '<b class="mencao">@Ana Souza</b> e <b class="mencao">@Ana</b>, mas @Anabela' in pagina
    assert "&lt;b&gt;" in pagina
    corpo = pagina[pagina.index(f'id="nota-{nota.pk}"') :]
    assert "menciona você" in corpo[: corpo.index("</li>")]


def test_mentions_have_a_tab_with_a_count_that_opening_empties(
    atendimento, ana, carla, bruno, entrar, municipio
):
    NotaFactory.create_batch(2, atendimento=atendimento, autor=ana, chama=[carla])
    cliente = entrar(carla)
    assert contagens(cliente)["mencoes"] == 1
    assert contagens(entrar(ana))["mencoes"] == contagens(entrar(bruno))["mencoes"] == 0
    pagina = cliente.get("/atendimento/?aba=mencoes")
    assert linhas(pagina) == [str(atendimento.pk)]
    assert "conta-mencao" in pagina.content.decode()
    assert "data-nova" in abrir(cliente, atendimento)
    assert contagens(cliente)["mencoes"] == 0
    assert "data-nova" not in abrir(cliente, atendimento)
    # It stays at hand, without the mark.
    depois = cliente.get("/atendimento/?aba=mencoes")
    assert linhas(depois) == [str(atendimento.pk)]
    assert "conta-mencao" not in depois.content.decode()
    Mencao.objects.update(vista_em="2020-01-01T00:00:00Z")
    assert linhas(cliente.get("/atendimento/?aba=mencoes")) == []


def test_a_mention_in_a_closed_matter_is_found(saude, ana, carla, entrar, municipio):
    fechado = AtendimentoFactory(equipe=saude, encerrado=True)
    NotaFactory(atendimento=fechado, autor=ana, chama=[carla])
    cliente = entrar(carla)
    assert contagens(cliente)["mencoes"] == 1
    assert linhas(cliente.get("/atendimento/?aba=mencoes")) == [str(fechado.pk)]


def test_a_mention_seen_in_an_open_page_is_marked(atendimento, ana, carla, entrar):
    NotaFactory(atendimento=atendimento, autor=ana, chama=[carla])
    entrar(carla).post(f"/atendimento/{atendimento.pk}/lida/", headers=JSON)
    assert not Mencao.objects.nao_vistas(carla).exists()


def test_catch_up_tells_of_a_note(atendimento, ana, carla, entrar, guardar):
    cliente = entrar(carla)
    cursor = cliente.get("/atendimento/desde/").json()["cursor"]
    guardar()
    lido = cliente.get("/atendimento/desde/", {"cursor": cursor}).json()
    assert lido["ids"] == [str(atendimento.pk)]


def test_each_mode_has_its_draft_and_the_list_says_which(atendimento, ana, entrar, municipio):
    cliente = entrar(ana)
    raiz = f"/atendimento/{atendimento.pk}"
    cliente.post(f"{raiz}/notas/rascunho/", {"texto": "para os colegas"}, headers=JSON)
    lista = cliente.get("/atendimento/?aba=todas").content.decode()
    assert "Rascunho de nota:" in lista
    cliente.post(f"{raiz}/rascunho/", {"texto": "para a pessoa"}, headers=JSON)
    assert Rascunho.objects.count() == 2
    contexto = cliente.get(f"{raiz}/").context
    assert (contexto["rascunho"], contexto["rascunho_de_nota"]) == (
        "para a pessoa",
        "para os colegas",
    )
    lista = cliente.get("/atendimento/?aba=todas").content.decode()
    assert "Rascunho de nota:" not in lista
    assert "para a pessoa" in lista


def test_the_number_of_queries_does_not_grow_with_the_notes(saude, ana, carla, entrar, municipio):
    from django.db import connection

    cliente, contas = entrar(ana), []
    for quantas in (1, 12):
        atendimento = AtendimentoFactory(equipe=saude, escreveu="oi")
        NotaFactory.create_batch(quantas, atendimento=atendimento, autor=carla, chama=[ana])
        abrir(cliente, atendimento)
        with CaptureQueriesContext(connection) as captadas:
            abrir(cliente, atendimento)
        contas.append(len(captadas))
    # What a conversation takes without notes (test_consultas), and whom they call.
    assert contas[0] == contas[1] <= 14 + 2 + 1
