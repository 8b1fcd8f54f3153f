"""What is done to many templates at once: archive, unarchive, copy from another account."""

from prefeitura.whatsapp.simulador.erros import ErroGraph
from prefeitura.whatsapp.simulador.graph import modelos
from prefeitura.whatsapp.simulador.graph.pedido import Pedido, Resposta
from prefeitura.whatsapp.simulador.simulador import Simulador


def migrar(sim: Simulador, pedido: Pedido) -> Resposta:
    """POST migrate_message_templates: this account knows no other to copy from."""
    if not pedido.dado("source_waba_id"):
        raise ErroGraph(100, mensagem="(#100) The parameter source_waba_id is required.")
    return Resposta({"migrated_templates": [], "failed_templates": {}})


def arquivar(sim: Simulador, pedido: Pedido) -> Resposta:
    return _arquivar(sim, pedido, "ARCHIVED", "archived_templates")


def desarquivar(sim: Simulador, pedido: Pedido) -> Resposta:
    return _arquivar(sim, pedido, "APPROVED", "unarchived_templates")


def _arquivar(sim: Simulador, pedido: Pedido, situacao: str, chave: str) -> Resposta:
    ids = modelos.ler_ids(pedido.dado("hsm_ids"))
    if not 1 <= len(ids) <= 100:
        raise ErroGraph(100, mensagem="(#100) Param hsm_ids must have 1 to 100 template IDs.")
    feitos = [i for i in ids if i in sim.estado.modelos]
    for i in feitos:
        modelos.mudar_situacao(sim, sim.estado.modelos[i], situacao)
    falhas = {i: "Template not found" for i in ids if i not in feitos}
    return Resposta({chave: feitos, "failed_templates": falhas})
