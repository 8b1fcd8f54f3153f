"""Which matters the city has: the written ones, what each servant holds, the queues, the past."""

import random
from datetime import datetime, timedelta

from atendimento.demonstracao.encenacao import Caso, Ensaio, marcar_ate, marcar_desde
from atendimento.demonstracao.estrutura import Cidade
from atendimento.demonstracao.pessoas import Pessoa
from atendimento.demonstracao.relogio import entre, sortear_comeco
from atendimento.demonstracao.textos import Fala, Roteiro, Tema
from prefeitura.cadastro.models import Servidor

DO_PASSADO = 1500
POR_SERVIDOR = (5, 10)
NA_FILA = (4, 8)
EM_TRIAGEM = 9
SEGUNDOS_ASSUNTOS = 0.2
MARGEM = timedelta(hours=26)  # a message within 24 h of the closing would have reopened it
SAUDACOES = ["bom dia", "oi", "boa tarde", "Olá", "oi tudo bem?", "Bom dia!"]
INSISTENCIAS = [
    "alguém pode me ajudar?",
    "ainda aguardo",
    "consegue ver pra mim?",
    "é urgente, por favor",
    "posso mandar foto se precisar",
    "??",
]
DEVOLUCOES = [
    "Precisa de quem tem acesso ao sistema antigo.",
    "Saio de férias hoje; falta só confirmar a data.",
    "Pediu para falar com outra pessoa da equipe.",
]
_RESULTADOS = {"fora-de-competencia": "nao_compete", "numero-errado": "engano"}
_ESPERA = [(30, 180, 1500), (30, 1500, 7200), (25, 7200, 21600), (15, 21600, 80000)]
_RECENTE = [(55, 60, 3600), (35, 3600, 18000), (10, 18000, 72000)]
_JANELA_FECHADA = [(1, 26 * 3600, 80 * 3600)]


class Elenco:
    """Chooses people and texts; each method returns Casos with their acts and moments."""

    def __init__(
        self,
        acaso: random.Random,
        cidade: Cidade,
        pessoas: dict[str, Pessoa],
        temas: list[Tema],
        agora: datetime,
    ):
        self.acaso, self.cidade, self.pessoas, self.agora = acaso, cidade, pessoas, agora
        self.temas = {slug: [t for t in temas if t.equipe == slug] for slug in cidade.equipes}
        self.livres: list[Pessoa] = []
        self.com_um: list[tuple[Pessoa, str]] = []

    def todos(self, roteiros: list[Roteiro]) -> list[Caso]:
        """Return every matter of the city."""
        casos = [self._roteiro(r) for r in roteiros]
        usadas = {id(c.pessoa) for c in casos}
        self.livres = [p for p in self.pessoas.values() if id(p) not in usadas]
        self.acaso.shuffle(self.livres)
        casos += self._em_atendimento(casos) + self._filas()
        return casos + self._passado()

    def _roteiro(self, roteiro: Roteiro) -> Caso:
        situacao, _, de_quem = roteiro.situacao.partition(" ")
        caso = Caso(
            pessoa=self.pessoas[roteiro.nome],
            equipe=roteiro.equipe,
            assunto=roteiro.assunto,
            falas=roteiro.falas,
            situacao=situacao,
            servidor=self.cidade.servidores[de_quem] if situacao == "com" else None,
            resultado=de_quem if situacao == "encerrado" else "",
            prioridade=roteiro.prioridade,
        )
        return self._ao_vivo(caso, self.agora - roteiro.ha)

    def _ao_vivo(self, caso: Caso, fim: datetime) -> Caso:
        caso.atos = Ensaio(caso, self.cidade, self.acaso).fazer()
        marcar_ate(caso.atos, fim)
        caso.pessoa.ocupada.append((caso.comeco - MARGEM, caso.fim + MARGEM))
        return caso

    def _em_atendimento(self, ja: list[Caso]) -> list[Caso]:
        casos = []
        for servidor in self.cidade.servidores.values():
            tem = sum(c.servidor == servidor for c in ja)
            for _ in range(self.acaso.randint(*POR_SERVIDOR) - tem):
                casos.append(self._com(servidor))
        return casos

    def _com(self, servidor: Servidor) -> Caso:
        equipe = self.acaso.choice(self.cidade.equipes_de(servidor)).slug
        tema = self.acaso.choice(self.temas[equipe])
        falas = self._falas(tema)
        faixas, ultimo = _RECENTE, "C" if self.acaso.random() < 0.6 else "A"
        if self.acaso.random() < 0.12:
            faixas, ultimo = _JANELA_FECHADA, "A"
        falas = self._cortar(falas, ultimo)
        if self.acaso.random() < 0.35:
            falas = self._voltar_outro_dia(falas)
        caso = Caso(self._pessoa(equipe), equipe, tema.assunto, falas, "com", servidor)
        if tema.assunto == "alagamento":
            caso.prioridade = "alta"
        return self._ao_vivo(caso, self.agora - entre(self.acaso, *faixas))

    def _pessoa(self, equipe: str) -> Pessoa:
        """Somebody without an open matter or, now and then, with one in another team."""
        if self.com_um and self.acaso.random() < SEGUNDOS_ASSUNTOS:
            posicao = self.acaso.randrange(len(self.com_um))
            if self.com_um[posicao][1] != equipe:
                return self.com_um.pop(posicao)[0]
        pessoa = self.livres.pop()
        self.com_um.append((pessoa, equipe))
        return pessoa

    def _filas(self) -> list[Caso]:
        casos = [
            self._na_fila(self.acaso.choice(list(self.temas)), False) for _ in range(EM_TRIAGEM)
        ]
        for slug in self.cidade.equipes:
            if slug != self.cidade.central.slug:
                casos += [self._na_fila(slug, True) for _ in range(self.acaso.randint(*NA_FILA))]
                if self.acaso.random() < 0.8:
                    casos.append(self._devolvido(slug))
        return casos

    def _na_fila(self, equipe: str, triada: bool) -> Caso:
        tema = self.acaso.choice(self.temas[equipe])
        abertura, _ = self.acaso.choice(tema.aberturas)
        falas = [Fala("C", texto=self.acaso.choice(SAUDACOES)), Fala("C", texto=abertura)]
        if self.acaso.random() < 0.4:
            falas.append(Fala("C", texto=self.acaso.choice(INSISTENCIAS)))
        caso = Caso(self.livres.pop(), equipe, tema.assunto, falas, "fila", triada=triada)
        if tema.assunto == "alagamento":
            caso.prioridade = "alta"
        caso.atos = Ensaio(caso, self.cidade, self.acaso).fazer()
        duracao = sum((a.espera for a in caso.atos), timedelta(0))
        espera = max(entre(self.acaso, *_ESPERA), duracao + timedelta(seconds=30))
        marcar_ate(caso.atos, self.agora - espera + duracao)
        caso.pessoa.ocupada.append((caso.comeco - MARGEM, caso.fim + MARGEM))
        return caso

    def _devolvido(self, equipe: str) -> Caso:
        tema = self.acaso.choice(self.temas[equipe])
        falas = self._cortar(self._falas(tema), "C")
        falas.append(Fala("+", "devolveu", "", self.acaso.choice(DEVOLUCOES)))
        caso = Caso(self.livres.pop(), equipe, tema.assunto, falas, "fila")
        return self._ao_vivo(caso, self.agora - entre(self.acaso, *_ESPERA[:3]))

    def _passado(self) -> list[Caso]:
        pessoas, casos = list(self.pessoas.values()), []
        equipes = list(self.temas)
        while len(casos) < DO_PASSADO:
            tema = self.acaso.choice(self.temas[self.acaso.choice(equipes)])
            resultado = (
                _RESULTADOS.get(tema.assunto)
                or self.acaso.choices(["resolvido", "encaminhado", "sem_resposta"], [80, 8, 12])[0]
            )
            falas = self._falas(tema)
            if resultado == "sem_resposta":
                falas = self._cortar(falas, "A")
            caso = Caso(
                self.acaso.choice(pessoas),
                tema.equipe,
                tema.assunto,
                falas,
                "encerrado",
                resultado=resultado,
                reabre=resultado == "resolvido" and self.acaso.random() < 0.06,
            )
            if self._marcar_no_passado(caso):
                casos.append(caso)
        return casos

    def _marcar_no_passado(self, caso: Caso) -> bool:
        """Find a free stretch of that person's time; False when none of a few tries fits."""
        ensaio = Ensaio(caso, self.cidade, self.acaso).fazer()
        for _ in range(4):
            comeco = sortear_comeco(self.acaso, self.agora)
            caso.atos = marcar_desde(ensaio, comeco, self.acaso)
            livre = all(caso.fim < de or comeco > ate for de, ate in caso.pessoa.ocupada)
            if livre and caso.fim < self.agora - timedelta(minutes=90):
                caso.pessoa.ocupada.append((comeco - MARGEM, caso.fim + MARGEM))
                return True
        return False

    def _falas(self, tema: Tema) -> list[Fala]:
        """An opening and one of the dialogues that answer it, with the accidents of writing."""
        abertura, quais = self.acaso.choice(tema.aberturas)
        falas = [Fala("C", texto=abertura)]
        if self.acaso.random() < 0.4:
            falas.insert(0, Fala("C", texto=self.acaso.choice(SAUDACOES)))
        return [*falas, *map(self._tropecar, tema.dialogos[self.acaso.choice(quais)])]

    def _tropecar(self, fala: Fala) -> Fala:
        if not fala.do_cidadao or fala.especie != "texto":
            return fala
        sorte = self.acaso.random()
        if sorte < 0.05:
            return Fala("C", "cita", "", fala.texto)
        if sorte < 0.065:
            return Fala("C", "editada", f"{fala.texto} pfv", fala.texto)
        return fala

    def _cortar(self, falas: list[Fala], ultimo: str) -> list[Fala]:
        """Stop at a bubble of `ultimo` (C or A) after the servant's first answer."""
        primeira = next(i for i, f in enumerate(falas) if f.quem == "A")
        fins = [
            i
            for i, f in enumerate(falas)
            if f.quem == ultimo and i >= primeira and f.especie != "reacao"
        ]
        return falas[: self.acaso.choice(fins) + 1]

    def _voltar_outro_dia(self, falas: list[Fala]) -> list[Fala]:
        """Put a day or more before the last thing that the citizen says after an answer."""
        respondeu = [
            i for i in range(1, len(falas)) if falas[i].quem == "C" and falas[i - 1].quem == "A"
        ]
        if not respondeu:
            return falas
        pausa = Fala("+", "pausa", f"{self.acaso.randint(20, 70)}h")
        return [*falas[: respondeu[-1]], pausa, *falas[respondeu[-1] :]]
