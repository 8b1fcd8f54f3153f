"""Receptive work: citizens write, servants answer; conversations, atendimentos and their queues.

A product on top of `prefeitura.*`; nothing imports it, and it never imports `comunicados`.
State changes live in `acoes`; views, API, admin, tasks and receivers only call them.
"""
