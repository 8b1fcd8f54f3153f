"""Three hundred invented citizens, as WhatsApp shows them."""

import hashlib
import random
from dataclasses import dataclass, field
from datetime import datetime

from atendimento.demonstracao.estrutura import Cidade, ler
from atendimento.models import Conversa
from prefeitura.cadastro.models import Cidadao, Identidade
from prefeitura.cadastro.telefone import chave

QUANTAS = 300
_POR_USERNAME = 0.08
_SEM_NONO = 0.06
_DDD_DE_FORMA_ANTIGA = "35"  # Meta registers these without the ninth digit


@dataclass(slots=True)
class Pessoa:
    """A citizen, the thread, and the stretches of time already used by some matter."""

    cidadao: Cidadao
    conversa: Conversa | None = None
    confirma_leitura: bool = True
    bairro: str = ""
    rua: str = ""
    ocupada: list[tuple[datetime, datetime]] = field(default_factory=list)

    @property
    def primeiro_nome(self) -> str:
        nome = (self.cidadao.nome or self.cidadao.nome_no_whatsapp).split()[0]
        return nome[0].upper() + nome[1:]


def criar(acaso: random.Random, cidade: Cidade, nomes_certos: list[str]) -> dict[str, Pessoa]:
    """Write QUANTAS citizens with their identities and threads; return them by name.

    Args:
        nomes_certos: people of the written conversations, who must exist; `@name` has only a
            username.
    """
    dados = ler("nomes")
    nomes = dict.fromkeys(nomes_certos)
    while len(nomes) < QUANTAS:
        nomes[_nome(acaso, dados, len(nomes))] = None
    pessoas = {nome: Pessoa(_cidadao(acaso, dados, nome)) for nome in nomes}
    cidadaos = [p.cidadao for p in pessoas.values()]
    Cidadao.objects.bulk_create(cidadaos)
    Identidade.objects.bulk_create(_identidades(cidadaos))
    for pessoa in pessoas.values():
        pessoa.confirma_leitura = acaso.random() > 0.08
        pessoa.bairro, pessoa.rua = acaso.choice(dados["bairros"]), acaso.choice(dados["ruas"])
        pessoa.conversa = Conversa(cidadao=pessoa.cidadao, numero=cidade.numero)
    return pessoas


def _nome(acaso: random.Random, dados: dict, quantos: int) -> str:
    if acaso.random() < _POR_USERNAME:
        return f"@{acaso.choice(dados['usuarios'])}"
    if acaso.random() < 0.05:
        return acaso.choice(dados["apelidos"])
    partes = [acaso.choice(dados["nomes"]), acaso.choice(dados["sobrenomes"])]
    if acaso.random() < 0.4:
        partes.insert(1, acaso.choice(dados["sobrenomes"]))
    return " ".join(dict.fromkeys(partes))


def _cidadao(acaso: random.Random, dados: dict, nome: str) -> Cidadao:
    if nome.startswith("@"):
        usuario = nome[1:]
        mostrado = usuario.split(".")[0].split("_")[0].capitalize()
        return Cidadao(nome_no_whatsapp=mostrado, username=usuario, user_id=_bsuid(usuario))
    # Most people write their name small or only the first part in WhatsApp.
    no_whatsapp = acaso.choice([nome, nome, nome.split()[0], nome.lower()])
    conhecido = nome if acaso.random() < 0.7 else ""
    return Cidadao(
        nome=conhecido, nome_no_whatsapp=no_whatsapp, wa_id=_telefone(acaso, dados["ddds"])
    )


def _telefone(acaso: random.Random, ddds: list[str]) -> str:
    ddd = acaso.choice(ddds)
    resto = f"{acaso.choice('6789')}{acaso.randrange(10**7):07d}"
    if resto.endswith("0000"):
        resto = f"{resto[:7]}7"
    antiga = ddd == _DDD_DE_FORMA_ANTIGA or acaso.random() < _SEM_NONO
    return f"55{ddd}{resto}" if antiga else f"55{ddd}9{resto}"


def _bsuid(usuario: str) -> str:
    """The business-scoped id that the simulator gives to this username, so that both agree."""
    resumo = int.from_bytes(hashlib.sha256(usuario.encode()).digest()[:8], "big")
    return f"BR.{10**18 + resumo % (9 * 10**18)}"


def _identidades(cidadaos: list[Cidadao]) -> list[Identidade]:
    tipos = Identidade.Tipo
    return [
        Identidade(cidadao=c, tipo=tipos.TELEFONE, valor=chave(c.wa_id), como_veio=c.wa_id)
        if c.wa_id
        else Identidade(cidadao=c, tipo=tipos.BSUID, valor=c.user_id, como_veio=c.user_id)
        for c in cidadaos
    ]
