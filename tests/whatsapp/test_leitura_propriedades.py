"""Properties of the reader: total, bounded, and complete for any batch."""

import dataclasses
import json
import time

from hypothesis import given, settings
from hypothesis import strategies as st

from prefeitura.whatsapp.leitura import CorpoInvalido, Item, ItemIlegivel, ler
from tests.whatsapp.cargas import carga, nomes, texto

CARGAS = [
    carga(arquivo, nome)
    for arquivo in ("mensagens", "status", "conta_e_outros")
    for nome in nomes(arquivo)
]
CHAVES = [
    "entry",
    "changes",
    "value",
    "field",
    "messages",
    "statuses",
    "contacts",
    "errors",
    "type",
    "from",
    "id",
    "timestamp",
    "text",
    "system",
    "interactive",
    "metadata",
]
ESCALARES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters() | st.characters(categories=["Cs"]), max_size=20)
    | st.sampled_from(["messages", "1795000000", "wamid.X", "image", "\x00", "9" * 400])
)
QUALQUER = st.recursive(
    ESCALARES,
    lambda dentro: (
        st.lists(dentro, max_size=4)
        | st.dictionaries(st.sampled_from(CHAVES) | st.text(max_size=5), dentro, max_size=5)
    ),
    max_leaves=20,
)


def ler_ou_recusar(corpo):
    """Reads; what came out must be storable, whatever went in."""
    try:
        lida = ler(corpo)
    except CorpoInvalido as erro:
        assert str(erro).startswith("corpo ")
        return None
    assert [i.indice for i in lida.itens] == list(range(len(lida.itens)))
    for item in lida.itens:
        assert isinstance(item, Item)
        guardado = json.dumps(dataclasses.asdict(item), allow_nan=False, default=str)
        assert "\\u0000" not in guardado.replace("\\\\", "")
        json.dumps(dataclasses.asdict(item), ensure_ascii=False, default=str).encode()
    return lida


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(corpo):
    ler_ou_recusar(corpo)


@settings(deadline=None)
@given(QUALQUER)
def test_any_json_is_read_or_refused(valor):
    ler_ou_recusar(json.dumps(valor).encode())


def lugares(valor, caminho=()):
    """Every path inside a value."""
    yield caminho
    if isinstance(valor, dict | list):
        pares = valor.items() if isinstance(valor, dict) else enumerate(valor)
        for chave, dentro in pares:
            yield from lugares(dentro, (*caminho, chave))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_real_payload_with_any_piece_replaced_is_read_or_refused(data):
    corpo = json.loads(json.dumps(data.draw(st.sampled_from(CARGAS))))
    for _ in range(data.draw(st.integers(1, 3))):
        caminho = data.draw(st.sampled_from(list(lugares(corpo))[1:]))
        dono = corpo
        for chave in caminho[:-1]:
            dono = dono[chave]
        if data.draw(st.booleans()):
            dono[caminho[-1]] = data.draw(QUALQUER)
        else:
            del dono[caminho[-1]]
        if len(list(lugares(corpo))) < 3:
            break
    ler_ou_recusar(json.dumps(corpo).encode())


@settings(deadline=None)
@given(st.sampled_from(CARGAS), st.data())
def test_real_payload_with_bytes_cut_or_flipped_is_read_or_refused(corpo, data):
    cru = bytearray(json.dumps(corpo).encode())
    for _ in range(data.draw(st.integers(1, 4))):
        cru[data.draw(st.integers(0, len(cru) - 1))] = data.draw(st.integers(0, 255))
    ler_ou_recusar(bytes(cru[: data.draw(st.integers(0, len(cru)))]))
    ler_ou_recusar(bytes(cru))


@settings(deadline=None)
@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4), st.integers(0, 2))
def test_every_item_of_every_level_comes_out_in_order(entradas, mudancas, itens, ruins):
    ids = iter(range(10_000))

    def valor():
        mensagens = [texto(id=f"wamid.{next(ids)}") for _ in range(itens)]
        return {"metadata": {"phone_number_id": "1"}, "messages": mensagens + [None] * ruins}

    corpo = {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "1",
                "changes": [{"field": "messages", "value": valor()} for _ in range(mudancas)],
            }
            for _ in range(entradas)
        ],
    }
    lida = ler_ou_recusar(json.dumps(corpo).encode())
    bons = [i.wamid for i in lida.itens if not isinstance(i, ItemIlegivel)]
    assert bons == [f"wamid.{n}" for n in range(entradas * mudancas * itens)]
    assert len(lida.itens) == entradas * mudancas * (itens + ruins)


def test_thousand_messages_of_a_thousand_people_take_under_a_second():
    numeros = [f"55349{80000000 + n}" for n in range(1000)]
    valor = {
        "metadata": {"phone_number_id": "1"},
        "contacts": [{"wa_id": n, "profile": {"name": n}} for n in reversed(numeros)],
        "messages": [texto(id=n, **{"from": n}) for n in numeros],
    }
    corpo = {
        "object": "whatsapp_business_account",
        "entry": [{"id": "1", "changes": [{"field": "messages", "value": valor}]}],
    }
    inicio = time.process_time()
    lida = ler(json.dumps(corpo).encode())
    assert time.process_time() - inicio < 1
    assert [i.remetente.nome for i in lida.itens] == numeros
