"""From a Fala to what a bubble stores: kind, text, details, file and Meta's body."""

import random
import re
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from atendimento.demonstracao.arquivos import Arquivos
from atendimento.demonstracao.encenacao import Caso
from atendimento.demonstracao.estrutura import Cidade, ler
from atendimento.demonstracao.relogio import dia_util
from atendimento.demonstracao.textos import Fala
from prefeitura.whatsapp import mensagens
from prefeitura.whatsapp.models import Midia

ARQUIVOS = ("imagem", "documento", "audio", "figurinha")
_BOM_DIA = re.compile(r"^(bom dia|boa tarde|boa noite)", re.IGNORECASE)
_OBRIGADO = re.compile(r"\b([Oo]brigad)[oa]\b")
_CENTRO = (-23.51, -46.82)  # degrees; around it, the invented city's places


@dataclass(slots=True)
class Bolha:
    """What is stored of one bubble; `corpo` only of what the city sends."""

    tipo: str
    texto: str = ""
    dados: dict = field(default_factory=dict)
    midia: Midia | None = None
    corpo: dict | None = None


class Redator:
    """Fills the gaps of the written texts and builds bubbles."""

    def __init__(self, acaso: random.Random, cidade: Cidade, arquivos: Arquivos):
        self.acaso, self.cidade, self.arquivos = acaso, cidade, arquivos
        self.nomes = ler("nomes")

    def lacunas(self, caso: Caso, protocolo: str) -> dict[str, str]:
        """Return what each {gap} says in this Caso, the same from the first bubble to the last."""
        acaso, nomes, quando = self.acaso, self.nomes, caso.fim
        return {
            "nome": caso.pessoa.primeiro_nome,
            "protocolo": protocolo,
            "bairro": caso.pessoa.bairro,
            "rua": caso.pessoa.rua,
            "numero": str(acaso.randint(12, 980)),
            "dia": dia_util(quando, acaso.randint(3, 14)),
            "dia_passado": dia_util(quando, -acaso.randint(4, 20)),
            "hora": f"{acaso.randint(8, 15)}h{acaso.choice(['', '30'])}",
            "valor": f"{acaso.randint(60, 900)},{acaso.randint(0, 99):02d}",
            "inscricao": f"01.{acaso.randint(1, 30):02d}.{acaso.randint(1, 9999):04d}",
            "ubs": acaso.choice(nomes["ubs"]),
            "escola": acaso.choice(nomes["escolas"]),
            "remedio": acaso.choice(nomes["remedios"]),
            "crianca": acaso.choice(nomes["criancas"]),
            "especialidade": acaso.choice(nomes["especialidades"]),
            "sobrenome": acaso.choice(nomes["sobrenomes"]),
        }

    def escrever(self, fala: Fala, quando: datetime, lacunas: dict[str, str], quem: str) -> Bolha:
        """Return the bubble of `fala` said at `quando` by somebody called `quem`."""
        texto = agradecer(saudar(fala.texto.format_map(lacunas), quando), quem)
        argumento = fala.argumento.format_map(lacunas)
        if fala.especie in ARQUIVOS:
            bolha = self._arquivo(fala, argumento, texto, quando)
        else:
            bolha = getattr(self, f"_{fala.especie}")(argumento, texto, lacunas)
        if fala.do_cidadao:
            bolha.corpo = None
        return bolha

    def _texto(self, argumento: str, texto: str, lacunas) -> Bolha:
        return Bolha("texto", texto, corpo=mensagens.texto(texto))

    _cita = _texto

    def _encaminhada(self, argumento: str, texto: str, lacunas) -> Bolha:
        return Bolha("texto", texto, {"encaminhada": "muito"})

    def _editada(self, argumento: str, texto: str, lacunas) -> Bolha:
        return Bolha("texto", texto, {"versoes": [{"wamid": "", "texto": argumento}]})

    def _apagada(self, argumento: str, texto: str, lacunas) -> Bolha:
        return Bolha("texto", argumento)

    def _arquivo(self, fala: Fala, qual: str, texto: str, quando: datetime) -> Bolha:
        qual = qual or "figurinha"
        midia = self.arquivos.nova(fala.especie, qual, quando, de_fora=fala.do_cidadao)
        corpos = {
            "imagem": lambda: mensagens.imagem(texto),
            "documento": lambda: mensagens.documento(midia.nome, texto),
            "audio": lambda: mensagens.audio(voz=True),
            "figurinha": mensagens.figurinha,
        }
        dados = {"voz": fala.especie == "audio", "animada": False}
        return Bolha(fala.especie, texto, dados, midia, corpos[fala.especie]())

    def _local(self, argumento: str, texto: str, lacunas) -> Bolha:
        nome, _, endereco = texto.partition("|")
        if not texto:
            endereco = f"{argumento}, {lacunas['bairro']}"
        latitude, longitude = (round(c + self.acaso.uniform(-0.02, 0.02), 6) for c in _CENTRO)
        dados = {"latitude": latitude, "longitude": longitude, "nome": nome, "endereco": endereco}
        corpo = mensagens.localizacao(latitude, longitude, nome, endereco) if nome else None
        visto = "\n".join(filter(None, (nome, endereco)))
        return Bolha("localizacao", visto, dados | {"valida": True, "url": ""}, corpo=corpo)

    def _contato(self, argumento: str, texto: str, lacunas) -> Bolha:
        numero = f"+55 11 3{self.acaso.randint(100, 999)}-{self.acaso.randint(1000, 9999)}"
        telefone = {"numero": numero, "wa_id": "", "user_id": "", "tipo": "WORK"}
        cartao = {
            "nome": texto,
            "empresa": self.cidade.municipio.nome,
            "telefones": [telefone],
            "telefones_a_mais": 0,
            "emails": [],
            "aniversario": "",
        }
        dados = {"contatos": [cartao], "contatos_a_mais": 0, "numero_compartilhado": False}
        corpo = mensagens.contatos([{"nome": texto, "telefones": [telefone]}])
        return Bolha("contatos", texto, dados, corpo=corpo)

    def _botoes(self, argumento: str, texto: str, lacunas) -> Bolha:
        opcoes = [(f"op{i}", titulo) for i, titulo in enumerate(argumento.split("|"), 1)]
        return _interativo(mensagens.botoes(texto, opcoes))

    def _lista(self, argumento: str, texto: str, lacunas) -> Bolha:
        if not argumento:
            dados = {"id": "op1", "titulo": texto, "descricao": ""}
            return Bolha("lista", texto, dados)
        linhas = [(f"op{i}", titulo, "") for i, titulo in enumerate(argumento.split("|"), 1)]
        return _interativo(mensagens.lista(texto, "Ver opções", [("", linhas)]))

    def _botao(self, argumento: str, texto: str, lacunas) -> Bolha:
        return Bolha("botao", texto, {"id": "op1", "titulo": texto, "origem": "mensagem"})

    def _botao_modelo(self, argumento: str, texto: str, lacunas) -> Bolha:
        return Bolha("botao", texto, {"id": texto, "titulo": texto, "origem": "modelo"})

    def _modelo(self, nome: str, texto: str, lacunas) -> Bolha:
        modelo = self.cidade.modelos[nome]
        valores = {
            "retomar_atendimento": ["preciso de uma confirmação sua"],
            "lembrete_consulta": [lacunas["nome"], f"{lacunas['dia']} às 8h", lacunas["ubs"]],
        }[nome]
        mensagens.validar_modelo(modelo.componentes, valores)
        visto = mensagens.previa_do_modelo(modelo.componentes, valores)
        corpo = mensagens.modelo(nome, modelo.idioma, corpo=valores)
        return Bolha("modelo", visto, {"modelo": nome, "idioma": modelo.idioma}, corpo=corpo)

    def _nao_suportado(self, argumento: str, texto: str, lacunas) -> Bolha:
        return Bolha("nao_suportado", "", {"tipo": "poll_creation", "bruto": {}})


def _interativo(corpo: dict) -> Bolha:
    return Bolha("interativo", mensagens.resumo(corpo), {"corpo": corpo}, corpo=corpo)


def saudar(texto: str, quando: datetime) -> str:
    """Return `texto` with the greeting that fits the hour, keeping how it was written."""
    achada = _BOM_DIA.match(texto)
    if achada is None:
        return texto
    hora = timezone.localtime(quando).hour
    certa = "bom dia" if 4 <= hora < 12 else "boa tarde" if 12 <= hora < 18 else "boa noite"
    certa = certa.capitalize() if achada[0][0].isupper() else certa
    return certa + texto[achada.end() :]


def agradecer(texto: str, quem: str) -> str:
    """Return `texto` with "obrigado" or "obrigada" as somebody called `quem` would say it."""
    return _OBRIGADO.sub(r"\1a" if quem.split()[0].endswith("a") else r"\1o", texto)
