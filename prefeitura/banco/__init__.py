"""The PostgreSQL backend of Django with this installation's time limits.

Django loads `base` through settings.DATABASES. `endereco` is for the two processes that need a
psycopg connection of their own: the webhook and the varredor. `soltar` is for whoever is about to
take long; `linhas` for the paths that write hundreds of rows a second.
"""
