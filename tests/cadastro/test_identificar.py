"""One human is one Cidadao; two humans are never joined by guess."""

import threading

import pytest
from django.db import connection

from prefeitura.cadastro.acoes import Quem, identificar, trocar_identidade
from prefeitura.cadastro.models import Cidadao, Identidade

MARIA = Quem(wa_id="5534998887766", user_id="BR.1", nome="Maria Souza", username="@maria")


def um(quem: Quem) -> Cidadao:
    return identificar(pessoas=[quem]).cidadaos[quem]


@pytest.mark.django_db
def test_new_person_gets_every_name_that_meta_told():
    maria = um(MARIA)
    assert (maria.wa_id, maria.user_id, maria.username) == ("5534998887766", "BR.1", "maria")
    tipos = set(maria.identidades.values_list("tipo", flat=True))
    assert tipos == {"bsuid", "telefone"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "outra",
    [
        Quem(wa_id="5534998887766"),
        Quem(wa_id="553498887766"),
        Quem(user_id="BR.1"),
        Quem(wa_id="553498887766", user_id="BR.1"),
        Quem(wa_id="5511977776666", user_id="BR.1"),
    ],
)
def test_known_by_any_name(outra):
    assert um(outra) == um(MARIA) or um(MARIA) == um(outra)
    assert Cidadao.objects.filter(identidades__ativa=True).distinct().count() == 1


@pytest.mark.django_db
def test_E034_what_does_not_look_like_a_number_is_one_person_all_the_same():
    assert um(Quem(wa_id="abc")) == um(Quem(wa_id="abc"))
    estranhos = ["abc", "xyz", "123", "a1b2c3", "1" * 40]
    assert len({um(Quem(wa_id=estranho)).pk for estranho in estranhos}) == len(estranhos)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "outra",
    [
        Quem(wa_id="5511998887766"),
        Quem(wa_id="553432887766"),
        Quem(wa_id="5534998887766", user_id="BR.2"),
        Quem(user_id="BR.10"),
    ],
)
def test_other_people_stay_other_people(outra):
    assert um(MARIA) != um(outra)


@pytest.mark.django_db
def test_a_batch_with_new_known_and_repeated_people():
    conhecida = um(MARIA)
    nova = Quem(wa_id="5511911112222", nome="João")
    resultado = identificar(pessoas=[nova, MARIA, nova, Quem(user_id="BR.1")])
    assert resultado.cidadaos[MARIA] == resultado.cidadaos[Quem(user_id="BR.1")] == conhecida
    assert Cidadao.objects.count() == 2
    assert resultado.juntar == []


@pytest.mark.django_db
def test_a_batch_that_meets_one_new_person_by_two_forms_of_the_number():
    identificar(pessoas=[Quem(wa_id="5534998887766"), Quem(wa_id="553498887766")])
    assert Cidadao.objects.count() == 1


@pytest.mark.django_db
def test_two_halves_told_in_one_payload_are_to_be_joined():
    por_telefone, por_id = um(Quem(wa_id="5511911112222")), um(Quem(user_id="BR.5"))
    juntas = identificar(pessoas=[Quem(wa_id="5511911112222", user_id="BR.5")])
    assert juntas.juntar == [(por_telefone, por_id)]


@pytest.mark.django_db
def test_changed_number_keeps_the_person_and_frees_the_old_name():
    maria = um(MARIA)
    trocar_identidade(
        antes=Quem(wa_id="5534998887766"), depois=Quem(wa_id="5534991112222", user_id="BR.9")
    )
    maria.refresh_from_db()
    assert (maria.wa_id, maria.user_id) == ("5534991112222", "BR.9")
    assert um(Quem(user_id="BR.9")) == maria
    assert um(Quem(wa_id="5534998887766", user_id="BR.77")) != maria


@pytest.mark.django_db(transaction=True)
def test_ten_at_once_create_one_person():
    for volta in range(5):
        quem = Quem(wa_id=f"551197000{volta:04d}", user_id=f"BR.C{volta}")
        largada = threading.Barrier(10)

        def correr(quem=quem, largada=largada):
            largada.wait()
            um(quem)
            connection.close()

        linhas = [threading.Thread(target=correr) for _ in range(10)]
        for linha in linhas:
            linha.start()
        for linha in linhas:
            linha.join()
        assert Identidade.objects.filter(valor=quem.user_id).count() == 1
    assert Cidadao.objects.filter(identidades__isnull=False).distinct().count() == 5
    assert Cidadao.objects.count() == 5


@pytest.mark.django_db
def test_the_phone_alone_in_the_batch_that_joins_the_halves_is_the_joined_person():
    um(Quem(wa_id="5511911112222"))
    por_id = um(Quem(user_id="BR.5"))
    so_telefone, completa = (
        Quem(wa_id="5511911112222"),
        Quem(wa_id="5511911112222", user_id="BR.5"),
    )
    juntas = identificar(pessoas=[so_telefone, completa])
    assert juntas.cidadaos[so_telefone] == juntas.cidadaos[completa] == por_id


@pytest.mark.django_db
def test_two_user_ids_with_one_phone_in_one_batch_are_two_people():
    um(Quem(wa_id="5534998887766"))
    antigo = Quem(wa_id="5534998887766", user_id="BR.1")
    novo = Quem(wa_id="5534998887766", user_id="BR.2")
    juntos = identificar(pessoas=[antigo, novo])
    assert juntos.cidadaos[antigo] != juntos.cidadaos[novo]
    assert um(Quem(wa_id="5534998887766")) == juntos.cidadaos[novo], "o telefone é do último"
    juntos.cidadaos[antigo].refresh_from_db()
    assert (juntos.cidadaos[antigo].wa_id, juntos.cidadaos[antigo].user_id) == ("", "BR.1")


@pytest.mark.django_db
def test_the_new_number_of_a_person_that_was_another_s_brings_no_history_of_theirs():
    antigo_dono = um(Quem(wa_id="5534991112222", user_id="BR.8"))
    maria = um(MARIA)
    troca = trocar_identidade(
        antes=Quem(wa_id="5534998887766"), depois=Quem(wa_id="5534991112222", user_id="BR.9")
    )
    assert troca.juntar == []
    assert um(Quem(wa_id="5534991112222")) == maria
    assert um(Quem(user_id="BR.8")) == antigo_dono
    antigo_dono.refresh_from_db()
    assert antigo_dono.wa_id == ""


@pytest.mark.django_db
def test_fifty_new_people_cost_a_handful_of_queries(django_assert_max_num_queries):
    pessoas = [Quem(wa_id=f"55119700{n:05d}", user_id=f"BR.N{n}", nome="x") for n in range(50)]
    with django_assert_max_num_queries(8):
        identificar(pessoas=pessoas)
    with django_assert_max_num_queries(5):
        identificar(pessoas=pessoas)
