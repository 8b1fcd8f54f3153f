"""Rows for the tests: one factory per table, with traits for the states that tests ask for."""

import uuid
from datetime import timedelta

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from atendimento.models import (
    Artigo,
    Atendimento,
    Conversa,
    Etiqueta,
    Mencao,
    Mensagem,
    MensagemAgendada,
    Nota,
    RespostaPronta,
    Visao,
)
from atendimento.protocolo import montar
from prefeitura.cadastro.models import (
    Assunto,
    Cidadao,
    Equipe,
    Identidade,
    Municipio,
    Participacao,
    Secretaria,
    Servidor,
)
from prefeitura.cadastro.telefone import chave
from prefeitura.whatsapp.models import (
    Conta,
    Envio,
    EventoRecebido,
    ItemParado,
    Midia,
    ModeloDeMensagem,
    Numero,
    SituacaoDoEnvio,
)

SENHA = "quatro cavalos azuis correndo"


class MunicipioFactory(DjangoModelFactory):
    class Meta:
        model = Municipio
        django_get_or_create = ("id",)

    id = 1
    nome = "Vila Esperança"
    uf = "SP"
    encarregado_nome = "Marta Encarregada"
    encarregado_contato = "lgpd@vilaesperanca.example"


class SecretariaFactory(DjangoModelFactory):
    class Meta:
        model = Secretaria

    nome = factory.Sequence(lambda n: f"Secretaria {n}")
    slug = factory.Sequence(lambda n: f"secretaria-{n}")


class EquipeFactory(DjangoModelFactory):
    class Meta:
        model = Equipe

    secretaria = factory.SubFactory(SecretariaFactory)
    nome = factory.Sequence(lambda n: f"Equipe {n}")
    slug = factory.Sequence(lambda n: f"equipe-{n}")


class AssuntoFactory(DjangoModelFactory):
    class Meta:
        model = Assunto

    equipe = factory.SubFactory(EquipeFactory)
    nome = factory.Sequence(lambda n: f"Assunto {n}")
    slug = factory.Sequence(lambda n: f"assunto-{n}")


class ServidorFactory(DjangoModelFactory):
    """`em=equipe` (or a list) makes an attendant of it; the password is SENHA."""

    class Meta:
        model = Servidor
        skip_postgeneration_save = True

    class Params:
        administra = factory.Trait(is_staff=True, is_superuser=True)

    username = factory.Sequence(lambda n: f"servidor.{n}")
    nome = factory.Sequence(lambda n: f"Servidor {n}")
    email = factory.LazyAttribute(lambda s: f"{s.username}@vilaesperanca.example")
    password = factory.LazyFunction(lambda: make_password(SENHA))

    @factory.post_generation
    def em(self, create, equipes, **kwargs):
        if create and equipes:
            for equipe in equipes if isinstance(equipes, list | tuple) else [equipes]:
                ParticipacaoFactory(servidor=self, equipe=equipe)


class ParticipacaoFactory(DjangoModelFactory):
    """`equipe=None, secretaria=...` is the whole secretaria; `supervisao=True` the supervisor."""

    class Meta:
        model = Participacao

    class Params:
        supervisao = factory.Trait(papel=Participacao.Papel.SUPERVISOR)
        leitura = factory.Trait(papel=Participacao.Papel.LEITURA)

    servidor = factory.SubFactory(ServidorFactory)
    equipe = factory.SubFactory(EquipeFactory)
    secretaria = factory.LazyAttribute(lambda p: p.equipe.secretaria)


class ContaFactory(DjangoModelFactory):
    class Meta:
        model = Conta

    nome = factory.Sequence(lambda n: f"Conta {n}")
    waba_id = factory.Sequence(lambda n: f"2{n:014d}")
    token = "token-de-teste"


class NumeroFactory(DjangoModelFactory):
    class Meta:
        model = Numero

    conta = factory.SubFactory(ContaFactory)
    phone_number_id = factory.Sequence(lambda n: f"1{n:014d}")
    exibicao = factory.Sequence(lambda n: f"+55 11 9900{n // 10000 % 10}-{n % 10000:04d}")
    equipe_de_triagem = factory.SubFactory(EquipeFactory)


class CidadaoFactory(DjangoModelFactory):
    """A citizen with an active phone identity, and a BSUID one when `user_id` is given.

    `so_bsuid=True` is somebody whose phone Meta does not tell.
    """

    class Meta:
        model = Cidadao
        skip_postgeneration_save = True

    class Params:
        so_bsuid = factory.Trait(
            wa_id="", user_id=factory.Sequence(lambda n: f"BR.{n:016d}"), username="maria.silva"
        )
        bloqueado = factory.Trait(bloqueado_em=factory.LazyFunction(timezone.now))

    nome_no_whatsapp = factory.Sequence(lambda n: f"Cidadã {n}")
    wa_id = factory.Sequence(lambda n: f"551199{n:07d}"[:13])

    @factory.post_generation
    def identidades(self, create, ignorado, **kwargs):
        if not create:
            return
        if self.wa_id:
            IdentidadeFactory(cidadao=self, valor=chave(self.wa_id), como_veio=self.wa_id)
        if self.user_id:
            IdentidadeFactory(cidadao=self, tipo=Identidade.Tipo.BSUID, valor=self.user_id)


class IdentidadeFactory(DjangoModelFactory):
    class Meta:
        model = Identidade

    cidadao = factory.SubFactory(CidadaoFactory, identidades=None)
    tipo = Identidade.Tipo.TELEFONE
    valor = factory.Sequence(lambda n: f"551197{n:07d}")


class ConversaFactory(DjangoModelFactory):
    """Window open for 23 hours, unless `janela_fechada=True`."""

    class Meta:
        model = Conversa

    class Params:
        janela_fechada = factory.Trait(
            janela_ate=factory.LazyFunction(lambda: timezone.now() - timedelta(hours=1))
        )

    cidadao = factory.SubFactory(CidadaoFactory)
    numero = factory.SubFactory(NumeroFactory)
    janela_ate = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=23))


class AtendimentoFactory(DjangoModelFactory):
    """In the queue of its team; `com=servidor` puts it in their hands, `encerrado=True` closes.

    `escreveu="texto"` adds the citizen's message to it.
    """

    class Meta:
        model = Atendimento
        skip_postgeneration_save = True

    class Params:
        com = None
        encerrado = factory.Trait(
            estado=Atendimento.Estado.ENCERRADO,
            encerrado_em=factory.LazyFunction(timezone.now),
            resultado=Atendimento.Resultado.RESOLVIDO,
            esperando_desde=None,
        )
        triagem = factory.Trait(em_triagem=True)

    protocolo = factory.Sequence(lambda n: montar(2026, 900_000 + n))
    conversa = factory.SubFactory(ConversaFactory)
    equipe = factory.SubFactory(EquipeFactory)
    servidor = factory.LazyAttribute(lambda a: a.com)
    estado = factory.LazyAttribute(
        lambda a: Atendimento.Estado.EM_ATENDIMENTO if a.com else Atendimento.Estado.NA_FILA
    )
    esperando_desde = factory.LazyFunction(timezone.now)

    @factory.post_generation
    def escreveu(self, create, texto, **kwargs):
        if create and texto:
            MensagemFactory(atendimento=self, texto=texto)


class EnvioFactory(DjangoModelFactory):
    """With its SituacaoDoEnvio. Traits: enviando, enviada, entregue, lida, falhou, incerta."""

    class Meta:
        model = Envio
        skip_postgeneration_save = True

    class Params:
        posto = 0
        enviando = factory.Trait(
            estado=Envio.Estado.ENVIANDO,
            tentativa=1,
            prazo_em=factory.LazyFunction(lambda: timezone.now() + timedelta(seconds=60)),
        )
        aceita = factory.Trait(
            estado=Envio.Estado.ENVIADA, tentativa=1, wamid=factory.Faker("uuid4")
        )
        enviada = factory.Trait(aceita=True, situacao__posto=SituacaoDoEnvio.ENVIADO)
        entregue = factory.Trait(
            aceita=True,
            situacao__posto=SituacaoDoEnvio.ENTREGUE,
            situacao__entregue_em=factory.LazyFunction(timezone.now),
        )
        lida = factory.Trait(
            aceita=True,
            situacao__posto=SituacaoDoEnvio.LIDO,
            situacao__lido_em=factory.LazyFunction(timezone.now),
        )
        falhou = factory.Trait(
            estado=Envio.Estado.FALHOU, tentativa=1, codigo=131026, detalhe="Undeliverable"
        )
        incerta = factory.Trait(
            estado=Envio.Estado.INCERTA,
            tentativa=1,
            incerta_em=factory.LazyFunction(timezone.now),
        )

    numero = factory.SubFactory(NumeroFactory)
    cidadao = factory.SubFactory(CidadaoFactory)
    chave_cliente = factory.LazyFunction(uuid.uuid4)
    corpo = factory.LazyFunction(lambda: {"type": "text", "text": {"body": "Bom dia!"}})
    situacao = factory.RelatedFactory("tests.factories.SituacaoDoEnvioFactory", "envio")


class SituacaoDoEnvioFactory(DjangoModelFactory):
    class Meta:
        model = SituacaoDoEnvio

    envio = factory.SubFactory(EnvioFactory, situacao=None)


class MidiaFactory(DjangoModelFactory):
    class Meta:
        model = Midia

    class Params:
        pronta = factory.Trait(
            estado=Midia.Estado.BAIXADA,
            tipo="image/png",
            tamanho=68,
            arquivo=factory.LazyFunction(lambda: f"teste/{uuid.uuid4().hex}"),
            baixada_em=factory.LazyFunction(timezone.now),
        )

    numero = factory.SubFactory(NumeroFactory)
    nome = "foto.png"


class MensagemFactory(DjangoModelFactory):
    """What the citizen wrote; `da_prefeitura=True` with `autor` is an answer, with its Envio.

    `envio__lida=True` and the like choose the state of the answer.
    """

    class Meta:
        model = Mensagem

    class Params:
        da_prefeitura = factory.Trait(
            direcao=Mensagem.Direcao.SAIDA,
            wamid=None,
            envio=factory.SubFactory(
                EnvioFactory,
                numero=factory.SelfAttribute("..atendimento.conversa.numero"),
                cidadao=factory.SelfAttribute("..atendimento.conversa.cidadao"),
                servidor=factory.SelfAttribute("..autor"),
            ),
        )

    atendimento = factory.SubFactory(AtendimentoFactory)
    numero = factory.SelfAttribute("atendimento.conversa.numero")
    equipe = factory.SelfAttribute("atendimento.equipe")
    wamid = factory.Sequence(lambda n: f"wamid.TESTE{n}")
    direcao = Mensagem.Direcao.ENTRADA
    tipo = "texto"
    texto = "Bom dia, preciso de ajuda."
    momento = factory.LazyFunction(timezone.now)
    autor = None


class NotaFactory(DjangoModelFactory):
    """What a servant wrote for colleagues; `chama=[...]` calls people, who have not seen it."""

    class Meta:
        model = Nota
        skip_postgeneration_save = True

    atendimento = factory.SubFactory(AtendimentoFactory)
    equipe = factory.SelfAttribute("atendimento.equipe")
    autor = factory.SubFactory(ServidorFactory)
    texto = "Falta o CPF dela."
    chave_cliente = factory.LazyFunction(uuid.uuid4)

    @factory.post_generation
    def chama(self, create, pessoas, **kwargs):
        if create and pessoas:
            Mencao.objects.bulk_create(Mencao(nota=self, servidor=p) for p in pessoas)


class MensagemAgendadaFactory(DjangoModelFactory):
    """For two hours from now, with nothing said since. Traits: devida, retida."""

    class Meta:
        model = MensagemAgendada

    class Params:
        devida = factory.Trait(
            enviar_em=factory.LazyFunction(lambda: timezone.now() - timedelta(seconds=5))
        )
        retida = factory.Trait(
            estado=MensagemAgendada.Estado.RETIDA, motivo="O cidadão escreveu depois."
        )

    atendimento = factory.SubFactory(AtendimentoFactory)
    autor = factory.SubFactory(ServidorFactory)
    equipe = factory.SelfAttribute("atendimento.equipe")
    texto = "Bom dia! Já temos a resposta."
    enviar_em = factory.LazyFunction(lambda: timezone.now() + timedelta(hours=2))
    chave_cliente = factory.LazyFunction(uuid.uuid4)
    vista = factory.LazyAttribute(
        lambda a: a.atendimento.mensagens.filter(direcao="entrada").order_by("pk").last()
    )


class RespostaProntaFactory(DjangoModelFactory):
    """Of the whole city, unless `equipe`, `secretaria` or `dono` says otherwise."""

    class Meta:
        model = RespostaPronta

    atalho = factory.Sequence(lambda n: f"resposta-{n}")
    titulo = "Documentos"
    texto = "{saudacao}, {nome}. Traga um documento com foto."


class VisaoFactory(DjangoModelFactory):
    """A named list of one person (`dono`) or of one team."""

    class Meta:
        model = Visao

    nome = factory.Sequence(lambda n: f"Visão {n}")
    endereco = "aba=todas"


class EtiquetaFactory(DjangoModelFactory):
    """Of `equipe`, or of the `secretaria` that is named instead."""

    class Meta:
        model = Etiqueta

    nome = factory.Sequence(lambda n: f"Etiqueta {n}")


class ArtigoFactory(DjangoModelFactory):
    """Published, of the whole city, unless `equipe` or `secretaria` says otherwise."""

    class Meta:
        model = Artigo

    titulo = factory.Sequence(lambda n: f"Artigo {n}")
    texto = "Como fazer.\n\nSegundo passo."


class ModeloDeMensagemFactory(DjangoModelFactory):
    class Meta:
        model = ModeloDeMensagem

    conta = factory.SubFactory(ContaFactory)
    nome = factory.Sequence(lambda n: f"aviso_{n}")
    categoria = "UTILITY"
    estado = "APPROVED"
    componentes = factory.LazyFunction(lambda: [{"type": "BODY", "text": "Olá, tudo bem?"}])


class EventoRecebidoFactory(DjangoModelFactory):
    class Meta:
        model = EventoRecebido

    class Params:
        parado = factory.Trait(
            estado=EventoRecebido.Estado.PARADO, erro="O corpo não é JSON.", tentativas=1
        )

    corpo = b'{"object":"whatsapp_business_account","entry":[]}'
    sha256 = factory.Sequence(lambda n: n.to_bytes(32, "big"))


class ItemParadoFactory(DjangoModelFactory):
    class Meta:
        model = ItemParado

    evento = factory.SubFactory(EventoRecebidoFactory, parado=True)
    indice = 0
    motivo = "Não foi possível aplicar esta mensagem."
