"""Configuration of the city hall's installation, plus what both products share.

`cadastro` says who is who, `tempo_real` tells open pages what changed, `whatsapp` is the only
folder that knows Meta, `ambiente` starts the demo and answers health checks. `atendimento` and
`comunicados` build on these and never the other way round. Nothing is imported here, so that
light processes (the demo's supervisor, the simulator) do not pay for Django.
"""
