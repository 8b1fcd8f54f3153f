"""What an action can answer instead of doing: each carries its sentence in Portuguese."""


class ErroDeAtendimento(Exception):
    """Base of what people are told. `str(erro)` is the sentence; `extra` goes to the page."""

    codigo = "erro"
    http = 400

    def __init__(self, frase: str, *, codigo: str = "", campo: str = "", **extra):
        super().__init__(frase)
        self.codigo = codigo or self.codigo
        self.campo = campo
        self.extra = extra


class NaoEncontrado(ErroDeAtendimento):
    """What one may not see does not exist."""

    codigo, http = "nao_encontrado", 404

    def __init__(self, frase: str = "Não encontramos este atendimento."):
        super().__init__(frase)


class Conflito(ErroDeAtendimento):
    """Somebody else was first, or things changed since the page was read."""

    codigo, http = "conflito", 409


class Invalido(ErroDeAtendimento):
    """What was asked cannot be done as it is."""

    codigo, http = "invalido", 422


class Demais(ErroDeAtendimento):
    """Too much in too little time."""

    codigo, http = "demais", 429


class Ocupado(ErroDeAtendimento):
    """The house is too busy for this just now; answers to citizens go first."""

    codigo, http = "ocupado", 503
