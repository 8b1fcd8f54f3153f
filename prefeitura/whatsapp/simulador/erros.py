"""Meta's errors as data: code → HTTP status and title, and the JSON body that carries them."""

from typing import Any

AJUDA = "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/"

# Source: WHATSAPP.md section 8 (Meta's error-codes page, support/error-codes).
CODIGOS: dict[int, tuple[int, str]] = {
    0: (401, "AuthException"),
    1: (400, "API Unknown"),
    2: (503, "API Service"),
    3: (500, "API Method"),
    4: (429, "Application request limit reached"),
    10: (403, "Application does not have permission for this action"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    104: (401, "An access token is required to request this resource."),
    190: (401, "Error validating access token"),
    200: (403, "Permissions error"),
    368: (403, "Temporarily blocked for policies violations"),
    613: (400, "Calls to this api have exceeded the rate limit."),
    2200: (400, "Callback verification failed"),
    2500: (400, "Unknown path components"),
    80007: (429, "Rate limit issues"),
    130403: (400, "User is blocked"),
    130429: (429, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    130497: (403, "Business account is restricted from messaging users in this country."),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131030: (400, "Recipient phone number not in allowed list"),
    131031: (403, "Account has been locked"),
    131037: (400, "Display name approval needed"),
    131042: (400, "Business eligibility payment issue"),
    131045: (500, "Incorrect certificate"),
    131047: (400, "Re-engagement message"),
    131048: (400, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped marketing messages from your business"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (400, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131055: (400, "Method not allowed"),
    131062: (400, "Business-scoped User ID (BSUID) recipients are not supported for this message"),
    131064: (400, "Template sending limited due to misclassification"),
    131215: (400, "Groups are not available"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template format character policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is Paused"),
    132016: (400, "Template is Disabled"),
    132018: (400, "Template parameter validation error"),
    132068: (400, "Flow is in blocked state"),
    132069: (400, "Flow is in throttled state"),
    133005: (400, "Two step verification PIN mismatch"),
    133006: (400, "Phone number re-verification needed"),
    133010: (400, "Phone number not registered"),
    133016: (400, "Account register/deregister limit reached"),
    134100: (400, "Only marketing messages are supported"),
    135000: (400, "Generic user error"),
    138000: (400, "Calling API not enabled"),
    138006: (400, "No approved call permission"),
    139001: (400, "Flow can't be updated"),
    139002: (400, "Flow can't be published"),
    139004: (400, "Flow can't be changed in its present status"),
    139100: (400, "Failed to block/unblock users"),
    139101: (400, "User has not messaged the business in the last 24 hours"),
}


def titulo_de(codigo: int) -> str:
    return CODIGOS.get(codigo, (400, "Unknown error"))[1]


class ErroGraph(Exception):
    """A refusal as the Graph API words it.

    `codigo` decides; `detalhes` goes to `error_data.details`; `mensagem` replaces the standard
    message; `http` replaces the standard status; `titulo_usuario`/`texto_usuario` are those of
    the management endpoints.
    """

    def __init__(
        self,
        codigo: int,
        detalhes: str = "",
        *,
        mensagem: str = "",
        http: int = 0,
        subcodigo: int = 0,
        tipo: str = "OAuthException",
        titulo_usuario: str = "",
        texto_usuario: str = "",
    ):
        super().__init__(f"{codigo} {detalhes or mensagem}")
        self.codigo, self.detalhes, self.subcodigo, self.tipo = codigo, detalhes, subcodigo, tipo
        self.http = http or CODIGOS.get(codigo, (400, ""))[0]
        self.mensagem = mensagem or f"(#{codigo}) {titulo_de(codigo)}"
        self.titulo_usuario, self.texto_usuario = titulo_usuario, texto_usuario

    def como_json(self, rastro: str) -> dict[str, Any]:
        """Return Meta's error object; `rastro` is the fbtrace_id."""
        erro: dict[str, Any] = {
            "message": self.mensagem,
            "type": self.tipo,
            "code": self.codigo,
        }
        if self.detalhes:
            erro["error_data"] = {"messaging_product": "whatsapp", "details": self.detalhes}
        if self.subcodigo:
            erro["error_subcode"] = self.subcodigo
        if self.titulo_usuario:
            erro["is_transient"] = False
            erro["error_user_title"] = self.titulo_usuario
            erro["error_user_msg"] = self.texto_usuario
        erro["fbtrace_id"] = rastro
        return {"error": erro}


def sem_objeto(verbo: str, identificador: str) -> ErroGraph:
    """The refusal for a node that does not exist or may not be seen (100, subcode 33)."""
    return ErroGraph(
        100,
        mensagem=f"Unsupported {verbo.lower()} request. Object with ID '{identificador}' does not "
        "exist, cannot be loaded due to missing permissions, or does not support this operation. "
        "Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        subcodigo=33,
        tipo="GraphMethodException",
    )


def caminho_desconhecido(caminho: str) -> ErroGraph:
    return ErroGraph(2500, mensagem=f"Unknown path components: {caminho}")


def falha_assincrona(codigo: int, detalhes: str = "") -> dict[str, Any]:
    """Return one item of a failed status' `errors`."""
    titulo = titulo_de(codigo)
    return {
        "code": codigo,
        "title": titulo,
        "message": titulo,
        "error_data": {"details": detalhes or DETALHES.get(codigo, titulo)},
        "href": AJUDA,
    }


DETALHES = {
    131026: "Message Undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the customer "
    "last replied to this number.",
    131048: "Message failed to send because there are restrictions on how many messages can be "
    "sent from this phone number.",
    131049: "In order to maintain a healthy ecosystem engagement, the message failed to be "
    "delivered.",
    131050: "The recipient has chosen to stop receiving marketing messages from your business.",
    131053: "Media upload error: the file could not be downloaded or its type is not supported.",
}
