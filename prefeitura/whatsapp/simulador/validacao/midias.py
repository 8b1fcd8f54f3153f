"""Media objects in a message: exactly one of id and link, known id, right kind and size."""

from dataclasses import dataclass
from typing import Any

from prefeitura.whatsapp.simulador.estado import Estado, Midia
from prefeitura.whatsapp.simulador.validacao import campos

MB = 1024 * 1024
# WHATSAPP.md section 6 (Meta: business-phone-numbers/media, supported media types).
TIPOS: dict[str, tuple[set[str], int]] = {
    "image": ({"image/jpeg", "image/png"}, 5 * MB),
    "video": ({"video/mp4", "video/3gpp"}, 16 * MB),
    "audio": ({"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"}, 16 * MB),
    "sticker": ({"image/webp"}, 500 * 1024),
    "document": (
        {
            "text/plain",
            "application/pdf",
            "application/msword",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "application/vnd.ms-excel",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "application/vnd.ms-powerpoint",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        },
        100 * MB,
    ),
}
ACEITOS = sorted(set().union(*(tipos for tipos, _ in TIPOS.values())))
CHAVES = {
    "image": {"id", "link", "caption", "provider"},
    "video": {"id", "link", "caption", "provider"},
    "audio": {"id", "link", "voice", "provider"},
    "sticker": {"id", "link", "provider"},
    "document": {"id", "link", "caption", "filename", "provider"},
}


@dataclass
class Contexto:
    """What validation needs to look things up: the state and the sending number."""

    estado: Estado
    numero: str

    def midia(self, midia_id: str) -> Midia | None:
        """Return a live media of this number, None if unknown, expired or of another number."""
        midia = self.estado.midias.get(midia_id)
        if midia is None or midia.apagada:
            return None
        if self.estado.agora() - midia.criada_em > midia.vida_s or midia.dono != self.numero:
            return None
        return midia


def mime_puro(mime: str) -> str:
    return mime.split(";")[0].strip().lower()


def validar(contexto: Contexto, tipo: str, objeto: dict[str, Any], caminho: str) -> None:
    """Check one media object of kind `tipo`; wrong kinds of a known id fail later (131053)."""
    campos.so_chaves(objeto, CHAVES[tipo], caminho)
    tem_id, tem_link = objeto.get("id") is not None, objeto.get("link") is not None
    if not tem_id and not tem_link:
        raise campos.falta(f"{caminho}.id or {caminho}.link")
    if tem_id and tem_link:
        raise campos.invalido(f"Only one of {caminho}.id and {caminho}.link may be given")
    if tem_link:
        campos.url(objeto, "link", caminho)
    elif contexto.midia(str(objeto["id"])) is None:
        raise campos.parametro(
            f"Param {campos.nome_de(f'{caminho}.id')} is not a valid whatsapp business account "
            "media attachment ID."
        )
    if objeto.get("caption") is not None:
        campos.texto(objeto, "caption", caminho, 1024, minimo=0, codigo=100)
    if objeto.get("filename") is not None:
        campos.texto(objeto, "filename", caminho, 240, minimo=0, codigo=100)
    campos.booleano(objeto, "voice", caminho)


def serve(tipo: str, mime: str, tamanho: int, *, voz: bool = False) -> bool:
    """True if a file of this type and size can be delivered as `tipo`."""
    puro = mime_puro(mime)
    aceitos, maximo = TIPOS[tipo]
    if tipo == "document":
        return tamanho <= maximo
    if voz and puro != "audio/ogg":
        return False
    return puro in aceitos and tamanho <= maximo
