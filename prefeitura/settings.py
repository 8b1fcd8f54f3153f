"""Settings of the installation: one file, read from the environment, failing loudly.

`MODO` is `producao` (default), `demo` or `teste`. DEBUG is off in all three. The embedded
database and broker, and the public values of the demonstration, exist only in demo and teste.
"""

import os
from decimal import Decimal
from pathlib import Path

import environ
from csp.constants import NONE, SELF

from prefeitura import variaveis
from prefeitura.ambiente.servicos import banco_do_redis, enderecos, url_do_broker

BASE_DIR = Path(__file__).resolve().parent.parent
MODO = variaveis.ler_modo()
PRODUCAO = MODO == "producao"
PAPEL = os.environ.get("PAPEL", "comando")  # web, trabalhador or comando: sets the time limits
DADOS = Path(os.environ.get("DADOS", BASE_DIR / ".dados"))
DEBUG = False
# Believe what the proxy in front says: the scheme, and the code of each request.
ATRAS_DE_PROXY = PRODUCAO and os.environ.get("ATRAS_DE_PROXY", "sim") == "sim"

variaveis.recusar_debug()
variaveis.conferir_nomes()

if not PRODUCAO:
    for nome, valor in (enderecos(DADOS) or {}).items():
        os.environ.setdefault(nome, valor)

SECRET_KEY = variaveis.exigir_chave()
SECRET_KEY_FALLBACKS = variaveis.lista("SECRET_KEY_FALLBACKS")
FIELD_ENCRYPTION_KEYS = variaveis.exigir_lista(
    "FIELD_ENCRYPTION_KEY",
    "Falta a chave que cifra os tokens da Meta no banco. Gere uma com: manage.py gerar_chave.",
)
ALLOWED_HOSTS = variaveis.lista("ALLOWED_HOSTS")
CSRF_TRUSTED_ORIGINS = variaveis.lista("CSRF_TRUSTED_ORIGINS")
if PRODUCAO and (not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS):
    variaveis.recusar("ALLOWED_HOSTS precisa ter o endereço do site, e não pode ser *.")

# WhatsApp -------------------------------------------------------------------------------------
WHATSAPP_GRAPH_URL = variaveis.exigir_endereco_da_meta("https://graph.facebook.com")
WHATSAPP_GRAPH_VERSAO = os.environ.get("WHATSAPP_GRAPH_VERSAO", "v25.0")
WHATSAPP_APP_SECRETS = variaveis.exigir_lista(
    "WHATSAPP_APP_SECRET",
    "Falta o segredo do aplicativo da Meta: sem ele qualquer um poderia forjar mensagens.",
)
WHATSAPP_VERIFY_TOKENS = variaveis.exigir_lista(
    "WHATSAPP_VERIFY_TOKEN",
    "Falta a frase com que a Meta confirma o endereço do webhook.",
)
if PRODUCAO:
    variaveis.recusar_valores_de_demonstracao(*WHATSAPP_APP_SECRETS, *WHATSAPP_VERIFY_TOKENS)
    variaveis.recusar_proxy_qualquer()

# Database: PostgreSQL remembers ----------------------------------------------------------------
DATABASE_URL = variaveis.exigir(
    "DATABASE_URL", "é o endereço do PostgreSQL. Para experimentar sem ele, use: make demo"
)
DATABASES = {"default": environ.Env.db_url_config(DATABASE_URL)}
if "postgresql" not in DATABASES["default"].get("ENGINE", ""):
    variaveis.recusar("DATABASE_URL precisa ser de um PostgreSQL (postgres://…).")
LIMITES_DO_BANCO = {
    "web": {"statement_timeout": "5s", "transaction_timeout": "30s"},
    "trabalhador": {"statement_timeout": "60s", "transaction_timeout": "30s"},
    "comando": {},
}[PAPEL]
DATABASES["default"] |= {"ENGINE": "prefeitura.banco", "CONN_HEALTH_CHECKS": True}
if PAPEL != "comando":
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = {
        "min_size": 1,
        "max_size": 12,
        "timeout": 5,
        # Else the pool doubles its pause between attempts up to minutes, and after an outage of
        # the database everybody would stay away for as long again.
        "reconnect_timeout": 4,
    }

# Redis or Valkey only hurries ------------------------------------------------------------------
REDIS_URL = variaveis.exigir("REDIS_URL", "é o endereço do Redis ou Valkey.")
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        # Channels of Redis know no database number, and two houses may share one server.
        "CONFIG": {"hosts": [REDIS_URL], "prefix": f"prefeitura:{banco_do_redis(REDIS_URL)}"},
    }
}
CELERY_BROKER_URL = url_do_broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
# A worker fetches what its threads can begin. Counted by what they hold, not by what the broker was
# told of: with the other count one acknowledgement lost on the way stops the worker for ever.
CELERY_WORKER_PREFETCH_MULTIPLIER = 0
CELERY_WORKER_DISABLE_PREFETCH = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 20 if PRODUCAO else 5  # the demo ends within ten seconds
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_DEFAULT_QUEUE = "geral"
CELERY_TASK_ROUTES = {
    "prefeitura.whatsapp.tasks.processar_eventos": {"queue": "entrada"},
    "prefeitura.whatsapp.tasks.enviar": {"queue": "resposta"},
    "prefeitura.whatsapp.tasks.repartir": {"queue": "resposta"},
    "atendimento.tasks.avisar_leitura": {"queue": "resposta"},
    "prefeitura.whatsapp.tasks.baixar_midia": {"queue": "midia"},
    "prefeitura.whatsapp.tasks.fazer_miniaturas": {"queue": "midia"},
}
CELERY_TASK_CREATE_MISSING_QUEUES = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # Celery's own default gives up after a hundred
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "retry_on_timeout": True,
    # Otherwise kombu repeats the connection for six seconds inside every publish.
    "max_retries": 0,
}
# Nobody sends a worker commands, and the wait for them could stop the work: after a lost connection
# redis-py reads the subscription with no time limit, on the thread that fetches the tasks.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# A publish never holds a request: the row is already stored and the sweep finds it.
CELERY_TASK_PUBLISH_RETRY = False

# Applications ----------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "channels",
    "csp",
    "axes",
    "rest_framework",
    "knox",
    "drf_spectacular",
    "prefeitura.ambiente",
    "prefeitura.cadastro",
    "prefeitura.tempo_real",
    "prefeitura.whatsapp",
    "atendimento",
    "comunicados",
]
MIDDLEWARE = [
    # First those that dress the answer, so that no refusal of the others goes without.
    "prefeitura.ambiente.correlacao.Correlacao",
    "prefeitura.ambiente.cabecalhos.Cabecalhos",
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "prefeitura.ambiente.manutencao.Manutencao",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "prefeitura.cadastro.middleware.SoDestasRedes",
    "prefeitura.cadastro.middleware.SessaoComPrazo",
    "prefeitura.cadastro.middleware.AcessoNegado",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "prefeitura.urls"
ASGI_APPLICATION = "prefeitura.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "prefeitura.cadastro.contexto.instalacao",
            ],
        },
    }
]

# People ----------------------------------------------------------------------------------------
AUTH_USER_MODEL = "cadastro.Servidor"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "prefeitura.cadastro.senhas.SemPalavrasDaCidade"},
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "/entrar/"
LOGIN_REDIRECT_URL = "/atendimento/"
LOGOUT_REDIRECT_URL = "/entrar/"
PASSWORD_RESET_TIMEOUT = 3600
SESSION_ENGINE = "django.contrib.sessions.backends.db"
# Its life is ours to say (cadastro.sessoes: 12 hours, or one without anybody there); the row and
# the cookie outlive it a little, so that the person is told why.
SESSION_COOKIE_AGE = 13 * 3600
# Pages ask these by themselves: they do not show that somebody is there.
PEDIDOS_AUTOMATICOS = {
    "atendimento:desde",
    "atendimento:linhas",
    "atendimento:novas",
    "atendimento:partes",
    "atendimento:presenca",
}
REDES_DA_ADMINISTRACAO = variaveis.redes("REDES_DA_ADMINISTRACAO")
# 10 wrong passwords per account and network; the wait grows by itself and is never for ever.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 2 / 60  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "cadastro/muitas_tentativas.html"
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False

# Browser ---------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "blob:"],
        "media-src": [SELF, "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "prefeitura.cadastro.views.pagina_velha"
if PRODUCAO:
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^webhook/", r"^healthz$", r"^readyz$", r"^metrics$", r"^api/"]
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessao", "__Host-csrf"
    if ATRAS_DE_PROXY:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_PERMISSIONS = 0o640

# Language, time, files -------------------------------------------------------------------------
LANGUAGE_CODE = "pt-br"
FORMAT_MODULE_PATH = "prefeitura.formatos"
USE_I18N = USE_TZ = True
TIME_ZONE = os.environ.get("TIME_ZONE", "America/Sao_Paulo")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("STATIC_ROOT", DADOS / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = Path(os.environ.get("MEDIA_ROOT", DADOS / "midia"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "prefeitura.ambiente.estaticos.EstaticosComVersao"},
}
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else serves our files, fonts included
WHITENOISE_USE_FINDERS = MODO == "teste"
if MODO == "teste":
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}

# Files are shown to ClamAV where there is one: obrigatorio, tentar or desligado -----------------
ANTIVIRUS = variaveis.escolha("ANTIVIRUS", ("tentar", "obrigatorio", "desligado"))
ANTIVIRUS_SOCKET = os.environ.get("ANTIVIRUS_SOCKET", "/run/clamav/clamd.ctl")

# API -------------------------------------------------------------------------------------------
API_LEITURAS_POR_MINUTO = int(os.environ.get("API_LEITURAS_POR_MINUTO", "600"))
API_ESCRITAS_POR_MINUTO = int(os.environ.get("API_ESCRITAS_POR_MINUTO", "120"))
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
        "rest_framework.parsers.FormParser",
    ],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "atendimento.api.erros.responder_erro",
    "DEFAULT_THROTTLE_CLASSES": [] if MODO != "producao" else ["atendimento.api.limites.PorToken"],
}
REST_KNOX = {"AUTH_HEADER_PREFIX": "Token", "TOKEN_TTL": None, "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": "Atendimento da prefeitura",
    "DESCRIPTION": "Consultar, responder, assumir, transferir e encerrar atendimentos.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
}

# Logs: one JSON line, never a text, a phone number or a token ------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "prefeitura.ambiente.registro.LinhaJson"}},
    "handlers": {"saida": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["saida"], "level": variaveis.ler_nivel(MODO)},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "django.channels.server": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        "axes": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        # They would name letters of a text, or every table of a font.
        "fpdf": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
    },
}

# E-mail: only tells a team that somebody waits; without EMAIL_URL nothing is sent ---------------
EMAIL_URL = os.environ.get("EMAIL_URL", "" if PRODUCAO else "consolemail://")
globals().update(variaveis.ler_email(EMAIL_URL))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get(
    "EMAIL_REMETENTE", f"nao-responda@{ALLOWED_HOSTS[0] if ALLOWED_HOSTS else 'localhost'}"
)
ENDERECO_DO_SITE = next(
    iter(CSRF_TRUSTED_ORIGINS), f"https://{ALLOWED_HOSTS[0] if ALLOWED_HOSTS else 'localhost'}"
)

# Measures --------------------------------------------------------------------------------------
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")  # empty: /metrics only from this machine
# Where site, workers and sweep count together; in tests each process counts for itself.
PROMETHEUS_MULTIPROC_DIR = os.environ.get(
    "PROMETHEUS_MULTIPROC_DIR", "" if MODO == "teste" else str(DADOS / "metricas")
)

# A file that the backup touches when it ends well; empty: nobody watches over the backup.
MARCA_DA_COPIA = os.environ.get("MARCA_DA_COPIA", "")

# The house -------------------------------------------------------------------------------------
DIAS_DE_EVENTO = int(os.environ.get("DIAS_DE_EVENTO", "90"))
# Brazil's list rates of July 2026, in reais a message; Meta may change them every quarter.
PRECOS_EM_REAIS = {
    "service": Decimal(os.environ.get("PRECO_SERVICO", "0.0350")),
    "utility": Decimal(os.environ.get("PRECO_UTILIDADE", "0.0350")),
    "authentication": Decimal(os.environ.get("PRECO_AUTENTICACAO", "0.0350")),
    "marketing": Decimal(os.environ.get("PRECO_DIVULGACAO", "0.3217")),
}
HORAS_PARA_REABRIR = int(os.environ.get("HORAS_PARA_REABRIR", "24"))
