"""Active work: messages from the city to the citizens who should get them and may.

A product on top of `prefeitura.*`, beside `atendimento`; the two never import each other.
"""
