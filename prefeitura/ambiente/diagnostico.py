"""The state of the installation in sentences, each with what to do when it is not well.

The page "Saúde do sistema" and `manage.py saude` say the same, from here.
"""

import http.client
import ssl
from dataclasses import dataclass

from django.conf import settings
from django.db import Error, connection

from prefeitura.ambiente import medidas, provas, saude
from prefeitura.ambiente.alertas import em_tempo
from prefeitura.whatsapp import modelos
from prefeitura.whatsapp.models import Numero

RELOGIO_MAXIMO_S = 5
DIAS_DE_CERTIFICADO = 14
COPIA_MAXIMA_S = 26 * 3600
NOMES = {
    "entrada": "O trabalhador que aplica o que chega (entrada)",
    "resposta": "O trabalhador que envia as respostas (resposta)",
    "midia": "O trabalhador que baixa arquivos (midia)",
    "geral": "O trabalhador das outras tarefas (geral)",
    "varredor": "O varredor",
}
ESSENCIAIS = {
    "banco": (
        "O banco de dados responde e aceita escrita.",
        "O banco de dados não responde, ou só deixa ler.",
        "Suba o PostgreSQL e confira DATABASE_URL. Enquanto isso a Meta guarda as mensagens.",
    ),
    "migracoes": (
        "As tabelas são as deste programa.",
        "As tabelas ainda não são as deste programa.",
        "Rode: manage.py migrate",
    ),
    "midia": (
        "A pasta de arquivos aceita escrita.",
        "Não consigo escrever na pasta de arquivos.",
        "Confira MEDIA_ROOT e as permissões da pasta.",
    ),
    "disco": (
        "Há espaço em disco.",
        "O disco está cheio: menos de 5% livres.",
        "Apague cópias e registros antigos. Nunca apague a pasta de arquivos.",
    ),
}


@dataclass(frozen=True, slots=True)
class Linha:
    """One sentence. `bem` is None for what could not be asked, which is not yet a fault."""

    bem: bool | None
    frase: str
    fazer: str = ""

    @property
    def marca(self) -> str:
        return {True: "ok", False: "falha", None: "duvida"}[self.bem]


def partes() -> list[Linha]:
    """Say how each part is now, without leaving the house."""
    exame = saude.examinar()
    linhas = [
        Linha(bem, ESSENCIAIS[nome][0 if bem else 1], "" if bem else ESSENCIAIS[nome][2])
        for nome, bem in exame.essencial.items()
    ]
    linhas.append(_valkey(exame))
    linhas += [_processo(nome, idade) for nome, idade in exame.processos.items()]
    if exame.atraso is not None:
        linhas.append(_atraso(exame.atraso))
    linhas.append(_relogio())
    if settings.MARCA_DA_COPIA:
        linhas.append(_copia())
    return linhas


def _valkey(exame: saude.Exame) -> Linha:
    if not exame.valkey:
        return Linha(
            False,
            "O Redis (ou Valkey) não responde: as telas se atualizam devagar.",
            "Suba-o de novo. Nada se perde: o banco guarda tudo.",
        )
    if not exame.valkey_guarda:
        return Linha(
            False,
            "O Redis (ou Valkey) está configurado para jogar coisas fora quando enche.",
            "Ponha maxmemory-policy noeviction na configuração dele e reinicie-o.",
        )
    return Linha(True, "O Redis (ou Valkey) responde.")


def _processo(nome: str, idade: float | None) -> Linha:
    if idade is None:
        return Linha(False, f"{NOMES[nome]} nunca deu sinal de vida.", _reiniciar(nome))
    if idade >= saude.VIVO_ATE:
        return Linha(False, f"{NOMES[nome]} parou há {em_tempo(idade)}.", _reiniciar(nome))
    return Linha(True, f"{NOMES[nome]} deu sinal de vida há {em_tempo(idade)}.")


def _reiniciar(nome: str) -> str:
    return f"Reinicie o processo e leia a última linha do registro dele ({nome})."


def _atraso(segundos: float) -> Linha:
    if segundos >= saude.VIVO_ATE:
        return Linha(
            False,
            f"Há mensagem da Meta esperando há {em_tempo(segundos)}.",
            "Reinicie o trabalhador “entrada” e o varredor.",
        )
    return Linha(True, "O que chega da Meta é aplicado na hora.")


def _relogio() -> Linha:
    try:
        diferenca = medidas.diferenca_do_relogio()
    except Error:
        connection.close()
        return Linha(None, "Não deu para comparar o relógio com o do banco.")
    if diferenca > RELOGIO_MAXIMO_S:
        return Linha(
            False,
            f"O relógio deste computador e o do banco diferem {em_tempo(diferenca)}.",
            "Ligue o acerto automático nos dois: timedatectl set-ntp true",
        )
    return Linha(True, "O relógio está certo com o do banco.")


def _copia() -> Linha:
    idade = medidas.idade_da_copia()
    if idade > COPIA_MAXIMA_S:
        return Linha(
            False,
            f"A última cópia de segurança é de {em_tempo(idade)} atrás.",
            "Rode a cópia à mão e veja por que a da noite não saiu.",
        )
    return Linha(True, f"A última cópia de segurança é de {em_tempo(idade)} atrás.")


def testes() -> list[Linha]:
    """Say what only the network shows: Meta's token, the subscription, certificate, the way in."""
    numeros = provas.provar_numeros()
    linhas = [_numero(numero, frase) for numero, frases in numeros for frase in frases]
    return [*linhas, *_certificado(), *_caminho()]


def _numero(numero: Numero, frase: str) -> Linha:
    if frase.startswith(modelos.PROBLEMAS):
        return Linha(False, f"{numero}: {frase}", "O passo a passo está em docs/numero-na-meta.md.")
    return Linha(True, f"{numero}: {frase}")


def _certificado() -> list[Linha]:
    endereco = provas.site_com_certificado()
    if not endereco:
        return [Linha(None, "Sem HTTPS aqui: não há certificado a conferir.")]
    try:
        dias = provas.dias_do_certificado(endereco)
    except ssl.SSLCertVerificationError:
        return [
            Linha(
                False,
                "O certificado do site não é aceito: a Meta não entrega as mensagens.",
                "Renove-o (certbot renew), com a cadeia inteira, e recarregue o nginx.",
            )
        ]
    except OSError:
        return [Linha(None, f"Daqui de dentro não consegui abrir https://{endereco}.")]
    if dias < DIAS_DE_CERTIFICADO:
        renovar = "Renove-o (certbot renew) e recarregue o nginx."
        return [Linha(False, f"O certificado do site vale só mais {dias:.0f} dias.", renovar)]
    return [Linha(True, f"O certificado do site vale mais {dias:.0f} dias.")]


def _caminho() -> list[Linha]:
    endereco = settings.ENDERECO_DO_SITE
    try:
        segundos = provas.provar_caminho(endereco)
    except (OSError, http.client.HTTPException):
        return [
            Linha(
                None,
                f"Uma mensagem de prova não entrou por {endereco}.",
                "Se de fora o site abre, é só este computador que não alcança o próprio endereço. "
                "Se não abre, confira o proxy e o DNS.",
            )
        ]
    if segundos is None:
        return [
            Linha(
                False,
                f"Uma mensagem de prova entrou por {endereco} e não foi aplicada em 10 s.",
                "Reinicie o trabalhador “entrada” e o varredor.",
            )
        ]
    return [Linha(True, f"Uma mensagem de prova entrou e foi aplicada em {segundos:.1f} s.")]
