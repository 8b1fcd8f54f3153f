"""From a written conversation to acts with their moments: who spoke, took, transferred, closed."""

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from atendimento.demonstracao.estrutura import Cidade
from atendimento.demonstracao.pessoas import Pessoa
from atendimento.demonstracao.relogio import entre, no_expediente
from atendimento.demonstracao.textos import Fala, duracao
from atendimento.models import Transicao
from prefeitura.cadastro.models import Equipe, Servidor

FALA, ROBO = "fala", "robo"
Tipo = Transicao.Tipo
JANELA = timedelta(hours=23, minutes=30)
RETOMAR = Fala("A", "modelo", "retomar_atendimento")
CONTINUAR = Fala("C", "botao_modelo", "", "Continuar")
NOTAS = [
    "",
    "",
    "",
    "Endereço na primeira mensagem.",
    "Ver com prioridade.",
]

_C_SEGUIDA, _C_RESPONDE = [(1, 6, 60)], [(70, 20, 240), (24, 240, 2400), (6, 3600, 15000)]
_A_SEGUIDA, _A_COMECA = [(1, 8, 50)], [(1, 20, 150)]
_A_RESPONDE = [(72, 30, 300), (23, 300, 1800), (5, 1800, 5400)]
_ASSUMIR = [(40, 60, 600), (45, 600, 3600), (15, 3600, 9000)]
_TRIAR, _ENCERRAR = [(1, 45, 500)], [(1, 120, 2400)]
_VOLTAR = [(1, 1800, 36000)]


@dataclass(slots=True)
class Ato:
    """One thing that happens in a matter; `espera` is the time since the act before."""

    tipo: str
    espera: timedelta
    equipe: Equipe
    fala: Fala | None = None
    quem: Servidor | None = None
    servidor: Servidor | None = None
    de_equipe: Equipe | None = None
    nota: str = ""
    quando: datetime | None = None

    @property
    def entrada(self) -> bool:
        """Whether the citizen wrote a bubble: it opens the window, a reaction does not."""
        return self.tipo == FALA and self.fala.do_cidadao and self.fala.especie != "reacao"

    @property
    def do_servico(self) -> bool:
        return self.quem is not None


@dataclass(slots=True)
class Caso:
    """One matter to be told: of whom, in which team, what is said and how it ends.

    `situacao` is fila, com or encerrado. `triada` False leaves it waiting in the triage.
    """

    pessoa: Pessoa
    equipe: str
    assunto: str
    falas: list[Fala]
    situacao: str
    servidor: Servidor | None = None
    resultado: str = ""
    prioridade: str = "normal"
    triada: bool = True
    reabre: bool = False
    atos: list[Ato] = field(default_factory=list)

    @property
    def comeco(self) -> datetime:
        return self.atos[0].quando

    @property
    def fim(self) -> datetime:
        return self.atos[-1].quando


class Ensaio:
    """Writes the acts of one Caso, still without moments."""

    def __init__(self, caso: Caso, cidade: Cidade, acaso: random.Random):
        self.caso, self.cidade, self.acaso = caso, cidade, acaso
        self.equipe, self.atual = cidade.central, None
        self.destino = cidade.equipes[caso.equipe]
        self.extra = timedelta(0)
        self.atos: list[Ato] = []

    def fazer(self) -> list[Ato]:
        """Return the acts, from the opening to where the matter stands."""
        transfere_a_mao = any(f.especie == "transferiu" for f in self.caso.falas)
        self._ato(Tipo.ABERTO, [(1, 0, 0)])
        for fala in self.caso.falas:
            if fala.quem == "C":
                self._cidadao(fala)
            elif fala.quem == "A":
                self._servidor(fala, transfere_a_mao)
            else:
                self._acontece(fala)
        if self.caso.situacao == "fila" and self.caso.triada and self.equipe != self.destino:
            self._transferir(self.destino, self.acaso.choice(NOTAS))
        if self.caso.situacao == "encerrado":
            self._encerrar()
        return self.atos

    def _ato(self, tipo: str, faixas, **campos) -> None:
        espera = entre(self.acaso, *faixas) + self.extra
        self.extra = timedelta(0)
        self.atos.append(Ato(tipo, espera, self.equipe, **campos))

    def _cidadao(self, fala: Fala) -> None:
        primeira = len(self.atos) == 1
        seguida = self.atos[-1].quem is None
        faixas = [(1, 0, 0)] if primeira else _C_SEGUIDA if seguida else _C_RESPONDE
        self._ato(FALA, faixas, fala=fala)
        if primeira:
            self._ato(ROBO, [(1, 2, 6)])

    def _servidor(self, fala: Fala, transfere_a_mao: bool) -> None:
        if self.atual is None:
            if self.equipe != self.destino and not transfere_a_mao:
                self._transferir(self.destino, self.acaso.choice(NOTAS))
            self._assumir()
            faixas = _A_COMECA
        else:
            faixas = _A_SEGUIDA if self.atos[-1].quem else _A_RESPONDE
        self._ato(FALA, faixas, fala=fala, quem=self.atual)

    def _assumir(self) -> None:
        dele = self.caso.servidor if self.equipe == self.destino else None
        self.atual = dele or self.acaso.choice(self.cidade.membros[self.equipe.slug])
        urgente = self.caso.prioridade == "urgente"
        faixas = [(1, 20, 90)] if urgente else _ASSUMIR
        self._ato(Tipo.ASSUMIDO, faixas, quem=self.atual, servidor=self.atual)

    def _transferir(self, destino: Equipe, nota: str) -> None:
        quem = self.atual or self.acaso.choice(self.cidade.membros[self.equipe.slug])
        antes, self.equipe, self.atual = self.equipe, destino, None
        self._ato(Tipo.TRANSFERIDO, _TRIAR, quem=quem, de_equipe=antes, nota=nota)

    def _acontece(self, fala: Fala) -> None:
        if fala.especie == "pausa":
            self.extra += duracao(fala.argumento)
        elif fala.especie == "transferiu":
            self._transferir(self.cidade.equipes[fala.argumento], fala.texto)
        elif fala.especie == "devolveu":
            quem, self.atual = self.atual, None
            self._ato(Tipo.DEVOLVIDO, _ENCERRAR, quem=quem, nota=fala.texto)
        else:
            raise ValueError(f"não sei encenar {fala.especie!r}")

    def _encerrar(self) -> None:
        self._ato(Tipo.ENCERRADO, _ENCERRAR, quem=self.atual)
        if not self.caso.reabre:
            return
        pergunta, resposta = self.acaso.choice(VOLTAS)
        self._ato(Tipo.REABERTO, _VOLTAR)
        self._ato(FALA, [(1, 0, 0)], fala=Fala("C", texto=pergunta))
        self._assumir()
        self._ato(FALA, _A_COMECA, fala=Fala("A", texto=resposta), quem=self.atual)
        self._ato(Tipo.ENCERRADO, _ENCERRAR, quem=self.atual)


VOLTAS = [
    ("esqueci de perguntar, precisa levar cópia?", "Precisa só do original, {nome}."),
    ("não deu certo, falaram que é outro guichê", "Pode ir ao guichê 5: já avisei o colega."),
    ("oi, voltou o mesmo problema", "Obrigado por avisar, {nome}. Reabri o pedido com a equipe."),
    ("consegue mandar de novo? perdi a mensagem", "Claro. As informações estão logo acima."),
    ("que horas fecha mesmo?", "Às 17h, {nome}. A entrada é até 16h45."),
]


def marcar_ate(atos: list[Ato], fim: datetime) -> None:
    """Give the acts their moments backwards: the last one at `fim`."""
    quando = fim
    for ato in reversed(atos):
        ato.quando = quando
        quando -= ato.espera


def marcar_desde(atos: list[Ato], comeco: datetime, acaso: random.Random) -> list[Ato]:
    """Give the acts their moments from `comeco` on, servants in working hours; return them.

    Where the 24 hours are over, the servant first sends a template and the citizen answers it.
    """
    marcados: list[Ato] = []
    quando = ultima_entrada = comeco
    for ato in atos:
        quando += ato.espera
        if ato.do_servico:
            quando = no_expediente(quando)
            fora = quando - ultima_entrada > JANELA
            if fora and ato.tipo == FALA and ato.fala.especie != "modelo":
                retomada = Ato(FALA, ato.espera, ato.equipe, RETOMAR, ato.quem, quando=quando)
                quando += entre(acaso, *_C_RESPONDE)
                aceite = Ato(FALA, ato.espera, ato.equipe, CONTINUAR, quando=quando)
                ultima_entrada = quando
                marcados += [retomada, aceite]
                quando = no_expediente(quando + entre(acaso, *_A_SEGUIDA))
        if ato.entrada:
            ultima_entrada = quando
        ato.quando = quando
        marcados.append(ato)
    return marcados
