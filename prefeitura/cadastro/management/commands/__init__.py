"""`gerar_chave` and `instalar`; each module is one command of manage.py."""
