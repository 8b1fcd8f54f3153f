"""Everything the simulator knows, in memory, as plain dataclasses."""

import time
from dataclasses import dataclass, field
from typing import Any

from prefeitura.whatsapp.simulador import identidades
from prefeitura.whatsapp.simulador.configuracao import Configuracao
from prefeitura.whatsapp.simulador.identidades import Sorteio

JANELA_S = 24 * 3600


@dataclass
class Mensagem:
    """One bubble. `direcao` is the city's: `entrada` came from the citizen, `saida` goes to him."""

    wamid: str
    numero: str
    direcao: str
    tipo: str
    conteudo: dict[str, Any]
    horario: float
    contexto: dict[str, Any] | None = None
    status: str = ""
    erro: dict[str, Any] | None = None
    reacoes: dict[str, str] = field(default_factory=dict)
    opaco: str = ""
    por_bsuid: bool = False
    modelo: dict[str, Any] | None = None
    lida_pela_cidade: bool = False


@dataclass
class Conversa:
    """What ties one citizen to one number of the city: the window, the pair limit, the block."""

    ultima_entrada: float = 0
    anuncio_em: float = 0
    ponto_gratis_ate: float = 0
    bloqueada: bool = False
    fichas: float = 45
    fichas_em: float = 0
    mensagens: list[Mensagem] = field(default_factory=list)


@dataclass
class Cidadao:
    user_id: str
    wa_id: str = ""
    nome: str = ""
    username: str = ""
    parent_user_id: str = ""
    sem_telefone: bool = False
    no_whatsapp: bool = True
    sem_divulgacao: bool = False
    limitado: bool = False
    confirma_leitura: bool = True
    personagem: bool = False
    conversas: dict[str, Conversa] = field(default_factory=dict)

    def com(self, numero: str) -> Conversa:
        return self.conversas.setdefault(numero, Conversa())

    @property
    def mostra_telefone(self) -> bool:
        return bool(self.wa_id) and not self.sem_telefone


@dataclass
class Midia:
    """A stored file. `dono` is the phone_number_id that uploaded it, `webhook` marks inbound."""

    id: str
    mime: str
    conteudo: bytes
    sha256: bytes
    criada_em: float
    dono: str
    nome: str = ""
    webhook: bool = False
    url_hash: str = ""
    url_ate: float = 0
    apagada: bool = False

    @property
    def vida_s(self) -> int:
        return (7 if self.webhook else 30) * 86400


@dataclass
class Modelo:
    id: str
    nome: str
    idioma: str
    categoria: str
    componentes: list[dict[str, Any]]
    situacao: str = "APPROVED"
    formato: str = "POSITIONAL"
    motivo: str = "NONE"
    qualidade: str = "GREEN"
    categoria_anterior: str = ""
    validade_s: int | None = None
    editado_em: list[float] = field(default_factory=list)
    criado_em: float = 0


@dataclass
class Numero:
    """One phone number of the WABA, with what the settings endpoints read and write."""

    id: str
    exibicao: str
    nome: str
    campos: dict[str, Any] = field(default_factory=dict)
    perfil: dict[str, Any] = field(default_factory=dict)
    ajustes: dict[str, Any] = field(default_factory=dict)
    automacao: dict[str, Any] = field(default_factory=dict)
    codigos_qr: dict[str, dict[str, Any]] = field(default_factory=dict)
    comercio: dict[str, bool] = field(default_factory=dict)
    username: str = ""
    pin: str = ""
    chave_publica: str = ""
    webhook: str = ""
    servico_no_mes: dict[str, int] = field(default_factory=dict)
    fichas: float = -1
    fichas_em: float = 0

    @property
    def digitos(self) -> str:
        return identidades.so_digitos(self.exibicao)


class Estado:
    """The whole state with its look-ups. One event loop uses it, so there are no locks."""

    def __init__(self, config: Configuracao):
        self.config = config
        self.sorteio = Sorteio(config.semente)
        self.cidadaos: dict[str, Cidadao] = {}
        self._por_telefone: dict[str, Cidadao] = {}
        self._por_usuario: dict[str, Cidadao] = {}
        self.numeros: dict[str, Numero] = {}
        self.midias: dict[str, Midia] = {}
        self.modelos: dict[str, Modelo] = {}
        self.fluxos: dict[str, dict[str, Any]] = {}
        self.nomes_bloqueados: dict[str, float] = {}
        self.envios_de_arquivo: dict[str, dict[str, Any]] = {}
        self.por_wamid: dict[str, tuple[Cidadao, Mensagem]] = {}
        self.alcancados: dict[str, float] = {}
        self.assinado = True
        self.waba: dict[str, Any] = {}
        self.webhook_do_app = config.webhook
        self.webhook_da_waba = ""
        self.tokens_de_verificacao: dict[str, str] = {}
        self.novo_numero(config.phone_number_id, config.exibicao, config.nome_do_numero)

    def agora(self) -> float:
        """Unix seconds on the simulator's clock, which tests may push forward (`adiantar_s`)."""
        return time.time() + self.config.ritmo.adiantar_s

    def novo_numero(self, numero_id: str, exibicao: str, nome: str) -> Numero:
        numero = self.numeros.setdefault(numero_id, Numero(numero_id, exibicao, nome))
        return numero

    def achar(self, chave: str) -> Cidadao | None:
        """Find a citizen by user_id, by either form of the phone, or by username."""
        if chave in self.cidadaos:
            return self.cidadaos[chave]
        digitos = identidades.so_digitos(chave)
        if digitos and not any(letra.isalpha() for letra in chave):
            return self._por_telefone.get(identidades.com_nono(digitos))
        return self._por_usuario.get(chave.lstrip("@").lower())

    def achar_ou_criar(self, chave: str, *, como_registrado: bool = False) -> Cidadao:
        """Return the citizen of `chave`, creating one who has not written yet.

        `como_registrado`: the phone is already a wa_id and is kept as it is; otherwise a new
        Brazilian mobile gets the form Meta would register.
        """
        achado = self.achar(chave)
        if achado:
            return achado
        if identidades.BSUID.match(chave):
            return self.registrar(Cidadao(chave))
        digitos = identidades.so_digitos(chave)
        if digitos and not any(letra.isalpha() for letra in chave):
            wa_id = digitos if como_registrado else identidades.forma_registrada(digitos)
            existe = como_registrado or not digitos.endswith("0000")
            user_id = identidades.bsuid_de(identidades.com_nono(wa_id))
            return self.registrar(Cidadao(user_id, wa_id, no_whatsapp=existe))
        usuario = chave.lstrip("@").lower()
        return self.registrar(Cidadao(identidades.bsuid_de(usuario), username=usuario))

    def registrar(self, cidadao: Cidadao) -> Cidadao:
        """Index a citizen under each identity that he has now."""
        self.cidadaos[cidadao.user_id] = cidadao
        if cidadao.wa_id:
            self._por_telefone[identidades.com_nono(cidadao.wa_id)] = cidadao
        if cidadao.username:
            self._por_usuario[cidadao.username.lower()] = cidadao
        return cidadao

    def trocar_identidade(self, cidadao: Cidadao, *, user_id: str = "", wa_id: str = "") -> None:
        """Give the citizen another BSUID or phone; the old ones stop leading to him."""
        self.cidadaos.pop(cidadao.user_id, None)
        if wa_id and cidadao.wa_id:
            self._por_telefone.pop(identidades.com_nono(cidadao.wa_id), None)
        cidadao.user_id = user_id or cidadao.user_id
        cidadao.wa_id = wa_id or cidadao.wa_id
        self.registrar(cidadao)

    def guardar(self, cidadao: Cidadao, mensagem: Mensagem) -> None:
        cidadao.com(mensagem.numero).mensagens.append(mensagem)
        self.por_wamid[mensagem.wamid] = (cidadao, mensagem)

    def janela_aberta(self, cidadao: Cidadao, numero: str) -> bool:
        """True within 24 h of the citizen's last message to that number (WHATSAPP.md 7)."""
        conversa = cidadao.conversas.get(numero)
        return bool(conversa) and self.agora() - conversa.ultima_entrada < JANELA_S
