"""`manage.py semear` and the texts of the demonstration city."""

import random
import string
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from atendimento.demonstracao import bolhas, cidade, desenhos, elenco, relogio, textos
from atendimento.models import Atendimento, Mensagem
from prefeitura.cadastro.models import (
    Assunto,
    Cidadao,
    Equipe,
    Municipio,
    Secretaria,
    Servidor,
)
from prefeitura.whatsapp.models import (
    ModeloDeMensagem,
    Numero,
)
from prefeitura.whatsapp.simulador.iniciais import MODELOS

LACUNAS = set(
    "nome protocolo bairro rua numero dia dia_passado hora valor inscricao ubs escola remedio "
    "crianca especialidade sobrenome".split()
)


def semear(qual: str) -> str:
    saida = StringIO()
    call_command("semear", cidade=qual, stdout=saida)
    return saida.getvalue()


@pytest.fixture
def vazia(db):
    return semear("vazia")


# The texts ---------------------------------------------------------------------------------------


def test_there_are_openings_enough_and_each_has_its_answers():
    temas = textos.ler_temas()
    assert sum(len(t.aberturas) for t in temas) >= 120
    for tema in temas:
        assert tema.dialogos, tema.assunto
        for texto, quais in tema.aberturas:
            assert quais and max(quais) < len(tema.dialogos), texto
        for dialogo in tema.dialogos:
            assert dialogo[0].quem == "A", tema.assunto


def test_every_gap_of_every_text_is_known():
    falas = [f for t in textos.ler_temas() for d in t.dialogos for f in d]
    falas += [f for r in textos.ler_roteiros() for f in r.falas]
    escritos = [f.texto for f in falas] + [f.argumento for f in falas]
    escritos += [texto for t in textos.ler_temas() for texto, _ in t.aberturas]
    usadas = {campo for e in escritos for _, campo, _, _ in string.Formatter().parse(e) if campo}
    assert usadas <= LACUNAS


@pytest.mark.parametrize("linha", ["X: oi", "C[imagem: oi", "bom dia"])
def test_a_line_of_another_form_is_refused(linha):
    with pytest.raises(ValueError, match="fora do formato"):
        textos.ler_fala(linha)


def test_a_line_is_read_whole():
    assert textos.ler_fala("C[imagem carne]: meio apagado") == textos.Fala(
        "C", "imagem", "carne", "meio apagado"
    )
    assert textos.ler_fala("+ transferiu obras: Reincidente: ver.") == textos.Fala(
        "+", "transferiu", "obras", "Reincidente: ver."
    )
    assert textos.duracao("35min") == timedelta(minutes=35)


@pytest.mark.parametrize(
    ("hora", "texto"), [(9, "Bom dia, Ana."), (15, "Boa tarde, Ana."), (21, "Boa noite, Ana.")]
)
def test_greetings_fit_the_hour(hora, texto):
    quando = timezone.make_aware(datetime(2026, 11, 24, hora))
    assert bolhas.saudar("Bom dia, Ana.", quando) == texto
    assert bolhas.saudar("queria bom dia", quando) == "queria bom dia"


def test_thanks_fit_the_person():
    assert bolhas.agradecer("Obrigado por avisar.", "Sandra Oliveira") == "Obrigada por avisar."
    assert bolhas.agradecer("muito obrigada", "Jorge") == "muito obrigado"


@pytest.mark.parametrize(
    ("antes", "depois"),
    [
        ("2026-11-20 10:15", "2026-11-20 10:15"),
        ("2026-11-20 17:20", "2026-11-23 08:20"),
        ("2026-11-21 09:40", "2026-11-23 08:40"),
        ("2026-11-24 02:30", "2026-11-24 08:30"),
    ],
)
def test_servants_work_in_office_hours(antes, depois):
    quando = timezone.make_aware(datetime.fromisoformat(antes))
    assert relogio.no_expediente(quando) == timezone.make_aware(datetime.fromisoformat(depois))


def test_the_pdf_points_at_its_own_objects():
    pdf = desenhos.pdf("Guia (1ª cota)", ["Não tem valor."])
    assert pdf.startswith(b"%PDF-1.4") and pdf.rstrip().endswith(b"%%EOF")
    tabela = int(pdf.rsplit(b"startxref\n", 1)[1].split()[0])
    assert pdf[tabela:].startswith(b"xref")
    lugares = [int(linha[:10]) for linha in pdf[tabela:].splitlines()[3:8]]
    for numero, lugar in enumerate(lugares, 1):
        assert pdf[lugar:].startswith(b"%d 0 obj" % numero)
    assert b"Guia \\(1\xaa cota\\)" in pdf


def test_starts_follow_the_hours_of_a_city_hall():
    acaso, agora = random.Random(1), timezone.now()
    comecos = [timezone.localtime(relogio.sortear_comeco(acaso, agora)) for _ in range(500)]
    assert sum(8 <= c.hour < 17 for c in comecos) > 300
    assert sum(c.weekday() >= 5 for c in comecos) < 80
    assert all(timedelta(0) < agora - c < timedelta(days=relogio.DIAS + 1) for c in comecos)


# The command -------------------------------------------------------------------------------------


def test_empty_city_has_structure_and_no_conversation(vazia):
    assert (Secretaria.objects.count(), Equipe.objects.count()) == (5, 7)
    assert Servidor.objects.count() == 14
    assert not Cidadao.objects.exists() and not Atendimento.objects.exists()
    assert Secretaria.objects.get(slug="saude").discreta
    assert Equipe.objects.get(slug="ouvidoria").secretaria.discreta
    assert Assunto.objects.filter(prazo_em_dias=None).count() == 0
    assert Municipio.atual().encarregado_nome


def test_accounts_are_those_of_the_contract(vazia):
    for username in ("admin", "servidor.saude", "servidor.fazenda", "supervisor.saude"):
        assert Servidor.objects.get(username=username).check_password("demo"), username
    equipes = {
        s.username: set(Equipe.objects.visiveis_para(s).values_list("slug", flat=True))
        for s in Servidor.objects.all()
    }
    assert equipes["admin"] == {"central"}
    assert equipes["servidor.saude"] == {"saude-agendamento"}
    assert equipes["servidor.fazenda"] == {"fazenda-iptu"}
    assert equipes["supervisor.saude"] == {"saude-agendamento", "saude-farmacia"}
    assert [s.username for s in Servidor.objects.filter(is_superuser=True)] == ["admin"]


def test_number_and_templates_are_the_simulators(vazia):
    numero = Numero.objects.get()
    assert (numero.phone_number_id, numero.exibicao) == ("100000000000001", "+55 11 99000-0001")
    assert (numero.conta.waba_id, numero.conta.token) == ("200000000000001", "demo-token")
    assert numero.equipe_de_triagem.slug == "central"
    do_simulador = {m["nome"]: m["componentes"] for m in MODELOS if "idioma" not in m}
    assert {m.nome: m.componentes for m in ModeloDeMensagem.objects.all()} == do_simulador
    assert all(m.pode_enviar for m in ModeloDeMensagem.objects.all())


def test_second_run_changes_nothing_and_says_so(vazia):
    assert semear("demo") == "A cidade já existe: nada a fazer.\n"
    assert not Cidadao.objects.exists()


def test_production_refuses(db, settings):
    settings.MODO = "producao"
    with pytest.raises(CommandError, match="não pode ser criada em produção"):
        semear("demo")
    assert not Municipio.objects.exists()


def test_same_moment_gives_the_same_city(db, monkeypatch):
    agora = datetime(2026, 11, 24, 14, 30, tzinfo=UTC)
    monkeypatch.setattr(elenco, "DO_PASSADO", 5)
    monkeypatch.setattr(cidade.timezone, "now", lambda: agora)
    vistas = []
    for _ in range(2):
        with transaction.atomic():
            semear("demo")
            linhas = Mensagem.objects.em_ordem().exclude(origem="robo")
            vistas.append(list(linhas.values_list("momento", "tipo", "envio", "wamid")))
            transaction.set_rollback(True)
    assert len(vistas[0]) > 500
    assert vistas[0] == vistas[1]
