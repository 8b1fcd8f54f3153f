"""What Meta refuses, part by part (pure, save for looking up media and templates).

`campos` has the primitives; `mensagem` starts from a POST to /messages; `modelo_criado` checks
what is sent to /message_templates. Every function raises ErroGraph and returns nothing else.
"""
