"""What surrounds the product: embedded PostgreSQL and Valkey, the demo's supervisor, health.

`processos`, `pastas`, `postgres`, `valkey`, `servicos`, `opcoes`, `trava`, `filhos`, `supervisor`,
`demo` and `limpar` use the standard library alone (import-linter holds it), so that the supervisor
costs little memory and `settings.py` may import `servicos`. `preparo` runs Django's commands in a
process of its own. The rest lives inside Django.

`correlacao`, `contadores` and `cabecalhos`, which know nothing of the product, are for every
package. The product imports nothing else from here (import-linter holds it), save the admin's page
of health and, at the start of the sweep, `partida`; the settings, the URLs and the tests do.
"""
