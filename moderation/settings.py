"""Django's settings, mapped from `moderation.env`. One file: what is tested is what runs."""

from pathlib import Path
from typing import Any

import structlog
from csp.constants import NONE, SELF

from moderation.env import read

ENV = read()
BASE_DIR = Path(__file__).resolve().parent.parent

SECRET_KEY = ENV.secret_key.get_secret_value()
DEBUG = ENV.debug
ALLOWED_HOSTS = ENV.allowed_hosts
ROOT_URLCONF = "moderation.urls"
WSGI_APPLICATION = "moderation.wsgi.application"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "rest_framework",
    "drf_spectacular",
    "django_htmx",
    "csp",
    "common",
    "audit",
    "staff",
    "accounts",
    "takedowns",
    "reviews",
    "insights",
    "moderation",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "common.compression.CompressStatic",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "common.http.NoStoreMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "moderation.languages.LanguageMiddleware",
    "staff.sign_in.SignInMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.http.DomainErrorMiddleware",
]

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
                "django.template.context_processors.i18n",
                "moderation.context.navigation",
            ],
        },
    }
]

DATABASES = {"default": ENV.database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.redis_url.get_secret_value(),
    }
}

AUTH_USER_MODEL = "staff.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "staff.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "10/m/ip,5/300s/key"}
SESSION_COOKIE_AGE = 12 * 3600

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ar", "العربية")]  # of the pages, each complete; content may be in any
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["moderation.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
USE_THOUSAND_SEPARATOR = False

_MAIL = ENV.mail()
EMAIL_BACKEND = _MAIL["BACKEND"]
EMAIL_HOST = _MAIL["HOST"]
EMAIL_PORT = _MAIL["PORT"]
EMAIL_HOST_USER = _MAIL["HOST_USER"]
EMAIL_HOST_PASSWORD = _MAIL["HOST_PASSWORD"]
EMAIL_USE_SSL = _MAIL["USE_SSL"]
EMAIL_USE_TLS = _MAIL["USE_TLS"]
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = ENV.mail_from

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # files are served from where they stand: nothing has to be collected
WHITENOISE_AUTOREFRESH = ENV.debug

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "common.http.form_refused"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = ENV.https
SECURE_HSTS_SECONDS = 365 * 86400 if ENV.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.https else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["staff.api.authentication.ApiKeyAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["staff.api.authentication.HasScope"],
    "DEFAULT_RENDERER_CLASSES": ["common.http.MsgspecRenderer"],
    "DEFAULT_PARSER_CLASSES": [],  # `common.bodies` reads them
    "DEFAULT_SCHEMA_CLASS": "common.openapi.Schema",
    "EXCEPTION_HANDLER": "common.http.api_exception_handler",
    "URL_FORMAT_OVERRIDE": None,  # `?format=` is a parameter like any other
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Caseload",
    "DESCRIPTION": "Flag accounts, work cases, read outcomes. Send `Authorization: Bearer <prefix>.<secret>`.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "POSTPROCESSING_HOOKS": [],  # the only one there is reads serializers' enums; our shapes have none
}


CELERY_BROKER_URL = ENV.redis_url.get_secret_value()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = False  # a late ack left workers dead when Redis was killed; our rows and sweeps recover
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "caseload"
CELERY_TIMEZONE = "UTC"

CASELOAD: dict[str, Any] = {
    "SIMULATOR_URL": ENV.simulator_url,
    "UNDO_SECONDS": ENV.undo_seconds,
    "LEASE_SECONDS": ENV.lease_seconds,
    "DISPATCH_LEASE_SECONDS": ENV.dispatch_lease_seconds,
    "GUARD_SUSPENSIONS_PER_HOUR": ENV.guard_suspensions_per_hour,
    "SIMULATOR_TIMEOUT_SECONDS": ENV.simulator_timeout_seconds,
    "SIMULATOR_SETTLES_SECONDS": ENV.simulator_settles_seconds,
    "BATCH_APPROVAL_SIZE": ENV.batch_approval_size,
    "BATCH_APPROVAL_HOURS": ENV.batch_approval_hours,
    "HOLD_HOURS": ENV.hold_hours,
    "RESERVED_HOURS": ENV.reserved_hours,
    "TIME_ZONE": ENV.time_zone,
    "SECURITY_CONTACTS": ENV.security_contacts,
    "CALLS_PER_SECOND": ENV.calls_per_second,
    "OUTBOUND_NETWORKS": ENV.outbound_networks,
    "OUTBOUND_HTTP": ENV.outbound_http,
    "DUTY_CONTACTS": ENV.duty_contacts,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(),
            ],
            "foreign_pre_chain": [
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": ENV.log_level},
    "loggers": {"httpx": {"level": "WARNING"}, "celery": {"level": "WARNING"}},
}
structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
