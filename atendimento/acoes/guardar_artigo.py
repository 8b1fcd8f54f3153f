"""Write and change knowledge articles, keeping how each stood."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction

from atendimento.acoes.salvar import salvar
from atendimento.erros import Conflito, Invalido, NaoEncontrado
from atendimento.models import Artigo, VersaoDeArtigo
from atendimento.tempo import ha_quanto
from prefeitura.cadastro.models import Assunto, Equipe, Secretaria, Servidor

NAO_HA = "Não encontramos este artigo."


@transaction.atomic
def guardar_artigo(
    *,
    servidor: Servidor,
    titulo: str,
    texto: str,
    resposta_curta: str = "",
    endereco: str = "",
    equipe: Equipe | None = None,
    secretaria: Secretaria | None = None,
    assunto: Assunto | None = None,
    publicado: bool = True,
    artigo_id: int | None = None,
    vista: int | None = None,
) -> Artigo:
    """Make an article of what `servidor` supervises, or change `artigo_id`.

    Args:
        vista: the newest version when the page was read.

    Raises NaoEncontrado for what is not theirs to change; Conflito when somebody changed it since
    `vista`; Invalido, with its field, for what cannot be kept.
    """
    artigo = _travar(servidor, artigo_id) if artigo_id else Artigo()
    de_alguem = equipe is not None or secretaria is not None
    if not (de_alguem and servidor.supervisiona_tudo(equipe, secretaria)):
        raise Invalido("Só a supervisão da equipe escreve artigos.", campo="alcance")
    if artigo.pk:
        _exigir_vista(artigo, vista)
    artigo.titulo, artigo.texto, artigo.resposta_curta = titulo, texto, resposta_curta
    artigo.endereco, artigo.assunto, artigo.publicado = endereco, assunto, publicado
    artigo.equipe, artigo.secretaria = equipe, secretaria
    salvar(artigo, campos={NON_FIELD_ERRORS: "alcance"})
    guardar_versao(artigo, servidor)
    return artigo


def guardar_versao(artigo: Artigo, quem: Servidor) -> None:
    """Keep how it stands now; the administration, which writes by itself, calls this too."""
    iguais = ("titulo", "texto", "resposta_curta", "endereco", "publicado")
    VersaoDeArtigo.objects.create(
        artigo=artigo, quem=quem, **{nome: getattr(artigo, nome) for nome in iguais}
    )


def _travar(servidor: Servidor, artigo_id: int) -> Artigo:
    meus = Artigo.objects.que_muda(servidor).select_for_update(of=["self"])
    artigo = meus.filter(pk=artigo_id).first()
    if artigo is None:
        raise NaoEncontrado(NAO_HA)
    return artigo


def _exigir_vista(artigo: Artigo, vista: int | None) -> None:
    ultima = artigo.versoes.select_related("quem").first()
    if vista is not None and ultima is not None and ultima.pk != vista:
        raise Conflito(
            f"{ultima.quem} mudou este artigo {ha_quanto(ultima.quando)}. Copie o que escreveu, "
            "recarregue a página e junte as duas mudanças.",
            codigo="versao",
        )
