"""Join two halves of one WhatsApp account, once Meta itself showed that they are one."""

from django.db import transaction

from atendimento.models import Atendimento, Conversa, PedidoDeBloqueio
from prefeitura.cadastro.models import AutorizacaoDeContato, Cidadao, Identidade
from prefeitura.whatsapp.models import Envio


@transaction.atomic
def juntar(*, de: Cidadao, para: Cidadao) -> None:
    """Move everything of `de` to `para`: conversations, matters, sends and identities.

    The empty half stays as a row without identities, so that what refers to it still stands.
    """
    if de.pk == para.pk:
        return
    list(Cidadao.objects.filter(pk__in=[de.pk, para.pk]).order_by("pk").select_for_update())
    conversas = {
        (c.cidadao_id, c.numero_id): c
        for c in Conversa.objects.filter(cidadao__in=[de, para]).order_by("pk").select_for_update()
    }
    for (cidadao_id, numero_id), conversa in conversas.items():
        if cidadao_id != de.pk:
            continue
        destino = conversas.get((para.pk, numero_id))
        if destino is None:
            Conversa.objects.filter(pk=conversa.pk).update(cidadao=para)
        else:
            _despejar(conversa, destino)
    Envio.objects.filter(cidadao=de).update(cidadao=para)
    AutorizacaoDeContato.objects.filter(cidadao=de).update(cidadao=para)
    PedidoDeBloqueio.objects.filter(cidadao=de).exclude(
        estado=PedidoDeBloqueio.Estado.PENDENTE
    ).update(cidadao=para)
    Identidade.objects.filter(cidadao=de, ativa=True).update(cidadao=para)
    for nome in ("wa_id", "nome", "nome_no_whatsapp", "username", "bloqueado_em"):
        if not getattr(para, nome) and getattr(de, nome):
            setattr(para, nome, getattr(de, nome))
    para.save()
    Cidadao.objects.filter(pk=de.pk).update(wa_id="", user_id="")


def _despejar(conversa: Conversa, destino: Conversa) -> None:
    if destino.atendimentos.filter(em_triagem=True).exists():
        # Two waiting to be sorted cannot stand in one thread: the moved one keeps its team.
        conversa.atendimentos.filter(em_triagem=True).update(em_triagem=False)
    Atendimento.objects.filter(conversa=conversa).update(conversa=destino)
    janelas = [j for j in (conversa.janela_ate, destino.janela_ate) if j]
    Conversa.objects.filter(pk=destino.pk).update(
        janela_ate=max(janelas, default=None), foco=None, falou_desde=None
    )
    Conversa.objects.filter(pk=conversa.pk).update(foco=None, falou_desde=None)
