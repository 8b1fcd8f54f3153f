"""Searching what was written, and going to where it stands."""

from playwright.sync_api import expect


def test_a_word_of_an_old_message_is_found_and_clicked_shows_it(elenco, entrar):
    elenco.maria.escreve("preciso do alvará da padaria")
    for i in range(40):
        elenco.maria.escreve(f"e mais uma coisa, número {i}")
    elenco.outra_pessoa("Rui Alves").escreve("bom dia")
    ana = entrar(elenco.ana)
    ana.keyboard.press("Control+k")
    ana.keyboard.type("ALVARA pad")
    expect(ana.locator("#linhas .linha")).to_have_count(1)
    expect(ana.locator("#linhas .linha .l3")).to_contain_text("preciso do alvará da padaria")
    expect(ana.locator("#linhas .linha .l3 mark")).to_have_text(["alvará", "pad"])
    ana.locator("#linhas .linha a").click()
    expect(ana.locator("#itens .msg", has_text="alvará da padaria")).to_be_in_viewport()
    expect(ana.locator("#itens .msg", has_text="número 39")).not_to_be_in_viewport()
