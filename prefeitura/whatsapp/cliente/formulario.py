"""A multipart form that streams its file: an upload of 100 MB must not cost 100 MB of memory."""

import secrets
from typing import BinaryIO


class Formulario:
    """File-like body with a known length, for one file and a few short fields.

    Args:
        campos: text fields, in order.
        arquivo: open binary file, read from its start; `tamanho` in bytes.
        nome, tipo: as declared to Meta; `nome` must already be a plain file name.
    """

    def __init__(
        self, campos: dict[str, str], arquivo: BinaryIO, tamanho: int, nome: str, tipo: str
    ) -> None:
        marca = secrets.token_hex(16)
        partes = [
            f'--{marca}\r\nContent-Disposition: form-data; name="{campo}"\r\n\r\n{valor}\r\n'
            for campo, valor in campos.items()
        ]
        nome = "".join(c for c in nome if c.isprintable() and c not in '"\\')
        partes.append(
            f'--{marca}\r\nContent-Disposition: form-data; name="file"; filename="{nome}"\r\n'
            f"Content-Type: {tipo}\r\n\r\n"
        )
        self._antes = "".join(partes).encode()
        self._depois = f"\r\n--{marca}--\r\n".encode()
        self._arquivo = arquivo
        self._tamanho = len(self._antes) + tamanho + len(self._depois)
        self.tipo = f"multipart/form-data; boundary={marca}"

    def __len__(self) -> int:
        return self._tamanho

    def read(self, quantos: int = -1) -> bytes:
        """Return the next piece of the form, empty at its end."""
        if self._antes:
            pedaco, self._antes = self._antes, b""
            return pedaco
        if pedaco := self._arquivo.read(quantos):
            return pedaco
        pedaco, self._depois = self._depois, b""
        return pedaco
