"""Phone numbers: one citizen for the forms with and without the ninth digit.

Old WhatsApp accounts of Brazilian mobiles keep an id without the 9 (WHATSAPP.md §12.1), so the
same person shows up as 55 34 9888-7766 and 55 34 99888-7766. Landlines never get a 9, and a
number of another country is never touched: `33987654321` is French, not DDD 33, which is why
only what a person typed (`normalizar_digitado`) may be read as lacking the country code.
"""

import re

BRASIL = "55"

# Anatel, "Códigos Nacionais": the area codes in use.
_DDD = re.compile("1[1-9]|2[12478]|3[1-578]|4[1-9]|5[1345]|6[1-9]|7[134579]|8[1-9]|9[1-9]")
# ITU E.164: country codes of two digits; 1 and 7 have one, the others three.
_PAIS = re.compile("[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|...")

_CELULAR_NOVO = re.compile(r"55([1-9]\d)9([6-9]\d{7})")
_CELULAR_ANTIGO = re.compile(r"55([1-9]\d)([6-9]\d{7})")
_NACIONAL = re.compile(r"55([1-9]\d)(\d{8,9})")
_NACIONAL_SEM_PAIS = re.compile(r"(\d\d)([2-8]\d{7}|9\d{7,8})")
_DDG = re.compile(r"(?:55)?0?([3589]00)(\d{7})")
_MOLDURA = re.compile(r"[\s()\[\].\-·‐‑‒–—\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
_OPERADORA_APAGADA = re.compile("^0[xX]{2}")


def _so_digitos(numero: str) -> str:
    if numero.isascii() and numero.isdigit():
        return numero
    return "".join(c for c in numero if c in "0123456789")


def formas_iguais(numero: str) -> frozenset[str]:
    """Every form in which Meta may write the same number, digits only.

    Args:
        numero: with the country code; anything that is not a digit is ignored.

    Returns:
        Two forms for a Brazilian mobile that existed before the ninth digit, else one. Mobiles
        9[1-5]… were born with nine digits: without the 9 they would be somebody's landline.
    """
    digitos = _so_digitos(numero)
    if m := _CELULAR_NOVO.fullmatch(digitos):
        return frozenset({digitos, f"{BRASIL}{m[1]}{m[2]}"})
    if m := _CELULAR_ANTIGO.fullmatch(digitos):
        return frozenset({digitos, f"{BRASIL}{m[1]}9{m[2]}"})
    return frozenset({digitos})


def chave(numero: str) -> str:
    """The one form used to compare and to keep unique: Brazilian mobiles with the ninth digit.

    Args:
        numero: with the country code.

    Returns:
        Digits only; empty when there is none.
    """
    return max(formas_iguais(numero), key=len)


def mostrar(numero: str) -> str:
    """The number as people write it: "(34) 99888-7766", "0800 123 4567", "+351 912 345 678".

    What does not look like a number is given back as it came.
    """
    digitos = chave(numero)
    if m := _NACIONAL.fullmatch(digitos):
        if m[2][0] != "0":
            return f"({m[1]}) {m[2][:-4]}-{m[2][-4:]}"
        if ddg := _DDG.fullmatch(digitos):
            return f"0{ddg[1]} {ddg[2][:3]} {ddg[2][3:]}"
    if not 8 <= len(digitos) <= 15 or re.search(r"[^\W\d_]", numero):
        return numero
    pais = _PAIS.match(digitos)[0]
    return f"+{pais} {' '.join(_grupos(digitos[len(pais) :]))}"


def normalizar_digitado(texto: str) -> str | None:
    """What a person typed or a spreadsheet holds → the canonical digits with country code.

    Accepts "(71) 9 8888-7777", "071 98888-7777", "0xx71…", "0 21 71…" (with carrier),
    "+55…", "0055…", "55…", "0800…" and "+" with another country.

    Eight digits starting with 6 to 9 are read as a mobile from before the ninth digit: the city's
    old registers are full of them.

    Returns:
        The form of `chave`, or None when it is not a number that could have WhatsApp (no area
        code, too short, letters, two numbers in one field).
    """
    digitos = _OPERADORA_APAGADA.sub("0", _MOLDURA.sub("", texto))
    internacional = digitos.startswith("+")
    digitos = digitos.removeprefix("+")
    if not digitos.isascii() or not digitos.isdigit():
        return None
    if digitos.startswith("00"):
        internacional, digitos = True, digitos[2:]
    if internacional and not digitos.startswith(BRASIL):
        return digitos if 8 <= len(digitos) <= 15 and digitos[0] != "0" else None
    if m := _DDG.fullmatch(digitos):
        return f"{BRASIL}{m[1]}{m[2]}"
    if internacional:
        candidatos = [digitos[2:]]
    elif digitos.startswith("0"):
        # 0 + DDD + number, or 0 + carrier + DDD + number.
        candidatos = [digitos[1:], digitos[3:]]
    else:
        candidatos = [digitos]
        if digitos.startswith(BRASIL):
            candidatos.append(digitos[2:])
    for candidato in candidatos:
        candidato = candidato.removeprefix("0") if internacional else candidato
        m = _NACIONAL_SEM_PAIS.fullmatch(candidato)
        if m and _DDD.fullmatch(m[1]):
            return chave(BRASIL + candidato)
    return None


def _grupos(resto: str) -> list[str]:
    """Groups of three, the last of up to four, so that no group has a single digit."""
    grupos = []
    while len(resto) > 4:
        grupos.append(resto[:3])
        resto = resto[3:]
    return [*grupos, resto]
