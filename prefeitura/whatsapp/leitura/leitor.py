"""Walks an event: every entry, every change, every item, each on its own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from prefeitura.whatsapp.leitura import conta, identidades, recebidas, recibos
from prefeitura.whatsapp.leitura.arredores import Mudanca, ler_erros
from prefeitura.whatsapp.leitura.corpo import Avisos, abrir, precisa_limpar
from prefeitura.whatsapp.leitura.limpeza import (
    PROFUNDIDADE_MAXIMA,
    Ilegivel,
    digitos,
    limpar,
    limpar_texto,
    linha,
    momento,
    objeto,
    objetos,
    texto,
)
from prefeitura.whatsapp.leitura.pessoas import Contatos
from prefeitura.whatsapp.leitura.tipos import (
    CampoDesconhecido,
    CampoIgnorado,
    ErroDoAplicativo,
    Item,
    ItemIlegivel,
    OutroObjeto,
)

OBJETO_DO_WHATSAPP = "whatsapp_business_account"
# A hostile body of 4 MiB could hold two million bad items; good ones are never dropped.
ILEGIVEIS_MAXIMOS = 200

Funcao = Callable[[dict[str, Any], Mudanca, int], Item | None]

# What a bug of ours can raise on data that nobody foresaw: the item stops, its neighbours do not.
_FALHAS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)

# Each list is read under whichever of these fields it comes: tools that relay webhooks mix them.
_DAS_LISTAS = (
    "messages",
    "calls",
    "smb_message_echoes",
    "message_echoes",
    "user_preferences",
    "user_id_update",
)
_LISTAS: dict[str, tuple[Funcao, ...]] = {
    "messages": (recebidas.ler_mensagem, identidades.ler_troca),
    "statuses": (recibos.ler_recibo,),
    "calls": (recibos.ler_ligacao,),
    "message_echoes": (recebidas.ler_eco,),
    "user_preferences": (identidades.ler_preferencia,),
    "user_id_update": (identidades.ler_user_id_update,),
}
_DA_CONTA: dict[str, Funcao] = {
    "message_template_status_update": conta.situacao_de_modelo,
    "message_template_quality_update": conta.qualidade_de_modelo,
    "message_template_components_update": conta.componentes_de_modelo,
    "template_category_update": conta.categoria_de_modelo,
    "phone_number_quality_update": conta.qualidade_do_numero,
    "phone_number_name_update": conta.nome_do_numero,
    "business_username_update": conta.nome_de_usuario,
    "business_username_updates": conta.nome_de_usuario,
    "account_update": conta.conta_mudou,
    "account_review_update": conta.conta_revista,
    "account_alerts": conta.conta_em_alerta,
    "business_capability_update": conta.capacidade,
}
_IGNORADOS = frozenset(
    {
        "account_settings_update",
        "automatic_events",
        "consumer_profile",
        "flows",
        "history",
        "messaging_handovers",
        "partner_solutions",
        "payment_configuration_update",
        "security",
        "smb_app_state_sync",
        "standby",
        "template_correct_category_detection",
        "tracking_events",
    }
)


@dataclass(frozen=True, slots=True)
class Leitura:
    """What an event says, in order, and notes on what was odd in it (Portuguese)."""

    itens: list[Item] = field(default_factory=list)
    avisos: list[str] = field(default_factory=list)


def ler(corpo: bytes) -> Leitura:
    """Reads a webhook body; total: any bytes give items or CorpoInvalido.

    One piece that cannot be read becomes an ItemIlegivel, and the others are read all the same.

    Args:
        corpo: the raw bytes, as signed.

    Raises:
        CorpoInvalido: the body as a whole is not a JSON object that can be read.
    """
    avisos = Avisos()
    evento = abrir(corpo, avisos)
    andamento = _Andamento(avisos, sujo=precisa_limpar(corpo, PROFUNDIDADE_MAXIMA))
    nome = evento.get("object")
    if not isinstance(nome, str):
        andamento.ilegivel("evento sem dizer de que produto da Meta é", "object", evento)
    elif nome != OBJETO_DO_WHATSAPP:
        andamento.juntar(OutroObjeto(indice=0, objeto=linha(limpar(nome), 100)))
    else:
        andamento.entradas(evento)
    return andamento.fim()


def _como_esta(valor: Any) -> Any:
    return valor


class _Andamento:
    """The items read so far and where we are: `indice` runs over the whole event."""

    def __init__(self, avisos: Avisos, sujo: bool) -> None:
        self.avisos = avisos
        # Most bodies have nothing to take out, and cleaning costs as much as all the rest.
        self.limpar: Callable[[Any], Any] = limpar if sujo else _como_esta
        self.itens: list[Item] = []
        self.ilegiveis = 0
        self.onde: dict[str, Any] = {}

    def fim(self) -> Leitura:
        if self.ilegiveis > ILEGIVEIS_MAXIMOS:
            demais = self.ilegiveis - ILEGIVEIS_MAXIMOS
            self.avisos.append(f"mais {demais} itens ilegíveis não foram listados")
        return Leitura(self.itens, list(self.avisos))

    def juntar(self, item: Item | None) -> None:
        if item is not None:
            self.itens.append(item)

    def ilegivel(self, motivo: str, campo: str, bruto: Any) -> None:
        self.ilegiveis += 1
        if self.ilegiveis <= ILEGIVEIS_MAXIMOS:
            guardado = limpar(bruto, cortar=True)
            self.itens.append(
                ItemIlegivel(
                    indice=len(self.itens), motivo=motivo, campo=campo, bruto=guardado, **self.onde
                )
            )

    def entradas(self, evento: dict[str, Any]) -> None:
        for entrada in self.lista(evento, "entry", "entry", "evento"):
            self.onde = {}
            if not isinstance(entrada, dict):
                self.ilegivel("entrada que não é um objeto", "entry", entrada)
                continue
            waba_id = linha(texto(entrada, "id"), 40) or None
            self.onde = {"waba_id": limpar(waba_id)}
            hora = momento(entrada.get("time"))
            for mudanca in self.lista(entrada, "changes", "changes", "entrada"):
                self.onde = {"waba_id": limpar(waba_id)}
                self.mudanca(mudanca, hora, entrada.get("field"))

    def lista(self, dono: dict[str, Any], nome: str, campo: str, lugar: str) -> list[Any]:
        """The list under a key; missing or empty is a note, another kind is an ItemIlegivel."""
        valor = dono.get(nome)
        if isinstance(valor, list) or valor is None:
            if not valor:
                self.avisos.dizer(f"{lugar} sem `{nome}`")
            return valor or []
        self.ilegivel(f"`{nome}` não é uma lista", campo, valor)
        return []

    def mudanca(self, mudanca: Any, hora: Any, da_entrada: Any) -> None:
        valor = mudanca.get("value") if isinstance(mudanca, dict) else None
        campo = self.nome_do_campo(mudanca, valor, da_entrada)
        if not campo:
            self.ilegivel("mudança sem o nome do campo", "", mudanca)
        elif valor is None:
            self.avisos.dizer(f"mudança `{campo}` sem `value`")
        elif not isinstance(valor, dict):
            self.ilegivel("`value` não é um objeto", campo, valor)
        elif campo in _DAS_LISTAS:
            self.listas(campo, valor, hora)
        elif campo in _DA_CONTA:
            funcao = conta.o_que_e(valor) or _DA_CONTA[campo]
            self.um(funcao, valor, self.arredores({}, hora), campo)
        elif campo in _IGNORADOS or campo.startswith("group_"):
            self.juntar(CampoIgnorado(indice=len(self.itens), nome=campo, **self.onde))
        else:
            self.juntar(CampoDesconhecido(indice=len(self.itens), nome=campo, **self.onde))

    def nome_do_campo(self, mudanca: Any, valor: Any, da_entrada: Any) -> str:
        """The field of a change; without one, that of the entry (as one page of Meta shows it), or
        what its lists say that it is, with a note."""
        if not isinstance(mudanca, dict):
            return ""
        nome = mudanca.get("field", da_entrada)
        if isinstance(nome, str) and nome:
            return linha(limpar_texto(nome), 100)
        if nome is not None or not isinstance(valor, dict):
            return ""
        lista = next((lista for lista in _LISTAS if valor.get(lista)), "")
        campo = "messages" if lista == "statuses" else lista
        if campo:
            self.avisos.dizer(f"mudança sem o nome do campo: lida como `{campo}`")
        return campo

    def arredores(self, valor: dict[str, Any], hora: Any) -> Mudanca:
        """Number, contacts and errors beside the items; broken ones are left out with a note."""
        partes = {}
        for nome in ("metadata", "contacts", "errors"):
            try:
                partes[nome] = self.limpar(valor.get(nome))
            except Ilegivel:
                self.avisos.dizer(f"`{nome}` aninhado demais: deixado de lado")
        metadados = objeto(partes, "metadata")
        phone_number_id = linha(texto(metadados, "phone_number_id"), 40) or None
        self.onde = {**self.onde, "phone_number_id": phone_number_id}
        contatos = partes.get("contacts")
        if contatos is not None and not isinstance(contatos, list):
            self.avisos.dizer("`contacts` não é uma lista")
        return Mudanca(
            waba_id=self.onde.get("waba_id"),
            phone_number_id=phone_number_id,
            numero_exibido=digitos(texto(metadados, "display_phone_number")),
            contatos=Contatos(objetos(partes, "contacts")),
            erros=ler_erros(partes),
            hora=hora,
        )

    def listas(self, campo: str, valor: dict[str, Any], hora: Any) -> None:
        mudanca = self.arredores(valor, hora)
        presentes = [nome for nome in _LISTAS if valor.get(nome) is not None]
        if not presentes and not mudanca.erros:
            self.avisos.dizer(f"mudança `{campo}` sem itens")
        lidos_antes = len(self.itens)
        for nome in [n for n in presentes if valor[n] != []] or presentes:
            de_ligacao = campo == "calls" and nome == "statuses"
            funcoes = (recibos.ler_status_de_ligacao,) if de_ligacao else _LISTAS[nome]
            for bruto in self.lista(valor, nome, campo, f"mudança `{campo}`"):
                for funcao in funcoes:
                    if not self.um(funcao, bruto, mudanca, campo):
                        break
        if mudanca.erros and not self.erros_ditos(mudanca, lidos_antes):
            self.juntar(
                ErroDoAplicativo(**mudanca.onde(len(self.itens)), erros=mudanca.erros, campo=campo)
            )

    def erros_ditos(self, mudanca: Mudanca, desde: int) -> bool:
        """True when an item of this change took the errors that stood beside it."""
        return any(getattr(i, "erros", None) is mudanca.erros for i in self.itens[desde:])

    def um(self, funcao: Funcao, bruto: Any, mudanca: Mudanca, campo: str) -> bool:
        """One item through one reader; False when it could not be read."""
        if not isinstance(bruto, dict):
            self.ilegivel("item que não é um objeto", campo, bruto)
            return False
        try:
            self.juntar(funcao(self.limpar(bruto), mudanca, len(self.itens)))
        except Ilegivel as erro:
            self.ilegivel(str(erro), campo, bruto)
            return False
        except _FALHAS as erro:
            self.ilegivel(f"erro nosso ao ler ({type(erro).__name__})", campo, bruto)
            return False
        return True
