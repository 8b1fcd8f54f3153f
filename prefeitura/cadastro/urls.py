"""Addresses of entering, leaving and privacy."""

from django.urls import path

from prefeitura.cadastro import views

app_name = "cadastro"
urlpatterns = [
    path("entrar/", views.Entrar.as_view(), name="entrar"),
    path("sair/", views.Sair.as_view(), name="sair"),
    path("senha/<uidb64>/<token>/", views.DefinirSenha.as_view(), name="definir_senha"),
    path("privacidade/", views.privacidade, name="privacidade"),
]
