"""The demo: `python -m prefeitura.ambiente.demo`, what `make demo` ends in.

Starts the embedded services, prepares the database, starts every process and stays until Ctrl+C
or SIGTERM. Imports neither Django nor the product: it must cost little memory.
"""

import json
import os
import sys
import time

from prefeitura.ambiente import opcoes as op
from prefeitura.ambiente.erros import ErroDeAmbiente
from prefeitura.ambiente.filhos import Filho, filhos
from prefeitura.ambiente.processos import encerrar_sobras, gravar_sem_meio_termo, nascimento
from prefeitura.ambiente.servicos import ARQUIVO, ServicosEmbutidos, faltam
from prefeitura.ambiente.supervisor import Interrompido, Supervisor, contar_fim, dizer
from prefeitura.ambiente.trava import Trava

PRAZO_PARA_FICAR_PRONTO = 120.0  # seconds, generous: a slow disk and one core

CONTAS = """
  Contas (senha demo): admin, servidor.saude, servidor.fazenda, supervisor.saude
  Entrar:              {site}/entrar/
  Telefone do cidadão: {simulador}/
  Parar:               Ctrl+C
"""


def principal() -> int:
    """Run the demo until it is told to stop; return the exit code."""
    supervisor = Supervisor()
    supervisor.ouvir_sinais()
    try:
        opcoes = op.ler_opcoes(dict(os.environ))
        op.conferir_pasta(opcoes.dados)
        trava = Trava(opcoes.dados, opcoes.porta)
    except ErroDeAmbiente as erro:
        sys.stderr.write(f"{erro}\n")
        return 1
    servicos = ServicosEmbutidos(opcoes.dados, **faltam())
    try:
        _subir(opcoes, supervisor, servicos)
        supervisor.vigiar()
    except Interrompido:
        dizer("Interrompido antes de ficar pronto.")
    except ErroDeAmbiente as erro:
        sys.stderr.write(f"{erro}\n")
        return 1
    except OSError as erro:  # a full disk, most of all
        sys.stderr.write(
            f"O sistema recusou uma operação em {erro.filename or opcoes.dados}: {erro.strerror}. "
            "Confira espaço em disco e permissões e rode de novo.\n"
        )
        return 1
    finally:
        if supervisor.vigiados:
            dizer("Parando…")
        (opcoes.dados / ARQUIVO).unlink(missing_ok=True)
        supervisor.parar_todos(depois=servicos.parar)
        trava.soltar()
    dizer(f"Tudo parado. Os dados ficaram em {opcoes.dados}")
    return 0


def _subir(opcoes: op.Opcoes, supervisor: Supervisor, servicos: ServicosEmbutidos) -> None:
    inicio = time.monotonic()

    def passo(frase: str) -> None:
        supervisor.conferir_pedido()
        dizer(f"[{time.monotonic() - inicio:4.1f} s] {frase}")

    passo("Conferindo pasta, disco e portas…")
    if sobras := encerrar_sobras(opcoes.dados / "processos"):
        passo(f"Encerrei sobras de uma execução interrompida: {', '.join(sobras)}.")
    op.conferir_espaco(opcoes.dados)
    op.conferir_portas(opcoes)

    novos = [
        nome
        for nome, servico in (("PostgreSQL", servicos.postgres), ("Valkey", servicos.valkey))
        if servico
    ]
    if novos:
        passo(f"Iniciando {' e '.join(novos)}…")
        servicos.iniciar()
        for servico in servicos.todos:
            supervisor.vigiar_tambem(servico.processo)
    ambiente = op.ambiente_da_demonstracao(
        opcoes,
        servicos.database_url if servicos.postgres else os.environ["DATABASE_URL"],
        servicos.redis_url if servicos.valkey else os.environ["REDIS_URL"],
    )
    eu = {"pid": os.getpid(), "inicio": nascimento(os.getpid()), "ambiente": ambiente}
    gravar_sem_meio_termo(opcoes.dados / ARQUIVO, json.dumps(eu))

    passo("Preparando o banco de dados…")
    argumentos = ["-m", "prefeitura.ambiente.preparo", opcoes.cidade]
    preparo = Filho("preparo", argumentos, "comando", mostrar=True).processo(opcoes.dados, ambiente)
    if supervisor.rodar(preparo) != 0:
        raise ErroDeAmbiente(
            f"O banco de dados não pôde ser preparado {contar_fim(preparo)}. "
            "Para recomeçar do zero: make reset"
        )

    passo("Iniciando site, trabalhadores, varredor e simulador…")
    todos = filhos(opcoes)
    for filho in todos:
        supervisor.acrescentar(filho.processo(opcoes.dados, ambiente))
    passo("Esperando que todos respondam…")
    supervisor.esperar_prontos(
        {filho.nome: filho.url for filho in todos if filho.url}, PRAZO_PARA_FICAR_PRONTO
    )
    dizer(f"Pronto: {opcoes.endereco}")
    dizer(CONTAS.format(site=opcoes.endereco, simulador=opcoes.endereco_do_simulador))


if __name__ == "__main__":
    sys.exit(principal())
