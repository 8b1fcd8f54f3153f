"""Templates of Meta for when the 24 hours are over: choosing, filling in, seeing before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from atendimento.acoes.conteudo import Modelo
from atendimento.erros import Invalido
from atendimento.views.apoio import buscar_visivel
from prefeitura.whatsapp.mensagens.modelos import partes
from prefeitura.whatsapp.models import ModeloDeMensagem

VARIAVEL = re.compile(r"\{\{\s*([A-Za-z0-9_]+)\s*\}\}")
PREFIXO = "valor-"


@dataclass
class ModeloNaTela:
    """A template as the picker shows it. Only those whose blanks are all in the body are here."""

    modelo: ModeloDeMensagem
    valores: dict[str, str]

    @property
    def titulo(self) -> str:
        return self.modelo.nome.replace("_", " ").capitalize()

    def _parte(self, tipo: str) -> Mapping:
        return partes(self.modelo.componentes, tipo)

    @property
    def corpo(self) -> str:
        return self._parte("BODY").get("text", "")

    @property
    def resumo(self) -> str:
        """The body for the list: its blanks as "…"."""
        return VARIAVEL.sub("…", self.corpo)

    @property
    def cabecalho(self) -> str:
        return self._parte("HEADER").get("text", "")

    @property
    def rodape(self) -> str:
        return self._parte("FOOTER").get("text", "")

    @property
    def botoes(self) -> list[str]:
        return [b.get("text", "") for b in self._parte("BUTTONS").get("buttons", [])]

    @property
    def campos(self) -> list[tuple[str, str]]:
        """The blanks of the body, in order, each with what was typed."""
        nomes = dict.fromkeys(VARIAVEL.findall(self.corpo))
        return [(nome, self.valores.get(nome, "")) for nome in nomes]

    @property
    def serve_aqui(self) -> bool:
        """False for templates that need a file, a place or a link filled in."""
        cabecalho = self._parte("HEADER")
        if cabecalho.get("format", "TEXT").upper() != "TEXT" or VARIAVEL.search(self.cabecalho):
            return False
        botoes = self._parte("BUTTONS").get("buttons", [])
        return not any(VARIAVEL.search(b.get("url", "")) for b in botoes)

    @property
    def previa(self) -> list[tuple[str, bool]]:
        """The body in pieces: (text, whether it was typed); "…" where something is missing."""
        pedacos, ultimo = [], 0
        for achado in VARIAVEL.finditer(self.corpo):
            pedacos.append((self.corpo[ultimo : achado.start()], False))
            pedacos.append((self.valores.get(achado[1], "").strip() or "…", True))
            ultimo = achado.end()
        return [*pedacos, (self.corpo[ultimo:], False)]


@login_required
@require_GET
def modelos(request: HttpRequest, pk: int) -> HttpResponse:
    """The picker; `?modelo=` chooses one, `?valor-…=` fills its preview.

    What the house already knows comes filled in: the name and the protocol.
    """
    atendimento = buscar_visivel(request, pk)
    conta = atendimento.conversa.numero.conta_id
    sabidos = {
        f"{PREFIXO}nome": atendimento.conversa.cidadao.primeiro_nome,
        f"{PREFIXO}protocolo": atendimento.protocolo,
    }
    todos = [m for m in da_conta(conta, sabidos | request.GET.dict()) if m.serve_aqui]
    pedido = request.GET.get("modelo", "")
    escolhido = next((m for m in todos if str(m.modelo.pk) == pedido), todos[0] if todos else None)
    contexto = {
        "atendimento": atendimento,
        "modelos": todos,
        "escolhido": escolhido,
        "chave": uuid4(),
    }
    parte = "previa" if request.headers.get("HX-Target") == "previa" else "modelos"
    return render(request, f"atendimento/partes/{parte}.html", contexto)


def modelo_do_formulario(dados: Mapping, conta_id: int) -> Modelo:
    """Return the template of the account that `dados` names, filled in; raises Invalido naming
    what is missing."""
    pedido = dados.get("modelo", "")
    achados = da_conta(conta_id, dados)
    na_tela = next((m for m in achados if str(m.modelo.pk) == pedido and m.serve_aqui), None)
    if na_tela is None:
        raise Invalido("Este modelo não pode mais ser usado. Escolha outro.", campo="modelo")
    vazios = [nome for nome, valor in na_tela.campos if not valor.strip()]
    if vazios:
        raise Invalido(f"Falta preencher: {', '.join(vazios)}.", campo=PREFIXO + vazios[0])
    valores = {nome: valor.strip() for nome, valor in na_tela.campos}
    if na_tela.modelo.formato == "NAMED":
        return Modelo(na_tela.modelo, valores)
    return Modelo(na_tela.modelo, list(valores.values()))


def da_conta(conta_id: int, dados: Mapping) -> list[ModeloNaTela]:
    """Return the approved templates of the account, with the values that `dados` brings."""
    valores = {
        nome.removeprefix(PREFIXO): valor
        for nome, valor in dados.items()
        if nome.startswith(PREFIXO)
    }
    aprovados = ModeloDeMensagem.objects.filter(conta=conta_id, estado="APPROVED")
    return [ModeloNaTela(m, dict(valores)) for m in aprovados]
