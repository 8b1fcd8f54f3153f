"""`python -m prefeitura.whatsapp.simulador`: run the simulator until told to stop."""

import argparse
import os

import uvicorn

from prefeitura.whatsapp.simulador.aplicacao import criar_aplicacao
from prefeitura.whatsapp.simulador.configuracao import Configuracao


def ler_argumentos(argv: list[str] | None = None) -> Configuracao:
    """Return the configuration from the command line, with the environment as default."""
    padrao = Configuracao()
    ambiente = os.environ
    leitor = argparse.ArgumentParser(
        prog="python -m prefeitura.whatsapp.simulador",
        description="Simulador da Cloud API do WhatsApp, com o telefone do cidadão em /.",
    )
    acrescentar = leitor.add_argument
    acrescentar("--porta", type=int, default=padrao.porta)
    acrescentar("--host", default=padrao.host)
    acrescentar("--webhook", default="", help="endereço que recebe os webhooks")
    acrescentar("--sem-verificacao", action="store_true", help="não pede o desafio ao webhook")
    acrescentar("--estado", default="", metavar="PASTA", help="guarda o livro dos envios aceitos")
    acrescentar("--exato", action="store_true", help="sem duplicar, reordenar nem juntar")
    acrescentar("--semente", type=int, help="os mesmos ids e sorteios a cada vez")
    acrescentar(
        "--app-secret",
        default=ambiente.get("WHATSAPP_APP_SECRET", "").split(",")[0] or padrao.app_secret,
    )
    acrescentar(
        "--verify-token",
        default=ambiente.get("WHATSAPP_VERIFY_TOKEN") or padrao.verify_token,
    )
    acrescentar("--access-token", default=padrao.access_token)
    acrescentar("--app-id", default=padrao.app_id)
    acrescentar("--waba-id", default=padrao.waba_id)
    acrescentar("--phone-number-id", default=padrao.phone_number_id)
    acrescentar("--exibicao", default=padrao.exibicao, help="o número como o cidadão vê")
    acrescentar("--nome", default=padrao.nome_do_numero, help="o nome verificado do número")
    dados = leitor.parse_args(argv)
    config = Configuracao(
        porta=dados.porta,
        host=dados.host,
        webhook=dados.webhook,
        verificar=not dados.sem_verificacao,
        app_secret=dados.app_secret,
        verify_token=dados.verify_token,
        access_token=dados.access_token,
        app_id=dados.app_id,
        waba_id=dados.waba_id,
        phone_number_id=dados.phone_number_id,
        exibicao=dados.exibicao,
        nome_do_numero=dados.nome,
        pasta=dados.estado,
        semente=dados.semente,
    )
    if dados.exato:
        config.ritmo.ser_exato()
    return config


def main() -> None:
    """Serve until SIGINT or SIGTERM; open event streams are ended at once."""
    config = ler_argumentos()
    uvicorn.run(
        criar_aplicacao(config),
        host=config.host,
        port=config.porta,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=2,
        server_header=False,
    )


if __name__ == "__main__":
    main()
