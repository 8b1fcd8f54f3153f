"""G2: each body of the corpus, posted five times at once, leaves what one delivery leaves."""

import itertools
import re

import pytest
from django.core.management import call_command
from django.db.models import Max

from atendimento.models import Atendimento, Conversa, Mensagem, Reacao, Transicao
from prefeitura.cadastro.models import Cidadao, Identidade
from prefeitura.whatsapp import entrada
from prefeitura.whatsapp.models import (
    Conta,
    Envio,
    EventoRecebido,
    Midia,
    ModeloDeMensagem,
    Numero,
    SituacaoDoEnvio,
    StatusOrfao,
)
from prefeitura.whatsapp.simulador.correio import serializar
from prefeitura.whatsapp.webhook import Webhook
from tests import factories
from tests.falhas.corrida import Corrida
from tests.falhas.medida import anotar, tamanho
from tests.whatsapp.cargas import carga, nomes
from tests.whatsapp.servidor_web import assinar, montar_post, no_ar, pedir

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.lento]
ARQUIVOS = ("mensagens", "status", "conta_e_outros")
VEZES = 5
PROTOCOLO = re.compile(r"\d{4}-\d{6,}-\d")


def corpus() -> list[bytes]:
    """Every body, in the order of the files."""
    return [serializar(carga(arquivo, nome)) for arquivo in ARQUIVOS for nome in nomes(arquivo)]


def achar(dado, chave: str):
    """Every value of `chave` anywhere in a JSON."""
    if isinstance(dado, dict):
        for nome, valor in dado.items():
            if nome == chave:
                yield valor
            yield from achar(valor, chave)
    elif isinstance(dado, list):
        for item in dado:
            yield from achar(item, chave)


def cadastrar() -> None:
    """The accounts and numbers that the corpus speaks of."""
    corpos = [carga(arquivo, nome) for arquivo in ARQUIVOS for nome in nomes(arquivo)]
    wabas = {str(e["id"]) for c in corpos for e in c.get("entry", []) if "id" in e}
    numeros = {str(n) for c in corpos for n in achar(c, "phone_number_id") if n}
    contas = [factories.ContaFactory(waba_id=waba) for waba in sorted(wabas)]
    triagem = factories.EquipeFactory()
    for phone_number_id in sorted(numeros):
        factories.NumeroFactory(
            conta=contas[0], phone_number_id=phone_number_id, equipe_de_triagem=triagem
        )


def linhas(consulta, *campos: str) -> list[tuple]:
    return sorted(consulta.values_list(*campos), key=repr)


def retrato() -> dict[str, list]:
    """Everything that the webhooks left, without ids, times and protocols of ours."""
    corpos = [PROTOCOLO.sub("P", repr(c)) for c in Envio.objects.values_list("corpo", flat=True)]
    return {
        "cidadãos": linhas(Cidadao.objects, "wa_id", "user_id", "username", "nome_no_whatsapp"),
        "identidades": linhas(Identidade.objects, "tipo", "valor", "ativa"),
        "conversas": linhas(Conversa.objects, "cidadao__wa_id", "cidadao__user_id", "janela_ate"),
        "atendimentos": linhas(
            Atendimento.objects,
            "conversa__cidadao__wa_id",
            "estado",
            "nao_lidas",
            "em_triagem",
            "esperando_desde",
            "ultima_mensagem__wamid",
            "versao",
        ),
        "mensagens": linhas(
            Mensagem.objects.filter(wamid__isnull=False),
            "numero__phone_number_id",
            "wamid",
            "direcao",
            "tipo",
            "texto",
            "dados",
            "momento",
            "resposta_a__wamid",
            "citada_wamid",
            "editada_em",
            "apagada_em",
            "midia__media_id",
        ),
        "reações": linhas(Reacao.objects, "alvo", "emoji", "do_cidadao", "momento"),
        "transições": linhas(Transicao.objects, "tipo", "atendimento__conversa__cidadao__wa_id"),
        "arquivos": linhas(Midia.objects, "media_id", "declarado", "nome"),
        "envios": sorted(corpos),
        "situações": linhas(SituacaoDoEnvio.objects, "posto", "codigo"),
        "órfãos": linhas(StatusOrfao.objects, "wamid", "opaco", "dados__posto", "dados__falhou"),
        "modelos": linhas(ModeloDeMensagem.objects, "nome", "idioma", "estado", "categoria"),
        "contas": linhas(Conta.objects, "waba_id", "situacao", "situacao_detalhe", "limite_diario"),
        "números": linhas(Numero.objects, "phone_number_id", "qualidade", "nome_verificado"),
    }


def entregar(porta: int, corpo: bytes, vezes: int, corrida: Corrida) -> None:
    """Post it `vezes` times at once, and apply what was stored from all sides at once."""
    pedido = montar_post(corpo, f"X-Hub-Signature-256: {assinar(corpo)}")
    assert {
        r.status
        for r in corrida.correr(lambda n: pedir(porta, pedido) if n < vezes else None)
        if r is not None
    } == {200}
    falhas = corrida.correr(lambda n: entrada.processar())
    assert [f for f in falhas if isinstance(f, Exception)] == []


def test_five_times_at_once_is_the_same_as_once(record_property):
    retratos, corpos = [], corpus() * tamanho(1, 3)
    with no_ar(Webhook()) as porta, Corrida(VEZES) as corrida:
        for vezes in (1, VEZES):
            call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
            cadastrar()
            for corpo in corpos:
                entregar(porta, corpo, vezes, corrida)
            assert EventoRecebido.objects.count() == len(corpos) * vezes
            retratos.append(retrato())
    uma, cinco = retratos
    for parte, antes in uma.items():
        assert cinco[parte] == antes, parte
    provadas = ("mensagens", "atendimentos", "órfãos")
    assert [parte for parte in provadas if not uma[parte]] == []
    novos = Atendimento.objects.aggregate(maior=Max("nao_lidas"))
    assert novos["maior"]
    anotar(record_property, "G2", corpos=len(corpos), entregas=len(corpos) * VEZES, diferencas=0)


def test_the_portrait_sees_what_a_second_delivery_would_change(numero):
    """A portrait that sees nothing would prove nothing."""
    antes = retrato()
    mensagem = factories.MensagemFactory(atendimento__conversa__numero=numero)
    depois = retrato()
    mudou = {parte for parte in antes if antes[parte] != depois[parte]}
    assert mudou >= {"mensagens", "atendimentos", "cidadãos", "conversas", "identidades"}
    Atendimento.objects.filter(pk=mensagem.atendimento_id).update(nao_lidas=7)
    assert retrato()["atendimentos"] != depois["atendimentos"]
    assert list(itertools.chain.from_iterable(retrato().values()))
