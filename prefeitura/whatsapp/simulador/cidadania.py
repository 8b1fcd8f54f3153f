"""What a citizen does: writes, sends a file, reacts, reads, changes number, opts out."""

import time
from typing import Any

from prefeitura.whatsapp.simulador import avisos, identidades
from prefeitura.whatsapp.simulador.estado import Cidadao, Mensagem, Numero
from prefeitura.whatsapp.simulador.graph import midia as graph_midia
from prefeitura.whatsapp.simulador.graph.pedido import Arquivo
from prefeitura.whatsapp.simulador.simulador import Simulador

CEM_MB = 100 * 1024 * 1024
# What accompanies a message in the control API and is not part of Meta's message object.
DO_CONTROLE = {
    "nome",
    "ha_segundos",
    "user_id",
    "parent_user_id",
    "sem_telefone",
    "username",
    "phone_number_id",
}
# Not things that a citizen says: no bubble, no window.
SEM_JANELA = {"system", "revoke", "edit", "reaction"}


def preparar(sim: Simulador, chave: str, dados: dict[str, Any]) -> Cidadao:
    """Find or create the citizen of the path and apply what the call says about him."""
    cidadao = sim.estado.achar(chave)
    if cidadao is None and dados.get("user_id"):
        cidadao = sim.estado.achar(str(dados["user_id"]))
    if cidadao is None:
        cidadao = sim.estado.achar_ou_criar(chave, como_registrado=True)
    if dados.get("user_id") and dados["user_id"] != cidadao.user_id:
        sim.estado.trocar_identidade(cidadao, user_id=str(dados["user_id"]))
    for campo in ("nome", "parent_user_id"):
        if dados.get(campo):
            setattr(cidadao, campo, str(dados[campo]))
    if dados.get("username"):
        cidadao.username = str(dados["username"]).lstrip("@")
        sim.estado.registrar(cidadao)
    if dados.get("sem_telefone") is not None:
        cidadao.sem_telefone = bool(dados["sem_telefone"])
    cidadao.no_whatsapp = True
    return cidadao


def escrever(sim: Simulador, cidadao: Cidadao, numero: Numero, dados: dict[str, Any]) -> Mensagem:
    """Take a Meta message object from the citizen; its webhook follows, unless he is blocked.

    `dados` may carry `ha_segundos`: the message is that old. `id` and `timestamp` may be forced.
    """
    objeto = {chave: valor for chave, valor in dados.items() if chave not in DO_CONTROLE}
    tipo = str(objeto.pop("type", "") or "text")
    contexto = objeto.pop("context", None)
    horario = time.time() - float(dados.get("ha_segundos") or 0)
    forcado = str(objeto.pop("timestamp", ""))
    mensagem = Mensagem(
        wamid=str(objeto.pop("id", ""))
        or sim.estado.sorteio.wamid(cidadao.wa_id or cidadao.user_id, entrada=True),
        numero=numero.id,
        direcao="entrada",
        tipo=tipo,
        conteudo=objeto,
        horario=float(forcado) if forcado.isdigit() else horario,
        contexto=contexto if isinstance(contexto, dict) else None,
    )
    conversa = cidadao.com(numero.id)
    if tipo not in SEM_JANELA:
        atraso = time.time() - mensagem.horario
        conversa.ultima_entrada = max(conversa.ultima_entrada, sim.estado.agora() - atraso)
        if objeto.get("referral"):
            conversa.anuncio_em = sim.estado.agora()
    if tipo == "reaction":
        reagir(sim, cidadao, objeto.get("reaction") or {})
    sim.estado.guardar(cidadao, mensagem)
    if not conversa.bloqueada:
        aviso = avisos.recebida(sim.config.waba_id, numero, cidadao, mensagem)
        sim.entregador.por_na_fila(aviso)
    sim.ao_vivo.contar("mensagem", cidadao=cidadao.user_id, wamid=mensagem.wamid)
    return mensagem


def reagir(sim: Simulador, cidadao: Cidadao, reacao: dict[str, Any]) -> None:
    """Put the citizen's reaction on a bubble, or take it off (empty or absent emoji)."""
    _, alvo = sim.estado.por_wamid.get(str(reacao.get("message_id", "")), (None, None))
    if alvo is not None:
        alvo.reacoes["cidadao"] = reacao.get("emoji") or ""
        sim.ao_vivo.contar("mensagem", cidadao=cidadao.user_id, wamid=alvo.wamid)


def mandar_arquivo(
    sim: Simulador,
    cidadao: Cidadao,
    numero: Numero,
    arquivo: Arquivo,
    dados: dict[str, Any],
    base_url: str,
) -> Mensagem:
    """Send a file as the message type of its MIME; over 100 MB it becomes error 131052."""
    tipo = str(dados.pop("tipo", "") or tipo_do_mime(arquivo.mime))
    legenda = dados.pop("legenda", None) or dados.pop("caption", None)
    voz = str(dados.pop("voz", "") or "").lower() in ("1", "true", "sim", "on")
    if len(arquivo.conteudo) > CEM_MB:
        return escrever(sim, cidadao, numero, dados | grande_demais())
    guardada = graph_midia.guardar(sim, numero.id, arquivo, webhook=True)
    objeto = graph_midia.objeto_de_webhook(sim, guardada, base_url)
    if legenda and tipo in ("image", "video", "document"):
        objeto = {"caption": str(legenda)} | objeto
    if tipo == "document":
        objeto = {"filename": arquivo.nome} | objeto
    elif tipo == "audio":
        objeto["voice"] = voz
    elif tipo == "sticker":
        objeto["animated"] = False
    return escrever(sim, cidadao, numero, dados | {"type": tipo, tipo: objeto})


def tipo_do_mime(mime: str) -> str:
    principal = mime.split("/")[0].lower()
    if mime.split(";")[0].lower() in ("image/jpeg", "image/png", "image/webp", "image/gif"):
        return "image"
    return principal if principal in ("video", "audio") else "document"


def grande_demais() -> dict[str, Any]:
    erro = {
        "code": 131052,
        "title": "Media file size too big. Max file size we currently support: 100MB.",
        "message": "Media file size too big. Max file size we currently support: 100MB.",
        "error_data": {
            "details": "Please communicate with your customer to send a media file "
            "that is less than 100MB."
        },
    }
    return {"type": "unsupported", "errors": [erro], "unsupported": {"type": "media_placeholder"}}


def trocar_numero(sim: Simulador, cidadao: Cidadao, numero: Numero, novo: str) -> Mensagem:
    """The citizen moves to another phone: system message, new BSUID and user_id_update."""
    antigo_wa, antigo_id = cidadao.wa_id, cidadao.user_id
    wa_id = identidades.so_digitos(novo)
    user_id = identidades.bsuid_de(identidades.com_nono(wa_id))
    nome = cidadao.nome or antigo_wa
    mensagem = Mensagem(
        wamid=sim.estado.sorteio.wamid(antigo_wa, entrada=True),
        numero=numero.id,
        direcao="entrada",
        tipo="system",
        conteudo={
            "system": {
                "body": f"User {nome} changed from {antigo_wa} to {wa_id}",
                "wa_id": wa_id,
                "user_id": user_id,
                "type": "user_changed_number",
            }
        },
        horario=time.time(),
    )
    aviso = avisos.recebida(sim.config.waba_id, numero, cidadao, mensagem)
    aviso.valor.pop("contacts")
    aviso.valor["messages"][0].pop("from_user_id", None)
    sim.estado.guardar(cidadao, mensagem)
    sim.estado.trocar_identidade(cidadao, user_id=user_id, wa_id=wa_id)
    sim.entregador.por_na_fila(aviso)
    troca = {
        "wa_id": wa_id,
        "detail": f"User id for {nome} has been updated.",
        "user_id": {"previous": antigo_id, "current": user_id},
        "timestamp": str(int(time.time())),
    }
    valor = {
        "messaging_product": "whatsapp",
        "metadata": avisos.metadados(numero),
        "contacts": [{"profile": {"name": nome}, "wa_id": wa_id}],
        "user_id_update": [troca],
    }
    sim.entregador.por_na_fila(avisos.Aviso("user_id_update", valor, sim.config.waba_id, numero.id))
    sim.ao_vivo.contar("cidadaos")
    return mensagem


def preferir(sim: Simulador, cidadao: Cidadao, numero: Numero, *, parar: bool) -> None:
    """The citizen stops (or resumes) marketing from the city: user_preferences."""
    cidadao.sem_divulgacao = parar
    escolha = {
        "user_id": cidadao.user_id,
        "detail": f"User requested to {'stop' if parar else 'resume'} marketing messages",
        "category": "marketing_messages",
        "value": "stop" if parar else "resume",
        "timestamp": int(time.time()),
    }
    if cidadao.mostra_telefone:
        escolha = {"wa_id": cidadao.wa_id} | escolha
    valor = {
        "messaging_product": "whatsapp",
        "metadata": avisos.metadados(numero),
        "contacts": [avisos.contato(cidadao, com_telefone=cidadao.mostra_telefone)],
        "user_preferences": [escolha],
    }
    sim.entregador.por_na_fila(
        avisos.Aviso("user_preferences", valor, sim.config.waba_id, numero.id)
    )
