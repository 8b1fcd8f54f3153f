"""What a fresh simulator already has: personas, approved templates, the city's profile."""

from typing import Any

from prefeitura.whatsapp.simulador.estado import Cidadao, Estado, Modelo
from prefeitura.whatsapp.simulador.identidades import bsuid_de, com_nono

# (name, phone as registered, username). Invented; two of them hide the phone.
PERSONAGENS = [
    ("Maria Aparecida Souza", "5511987650011", ""),
    ("José Carlos Oliveira", "551199876002", ""),
    ("Ana Beatriz Lima", "5511976540033", "anabeatriz.lima"),
    ("Francisco das Chagas", "558598760044", ""),
    ("Juliana Ferreira", "", "ju.ferreira"),
    ("Antônio Pereira da Silva", "553198760055", ""),
    ("Luzia Nascimento", "5511965430066", ""),
    ("Rafael Costa", "", "rafa_costa88"),
]
PERFIL = {
    "about": "Atendimento ao cidadão, de segunda a sexta, das 8h às 17h.",
    "address": "Praça da Matriz, 100, Centro",
    "description": "Canal oficial da prefeitura para serviços, protocolos e informações.",
    "email": "atendimento@prefeitura.exemplo.gov.br",
    "websites": ["https://www.prefeitura.exemplo.gov.br/"],
    "vertical": "GOVT",
}


def _nomeados(**exemplos: str) -> dict[str, Any]:
    pares = [{"param_name": nome, "example": valor} for nome, valor in exemplos.items()]
    return {"body_text_named_params": pares}


MODELOS: list[dict[str, Any]] = [
    {
        "nome": "aviso_protocolo",
        "formato": "NAMED",
        "componentes": [
            {"type": "HEADER", "format": "TEXT", "text": "Seu pedido foi registrado"},
            {
                "type": "BODY",
                "text": "Olá, {{nome}}. Seu pedido foi registrado com o protocolo {{protocolo}}. "
                "Responda por aqui se precisar.",
                "example": _nomeados(nome="Maria", protocolo="2026/000042-7"),
            },
            {"type": "FOOTER", "text": "Prefeitura Municipal"},
        ],
    },
    {
        "nome": "retomar_atendimento",
        "componentes": [
            {
                "type": "BODY",
                "text": "Olá! Temos uma resposta sobre o seu atendimento: {{1}}. Responda a esta "
                "mensagem para continuar a conversa.",
                "example": {"body_text": [["a poda foi agendada"]]},
            },
            {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": "Continuar"}]},
        ],
    },
    {
        "nome": "lembrete_consulta",
        "componentes": [
            {"type": "HEADER", "format": "TEXT", "text": "Lembrete de consulta"},
            {
                "type": "BODY",
                "text": "Olá, {{1}}. Você tem consulta em {{2}}, na unidade {{3}}. Você poderá ir?",
                "example": {"body_text": [["Maria", "12/12 às 9h", "UBS Centro"]]},
            },
            {"type": "FOOTER", "text": "Secretaria da Saúde"},
            {
                "type": "BUTTONS",
                "buttons": [
                    {"type": "QUICK_REPLY", "text": "Confirmar"},
                    {"type": "QUICK_REPLY", "text": "Não poderei ir"},
                    {"type": "QUICK_REPLY", "text": "Falar com atendente"},
                ],
            },
        ],
    },
    {
        "nome": "segunda_via",
        "componentes": [
            {
                "type": "HEADER",
                "format": "DOCUMENT",
                "example": {"header_handle": ["https://scontent.whatsapp.net/exemplo.pdf"]},
            },
            {
                "type": "BODY",
                "text": "Olá, {{1}}. Segue a segunda via de {{2}}, como você pediu.",
                "example": {"body_text": [["Maria", "IPTU 2026"]]},
            },
            {
                "type": "BUTTONS",
                "buttons": [
                    {
                        "type": "URL",
                        "text": "Abrir no portal",
                        "url": "https://www.prefeitura.exemplo.gov.br/guias/{{1}}",
                        "example": ["https://www.prefeitura.exemplo.gov.br/guias/0042"],
                    }
                ],
            },
        ],
    },
    {
        "nome": "hello_world",
        "idioma": "en_US",
        "componentes": [
            {"type": "HEADER", "format": "TEXT", "text": "Hello World"},
            {
                "type": "BODY",
                "text": "Welcome and congratulations!! This message demonstrates your ability to "
                "send a WhatsApp message notification from the Cloud API, hosted by Meta. Thank "
                "you for taking the time to test with us.",
            },
            {"type": "FOOTER", "text": "WhatsApp Business Platform sample message"},
        ],
    },
]


def semear(estado: Estado) -> None:
    """Fill a fresh state; what is already there stays as it is."""
    for numero in estado.numeros.values():
        numero.perfil = numero.perfil or dict(PERFIL)
    for posicao, dados in enumerate(MODELOS, start=1):
        modelo_id = str(708_001_112_220 + posicao)
        idioma = dados.get("idioma", "pt_BR")
        if any(m.nome == dados["nome"] and m.idioma == idioma for m in estado.modelos.values()):
            continue
        estado.modelos[modelo_id] = Modelo(
            id=modelo_id,
            nome=dados["nome"],
            idioma=idioma,
            categoria="UTILITY",
            componentes=dados["componentes"],
            formato=dados.get("formato", "POSITIONAL"),
            criado_em=estado.agora(),
        )
    for nome, telefone, usuario in PERSONAGENS:
        if estado.achar(telefone or usuario):
            continue
        user_id = bsuid_de(com_nono(telefone) if telefone else usuario)
        estado.registrar(
            Cidadao(
                user_id,
                telefone,
                nome=nome,
                username=usuario,
                sem_telefone=not telefone,
                personagem=True,
            )
        )
