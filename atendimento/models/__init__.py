"""Tables of receptive work: the thread, its matters, their messages and their history."""

from atendimento.models.agendada import MensagemAgendada
from atendimento.models.artigo import Artigo, VersaoDeArtigo
from atendimento.models.atendimento import Atendimento, Conversa
from atendimento.models.bloqueio import PedidoDeBloqueio
from atendimento.models.etiqueta import Etiqueta, EtiquetaPosta
from atendimento.models.mensagem import Mensagem, Reacao
from atendimento.models.nota import Mencao, Nota
from atendimento.models.perdida import MidiaPerdida
from atendimento.models.rascunho import Rascunho
from atendimento.models.resposta_pronta import RespostaPronta
from atendimento.models.transicao import Transicao
from atendimento.models.visao import Visao

__all__ = [
    "Artigo",
    "Atendimento",
    "Conversa",
    "Etiqueta",
    "EtiquetaPosta",
    "Mencao",
    "Mensagem",
    "MensagemAgendada",
    "MidiaPerdida",
    "Nota",
    "PedidoDeBloqueio",
    "Rascunho",
    "Reacao",
    "RespostaPronta",
    "Transicao",
    "VersaoDeArtigo",
    "Visao",
]
