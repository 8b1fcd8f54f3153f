"""The first steps of an installation: the municipality and its first administrator."""

from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from prefeitura.cadastro.models import Municipio, Servidor

PERGUNTAS = {
    "cidade": "Nome da cidade",
    "uf": "UF (duas letras)",
    "usuario": "Usuário da pessoa que vai administrar",
    "nome": "Nome dessa pessoa",
    "email": "E-mail dessa pessoa",
}


class Command(BaseCommand):
    help = (
        "Cria o município e a primeira pessoa administradora. Pergunta o que não vier como opção. "
        "A senha nunca passa por aqui: é escolhida por um link que vale uma vez, por uma hora."
    )

    def add_arguments(self, parser):
        for nome, pergunta in PERGUNTAS.items():
            parser.add_argument(f"--{nome}", help=pergunta)
        parser.add_argument(
            "--sem-perguntas", action="store_true", help="Falha em vez de perguntar."
        )

    @transaction.atomic
    def handle(self, *args, **options):
        """Create or keep the municipality, create the account, print the link."""
        usuario = self._saber("usuario", options)
        existente = Servidor.objects.filter(username=usuario).first()
        if existente is not None and existente.has_usable_password():
            raise CommandError(f"A conta {usuario} já existe e tem senha. Nada mudou.")
        if not Municipio.objects.exists():
            cidade, uf = self._saber("cidade", options), self._saber("uf", options).upper()
            self._gravar(Municipio(nome=cidade, uf=uf, fuso=settings.TIME_ZONE))
        servidor = existente or self._criar(usuario, options)
        self.stdout.write(
            "Pronto. Abra este link em até uma hora e escolha a senha (vale uma vez só):\n"
            f"{self._link(servidor)}"
        )

    def _saber(self, nome: str, options: dict) -> str:
        valor = (options[nome] or "").strip()
        if not valor and options["sem_perguntas"]:
            raise CommandError(f"Informe --{nome}.")
        while not valor:
            valor = input(f"{PERGUNTAS[nome]}: ").strip()
        return valor

    def _criar(self, usuario: str, options: dict) -> Servidor:
        servidor = Servidor(
            username=usuario,
            nome=self._saber("nome", options),
            email=self._saber("email", options),
            is_staff=True,
            is_superuser=True,
        )
        servidor.set_unusable_password()
        self._gravar(servidor)
        return servidor

    def _gravar(self, linha) -> None:
        try:
            linha.full_clean()
        except ValidationError as erro:
            frases = [f"{campo}: {' '.join(f)}" for campo, f in erro.message_dict.items()]
            raise CommandError("; ".join(frases)) from erro
        linha.save()

    def _link(self, servidor: Servidor) -> str:
        caminho = reverse(
            "cadastro:definir_senha",
            args=[
                urlsafe_base64_encode(force_bytes(servidor.pk)),
                default_token_generator.make_token(servidor),
            ],
        )
        return f"{self._sitio()}{caminho}"

    def _sitio(self) -> str:
        """Where this installation is reached, as far as the settings tell."""
        if settings.CSRF_TRUSTED_ORIGINS:
            return settings.CSRF_TRUSTED_ORIGINS[0].rstrip("/")
        if settings.PRODUCAO:
            return f"https://{settings.ALLOWED_HOSTS[0].lstrip('.')}"
        return "http://127.0.0.1:8000"
