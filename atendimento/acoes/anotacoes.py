"""What a batch knows of messages that exist already: repeats, quotes, reactions, edits."""

import logging
from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import OuterRef
from django.db.models.functions import Now

from atendimento.models import Atendimento, Conversa, Mensagem, Reacao
from prefeitura.whatsapp import mensagens, saida
from prefeitura.whatsapp.entrada import Recebido
from prefeitura.whatsapp.leitura import Eco, Ligacao
from prefeitura.whatsapp.models import Envio

registro = logging.getLogger(__name__)

RECUSA_DE_GRUPO = (
    "Este número não atende em grupos. Escreva direto para nós, numa conversa só sua, "
    "e a prefeitura responde."
)


CONTRADITO = "mesmo identificador com conteúdo diferente: ficou o primeiro"


class Anotacoes:
    """Look-ups made once per batch, and the marks to write on messages of before."""

    def __init__(self, recebidos: list[Recebido]):
        self._por_wamid: dict[tuple[int, str], Mensagem] = {}
        self._conhecidas: dict[int, dict[str, tuple | None]] = defaultdict(dict)
        self._ligacoes: dict[tuple[int, str], Mensagem] = {}
        self._reacoes: dict[tuple[int, str, bool], Recebido] = {}
        self._mudadas: list[Mensagem] = []
        self._citacoes: list[tuple[Mensagem, Mensagem]] = []
        self._carregar(recebidos)

    def _carregar(self, recebidos: list[Recebido]) -> None:
        proprios, citados = set(), set()
        for recebido in recebidos:
            proprios.add(_wamid(recebido.item))
            citados |= _alvos(recebido.item)
        numeros = {r.numero.pk for r in recebidos}
        de_dentro = Mensagem.objects.filter(numero__in=numeros)
        repetidas = de_dentro.filter(wamid__in=proprios)
        for mensagem in repetidas.only(
            "atendimento_id", "numero_id", "wamid", "tipo", "texto", "dados", "editada_em",
            "apagada_em",
        ):  # fmt: skip
            self._lembrar(mensagem)
        if not citados:
            return
        for mensagem in de_dentro.filter(wamid__in=citados).select_related("atendimento"):
            self._por_wamid[mensagem.numero_id, mensagem.wamid] = mensagem
        nossas = de_dentro.filter(envio__wamid__in=citados).select_related("atendimento", "envio")
        for mensagem in nossas:
            self._por_wamid[mensagem.numero_id, mensagem.envio.wamid] = mensagem

    def _lembrar(self, mensagem: Mensagem) -> None:
        self._conhecidas[mensagem.numero_id][mensagem.wamid] = _conteudo(mensagem)
        if mensagem.tipo == "ligacao":
            self._ligacoes[mensagem.numero_id, mensagem.wamid] = mensagem

    def conhecida(self, recebido: Recebido) -> bool:
        """Whether this wamid is stored already, here or earlier in the batch.

        The first stays. The same id with something else in it is nothing that Meta does, but for
        a call: its end has the id of its start.
        """
        item, conhecidas = recebido.item, self._conhecidas[recebido.numero.pk]
        wamid = _wamid(item)
        if wamid not in conhecidas or self._encerra(recebido):
            return False
        if conhecidas[wamid] not in (None, (_tipo(item), getattr(item, "texto", ""))):
            registro.error("mesmo_wamid_outro_conteudo", extra={"evento_id": recebido.evento_id})
            recebido.notas.append(CONTRADITO)
        return True

    def _encerra(self, recebido: Recebido) -> bool:
        """Whether this tells the end of a call of which only the start is known."""
        item = recebido.item
        ligacao = self._ligacoes.get((recebido.numero.pk, _wamid(item)))
        fim = isinstance(item, Ligacao) and item.evento == "fim"
        return fim and ligacao is not None and ligacao.dados.get("evento") != "fim"

    def encerrar_ligacao(self, recebido: Recebido) -> bool:
        """Complete the line of a call that ended; False when it has none."""
        if not self._encerra(recebido):
            return False
        linha = self._ligacoes[recebido.numero.pk, _wamid(recebido.item)]
        linha.dados |= _dados(recebido)
        if linha.pk:
            self._mudadas.append(linha)
        return True

    def citada(self, conversa: Conversa, recebido: Recebido) -> Mensagem | None:
        """The message that this one quotes or answers, if it is of the same thread."""
        contexto = getattr(recebido.item, "contexto", None)
        if contexto is None or not contexto.wamid:
            return None
        return self._na_conversa(conversa, recebido, contexto.wamid)

    def _na_conversa(self, conversa: Conversa, recebido: Recebido, wamid: str) -> Mensagem | None:
        achada = self._por_wamid.get((recebido.numero.pk, wamid))
        if achada is None or achada.atendimento.conversa_id != conversa.pk:
            return None
        return achada

    def montar(
        self, atendimento: Atendimento, recebido: Recebido, citada: Mensagem | None
    ) -> Mensagem:
        """Return the unsaved Mensagem of one item, and remember it for the rest of the batch."""
        item = recebido.item
        de_fora = isinstance(item, Eco)
        contexto = getattr(item, "contexto", None)
        mensagem = Mensagem(
            atendimento=atendimento,
            numero=recebido.numero,
            equipe_id=atendimento.equipe_id,
            wamid=_wamid(item),
            direcao=Mensagem.Direcao.SAIDA if de_fora else Mensagem.Direcao.ENTRADA,
            origem=Mensagem.Origem.CELULAR if de_fora else "",
            tipo=_tipo(item),
            texto=getattr(item, "texto", ""),
            dados=_dados(recebido),
            citada_wamid=(contexto.wamid or "")[:255] if contexto else "",
            momento=recebido.momento,
            recebida_em=recebido.recebido_em,
            evento=recebido.evento_id,
            indice=item.indice,
        )
        if citada is not None and citada.pk:
            mensagem.resposta_a = citada
        elif citada is not None:
            self._citacoes.append((mensagem, citada))
        self._lembrar(mensagem)
        self._por_wamid[recebido.numero.pk, mensagem.wamid] = mensagem
        return mensagem

    def reagir(self, recebido: Recebido) -> None:
        """Keep the newest reaction of each side to each message."""
        alvo = str(recebido.item.dados.get("alvo", ""))[:255]
        do_cidadao = not isinstance(recebido.item, Eco)
        self._reacoes[recebido.numero.pk, alvo, do_cidadao] = recebido

    def mudar_original(self, conversa: Conversa, recebido: Recebido) -> bool:
        """Mark the edited or deleted message, keeping what it said; False when unknown.

        Each side changes only what it wrote itself. An edit older than the one that is shown is
        only kept.
        """
        item = recebido.item
        original = self._na_conversa(conversa, recebido, str(item.dados.get("alvo", "")))
        if original is None or original.da_prefeitura != isinstance(item, Eco):
            return False
        _mudar(original, item.tipo, item.wamid, item.texto, item.dados, recebido.momento)
        if original.pk:
            self._mudadas.append(original)
        return True

    def mudar_as_que_chegam(self, novas: list[Mensagem]) -> None:
        """Apply to new messages the edits and deletions that arrived before them."""
        por_wamid = {(m.atendimento_id, m.wamid): m for m in novas}
        adiantadas = Mensagem.objects.filter(
            atendimento__in={m.atendimento_id for m in novas},
            tipo__in=("edicao", "apagamento"),
        ).em_ordem()
        for aviso in adiantadas if novas else ():
            nova = por_wamid.get((aviso.atendimento_id, aviso.dados.get("alvo")))
            if nova is not None and nova.direcao == aviso.direcao:
                _mudar(nova, aviso.tipo, aviso.wamid, aviso.texto, aviso.dados, aviso.momento)

    def recusar_grupo(self, conversa: Conversa, recebido: Recebido) -> None:
        """Decline a group politely, to the person and at most once a day: bubbles are paid."""
        ultima = conversa.recusa_de_grupo_em
        recebido.notas.append("mensagem de grupo, recusada: o número só atende pessoas")
        tarde = recebido.recebido_em - recebido.momento > timedelta(days=1)
        if not tarde and (ultima is None or recebido.momento - ultima > timedelta(days=1)):
            conversa.recusa_de_grupo_em = recebido.momento
            saida.enfileirar(
                numero=conversa.numero,
                cidadao=conversa.cidadao,
                corpo=mensagens.texto(RECUSA_DE_GRUPO),
                prioridade=Envio.Prioridade.ROBO,
            )

    def bolhas_mudadas(self) -> list[tuple[Atendimento, int]]:
        """(atendimento, message id) of the bubbles of before that look different now."""
        reagidas = [self._por_wamid.get(chave[:2]) for chave in self._reacoes]
        return [(m.atendimento, m.pk) for m in (*self._mudadas, *reagidas) if m is not None]

    def gravar(self, novas: list[Mensagem]) -> None:
        """Write quotes inside the batch, reactions, edits and deletions; `novas` are stored."""
        for mensagem, citada in self._citacoes:
            Mensagem.objects.filter(pk=mensagem.pk).update(resposta_a=citada)
        _dar_dono_as_reacoes(novas)
        for (numero_id, alvo, do_cidadao), recebido in self._reacoes.items():
            self._gravar_reacao(numero_id, alvo, do_cidadao, recebido)
        atendimentos = set()
        for mensagem in self._mudadas:
            mensagem.save(update_fields=["texto", "dados", "editada_em", "apagada_em"])
        for atendimento, _ in self.bolhas_mudadas():
            atendimentos.add(atendimento.pk)
        if atendimentos:
            Atendimento.objects.filter(pk__in=atendimentos).update(alterado_em=Now())

    def _gravar_reacao(
        self, numero_id: int, alvo: str, do_cidadao: bool, recebido: Recebido
    ) -> None:
        chave = {"numero_id": numero_id, "alvo": alvo, "do_cidadao": do_cidadao}
        antes = Reacao.objects.filter(**chave).first()
        if antes is not None and antes.momento > recebido.momento:
            return
        Reacao.objects.update_or_create(
            **chave,
            defaults={
                "mensagem": self._por_wamid.get((numero_id, alvo)),
                "emoji": str(recebido.item.dados.get("emoji", ""))[:40],
                "momento": recebido.momento,
            },
        )


def _dar_dono_as_reacoes(novas: list[Mensagem]) -> None:
    """A reaction may arrive before the message that it is about."""
    if novas:
        alvo = Mensagem.objects.filter(numero=OuterRef("numero"), wamid=OuterRef("alvo"))
        Reacao.objects.filter(
            mensagem=None,
            numero__in={m.numero_id for m in novas},
            alvo__in=[m.wamid for m in novas],
        ).update(mensagem=alvo.values("pk")[:1])


def _mudar(
    original: Mensagem, tipo: str, wamid: str, texto: str, dados: dict, momento: datetime
) -> None:
    if tipo == "apagamento":
        original.apagada_em = momento
        return
    versoes = original.dados.setdefault("versoes", [])
    if dados.get("tipo") == "desconhecido" or any(v.get("wamid") == wamid for v in versoes):
        return
    if original.editada_em and original.editada_em > momento:
        versoes.append({"wamid": wamid, "texto": texto})
        return
    versoes.append({"wamid": wamid, "texto": original.texto})
    original.texto, original.editada_em = texto, momento


def _tipo(item) -> str:
    return "ligacao" if isinstance(item, Ligacao) else item.tipo


def _conteudo(mensagem: Mensagem) -> tuple | None:
    """What a repeated webhook must say again; None when the citizen changed it meanwhile."""
    if mensagem.editada_em or mensagem.apagada_em:
        return None
    return mensagem.tipo, mensagem.texto


def _wamid(item) -> str:
    return item.chamada if isinstance(item, Ligacao) else item.wamid


def _alvos(item) -> set[str]:
    alvos = {str(getattr(item, "dados", {}).get("alvo", ""))}
    contexto = getattr(item, "contexto", None)
    if contexto is not None and contexto.wamid:
        alvos.add(contexto.wamid)
    return alvos - {""}


def _dados(recebido: Recebido) -> dict:
    """What a bubble shows beyond its text; the raw JSON stays for types that we cannot show."""
    item = recebido.item
    if isinstance(item, Ligacao):
        return {
            "evento": item.evento,
            "do_cidadao": item.do_cidadao,
            "duracao": item.duracao,
            "estado": item.estado,
        }
    dados = dict(item.dados)
    contexto = item.contexto
    if contexto is not None:
        if contexto.encaminhada or contexto.muito_encaminhada:
            dados["encaminhada"] = "muito" if contexto.muito_encaminhada else "sim"
        if contexto.produto:
            dados["produto"] = contexto.produto
    if getattr(item, "referral", None):
        dados["anuncio"] = item.referral
    if item.erros:
        dados["erros"] = [{"codigo": e.codigo, "detalhe": e.detalhe} for e in item.erros]
    if item.midia is not None:
        dados |= {"voz": item.midia.voz, "animada": item.midia.animada}
    if item.hora_invalida or recebido.momento != item.momento:
        dados["hora_invalida"] = True
    if item.bruto is not None:
        dados["bruto"] = item.bruto
    return dados
