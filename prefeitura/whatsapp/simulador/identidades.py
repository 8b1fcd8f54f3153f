"""Who a citizen is to Meta: phone in its equal forms, business-scoped id, opaque ids."""

import base64
import hashlib
import random
import re
import string

PAISES = {"55": "BR", "351": "PT", "54": "AR", "595": "PY", "598": "UY", "1": "US", "58": "VE"}
BSUID = re.compile(r"^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$")
USUARIO = re.compile(r"^(?=.*[a-z])[a-z0-9._]{3,35}$")


def so_digitos(valor: str) -> str:
    """Return only the digits of a phone as typed (`+55 (11) 9…`)."""
    return re.sub(r"\D", "", valor)


def com_nono(telefone: str) -> str:
    """Return the canonical form: a Brazilian mobile with its ninth digit, others untouched."""
    partes = re.fullmatch(r"55([1-9]\d)([6-9]\d{7})", telefone)
    return f"55{partes[1]}9{partes[2]}" if partes else telefone


def forma_registrada(telefone: str) -> str:
    """Return the wa_id that Meta would give to a number seen for the first time.

    Accounts of DDD 11 to 28 usually keep the ninth digit in the wa_id; older ones, of DDD 31 to
    99, usually do not.
    """
    partes = re.fullmatch(r"55([3-9]\d)9([6-9]\d{7})", telefone)
    return f"55{partes[1]}{partes[2]}" if partes else telefone


def bsuid_de(chave: str) -> str:
    """Return the same business-scoped id for the same canonical phone or username, always."""
    pais = "BR"
    if chave.isdigit():
        pais = next((sigla for ddi, sigla in PAISES.items() if chave.startswith(ddi)), "US")
    numero = int.from_bytes(hashlib.sha256(chave.encode()).digest()[:8], "big")
    return f"{pais}.{10**18 + numero % (9 * 10**18)}"


class Sorteio:
    """Every random choice of the process; with a seed, the same run gives the same ids."""

    def __init__(self, semente: int | None = None):
        self.acaso = random.Random(semente) if semente is not None else random.SystemRandom()

    def wamid(self, telefone: str, entrada: bool) -> str:
        """Return an opaque message id, shaped as Meta's (base64 of a small binary record)."""
        dono = telefone.encode()[:40]
        cauda = f"{self.acaso.getrandbits(80):020X}".encode()
        lado = 0x12 if entrada else 0x11
        cru = bytes([0x1C, 0x18, len(dono)]) + dono + bytes([0x15, 2, 0, lado, 0x18, len(cauda)])
        return "wamid." + base64.b64encode(cru + cauda + b"\0").decode()

    def numerico(self, digitos: int = 16) -> str:
        """Return a numeric Graph id; 16 digits at most stay below 2**53."""
        return str(self.acaso.randrange(10 ** (digitos - 1), 9 * 10 ** (digitos - 1)))

    def letras(self, quantas: int = 11) -> str:
        return "".join(self.acaso.choices(string.ascii_letters + string.digits, k=quantas))

    def acontece(self, prob: float) -> bool:
        return prob > 0 and self.acaso.random() < prob
