"""Who has the matter: taking, giving back, moving, closing, reopening, looking."""

from datetime import timedelta

from django.utils import timezone

from atendimento import acoes
from atendimento.models import Atendimento, Transicao
from tests import factories
from tests.falhas.casos.cena import cena
from tests.falhas.laco import caso


@caso("atendimento.acoes.assumir.assumir")
def _(mundo):
    c = cena()
    return lambda: acoes.assumir(atendimento_id=c.pk, servidor=c.ana)


@caso("atendimento.acoes.assumir.assumir_proximo")
def _(mundo):
    c = cena()
    return lambda: acoes.assumir_proximo(servidor=c.ana)


@caso("atendimento.acoes.assumir.devolver")
def _(mundo):
    c = cena(com="ana")
    return lambda: acoes.devolver(atendimento_id=c.pk, servidor=c.ana, nota="Férias")


@caso("atendimento.acoes.assumir.devolver_de_quem_saiu")
def _(mundo):
    c = cena(com="ana")
    factories.AtendimentoFactory(equipe=c.saude, com=c.ana, conversa__numero=c.numero)
    c.ana.participacoes.all().delete()
    return acoes.devolver_de_quem_saiu


@caso("atendimento.acoes.transferir.transferir")
def _(mundo):
    c = cena(com="ana")
    acoes.guardar_rascunho(atendimento_id=c.pk, servidor=c.ana, texto="meio escrito")
    return lambda: acoes.transferir(
        atendimento_id=c.pk, servidor=c.ana, equipe=c.fazenda, nota="É do IPTU"
    )


@caso("atendimento.acoes.encerrar.encerrar")
def _(mundo):
    c = cena(com="ana", nao_lidas=2)
    return lambda: acoes.encerrar(atendimento_id=c.pk, servidor=c.ana, resultado="resolvido")


@caso("atendimento.acoes.encerrar.reabrir")
def _(mundo):
    c = cena(encerrado=True)
    return lambda: acoes.reabrir(atendimento_id=c.pk, servidor=c.ana)


@caso("atendimento.acoes.ler.abrir_leitura")
def _(mundo):
    c = cena(com="ana", nao_lidas=2)
    return lambda: acoes.abrir_leitura(atendimento=Atendimento.objects.get(pk=c.pk), servidor=c.ana)


@caso("atendimento.acoes.ler.marcar_nao_lida")
def _(mundo):
    c = cena(com="ana")
    return lambda: acoes.marcar_nao_lida(atendimento_id=c.pk, servidor=c.ana)


@caso("atendimento.acoes.presenca.marcar_presenca")
def _(mundo):
    c = cena(com="ana")

    def olhar():
        for estado in ("0", "1", "saiu"):
            acoes.marcar_presenca(
                atendimento=Atendimento.objects.get(pk=c.pk), servidor=c.ana, estado=estado
            )

    return olhar


@caso("atendimento.acoes.rascunho.guardar_rascunho")
def _(mundo):
    c = cena(com="ana")
    return lambda: acoes.guardar_rascunho(
        atendimento_id=c.pk, servidor=c.ana, texto="Prezada senhora"
    )


@caso("atendimento.acoes.rascunho.guardar_rascunho#esquecer")
def _(mundo):
    c = cena(com="ana")
    acoes.guardar_rascunho(atendimento_id=c.pk, servidor=c.ana, texto="Prezada senhora")
    return lambda: acoes.guardar_rascunho(atendimento_id=c.pk, servidor=c.ana, texto="")


@caso("atendimento.acoes.adiar.adiar")
def _(mundo):
    c = cena()
    amanha = timezone.now() + timedelta(days=1)
    return lambda: acoes.adiar(atendimento_id=c.pk, servidor=c.ana, ate=amanha)


@caso("atendimento.acoes.adiar.retomar")
def _(mundo):
    c = cena(com="ana")
    acoes.adiar(atendimento_id=c.pk, servidor=c.ana)
    return lambda: acoes.retomar(atendimento_id=c.pk, servidor=c.ana)


@caso("atendimento.acoes.adiar.retomar_vencidos")
def _(mundo):
    c = cena(com="ana")
    outro = factories.AtendimentoFactory(equipe=c.saude, com=c.ana, conversa__numero=c.numero)
    ha_pouco = timezone.now() - timedelta(minutes=1)
    Atendimento.objects.filter(pk__in=[c.pk, outro.pk]).update(
        adiado_em=ha_pouco, adiado_ate=ha_pouco
    )
    return acoes.retomar_vencidos


@caso("atendimento.acoes.priorizar.priorizar")
def _(mundo):
    c = cena(com="ana")
    return lambda: acoes.priorizar(atendimento_id=c.pk, servidor=c.ana, prioridade=0)


@caso("atendimento.acoes.desfazer.desfazer")
def _(mundo):
    c = cena(com="ana")
    acoes.transferir(atendimento_id=c.pk, servidor=c.ana, equipe=c.fazenda)
    feita = Transicao.objects.get(tipo=Transicao.Tipo.TRANSFERIDO)
    return lambda: acoes.desfazer(transicao_id=feita.pk, servidor=c.ana)


@caso("atendimento.acoes.visao.guardar_visao")
def _(mundo):
    c = cena()
    return lambda: acoes.guardar_visao(servidor=c.ana, nome="Vacinas", endereco="aba=todas")


@caso("atendimento.acoes.visao.apagar_visao")
def _(mundo):
    c = cena()
    visao = acoes.guardar_visao(servidor=c.ana, nome="Vacinas", endereco="aba=todas")
    return lambda: acoes.apagar_visao(servidor=c.ana, visao_id=visao.pk)
