"""Brazilian payment messages: order_details and order_status (WHATSAPP.md section 10)."""

import re
from typing import Any

from prefeitura.whatsapp.simulador.validacao import campos

REFERENCIA = re.compile(r"^[A-Za-z0-9_.-]{1,60}$")
CHAVES_PIX = {"CPF", "CNPJ", "EMAIL", "PHONE", "EVP"}
CAMINHO = "interactive.action.parameters"
ANDAMENTOS = {"pending", "processing", "partially_shipped", "shipped", "completed", "canceled"}


def referencia(dados: dict[str, Any]) -> None:
    valor = campos.texto(dados, "reference_id", CAMINHO, 60)
    if not REFERENCIA.match(valor):
        raise campos.invalido(f"{CAMINHO}.reference_id may only have letters, digits, _ . and -")


def valor_de(pai: dict[str, Any], chave: str, caminho: str, *, obrigatorio: bool = True) -> int:
    """Return an amount in cents; the offset is always 100."""
    if pai.get(chave) is None and not obrigatorio:
        return 0
    quantia = campos.objeto(pai, chave, caminho)
    cru = quantia.get("value")
    if quantia.get("offset") != 100 or not isinstance(cru, int) or abs(cru) > 10**12:
        raise campos.invalido(f"{caminho}.{chave} needs an integer value and offset 100")
    return cru


def cobranca(dados: dict[str, Any]) -> None:
    """Check `review_and_pay`: settings, and totals that add up."""
    referencia(dados)
    campos.um_de(dados.get("type"), {"digital-goods", "physical-goods"}, f"{CAMINHO}.type")
    campos.um_de(dados.get("payment_type", "br"), {"br"}, f"{CAMINHO}.payment_type")
    campos.um_de(dados.get("currency"), {"BRL"}, f"{CAMINHO}.currency")
    for posicao, meio in enumerate(campos.lista(dados, "payment_settings", CAMINHO, 1, 4)):
        aqui = f"{CAMINHO}.payment_settings[{posicao}]"
        aceitos = {"pix_dynamic_code", "boleto", "payment_link", "offsite_card_pay"}
        tipo = campos.um_de(meio.get("type"), aceitos, f"{aqui}.type")
        conteudo = campos.objeto(meio, tipo, aqui)
        if tipo == "pix_dynamic_code":
            campos.texto(conteudo, "code", aqui, 1000)
            campos.texto(conteudo, "merchant_name", aqui, 100)
            campos.texto(conteudo, "key", aqui, 100)
            campos.um_de(conteudo.get("key_type"), CHAVES_PIX, f"{aqui}.key_type")
        elif tipo == "boleto":
            campos.texto(conteudo, "digitable_line", aqui, 100)
        elif tipo == "payment_link":
            campos.url(conteudo, "uri", aqui)
    total = valor_de(dados, "total_amount", CAMINHO)
    if dados.get("order") is None:
        return
    pedido = campos.objeto(dados, "order", CAMINHO)
    onde = f"{CAMINHO}.order"
    campos.um_de(pedido.get("status"), {"pending"}, f"{onde}.status")
    soma = 0
    for item in campos.lista(pedido, "items", onde, 1, 100):
        campos.texto(item, "name", f"{onde}.items", 60)
        preco = "sale_amount" if item.get("sale_amount") else "amount"
        quantos = campos.numero(item, "quantity", f"{onde}.items", 1_000_000)
        soma += valor_de(item, preco, f"{onde}.items") * int(quantos)
    if valor_de(pedido, "subtotal", onde) != soma:
        raise campos.invalido(f"{onde}.subtotal must be the sum of the items ({soma})")
    esperado = (
        soma
        + valor_de(pedido, "tax", onde)
        + valor_de(pedido, "shipping", onde, obrigatorio=False)
        - valor_de(pedido, "discount", onde, obrigatorio=False)
    )
    if total != esperado:
        raise campos.invalido(f"{CAMINHO}.total_amount must be {esperado}")


def andamento(dados: dict[str, Any]) -> None:
    """Check `review_order`."""
    referencia(dados)
    if dados.get("order") is not None:
        pedido = campos.objeto(dados, "order", CAMINHO)
        campos.um_de(pedido.get("status"), ANDAMENTOS, f"{CAMINHO}.order.status")
        campos.texto(pedido, "description", f"{CAMINHO}.order", 120, obrigatorio=False)
    if dados.get("payment") is not None:
        pagamento = campos.objeto(dados, "payment", CAMINHO)
        campos.um_de(
            pagamento.get("status"), {"pending", "captured", "failed"}, f"{CAMINHO}.payment.status"
        )
