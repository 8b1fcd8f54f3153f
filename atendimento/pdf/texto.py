"""A bubble in plain lines: what the page draws, said in words."""

from atendimento.views.apresentar.mensagem import Bolha
from prefeitura.cadastro.telefone import mostrar

APAGADA = "[Mensagem apagada por quem escreveu]"


def linhas(bolha: Bolha) -> list[str]:
    """Return what `bolha` says, one piece per line; its file, if any, is shown apart."""
    if bolha.mensagem.apagada_em:
        return [APAGADA]
    ditas = []
    if bolha.citada is not None:
        ditas.append(f"Em resposta a: “{bolha.citada.resumo[:160]}”")
    if bolha.dados["encaminhada"]:
        ditas.append("[Encaminhada]")
    ditas += _PARTES.get(bolha.tipo, _do_tipo)(bolha)
    if bolha.mensagem.editada_em:
        ditas.append("[Editada por quem escreveu]")
    ditas += [
        f"[{'A pessoa' if r.do_cidadao else 'A prefeitura'} reagiu com {r.emoji}]"
        for r in bolha.reacoes
    ]
    return [linha for linha in ditas if linha]


def _do_tipo(bolha: Bolha) -> list[str]:
    """The text as it was written; without any, the kind of message in brackets."""
    if bolha.mensagem.texto:
        return [bolha.mensagem.texto]
    return [] if bolha.midia else [f"[{bolha.nome_do_tipo}]"]


def _localizacao(bolha: Bolha) -> list[str]:
    dados = bolha.dados
    ponto = f"{dados['latitude']}, {dados['longitude']}" if bolha.mapa else ""
    return ["[Localização]", str(dados["nome"]), str(dados["endereco"]), ponto]


def _contatos(bolha: Bolha) -> list[str]:
    ditas = ["[Contato]"]
    for contato in bolha.dados["contatos"] or []:
        telefones = [mostrar(str(t.get("numero", ""))) for t in contato.get("telefones") or []]
        pedacos = [contato.get("nome"), contato.get("empresa"), contato.get("cargo"), *telefones]
        for nome in ("emails", "enderecos", "sites"):
            pedacos += contato.get(nome) or []
        ditas.append(" · ".join(str(p) for p in pedacos if p))
    return ditas


def _escolha(bolha: Bolha) -> list[str]:
    return [f"[{bolha.nome_do_tipo}] {bolha.dados['titulo'] or bolha.mensagem.texto}"]


def _formulario(bolha: Bolha) -> list[str]:
    return ["[Formulário respondido]", *(f"{campo}: {v}" for campo, v in bolha.respostas)]


def _pedido(bolha: Bolha) -> list[str]:
    linhas = (f"• {produto}: {valor}" for produto, valor in bolha.pedido)
    return ["[Pedido pelo catálogo]", *linhas, bolha.mensagem.texto]


def _ligacao(bolha: Bolha) -> list[str]:
    return [f"[{bolha.ligacao}]"]


def _desconhecido(bolha: Bolha) -> list[str]:
    original = f": {bolha.original}" if bolha.original else ""
    return [f"[{bolha.nome_do_tipo}{original}]", bolha.motivo, bolha.mensagem.texto]


def _interativo(bolha: Bolha) -> list[str]:
    return [bolha.sem_opcoes, *(f"• {opcao}" for opcao in bolha.opcoes)]


_PARTES = {
    "localizacao": _localizacao,
    "contatos": _contatos,
    "botao": _escolha,
    "lista": _escolha,
    "formulario": _formulario,
    "interativo": _interativo,
    "pedido": _pedido,
    "ligacao": _ligacao,
    "desconhecido": _desconhecido,
    "nao_suportado": _desconhecido,
}
