"""The only folder that knows Meta's Cloud API: what comes in, what goes out, numbers, templates.

Inbound: `webhook` stores, `leitura` translates, `entrada` applies, and `sinais` tells the products.
Outbound: `mensagens` builds, `saida` queues and settles, `cliente` talks HTTP, `ritmo` paces.
`atendimento` and `comunicados` may import it; it imports only `tempo_real` and `cadastro`.
"""
