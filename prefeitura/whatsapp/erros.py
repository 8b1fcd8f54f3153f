"""Meta's error codes: what to do with a send, and what to say to the servant.

Pure table of WHATSAPP.md §8 (Meta, "Cloud API error codes"). `cliente` and `saida` ask `politica`
and `espera`; pages and the API ask `frase`. The code decides, never the HTTP status or the text.
"""

from dataclasses import dataclass
from enum import StrEnum


class Politica(StrEnum):
    """What a refusal means for the send that met it."""

    DEFINITIVO = "definitivo"
    """The same message will never go: falhou."""
    TEMPORARIO = "temporario"
    """Again after `espera`, at most `tentativas` times."""
    AGUARDAR_PAR = "aguardar_par"
    """As TEMPORARIO, but only this citizen waits (pair limit)."""
    PAUSAR_NUMERO = "pausar_numero"
    """Nothing of this number can go: it pauses for `pausa`, sends stay pendentes, admins know."""
    MODELO = "modelo"
    """The template cannot be used: falhou, and the template must be looked at."""
    JANELA = "janela"
    """The 24 hours are over: falhou, offer an approved template."""


@dataclass(frozen=True, slots=True)
class Erro:
    """A line of the table.

    Args:
        politica: what to do.
        frase: why it did not go, for a servant.
        na_fila: what to say while it will still be tried; "" uses `frase`.
        tentativas: how many times at most, for the temporary ones.
        base: seconds before the second try; each next one waits four times longer.
        pausa: seconds for which the number rests.
        da_conta: the whole account is hit, not just this number.
    """

    politica: Politica
    frase: str
    na_fila: str = ""
    tentativas: int = 6
    base: int = 1
    pausa: int = 600
    da_conta: bool = False
    com_detalhe: bool = False


ESPERA_MAXIMA = 900
_VARIACAO = 0.25

_D, _T = Politica.DEFINITIVO, Politica.TEMPORARIO
_N, _M = Politica.PAUSAR_NUMERO, Politica.MODELO

_FALHA = Erro(
    _T,
    "O WhatsApp está com um problema momentâneo e a mensagem não saiu. Tente de novo.",
    "O WhatsApp está com um problema momentâneo. Vamos tentar de novo.",
)
_FALHA_CURTA = Erro(_T, _FALHA.frase, _FALHA.na_fila, tentativas=3)
_CHAMADAS = Erro(
    _T,
    "A prefeitura atingiu o limite de chamadas da Meta e a mensagem não saiu. Tente mais tarde.",
    "A prefeitura atingiu o limite de chamadas da Meta. A mensagem está na fila.",
    base=60,
)
_CONTEUDO = Erro(
    _D,
    "O WhatsApp recusou o conteúdo desta mensagem. Confira o texto e o arquivo e escreva outra.",
    com_detalhe=True,
)
_TOKEN = Erro(
    _N,
    "O canal do WhatsApp perdeu o acesso à Meta. A administração precisa renovar o token.",
    "O canal do WhatsApp perdeu o acesso à Meta. A mensagem espera a administração renovar o "
    "token.",
    da_conta=True,
)
_PERMISSAO = Erro(
    _N,
    "O aplicativo da prefeitura não tem permissão da Meta para isto. Avise a administração.",
    da_conta=True,
)
_RESTRITA = Erro(
    _N,
    "A Meta restringiu a conta de WhatsApp da prefeitura. Os envios estão suspensos.",
    pausa=3600,
    da_conta=True,
)
_SEM_REGISTRO = Erro(
    _N, "O número da prefeitura não está registrado na Meta. Avise a administração.", pausa=1800
)
_PAGAMENTO = Erro(
    _N,
    "A Meta recusou por um problema de pagamento na conta da prefeitura. Avise a administração: "
    "os envios estão parados.",
    pausa=1800,
    da_conta=True,
)
_FORMATO = Erro(_M, "Um campo do modelo está em formato que a Meta não aceita. Confira os campos.")
_GRUPO = Erro(_D, "A Meta não permitiu esta operação no grupo.")
_LIGACAO = Erro(_D, "A Meta não permitiu a ligação pelo WhatsApp.")
_ADMIN = "A Meta recusou uma operação de administração do número"
_USERNAME = Erro(_D, "A Meta recusou a mudança do nome de usuário da prefeitura.")
_FORMULARIO = Erro(_D, "A Meta recusou o formulário. Avise a administração.", com_detalhe=True)
_BLOQUEIO = Erro(_D, "Não foi possível bloquear ou desbloquear este contato. Tente de novo.")
_NUMEROS = Erro(_D, "A Meta não tem os números de uso deste modelo.")
_DIVULGACAO = Erro(_D, "A Meta não aceita enviar divulgações por esta conta agora.")
_IMPORTACAO = Erro(_D, "A Meta não permite mais importar as conversas do celular da prefeitura.")

TABELA: dict[int, Erro] = {
    0: _TOKEN,
    1: _FALHA_CURTA,
    2: _FALHA,
    3: _PERMISSAO,
    4: _CHAMADAS,
    10: _PERMISSAO,
    33: Erro(_N, "A Meta não encontrou o número da prefeitura. Avise a administração.", pausa=1800),
    100: _CONTEUDO,
    104: _TOKEN,
    190: _TOKEN,
    **dict.fromkeys(range(200, 300), _PERMISSAO),
    368: _RESTRITA,
    613: _CHAMADAS,
    80007: _CHAMADAS,
    130403: Erro(_D, "Este contato está bloqueado. Desbloqueie para responder."),
    130429: Erro(
        _T,
        "Havia muitos envios ao mesmo tempo e a mensagem não saiu. Tente de novo.",
        "Há muitos envios ao mesmo tempo. A mensagem está na fila.",
    ),
    130472: Erro(_D, "A Meta escolheu não entregar esta divulgação a este contato."),
    130497: Erro(_D, "A Meta não deixa a prefeitura enviar mensagens para este país."),
    131000: _FALHA_CURTA,
    131005: _PERMISSAO,
    131008: _CONTEUDO,
    131009: _CONTEUDO,
    131016: _FALHA,
    **dict.fromkeys((131020, 131041, 131059, *range(131201, 131216)), _GRUPO),
    131021: Erro(_D, "O destinatário é o próprio número da prefeitura."),
    131026: Erro(
        _D,
        "O WhatsApp não entregou: o número pode não ter WhatsApp ou ter bloqueado a prefeitura.",
    ),
    131030: Erro(_D, "O número da prefeitura é de teste e este contato não está autorizado nele."),
    131031: _RESTRITA,
    131037: Erro(
        _N, "A Meta ainda não aprovou o nome de exibição do número da prefeitura.", pausa=3600
    ),
    131042: _PAGAMENTO,
    131044: Erro(_D, "A Meta recusou a ligação por um problema de pagamento na conta."),
    131045: _SEM_REGISTRO,
    131047: Erro(Politica.JANELA, "Não enviada: o prazo de 24 horas terminou. Use um modelo."),
    131048: Erro(
        _N,
        "A Meta restringiu os envios deste número pela qualidade das mensagens. Reduza as "
        "divulgações.",
        pausa=3600,
    ),
    131049: Erro(
        _D, "A Meta limitou as divulgações a este contato. Não reenvie hoje: espere 24 horas."
    ),
    131050: Erro(_D, "Este contato pediu ao WhatsApp para não receber divulgações da prefeitura."),
    131051: Erro(_D, "O WhatsApp não aceita este tipo de mensagem."),
    131052: Erro(
        _D, "Não foi possível baixar o arquivo. Peça ao cidadão que reenvie (até 100 MB)."
    ),
    131053: Erro(_D, "O WhatsApp recusou o arquivo: o formato ou o tamanho não é aceito."),
    131055: _CONTEUDO,
    131056: Erro(
        Politica.AGUARDAR_PAR,
        "Foram muitas mensagens seguidas para este contato e esta não saiu. Tente de novo.",
        "Foram muitas mensagens seguidas para este contato. Estamos enviando aos poucos.",
        base=4,
    ),
    131057: Erro(_T, _FALHA.frase, "A Meta está ajustando o número. A mensagem espera.", base=60),
    131060: Erro(_D, "O WhatsApp não mostra esta mensagem ao sistema.."),
    131062: Erro(_D, "Para este envio é preciso o telefone do cidadão. Peça o número a ele."),
    131063: Erro(_D, "As divulgações estão desativadas na conta da prefeitura na Meta."),
    131064: Erro(_M, "A Meta restringiu os modelos da prefeitura por categoria incorreta."),
    132000: Erro(_M, "Preencha todos os campos do modelo."),
    132001: Erro(_M, "O modelo não existe ou não está aprovado neste idioma."),
    132005: Erro(_M, "O texto do modelo ficou longo demais. Encurte os campos."),
    132007: Erro(_M, "A política do WhatsApp não permite o conteúdo deste modelo."),
    132008: _FORMATO,
    132012: _FORMATO,
    132015: Erro(_M, "A Meta pausou este modelo por baixa qualidade. Use outro por enquanto."),
    132016: Erro(_M, "A Meta desativou este modelo de vez. Use outro."),
    132018: _FORMATO,
    132068: Erro(_M, "A Meta bloqueou o formulário deste modelo. Avise a administração."),
    132069: Erro(_M, "A Meta limitou o formulário deste modelo. Tente daqui a uma hora."),
    133000: Erro(_D, f"{_ADMIN}: o desligamento anterior não terminou."),
    133004: _FALHA,
    133005: Erro(_D, "O PIN de verificação do número está incorreto."),
    133006: Erro(_D, f"{_ADMIN}: é preciso verificar o número outra vez."),
    133008: Erro(_D, "Foram muitas tentativas de PIN. Aguarde antes de tentar.", com_detalhe=True),
    133009: Erro(_D, "O PIN foi tentado depressa demais. Aguarde um pouco.", com_detalhe=True),
    133010: _SEM_REGISTRO,
    133015: Erro(_D, f"{_ADMIN}: ele foi apagado há pouco. Espere cinco minutos."),
    133016: Erro(
        _T, f"{_ADMIN}: houve registros demais em 72 horas.", tentativas=3, base=ESPERA_MAXIMA
    ),
    134011: Erro(_D, "Falta aceitar os termos de pagamento da Meta. Avise a administração."),
    **dict.fromkeys(range(134100, 134103), _DIVULGACAO),
    135000: _CONTEUDO,
    137000: Erro(_D, "A identidade deste contato mudou. Confirme quem é antes de enviar."),
    **dict.fromkeys(range(138000, 138019), _LIGACAO),
    **dict.fromkeys(range(139000, 139005), _FORMULARIO),
    **dict.fromkeys(range(139100, 139104), _BLOQUEIO),
    **dict.fromkeys(range(147001, 147006), _USERNAME),
    **dict.fromkeys(range(200005, 200008), _NUMEROS),
    **dict.fromkeys((2593107, 2593108), _IMPORTACAO),
}

# Those that `/metrics` names: what a send can meet. The rest is "outro", so that labels stay few.
MEDIDOS = frozenset(
    codigo
    for codigo in TABELA
    if codigo < 200 or 300 <= codigo < 131_100 or 132_000 <= codigo < 133_000 or codigo == 133_010
)

# Code 100 says little; with these subcodes it is something else (WHATSAPP.md §8).
_NUMERO_DESCONHECIDO = 33


def erro(codigo: int | None, subcodigo: int | None = None) -> Erro:
    """The line of a code; one that we do not know is definitive and says so with its number."""
    if codigo == 100 and subcodigo == _NUMERO_DESCONHECIDO:
        codigo = _NUMERO_DESCONHECIDO
    if codigo is not None and codigo in TABELA:
        return TABELA[codigo]
    qual = "" if codigo is None else f" (código {codigo})"
    return Erro(_D, f"A Meta não entregou esta mensagem e não explicou o motivo{qual}.")


def politica(codigo: int | None, subcodigo: int | None = None) -> Politica:
    """What to do with a send refused with this code.

    Args:
        codigo: `error.code` of an answer, or of an entry of `errors` in a status.
        subcodigo: `error.error_subcode`, which changes the meaning of code 100.
    """
    return erro(codigo, subcodigo).politica


def frase(codigo: int | None, detalhe: str | None = None, *, na_fila: bool = False) -> str:
    """The sentence in Portuguese for the servant.

    Args:
        codigo: Meta's code, None when there was none.
        detalhe: Meta's own text (English); quoted for the administration only where the code
            alone does not say what is wrong.
        na_fila: the send will still be tried.
    """
    linha = erro(codigo)
    if na_fila and linha.na_fila:
        return linha.na_fila
    if detalhe and detalhe.strip() and linha.com_detalhe:
        return f"{linha.frase} Explicação da Meta: “{' '.join(detalhe.split())[:300]}”."
    return linha.frase


def espera(codigo: int | None, tentativa: int, acaso: float = 0.0) -> float | None:
    """Seconds before the next try of a temporary error: base × 4^(tentativa-1), with a cap.

    Args:
        codigo: Meta's code.
        tentativa: how many tries were already made, from 1.
        acaso: 0 to 1, drawn by the caller; spreads retries by up to a quarter.

    Returns:
        None when it must not be tried again (not temporary, or too many tries).
    """
    linha = erro(codigo)
    if linha.politica not in (_T, Politica.AGUARDAR_PAR) or tentativa >= linha.tentativas:
        return None
    # The exponent is capped too: a large count must not build a huge number.
    segundos = min(linha.base * 4 ** min(max(tentativa - 1, 0), 10), ESPERA_MAXIMA)
    return segundos * (1 + _VARIACAO * acaso)


def pausa(codigo: int | None, subcodigo: int | None = None) -> int | None:
    """Seconds for which the number (or account) rests, None when the code does not ask it.

    Afterwards one send tries again: a refusal costs nothing, and a mended account needs no click.
    """
    linha = erro(codigo, subcodigo)
    return linha.pausa if linha.politica is _N else None


def atinge_a_conta(codigo: int | None, subcodigo: int | None = None) -> bool:
    """True when every number of the account is hit, not only the one that sent."""
    return erro(codigo, subcodigo).da_conta
