"""G11: every order of receipts, known before, between or after, shows what the model shows."""

import itertools

import pytest

from prefeitura.whatsapp import saida
from prefeitura.whatsapp.models import Envio, SituacaoDoEnvio, StatusOrfao
from tests import factories
from tests.falhas.medida import anotar, tamanho
from tests.whatsapp.test_saida_status import modelo, status

NOMES = ("sent", "delivered", "read", "failed")
VEZES = 2


def ordens() -> list[tuple[str, ...]]:
    """Every distinct order of the four, each told twice: 2,520 of them."""
    achadas = {()}
    for _ in range(len(NOMES) * VEZES):
        achadas = {
            (*ordem, nome) for ordem in achadas for nome in NOMES if ordem.count(nome) < VEZES
        }
    return sorted(achadas)


@pytest.mark.django_db
@pytest.mark.parametrize("com_id", [True, False], ids=["com nosso id", "só o wamid"])
def test_every_order_and_every_moment_of_knowing_ends_as_the_model(
    numero, acaso, com_id, record_property
):
    """`conhecido` is how many receipts came before the answer with the wamid was recorded."""
    todas = ordens()
    assert len(todas) == 2_520
    historias = list(itertools.product(acaso.sample(todas, tamanho(60, 2_520)), (0, 4, 8)))
    cidadao = factories.CidadaoFactory()
    envios = Envio.objects.bulk_create(
        Envio(numero=numero, cidadao=cidadao, corpo={}, estado="enviando", tentativa=1)
        for _ in historias
    )
    SituacaoDoEnvio.objects.bulk_create(SituacaoDoEnvio(envio=e) for e in envios)
    pares = list(zip(envios, historias, strict=True))
    for vez in range(len(NOMES) * VEZES + 1):
        for envio, (_, conhecido) in pares:
            if conhecido == vez:
                Envio.objects.filter(pk=envio.pk).update(
                    estado="enviada", wamid=f"wamid.{envio.pk}", prazo_em=None
                )
        if vez < len(NOMES) * VEZES:
            saida.aplicar_status(
                (numero, status(h[vez], wamid=f"wamid.{e.pk}", opaco=e.pk if com_id else None))
                for e, (h, _) in pares
            )
    while saida.conferir_orfaos():
        pass
    mostrados = Envio.objects.select_related("situacao").in_bulk([e.pk for e in envios])
    diferentes = [
        historia
        for envio, historia in pares
        if mostrados[envio.pk].estado_mostrado != modelo(historia[0])
    ]
    assert diferentes == []
    assert not StatusOrfao.objects.exists()
    anotar(record_property, "G11", ordens=len(historias), diferentes=len(diferentes))
