"""Every change to an atendimento: keyword-only, one transaction, lock → check → write → publish.

Locks are taken in one order everywhere: Cidadao, Conversa, Atendimento, then Mensagem and Envio.
Views, API, admin, tasks and receivers call these and change nothing by themselves.
"""

from atendimento.acoes import conteudo
from atendimento.acoes.adiar import adiar, retomar, retomar_vencidos
from atendimento.acoes.agendadas_devidas import enviar_agendadas
from atendimento.acoes.agendar import (
    agendar_mensagem,
    cancelar_agendada,
    enviar_agendada,
    mudar_agendada,
)
from atendimento.acoes.assumir import (
    assumir,
    assumir_proximo,
    devolver,
    devolver_de_quem_saiu,
)
from atendimento.acoes.bloquear import bloquear, concluir_bloqueio, desbloquear
from atendimento.acoes.desfazer import desfazer
from atendimento.acoes.encerrar import encerrar, reabrir
from atendimento.acoes.escrever_nota import escrever_nota
from atendimento.acoes.etiquetar import criar_etiqueta, desetiquetar, etiquetar
from atendimento.acoes.guardar_artigo import guardar_artigo
from atendimento.acoes.iniciar import iniciar_conversa
from atendimento.acoes.ler import abrir_leitura, marcar_nao_lida, registrar_leitura
from atendimento.acoes.pedir_arquivo import pedir_arquivo
from atendimento.acoes.presenca import marcar_presenca
from atendimento.acoes.priorizar import priorizar
from atendimento.acoes.rascunho import guardar_rascunho
from atendimento.acoes.reagir import reagir
from atendimento.acoes.receber import receber
from atendimento.acoes.responder import reenviar, responder
from atendimento.acoes.resposta_pronta import apagar_resposta_pronta, guardar_resposta_pronta
from atendimento.acoes.transferir import transferir
from atendimento.acoes.ver_mencoes import ver_mencoes
from atendimento.acoes.visao import apagar_visao, guardar_visao

__all__ = [
    "abrir_leitura",
    "adiar",
    "agendar_mensagem",
    "apagar_resposta_pronta",
    "apagar_visao",
    "assumir",
    "assumir_proximo",
    "bloquear",
    "cancelar_agendada",
    "concluir_bloqueio",
    "conteudo",
    "criar_etiqueta",
    "desbloquear",
    "desfazer",
    "desetiquetar",
    "devolver",
    "devolver_de_quem_saiu",
    "encerrar",
    "enviar_agendada",
    "enviar_agendadas",
    "escrever_nota",
    "etiquetar",
    "guardar_artigo",
    "guardar_rascunho",
    "guardar_resposta_pronta",
    "guardar_visao",
    "iniciar_conversa",
    "marcar_nao_lida",
    "marcar_presenca",
    "mudar_agendada",
    "pedir_arquivo",
    "priorizar",
    "reabrir",
    "reagir",
    "receber",
    "reenviar",
    "registrar_leitura",
    "responder",
    "retomar",
    "retomar_vencidos",
    "transferir",
    "ver_mencoes",
]
