"""Pages of the inbox: read with `visiveis_para`, change only through `acoes`.

`apresentar` turns rows into what is shown; templates and `atendimento.pdf` use it too. All else
here is for `atendimento.urls`.
"""
