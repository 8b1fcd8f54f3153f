"""G21: nothing that a citizen or a servant supplies runs in anyone's browser.

Pages are read with the content policy switched off: what keeps the texts harmless is that they are
written as text. The policy is the second lock, and the other tests of this folder prove it.
"""

import json
from urllib.parse import urlsplit

import pytest
import requests
from knox.models import get_token_model
from playwright.sync_api import Error, Page, expect

from atendimento.models import Atendimento
from prefeitura.whatsapp.models import EventoRecebido, Midia
from tests import factories
from tests.admin.test_paginas import MODELOS
from tests.chegada import corpo, mensagem, valor
from tests.falhas.medida import anotar, tamanho
from tests.navegador.cargas import CONTEXTOS, VETORES, arquivos, carga
from tests.navegador.test_cuidados import abrir, atendimento_de, bolha, escrever
from tests.pilha import PHONE_NUMBER_ID, Pilha

DE_SERVIDORES = [v for v in VETORES if "\x00" not in v][
    :: tamanho(4, 1)
]  # NUL is refused at their doors
# Elements that only markup of ours may make; anything else came out of a text.
ESTRANHOS = """() => [...document.querySelectorAll('*')].filter((e) =>
  ['SCRIPT', 'IFRAME', 'OBJECT', 'EMBED', 'BASE', 'MARQUEE', 'MATH', 'STYLE', 'META', 'LINK']
    .includes(e.tagName) && /__xss|canario/.test(e.outerHTML)
  || [...e.attributes].some((a) => /^on/i.test(a.name)
    || /^(data-)?hx-/.test(a.name) && /canario|__xss/.test(a.value)
    || /^\\s*(javascript|data|vbscript):/i.test(a.value) && /href|src|action/.test(a.name)))
  .map((e) => e.outerHTML.slice(0, 200))"""


# Each file as what a page of ours might be led to take it for.
USAR = """(ids) => {
  const usar = (id, como) => new Promise((certo) => {
    const e = document.createElement(como === 'module' ? 'script' : como);
    if (como === 'module') e.type = 'module';
    if (como === 'link') { e.rel = 'stylesheet'; e.href = `/midia/${id}/`; }
    else e.src = `/midia/${id}/`;
    e.onload = e.onerror = certo;
    document.head.append(e);
  });
  const jeitos = ['script', 'module', 'img', 'link'];
  return Promise.all(ids.flatMap((id) => jeitos.map((como) => usar(id, como))));
}"""


# Older bubbles come when the top of the log is seen.
ATE_A_PRIMEIRA = """() => {
  const marca = document.getElementById('ha-mais');
  marca?.scrollIntoView();
  return !marca;
}"""


class Armadilha:
    """What ran, asked, jumped or opened in the pages of one browser context."""

    def __init__(self, pagina: Page, site: str) -> None:
        self.pagina, self.site = pagina, urlsplit(site).netloc
        self.caiu: list[str] = []
        self.vistas: set[str] = set()
        contexto = pagina.context
        contexto.expose_function("__xss", lambda n: self.caiu.append(f"rodou {n}"))
        contexto.on("request", self._pedido)
        contexto.on("page", lambda p: self.caiu.append(f"abriu {p.url}"))
        contexto.on("dialog", self._dialogo)

    def _pedido(self, pedido) -> None:
        partes = urlsplit(pedido.url)
        if partes.scheme.startswith(("http", "ws", "ftp")) and partes.netloc != self.site:
            self.caiu.append(f"pediu {pedido.url[:120]}")

    def _dialogo(self, dialogo) -> None:
        self.caiu.append(f"perguntou {dialogo.message}")
        dialogo.dismiss()

    def olhar(self, caminho: str = "") -> None:
        """Open an address, and note which of the texts it shows."""
        if caminho:
            self.pagina.goto(f"http://{self.site}{caminho}")
        assert urlsplit(self.pagina.url).netloc == self.site
        self.vistas |= set(self.pagina.evaluate("document.body.innerText.match(/c\\d{4}/g) || []"))
        assert self.pagina.evaluate(ESTRANHOS) == [], caminho


def contextos_para(vetor: str) -> list:
    """Where this text goes: everywhere, or in the short form in every second place in turn."""
    passo = tamanho(2, 1)
    return list(CONTEXTOS.items())[VETORES.index(vetor) % passo :: passo]


def mandar(pilha: Pilha, bruto: bytes) -> None:
    """Through the real door: signed, to the webhook."""
    assert pilha.controle("POST", "webhook/bruto", data=bruto).json() == {"http": 200}


def esperar_aplicado(pilha: Pilha, logo) -> None:
    with pilha.no_banco():
        logo(lambda: not EventoRecebido.objects.filter(estado="novo").exists(), 60)


@pytest.fixture
def numero(pilha):
    with pilha.no_banco():
        numero = factories.NumeroFactory._meta.model.objects.select_related("conta").get(
            phone_number_id=PHONE_NUMBER_ID
        )
        yield numero


@pytest.fixture
def armada(elenco, entrar):
    """Return a function: a servant's pages without the content policy, and the trap on them."""

    def _armada(servidor, **opcoes) -> Armadilha:
        pagina = entrar(servidor, **({"bypass_csp": True} | opcoes))
        return Armadilha(pagina, elenco.pilha.endereco)

    return _armada


def test_the_trap_sees_what_runs(elenco, armada, logo):
    """Otherwise an empty trap would prove nothing."""
    armadilha = armada(elenco.ana)
    armadilha.olhar("/atendimento/")
    html = "".join(carga(v, n) for n, v in enumerate(VETORES) if v.startswith(("<img", "<svg on")))
    armadilha.pagina.evaluate("(h) => document.body.insertAdjacentHTML('beforeend', h)", html)
    assert armadilha.pagina.evaluate(ESTRANHOS)
    logo(lambda: armadilha.pagina.evaluate("1") and len(armadilha.caiu) > 1)
    assert {c.split()[0] for c in armadilha.caiu} == {"rodou", "pediu"}


def test_G21_texts_of_citizens_never_run(elenco, armada, numero, logo, record_property):
    pilha, armadilha = elenco.pilha, armada(elenco.ana)
    pagina = armadilha.pagina
    elenco.maria.escreve("oi")
    pagina.goto(f"{pilha.endereco}/atendimento/")
    abrir(pagina)
    # Live, into the open conversation and the open list.
    ao_vivo = [carga(v, n) for n, v in enumerate(VETORES)]
    itens = [mensagem(t, de=elenco.maria.wa_id) for t in ao_vivo]
    mandar(pilha, corpo(numero, valor(numero, mensagens=itens)))
    n = len(VETORES)
    nomes = [
        valor(numero, mensagens=[mensagem(de=elenco.outra_pessoa("x").wa_id)], nome=carga(v, n))
        for n, v in enumerate(VETORES, n)
    ]
    mandar(pilha, corpo(numero, *nomes))
    n += len(nomes)
    quem_disse: list[str] = []
    postos: dict[str, str] = {}
    por_pessoa = tamanho(6, 3)  # the last fifty bubbles of a conversation are shown at once
    for juntos in [VETORES[i : i + por_pessoa] for i in range(0, len(VETORES), por_pessoa)]:
        quem_disse.append(elenco.outra_pessoa("x").wa_id)
        itens = []
        for vetor in juntos:
            for contexto, montar in contextos_para(vetor):
                n += 1
                itens.append(mensagem(de=quem_disse[-1], **montar(carga(vetor, n))))
                postos[f"c{n:04d}"] = f"{contexto}: {vetor}"
            alvo = {"message_id": itens[-1]["id"], "emoji": carga(vetor, n)}
            itens.append(mensagem(de=quem_disse[-1], type="reaction", reaction=alvo))
        mandar(pilha, corpo(numero, valor(numero, mensagens=itens)))
    esperar_aplicado(pilha, logo)
    expect(bolha(pagina, f"c{len(VETORES) - 1:04d}")).to_be_visible()
    armadilha.olhar()
    armadilha.olhar("/atendimento/?aba=todas")
    with pilha.no_banco():
        abertos = Atendimento.objects.filter(conversa__cidadao__wa_id__in=quem_disse)
        abertos = list(abertos.values_list("pk", flat=True))
    assert len(abertos) == len(quem_disse)
    for pk in abertos:
        armadilha.olhar(f"/atendimento/{pk}/")
    assert armadilha.caiu == []
    nao_vistas = {postos[m].split(":")[0] for m in postos if m not in armadilha.vistas}
    # A file has its name once it is here: see the files below.
    assert nao_vistas <= {"nao suportada", "desconhecida", "arquivo"}, "estas não apareceram"
    assert len(armadilha.vistas) >= 300
    anotar(record_property, "G21", cargas=len(armadilha.vistas), execucoes=len(armadilha.caiu))


def test_G21_words_of_servants_never_run(elenco, armada, numero, logo):
    pilha, armadilha = elenco.pilha, armada(elenco.ana)
    pagina = armadilha.pagina
    elenco.maria.escreve("oi")
    pagina.goto(f"{pilha.endereco}/atendimento/")
    abrir(pagina)
    pk = atendimento_de(elenco)
    with pilha.no_banco():
        _, token = get_token_model().objects.create(user=elenco.ana)
    api = f"{pilha.endereco}/api/v1/atendimentos/{pk}"
    for n, vetor in enumerate(DE_SERVIDORES):
        resposta = requests.post(
            f"{api}/mensagens/",
            json={"texto": carga(vetor, n)},
            headers={"Authorization": f"Token {token}", "Idempotency-Key": f"carga-{n:036d}"},
            timeout=20,
        )
        assert resposta.status_code == 201, resposta.text
    armadilha.olhar(f"/atendimento/{pk}/")
    pagina.wait_for_selector("html[data-ready]", state="attached")
    for n, vetor in enumerate(DE_SERVIDORES[:4], 100):
        nome = f"{carga(vetor, n).replace('/', '_')}.txt"
        pagina.set_input_files(
            "#arquivo", {"name": nome, "mimeType": "text/plain", "buffer": b"oi"}
        )
        armadilha.olhar()
        escrever(pagina, carga(vetor, n))
        expect(pagina.locator("#anexos li")).to_have_count(0)
    for n, vetor in enumerate(DE_SERVIDORES[::3], 200):
        armadilha.olhar(f"/atendimento/?aba=todas&q={requests.utils.quote(carga(vetor, n))}")
    armadilha.olhar(f"/atendimento/{pk}/")
    logo(lambda: pagina.evaluate(ATE_A_PRIMEIRA), 30)
    armadilha.olhar()
    assert armadilha.caiu == []
    assert len(armadilha.vistas) >= len(DE_SERVIDORES) + 4


def test_G21_administration_shows_strange_names_as_text(elenco, armada, numero, logo):
    pilha = elenco.pilha
    vetores = VETORES[:: tamanho(3, 1)]
    mudancas, valores = [], []
    for n, vetor in enumerate(vetores):
        t = carga(vetor, n)
        mudanca = {"event": "REJECTED", "message_template_name": t, "reason": t}
        mudanca |= {"message_template_id": n, "message_template_language": t[:20]}
        mudancas.append(mudanca)
        orfao = {"id": t, "status": "failed", "timestamp": "1790000000", "recipient_id": t}
        orfao |= {"biz_opaque_callback_data": t, "errors": [{"code": 1, "title": t}]}
        alheio = valor(numero, mensagens=[mensagem(t, de=elenco.maria.wa_id)], nome=t)
        alheio["metadata"]["phone_number_id"] = t[:40]
        valores += [valor(numero, statuses=[orfao]), alheio]
        mandar(pilha, corpo(numero, {"x": t}, campo=t))
    mandar(pilha, corpo(numero, *mudancas, campo="message_template_status_update"))
    mandar(pilha, corpo(numero, *valores))
    mandar(pilha, json.dumps({"object": carga(VETORES[0], 7), "entry": []}).encode())
    esperar_aplicado(pilha, logo)
    with pilha.no_banco():
        admin = factories.ServidorFactory(
            username=carga(VETORES[0], 9)[:30], password=elenco.ana.password, administra=True
        )
        factories.EquipeFactory(nome=carga(VETORES[4], 8)[:60])
    armadilha = armada(admin)
    for modelo in MODELOS:
        armadilha.olhar(f"/admin/{modelo}/")
        primeira = armadilha.pagina.locator("#result_list tbody a").first
        if primeira.count() and (destino := primeira.get_attribute("href")):
            armadilha.olhar(destino)
    assert armadilha.caiu == []
    assert len(armadilha.vistas) >= len(vetores) / 2


def test_G21_files_never_run(elenco, armada, logo, record_property):
    pilha, postos = elenco.pilha, list(arquivos())
    quem = elenco.outra_pessoa("Rui Alves")
    for nome, tipo, dados in postos:
        pilha.controle(
            "POST",
            f"cidadaos/{quem.wa_id}/mensagens",
            data={"nome": "Rui Alves"},
            files={"arquivo": (nome, dados, tipo)},
        )
    with pilha.no_banco():
        do_rui = Midia.objects.filter(mensagens__atendimento__conversa__cidadao__wa_id=quem.wa_id)
        logo(lambda: do_rui.filter(estado="baixada").count() == len(postos), 60)
        ids = list(do_rui.values_list("pk", flat=True))
    armadilha = armada(elenco.ana, bypass_csp=False)
    pagina = armadilha.pagina
    baixados = []
    pagina.on("download", lambda d: baixados.append(d))
    for pk in ids:
        caminho = f"{pilha.endereco}/midia/{pk}/"
        try:
            pagina.goto(caminho)
        except Error as erro:
            assert "Download is starting" in erro.message or "ERR_ABORTED" in erro.message
    with pilha.no_banco():
        pk = Atendimento.objects.get(conversa__cidadao__wa_id=quem.wa_id).pk
    armadilha.olhar(f"/atendimento/{pk}/")
    pagina.evaluate(USAR, [str(pk) for pk in ids])
    assert armadilha.caiu == []
    assert len(baixados) >= 15, "quase tudo isto só se baixa"
    anotar(record_property, "G21", arquivos=len(ids), execucoes=len(armadilha.caiu))
