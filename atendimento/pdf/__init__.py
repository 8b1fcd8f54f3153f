"""One atendimento as a PDF, to be kept in a file of the city or given to who asks for it.

`documento` puts it together, `folha` draws, `texto` turns a bubble into plain lines, `arquivos`
shows pictures and attaches the rest. Reads only; `atendimento.views` imports `gerar`.
"""

from atendimento.pdf.documento import gerar

__all__ = ["gerar"]
