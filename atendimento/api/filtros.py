"""Filters of the list of atendimentos; a value that cannot be read is refused, never ignored."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError

from atendimento.models import Atendimento
from prefeitura.cadastro.models import Identidade
from prefeitura.cadastro.telefone import chave, normalizar_digitado

DE_ORDEM = ("ordering", "ordem", "order_by")


def recusar_ordem(parametros) -> None:
    """Refuse an order of the caller's, since only the cursor's own is stable, and lookups."""
    if any(nome in parametros for nome in DE_ORDEM):
        raise ValidationError("Ordenação não permitida.")
    if estranhos := [nome for nome in parametros if "__" in nome or nome == "search"]:
        raise ValidationError(f"Filtro não permitido: {estranhos[0][:60]}.")


def filtrar(consulta: QuerySet, parametros, servidor) -> QuerySet:
    """Apply estado, fila, telefone, protocolo, minhas and desde to `consulta`.

    Args:
        parametros: the query string.
        servidor: whose are "minhas".
    """
    recusar_ordem(parametros)
    if estado := parametros.get("estado"):
        if estado not in Atendimento.Estado.values:
            opcoes = ", ".join(Atendimento.Estado.values)
            raise ValidationError({"estado": [f"use um destes: {opcoes}."]})
        consulta = consulta.filter(estado=estado)
    if fila := parametros.get("fila"):
        consulta = consulta.filter(equipe__slug=_limpo(fila))
    if protocolo := parametros.get("protocolo"):
        consulta = consulta.filter(protocolo=_limpo(protocolo))
    if telefone := parametros.get("telefone"):
        consulta = consulta.filter(conversa__cidadao__in=_donos(telefone))
    if parametros.get("minhas") in ("1", "true", "sim"):
        consulta = consulta.filter(servidor=servidor)
    if desde := parametros.get("desde"):
        consulta = consulta.filter(alterado_em__gte=_momento(desde))
    return consulta


def _limpo(texto: str) -> str:
    return texto.strip().replace("\x00", "")


def _donos(telefone: str) -> QuerySet:
    """Citizens who hold now this number, written in any way, with or without the ninth digit."""
    formas = {chave(telefone), normalizar_digitado(_limpo(telefone))} - {None, ""}
    return Identidade.objects.filter(
        tipo=Identidade.Tipo.TELEFONE, valor__in=formas, ativa=True
    ).values("cidadao_id")


def _momento(texto: str):
    """Without a zone, it is the city's."""
    try:
        # A "+" that was not encoded arrives as a space.
        momento = parse_datetime(texto.strip().replace(" ", "+") if "T" in texto else texto)
        if momento is None:
            raise ValueError
        return momento if timezone.is_aware(momento) else timezone.make_aware(momento)
    except (ValueError, OverflowError) as erro:
        raise ValidationError({"desde": ["informe data e hora: 2026-05-03T10:31:00-03:00."]}) from (
            erro
        )
