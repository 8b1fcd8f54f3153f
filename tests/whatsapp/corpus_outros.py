"""What must come out of the recorded receipts, calls, echoes and account notices, by hand."""


def conta(evento, grave=False, **campos):
    campos = {"evento": evento, "grave": grave, "campo": "account_update", **campos}
    return ("SituacaoDaConta", campos)


def status(palavra, posto, **campos):
    campos = {
        "status": palavra,
        "posto": posto,
        "falhou": False,
        "wamid": "wamid.xyzxyz",
        "destinatario.wa_id": "972987654321",
        "contato.user_id": "US.13491208655302741918",
        "erros": (),
        "especie": "",
        **campos,
    }
    return ("StatusRecebido", campos)


PRECO = {
    "preco.cobravel": True,
    "preco.modelo": "CBP",
    "preco.categoria": "service",
    "conversa_origem": "service",
}

MODELO_HE = {"modelo_id": "12345678", "nome": "my_message_template", "idioma": "he"}

CHAMADA = {"chamada": "wacid.xxxx=", "evento": "inicio", "phone_number_id": "743897493242"}

PREFERENCIA = {"categoria": "marketing_messages", "pessoa.wa_id": "16505551234"}

ESPERADO = {
    "account_update": {
        "account_deleted": [conta("ACCOUNT_DELETED", grave=True, waba_id="102290129340398")],
        "account_restriction": [
            conta(
                "ACCOUNT_RESTRICTION",
                grave=True,
                restricoes=(
                    {
                        "tipo": "RESTRICTED_BIZ_INITIATED_MESSAGING",
                        "expira": "2022-01-04T21:08:18+00:00",
                    },
                    {
                        "tipo": "RESTRICTED_ADD_PHONE_NUMBER_ACTION",
                        "expira": "2022-01-04T21:08:18+00:00",
                    },
                ),
            )
        ],
        "account_violation": [conta("ACCOUNT_VIOLATION", grave=True, motivo="ADULT")],
        "ad_account_linked": [
            conta("AD_ACCOUNT_LINKED", **{"dados.waba_info.ad_account_linked": "980198427534243"})
        ],
        "authentication_international_eligibility": [conta("AUTH_INTL_PRICE_ELIGIBILITY_UPDATE")],
        "account_disabled": [conta("DISABLED_UPDATE", grave=False, motivo="REINSTATE")],
        "mm_api_for_wa_terms_of_service": [conta("MM_LITE_TERMS_SIGNED")],
        "partner_added": [conta("PARTNER_ADDED", waba_id="2949482758682047")],
        "partner_app_installed": [conta("PARTNER_APP_INSTALLED")],
        "partner_app_uninstalled": [conta("PARTNER_APP_UNINSTALLED")],
        "partner_led_business_verification_status": [
            conta(
                "PARTNER_CLIENT_CERTIFICATION_STATUS_UPDATE",
                **{"dados.partner_client_certification_info.status": "APPROVED"},
            )
        ],
        "partner_removed": [conta("PARTNER_REMOVED", grave=True, motivo="")],
        "partner_removed_wa_app_disconnection": [
            conta("PARTNER_REMOVED", grave=True, motivo="PRIMARY_INACTIVITY")
        ],
        "primary_business_location_set": [
            conta("BUSINESS_PRIMARY_LOCATION_COUNTRY_UPDATE", **{"dados.country": "IN"})
        ],
        "pricing_tiering_update": [
            conta(
                "VOLUME_BASED_PRICING_TIER_UPDATE",
                **{"dados.volume_tier_info.tier": "25000001:50000000"},
            )
        ],
        "account_offboarded": [conta("ACCOUNT_OFFBOARDED", grave=True)],
        "account_reconnected": [conta("ACCOUNT_RECONNECTED")],
    },
    "call_connect": {
        # The contact has another number than the call: it is not taken for the same person.
        "business_initiated": [
            (
                "Ligacao",
                {
                    **CHAMADA,
                    "do_cidadao": False,
                    "pessoa.wa_id": "16315553601",
                    "pessoa.user_id": None,
                },
            )
        ],
        "user_initiated": [
            (
                "Ligacao",
                {
                    **CHAMADA,
                    "do_cidadao": True,
                    "pessoa.wa_id": "972987654321",
                    "pessoa.user_id": "US.13491208655302741918",
                },
            )
        ],
    },
    "call_status": {
        "call_status": [
            (
                "Ligacao",
                {
                    "evento": "status",
                    "estado": "RINGING",
                    "do_cidadao": False,
                    "chamada": "wacid.ABGGFjFVU2AfAgo6V",
                    "opaco": "random_string",
                    "pessoa.wa_id": "163155536021",
                },
            )
        ]
    },
    "call_terminate": {
        "call_terminate": [
            (
                "Ligacao",
                {
                    "evento": "fim",
                    "estado": "COMPLETED",
                    "duracao": 120,
                    "do_cidadao": False,
                    "opaco": "random_string",
                    "erros.0.codigo": 12455,
                    "erros.0.detalhe": "ERROR_DETAILS",
                },
            )
        ]
    },
    "message_status": {
        "sent": [status("sent", 2, **PRECO, opaco=None)],
        "delivered": [status("delivered", 3, **PRECO, conversa_expira=None)],
        "read": [status("read", 4, **PRECO)],
        "played": [status("played", 5, **PRECO)],
        "failed": [
            (
                "StatusRecebido",
                {
                    "status": "failed",
                    "posto": None,
                    "falhou": True,
                    "preco": None,
                    "erros.0.codigo": 130472,
                    "erros.0.titulo": "User's number is part of an experiment",
                    "erros.0.detalhe": "Failed to send message because this user's phone number "
                    "is part of an experiment",
                },
            )
        ],
        "with_tracker": [status("sent", 2, **PRECO, opaco="some data")],
        "group": [
            (
                "StatusRecebido",
                {
                    "status": "read",
                    "posto": 4,
                    "grupo": "fowefinoewcnw",
                    "destinatario.user_id": "US.123456",
                    "destinatario.wa_id": "<GROUP_PARTICIPANT_USER_PHONE_NUMBER>",
                    "contato.username": "<USERNAME>",
                    "contato.nome": "<USER_DISPLAY_NAME>",
                },
            )
        ],
    },
    "outgoing_message": {
        "text": [
            (
                "Eco",
                {
                    "tipo": "texto",
                    "texto": "Test message",
                    "wamid": "<WHATSAPP_MESSAGE_ID>",
                    "destinatario.wa_id": "<WHATSAPP_USER_PHONE_NUMBER>",
                    "destinatario.user_id": "<BSUID>",
                },
            )
        ],
        "delete": [
            (
                "Eco",
                {
                    "tipo": "apagamento",
                    "wamid": "wamid.yyyyyy",
                    "dados": {"alvo": "wamid.zzzzzz"},
                    "destinatario.wa_id": "972123456789",
                },
            )
        ],
        "edit": [
            (
                "Eco",
                {
                    "tipo": "edicao",
                    "texto": "Text was edited",
                    "dados": {"alvo": "wamid.zzzzzz", "tipo": "texto", "dados": {}},
                },
            )
        ],
    },
    "template_category_update": {
        "marketing": [
            ("CategoriaDeModelo", {**MODELO_HE, "categoria": "MARKETING", "pendente": False})
        ]
    },
    "template_components_update": {
        "element": [
            ("ComponentesDeModelo", {**MODELO_HE, "corpo": "Hi {{1}}! Welcome to our service."})
        ]
    },
    "template_quality_update": {
        "yellow": [
            (
                "QualidadeDeModelo",
                {
                    "modelo_id": "806312974732579",
                    "nome": "welcome_template",
                    "idioma": "en_US",
                    "antes": "GREEN",
                    "depois": "YELLOW",
                },
            )
        ]
    },
    "template_status_update": {
        "approved": [
            (
                "SituacaoDeModelo",
                {
                    "modelo_id": "1689556908129832",
                    "nome": "order_confirmation",
                    "situacao": "APPROVED",
                    "motivo": "",
                    "categoria": "UTILITY",
                },
            )
        ],
        "rejected": [
            (
                "SituacaoDeModelo",
                {
                    "situacao": "REJECTED",
                    "motivo": "INVALID_FORMAT",
                    "recomendacao": "Separate parameters with descriptive text and ensure each "
                    "parameter is clearly contextualized.",
                },
            )
        ],
    },
    "user_marketing_preferences": {
        "resume": [
            (
                "PreferenciaDeDivulgacao",
                {
                    **PREFERENCIA,
                    "valor": "retomar",
                    "detalhe": "User requested to resume marketing messages",
                },
            )
        ],
        "signup": [("PreferenciaDeDivulgacao", {**PREFERENCIA, "valor": "inscrever"})],
    },
}
