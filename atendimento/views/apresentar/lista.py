"""Rows of the inbox: which ones, in which order, and what each one shows."""

from dataclasses import dataclass, field

from django.db.models import Count, Max, Q, Subquery
from django.utils import timezone

from atendimento import busca
from atendimento.models import Atendimento, Mencao, Rascunho
from atendimento.views.apresentar import tempo
from atendimento.views.apresentar.filtro import Filtro
from atendimento.views.apresentar.mensagem import Bolha
from prefeitura.cadastro.models import Equipe
from prefeitura.tempo_real import carga

POR_VEZ = 50
CONTAGENS = ("minhas", "sem_atendente", "todas", "adiadas", "com_novas", "mencoes")
# Results as short as a chip of the list.
RESULTADOS = {
    Atendimento.Resultado.ENCAMINHADO: "Encaminhado",
    Atendimento.Resultado.SEM_RESPOSTA: "Sem resposta",
    Atendimento.Resultado.ENGANO: "Engano",
}


@dataclass
class Linha:
    """One row as `quem_ve` sees it."""

    atendimento: Atendimento
    chave: str
    quem_ve: int
    rascunho: str = ""
    rascunho_de_nota: bool = False
    mostra_servidor: bool = False
    mostra_equipe: bool = True
    q: str = ""
    trecho: busca.Trecho | None = None

    @property
    def achado(self) -> str:
        """The protocol or the phone that a search hit; the row shows neither by itself."""
        if not self.q:
            return ""
        if self.q.casefold() in self.atendimento.protocolo.casefold():
            return self.atendimento.protocolo
        cidadao = self.atendimento.conversa.cidadao
        # By a name nobody is looking for a phone.
        return cidadao.telefone if busca.digitos_de_telefone(self.q) else ""

    @property
    def resultado(self) -> str:
        """How it ended, in one or two words."""
        a = self.atendimento
        return RESULTADOS.get(a.resultado) or a.get_resultado_display() or "Encerrado"

    @property
    def ultima(self) -> Bolha | None:
        m = self.atendimento.ultima_mensagem
        return Bolha(m, self.quem_ve) if m else None

    @property
    def quem_disse(self) -> str:
        """ "Você:" or the colleague's first name before the last message of the city."""
        nome = self.ultima.nome_do_autor if self.ultima else ""
        return f"{nome.split()[0]}:" if nome else ""

    @property
    def espera(self) -> str:
        """ "esperando 1 h 12", or empty when the turn is the citizen's."""
        desde = self.atendimento.esperando_desde
        if desde is None or not self.atendimento.esta_aberto:
            return ""
        return tempo.duracao((timezone.now() - desde).total_seconds())

    @property
    def urgencia(self) -> str:
        """Class of the waiting time: quiet under 15 minutes, then yellow, red after one hour."""
        minutos = (timezone.now() - self.atendimento.esperando_desde).total_seconds() / 60
        return "selo-perigo" if minutos >= 60 else "selo-alerta" if minutos >= 15 else ""


@dataclass
class Lista:
    """The rows of one page of the list."""

    filtro: Filtro
    linhas: list[Linha] = field(default_factory=list)
    cursor: str = ""
    contagens: dict = field(default_factory=dict)


def montar(filtro: Filtro, servidor, *, depois: str = "") -> Lista:
    """Return at most POR_VEZ rows, with the cursor of the next page when there is one."""
    consulta = filtro.em_ordem(filtro.consulta(servidor))
    if depois:
        consulta = filtro.depois_de(consulta, depois)
    if filtro.q:
        # With all that a row shows joined to it, the search would read every matter there is.
        achados = list(consulta.values_list("pk", flat=True)[: POR_VEZ + 1])
        so_eles = Atendimento.objects.filter(pk__in=achados)
        consulta = filtro.em_ordem(so_eles.com_mencao_nova(servidor))
    lidos = list(consulta.para_a_lista()[: POR_VEZ + 1])
    linhas = enfeitar(filtro, lidos[:POR_VEZ], servidor)
    cursor = linhas[-1].chave if len(lidos) > POR_VEZ else ""
    return Lista(filtro, linhas, cursor)


def enfeitar(filtro: Filtro, atendimentos: list[Atendimento], servidor) -> list[Linha]:
    """Turn rows of the table into rows of the list, with this person's own drafts."""
    # In this order a reply that was begun hides a note that was begun.
    rascunhos = {
        r.atendimento_id: r
        for r in Rascunho.objects.filter(
            servidor=servidor, atendimento__in=[a.pk for a in atendimentos]
        ).order_by("modo")
    }
    trechos = busca.trechos(filtro.q, (a.pk for a in atendimentos)) if filtro.q else {}
    # To who sees one team only, its name in every row says nothing.
    varias_equipes = len(Equipe.objects.visiveis_para(servidor)[:2]) > 1
    return [
        Linha(
            a,
            filtro.chave(a),
            servidor.pk,
            rascunhos[a.pk].texto[:120] if a.pk in rascunhos else "",
            a.pk in rascunhos and rascunhos[a.pk].modo == Rascunho.Modo.NOTA,
            mostra_servidor=filtro.aba not in ("minhas", "sem-atendente"),
            mostra_equipe=varias_equipes,
            q=filtro.q,
            trecho=trechos.get(a.pk),
        )
        for a in atendimentos
    ]


def contar(servidor) -> dict[str, int]:
    """Count the tabs, how many of one's own have something unread, and how many call one.

    Nothing is counted (None) while the house gives its counters up.
    """
    if carga.atual().nivel >= carga.SUFOCO:
        return dict.fromkeys(CONTAGENS)
    meus = Q(servidor=servidor, adiado_em=None)
    que_chamam = Mencao.objects.nao_vistas(servidor).quantos_atendimentos()
    contagens = (
        Atendimento.objects.visiveis_para(servidor)
        .abertos()
        .aggregate(
            minhas=Count("pk", filter=meus),
            sem_atendente=Count("pk", filter=Q(servidor=None)),
            todas=Count("pk"),
            adiadas=Count("pk", filter=Q(servidor=servidor, adiado_em__isnull=False)),
            com_novas=Count("pk", filter=meus & Q(nao_lidas__gt=0)),
            mencoes=Max(Subquery(que_chamam)),
        )
    )
    if contagens["mencoes"] is None:  # nothing is open, and a closed one may call
        contagens["mencoes"] = que_chamam.get()
    return contagens
