"""The token buckets on a real Valkey."""

import threading
import uuid

import pytest
import redis
from django.conf import settings as configuracao

from prefeitura.whatsapp import ritmo
from prefeitura.whatsapp.models import Numero


@pytest.fixture
def numero():
    """A number of its own for each test; nothing is stored in the database."""
    return Numero(pk=uuid.uuid4().int % 10**9, mensagens_por_segundo=10)


@pytest.fixture(autouse=True)
def _cliente_novo():
    ritmo._script.cache_clear()
    yield
    ritmo._script().registered_client.close()
    ritmo._script.cache_clear()


def pedir_muitos(numero, quantos, prioridade):
    """Each to another citizen; returns how many went at once."""
    return sum(ritmo.pedir(numero, n, prioridade) == 0 for n in range(quantos))


def test_number_gives_one_second_of_its_rate_at_once(numero):
    assert pedir_muitos(numero, 30, prioridade=0) in (10, 11, 12)
    assert 0 < ritmo.pedir(numero, 99, 0) <= 0.2


def test_last_fifth_is_for_replies_and_the_bot(numero):
    assert pedir_muitos(numero, 30, prioridade=3) in (8, 9)
    assert ritmo.pedir(numero, 1_000, 1) == 0
    assert ritmo.pedir(numero, 1_001, 0) == 0
    assert ritmo.pedir(numero, 1_002, 2) > 0


def test_slowest_number_still_sends_what_is_not_urgent(numero):
    numero.mensagens_por_segundo = 1
    assert ritmo.pedir(numero, 1, 3) == 0


def test_pair_gives_45_and_then_one_each_six_seconds(numero):
    numero.mensagens_por_segundo = 10_000
    idas = [ritmo.pedir(numero, 1, 0) for _ in range(50)]
    assert idas[:45] == [0.0] * 45
    assert all(4 < espera <= 6 for espera in idas[45:])
    assert ritmo.pedir(numero, 2, 0) == 0


def test_wait_of_the_pair_takes_no_token_of_the_number(numero):
    for _ in range(50):
        ritmo.pedir(numero, 1, 0)
    assert ritmo.pedir(numero, 1, 0) > 0
    cliente = ritmo._script().registered_client
    antes = float(cliente.hget(f"ritmo:n:{numero.pk}", "fichas"))
    ritmo.pedir(numero, 1, 0)
    assert float(cliente.hget(f"ritmo:n:{numero.pk}", "fichas")) == antes


def test_threads_together_get_no_more_than_the_rate(numero):
    numero.mensagens_por_segundo = 50
    idas = []

    def pedir(fio):
        idas.extend(ritmo.pedir(numero, fio * 100 + n, 0) for n in range(50))

    fios = [threading.Thread(target=pedir, args=[fio]) for fio in range(8)]
    for fio in fios:
        fio.start()
    for fio in fios:
        fio.join()
    # 50 of the burst, plus what the seconds of the test themselves give back.
    assert 50 <= idas.count(0.0) <= 150


def test_forgotten_buckets_start_full(numero):
    pedir_muitos(numero, 30, 0)
    ritmo._script().registered_client.delete(f"ritmo:n:{numero.pk}")
    assert ritmo.pedir(numero, 500, 0) == 0


def test_keys_expire_by_themselves(numero):
    ritmo.pedir(numero, 7, 0)
    cliente = ritmo._script().registered_client
    for chave in (f"ritmo:n:{numero.pk}", f"ritmo:p:{numero.pk}:7"):
        assert 0 < cliente.pttl(chave) <= 271_000


def test_valkey_away_allows_everything(numero, settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nada.sock?db=0"
    ritmo._script.cache_clear()
    assert pedir_muitos(numero, 30, 3) == 30
    ritmo._script.cache_clear()
    settings.REDIS_URL = configuracao.REDIS_URL


def test_valkey_full_allows_everything(numero, monkeypatch):
    def cheio(**_):
        raise redis.exceptions.OutOfMemoryError

    monkeypatch.setattr(ritmo, "_script", lambda: cheio)
    assert ritmo.pedir(numero, 1, 0) == 0
    monkeypatch.undo()
