"""What must come out of the recorded messages: (class, {path: value}) for each item, by hand."""

NUMERO = "1122334455667"

QUEM = {
    "remetente.wa_id": "972987654321",
    "remetente.user_id": "US.13491208655302741918",
    "remetente.parent_user_id": "US.ENT.11815799212886844830",
    "remetente.nome": "Test Name",
    "phone_number_id": NUMERO,
    "hora_invalida": False,
    "grupo": None,
}

ENCAMINHADA = {"contexto.encaminhada": True, "contexto.muito_encaminhada": False}


def mensagem(tipo, **campos):
    return ("MensagemRecebida", {**QUEM, "tipo": tipo, "wamid": "wamid.xyzxyz", **campos})


NAO_SUPORTADA = {"erros.0.codigo": 131051, "erros.0.titulo": "Message type unknown"}

RESPOSTAS = {
    "comment_text": "Comment Text",
    "delivery_rating": "4",
    "purchase_rating": "2",
    "recommend_radio": "0",
    "cs_rating": "0",
}

FORMULARIO = {
    "wamid": "wamid.wegrchytvwcggt==",
    "dados.nome": "flow",
    "dados.legivel": True,
    "dados.respostas": RESPOSTAS,
    "contexto.wamid": "wamid.gvwegfretge==",
}

ESPERADO = {
    "call_permission_update": {
        "accept": [
            mensagem(
                "permissao_de_ligacao",
                wamid="wamid.x",
                dados={
                    "aceita": True,
                    "ate": "2025-07-22T12:23:02+00:00",
                    "origem": "user_action",
                },
            )
        ],
        "reject": [
            mensagem(
                "permissao_de_ligacao",
                wamid="wamid.x",
                dados={"aceita": False, "ate": None, "origem": "user_action"},
            )
        ],
    },
    "callback_button": {
        "button": [
            mensagem(
                "botao",
                texto="title",
                dados={"id": "callback_data", "titulo": "title", "origem": "mensagem"},
                **{"contexto.wamid": "wamid.xyzxyz"},
            )
        ],
        "quick_reply": [
            mensagem(
                "botao",
                wamid="wamid.xsidjw",
                texto="title",
                dados={"id": "callback_data", "titulo": "title", "origem": "modelo"},
                **{"contexto.wamid": "wamid.xyzxyz=="},
            )
        ],
        "quick_reply_without_context": [
            mensagem("botao", wamid="wamid.xsidjx", texto="title", contexto=None)
        ],
    },
    "callback_selection": {
        "callback": [
            mensagem(
                "lista",
                wamid="wamid.zyzxyz",
                texto="title",
                dados={"id": "callback_data", "titulo": "title", "descricao": ""},
            )
        ],
        "description": [
            mensagem(
                "lista",
                wamid="wamid.zyzxyz",
                dados={"id": "callback_data", "titulo": "title", "descricao": "description"},
            )
        ],
    },
    "deleted_message": {
        "revoke": [
            mensagem(
                "apagamento",
                wamid="<WHATSAPP_MESSAGE_ID>",
                phone_number_id="<BUSINESS_PHONE_NUMBER_ID>",
                dados={"alvo": "<ORIGINAL_WHATSAPP_MESSAGE_ID>"},
                **{
                    "remetente.wa_id": "<WHATSAPP_USER_PHONE_NUMBER>",
                    "remetente.user_id": None,
                    "remetente.parent_user_id": None,
                    "remetente.nome": None,
                    "remetente.telefone": None,
                },
            )
        ]
    },
    "edited_message": {
        "image": [
            mensagem(
                "edicao",
                wamid="wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUFERjg0NDEzNDdFODU3MUMxMAA=",
                phone_number_id="106540352242922",
                texto="Updated image caption",
                **{
                    "dados.alvo": "wamid.HBgLMTQxMjU1NTA4MjkVAgASGBQzQUNCNjk5RDUwNUZGMUZEM0VBRAA=",
                    "dados.tipo": "imagem",
                    "midia.media_id": "1234567890",
                    "remetente.wa_id": "16505551234",
                    "remetente.user_id": None,
                    "remetente.parent_user_id": None,
                    "remetente.nome": None,
                },
            )
        ]
    },
    "flow_completion": {
        "completion": [
            mensagem("formulario", **FORMULARIO, **{"dados.token": "AQAAAAACS5FpgQ_cAAAAAD0QI3s."})
        ],
        "without_flow_token": [mensagem("formulario", **FORMULARIO, **{"dados.token": ""})],
    },
    "message": {
        "text": [mensagem("texto", texto="Body Text", contexto=None, bruto=None)],
        "image": [
            mensagem(
                "imagem",
                texto="",
                **{
                    "midia.media_id": "65463453",
                    "midia.mime": "image/jpeg",
                    "midia.sha256": "4654+8g=",
                },
            )
        ],
        "media_with_url": [mensagem("imagem", **{"midia.media_id": "65463453"})],
        "video": [
            mensagem(
                "video",
                texto="caption",
                **ENCAMINHADA,
                **{"midia.media_id": "765756756", "midia.legenda": "caption"},
            )
        ],
        "document": [
            mensagem(
                "documento",
                texto="caption",
                **ENCAMINHADA,
                **{"midia.nome": "filename.pdf", "midia.mime": "application/pdf"},
            )
        ],
        "audio": [
            mensagem(
                "audio",
                **ENCAMINHADA,
                **{"midia.voz": False, "midia.mime": "audio/ogg; codecs=opus"},
            )
        ],
        "voice": [mensagem("audio", contexto=None, **{"midia.voz": True})],
        "static_sticker": [mensagem("figurinha", **{"midia.animada": False})],
        "animated_sticker": [mensagem("figurinha", **{"midia.animada": True})],
        "reaction": [mensagem("reacao", dados={"alvo": "wamid.yzxyzx=", "emoji": "😮"})],
        "unreaction_empty": [mensagem("reacao", dados={"alvo": "wamid.yzxyzx=", "emoji": ""})],
        "unreaction_no_emoji": [mensagem("reacao", dados={"alvo": "wamid.yzxyzx=", "emoji": ""})],
        "current_location": [
            mensagem(
                "localizacao",
                texto="",
                **ENCAMINHADA,
                **{
                    "dados.latitude": 12.25089,
                    "dados.longitude": 43.90539,
                    "dados.valida": True,
                    "dados.nome": "",
                },
            )
        ],
        "chosen_location": [
            mensagem(
                "localizacao",
                texto="Facebook HQ\n1 Hacker Way, Menlo Park, CA 94025",
                **{
                    "dados.longitude": -122.2164385,
                    "dados.url": "https://maps.google.com/?cid=2000000000000000000",
                },
            )
        ],
        "contacts": [
            mensagem(
                "contatos",
                texto="Chandler Bing, Monica, Rachel Green",
                **{
                    "dados.numero_compartilhado": False,
                    "dados.contatos_a_mais": 0,
                    "dados.contatos.1.nome": "Monica",
                    "dados.contatos.1.telefones": [
                        {
                            "numero": "+1 666-666-6666",
                            "wa_id": "972987654321",
                            "user_id": "",
                            "tipo": "HOME",
                        }
                    ],
                },
            )
        ],
        "order": [
            mensagem(
                "pedido",
                **{
                    "dados.catalogo": "354160437058781",
                    "dados.itens.2": {
                        "codigo": "SODA",
                        "quantidade": 2,
                        "preco": 10.0,
                        "moeda": "ILS",
                    },
                    "bruto.order.catalog_id": "354160437058781",
                },
            )
        ],
        "unsupported": [
            mensagem(
                "nao_suportado",
                dados={"tipo": ""},
                **NAO_SUPORTADA,
                **{"bruto.type": "unsupported"},
            )
        ],
        "unsupported_with_type": [
            mensagem("nao_suportado", dados={"tipo": "pool"}, **NAO_SUPORTADA)
        ],
        "reply": [
            mensagem(
                "texto",
                texto="replied text",
                **{
                    "contexto.wamid": "wamid.xyzxyz==",
                    "contexto.de": "972123456789",
                    "contexto.encaminhada": False,
                },
            )
        ],
        "forwarded": [mensagem("texto", **ENCAMINHADA, **{"contexto.wamid": None})],
        "forwarded_many_times": [
            mensagem("texto", **{"contexto.encaminhada": True, "contexto.muito_encaminhada": True})
        ],
        "interactive_message_with_err": [
            mensagem(
                "desconhecido",
                wamid="wamid.wegrchytvwcggt=",
                dados={"tipo": "interactive"},
                **{
                    "erros.0.codigo": 131000,
                    "erros.0.detalhe": "Unsupported webhook payload",
                    "bruto.type": "interactive",
                },
            )
        ],
        "referral": [
            mensagem(
                "texto",
                wamid="wamid.ID",
                texto="BODY",
                **{
                    "referral.anuncio": "ADID",
                    "referral.clique": "CTWA_CLID",
                    "referral.titulo": "AD_TITLE",
                },
            )
        ],
    },
    "system": {
        "phone_number_change": [
            mensagem(
                "sistema",
                wamid="wamid.xyzxyz==",
                texto="User A changed from 972987654321 to 972912345678",
                dados={"evento": "user_changed_number", "wa_id": "972912345678", "user_id": ""},
                **{
                    "remetente.nome": None,
                    "remetente.user_id": None,
                    "remetente.parent_user_id": None,
                },
            ),
            (
                "IdentidadeMudou",
                {
                    "motivo": "user_changed_number",
                    "wamid": "wamid.xyzxyz==",
                    "antes.wa_id": "972987654321",
                    "depois.wa_id": "972912345678",
                    "depois.user_id": None,
                },
            ),
        ],
        "identity_change": [
            mensagem(
                "sistema",
                **{
                    "dados.evento": "customer_identity_changed",
                    "remetente.nome": "User A",
                    "remetente.user_id": None,
                    "remetente.parent_user_id": None,
                },
            )
        ],
    },
}
