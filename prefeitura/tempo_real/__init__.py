"""Live pages: the events, the one place that sends them and the one consumer that carries them.

A frame holds ids, never content; the page then asks the ordinary, permission-checked view.
Above `cadastro`, below `whatsapp` and both products, all of which may publish.
"""
