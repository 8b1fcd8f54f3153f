"""A false Graph API for one machine, with the citizen's phone in the browser.

Its own light process: nothing here imports Django and nothing of the product imports this
package; the two meet only over HTTP, by the base URL and the webhook address. `graph` answers as
Meta does, `validacao` refuses what Meta refuses, `controle` is how tests and the phone act as
the citizen, `telefone` is the page.
"""
