"""Templates: list, create, edit, delete, unpause, and the review that follows."""

import asyncio
import json
from typing import Any

from prefeitura.whatsapp.simulador import avisos
from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.estado import Modelo
from prefeitura.whatsapp.simulador.graph import biblioteca
from prefeitura.whatsapp.simulador.graph.pedido import SUCESSO, Pedido, Resposta, paginar
from prefeitura.whatsapp.simulador.simulador import Simulador
from prefeitura.whatsapp.simulador.validacao import autenticacao, modelo_criado

LIMITE = 6_000
TRINTA_DIAS = 30 * 86400
FILTROS = {"status": "situacao", "category": "categoria", "language": "idioma"}


def tratar(sim: Simulador, pedido: Pedido) -> Resposta:
    """Answer /{waba_id}/message_templates."""
    if pedido.metodo == "GET":
        return listar(sim, pedido)
    if pedido.metodo == "DELETE":
        return apagar(sim, pedido)
    pedido.exigir_json()
    return criar(sim, pedido.corpo)


def como_json(modelo: Modelo) -> dict[str, Any]:
    """Return every field that Meta may show of a template."""
    dados: dict[str, Any] = {
        "id": modelo.id,
        "name": modelo.nome,
        "language": modelo.idioma,
        "status": modelo.situacao,
        "category": modelo.categoria,
        "parameter_format": modelo.formato,
        "components": modelo.componentes,
        "rejected_reason": modelo.motivo,
        "quality_score": {"score": modelo.qualidade, "date": int(modelo.criado_em)},
    }
    if modelo.categoria_anterior:
        dados["previous_category"] = modelo.categoria_anterior
    if modelo.validade_s is not None:
        dados["message_send_ttl_seconds"] = modelo.validade_s
    return dados


PADRAO = ("name", "parameter_format", "components", "language", "status", "category", "id")


def escolher_campos(modelo: Modelo, pedido: Pedido) -> dict[str, Any]:
    inteiro = como_json(modelo)
    pedidos = pedido.campos() or PADRAO
    return {nome: inteiro[nome] for nome in (*pedidos, "id") if nome in inteiro}


def listar(sim: Simulador, pedido: Pedido) -> Resposta:
    """List with Meta's filters: name, content, status, category, language, quality_score."""
    consulta = pedido.consulta
    achados = list(sim.estado.modelos.values())
    for filtro, atributo in FILTROS.items():
        if consulta.get(filtro):
            aceitos = {v.strip(' "[]').lower() for v in consulta[filtro].split(",")}
            achados = [m for m in achados if getattr(m, atributo).lower() in aceitos]
    if consulta.get("name"):
        achados = [m for m in achados if consulta["name"] in m.nome]
    if consulta.get("quality_score"):
        achados = [m for m in achados if m.qualidade in consulta["quality_score"]]
    conteudo = consulta.get("content") or consulta.get("name_or_content")
    if conteudo:
        por_nome = "name_or_content" in consulta
        achados = [
            m
            for m in achados
            if conteudo in json.dumps(m.componentes, ensure_ascii=False)
            or (por_nome and conteudo in m.nome)
        ]
    itens = [escolher_campos(modelo, pedido) for modelo in achados]
    resposta = paginar(pedido, itens, f"/{sim.config.waba_id}/message_templates")
    if "summary" in consulta:
        resposta["summary"] = {
            "total_count": len(achados),
            "message_template_count": len(sim.estado.modelos),
            "message_template_limit": LIMITE,
            "are_translations_complete": True,
        }
    return Resposta(resposta)


def criar(sim: Simulador, corpo: dict[str, Any]) -> Resposta:
    """Create a template as PENDING and start its review."""
    modelo_criado.validar(corpo)
    nome, idioma, estado = corpo["name"], corpo["language"], sim.estado
    if any(m.nome == nome and m.idioma == idioma for m in estado.modelos.values()):
        raise modelo_criado.recusa(
            2388024,
            "O conteúdo neste idioma já existe",
            f"Já existe conteúdo em {idioma} para o modelo {nome}.",
        )
    if estado.agora() < estado.nomes_bloqueados.get(nome, 0):
        raise modelo_criado.recusa(
            2388023,
            "O modelo está sendo apagado",
            "Este nome só pode ser usado de novo 30 dias depois de apagado.",
        )
    if len(estado.modelos) >= LIMITE:
        raise modelo_criado.recusa(2388019, "Limite de modelos", "A conta chegou ao limite.")
    componentes = corpo.get("components") or biblioteca.componentes_de(
        corpo["library_template_name"]
    )
    if corpo["category"].upper() == "AUTHENTICATION":
        componentes = autenticacao.completar(componentes, idioma)
    modelo = Modelo(
        id=estado.sorteio.numerico(15),
        nome=nome,
        idioma=idioma,
        categoria=corpo["category"].upper(),
        componentes=componentes,
        situacao="PENDING",
        formato=str(corpo.get("parameter_format") or "POSITIONAL").upper(),
        qualidade="UNKNOWN",
        validade_s=corpo.get("message_send_ttl_seconds"),
        criado_em=estado.agora(),
    )
    estado.modelos[modelo.id] = modelo
    revisar_depois(sim, modelo)
    return Resposta({"id": modelo.id, "status": modelo.situacao, "category": modelo.categoria})


def revisar_depois(sim: Simulador, modelo: Modelo) -> None:
    espera = sim.config.ritmo.revisao_ms / 1000
    asyncio.get_running_loop().call_later(espera, revisar, sim, modelo)


def revisar(sim: Simulador, modelo: Modelo) -> None:
    """Decide by the suffix of the name: _rejeitado, _marketing, _pausado, else approved."""
    if modelo.id not in sim.estado.modelos or modelo.situacao != "PENDING":
        return
    if modelo.nome.endswith("_rejeitado"):
        mudar_situacao(sim, modelo, "REJECTED", motivo="INVALID_FORMAT")
        return
    if modelo.nome.endswith("_marketing") and modelo.categoria != "MARKETING":
        mudar_categoria(sim, modelo, "MARKETING")
    mudar_situacao(sim, modelo, "APPROVED")
    if modelo.nome.endswith("_pausado"):
        mudar_qualidade(sim, modelo, "RED")
        mudar_situacao(sim, modelo, "PAUSED")


def _ficha(modelo: Modelo) -> dict[str, Any]:
    return {
        "message_template_id": int(modelo.id),
        "message_template_name": modelo.nome,
        "message_template_language": modelo.idioma,
    }


def _avisar(sim: Simulador, campo: str, valor: dict[str, Any]) -> None:
    agora = sim.estado.agora()
    sim.entregador.por_na_fila(avisos.da_conta(sim.config.waba_id, campo, valor, agora))


def mudar_situacao(sim: Simulador, modelo: Modelo, situacao: str, motivo: str = "NONE") -> None:
    """Set the status and send message_template_status_update."""
    modelo.situacao, modelo.motivo = situacao, motivo
    valor = {"event": situacao} | _ficha(modelo) | {"reason": motivo}
    valor["message_template_category"] = modelo.categoria
    if situacao == "REJECTED":
        valor["rejection_info"] = {
            "reason": "The template has variables or formatting that are not allowed.",
            "recommendation": "Edit the template and submit it again.",
        }
    elif situacao == "PAUSED":
        valor["other_info"] = {
            "title": "FIRST_PAUSE",
            "description": "The template was paused for 3 hours due to low quality.",
        }
    elif situacao == "DISABLED":
        valor["disable_info"] = {"disable_date": str(int(sim.estado.agora()))}
    _avisar(sim, "message_template_status_update", valor)


def mudar_categoria(sim: Simulador, modelo: Modelo, categoria: str) -> None:
    """Set the category and send template_category_update."""
    modelo.categoria_anterior, modelo.categoria = modelo.categoria, categoria
    mudanca = {"previous_category": modelo.categoria_anterior, "new_category": categoria}
    _avisar(sim, "template_category_update", _ficha(modelo) | mudanca)


def mudar_qualidade(sim: Simulador, modelo: Modelo, nota: str) -> None:
    """Set the quality and send message_template_quality_update."""
    mudanca = {"previous_quality_score": modelo.qualidade, "new_quality_score": nota}
    modelo.qualidade = nota
    _avisar(sim, "message_template_quality_update", mudanca | _ficha(modelo))


def apagar(sim: Simulador, pedido: Pedido) -> Resposta:
    """Delete by name (all languages), by hsm_id with name, or many by hsm_ids."""
    estado = sim.estado
    muitos = pedido.dado("hsm_ids")
    if muitos:
        ids = ler_ids(muitos)
        if len(ids) > 100 or not all(i in estado.modelos for i in ids):
            raise ErroGraph(100, mensagem="(#100) Some template IDs do not exist")
        alvos = [estado.modelos[i] for i in ids]
    else:
        nome, um = pedido.dado("name"), pedido.dado("hsm_id")
        if not nome:
            raise ErroGraph(100, mensagem="(#100) The parameter name is required.")
        alvos = [
            m for m in estado.modelos.values() if m.nome == nome and (um is None or m.id == str(um))
        ]
    if not alvos:
        raise modelo_criado.recusa(
            2593002, "Modelo não encontrado", "Não existe modelo com este nome nesta conta."
        )
    for modelo in alvos:
        del estado.modelos[modelo.id]
        if modelo.situacao == "APPROVED":
            estado.nomes_bloqueados[modelo.nome] = estado.agora() + TRINTA_DIAS
    return Resposta(dict(SUCESSO))


def comparar(sim: Simulador, modelo: Modelo, pedido: Pedido) -> Resposta:
    """GET /{template_id}/compare: block rate, sends and top block reason of two templates."""
    outros = [i.strip(' "[]') for i in str(pedido.dado("template_ids") or "").split(",")]
    ids = [modelo.id, *(i for i in outros if i)]
    if not all(i in sim.estado.modelos for i in ids) or len(ids) < 2:
        raise ErroGraph(100, mensagem="(#100) Param template_ids must be template IDs.")
    envios = [{"key": i, "value": 0} for i in ids]
    motivos = [{"key": i, "value": "UNKNOWN_BLOCK_REASON"} for i in ids]
    return Resposta(
        {
            "data": [
                {"metric": "BLOCK_RATE", "type": "RELATIVE", "order_by_relative_metric": ids},
                {"metric": "MESSAGE_SENDS", "type": "NUMBER_VALUES", "number_values": envios},
                {"metric": "TOP_BLOCK_REASON", "type": "STRING_VALUES", "string_values": motivos},
            ]
        }
    )


def ler_ids(valor: Any) -> list[str]:
    """Return ids given as a list, as JSON or separated by commas."""
    if isinstance(valor, list):
        return [str(item) for item in valor]
    return [item.strip(' "[]') for item in str(valor or "").split(",") if item.strip(' "[]')]


def tratar_um(sim: Simulador, modelo: Modelo, pedido: Pedido) -> Resposta:
    """Answer /{template_id} and /{template_id}/unpause."""
    if pedido.partes[1:] == ["unpause"] and pedido.metodo == "POST":
        if modelo.situacao != "PAUSED":
            return Resposta({"success": False, "reason": "Template is not paused"})
        mudar_situacao(sim, modelo, "APPROVED")
        return Resposta(dict(SUCESSO))
    if pedido.partes[1:] == ["compare"] and pedido.metodo == "GET":
        return comparar(sim, modelo, pedido)
    if len(pedido.partes) > 1:
        raise pedido.desconhecido()
    if pedido.metodo == "GET":
        return Resposta(escolher_campos(modelo, pedido))
    if pedido.metodo != "POST":
        raise pedido.sem_objeto()
    pedido.exigir_json()
    return editar(sim, modelo, pedido.corpo)


def editar(sim: Simulador, modelo: Modelo, corpo: dict[str, Any]) -> Resposta:
    """Edit components, category or TTL, with Meta's rhythm for approved templates."""
    agora = sim.estado.agora()
    if modelo.situacao not in ("APPROVED", "REJECTED", "PAUSED"):
        raise modelo_criado.recusa(
            2388039, "O modelo não pode ser editado", "Espere o fim da análise."
        )
    if not corpo.keys() & {"components", "category", "message_send_ttl_seconds"}:
        raise ErroGraph(100, mensagem="(#100) The parameter components is required.")
    categoria = str(corpo.get("category") or modelo.categoria).upper()
    if categoria not in modelo_criado.CATEGORIAS:
        raise ErroGraph(100, mensagem="(#100) Param category is not valid.")
    modelo_criado.validade(corpo.get("message_send_ttl_seconds"), categoria)
    formato = str(corpo.get("parameter_format") or modelo.formato).upper()
    if corpo.get("components") is not None:
        modelo_criado.componentes(corpo["components"], formato, categoria)
    if modelo.situacao == "APPROVED":
        if categoria != modelo.categoria:
            raise modelo_criado.recusa(
                2388039, "Categoria fixa", "A categoria de um modelo aprovado não muda."
            )
        ultimas = [quando for quando in modelo.editado_em if agora - quando < TRINTA_DIAS]
        if len(ultimas) >= 10 or any(agora - quando < 86400 for quando in ultimas):
            raise modelo_criado.recusa(
                2388039, "Edições demais", "Modelo aprovado: 1 edição por dia, 10 por 30 dias."
            )
        modelo.editado_em.append(agora)
    modelo.categoria, modelo.formato = categoria, formato
    if corpo.get("message_send_ttl_seconds") is not None:
        modelo.validade_s = int(corpo["message_send_ttl_seconds"])
    if corpo.get("components") is not None:
        modelo.componentes = corpo["components"]
        if categoria == "AUTHENTICATION":
            modelo.componentes = autenticacao.completar(modelo.componentes, modelo.idioma)
        modelo.situacao = "PENDING"
        revisar_depois(sim, modelo)
    return Resposta({"success": True, "id": modelo.id, "name": modelo.nome, "category": categoria})
