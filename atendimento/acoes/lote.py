"""The notebook of one batch: what is loaded under the locks, what changes, one write of each.

Batched on purpose: a storm of answers to a comunicado brings hundreds of messages at once, and
one statement per kind is what keeps up with it.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from django.db.models import Q
from django.db.models.functions import Now

from atendimento import protocolo
from atendimento.acoes.anotacoes import Anotacoes
from atendimento.destino import Fio, escolher
from atendimento.models import Atendimento, Conversa, Mensagem, Transicao
from prefeitura.ambiente import correlacao
from prefeitura.banco.linhas import atualizar, inserir
from prefeitura.whatsapp.entrada import Recebido
from prefeitura.whatsapp.leitura import Eco, Ligacao
from prefeitura.whatsapp.midia import registrar_recebidas

JANELA = timedelta(hours=24)
LEMBRADOS = timedelta(days=30)
ATRASO = timedelta(minutes=10)
SEM_LUGAR = "sem atendimento em que aparecer: ficou guardado só neste evento"
ESCRITOS = [
    "estado", "servidor", "encerrado_em", "encerrado_por", "resultado", "versao", "nao_lidas",
    "esperando_desde", "ultima_em", "ultima_mensagem",
]  # fmt: skip


@dataclass(slots=True)
class Tocado:
    """A matter that this batch changes, and the messages that it brings to it."""

    atendimento: Atendimento
    mensagens: list[Mensagem] = field(default_factory=list)


class Lote:
    """Everything of one batch, for locked `conversas`; `gravar` writes it all."""

    def __init__(self, conversas: list[Conversa], recebidos: list[Recebido]):
        self.fios = {c.pk: Fio(c) for c in conversas}
        self.tocados: dict[int, Tocado] = {}
        self.midias: list[tuple[Mensagem, Recebido]] = []
        self.transicoes: list[Transicao] = []
        self._causas: list[tuple[Atendimento, str]] = []
        self._de_volta: list[Atendimento] = []
        self.anotacoes = Anotacoes(recebidos)
        self._carregar_atendimentos()

    def _carregar_atendimentos(self) -> None:
        lembrados = ~Q(estado="encerrado") | Q(encerrado_em__gte=Now() - LEMBRADOS)
        atendimentos = (
            Atendimento.objects.filter(lembrados, conversa__in=self.fios)
            .order_by("pk")
            .select_for_update()
        )
        for atendimento in atendimentos:
            fio = self.fios[atendimento.conversa_id]
            atendimento.conversa = fio.conversa
            fio.atendimentos[atendimento.pk] = atendimento
        for fio in self.fios.values():
            if fio.conversa.foco_id:
                fio.conversa.foco = fio.atendimentos.get(fio.conversa.foco_id)

    def aplicar(self, conversa: Conversa, recebido: Recebido) -> None:
        """Apply one item; a wamid already known changes nothing."""
        fio, item = self.fios[conversa.pk], recebido.item
        if self.anotacoes.conhecida(recebido):
            return
        if isinstance(item, Ligacao):
            self._ligacao(fio, recebido)
        elif item.tipo == "reacao":
            self.anotacoes.reagir(recebido)
        elif item.tipo in ("edicao", "apagamento"):
            if not self.anotacoes.mudar_original(conversa, recebido):
                self._linha(fio, recebido)
        elif isinstance(item, Eco):
            self._linha(fio, recebido)
        elif item.grupo:
            self.anotacoes.recusar_grupo(conversa, recebido)
        elif item.tipo == "sistema":
            self._linha(fio, recebido)
        else:
            self._mensagem(fio, recebido)

    def _mensagem(self, fio: Fio, recebido: Recebido) -> None:
        citada = self.anotacoes.citada(fio.conversa, recebido)
        destino = escolher(
            fio,
            citado=citada and self._lembrar(fio, citada.atendimento),
            texto=recebido.item.texto,
            momento=recebido.momento,
        )
        atendimento = destino.atendimento or self._abrir(fio, recebido, destino.origem)
        if destino.reabrir:
            self._reabrir(atendimento)
        mensagem = self._guardar(atendimento, recebido, citada)
        if atendimento.esta_aberto:
            atendimento.nao_lidas += 1
            if atendimento.adiado_em:
                atendimento.adiado_em = atendimento.adiado_ate = None
                self._de_volta.append(atendimento)
            desde = atendimento.esperando_desde or mensagem.momento
            atendimento.esperando_desde = min(desde, mensagem.momento)
            fio.conversa.foco, fio.conversa.falou_desde = atendimento, None
        self._abrir_janela(fio, recebido)

    def _lembrar(self, fio: Fio, citado: Atendimento) -> Atendimento:
        """The locked row of a quoted matter, also of one closed long ago."""
        if citado.pk is None:
            return citado
        if citado.pk not in fio.atendimentos:
            travado = Atendimento.objects.select_for_update().get(pk=citado.pk)
            travado.conversa = fio.conversa
            fio.atendimentos[citado.pk] = travado
        return fio.atendimentos[citado.pk]

    def _abrir(self, fio: Fio, recebido: Recebido, origem: Atendimento | None) -> Atendimento:
        atendimento = Atendimento(
            conversa=fio.conversa,
            equipe=recebido.numero.equipe_de_triagem,
            em_triagem=True,
            origem=origem,
            ultima_em=recebido.momento,
            aberto_em=recebido.momento,
        )
        fio.novos.append(atendimento)
        self._causas.append((atendimento, correlacao.atual()))
        self._anotar(atendimento, Transicao.Tipo.ABERTO)
        return atendimento

    def _reabrir(self, atendimento: Atendimento) -> None:
        atendimento.estado = Atendimento.Estado.NA_FILA
        atendimento.servidor = atendimento.encerrado_em = atendimento.encerrado_por = None
        atendimento.resultado = ""
        atendimento.versao += 1
        self._anotar(atendimento, Transicao.Tipo.REABERTO)

    def _anotar(self, atendimento: Atendimento, tipo: str) -> None:
        self.transicoes.append(
            Transicao(atendimento=atendimento, tipo=tipo, equipe_id=atendimento.equipe_id)
        )
        if tipo == Transicao.Tipo.ABERTO:
            self.transicoes[-1].momento = atendimento.aberto_em

    def _linha(self, fio: Fio, recebido: Recebido) -> None:
        """Store a bubble that never opens a matter: a system notice, a message from the phone.

        In a thread without any matter there is nowhere to show it; the event keeps it.
        """
        atendimento = fio.mais_recente()
        if atendimento is None:
            recebido.notas.append(SEM_LUGAR)
        else:
            self._guardar(atendimento, recebido, self.anotacoes.citada(fio.conversa, recebido))

    def _ligacao(self, fio: Fio, recebido: Recebido) -> None:
        """A call of the citizen opens the window; start and end leave one line."""
        if recebido.item.do_cidadao:
            self._abrir_janela(fio, recebido)
        encerrada = self.anotacoes.encerrar_ligacao(recebido)
        if not encerrada and recebido.item.evento in ("inicio", "fim"):
            self._linha(fio, recebido)

    def _abrir_janela(self, fio: Fio, recebido: Recebido) -> None:
        ate = recebido.momento + JANELA
        fio.conversa.janela_ate = max(fio.conversa.janela_ate or ate, ate)

    def _guardar(
        self, atendimento: Atendimento, recebido: Recebido, citada: Mensagem | None
    ) -> Mensagem:
        mensagem = self.anotacoes.montar(atendimento, recebido, citada)
        mensagem.com_atraso = recebido.recebido_em - recebido.momento > ATRASO
        midia = getattr(recebido.item, "midia", None)
        if midia is not None and midia.media_id:
            self.midias.append((mensagem, recebido))
        tocado = self.tocados.setdefault(id(atendimento), Tocado(atendimento))
        tocado.mensagens.append(mensagem)
        return mensagem

    @property
    def mensagens(self) -> list[Mensagem]:
        """The new messages of the batch."""
        return [m for tocado in self.tocados.values() for m in tocado.mensagens]

    def abertos(self) -> list[Atendimento]:
        """The matters that this batch opened."""
        return [a for fio in self.fios.values() for a in fio.novos]

    @property
    def correlacoes(self) -> dict[int, str]:
        """Atendimento that this batch opened → the correlation of the message that opened it."""
        return {atendimento.pk: codigo for atendimento, codigo in self._causas}

    def mudados(self) -> list[tuple[Atendimento, list[int]]]:
        """(atendimento, ids of new or changed bubbles) of everything that pages must ask for."""
        mudados = {
            t.atendimento.pk: (t.atendimento, [m.pk for m in t.mensagens])
            for t in self.tocados.values()
        }
        for atendimento, mensagem_id in self.anotacoes.bolhas_mudadas():
            mudados.setdefault(atendimento.pk, (atendimento, []))[1].append(mensagem_id)
        return list(mudados.values())

    def gravar(self) -> None:
        """Write the whole batch: new matters, messages, marks, and the moved conversations."""
        novos = self.abertos()
        for atendimento, numero in zip(novos, protocolo.gerar(len(novos)), strict=True):
            atendimento.protocolo = numero
        inserir(novos)
        registradas = registrar_recebidas([(r.numero, r.item.midia) for _, r in self.midias])
        for (mensagem, _), midia in zip(self.midias, registradas, strict=True):
            mensagem.midia = midia
        self.anotacoes.mudar_as_que_chegam(self.mensagens)
        inserir(self.mensagens)
        self.anotacoes.gravar(self.mensagens)
        inserir(self.transicoes)
        for tocado in self.tocados.values():
            _por_ultima(tocado)
        atualizar([t.atendimento for t in self.tocados.values()], ESCRITOS, agora=["alterado_em"])
        atualizar(self._de_volta, ["adiado_em", "adiado_ate"])
        atualizar(
            [fio.conversa for fio in self.fios.values()],
            ["foco", "falou_desde", "janela_ate", "recusa_de_grupo_em"],
        )


def _por_ultima(tocado: Tocado) -> None:
    """A late message keeps its place in the log, and does not become the last one."""
    atendimento = tocado.atendimento
    ultima = max(tocado.mensagens, key=lambda m: (m.momento, m.pk))
    if atendimento.ultima_mensagem_id is None or ultima.momento >= atendimento.ultima_em:
        atendimento.ultima_mensagem = ultima
        atendimento.ultima_em = ultima.momento
