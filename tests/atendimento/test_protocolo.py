"""The receipt number."""

import pytest

from atendimento.protocolo import confere, digito, gerar, montar


def test_check_digit_is_iso_7064_mod_11_10():
    # 0794 → 5 is the standard's own example.
    assert digito("0794") == 5


def test_every_single_wrong_digit_is_noticed():
    certo = montar(2026, 4518)
    for posicao, original in enumerate(certo):
        for troca in "0123456789":
            if original.isdigit() and troca != original:
                assert not confere(certo[:posicao] + troca + certo[posicao + 1 :])


@pytest.mark.django_db
def test_numbers_are_never_repeated():
    gerados = gerar(500) + gerar(500)
    assert len(set(gerados)) == 1_000
    assert all(confere(g) for g in gerados)


def test_sequence_grows_past_six_digits():
    assert montar(2026, 12_345_678).startswith("2026-12345678-")
