"""Tell the administration by e-mail of what is grave: who has no Prometheus has a mailbox."""

import logging
import threading
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import close_old_connections
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from prefeitura.ambiente.alertas import GRAVE, Dito, Historico, conferir, ditos
from prefeitura.cadastro.models import Municipio, Servidor
from prefeitura.whatsapp.models import Alerta

registro = logging.getLogger(__name__)

DE_NOVO = timedelta(hours=24)
INTERVALO = timedelta(hours=1)
_historico = Historico()


def vigiar() -> None:
    """Look at every rule, and write about what is new and grave. A job of the sweep.

    Not a task: what must be told may be that no worker is alive. The mail server may be slow, so
    the sweep does not wait for it.
    """
    conferir(_historico)
    novos = [dito for dito in ditos() if dito.regra.gravidade == GRAVE and _e_novo(dito)]
    if novos and settings.EMAIL_URL:
        threading.Thread(target=_escrever, args=(novos,), name="avisos", daemon=True).start()


def _e_novo(dito: Dito) -> bool:
    """Take the alert for this e-mail: once, again when it went and came back, again next day.

    At most once an hour: what comes and goes each minute must not fill the mailbox.
    """
    voltou = Q(avisado_em__lt=F("desde")) & Q(avisado_em__lt=Now() - INTERVALO)
    quando = Q(avisado_em=None) | voltou | Q(avisado_em__lt=Now() - DE_NOVO)
    return bool(Alerta.objects.filter(quando, codigo=dito.regra.codigo).update(avisado_em=Now()))


def _escrever(novos: list[Dito]) -> None:
    try:
        enviar(novos)
    except (SMTPException, OSError) as erro:
        registro.warning("aviso_por_email_falhou", extra={"erro": type(erro).__name__})
        Alerta.objects.filter(codigo__in=[d.regra.codigo for d in novos]).update(avisado_em=None)
    finally:
        close_old_connections()


def enviar(novos: list[Dito]) -> None:
    """Send one e-mail to who administers; nobody's name, number or word is in it."""
    administram = Servidor.objects.filter(is_active=True, is_superuser=True).exclude(email="")
    para = list(administram.values_list("email", flat=True))
    if not para:
        return
    linhas = [f"{d.regra.titulo}. {d.frase}\nO que fazer: {d.regra.passo}\n" for d in novos]
    pagina = f"{settings.ENDERECO_DO_SITE}{reverse('admin:whatsapp_alerta_changelist')}"
    corpo = "\n".join([*linhas, f"Saúde do sistema: {pagina}"])
    assunto = f"[{Municipio.atual().nome}] {novos[0].regra.titulo}"
    EmailMessage(assunto, corpo, settings.DEFAULT_FROM_EMAIL, para).send()
