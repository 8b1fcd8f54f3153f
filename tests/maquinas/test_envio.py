"""The life of a send: whatever happens in whatever order, Meta takes each order at most once."""

from collections import Counter, defaultdict
from contextlib import suppress
from datetime import timedelta

import pytest
from django.db.models.functions import Now
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from prefeitura.whatsapp import saida
from prefeitura.whatsapp.cliente import Aceita, Incerta, Recusada
from prefeitura.whatsapp.models import Envio
from prefeitura.whatsapp.saida import concluir
from prefeitura.whatsapp.saida.reivindicar import reivindicar
from tests import factories
from tests.chegada import chegar_status, status
from tests.maquinas.apoio import rodar
from tests.whatsapp.conftest import acordados, graph, sem_limites  # noqa: F401 (fixtures)
from tests.whatsapp.envios import passar
from tests.whatsapp.servidor_falso import aceitar, cortar, recusar
from tests.whatsapp.test_saida_status import modelo

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("acordados", "sem_limites")]


class MaquinaDeEnvio(RuleBasedStateMachine):
    """Workers that answer, die or wake up late; receipts; deadlines; a person who decides.

    `tomados` is what Meta took, or may have taken, of each send: the ledger of the model.
    """

    def __init__(self, meta, numero, servidor) -> None:
        super().__init__()
        self.meta, self.numero, self.servidor = meta, numero, servidor
        self.tomados: Counter = Counter()
        self.recibos: dict = defaultdict(list)
        self.decididos: set = set()
        self.em_maos: list = []  # claims of workers that have not answered yet

    @initialize()
    def criar(self) -> None:
        self.envios = []
        self.criar_mais_um()

    @precondition(lambda self: self.atual.estado != "pendente")
    @rule()
    def outro_pedido(self) -> None:
        self.criar_mais_um()

    def criar_mais_um(self) -> None:
        self.envios.append(factories.EnvioFactory(numero=self.numero))

    @property
    def atual(self) -> Envio:
        self.envios[-1].refresh_from_db()
        return self.envios[-1]

    # Workers ------------------------------------------------------------------------------

    @precondition(lambda self: self.atual.estado == "pendente" or len(self.envios) % 3 == 0)
    @rule(resposta=st.sampled_from(["sem resposta", "agora não", "aceita", "recusa"]))
    def um_trabalhador_tenta(self, resposta: str) -> None:
        envio, antes = self.atual, len(self.meta.pedidos)
        passar(envio, nao_antes_de=Now())
        self.meta.combinar(
            {
                "aceita": aceitar(f"wamid.{envio.pk}"),
                "recusa": recusar(131026),
                "agora não": recusar(131016),
                "sem resposta": cortar,
            }[resposta]
        )
        saida.enviar(envio.pk)
        if len(self.meta.pedidos) > antes and resposta in ("aceita", "sem resposta"):
            self.tomados[envio.pk] += 1

    @rule()
    def um_trabalhador_pega_e_demora(self) -> None:
        envio = self.atual
        passar(envio, nao_antes_de=Now())
        if meu := reivindicar(envio.pk):
            self.em_maos.append((envio, meu))

    @precondition(lambda self: self.em_maos)
    @rule(resposta=st.sampled_from(["aceita", "recusa", "sem resposta"]))
    def o_trabalhador_acorda_e_anota(self, resposta: str) -> None:
        envio, meu = self.em_maos.pop(0)
        if resposta != "recusa":
            self.tomados[envio.pk] += 1
        concluir.registrar(
            Envio.objects.select_related("numero", "cidadao").get(pk=envio.pk),
            meu,
            {
                "aceita": Aceita(wamid=f"wamid.{envio.pk}", wa_id=""),
                "recusa": Recusada(codigo=131026, detalhe=""),
                "sem resposta": Incerta(motivo="corte"),
            }[resposta],
        )

    @rule()
    def o_prazo_vence(self) -> None:
        Envio.objects.filter(pk=self.atual.pk, estado="enviando").update(
            prazo_em=timezone.now() - timedelta(seconds=1)
        )
        saida.vencer_prazos()

    # Receipts -----------------------------------------------------------------------------

    @precondition(lambda self: self.tomados)
    @rule(nome=st.sampled_from(["sent", "delivered", "read", "failed"]), qual=st.integers(0, 9))
    def chega_um_recibo(self, nome: str, qual: int) -> None:
        pk = sorted(self.tomados)[qual % len(self.tomados)]
        envio = Envio.objects.select_related("cidadao").get(pk=pk)
        envio.wamid = f"wamid.{pk}"
        erros = {"errors": [{"code": 131026, "title": "x"}]} if nome == "failed" else {}
        chegar_status(self.numero, status(envio, nome, **erros))
        self.recibos[pk].append(nome)

    # People -------------------------------------------------------------------------------

    @rule(decisao=st.sampled_from(["reenviar", "desistir", "marcar_como_enviada"]))
    def uma_pessoa_decide(self, decisao: str) -> None:
        envio = self.atual
        if envio.estado == "incerta":
            passar(envio, incerta_em=timezone.now() - timedelta(minutes=16))
        with suppress(saida.NaoPodeReenviar):
            novo = getattr(saida, decisao)(envio=envio, servidor=self.servidor)
            self.decididos.add(envio.pk)
            if novo is not None:
                self.envios.append(novo)

    # What is always true ------------------------------------------------------------------

    @invariant()
    def a_meta_toma_cada_pedido_no_maximo_uma_vez(self) -> None:
        assert [n for n in self.tomados.values() if n > 1] == []

    @invariant()
    def o_que_a_meta_pode_ter_tomado_nao_volta_para_a_fila(self) -> None:
        for envio in Envio.objects.filter(pk__in=list(self.tomados)):
            assert envio.estado not in ("pendente", "enviando")
            if not self.recibos[envio.pk] and envio.pk not in self.decididos:
                assert envio.estado in ("enviada", "incerta")

    @invariant()
    def so_se_mostra_enviado_o_que_alguem_sabe(self) -> None:
        for envio in Envio.objects.filter(numero=self.numero, estado="enviada"):
            assert envio.pk in self.tomados or envio.pk in self.decididos

    @invariant()
    def o_que_se_ve_e_o_maior_recibo(self) -> None:
        sabidos = {pk: nomes for pk, nomes in self.recibos.items() if nomes}
        for envio in Envio.objects.filter(pk__in=sabidos).select_related("situacao"):
            assert envio.estado_mostrado == modelo(sabidos[envio.pk])

    @invariant()
    def cada_estado_tem_quem_o_tire_dali(self) -> None:
        for envio in Envio.objects.filter(numero=self.numero):
            assert (envio.prazo_em is not None) == (envio.estado == "enviando")
            assert envio.estado != "incerta" or envio.incerta_em
            assert envio.novas_tentativas.count() <= 1

    def teardown(self) -> None:
        Envio.objects.filter(numero=self.numero, estado="pendente").update(estado="cancelada")


def test_no_history_makes_meta_take_a_send_twice(graph, ana):  # noqa: F811
    rodar(
        lambda: MaquinaDeEnvio(graph, factories.NumeroFactory(), ana),
        historias=(25, 1_000),
    )
