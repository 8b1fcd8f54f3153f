"""REST for other systems of the city: the same rules of sight and the same actions as the pages.

Only `prefeitura.urls` and the settings refer to it.
"""
