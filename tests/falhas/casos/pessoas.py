"""Who is who: finding, creating, renaming and joining citizens; recording who looked."""

from atendimento.acoes.juntar import juntar
from prefeitura.cadastro.acoes import (
    Quem,
    cidadao_do_telefone,
    identificar,
    registrar_acesso,
    trocar_identidade,
)
from prefeitura.cadastro.models import Cidadao
from tests import factories
from tests.chegada import MARIA, chegar, mensagem
from tests.falhas.casos.cena import cena
from tests.falhas.laco import caso

BSUID = "BR.4471203398812760055"


@caso("prefeitura.cadastro.acoes.identificar.identificar")
def _(mundo):
    factories.CidadaoFactory(wa_id=MARIA)
    reciclado = factories.CidadaoFactory(wa_id="5511987650002", user_id="BR.1")
    pessoas = [
        Quem(wa_id=MARIA, user_id=BSUID, nome="Maria"),
        Quem(wa_id=reciclado.wa_id, user_id="BR.2", nome="Outra pessoa"),
        Quem(wa_id="5511987650003", nome="Nova"),
    ]
    return lambda: identificar(pessoas=pessoas)


@caso("prefeitura.cadastro.acoes.por_telefone.cidadao_do_telefone")
def _(mundo):
    return lambda: cidadao_do_telefone(digitado="(34) 98888-7766")


@caso("prefeitura.cadastro.acoes.trocar_identidade.trocar_identidade")
def _(mundo):
    factories.CidadaoFactory(wa_id=MARIA, user_id=BSUID)
    antes, depois = Quem(wa_id=MARIA), Quem(wa_id="5521987650009")
    return lambda: trocar_identidade(antes=antes, depois=depois)


@caso("prefeitura.cadastro.acoes.acesso.registrar_acesso")
def _(mundo):
    c = cena()
    return lambda: registrar_acesso(
        quem=c.ana, acao="abriu", objeto="atendimento 1", cidadao=c.atendimento.conversa.cidadao
    )


@caso("atendimento.acoes.juntar.juntar")
def _(mundo):
    c = cena()
    chegar(c.numero, mensagem("pelo telefone"))
    chegar(c.numero, mensagem("pelo usuário", de=None, user_id=BSUID))
    de, para = Cidadao.objects.get(wa_id=MARIA), Cidadao.objects.get(user_id=BSUID)
    return lambda: juntar(de=Cidadao.objects.get(pk=de.pk), para=Cidadao.objects.get(pk=para.pk))
