"""What a servant can send: each kind turns itself into Meta's body and into a bubble.

Pure values around `prefeitura.whatsapp.mensagens`; a limit of Meta broken raises its
`MensagemInvalida`, with the sentence for whoever wrote it.
"""

from dataclasses import dataclass, field

from prefeitura.whatsapp import mensagens
from prefeitura.whatsapp.models import Midia, ModeloDeMensagem

SO_VOZ = "A gravação não pôde ser lida. Grave de novo."


@dataclass(frozen=True, slots=True)
class Bolha:
    """What is stored of an outgoing message: Meta's body, and what people see."""

    tipo: str
    corpo: dict
    texto: str = ""
    dados: dict = field(default_factory=dict)
    midia: Midia | None = None
    fora_da_janela: bool = False
    do_campo: bool = True  # written where the draft is, which ends with it


@dataclass(frozen=True, slots=True)
class Texto:
    """A text of 1 to 4,096 characters."""

    texto: str

    def bolha(self) -> Bolha:
        corpo = mensagens.texto(self.texto.strip(), ver_link="://" in self.texto)
        return Bolha("texto", corpo, mensagens.resumo(corpo))


@dataclass(frozen=True, slots=True)
class Arquivo:
    """An image, video, audio, sticker or document already kept here.

    With `voz` it is a voice note, which Meta takes only as OGG.
    """

    midia: Midia
    legenda: str = ""
    voz: bool = False

    def bolha(self) -> Bolha:
        legenda, tipo = self.legenda.strip(), tipo_do_arquivo(self.midia.tipo)
        if self.voz and self.midia.tipo != "audio/ogg":
            raise mensagens.MensagemInvalida("arquivo", SO_VOZ)
        corpos = {
            "imagem": lambda: mensagens.imagem(legenda),
            "video": lambda: mensagens.video(legenda),
            "audio": lambda: mensagens.audio(voz=self.voz),
            "documento": lambda: mensagens.documento(self.midia.nome, legenda),
        }
        dados = {"voz": self.voz}
        return Bolha(tipo, corpos[tipo](), legenda, dados, self.midia, do_campo=not self.voz)


@dataclass(frozen=True, slots=True)
class Localizacao:
    """A point on the map: degrees, with a name and an address when they are known."""

    latitude: float
    longitude: float
    nome: str = ""
    endereco: str = ""

    def bolha(self) -> Bolha:
        corpo = mensagens.localizacao(self.latitude, self.longitude, self.nome, self.endereco)
        dados = {"latitude": self.latitude, "longitude": self.longitude}
        dados |= {"nome": self.nome, "endereco": self.endereco}
        texto = self.nome or self.endereco
        return Bolha("localizacao", corpo, texto, dados, do_campo=False)


@dataclass(frozen=True, slots=True)
class Contato:
    """A contact card. `no_whatsapp` gives the citizen a button to talk to it there."""

    nome: str
    telefone: str
    mostrado: str
    empresa: str = ""
    no_whatsapp: bool = False

    def bolha(self) -> Bolha:
        telefone = {"numero": self.telefone}
        if self.no_whatsapp:
            telefone["wa_id"] = self.telefone
        cartao = {"nome": self.nome, "telefones": [telefone], "empresa": self.empresa}
        corpo = mensagens.contatos([cartao])
        visto = cartao | {"telefones": [{"numero": self.mostrado}]}
        return Bolha("contatos", corpo, self.nome, {"contatos": [visto]}, do_campo=False)


@dataclass(frozen=True, slots=True)
class Modelo:
    """A template approved by Meta, with its values: the only thing outside the 24 hours."""

    modelo: ModeloDeMensagem
    valores: dict | list
    cabecalho: dict | None = None
    botoes: dict | None = None

    def bolha(self) -> Bolha:
        if not self.modelo.pode_enviar:
            raise mensagens.MensagemInvalida("modelo", "Este modelo não está aprovado pela Meta.")
        componentes, partes = self.modelo.componentes, (self.valores, self.cabecalho, self.botoes)
        mensagens.validar_modelo(componentes, *partes)
        corpo = mensagens.modelo(self.modelo.nome, self.modelo.idioma, *partes)
        texto = mensagens.previa_do_modelo(componentes, self.valores, self.cabecalho)
        dados = {"modelo": self.modelo.nome, "idioma": self.modelo.idioma}
        return Bolha("modelo", corpo, texto, dados, fora_da_janela=True)


@dataclass(frozen=True, slots=True)
class Interativo:
    """Buttons, a list or a link, as built by `mensagens`."""

    corpo: dict

    def bolha(self) -> Bolha:
        texto, dados = mensagens.resumo(self.corpo), {"corpo": self.corpo}
        return Bolha("interativo", self.corpo, texto, dados, do_campo=False)


Conteudo = Texto | Arquivo | Localizacao | Contato | Modelo | Interativo


def tipo_do_arquivo(mime: str) -> str:
    """Return the kind of bubble for a file of this type: what Meta does not take as image, video
    or audio goes as a document (WHATSAPP.md §6)."""
    if mime in ("image/jpeg", "image/png"):
        return "imagem"
    if mime in ("video/mp4", "video/3gpp"):
        return "video"
    if mime in ("audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"):
        return "audio"
    return "documento"
