"""Keep account, numbers and templates as Meta's webhooks tell them.

Inside the transaction of `entrada`; items for an account that is not registered change nothing.
"""

import logging
from functools import singledispatch

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from prefeitura.cadastro.telefone import chave
from prefeitura.whatsapp import leitura
from prefeitura.whatsapp.metricas import CAMPOS_NOVOS
from prefeitura.whatsapp.models import Conta, ModeloDeMensagem, Numero
from prefeitura.whatsapp.models.numero import ATE, PROBLEMA, RESTRICOES
from prefeitura.whatsapp.tasks import sincronizar_modelos

registro = logging.getLogger(__name__)

CAMPOS_CONTADOS = 50
# Notices that end what Meta restricted before; the others leave it standing.
FIM_DO_PROBLEMA = {"DISABLED_UPDATE", "ACCOUNT_RECONNECTED", "PARTNER_ADDED", "APPROVED"}
_campos_vistos: set[str] = set()


def aplicar(item: leitura.Item) -> str:
    """Apply one item that is not about a citizen; return what to note on its event, or empty."""
    if isinstance(item, leitura.ErroDoAplicativo):
        codigos = ", ".join(str(erro.codigo) for erro in item.erros)
        registro.error("erro_do_aplicativo_na_meta", extra={"erro": codigos})
        return f"a Meta avisou um erro do aplicativo: código {codigos}"
    if isinstance(item, leitura.CampoDesconhecido):
        _contar(item.nome)
        return ""
    if isinstance(item, leitura.OutroObjeto | leitura.CampoIgnorado):
        return ""
    conta = Conta.objects.filter(waba_id=item.waba_id or "").first()
    if conta is None:
        return "conta do WhatsApp não cadastrada neste sistema"
    return _mudar(item, conta) or ""


def _contar(campo: str) -> None:
    """Count a field that is new at Meta, by name while the names are few."""
    if len(_campos_vistos) < CAMPOS_CONTADOS:
        _campos_vistos.add(campo)
    CAMPOS_NOVOS.labels(campo if campo in _campos_vistos else "outro").inc()


@singledispatch
def _mudar(item: leitura.Item, conta: Conta) -> str | None:
    """Types without an effect of their own stay in the stored event."""
    return "guardado sem efeito no sistema"


@_mudar.register
def _(item: leitura.SituacaoDeModelo, conta: Conta) -> None:
    campos = {"estado": item.situacao, "motivo": (item.explicacao or item.motivo)[:300]}
    if item.categoria:
        campos["categoria"] = item.categoria
    if item.situacao == "REINSTATED":
        campos["estado"] = "APPROVED"
    _gravar_modelo(item, conta, **campos)


@_mudar.register
def _(item: leitura.QualidadeDeModelo, conta: Conta) -> None:
    _gravar_modelo(item, conta, qualidade=item.depois)


@_mudar.register
def _(item: leitura.CategoriaDeModelo, conta: Conta) -> None:
    prevista = item.prevista if item.pendente else ""
    _gravar_modelo(item, conta, categoria=item.categoria, categoria_correta=prevista)


@_mudar.register
def _(item: leitura.ComponentesDeModelo, conta: Conta) -> None:
    _gravar_modelo(item, conta)
    transaction.on_commit(lambda: sincronizar_modelos.delay(conta.pk), robust=True)


def _gravar_modelo(item: leitura.DeModelo, conta: Conta, **campos) -> None:
    """Update the template, or create it as made outside; its text comes with the next sync.

    One that comes without its name and that we do not know is left to the sync.
    """
    do_nome = Q(nome=item.nome, idioma=item.idioma)
    qual = Q(id_meta=item.modelo_id) | do_nome if item.modelo_id else do_nome
    achados = ModeloDeMensagem.objects.filter(qual, conta=conta).order_by("pk")
    modelo = next((m for m in achados if m.id_meta == item.modelo_id), None) or achados.first()
    if item.modelo_id:
        campos["id_meta"] = item.modelo_id
    if modelo is not None:
        # Only these: a sync may be writing the text of the template now.
        ModeloDeMensagem.objects.filter(pk=modelo.pk).update(atualizado_em=Now(), **campos)
        return
    if item.nome:
        ModeloDeMensagem.objects.create(
            conta=conta, nome=item.nome, idioma=item.idioma, fora_do_sistema=True, **campos
        )
    transaction.on_commit(lambda: sincronizar_modelos.delay(conta.pk), robust=True)


@_mudar.register
def _(item: leitura.QualidadeDoNumero, conta: Conta) -> None:
    if item.limite_texto:
        Conta.objects.filter(pk=conta.pk).update(limite_diario=item.limite_texto[:30])
    campos = {"estado_na_meta": item.evento[:40]}
    if item.evento == "THROUGHPUT_UPGRADE":
        campos["mensagens_por_segundo"] = 1_000
    _numero_exibido(item, conta).update(**campos)


@_mudar.register
def _(item: leitura.NomeDoNumero, conta: Conta) -> None:
    if item.decisao == "APPROVED" and item.nome:
        _numero_exibido(item, conta).update(nome_verificado=item.nome[:120])


@_mudar.register
def _(item: leitura.SituacaoDaConta, conta: Conta) -> None:
    campos = {}
    if item.limite_diario is not None:
        sem_limite = item.limite_diario < 0
        campos["limite_diario"] = "TIER_UNLIMITED" if sem_limite else str(item.limite_diario)
    if item.evento and (item.grave or item.evento in FIM_DO_PROBLEMA or not conta.problema):
        detalhe = f"{PROBLEMA} {_o_que_pesa(item)}" if item.grave else item.motivo
        campos |= {"situacao": item.evento[:60], "situacao_detalhe": detalhe.strip()[:300]}
    if campos:
        Conta.objects.filter(pk=conta.pk).update(**campos)


def _o_que_pesa(item: leitura.SituacaoDaConta) -> str:
    """What is restricted, and until when if every restriction has an end."""
    motivo = item.motivo or ", ".join(RESTRICOES.get(r["tipo"], r["tipo"]) for r in item.restricoes)
    fins = [r["expira"] for r in item.restricoes]
    return f"{motivo[:200]}{ATE}{max(fins)}" if fins and all(fins) else motivo


def _numero_exibido(item: leitura.DaConta, conta: Conta):
    """Our numbers that are shown to citizens as the one in the item, ninth digit or not."""
    iguais = [n.pk for n in conta.numeros.all() if chave(n.exibicao) == chave(item.numero_exibido)]
    return Numero.objects.filter(pk__in=iguais)
