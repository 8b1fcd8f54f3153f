"""What the phone shows, as JSON: bubbles, rendered templates, citizens (pure)."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from prefeitura.whatsapp.simulador.estado import Cidadao, Mensagem, Modelo
from prefeitura.whatsapp.simulador.validacao import autenticacao, modelo_enviado


def render_modelo(modelo: Modelo, enviado: dict[str, Any]) -> dict[str, Any]:
    """Return a template as the citizen sees it: header, body, footer and buttons filled in."""
    partes = {
        str(c.get("type")).lower(): c for c in enviado.get("components") or [] if c.get("type")
    }
    visto: dict[str, Any] = {"nome": modelo.nome, "idioma": modelo.idioma}
    cabecalho = modelo_enviado.parte(modelo, "HEADER") or {}
    dados = partes.get("header", {}).get("parameters") or []
    if cabecalho.get("format", "").upper() == "TEXT":
        visto["cabecalho"] = {"texto": modelo_enviado.preencher(cabecalho["text"], dados)}
    elif dados:
        tipo = dados[0]["type"]
        visto["cabecalho"] = {"tipo": tipo, tipo: dados[0][tipo]}
    corpo = (modelo_enviado.parte(modelo, "BODY") or {}).get("text", "")
    visto["corpo"] = modelo_enviado.preencher(corpo, partes.get("body", {}).get("parameters") or [])
    rodape = (modelo_enviado.parte(modelo, "FOOTER") or {}).get("text")
    if rodape:
        visto["rodape"] = rodape
    oferta = (modelo_enviado.parte(modelo, "LIMITED_TIME_OFFER") or {}).get("limited_time_offer")
    if oferta:
        visto["oferta"] = _oferta(oferta, partes.get("limited_time_offer", {}))
    botoes = modelo_enviado.lista_de_botoes(modelo)
    if botoes:
        visto["botoes"] = [_botao(i, botao, enviado) for i, botao in enumerate(botoes)]
    cartoes = (modelo_enviado.parte(modelo, "CAROUSEL") or {}).get("cards") or []
    if cartoes:
        enviados = partes.get("carousel", {}).get("cards") or []
        visto["cartoes"] = [
            render_modelo(replace(modelo, componentes=molde["components"]), cartao)
            for molde, cartao in zip(cartoes, enviados, strict=False)
        ]
    return visto


def _oferta(oferta: dict[str, Any], componente: dict[str, Any]) -> dict[str, Any]:
    """Return the words of a limited-time offer and, when it has one, its end."""
    visto: dict[str, Any] = {"texto": oferta.get("text", "")}
    for dado in componente.get("parameters") or []:
        fim = int((dado.get("limited_time_offer") or {}).get("expiration_time_ms") or 0)
        # Clients send seconds as well as the milliseconds that the name says.
        segundos = fim / 1000 if fim > 10**11 else fim
        visto["ate"] = datetime.fromtimestamp(min(segundos, 4e9), UTC).isoformat()
    return visto


def _botao(indice: int, botao: dict[str, Any], enviado: dict[str, Any]) -> dict[str, Any]:
    """Return one button with its label and what a tap does."""
    componente = next(
        (
            c
            for c in enviado.get("components") or []
            if str(c.get("type", "")).lower() == "button" and str(c.get("index")) == str(indice)
        ),
        {},
    )
    dados = componente.get("parameters") or [{}]
    rotulo = botao.get("text") or botao.get("type", "").replace("_", " ").title()
    visto: dict[str, Any] = {"tipo": botao.get("type", "").lower(), "texto": rotulo}
    if visto["tipo"] == "quick_reply":
        visto["payload"] = dados[0].get("payload") or rotulo
    elif autenticacao.eh_codigo(botao):
        visto |= {"tipo": "copy_code", "codigo": dados[0].get("text", "")}
    elif visto["tipo"] == "url":
        sufixo = dados[0].get("text", "")
        visto["url"] = modelo_enviado.VARIAVEL.sub(lambda _: sufixo, botao.get("url", ""))
    elif visto["tipo"] == "phone_number":
        visto["telefone"] = botao.get("phone_number", "")
    elif visto["tipo"] == "copy_code":
        visto["codigo"] = dados[0].get("coupon_code", "")
    return visto


def mensagem(item: Mensagem) -> dict[str, Any]:
    """Return one bubble. The text of a message appears once, under its Meta key."""
    visto: dict[str, Any] = {
        "wamid": item.wamid,
        "numero": item.numero,
        "direcao": item.direcao,
        "tipo": item.tipo,
        "horario": datetime.fromtimestamp(item.horario, UTC).isoformat(),
        "status": item.status or ("read" if item.lida_pela_cidade else "delivered"),
        "reacoes": [{"de": quem, "emoji": emoji} for quem, emoji in item.reacoes.items() if emoji],
        "resposta_a": (item.contexto or {}).get("id"),
    }
    if item.modelo:
        visto["modelo"] = item.modelo
    else:
        visto |= item.conteudo
    if item.erro:
        visto["erro"] = {"codigo": item.erro["code"], "texto": item.erro["title"]}
    return visto


def conversa(cidadao: Cidadao, numero: str, *, com_falhas: bool) -> list[dict[str, Any]]:
    """Return the bubbles between a citizen and a number, oldest first.

    What failed never reached the phone: it is listed only when asked for.
    """
    itens = cidadao.com(numero).mensagens
    return [
        mensagem(item)
        for item in sorted(itens, key=lambda m: m.horario)
        if item.tipo != "reaction" and (com_falhas or not item.erro)
    ]


def cidadao(pessoa: Cidadao, numero: str) -> dict[str, Any]:
    """Return a citizen for the list of the phone page, with the last bubble's outline."""
    troca = pessoa.conversas.get(numero)
    itens = [m for m in troca.mensagens if m.tipo != "reaction" and not m.erro] if troca else []
    novas = sum(m.direcao == "saida" and m.status in ("sent", "delivered") for m in itens)
    return {
        "user_id": pessoa.user_id,
        "wa_id": pessoa.wa_id or None,
        "nome": pessoa.nome,
        "username": pessoa.username or None,
        "sem_telefone": pessoa.sem_telefone or not pessoa.wa_id,
        "personagem": pessoa.personagem,
        "bloqueado": bool(troca and troca.bloqueada),
        "nao_lidas": novas,
        "ultima": mensagem(itens[-1]) if itens else None,
    }
