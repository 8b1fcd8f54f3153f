"""What the reader gives back about people: messages, receipts, echoes, calls, identities.

Values are ours (no Meta key survives outside `bruto`), frozen, and safe to store in PostgreSQL:
no NUL, no lone surrogate, no infinity, no nesting over the limit.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing read from an event.

    Args:
        indice: position in the event, from 0, in the order of entries, changes and items. Two
            items born of one piece of JSON (a `system` message) have two positions.
        waba_id: account (`entry[].id`).
        phone_number_id: our number (`metadata`), None where Meta gives none.
    """

    indice: int
    waba_id: str | None = None
    phone_number_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErroDaMeta:
    """An entry of an `errors` array; `codigo` is None when it is not a whole number."""

    codigo: int | None
    titulo: str = ""
    detalhe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remetente:
    """Who is on the other side: any of the identifiers may be missing (WHATSAPP.md §3).

    Args:
        wa_id: as Meta wrote it (send to this one), up to 40 characters.
        telefone: `wa_id` in the form used to compare (`cadastro.telefone.chave`), None when
            `wa_id` does not look like a phone number ("número incomum").
        username: without the leading `@`; never a key.
    """

    wa_id: str | None = None
    user_id: str | None = None
    parent_user_id: str | None = None
    username: str | None = None
    nome: str | None = None
    telefone: str | None = None

    @property
    def identificado(self) -> bool:
        """False when Meta gave neither number nor user id ("sem identificação").

        The id of the portfolio alone is of no use: nobody can be answered by it.
        """
        return bool(self.wa_id or self.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class MidiaRecebida:
    """A file to fetch by id within 7 days; `sha256` in base64, as Meta gives it."""

    media_id: str | None
    mime: str = ""
    sha256: str = ""
    nome: str = ""
    voz: bool = False
    animada: bool = False
    legenda: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contexto:
    """What a message quotes or where it was forwarded from.

    `produto` is {"catalogo", "codigo"} when the citizen asks about a product.
    """

    wamid: str | None = None
    de: str | None = None
    encaminhada: bool = False
    muito_encaminhada: bool = False
    produto: dict[str, str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MensagemRecebida(Item):
    """A message from a citizen. `tipo` is one of `leitura.TIPOS`.

    Args:
        momento: aware, UTC; None with `hora_invalida` when missing, no number, before 2010 or
            after 2099 (a nearer future is given as read: only the caller knows the hour).
        texto: what a person reads: body, caption, title of the button, name of the place.
        dados: details of the type in our own keys (see each function of `conteudo`, `respostas`,
            `cartoes`).
        referral: the advertisement that brought the person: origem, anuncio, url, titulo, texto,
            midia, imagem, video, clique, referencia, saudacao (all text).
        bruto: the cleaned JSON, for types that we do not show whole.
    """

    wamid: str
    remetente: Remetente
    momento: datetime | None
    hora_invalida: bool = False
    tipo: str
    texto: str = ""
    dados: dict[str, Any] = field(default_factory=dict)
    midia: MidiaRecebida | None = None
    contexto: Contexto | None = None
    referral: dict[str, str] | None = None
    grupo: str | None = None
    erros: tuple[ErroDaMeta, ...] = ()
    bruto: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eco(Item):
    """A message that the city hall itself sent from the phone app (coexistence).

    `destinatario` is the citizen; the other fields are as in MensagemRecebida.
    """

    wamid: str
    destinatario: Remetente
    momento: datetime | None
    hora_invalida: bool = False
    tipo: str
    texto: str = ""
    dados: dict[str, Any] = field(default_factory=dict)
    midia: MidiaRecebida | None = None
    contexto: Contexto | None = None
    erros: tuple[ErroDaMeta, ...] = ()
    bruto: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Preco:
    """`pricing` of a status; `cobravel` None when Meta did not say."""

    cobravel: bool | None = None
    modelo: str = ""
    tipo: str = ""
    categoria: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRecebido(Item):
    """A receipt for a message that we sent.

    Args:
        status: Meta's word, as is.
        posto: accepted 1, sent 2, delivered 3, read 4, played 5; None for failed and any other.
        falhou: True only for `failed`.
        opaco: our `biz_opaque_callback_data`, when it came back.
        destinatario: from the status itself (`recipient_id`, `recipient_user_id`); in a group the
            participant.
        contato: the matching entry of `contacts` (name, username), when there is one.
        especie: "" for messages; "payment" and others as Meta names them.
        conversa_origem: `conversation.origin.type` ("service", "referral_conversion"…), or "".
    """

    wamid: str
    status: str
    posto: int | None
    falhou: bool
    momento: datetime | None
    hora_invalida: bool = False
    opaco: str | None = None
    destinatario: Remetente
    contato: Remetente | None = None
    preco: Preco | None = None
    erros: tuple[ErroDaMeta, ...] = ()
    conversa_origem: str = ""
    conversa_expira: datetime | None = None
    grupo: str | None = None
    especie: str = ""
    bruto: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ligacao(Item):
    """A call. `evento`: "inicio" (connect), "fim" (terminate), "status", or Meta's word.

    `do_cidadao` tells who rang; only then does it open the window. `estado` is RINGING, ACCEPTED,
    REJECTED, COMPLETED, FAILED as Meta writes it, or "". `duracao` in seconds.
    """

    chamada: str
    pessoa: Remetente
    evento: str
    do_cidadao: bool
    momento: datetime | None
    hora_invalida: bool = False
    estado: str = ""
    inicio: datetime | None = None
    fim: datetime | None = None
    duracao: int | None = None
    opaco: str | None = None
    erros: tuple[ErroDaMeta, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PreferenciaDeDivulgacao(Item):
    """The citizen stopped or resumed our marketing. `valor`: "parar", "retomar", "inscrever"."""

    pessoa: Remetente
    valor: str
    categoria: str
    momento: datetime | None
    hora_invalida: bool = False
    detalhe: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentidadeMudou(Item):
    """Meta says that two identities are one person.

    Args:
        motivo: "user_id_update", "user_changed_number" or "user_changed_user_id".
        antes / depois: what was known and what holds from now on; a field is None when Meta did
            not say. `pessoa` joins what the payload says of her (name).
        wamid: of the `system` message, None for the field `user_id_update`.
    """

    motivo: str
    antes: Remetente
    depois: Remetente
    pessoa: Remetente
    momento: datetime | None
    hora_invalida: bool = False
    wamid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ErroDoAplicativo(Item):
    """`value.errors` without messages: our number or our app has a problem."""

    erros: tuple[ErroDaMeta, ...]
    campo: str = "messages"


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemIlegivel(Item):
    """A piece that we could not read; `bruto` is what it was, cleaned and cut to the limits."""

    motivo: str
    campo: str = ""
    bruto: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CampoDesconhecido(Item):
    """A `field` that we do not know; the event keeps its JSON."""

    nome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CampoIgnorado(Item):
    """A `field` known to us that nothing in the product uses (history, flows, groups…)."""

    nome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutroObjeto(Item):
    """The whole event belongs to another product of Meta (`object` is not WhatsApp's)."""

    objeto: str
