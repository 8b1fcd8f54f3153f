"""Tags on a matter: put and taken once, remembered, and never seen by another house."""

import pytest

from atendimento import acoes
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Atendimento, Etiqueta, EtiquetaPosta
from tests.factories import EtiquetaFactory, ParticipacaoFactory, ServidorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def etiqueta(saude):
    return EtiquetaFactory(equipe=saude, nome="Retorno", cor="azul")


def nomes(atendimento) -> list[str]:
    return [str(p) for p in atendimento.etiquetas_postas.a_mostrar()]


def test_many_are_put_at_once_and_again_changes_nothing(atendimento, ana, saude, etiqueta):
    outra = EtiquetaFactory(secretaria=saude.secretaria, nome="Âmbar")
    quem = {"atendimento_id": atendimento.pk, "servidor": ana}
    acoes.etiquetar(etiquetas=[etiqueta.pk, outra.pk], **quem)
    assert nomes(atendimento) == ["Âmbar", "Retorno"]
    posta = EtiquetaPosta.objects.get(etiqueta=etiqueta)
    assert posta.posta_por == ana
    mudou = Atendimento.objects.get(pk=atendimento.pk)
    acoes.etiquetar(etiquetas=[etiqueta.pk], **quem)
    assert EtiquetaPosta.objects.count() == 2
    depois = Atendimento.objects.get(pk=atendimento.pk)
    assert (depois.alterado_em, depois.versao) == (mudou.alterado_em, atendimento.versao)


def test_taken_it_is_remembered_and_can_be_put_again(atendimento, ana, carla, etiqueta):
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiqueta.pk])
    for _ in range(2):
        acoes.desetiquetar(atendimento_id=atendimento.pk, servidor=carla, etiquetas=[etiqueta.pk])
    assert nomes(atendimento) == []
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=carla, etiquetas=[etiqueta.pk])
    primeira, segunda = EtiquetaPosta.objects.order_by("pk")
    assert (primeira.posta_por, primeira.tirada_por) == (ana, carla)
    assert (segunda.posta_por, segunda.tirada_em) == (carla, None)
    assert not atendimento.transicoes.exists()


def test_the_open_pages_are_told_once(
    atendimento, ana, etiqueta, monkeypatch, django_capture_on_commit_callbacks
):
    enviados = []
    monkeypatch.setattr("prefeitura.tempo_real.publicar._despachar", enviados.append)
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiqueta.pk])
    assert len(enviados) == 1


def test_a_tag_of_elsewhere_does_not_exist_even_for_who_works_there_too(
    atendimento, ana, fazenda, etiqueta
):
    de_la = EtiquetaFactory(equipe=fazenda)
    ParticipacaoFactory(servidor=ana, equipe=fazenda)
    for ids in ([de_la.pk], [etiqueta.pk, de_la.pk], [987_654_321]):
        with pytest.raises(NaoEncontrado, match="etiqueta"):
            acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=ids)
        with pytest.raises(NaoEncontrado, match="etiqueta"):
            acoes.desetiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=ids)
    assert not EtiquetaPosta.objects.exists()


def test_the_outsider_and_the_reader_put_none(atendimento, bruno, saude, etiqueta):
    with pytest.raises(NaoEncontrado):
        acoes.etiquetar(atendimento_id=atendimento.pk, servidor=bruno, etiquetas=[etiqueta.pk])
    leitor = ServidorFactory()
    ParticipacaoFactory(servidor=leitor, equipe=saude, leitura=True)
    with pytest.raises(Conflito, match="leitura"):
        acoes.etiquetar(atendimento_id=atendimento.pk, servidor=leitor, etiquetas=[etiqueta.pk])


def test_one_turned_off_meanwhile_is_refused_and_what_is_on_can_be_taken(
    atendimento, ana, etiqueta
):
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiqueta.pk])
    Etiqueta.objects.update(ativa=False)
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiqueta.pk])
    acoes.desetiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiqueta.pk])
    with pytest.raises(Conflito, match="desligada"):
        acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiqueta.pk])


def test_more_than_twenty_are_refused_and_none_is_put(atendimento, ana, saude):
    ids = [e.pk for e in EtiquetaFactory.create_batch(21, equipe=saude)]
    with pytest.raises(Invalido, match="20"):
        acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=ids)
    assert nomes(atendimento) == []


def test_after_a_transfer_neither_house_sees_the_tags_of_the_other(
    atendimento, ana, bruno, saude, fazenda, etiqueta
):
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=ana, etiquetas=[etiqueta.pk])
    acoes.transferir(atendimento_id=atendimento.pk, servidor=ana, equipe=fazenda)
    atendimento.refresh_from_db()
    assert nomes(atendimento) == []
    de_la = EtiquetaFactory(secretaria=fazenda.secretaria, nome="Dívida")
    acoes.etiquetar(atendimento_id=atendimento.pk, servidor=bruno, etiquetas=[de_la.pk])
    assert nomes(atendimento) == ["Dívida"]
    acoes.transferir(atendimento_id=atendimento.pk, servidor=bruno, equipe=saude)
    atendimento.refresh_from_db()
    assert nomes(atendimento) == ["Retorno"]


def test_who_supervises_makes_them_for_the_team_and_the_secretaria(carla, saude):
    da_equipe = acoes.criar_etiqueta(servidor=carla, nome="  Alta \n médica ", equipe=saude)
    da_secretaria = acoes.criar_etiqueta(
        servidor=carla, nome="Alta médica", cor="verde", secretaria=saude.secretaria
    )
    assert (da_equipe.nome, da_equipe.chave, da_equipe.cor) == (
        "Alta médica",
        "alta medica",
        "cinza",
    )
    assert da_secretaria.cor == "verde"


@pytest.mark.parametrize("quem", ["ana", "bruno", "carla"])
def test_nobody_makes_them_where_they_do_not_supervise(quem, saude, fazenda, request):
    servidor = request.getfixturevalue(quem)
    onde = fazenda if quem == "carla" else saude
    for dono in ({"equipe": onde}, {"secretaria": onde.secretaria}, {}):
        with pytest.raises(Invalido, match="supervisão"):
            acoes.criar_etiqueta(servidor=servidor, nome="Retorno", **dono)


@pytest.mark.parametrize(
    ("nome", "frase"),
    [
        ("retórno", "Já existe aqui a etiqueta “Retorno”"),
        ("RETORNO ", "Já existe"),
        ("x" * 200, "40 caracteres"),
        ("\u200b", "Dê um nome"),
        ("  ", "Dê um nome"),
    ],
)
def test_a_name_that_cannot_be_says_why(carla, saude, etiqueta, nome, frase):
    with pytest.raises(Invalido, match=frase) as erro:
        acoes.criar_etiqueta(servidor=carla, nome=nome, equipe=saude)
    assert erro.value.campo == "nova"
    assert Etiqueta.objects.count() == 1


def test_a_colour_of_ones_own_is_refused(carla, saude):
    with pytest.raises(Invalido) as erro:
        acoes.criar_etiqueta(servidor=carla, nome="Nova", cor="#fff", equipe=saude)
    assert erro.value.campo == "cor"


def test_one_that_is_off_is_told_so(carla, saude, etiqueta):
    Etiqueta.objects.update(ativa=False)
    with pytest.raises(Invalido, match="desligada"):
        acoes.criar_etiqueta(servidor=carla, nome="Retorno", equipe=saude)
