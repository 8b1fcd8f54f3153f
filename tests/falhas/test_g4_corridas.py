"""G4: many at the same instant, and still one winner, one matter, and no message unseen."""

import itertools

import pytest
from django.db import connection
from django.utils import timezone

from atendimento import acoes
from atendimento.erros import Conflito
from atendimento.models import Atendimento, Conversa, Mensagem
from prefeitura.whatsapp.entrada import Recebido
from prefeitura.whatsapp.leitura import ler
from tests import factories
from tests.chegada import corpo, mensagem, valor
from tests.falhas.corrida import Corrida
from tests.falhas.medida import anotar, tamanho

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.lento]
_cidadao = itertools.count(1)


def recebido(numero, texto: str, de: str) -> Recebido:
    """What the gateway hands over for one message that has just come."""
    item = ler(corpo(numero, valor(numero, mensagens=[mensagem(texto, de=de)]))).itens[0]
    return Recebido(numero, next(_cidadao), timezone.now(), item)


def test_of_fifty_who_take_the_same_one_wins_and_the_others_hear_who(saude, record_property):
    pessoas = factories.ServidorFactory.create_batch(50, em=saude)
    rodadas = tamanho(3, 150)
    with Corrida(50) as corrida:
        for _ in range(rodadas):
            atendimento = factories.AtendimentoFactory(equipe=saude)
            fins = corrida.correr(
                lambda n, pk=atendimento.pk: acoes.assumir(atendimento_id=pk, servidor=pessoas[n])
            )
            venceram = [f for f in fins if isinstance(f, Atendimento)]
            perderam = [f for f in fins if isinstance(f, Conflito)]
            assert (len(venceram), len(perderam)) == (1, 49), fins
            atendimento.refresh_from_db()
            assert atendimento.servidor_id == venceram[0].servidor_id
            assert all(str(atendimento.servidor) in str(f) for f in perderam)
            assert atendimento.transicoes.count() == 1
    anotar(record_property, "G4", disputas_de_50=rodadas, vencedores_a_mais=0)


def test_thirty_first_messages_at_once_open_one_matter_each_time(numero, record_property):
    rodadas = tamanho(3, 90)
    with Corrida(30) as corrida:
        for _ in range(rodadas):
            de = f"551195{next(_cidadao):07d}"
            fins = corrida.correr(
                lambda n, de=de: acoes.receber(recebidos=[recebido(numero, f"m{n}", de)])
            )
            assert [f for f in fins if isinstance(f, Exception)] == []
            deste = Mensagem.objects.filter(
                atendimento__conversa__cidadao__identidades__como_veio=de
            )
            assert deste.filter(direcao="entrada").count() == 30
            assert deste.values("atendimento").distinct().count() == 1
            assert deste.filter(origem="robo").count() == 1, "um protocolo dito uma vez"
    anotar(record_property, "G4", trinta_primeiras=rodadas, assuntos_a_mais=0)


@pytest.fixture
def ordem(transactional_db):
    """Lines that the database writes under the locks: which of two came first is then certain."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            CREATE TABLE prova_da_ordem (id bigserial PRIMARY KEY, o_que text, quem bigint);
            CREATE FUNCTION provar_mensagem() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO prova_da_ordem (o_que, quem) VALUES ('mensagem', NEW.atendimento_id);
                RETURN NULL; END $$;
            CREATE FUNCTION provar_estado() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                INSERT INTO prova_da_ordem (o_que, quem) VALUES (NEW.estado, NEW.id);
                RETURN NULL; END $$;
            CREATE TRIGGER prova AFTER INSERT ON atendimento_mensagem FOR EACH ROW
                WHEN (NEW.direcao = 'entrada') EXECUTE FUNCTION provar_mensagem();
            CREATE TRIGGER prova AFTER UPDATE ON atendimento_atendimento FOR EACH ROW
                WHEN (NEW.estado <> OLD.estado) EXECUTE FUNCTION provar_estado();
            """
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute(
            "DROP FUNCTION provar_mensagem() CASCADE; DROP FUNCTION provar_estado() CASCADE;"
            "DROP TABLE prova_da_ordem"
        )


def linhas_de(atendimento) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o_que FROM prova_da_ordem WHERE quem = %s ORDER BY id", [atendimento.pk]
        )
        return [linha[0] for linha in cursor.fetchall()]


def test_a_message_never_vanishes_into_a_matter_closed_before_it(
    ana, saude, numero, ordem, acaso, record_property
):
    rodadas, reabertos = tamanho(20, 300), 0
    with Corrida(2) as corrida:
        for _ in range(rodadas):
            atendimento = factories.AtendimentoFactory(
                equipe=saude, com=ana, conversa__numero=numero, escreveu="oi"
            )
            Conversa.objects.filter(pk=atendimento.conversa_id).update(foco=atendimento)
            de = atendimento.conversa.cidadao.wa_id
            espera = acaso.uniform(0, 0.01) * acaso.choice((0, 1))
            primeiro = acaso.randrange(2)

            def fazer(n, pk=atendimento.pk, de=de, espera=espera, primeiro=primeiro):
                if n != primeiro:
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(%s)", [espera])
                if n:
                    acoes.encerrar(atendimento_id=pk, servidor=ana, resultado="resolvido")
                else:
                    acoes.receber(recebidos=[recebido(numero, "ainda não resolveu", de)])

            assert corrida.correr(fazer) == [None, None]
            atendimento.refresh_from_db()
            linhas = linhas_de(atendimento)[1:]  # the first is "oi"
            if linhas.index("mensagem") > linhas.index("encerrado"):
                assert atendimento.estado == "na_fila", linhas
                assert atendimento.nao_lidas == 1
                reabertos += 1
            else:
                assert atendimento.estado == "encerrado", linhas
            assert Atendimento.objects.filter(conversa=atendimento.conversa).count() == 1
    anotar(
        record_property,
        "G4",
        encerrar_contra_mensagem=rodadas,
        reabertos=reabertos,
        mensagens_perdidas=0,
    )
