"""Meta says that one person changed number or user id: keep one citizen, with both names."""

from dataclasses import replace

from django.db import transaction

from prefeitura.cadastro.acoes.identificar import (
    TELEFONE,
    Identificados,
    Quem,
    conhecido,
    identificar,
    mover_telefone,
)
from prefeitura.cadastro.models import Cidadao, Identidade


@transaction.atomic
def trocar_identidade(*, antes: Quem, depois: Quem) -> Identificados:
    """Give the citizen known as `antes` the names in `depois`; old names stop being active.

    Only for Meta's own word (`user_id_update`, or a `system` message): the history follows the
    person. Who had the new number before, under another BSUID, loses only the number. A citizen
    unknown under the old names is simply identified by the new ones, but takes no number from
    anybody: the notice may be an old one told again.
    """
    pessoa = conhecido(antes)
    if pessoa is None:
        dono = conhecido(Quem(wa_id=depois.wa_id)) if depois.user_id else None
        de_outro = dono is not None and dono.user_id not in ("", depois.user_id)
        return identificar(pessoas=[replace(depois, wa_id="") if de_outro else depois])
    pessoa = Cidadao.objects.select_for_update(no_key=True).get(pk=pessoa.pk)
    trocados = [
        (tipo, valor)
        for tipo, valor, _ in antes.identidades()
        if (tipo == TELEFONE and depois.wa_id and valor != depois.telefone)
        or (tipo != TELEFONE and depois.user_id and valor != depois.user_id)
    ]
    for tipo, valor in trocados:
        Identidade.objects.filter(cidadao=pessoa, tipo=tipo, valor=valor).update(ativa=False)
    if depois.user_id:
        Identidade.objects.filter(cidadao=pessoa, tipo=Identidade.Tipo.BSUID, ativa=True).exclude(
            valor=depois.user_id
        ).update(ativa=False)
    resultado = Identificados(cidadaos={depois: pessoa})
    for tipo, valor, como_veio in depois.identidades():
        dona = Identidade.objects.filter(tipo=tipo, valor=valor, ativa=True).first()
        if dona is None:
            Identidade.objects.create(
                cidadao=pessoa, tipo=tipo, valor=valor, como_veio=como_veio or valor
            )
        elif dona.cidadao_id == pessoa.pk:
            continue
        elif tipo == TELEFONE and dona.cidadao.user_id not in ("", depois.user_id):
            mover_telefone(dona, pessoa, como_veio)
        else:
            par = (dona.cidadao, pessoa)
            if par not in resultado.juntar:
                resultado.juntar.append(par)
            Identidade.objects.filter(pk=dona.pk).update(cidadao=pessoa)
    for nome in ("wa_id", "user_id"):
        if getattr(depois, nome):
            setattr(pessoa, nome, getattr(depois, nome))
    pessoa.save(update_fields=["wa_id", "user_id"])
    return resultado
