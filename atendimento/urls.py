"""Addresses of the inbox."""

from django.urls import path

from atendimento.views import (
    caixa,
    conta,
    desde,
    exportar,
    mensagens,
    midia,
    modelos,
    mudar,
    notas,
    nova,
    presenca,
)
from atendimento.views import responder as resposta

app_name = "atendimento"
urlpatterns = [
    path("atendimento/", caixa.caixa, name="caixa"),
    path("atendimento/mais/", caixa.mais, name="mais"),
    path("atendimento/linhas/", caixa.linhas, name="linhas"),
    path("atendimento/desde/", desde.desde, name="desde"),
    path("atendimento/proximo/", mudar.proximo, name="proximo"),
    path("atendimento/nova/", nova.nova, name="nova"),
    path("atendimento/nova/pessoas/", nova.pessoas, name="nova_pessoas"),
    path("atendimento/nova/modelos/", nova.modelos, name="nova_modelos"),
    path("atendimento/nova/iniciar/", nova.iniciar, name="iniciar"),
    path("atendimento/<int:pk>/", caixa.abrir, name="abrir"),
    path("atendimento/<int:pk>/partes/", caixa.partes, name="partes"),
    path("atendimento/<int:pk>/pdf/", exportar.pdf, name="pdf"),
    path("atendimento/<int:pk>/lida/", caixa.lida, name="lida"),
    path("atendimento/<int:pk>/mensagens/", mensagens.mensagens, name="mensagens"),
    path("atendimento/<int:pk>/responder/", resposta.responder, name="responder"),
    path(
        "atendimento/<int:pk>/mensagens/<int:mensagem_id>/reenviar/",
        resposta.reenviar,
        name="reenviar",
    ),
    path(
        "atendimento/<int:pk>/mensagens/<int:mensagem_id>/baixar/",
        resposta.baixar,
        name="baixar",
    ),
    path("atendimento/<int:pk>/rascunho/", resposta.rascunho, name="rascunho"),
    path("atendimento/<int:pk>/notas/", notas.escrever, name="notas"),
    path("atendimento/<int:pk>/notas/mencionaveis/", notas.mencionaveis, name="mencionaveis"),
    path("atendimento/<int:pk>/notas/rascunho/", notas.rascunho, name="rascunho_de_nota"),
    path("atendimento/<int:pk>/presenca/", presenca.presenca, name="presenca"),
    path("atendimento/<int:pk>/modelos/", modelos.modelos, name="modelos"),
    path("atendimento/<int:pk>/assumir/", mudar.assumir, name="assumir"),
    path("atendimento/<int:pk>/devolver/", mudar.devolver, name="devolver"),
    path("atendimento/<int:pk>/transferir/", mudar.transferir, name="transferir"),
    path("atendimento/<int:pk>/encerrar/", mudar.encerrar, name="encerrar"),
    path("atendimento/<int:pk>/reabrir/", mudar.reabrir, name="reabrir"),
    path("atendimento/<int:pk>/nao-lido/", mudar.nao_lido, name="nao_lido"),
    path("atendimento/<int:pk>/bloquear/", mudar.bloquear, name="bloquear"),
    path("atendimento/<int:pk>/desbloquear/", mudar.desbloquear, name="desbloquear"),
    path(
        "atendimento/<int:pk>/dialogos/transferir/",
        mudar.dialogo,
        {"nome": "transferir"},
        name="dialogo_transferir",
    ),
    path(
        "atendimento/<int:pk>/dialogos/encerrar/",
        mudar.dialogo,
        {"nome": "encerrar"},
        name="dialogo_encerrar",
    ),
    path(
        "atendimento/<int:pk>/dialogos/devolver/",
        mudar.dialogo,
        {"nome": "devolver"},
        name="dialogo_devolver",
    ),
    path(
        "atendimento/<int:pk>/dialogos/bloquear/",
        mudar.dialogo,
        {"nome": "bloquear"},
        name="dialogo_bloquear",
    ),
    path(
        "atendimento/<int:pk>/dialogos/desbloquear/",
        mudar.dialogo,
        {"nome": "desbloquear"},
        name="dialogo_desbloquear",
    ),
    path("midia/<uuid:pk>/", midia.arquivo, name="midia"),
    path("conta/tema/", conta.tema, name="tema"),
    path("conta/enter/", conta.enter_envia, name="enter_envia"),
]
