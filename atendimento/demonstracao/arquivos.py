"""Files of the demonstration's bubbles: drawn once per subject, then one copy for each Midia."""

import hashlib
import io
import random
import uuid
from datetime import datetime
from pathlib import Path

from django.conf import settings

from atendimento.demonstracao import desenhos
from atendimento.demonstracao.textos import DADOS
from prefeitura.whatsapp.midia import folha
from prefeitura.whatsapp.midia.nomes import lugar, lugar_da_miniatura
from prefeitura.whatsapp.models import Midia, Numero

VARIANTES = 2
_TIPOS = {
    "imagem": ("image/jpeg", "jpg"),
    "documento": ("application/pdf", "pdf"),
    "audio": ("audio/ogg", "ogg"),
    "figurinha": ("image/webp", "webp"),
}


class Arquivos:
    """Makes the Midia rows; `gravar` writes rows and files."""

    def __init__(self, acaso: random.Random, numero: Numero):
        self._acaso = acaso
        self._numero = numero
        self._prontos: dict[tuple[str, str, int], bytes] = {}
        self._folhas: dict[bytes, bytes] = {}
        self._midias: list[tuple[Midia, bytes]] = []

    def nova(self, especie: str, qual: str, quando: datetime, *, de_fora: bool) -> Midia:
        """Return the unsaved Midia of a bubble.

        Args:
            especie: imagem, documento, audio or figurinha.
            qual: what it shows, or the name of the sound.
            de_fora: it came from a citizen, so Meta gave it an id.
        """
        tipo, extensao = _TIPOS[especie]
        conteudo = self._conteudo(especie, qual)
        identificador = uuid.UUID(int=self._acaso.getrandbits(128), version=4)
        midia = Midia(
            id=identificador,
            numero=self._numero,
            media_id=str(self._acaso.randrange(10**14, 10**15)) if de_fora else "",
            declarado=tipo if de_fora else "",
            nome=f"{qual}.{extensao}" if especie == "documento" or not de_fora else "",
            estado=Midia.Estado.BAIXADA,
            tentativas=1 if de_fora else 0,
            nao_antes_de=quando,
            arquivo=lugar(identificador),
            tipo=tipo,
            tamanho=len(conteudo),
            sha256=hashlib.sha256(conteudo).hexdigest(),
            criada_em=quando,
            baixada_em=quando,
            miniatura=Midia.Miniatura.PRONTA if especie == "documento" else "",
        )
        self._midias.append((midia, conteudo))
        return midia

    def _conteudo(self, especie: str, qual: str) -> bytes:
        chave = (especie, qual, self._acaso.randrange(VARIANTES))
        if chave not in self._prontos:
            self._prontos[chave] = self._fazer(especie, qual)
        return self._prontos[chave]

    def _fazer(self, especie: str, qual: str) -> bytes:
        if especie == "audio":
            return (DADOS / f"{qual}.ogg").read_bytes()
        if especie == "figurinha":
            return desenhos.figurinha(self._acaso)
        if especie == "imagem":
            return desenhos.jpeg(qual, self._acaso)
        titulo = qual.replace("-", " ").capitalize()
        return desenhos.pdf(
            f"Prefeitura de Exemplo - {titulo}",
            [
                "Documento da demonstração: não tem valor legal nem fiscal.",
                f"Referência: {self._acaso.randrange(10**9):09d}",
                "Beneficiário: Prefeitura de Exemplo, CNPJ 11.111.111/0001-91",
                "Em caso de dúvida, responda à mensagem em que recebeu este arquivo.",
            ],
        )

    def gravar(self) -> None:
        """Write the rows in bulk and every file in its place inside MEDIA_ROOT."""
        Midia.objects.bulk_create([midia for midia, _ in self._midias], batch_size=1000)
        for midia, conteudo in self._midias:
            destino = Path(settings.MEDIA_ROOT) / midia.arquivo
            destino.parent.mkdir(parents=True, exist_ok=True)
            destino.write_bytes(conteudo)
            destino.chmod(0o640)
            if midia.miniatura:
                self._desenhar(midia, conteudo)

    def _desenhar(self, midia: Midia, conteudo: bytes) -> None:
        """Ours are harmless: no process apart, and one drawing for all copies."""
        if conteudo not in self._folhas:
            saida = io.BytesIO()
            folha.desenhar(io.BytesIO(conteudo), saida)
            self._folhas[conteudo] = saida.getvalue()
        (Path(settings.MEDIA_ROOT) / lugar_da_miniatura(midia.pk)).write_bytes(
            self._folhas[conteudo]
        )
