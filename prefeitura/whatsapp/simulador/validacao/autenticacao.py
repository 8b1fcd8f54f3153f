"""The words of an authentication template, which the city does not choose (pure)."""

from typing import Any

CODIGO = "https://www.whatsapp.com/otp/code/?otp_type={tipo}&code=otp"
PALAVRAS = {
    "pt": (
        "Seu código de verificação é *{{1}}*.",
        " Para sua segurança, não o compartilhe.",
        "Este código expira em {minutos} minutos.",
        "Copiar código",
    ),
    "en": (
        "*{{1}}* is your verification code.",
        " For your security, do not share this code.",
        "This code expires in {minutos} minutes.",
        "Copy code",
    ),
}


def completar(componentes: list[dict[str, Any]], idioma: str) -> list[dict[str, Any]]:
    """Return the components as Meta stores and shows them: fixed texts, the button as a URL."""
    corpo, alerta, prazo, copiar = PALAVRAS.get(idioma[:2], PALAVRAS["en"])
    completos: list[dict[str, Any]] = []
    for componente in componentes:
        tipo = str(componente.get("type", "")).upper()
        novo = dict(componente)
        if tipo == "BODY":
            novo["text"] = corpo + (alerta if componente.get("add_security_recommendation") else "")
            novo["example"] = {"body_text": [["123456"]]}
        elif tipo == "FOOTER" and componente.get("code_expiration_minutes"):
            novo["text"] = prazo.format(minutos=componente["code_expiration_minutes"])
        elif tipo == "BUTTONS":
            novo["buttons"] = [_botao(b, copiar) for b in componente.get("buttons") or []]
        completos.append(novo)
    return completos


def _botao(botao: dict[str, Any], copiar: str) -> dict[str, Any]:
    if str(botao.get("type", "")).upper() != "OTP":
        return botao
    endereco = CODIGO.format(tipo=str(botao.get("otp_type") or "COPY_CODE").upper())
    return {
        "type": "URL",
        "text": botao.get("text") or copiar,
        "url": endereco + "{{1}}",
        "example": [endereco + "123456"],
    }


def eh_codigo(botao: dict[str, Any]) -> bool:
    """True for the button of an authentication template, which copies instead of opening."""
    return str(botao.get("url", "")).startswith("https://www.whatsapp.com/otp/code/")
