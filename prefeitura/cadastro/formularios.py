"""Forms of who enters and of who chooses a password."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm

MAIOR_SENHA = 128  # characters; hashing has a cost that the sender must not choose


class EntrarForm(AuthenticationForm):
    """User and password, with one sentence for every way of being wrong."""

    error_messages = {
        "invalid_login": "Usuário ou senha não conferem.",
        "inactive": "Usuário ou senha não conferem.",
    }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["username"].label = "Usuário"
        self.fields["username"].error_messages["required"] = "Informe o usuário."
        self.fields["password"] = forms.CharField(
            label="Senha",
            strip=False,
            max_length=MAIOR_SENHA,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
            error_messages={
                "required": "Informe a senha.",
                "max_length": "A senha pode ter no máximo 128 caracteres.",
            },
        )


class DefinirSenhaForm(SetPasswordForm):
    """The first password of an account, or a new one by a one-use link."""

    error_messages = {"password_mismatch": "As duas senhas não são iguais."}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for nome, rotulo in (("new_password1", "Nova senha"), ("new_password2", "Repita a senha")):
            self.fields[nome].label = rotulo
            self.fields[nome].max_length = MAIOR_SENHA
