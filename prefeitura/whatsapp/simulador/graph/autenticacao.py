"""Authentication templates: the fixed words that Meta writes, and many languages in one call."""

from typing import Any

from prefeitura.whatsapp.simulador.graph import modelos
from prefeitura.whatsapp.simulador.graph.pedido import Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import autenticacao, modelo_criado


def gravar_em_idiomas(sim: Simulador, pedido: Pedido) -> Resposta:
    """POST upsert_message_templates: create or replace one template in each of `languages`."""
    pedido.exigir_json()
    corpo = pedido.somente("languages")
    idiomas = pedido.dado("languages")
    if not isinstance(idiomas, list) or not idiomas:
        raise modelo_criado.parametro("The parameter languages is required.")
    if str(corpo.get("category") or "").upper() != "AUTHENTICATION":
        raise modelo_criado.parametro("Param category must be one of {AUTHENTICATION}.")
    feitos: list[dict[str, Any]] = []
    for idioma in idiomas:
        novo = corpo | {"language": idioma}
        modelo_criado.validar(novo)
        achado = next(
            (
                m
                for m in sim.estado.modelos.values()
                if m.nome == novo["name"] and m.idioma == idioma
            ),
            None,
        )
        if achado is None:
            feito = modelos.criar(sim, novo).dados
        else:
            achado.componentes = autenticacao.completar(novo["components"], idioma)
            feito = {"id": achado.id, "status": achado.situacao}
        feitos.append({"id": feito["id"], "status": feito["status"], "language": idioma})
    return Resposta({"data": feitos})
