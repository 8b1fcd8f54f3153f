"""Somebody waits, and nobody of the team has the system open: one e-mail, with nothing personal."""

import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Count, Min, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from atendimento.models import Atendimento
from atendimento.views.apresentar.tempo import duracao
from prefeitura.cadastro.models import Equipe, Municipio, Participacao
from prefeitura.tempo_real import presenca

registro = logging.getLogger(__name__)

INTERVALO = timedelta(hours=1)


def avisar() -> int:
    """Write to every team that asked for it and is away; return how many e-mails went out.

    At most one for each team and hour. While Valkey is away nobody can tell who is present, and
    nothing is sent. What the mail server refuses is tried again in the next round.
    """
    if not settings.EMAIL_URL:
        return 0
    pedem = Equipe.objects.ativas().exclude(avisar_por_email="").filter(_pode_avisar())
    return sum(_avisar(equipe) for equipe in pedem.select_related("secretaria").order_by("pk"))


def _pode_avisar() -> Q:
    return Q(avisada_em=None) | Q(avisada_em__lte=Now() - INTERVALO)


def _avisar(equipe: Equipe) -> bool:
    esperam, desde = _quem_espera(equipe)
    if not esperam or _ha_alguem(equipe):
        return False
    if not Equipe.objects.filter(_pode_avisar(), pk=equipe.pk).update(avisada_em=Now()):
        return False
    try:
        _mensagem(equipe, esperam, desde).send()
    except (SMTPException, OSError) as erro:
        Equipe.objects.filter(pk=equipe.pk).update(avisada_em=equipe.avisada_em)
        registro.warning("aviso_por_email_falhou", extra={"erro": type(erro).__name__})
        return False
    return True


def _quem_espera(equipe: Equipe) -> tuple[int, datetime | None]:
    limite = timezone.now() - timedelta(minutes=equipe.avisar_apos_minutos)
    contados = (
        Atendimento.objects.abertos()
        .filter(equipe=equipe, esperando_desde__lte=limite)
        .aggregate(quantos=Count("pk"), desde=Min("esperando_desde"))
    )
    return contados["quantos"], contados["desde"]


def _ha_alguem(equipe: Equipe) -> bool:
    """Whether somebody who answers there is present, or nobody can tell."""
    da_equipe = Q(equipe=equipe) | Q(equipe=None, secretaria=equipe.secretaria_id)
    atendem = (
        Participacao.objects.filter(da_equipe, servidor__is_active=True)
        .exclude(papel=Participacao.Papel.LEITURA)
        .values_list("servidor_id", flat=True)
    )
    presentes = presenca.vistos(set(atendem))
    return presentes is None or bool(presentes)


def _mensagem(equipe: Equipe, esperam: int, desde: datetime) -> EmailMessage:
    pessoas = "1 pessoa espera" if esperam == 1 else f"{esperam} pessoas esperam"
    ha = duracao((timezone.now() - desde).total_seconds())
    endereco = f"{settings.ENDERECO_DO_SITE}{reverse('atendimento:caixa')}?aba=todas&ordem=espera"
    corpo = (
        f"{pessoas} resposta em {equipe.nome}, e ninguém da equipe está com o sistema aberto.\n"
        f"A espera mais longa é de {ha}.\n\n"
        f"Abrir a caixa de atendimento: {endereco}\n\n"
        "Este aviso sai no máximo uma vez por hora. Para mudar ou desligar, fale com quem "
        "administra o sistema.\n"
    )
    assunto = f"[{Municipio.atual().nome}] {pessoas} em {equipe.nome}"
    return EmailMessage(
        " ".join(assunto.split()), corpo, settings.DEFAULT_FROM_EMAIL, equipe.emails_de_aviso
    )
