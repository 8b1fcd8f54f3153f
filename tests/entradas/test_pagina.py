"""Every numbered line of bad input has its test, and the page for people says so."""

from tests.entradas import pagina


def linhas():
    return [linha for _, da_secao in pagina.ler_linhas() for linha in da_secao]


def test_every_number_has_one_line():
    assert [linha.numero for linha in linhas()] == list(range(1, pagina.ULTIMA + 1))


def test_every_line_of_what_is_built_has_a_test():
    provas = pagina.testes()
    sem_prova = [linha.numero for linha in linhas() if not linha.falta and not provas[linha.numero]]
    assert sem_prova == []


def test_no_test_is_about_a_line_that_is_said_to_come_later():
    provas = pagina.testes()
    assert {n: t for n, t in provas.items() if n > pagina.ULTIMA} == {}
    assert [linha.numero for linha in linhas() if linha.falta and provas[linha.numero]] == []


def test_ranges_and_lists_in_names_are_read():
    assert pagina.numeros("test_E013_to_E019_x") == list(range(13, 20))
    assert pagina.numeros("test_E074_E078_refusal") == [74, 78]
    assert pagina.numeros("test_nothing_E001") == []


def test_the_page_is_the_one_that_the_tests_make():
    assert pagina.PAGINA.read_text(encoding="utf-8") == pagina.montar(), (
        "rode: python -m tests.entradas.pagina"
    )
