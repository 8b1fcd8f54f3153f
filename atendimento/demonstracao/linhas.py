"""From acts to rows: Atendimento, Mensagem, Envio, Transicao… consistent with each other.

Nothing is saved here. Ids are set before, so that rows may point at each other and each table is
written once.
"""

import base64
import random
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from atendimento.demonstracao.bolhas import Bolha, Redator
from atendimento.demonstracao.encenacao import FALA, ROBO, Ato, Caso
from atendimento.demonstracao.estrutura import Cidade
from atendimento.demonstracao.recibos import conceder
from atendimento.models import Atendimento, Conversa, Mensagem, Reacao, Transicao
from prefeitura.whatsapp import mensagens
from prefeitura.whatsapp.models import Envio, SituacaoDoEnvio

Tipo = Transicao.Tipo
Estado = Atendimento.Estado
_SOBEM_A_VERSAO = (Tipo.ASSUMIDO, Tipo.DEVOLVIDO, Tipo.TRANSFERIDO, Tipo.ENCERRADO, Tipo.REABERTO)
ABERTA_SEM_RESPOSTA = 0.35
_RESPOSTAS = ("cita", "botao", "botao_modelo", "lista")


@dataclass(slots=True)
class Linhas:
    """Everything to be written, table by table."""

    atendimentos: list[Atendimento] = field(default_factory=list)
    mensagens: list[Mensagem] = field(default_factory=list)
    transicoes: list[Transicao] = field(default_factory=list)
    envios: list[Envio] = field(default_factory=list)
    situacoes: list[SituacaoDoEnvio] = field(default_factory=list)
    reacoes: list[Reacao] = field(default_factory=list)
    respostas: list[tuple[Mensagem, Mensagem]] = field(default_factory=list)
    ultimas: list[tuple[Atendimento, Mensagem]] = field(default_factory=list)
    movimentos: dict[int, list[tuple[datetime, str, Atendimento]]] = field(
        default_factory=lambda: defaultdict(list)
    )


class Narrador:
    """Tells one Caso after another into `linhas`."""

    def __init__(self, acaso: random.Random, cidade: Cidade, redator: Redator, agora: datetime):
        self.acaso, self.cidade, self.redator, self.agora = acaso, cidade, redator, agora
        self.linhas = Linhas()

    def contar(self, caso: Caso, pk: int, protocolo: str) -> Atendimento:
        """Add the rows of `caso`, whose atendimento has this id and protocol."""
        atendimento = Atendimento(
            pk=pk,
            protocolo=protocolo,
            conversa=caso.pessoa.conversa,
            equipe=self.cidade.central,
            em_triagem=True,
            prioridade=Atendimento.Prioridade[caso.prioridade.upper()],
            aberto_em=caso.comeco,
        )
        _Caso(self, caso, atendimento).contar()
        self.linhas.atendimentos.append(atendimento)
        return atendimento


class _Caso:
    """The state of one matter while it is told."""

    def __init__(self, narrador: Narrador, caso: Caso, atendimento: Atendimento):
        self.narrador, self.caso, self.atendimento = narrador, caso, atendimento
        self.linhas, self.acaso = narrador.linhas, narrador.acaso
        self.numero = narrador.cidade.numero
        self.lacunas = narrador.redator.lacunas(caso, atendimento.protocolo)
        self.do_cidadao: list[Mensagem] = []
        self.da_cidade: list[Mensagem] = []

    def contar(self) -> None:
        a = self.atendimento
        for ato in self.caso.atos:
            if ato.tipo == FALA:
                self._fala(ato)
            elif ato.tipo == ROBO:
                self._robo(ato)
            else:
                self._transicao(ato)
            a.alterado_em = ato.quando
        ultima = max([*self.do_cidadao, *self.da_cidade], key=lambda m: m.momento)
        a.ultima_em = ultima.momento
        self.linhas.ultimas.append((a, ultima))
        self._assunto()
        if a.servidor and self.acaso.random() < ABERTA_SEM_RESPOSTA:
            a.nao_lidas = 0
        conceder(self.da_cidade, self.do_cidadao, self.caso.pessoa, self.acaso, self.narrador.agora)

    def _assunto(self) -> None:
        a, cidade = self.atendimento, self.narrador.cidade
        if a.em_triagem or a.equipe.slug != self.caso.equipe or self.acaso.random() < 0.1:
            return
        a.assunto = cidade.assuntos[self.caso.equipe, self.caso.assunto]
        a.prazo_em = a.aberto_em + timedelta(days=a.assunto.prazo_em_dias)

    def _transicao(self, ato: Ato) -> None:
        a = self.atendimento
        if ato.tipo in _SOBEM_A_VERSAO:
            a.versao += 1
            a.em_triagem = False
        a.equipe, a.servidor = ato.equipe, ato.servidor
        a.estado = Estado.EM_ATENDIMENTO if ato.servidor else Estado.NA_FILA
        a.encerrado_em = a.encerrado_por = None
        a.resultado = ""
        if ato.tipo == Tipo.ENCERRADO:
            a.estado, a.servidor = Estado.ENCERRADO, ato.quem
            a.encerrado_em, a.encerrado_por = ato.quando, ato.quem
            a.resultado, a.esperando_desde, a.nao_lidas = self.caso.resultado, None, 0
        self._mover(ato.quando, ato.tipo)
        self.linhas.transicoes.append(
            Transicao(
                atendimento=a,
                tipo=ato.tipo,
                momento=ato.quando,
                quem=ato.quem,
                equipe=ato.equipe,
                de_equipe=ato.de_equipe,
                servidor=ato.servidor,
                nota=ato.nota,
            )
        )

    def _fala(self, ato: Ato) -> None:
        fala = ato.fala
        if fala.especie == "reacao":
            self._reacao(ato)
            return
        quem = ato.quem.nome if ato.quem else self.caso.pessoa.primeiro_nome
        bolha = self.narrador.redator.escrever(fala, ato.quando, self.lacunas, quem)
        mensagem = self._mensagem(ato, bolha)
        if fala.do_cidadao:
            self._entrada(ato, mensagem)
        else:
            self._saida(ato, mensagem, bolha)

    def _entrada(self, ato: Ato, mensagem: Mensagem) -> None:
        a = self.atendimento
        mensagem.direcao, mensagem.wamid = Mensagem.Direcao.ENTRADA, _wamid(self.acaso)
        mensagem.recebida_em = min(ato.quando + timedelta(seconds=1), self.narrador.agora)
        depois = min(ato.quando + timedelta(seconds=40), self.narrador.agora)
        if ato.fala.especie == "editada":
            mensagem.editada_em = depois
            mensagem.dados["versoes"][0]["wamid"] = _wamid(self.acaso)
        elif ato.fala.especie == "apagada":
            mensagem.apagada_em = depois
        elif ato.fala.especie in _RESPOSTAS and self.da_cidade:
            self._responder(mensagem, self.da_cidade[-1])
        a.nao_lidas += 1
        a.esperando_desde = a.esperando_desde or ato.quando
        self._mover(ato.quando, "entrada")
        self.do_cidadao.append(mensagem)

    def _saida(self, ato: Ato, mensagem: Mensagem, bolha: Bolha) -> None:
        a, corpo = self.atendimento, bolha.corpo
        mensagem.direcao, mensagem.autor = Mensagem.Direcao.SAIDA, ato.quem
        if self.do_cidadao and bolha.tipo == "texto" and self.acaso.random() < 0.04:
            self._responder(mensagem, self.do_cidadao[-1])
            corpo = mensagens.em_resposta(corpo, mensagem.citada_wamid)
        mensagem.envio = self._envio(ato, corpo, bolha.midia)
        if ato.tipo == FALA:
            a.versao += 1
            a.esperando_desde, a.nao_lidas = None, 0
            a.primeira_resposta_em = a.primeira_resposta_em or ato.quando
            # The bot's receipt asks nothing, so only a servant moves the foco.
            self._mover(ato.quando, "saida")
        self.da_cidade.append(mensagem)

    def _robo(self, ato: Ato) -> None:
        # The sentence of acoes.abertura: what the product says by itself today.
        texto = (
            f"{self.narrador.cidade.municipio.nome}: recebemos sua mensagem. O número do seu "
            f"protocolo é *{self.atendimento.protocolo}*. Uma pessoa da equipe vai responder "
            "por aqui."
        )
        bolha = Bolha("texto", texto, corpo=mensagens.texto(texto))
        mensagem = self._mensagem(ato, bolha)
        mensagem.origem = Mensagem.Origem.ROBO
        self._saida(ato, mensagem, bolha)

    def _reacao(self, ato: Ato) -> None:
        alvo = self.da_cidade[-1]
        self.linhas.reacoes.append(
            Reacao(
                numero=self.numero,
                alvo=alvo.envio.wamid,
                mensagem=alvo,
                do_cidadao=True,
                emoji=ato.fala.texto,
                momento=ato.quando,
            )
        )

    def _mensagem(self, ato: Ato, bolha: Bolha) -> Mensagem:
        mensagem = Mensagem(
            atendimento=self.atendimento,
            numero=self.numero,
            equipe=ato.equipe,
            tipo=bolha.tipo,
            texto=bolha.texto,
            dados=bolha.dados,
            midia=bolha.midia,
            momento=ato.quando,
            recebida_em=ato.quando,
        )
        self.linhas.mensagens.append(mensagem)
        return mensagem

    def _envio(self, ato: Ato, corpo: dict, midia) -> Envio:
        do_robo = ato.quem is None
        envio = Envio(
            id=uuid.UUID(int=self.acaso.getrandbits(128), version=4),
            numero=self.numero,
            cidadao=self.caso.pessoa.cidadao,
            servidor=ato.quem,
            chave_cliente=None
            if do_robo
            else uuid.UUID(int=self.acaso.getrandbits(128), version=4),
            corpo=corpo,
            midia=midia,
            prioridade=Envio.Prioridade.ROBO if do_robo else Envio.Prioridade.RESPOSTA,
            estado=Envio.Estado.ENVIADA,
            tentativa=1,
            nao_antes_de=ato.quando,
            wamid=_wamid(self.acaso),
            criado_em=ato.quando,
        )
        envio.situacao = SituacaoDoEnvio(envio=envio, posto=SituacaoDoEnvio.ACEITO)
        self.linhas.envios.append(envio)
        self.linhas.situacoes.append(envio.situacao)
        return envio

    def _responder(self, mensagem: Mensagem, alvo: Mensagem) -> None:
        mensagem.citada_wamid = alvo.wamid or alvo.envio.wamid
        self.linhas.respostas.append((mensagem, alvo))

    def _mover(self, quando: datetime, como: str) -> None:
        conversa = self.caso.pessoa.conversa
        self.linhas.movimentos[id(conversa)].append((quando, como, self.atendimento))


def focar(conversa: Conversa, movimentos: list[tuple[datetime, str, Atendimento]]) -> None:
    """Set foco, falou_desde and the window of `conversa` as the actions would have left them."""
    foco = falou = None
    for quando, como, atendimento in sorted(movimentos, key=lambda m: m[0]):
        if como == "entrada":
            foco, falou = atendimento, None
            conversa.janela_ate = quando + timedelta(hours=24)
        elif como == "saida":
            foco = None if falou not in (None, atendimento) else atendimento
            falou = atendimento
        elif como == Tipo.ENCERRADO:
            foco = None if foco is atendimento else foco
            falou = None if falou is atendimento else falou
    conversa.foco_id = foco and foco.pk
    conversa.falou_desde_id = falou and falou.pk


def _wamid(acaso: random.Random) -> str:
    return f"wamid.{base64.b64encode(acaso.randbytes(30)).decode()}"
