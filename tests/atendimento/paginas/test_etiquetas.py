"""The pages of tags: dialog, panel, rows, admin and API."""

import pytest

from atendimento import acoes
from atendimento.models import Etiqueta, EtiquetaPosta
from tests.factories import EtiquetaFactory

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def etiquetas(saude):
    return [EtiquetaFactory(equipe=saude, nome=nome) for nome in ("Exame", "Retorno", "Urgente")]


def postas(atendimento) -> set[str]:
    return {str(p) for p in atendimento.etiquetas_postas.a_mostrar()}


def test_the_dialog_offers_those_of_the_team_and_marks_those_that_are_on(
    atendimento, ana, entrar, etiquetas, fazenda, municipio
):
    EtiquetaFactory(equipe=fazenda, nome="Do IPTU")
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiquetas[0].pk])
    html = (
        entrar(ana)
        .get(f"/atendimento/{atendimento.pk}/dialogos/etiquetas/", headers={"X-Parte": "dialogo"})
        .content.decode()
    )
    assert html.count('role="option"') == 3
    assert html.count('aria-checked="true"') == 1
    assert "Do IPTU" not in html
    assert "Criar etiqueta" not in html
    solta = entrar(ana).get(f"/atendimento/{atendimento.pk}/dialogos/etiquetas/").content.decode()
    assert solta.count('type="checkbox"') == 3


def test_what_was_chosen_goes_on_and_what_a_colleague_put_meanwhile_stays(
    atendimento, ana, carla, entrar, etiquetas
):
    exame, retorno, urgente = etiquetas
    endereco = f"/atendimento/{atendimento.pk}/etiquetas/"
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[exame.pk])
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=carla, etiquetas=[urgente.pk])
    resposta = entrar(ana).post(
        endereco, {"tinha": [exame.pk], "escolhida": [retorno.pk]}, headers=JSON
    )
    assert resposta.status_code == 200
    assert postas(atendimento) == {"Retorno", "Urgente"}


def test_rows_show_two_and_how_many_more_and_the_panel_all(
    atendimento, ana, entrar, etiquetas, municipio
):
    ids = [e.pk for e in etiquetas]
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=ids)
    lista = entrar(ana).get("/atendimento/?aba=todas").content.decode()
    assert "Exame" in lista
    assert "Retorno" in lista
    assert ">+1</span>" in lista
    pagina = entrar(ana).get(f"/atendimento/{atendimento.pk}/partes/").content.decode()
    assert pagina.count("Tirar a etiqueta") == 3


def test_forged_numbers_of_another_secretaria_are_404(atendimento, ana, entrar, fazenda):
    de_la = EtiquetaFactory(equipe=fazenda)
    for valor in (de_la.pk, "987654321", "1 OR 1=1", "9" * 30, "-1", ""):
        for campo in ("tinha", "escolhida"):
            resposta = entrar(ana).post(
                f"/atendimento/{atendimento.pk}/etiquetas/", {campo: valor}, headers=JSON
            )
            assert resposta.status_code == 404, (campo, valor)
    assert not EtiquetaPosta.objects.exists()


def test_one_turned_off_in_another_tab_is_told_with_a_sentence(atendimento, ana, entrar, etiquetas):
    Etiqueta.objects.update(ativa=False)
    resposta = entrar(ana).post(
        f"/atendimento/{atendimento.pk}/etiquetas/", {"escolhida": etiquetas[0].pk}, headers=JSON
    )
    assert resposta.status_code == 409
    assert resposta.json()["frase"] == "A etiqueta “Exame” foi desligada. Escolha outra."


def test_who_supervises_makes_one_in_place_and_a_bad_one_changes_nothing(
    atendimento, carla, entrar, etiquetas, saude
):
    endereco = f"/atendimento/{atendimento.pk}/etiquetas/"
    corpo = {"nova": "Mutirão", "cor": "verde", "alcance": "secretaria"}
    assert entrar(carla).post(endereco, corpo, headers=JSON).status_code == 200
    assert postas(atendimento) == {"Mutirão"}
    assert Etiqueta.objects.get(nome="Mutirão").secretaria == saude.secretaria
    repetida = corpo | {"nova": "EXAME", "alcance": "equipe", "escolhida": etiquetas[1].pk}
    resposta = entrar(carla).post(endereco, repetida, headers=JSON)
    assert resposta.status_code == 422
    assert resposta.json()["campo"] == "nova"
    assert postas(atendimento) == {"Mutirão"}


def test_who_only_answers_makes_none(atendimento, ana, entrar):
    corpo = {"nova": "Minha", "cor": "azul", "alcance": "equipe"}
    resposta = entrar(ana).post(f"/atendimento/{atendimento.pk}/etiquetas/", corpo, headers=JSON)
    assert resposta.status_code == 422
    assert not Etiqueta.objects.exists()


def test_the_api_lists_puts_and_takes(atendimento, ana, bruno, com_token, etiquetas, fazenda):
    de_la = EtiquetaFactory(secretaria=fazenda.secretaria, nome="Dívida")
    api = com_token(ana)
    vistas = api.get("/api/v1/etiquetas/").json()["results"]
    assert {e["nome"] for e in vistas} == {"Exame", "Retorno", "Urgente"}
    assert {e["nome"] for e in com_token(bruno).get("/api/v1/etiquetas/").json()["results"]} == {
        "Dívida"
    }
    base = f"/api/v1/atendimentos/{atendimento.pk}/etiquetas/"
    for _ in range(2):
        [posta] = api.put(f"{base}{etiquetas[0].pk}/").json()
    assert (posta["nome"], posta["posta_por"]) == ("Exame", "ana")
    assert api.put(f"{base}{de_la.pk}/").status_code == 404
    assert api.get(base).json() == [posta]
    assert api.delete(f"{base}{etiquetas[0].pk}/").json() == []


def test_the_admin_refuses_to_delete_one_in_use_and_a_repeated_name(
    atendimento, ana, admin, entrar, etiquetas, saude
):
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiquetas[0].pk])
    painel = entrar(admin)
    caminho = f"/admin/atendimento/etiqueta/{etiquetas[0].pk}/delete/"
    assert "Desative em vez de apagar" in painel.get(caminho).content.decode()
    painel.post(caminho, {"post": "yes"})
    assert Etiqueta.objects.filter(pk=etiquetas[0].pk).exists()
    nova = {"nome": "éxame", "cor": "azul", "ativa": "on", "equipe": saude.pk, "secretaria": ""}
    pagina = painel.post("/admin/atendimento/etiqueta/add/", nova)
    assert pagina.status_code == 200
    assert "Já existe aqui a etiqueta “Exame”" in pagina.content.decode()
    livre = f"/admin/atendimento/etiqueta/{etiquetas[1].pk}/delete/"
    painel.post(livre, {"post": "yes"})
    assert not Etiqueta.objects.filter(pk=etiquetas[1].pk).exists()
