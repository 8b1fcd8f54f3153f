"""`manage.py conferir`: each rule finds its own violation, and says nothing personal."""

import os
import time
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models.functions import Now

from atendimento.models import Atendimento, Conversa, Mensagem, PedidoDeBloqueio
from prefeitura.ambiente import prazos
from prefeitura.ambiente.invariantes import INVARIANTES, violacoes
from prefeitura.whatsapp.models import Envio, EventoRecebido, Midia, SituacaoDoEnvio, StatusOrfao
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def midia_vazia(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def sem_restricao(tabela: str, nome: str) -> None:
    """The database itself refuses this violation: drop its guard to plant it."""
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE {tabela} DROP CONSTRAINT IF EXISTS "{nome}" CASCADE')
        cursor.execute(f'DROP INDEX IF EXISTS "{nome}"')


def ha(**tempo):
    return Now() - timedelta(**tempo)


def mensagem_do_cidadao(**campos) -> Mensagem:
    return factories.MensagemFactory(evento=1, **campos)


# Each plants one violation and returns what `conferir` must name.


def evento_esquecido(_):
    return f"evento {factories.EventoRecebidoFactory(nao_antes_de=ha(seconds=61)).pk}"


def mensagem_sem_aviso(_):
    return f"mensagem {factories.MensagemFactory().pk}"


def mensagem_em_dobro(_):
    sem_restricao("atendimento_mensagem", "mensagem_unica")
    uma = mensagem_do_cidadao()
    outra = mensagem_do_cidadao(atendimento=uma.atendimento, wamid=uma.wamid)
    return f"mensagem {outra.pk}"


def conversa_em_dobro(_):
    sem_restricao("atendimento_conversa", "conversa_unica")
    uma = factories.ConversaFactory()
    outra = factories.ConversaFactory(cidadao=uma.cidadao, numero=uma.numero)
    return f"conversa {outra.pk}"


def duas_triagens(_):
    sem_restricao("atendimento_atendimento", "um_em_triagem_por_conversa")
    um = factories.AtendimentoFactory(triagem=True)
    factories.AtendimentoFactory(triagem=True, conversa=um.conversa)
    return f"conversa {um.conversa_id}"


def mensagem_de_outro_numero(_):
    return f"mensagem {mensagem_do_cidadao(numero=factories.NumeroFactory()).pk}"


def foco_encerrado(_):
    atendimento = factories.AtendimentoFactory(encerrado=True)
    Conversa.objects.filter(pk=atendimento.conversa_id).update(foco=atendimento)
    return f"conversa {atendimento.conversa_id}"


def foco_de_outra_conversa(_):
    conversa = factories.ConversaFactory(foco=factories.AtendimentoFactory())
    return f"conversa {conversa.pk}"


def envio_perdido_no_caminho(_):
    envio = factories.EnvioFactory(enviando=True)
    Envio.objects.filter(pk=envio.pk).update(prazo_em=ha(seconds=61))
    return f"envio {envio.pk}"


def envio_esquecido_na_fila(_):
    return f"envio {factories.EnvioFactory(nao_antes_de=ha(minutes=11)).pk}"


def enviada_sem_wamid(_):
    return f"envio {factories.EnvioFactory(estado='enviada').pk}"


def wamid_em_dobro(_):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'whatsapp_envio'::regclass"
            " AND contype = 'u' AND conname LIKE '%%wamid%%'"
        )
        [[nome]] = cursor.fetchall()
    sem_restricao("whatsapp_envio", nome)
    envios = [factories.EnvioFactory(enviada=True, wamid="wamid.REPETIDO") for _ in range(2)]
    return f"envio {max(str(e.pk) for e in envios)}"


def posto_atrasado(_):
    envio = factories.EnvioFactory(entregue=True)
    SituacaoDoEnvio.objects.filter(pk=envio.pk).update(lido_em=Now())
    return f"envio {envio.pk}"


def enviada_a_outra_pessoa(ana):
    mensagem = factories.MensagemFactory(da_prefeitura=True, autor=ana, envio__enviada=True)
    Envio.objects.filter(pk=mensagem.envio_id).update(cidadao=factories.CidadaoFactory())
    return f"mensagem {mensagem.pk}"


def midia_sem_dono(_):
    return f"mídia {factories.MidiaFactory(pronta=True, criada_em=ha(hours=3)).pk}"


def atendimento_de_quem_saiu(ana):
    atendimento = factories.AtendimentoFactory(equipe=ana.equipes.get(), com=ana)
    ana.participacoes.update(papel="leitura")
    return f"atendimento {atendimento.pk}"


def atendimento_de_quem_foi_desligado(ana):
    atendimento = factories.AtendimentoFactory(equipe=ana.equipes.get(), com=ana)
    type(ana).objects.filter(pk=ana.pk).update(is_active=False)
    return f"atendimento {atendimento.pk}"


def atendimento_sem_equipe(_):
    sem_restricao("atendimento_atendimento", "fora_do_robo_tem_equipe")
    return f"atendimento {factories.AtendimentoFactory(equipe=None).pk}"


def estado_vencido(_):
    midia = factories.MidiaFactory(criada_em=ha(days=7, hours=1, minutes=1))
    Midia.objects.filter(pk=midia.pk).update(nao_antes_de=ha(hours=1, minutes=1))
    factories.MensagemFactory(evento=1, midia=midia)
    return f"Midia {midia.pk} pendente"


def orfao_de_envio_conhecido(_):
    envio = factories.EnvioFactory(enviada=True)
    orfao = StatusOrfao.objects.create(
        numero=envio.numero, wamid="wamid.X", opaco=str(envio.pk), dados={}
    )
    StatusOrfao.objects.update(recebido_em=ha(minutes=11))
    return f"status {orfao.pk}"


PLANTAR = [
    ("I1", evento_esquecido),
    ("I2", mensagem_sem_aviso),
    ("I2", mensagem_em_dobro),
    ("I3", conversa_em_dobro),
    ("I3", duas_triagens),
    ("I3", mensagem_de_outro_numero),
    ("I3", foco_encerrado),
    ("I3", foco_de_outra_conversa),
    ("I4", envio_perdido_no_caminho),
    ("I4", envio_esquecido_na_fila),
    ("I5", enviada_sem_wamid),
    ("I5", wamid_em_dobro),
    ("I5", posto_atrasado),
    ("I8", enviada_a_outra_pessoa),
    ("I8", midia_sem_dono),
    ("I9", atendimento_de_quem_saiu),
    ("I9", atendimento_de_quem_foi_desligado),
    ("I9", atendimento_sem_equipe),
    ("I11", estado_vencido),
    ("I12", orfao_de_envio_conhecido),
]


def conferir() -> str:
    saida = StringIO()
    call_command("conferir", stdout=saida)
    return saida.getvalue()


@pytest.mark.parametrize(("qual", "plantar"), PLANTAR, ids=[p.__name__ for _, p in PLANTAR])
def test_each_violation_is_found_by_its_own_rule(qual, plantar, ana):
    esperada = plantar(ana)
    assert {i: n for i, n in violacoes().items() if n and i != "I11"} in ({}, {qual: 1})
    achadas = [a for i in INVARIANTES if i.id == qual for a in i.violacoes()]
    assert achadas == [esperada]


def test_every_rule_written_in_sql_has_a_violation_planted():
    assert {i.id for i in INVARIANTES} == {qual for qual, _ in PLANTAR}


def test_a_file_that_no_row_names_is_found(midia_vazia):
    for nome, idade in (("aa/velho", 3_700), ("temporarios/novo", 60), ("aa/de-alguem", 3_700)):
        arquivo: Path = midia_vazia / nome
        arquivo.parent.mkdir(exist_ok=True)
        arquivo.write_bytes(b"x")
        os.utime(arquivo, (time.time() - idade,) * 2)
    dona = factories.MidiaFactory(pronta=True, arquivo="aa/de-alguem")
    factories.MensagemFactory(evento=1, midia=dona)
    [regra] = [i for i in INVARIANTES if callable(i.achar) and i.id == "I8"]
    assert regra.violacoes() == ["arquivo aa/velho"]


def test_the_command_ends_with_1_and_names_ids_only(ana):
    mensagem = factories.MensagemFactory(texto="segredo da Maria")
    saida = StringIO()
    with pytest.raises(CommandError) as erro:
        call_command("conferir", stdout=saida)
    assert erro.value.returncode == 1
    assert f"mensagem {mensagem.pk}" in saida.getvalue()
    assert "I2  VIOLADA" in saida.getvalue()
    assert "Maria" not in saida.getvalue()


def test_ordinary_work_breaks_nothing(ana, saude):
    """Every state that a send, a file, an event and a matter can honestly be in."""
    atendimento = factories.AtendimentoFactory(equipe=saude, com=ana)
    for estado in ("enviando", "enviada", "entregue", "lida", "falhou", "incerta"):
        factories.MensagemFactory(
            atendimento=atendimento, da_prefeitura=True, autor=ana, **{f"envio__{estado}": True}
        )
    na_fila = factories.EnvioFactory(numero=atendimento.conversa.numero)
    Envio.objects.filter(pk=na_fila.pk).update(nao_antes_de=ha(minutes=20))
    type(na_fila.numero).objects.update(pausado_ate=Now() + timedelta(minutes=5))
    mensagem_do_cidadao(atendimento=atendimento, midia=factories.MidiaFactory())
    factories.EventoRecebidoFactory(parado=True)
    assert conferir().endswith("Tudo certo.\n")


def test_who_waits_behind_another_send_is_not_late():
    primeiro = factories.EnvioFactory(nao_antes_de=Now() + timedelta(minutes=1))
    factories.EnvioFactory(
        numero=primeiro.numero, cidadao=primeiro.cidadao, nao_antes_de=ha(minutes=20)
    )
    assert violacoes()["I4"] == 0


def test_the_cheap_ones_ask_only_for_what_is_under_way():
    assert set(violacoes(so_baratas=True)) == {"I1", "I4", "I11", "I12"}


# --- states and deadlines (G10)


def campos_de_estado():
    for modelo in apps.get_models():
        da_casa = modelo.__module__.startswith(("prefeitura.", "atendimento.", "comunicados."))
        if da_casa and not modelo._meta.proxy:
            for campo in modelo._meta.fields:
                if campo.name == "estado":
                    yield modelo._meta.label, campo


def test_every_state_of_every_model_has_an_exit_and_a_deadline():
    existem = set()
    for rotulo, campo in campos_de_estado():
        assert campo.choices or rotulo in prazos.DA_META, rotulo
        existem |= {(rotulo, valor) for valor, _ in campo.choices or ()}
    descritos = [(e.modelo, e.estado) for e in prazos.ESTADOS]
    assert sorted(descritos) == sorted(existem)
    for estado in prazos.ESTADOS:
        assert estado.depois
        assert (estado.limite is not None) == (estado.sai == prazos.SISTEMA) == bool(estado.desde)


@pytest.mark.parametrize(
    ("criar", "campo", "dentro", "fora"),
    [
        (lambda: factories.EnvioFactory(), "criado_em", {"hours": 24}, {"hours": 25}),
        (
            lambda: factories.EnvioFactory(corpo={"type": "template"}),
            "criado_em",
            {"days": 7},
            {"days": 7, "hours": 1},
        ),
        (
            lambda: factories.EnvioFactory(enviando=True),
            "prazo_em",
            {"seconds": 50},
            {"seconds": 70},
        ),
        (
            lambda: factories.EventoRecebidoFactory(),
            "nao_antes_de",
            {"minutes": 9},
            {"minutes": 11},
        ),
        (lambda: factories.MidiaFactory(), "criada_em", {"days": 7}, {"days": 8}),
        (
            lambda: PedidoDeBloqueio.objects.create(
                atendimento=(a := factories.AtendimentoFactory()),
                cidadao=a.conversa.cidadao,
                quem=factories.ServidorFactory(),
                bloquear=True,
            ),
            "pedido_em",
            {"minutes": 50},
            {"minutes": 70},
        ),
    ],
    ids=["texto", "modelo", "enviando", "evento", "midia", "bloqueio"],
)
def test_a_row_past_its_deadline_is_named(criar, campo, dentro, fora):
    linha = criar()
    if campo == "criada_em":
        Midia.objects.update(nao_antes_de=ha(hours=2))
    type(linha).objects.filter(pk=linha.pk).update(**{campo: ha(**dentro)})
    assert prazos.vencidos() == []
    type(linha).objects.filter(pk=linha.pk).update(**{campo: ha(**fora)})
    assert prazos.vencidos() == [f"{type(linha).__name__} {linha.pk} {linha.estado}"]


def test_nothing_is_with_the_bot_yet():
    Atendimento.objects.filter(pk=factories.AtendimentoFactory().pk).update(estado="robo")
    assert len(prazos.vencidos()) == 1


def test_an_event_that_was_asked_again_starts_a_new_deadline():
    evento = factories.EventoRecebidoFactory(recebido_em=ha(days=3), nao_antes_de=Now())
    assert EventoRecebido.objects.get(pk=evento.pk).estado == "novo"
    assert prazos.vencidos() == []
