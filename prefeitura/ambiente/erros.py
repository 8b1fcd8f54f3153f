"""The one error of the start-up: a sentence in Portuguese that says what to do."""


class ErroDeAmbiente(Exception):
    """The demo or an embedded service cannot go on; `str()` is what the person reads."""
