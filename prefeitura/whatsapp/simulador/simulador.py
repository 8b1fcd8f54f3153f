"""The pieces of one running simulator, tied together."""

from prefeitura.whatsapp.simulador.ao_vivo import AoVivo
from prefeitura.whatsapp.simulador.chamadas import Chamadas
from prefeitura.whatsapp.simulador.configuracao import Configuracao
from prefeitura.whatsapp.simulador.entrega import Entregador
from prefeitura.whatsapp.simulador.estado import Estado
from prefeitura.whatsapp.simulador.falhas import Falhas
from prefeitura.whatsapp.simulador.livro import Livro
from prefeitura.whatsapp.simulador.percurso import Percurso


class Simulador:
    """Everything that a request may need; built once for each process."""

    def __init__(self, config: Configuracao):
        self.config = config
        self.estado = Estado(config)
        self.ao_vivo = AoVivo()
        self.entregador = Entregador(self.estado)
        self.percurso = Percurso(self.estado, self.entregador, self.ao_vivo)
        self.chamadas = Chamadas()
        self.falhas = Falhas(self.estado.sorteio)
        self.livro = Livro(config.pasta)
        self.base_url = f"http://{config.host}:{config.porta}"
