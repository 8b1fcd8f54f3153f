"""A password rule that Django does not have."""

from django.core.exceptions import ValidationError

from prefeitura.cadastro.models import Municipio

FACEIS = ("prefeitura", "municipio", "atendimento", "whatsapp", "senha")


class SemPalavrasDaCidade:
    """Refuse passwords built on words that anyone in town would try first."""

    def validate(self, password, user=None):
        nome = Municipio.atual().nome.lower().replace("prefeitura de ", "")
        baixa = password.lower()
        if any(palavra in baixa for palavra in (*FACEIS, nome) if palavra):
            raise ValidationError(
                "Essa senha é fácil de adivinhar. Tente uma frase com quatro palavras.",
                code="palavra_da_cidade",
            )

    def get_help_text(self):
        return "Não use o nome da cidade nem palavras como “prefeitura”."
