"""What surrounds an item, and what every kind of item has."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from prefeitura.whatsapp.leitura.limpeza import inteiro, linha, momento, objeto, objetos, texto
from prefeitura.whatsapp.leitura.pessoas import SEM_CONTATOS, Contatos, identificar
from prefeitura.whatsapp.leitura.tipos import ErroDaMeta, Remetente

ERROS_MAXIMOS = 10


@dataclass(frozen=True, slots=True)
class Mudanca:
    """What surrounds an item: ids of the account and number, `contacts` and `errors` beside it."""

    waba_id: str | None
    phone_number_id: str | None
    numero_exibido: str = ""
    contatos: Contatos = SEM_CONTATOS
    erros: tuple[ErroDaMeta, ...] = ()
    hora: datetime | None = None

    def pessoa(self, dono: dict[str, Any], numero: str, user_id: str, pai: str) -> Remetente:
        """The person under these keys of an item, completed from `contacts`."""
        return self.contatos.completar(identificar(dono, numero, user_id, pai))

    def onde(self, indice: int) -> dict[str, Any]:
        """The fields that every Item has."""
        return {
            "indice": indice,
            "waba_id": self.waba_id,
            "phone_number_id": self.phone_number_id,
        }


def ler_erros(dono: dict[str, Any]) -> tuple[ErroDaMeta, ...]:
    """The `errors` of an item or of a value, without what is not an object."""
    if "errors" not in dono:
        return ()
    return tuple(
        ErroDaMeta(
            codigo=inteiro(erro.get("code")),
            titulo=linha(texto(erro, "title") or texto(erro, "message"), 300),
            detalhe=linha(
                texto(objeto(erro, "error_data"), "details") or texto(erro, "details"), 500
            ),
        )
        for erro in objetos(dono, "errors")[:ERROS_MAXIMOS]
    )


def quando(dono: dict[str, Any], chave: str = "timestamp") -> dict[str, Any]:
    """`momento` and `hora_invalida` of an item."""
    lido = momento(dono.get(chave))
    return {"momento": lido, "hora_invalida": lido is None}
