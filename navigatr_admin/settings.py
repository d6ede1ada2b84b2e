"""Settings, all from the environment; `.env` beside this project fills in what the environment leaves open.

`MODE` says which instance this is. `live`: the real one. `practice`: that of `make run`, whose own `.env` in `VAR_DIR`
wins over the environment, so that nothing of the live one gets in. `test`: no file is read.
"""

import re
import sys
from pathlib import Path

import environ
from django.contrib.messages import ERROR, INFO, SUCCESS, WARNING
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
MODE = env.str("MODE", default="live")
if MODE not in ("live", "practice", "test"):
    raise ImproperlyConfigured(f"MODE is {MODE!r}; it is live, practice or test.")
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var" / MODE)))
IS_PRACTICE = MODE == "practice"
if IS_PRACTICE:
    environ.Env.read_env(VAR_DIR / ".env", overwrite=True)
elif MODE == "live":
    environ.Env.read_env(BASE_DIR / ".env")
DEBUG = env.bool("DEBUG", default=False)

# Without keys only what touches no data may run.
KEYLESS_COMMANDS = {"check", "collectstatic", "practice_server", "--help", "help", "makemigrations", "--version"}


def _key(name: str) -> str:
    value = env.str(name, default="")
    if value:
        return value
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command in KEYLESS_COMMANDS or "--help" in sys.argv:
        return "keyless"
    raise ImproperlyConfigured(
        f"{name} is not set. `make run` and `make live` write one into .env; or set {name} in the environment."
    )


SECRET_KEY = _key("SECRET_KEY")
ENCRYPTION_KEYS = [key.strip() for key in _key("ENCRYPTION_KEYS").split(",") if key.strip()]

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
PORT = env.int("PORT", default=8000)
SITE_URL = env.str("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
PUBLIC_URL = env.str("PUBLIC_URL", default=SITE_URL).rstrip("/")
ORGANISATION_NAME = env.str("ORGANISATION_NAME", default="")

NAVIGATR_HOSTS = env.list("NAVIGATR_HOSTS", default=["api.navigatr.app", "stagapi.navigatr.app"])
if IS_PRACTICE:
    NAVIGATR_HOSTS = [host for host in NAVIGATR_HOSTS if re.fullmatch(r"(127(\.\d+){3}|localhost|\[::1\]):\d+", host)]
NAVIGATR_RATE = env.str("NAVIGATR_RATE", default="5/2")
NAVIGATR_READ_TIMEOUT = env.float("NAVIGATR_READ_TIMEOUT", default=60.0)
NAVIGATR_SETTLE_SECONDS = env.float("NAVIGATR_SETTLE_SECONDS", default=600.0)
NAVIGATR_BREAKER_SECONDS = env.float("NAVIGATR_BREAKER_SECONDS", default=30.0)
NAVIGATR_PROXY = env.str("NAVIGATR_PROXY", default="")
NAVIGATR_CA_BUNDLE = env.str("NAVIGATR_CA_BUNDLE", default="")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "django_filters",
    "django_htmx",
    "heroicons",
    "template_partials",
    "bootstrap",
    "django_q",
    "issuing",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "issuing.middleware.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "issuing.middleware.BackToThePageMiddleware",
]

# Form fields are drawn by `templates/django/forms/field.html`.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

ROOT_URLCONF = "navigatr_admin.urls"
WSGI_APPLICATION = "navigatr_admin.wsgi.application"

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
                "issuing.views.context.instance",
            ]
        },
    }
]

_database_url = "" if IS_PRACTICE else env.str("DATABASE_URL", default="")
DATABASES = {"default": env.db_url_config(_database_url or f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
_database = DATABASES["default"]
if _database["ENGINE"] == "django.db.backends.sqlite3":
    _database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
    # A file, as in earnest: the shared memory kind waits for no lock.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    Path(_database["NAME"]).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
else:
    _database["CONN_MAX_AGE"] = 60
    _database["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env.str("REDIS_URL")}
        if env.str("REDIS_URL", default="")
        else {
            "BACKEND": "navigatr_admin.cache.FileCache",
            "LOCATION": VAR_DIR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 10_000},  # above it any third goes, what somebody is typing included
        }
    )
}

# Messages are notices in our tones.
MESSAGE_TAGS = {SUCCESS: "good", INFO: "good", WARNING: "wait", ERROR: "bad"}

AUTH_USER_MODEL = "issuing.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = env.str("TIME_ZONE", default="Europe/London")
USE_TZ = True
USE_I18N = True
# Staff read English, whatever their browser asks for: there is no LocaleMiddleware. Learners' pages and e-mails are
# in the language of the words they are asked with, where `locale/` has it.
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "navigatr_admin.formats"

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# In the shape of Django 6, whose middleware may take over.
SECURE_CSP = {
    "default-src": ["'self'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "img-src": ["'self'", "data:"],
    "object-src": ["'none'"],
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SITE_URL.startswith("https://") else None
X_FRAME_OPTIONS = "DENY"

vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
if IS_PRACTICE:  # nothing reaches a real learner: a file for each e-mail
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 15  # a task has 20 seconds in all
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="navigatr-admin@localhost")
NOTIFY_EMAIL = env.str("NOTIFY_EMAIL", default="")
EMAIL_RATE = env.str("EMAIL_RATE", default="30/60")
# Whoever was asked for consent and has not answered is reminded after so many days.
CONSENT_REMINDER_DAYS = env.list("CONSENT_REMINDER_DAYS", cast=int, default=[7, 14])
# Of a roster with more ready rows than this it is asked once more whether it is the right file.
ROSTER_ASK_ABOVE = env.int("ROSTER_ASK_ABOVE", default=1000)
ROSTER_AT_ONCE_BYTES = env.int("ROSTER_AT_ONCE_BYTES", default=256 * 1024)

# A task ends itself long before `timeout`; `retry` is counted from the moment it is fetched (`issuing.checks`).
WORKERS = env.int("WORKERS", default=4)
_TASK_TIMEOUT = int(max(180, NAVIGATR_READ_TIMEOUT + 120))
Q_CLUSTER = {
    "name": "issuing",
    "orm": "default",
    "workers": WORKERS,
    "queue_limit": WORKERS,
    "bulk": 1,
    "timeout": _TASK_TIMEOUT,
    "retry": _TASK_TIMEOUT * 3 + 60,
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "save_limit": -1,
    "recycle": 500,
    "poll": 0.2,
    "label": "Background tasks",
    "log_level": "WARNING",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"links": {"()": "issuing.logs.HideLinks"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["links"]}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"issuing": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
