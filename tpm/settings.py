"""All settings, read from the environment. `.env.example` describes each one."""

from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import dj_database_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

from tpm import environment as env
from tpm import log_lines, spool

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("TPM_DATA_DIR", str(BASE_DIR / "data"))).expanduser().resolve()

DEBUG = env.flag("TPM_DEBUG")
SECRET_KEY = env.kept_secret("TPM_SECRET_KEY", DATA_DIR)
PUBLIC_URL = env.text("TPM_PUBLIC_URL")
if PUBLIC_URL and not PUBLIC_URL.startswith(("http://", "https://")):
    raise ImproperlyConfigured(
        f"TPM_PUBLIC_URL is {PUBLIC_URL!r}: begin it with http:// or https://."
    )
HTTPS = PUBLIC_URL.startswith("https://")
# The loopback names are always allowed: health checks ask by them.
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", *env.names("TPM_ALLOWED_HOSTS")]
if PUBLIC_URL:
    ALLOWED_HOSTS.append(urlsplit(PUBLIC_URL).hostname or "")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if PUBLIC_URL else []

OUR_APPS = ("tpm", "roadmaps", "tradeoffs", "debt")
"""From left to right: each may import those before it."""

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "tpm.static_files.Asked",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *OUR_APPS,
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "tpm.middleware.DoorMiddleware",
    "tpm.middleware.ZoneMiddleware",
]

ROOT_URLCONF = "tpm.urls"
WSGI_APPLICATION = "tpm.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

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
                "tpm.context.shell",
            ],
            "builtins": ["tpm.templatetags.tpm"],
        },
    }
]

DATABASE_URL = env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'tpm.sqlite3'}")
try:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=60)}
except (ValueError, KeyError) as error:  # the address may hold a password: do not repeat it
    raise ImproperlyConfigured(
        "DATABASE_URL is not an address like postgresql://user:password@host:5432/name."
    ) from error
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;"
        ),
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # Compiling a query pays for those that run for seconds. Ours take milliseconds, and what a row
    # looks up makes them look dear: compiled, the list of a plan of 10,000 items took 8 ms more.
    DATABASES["default"]["OPTIONS"] = {"connect_timeout": 5, "options": "-c jit=off"}
    if env.text("DATABASE_PASSWORD_FILE") and not DATABASES["default"]["PASSWORD"]:
        DATABASES["default"]["PASSWORD"] = env.file_text("DATABASE_PASSWORD_FILE")
else:
    raise ImproperlyConfigured(
        "DATABASE_URL names no database we know: use postgresql:// or sqlite:///."
    )

GIVE_UP_AT_ONCE = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.2}
BROKER_URL = env.text("BROKER_URL", "filesystem://localhost")
if urlsplit(BROKER_URL).scheme not in {"filesystem", "redis", "rediss"}:
    raise ImproperlyConfigured(f"BROKER_URL is {BROKER_URL!r}: begin it with redis://.")
CELERY_BROKER_URL = BROKER_URL
if BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT_OPTIONS = spool.folders(DATA_DIR / "queue")
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 3600,
        "socket_connect_timeout": 3,
        "socket_timeout": 30,
        # A page that cannot reach the broker gives up at once: the sweep does what it asked for.
        # A worker takes these off and waits (tpm/celery.py).
        **GIVE_UP_AT_ONCE,
    }
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 1800
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = env.whole("TPM_WORKER_CONCURRENCY", 1, least=1, most=64)
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "tpm.scheduler:Scheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BEAT_MAX_LOOP_INTERVAL = 10
CELERY_TIMEZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("TPM_STATIC_DIR", str(DATA_DIR / "static"))).expanduser().resolve()
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True  # nothing asks for the other names
MEDIA_ROOT = DATA_DIR / "uploads"
SIGN_INS_FILE = DATA_DIR / "sign-ins.json"
DATA_UPLOAD_MAX_MEMORY_SIZE = 3 * 1024 * 1024  # of a form or JSON; uploaded files have their own
# In the database, so that all web processes count tries to sign in together.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tpm_cache",
    }
}

AUTH_USER_MODEL = "tpm.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "tpm.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = None
SIGNUP_OPEN = env.flag("TPM_SIGNUP_OPEN")

SILENCED_SYSTEM_CHECKS = [
    "fields.W163",  # SQLite keeps no comments on columns; PostgreSQL does
]

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.one_of("TPM_TIME_ZONE", "UTC", available_timezones())

if env.text("TPM_MAIL_HOST"):
    MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {
                "host": env.text("TPM_MAIL_HOST"),
                "port": env.whole("TPM_MAIL_PORT", 587, least=1, most=65535),
                "username": env.text("TPM_MAIL_USER"),
                "password": env.text("TPM_MAIL_PASSWORD"),
                "use_tls": env.flag("TPM_MAIL_TLS", True),
                "timeout": 10,
            },
        }
    }
else:  # without a mail server, what would be sent is printed
    MAILERS = {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}
DEFAULT_FROM_EMAIL = env.text("TPM_MAIL_FROM", "tpm@localhost")

SECURE_CSP = {
    "default-src": [CSP.SELF],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
# Whoever runs one host of a domain does not speak for the others, so both are asked for.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("TPM_HSTS_SUBDOMAINS")
SECURE_HSTS_PRELOAD = env.flag("TPM_HSTS_PRELOAD")
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
if env.flag("TPM_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # tries to sign in count by the address that the proxy saw
X_FRAME_OPTIONS = "DENY"

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "tpm.tokens.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "tpm.api.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "tpm.api.answer_exception",
    "PAGE_SIZE": 100,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "TPM",
    "DESCRIPTION": "Plans, dates, debt and decisions as one connected set of numbers.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "ItemState": "roadmaps.models.Item.State",
        "CheckKind": "roadmaps.models.CheckKind",
        "CheckState": "roadmaps.models.CheckState",
        "CheckDueBecause": "roadmaps.models.Check.Because",
        "CheckEvidenceKind": "roadmaps.models.CheckEvidence.Kind",
        "JobState": "tpm.models.Job.State",
        "HurtKind": "roadmaps.models.ObjectiveHurts.Kind",
        "ItemKind": "roadmaps.models.Item.Kind",
        "ValueCurveKind": "roadmaps.models.ValueCurve.Kind",
        "LinkKind": "roadmaps.models.ItemLink.Kind",
        "ConsequenceKind": "tradeoffs.models.Consequence.Kind",
        "PredictionKind": "tradeoffs.models.Prediction.Kind",
        "RevisitTriggerKind": "tradeoffs.models.RevisitTrigger.Kind",
        "DecisionState": "tradeoffs.models.Decision.State",
        "HistorySource": "debt.models.HistoryRun.Source",
        "CriterionHorizon": "tradeoffs.models.Criterion.Horizon",
        "DebtState": "debt.models.DebtItem.State",
        "DebtVerdict": "debt.models.DebtScore.Verdict",
        "DebtOutcomeVerdict": "debt.models.DebtOutcome.Verdict",
        "DebtTapSource": "debt.models.DebtTap.Source",
        "DebtInterestKind": "debt.models.Interest.Kind",
        "DebtEvidenceKind": "debt.models.Evidence.Kind",
        "FindingVerdict": "debt.models.Finding.Verdict",
        "DebtQuadrant": "debt.models.DebtItem.Quadrant",
        "ReviewVerdict": "tradeoffs.models.Review.Verdict",
    },
}

# How firm a decision is: draws, how firmly weights are meant, and where the words begin.
DECISION_DRAWS = env.whole("TPM_DECISION_DRAWS", 10_000, least=500, most=100_000)
DECISION_KAPPA = {"vague": 5.0, "normal": 20.0, "firm": 80.0}[
    env.one_of("TPM_DECISION_WEIGHTS", "normal", {"vague", "normal", "firm"})
]
RANDOM_INDEX = env.one_of("TPM_RANDOM_INDEX", "saaty2005", {"saaty2005", "saaty1980"})
VERDICT_LIMITS = {
    "clear_first": env.whole("TPM_CLEAR_FIRST", 80, most=100) / 100,
    "clear_edge": env.whole("TPM_CLEAR_EDGE", 20, most=100) / 100,
    "close_lead": env.whole("TPM_CLOSE_LEAD", 10, most=100) / 100,
    "close_first": env.whole("TPM_CLOSE_FIRST", 60, most=100) / 100,
    "agreement": env.whole("TPM_CONTESTED_UNDER", 50, most=100) / 100,
    "coverage": env.whole("TPM_ENOUGH_SCORED", 50, most=100) / 100,
}

# Repositories that the worker reads each night; nothing else on the disk is read from a page.
HISTORY_REPOSITORIES = env.folders("TPM_HISTORY_REPOSITORIES")
HISTORY_LINKS = env.paths("TPM_HISTORY_LINKS")
HISTORY_BOTS = env.names("TPM_HISTORY_BOTS")
HISTORY_SECONDS = env.whole("TPM_HISTORY_SECONDS", 900, least=1, most=86_400)

LOG_LEVEL = env.one_of("TPM_LOG_LEVEL", "INFO", {"DEBUG", "INFO", "WARNING", "ERROR"})
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {"django.request": {"filters": [log_lines.without_traceback_of_refusals]}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
}
