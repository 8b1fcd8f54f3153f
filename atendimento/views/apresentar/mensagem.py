"""What a bubble shows: its side, its ticks, why it failed, and the template of its kind."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.utils import timezone

from atendimento.models import Mensagem
from atendimento.views.apresentar import conteudo, tempo
from atendimento.views.apresentar.marcacao import sem_marcas
from prefeitura.whatsapp import erros
from prefeitura.whatsapp.models import Envio, Midia

MAIOR_TEXTO = 4_096  # characters drawn at once; the rest waits behind "Ver tudo"
# Beyond these a bubble is folded, so that one text does not push all others off the screen.
LETRAS_A_VISTA, LINHAS_A_VISTA = 900, 16
ESPERA_DA_INCERTA = timedelta(minutes=15)
EM_DUVIDA = "Não sabemos se chegou. Aguardando a confirmação do WhatsApp."

# kind of message → (icon, word for previews); a kind that is not here is shown as unknown.
TIPOS = {
    "texto": ("", ""),
    "imagem": ("image", "Foto"),
    "video": ("video", "Vídeo"),
    "audio": ("mic", "Áudio"),
    "documento": ("file-text", "Documento"),
    "figurinha": ("sticker", "Figurinha"),
    "localizacao": ("map-pin", "Localização"),
    "contatos": ("user-round", "Contato"),
    "botao": ("square-mouse-pointer", "Botão escolhido"),
    "lista": ("list", "Opção escolhida"),
    "formulario": ("clipboard-list", "Formulário respondido"),
    "reacao": ("smile", "Reação"),
    "pedido": ("shopping-cart", "Pedido"),
    "sistema": ("info", "Aviso do WhatsApp"),
    "edicao": ("pencil", "Mensagem editada"),
    "apagamento": ("trash-2", "Mensagem apagada"),
    "nao_suportado": ("ban", "Mensagem que o WhatsApp não entregou"),
    "ligacao": ("phone", "Ligação"),
    "modelo": ("layout-template", "Modelo"),
    "interativo": ("list", "Opções"),
    "boas_vindas": ("info", "A pessoa abriu a conversa"),
    "permissao_de_ligacao": ("phone", "Resposta sobre ligações"),
}
DESCONHECIDO = ("circle-question-mark", "Mensagem que ainda não aparece aqui")
LINHAS_DO_SISTEMA = {"sistema", "ligacao", "boas_vindas", "permissao_de_ligacao", "apagamento"}

# state of an outgoing bubble → (icon, word for those who do not see it)
MARCAS = {
    "pendente": ("clock", "enviando"),
    "enviando": ("clock", "enviando"),
    "enviada": ("check", "enviada"),
    "entregue": ("check-check", "entregue"),
    "lida": ("check-check", "lida"),
    "incerta": ("circle-question-mark", "em dúvida"),
    "falhou": ("circle-alert", "não enviada"),
    "cancelada": ("ban", "cancelada"),
}


class Dados(dict):
    """The details of a message; what is not there reads as empty, since each type has its own."""

    def __missing__(self, chave):
        return ""


@dataclass
class Bolha:
    """One message as `viewer` sees it. Templates read its properties; nothing here writes."""

    mensagem: Mensagem
    quem_ve: int

    especie = "mensagem"

    @property
    def momento(self):
        return self.mensagem.momento

    @property
    def cursor(self) -> str:
        """Where it stands in the conversation, as the page sends it back to ask for more."""
        return f"{tempo.micros(self.mensagem.momento)}-{self.mensagem.pk}"

    @cached_property
    def tipo(self) -> str:
        return self.mensagem.tipo if self.mensagem.tipo in TIPOS else "desconhecido"

    @cached_property
    def dados(self) -> Dados:
        return Dados(self.mensagem.dados)

    @property
    def titulo_do_anuncio(self) -> str:
        """Headline of the ad that brought the citizen here."""
        anuncio = self.dados["anuncio"] or {}
        return str(anuncio.get("titulo") or anuncio.get("texto") or anuncio.get("headline") or "")

    @property
    def produto(self) -> str:
        """The product of the catalogue that the citizen asks about, or empty."""
        return str((self.dados["produto"] or {}).get("codigo") or "")

    @property
    def respostas(self) -> list[list[str]]:
        """[field, answer] of a form, in its order."""
        respostas = self.dados["respostas"]
        soltas = respostas.items() if isinstance(respostas, dict) else []
        return self.dados["linhas"] or [[campo, str(valor)] for campo, valor in soltas]

    @property
    def original(self) -> str:
        """What was sent, when it did not come whole, or empty."""
        return conteudo.original(self.dados)

    @property
    def motivo(self) -> str:
        """Why the content did not come, or empty."""
        return conteudo.motivo(self.dados)

    @property
    def ligacao(self) -> str:
        """A call in one line."""
        return conteudo.da_ligacao(self.dados)

    @property
    def pedido(self) -> list[tuple[str, str]]:
        """The lines of an order."""
        return conteudo.do_pedido(self.dados)

    @property
    def e_linha(self) -> bool:
        return self.tipo in LINHAS_DO_SISTEMA

    @property
    def icone(self) -> str:
        return TIPOS.get(self.tipo, DESCONHECIDO)[0]

    @property
    def nome_do_tipo(self) -> str:
        if self.tipo == "audio" and self.dados["voz"]:
            return "Mensagem de voz"
        return TIPOS.get(self.tipo, DESCONHECIDO)[1]

    @property
    def corpo(self) -> str:
        """The template of the inside of the bubble."""
        if self.mensagem.apagada_em:
            return "atendimento/partes/corpo/apagada.html"
        arquivo = {"botao": "escolha", "lista": "escolha", "modelo": "texto"}.get(
            self.tipo, self.tipo
        )
        if arquivo in ("nao_suportado", "reacao"):
            arquivo = "desconhecido"
        return f"atendimento/partes/corpo/{arquivo}.html"

    @cached_property
    def estado(self) -> str:
        return self.mensagem.estado

    @property
    def marca(self) -> tuple[str, str] | None:
        return MARCAS.get(self.estado)

    @property
    def classe_da_marca(self) -> str:
        return {"lida": "ic-p lido", "falhou": "ic-p perigo-t"}.get(self.estado, "ic-p")

    @property
    def nome_do_autor(self) -> str:
        """Who speaks for the city; empty for what the citizen wrote."""
        m = self.mensagem
        if not m.da_prefeitura:
            return ""
        if m.origem == Mensagem.Origem.ROBO:
            return "Robô"
        if m.origem == Mensagem.Origem.CELULAR:
            return "Celular da prefeitura"
        if m.origem == Mensagem.Origem.COMUNICADO:
            return "Comunicado"
        if m.autor_id == self.quem_ve:
            return "Você"
        return m.autor.nome if m.autor else "Sistema"

    @property
    def grupo(self) -> str:
        """Bubbles with the same value, close in time, are drawn together."""
        return f"{self.mensagem.direcao}:{self.mensagem.autor_id}:{self.mensagem.origem}"

    @property
    def falha(self) -> str:
        """What went wrong and what to do, or empty."""
        if self.estado == "incerta":
            return EM_DUVIDA
        if self.estado == "cancelada":
            return "Não enviada: foi cancelada."
        if self.estado != "falhou":
            return ""
        envio = self.mensagem.envio
        frase = erros.frase(envio.codigo_da_falha, envio.detalhe or None)
        if frase.startswith(("Não enviada", "O WhatsApp não entregou", "A Meta não entregou")):
            return frase
        return f"Não enviada: {frase[:1].lower()}{frase[1:]}"

    @property
    def pode_tentar(self) -> bool:
        """A doubt may be resent only after Meta had its time to confirm."""
        if self.estado != Envio.Estado.INCERTA:
            return self.estado == Envio.Estado.FALHOU
        desde = self.mensagem.envio.incerta_em
        return desde is not None and timezone.now() - desde > ESPERA_DA_INCERTA

    @property
    def chave(self) -> str:
        """The page's own key, only to whoever wrote it: it joins the bubble drawn at once."""
        envio = self.mensagem.envio
        if envio and envio.chave_cliente and self.mensagem.autor_id == self.quem_ve:
            return str(envio.chave_cliente)
        return ""

    @property
    def longa(self) -> bool:
        """Whether the bubble starts folded."""
        texto = self.mensagem.texto
        return len(texto) > LETRAS_A_VISTA or texto.count("\n") >= LINHAS_A_VISTA

    @property
    def comeco(self) -> str:
        return self.mensagem.texto[:MAIOR_TEXTO]

    @property
    def resto(self) -> str:
        """What comes after the start of a huge text."""
        return self.mensagem.texto[MAIOR_TEXTO:]

    @cached_property
    def citada(self) -> "Bolha | None":
        """The quoted message, when it is of the same matter; others stay hidden."""
        alvo = self.mensagem.resposta_a
        if alvo is None or alvo.atendimento_id != self.mensagem.atendimento_id:
            return None
        return Bolha(alvo, self.quem_ve)

    @property
    def cita_desconhecida(self) -> bool:
        return bool(self.mensagem.citada_wamid) and self.citada is None

    @property
    def reacoes(self) -> list:
        return self.mensagem.com_emoji

    @property
    def resumo(self) -> str:
        """One line for the list and for quotes."""
        m = self.mensagem
        if m.apagada_em:
            return "Mensagem apagada"
        if m.texto:
            return sem_marcas(m.texto)
        if self.tipo == "documento" and m.midia and m.midia.nome:
            return m.midia.nome
        return self.nome_do_tipo

    @property
    def sem_opcoes(self) -> str:
        """The text over the buttons or the list: the stored one names them too."""
        interativa = self.mensagem.dados.get("corpo", {}).get("interactive", {})
        if not interativa.get("action", {}).keys() & {"buttons", "sections"}:
            return self.mensagem.texto
        partes = (
            interativa.get(parte, {}).get("text", "") for parte in ("header", "body", "footer")
        )
        return "\n".join(filter(None, partes))

    @property
    def opcoes(self) -> list[str]:
        """Titles of the buttons or of the list that we offered."""
        if "opcoes" in self.mensagem.dados:
            return self.mensagem.dados["opcoes"]
        acao = self.mensagem.dados.get("corpo", {}).get("interactive", {}).get("action", {})
        if "sections" in acao:
            linhas = (linha for secao in acao["sections"] for linha in secao.get("rows", []))
            return [linha.get("title", "") for linha in linhas]
        if "parameters" in acao:
            return [acao["parameters"].get("display_text", "")]
        return [b.get("reply", {}).get("title", "") for b in acao.get("buttons", [])]

    @property
    def midia(self) -> Midia | None:
        return self.mensagem.midia

    @property
    def midia_pronta(self) -> bool:
        return bool(self.midia and self.midia.estado == Midia.Estado.BAIXADA)

    @property
    def midia_baixando(self) -> bool:
        return bool(self.midia and self.midia.estado == Midia.Estado.PENDENTE)

    @property
    def e_pdf(self) -> bool:
        return bool(self.midia and self.midia.tipo == "application/pdf")

    @property
    def tem_folha(self) -> bool:
        """Whether there is a picture of the first page."""
        return bool(self.midia and self.midia.miniatura == Midia.Miniatura.PRONTA)

    @property
    def pode_baixar(self) -> bool:
        """Whether a person may hurry, or insist on, a file that Meta did not give yet."""
        if not self.midia or not self.midia.media_id:
            return False
        perdida = self.midia.estado == Midia.Estado.PERDIDA
        return perdida or (self.midia_baixando and bool(self.midia.erro))

    @property
    def mapa(self) -> str:
        """Link to the point on OpenStreetMap, opened only by a click; empty without numbers."""
        try:
            lat, lon = float(self.dados["latitude"]), float(self.dados["longitude"])
        except (TypeError, ValueError):
            return ""
        return f"https://www.openstreetmap.org/?mlat={lat:.6f}&mlon={lon:.6f}#map=17/{lat:.6f}/{lon:.6f}"
