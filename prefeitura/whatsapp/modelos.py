"""Keep templates and numbers as they are at Meta, and tell an admin what is wrong with them."""

from typing import Any

from django.conf import settings
from django.db import transaction

from prefeitura.whatsapp import cliente, erros
from prefeitura.whatsapp.models import Conta, ModeloDeMensagem, Numero

QUALIDADES = {"GREEN": "verde", "YELLOW": "amarela", "RED": "vermelha"}
SITUACOES = {"CONNECTED": "conectado", "FLAGGED": "sinalizado", "RESTRICTED": "restrito"}
PERDEU_O_ACESSO = {0, 104, 190}
# How the sentences of `testar_numero` begin when something is wrong.
PROBLEMAS = ("A Meta recusou", "Não foi possível", "Nenhum aplicativo")


def sincronizar(conta: Conta) -> int:
    """Mirror the account's templates; return how many Meta listed. Raises cliente.ErroDoGraph.

    What Meta no longer lists is kept as DELETED: old messages still name it.
    """
    listados = list(cliente.listar_modelos(conta))
    with transaction.atomic():
        Conta.objects.select_for_update().get(pk=conta.pk)
        vistos = [_gravar(conta, modelo) for modelo in listados if _tem_nome(modelo)]
        ModeloDeMensagem.objects.filter(conta=conta).exclude(pk__in=vistos).update(estado="DELETED")
    return len(vistos)


def _tem_nome(modelo: dict[str, Any]) -> bool:
    return isinstance(modelo.get("name"), str) and isinstance(modelo.get("language"), str)


def _gravar(conta: Conta, modelo: dict[str, Any]) -> int:
    qualidade = modelo.get("quality_score")
    qualidade = qualidade.get("score") if isinstance(qualidade, dict) else qualidade
    motivo = modelo.get("rejected_reason")
    correta = modelo.get("correct_category")
    componentes = modelo.get("components")
    gravado, _ = ModeloDeMensagem.objects.update_or_create(
        conta=conta,
        nome=modelo["name"][:512],
        idioma=modelo["language"][:12],
        defaults={
            "id_meta": str(modelo.get("id") or "")[:40],
            "categoria": str(modelo.get("category") or "")[:30],
            "categoria_correta": str(correta or "")[:30],
            "estado": str(modelo.get("status") or "PENDING")[:30],
            "motivo": "" if motivo in (None, "NONE") else str(motivo)[:300],
            "qualidade": str(qualidade or "")[:20],
            "formato": str(modelo.get("parameter_format") or "POSITIONAL")[:12],
            "componentes": componentes if isinstance(componentes, list) else [],
        },
    )
    return gravado.pk


def testar_numero(numero: Numero) -> list[str]:
    """Ask Meta about the number and return what an admin must know, one sentence a line.

    Also writes what Meta told to the number, and ends a pause that was about the token.
    """
    try:
        dados = cliente.ler_numero(numero)
    except cliente.ErroDoGraph as erro:
        return [_explicar(erro)]
    frases = ["O token de acesso funciona."]
    frases += _anotar(numero, dados)
    frases += _webhooks(numero.conta)
    return frases


def _explicar(erro: cliente.ErroDoGraph) -> str:
    if erro.codigo is None:
        return "Não foi possível falar com a Meta agora. Confira a internet do servidor."
    if erro.codigo in PERDEU_O_ACESSO or erro.http == 401:
        return "A Meta recusou o token de acesso. Gere outro e grave na conta deste número."
    return f"A Meta recusou a consulta: {erros.frase(erro.codigo)} (código {erro.codigo})"


def _anotar(numero: Numero, dados: dict[str, Any]) -> list[str]:
    vazao = dados.get("throughput")
    alta = isinstance(vazao, dict) and vazao.get("level") == "HIGH"
    qualidade = str(dados.get("quality_rating") or "")
    situacao = str(dados.get("status") or "")
    Numero.objects.filter(pk=numero.pk).update(
        nome_verificado=str(dados.get("verified_name") or "")[:120],
        qualidade=qualidade[:20],
        estado_na_meta=situacao[:40],
        mensagens_por_segundo=1_000 if alta else min(numero.mensagens_por_segundo, 80),
        pausado_ate=None,
        pausa_motivo="",
    )
    if limite := str(dados.get("whatsapp_business_manager_messaging_limit") or ""):
        Conta.objects.filter(pk=numero.conta_id).update(limite_diario=limite[:30])
    frases = [f"Número {dados.get('display_phone_number') or numero.exibicao} encontrado na Meta."]
    if situacao:
        frases.append(f"Situação: {SITUACOES.get(situacao, situacao)}.")
    if qualidade:
        frases.append(f"Qualidade: {QUALIDADES.get(qualidade, 'ainda sem avaliação')}.")
    return frases


def _webhooks(conta: Conta) -> list[str]:
    try:
        inscritos = cliente.ler_webhooks(conta)
    except cliente.ErroDoGraph:
        return ["Não foi possível conferir se o webhook está ligado a esta conta."]
    if inscritos:
        return ["O aplicativo está inscrito para receber as mensagens desta conta."]
    return [
        "Nenhum aplicativo está inscrito nesta conta: as mensagens dos cidadãos não chegam. "
        f"Inscreva o aplicativo com o endereço {_endereco_do_webhook()}."
    ]


def _endereco_do_webhook() -> str:
    host = next((h for h in settings.ALLOWED_HOSTS if h != "*"), "do sistema")
    return f"https://{host}/webhook/whatsapp/"
