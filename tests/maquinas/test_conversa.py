"""The life of a conversation: whoever does what in whatever order, each message has one place."""

import itertools
import uuid
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from atendimento import acoes
from atendimento.erros import ErroDeAtendimento
from atendimento.models import Atendimento, Mensagem
from prefeitura.ambiente.invariantes import violacoes
from prefeitura.whatsapp import entrada
from tests import factories
from tests.chegada import corpo, guardar, mensagem, novo_wamid, valor
from tests.maquinas.apoio import rodar

pytestmark = pytest.mark.django_db
_telefones = itertools.count(1)
quem = st.sampled_from(["ana", "bruno", "carla"])
qual = st.integers(0, 9)


class MaquinaDeConversa(RuleBasedStateMachine):
    """Two citizens write, in any order and repeated; three servants take, answer, move, close.

    The model is only what was said: every other rule is asked of the tables themselves.
    """

    def __init__(self, elenco: dict, numero, equipes: list) -> None:
        super().__init__()
        self.elenco, self.numero, self.equipes = elenco, numero, equipes
        self.ditas: dict[str, str] = {}
        self.itens: list[dict] = []
        self.respostas: dict[uuid.UUID, str] = {}

    @initialize()
    def comecar(self) -> None:
        self.cidadaos = [f"551197{next(_telefones):07d}" for _ in range(2)]
        self.inicio = timezone.now() - timedelta(minutes=30)

    def alvo(self, qual: int) -> int:
        ids = self.atendimentos().values_list("pk", flat=True).order_by("pk")
        return ids[qual % len(ids)] if ids else 0

    def atendimentos(self):
        return Atendimento.objects.filter(conversa__cidadao__wa_id__in=self.cidadaos)

    def tentar(self, fazer, **dados) -> None:
        """What is refused is part of the history; what breaks is not."""
        with suppress(ErroDeAtendimento):
            fazer(**dados)

    # Citizens -----------------------------------------------------------------------------

    @rule(quem=st.integers(0, 1), minuto=st.integers(0, 29))
    def um_cidadao_escreve(self, quem: int, minuto: int) -> None:
        wamid = novo_wamid()
        self.ditas[wamid] = f"fala {wamid}"
        item = mensagem(
            self.ditas[wamid],
            de=self.cidadaos[quem],
            quando=self.inicio + timedelta(minutes=minuto),
            wamid=wamid,
        )
        self.itens.append(item)
        self.entregar(item)

    @rule(qual=qual)
    def a_meta_repete(self, qual: int) -> None:
        if self.itens:
            self.entregar(self.itens[qual % len(self.itens)])

    def entregar(self, item: dict) -> None:
        guardar(corpo(self.numero, valor(self.numero, mensagens=[item])))
        entrada.processar()

    # Servants -----------------------------------------------------------------------------

    @rule(quem=quem, qual=qual, acao=st.sampled_from(["assumir", "devolver", "reabrir"]))
    def muda_de_maos(self, quem: str, qual: int, acao: str) -> None:
        fazer = getattr(acoes, acao)
        self.tentar(fazer, atendimento_id=self.alvo(qual), servidor=self.elenco[quem])

    @rule(quem=quem, qual=qual, equipe=st.integers(0, 1), para=st.none() | quem)
    def transfere(self, quem: str, qual: int, equipe: int, para: str | None) -> None:
        self.tentar(
            acoes.transferir,
            atendimento_id=self.alvo(qual),
            servidor=self.elenco[quem],
            equipe=self.equipes[equipe],
            para=self.elenco.get(para),
        )

    @rule(quem=quem, qual=qual)
    def encerra(self, quem: str, qual: int) -> None:
        self.tentar(
            acoes.encerrar,
            atendimento_id=self.alvo(qual),
            servidor=self.elenco[quem],
            resultado="resolvido",
        )

    @rule(quem=quem, qual=qual, vezes=st.integers(1, 2))
    def responde(self, quem: str, qual: int, vezes: int) -> None:
        chave, texto = uuid.uuid4(), f"resposta {len(self.respostas)}"
        for _ in range(vezes):
            with suppress(ErroDeAtendimento):
                acoes.responder(
                    atendimento_id=self.alvo(qual),
                    servidor=self.elenco[quem],
                    conteudo=acoes.conteudo.Texto(texto),
                    chave_cliente=chave,
                )
                self.respostas[chave] = texto

    # What is always true ------------------------------------------------------------------

    @invariant()
    def cada_fala_esta_em_um_lugar_so(self) -> None:
        lidas = Mensagem.objects.filter(wamid__in=self.ditas).values_list("wamid", "texto")
        assert sorted(lidas) == sorted(self.ditas.items())
        deles = Mensagem.objects.filter(atendimento__in=self.atendimentos(), direcao="saida")
        escritas = deles.exclude(autor=None).values_list("texto", flat=True)
        assert sorted(escritas) == sorted(self.respostas.values())

    @invariant()
    def um_responsavel_que_atende_ali(self) -> None:
        for atendimento in self.atendimentos().select_related("servidor", "equipe"):
            em_maos = atendimento.estado == "em_atendimento"
            assert em_maos == (atendimento.esta_aberto and atendimento.servidor is not None)
            if em_maos:
                assert atendimento.servidor.atende(atendimento.equipe)

    @invariant()
    def a_ordem_de_cada_conversa_e_a_das_horas(self) -> None:
        for atendimento in self.atendimentos():
            horas = [m.momento for m in atendimento.mensagens.em_ordem()]
            assert horas == sorted(horas)

    def teardown(self) -> None:
        assert {nome: achadas for nome, achadas in violacoes().items() if achadas} == {}


def test_no_history_breaks_a_rule_of_the_house(ana, bruno, carla, saude, fazenda):
    elenco = {"ana": ana, "bruno": bruno, "carla": carla}
    rodar(
        lambda: MaquinaDeConversa(
            elenco, factories.NumeroFactory(equipe_de_triagem=saude), [saude, fazenda]
        ),
        historias=(12, 500),
    )
