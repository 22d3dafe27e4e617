"""All settings of the portal, read from typed environment variables (see docs/howto/operate.md)."""

import logging
import sys
from pathlib import Path

import dj_database_url
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from apps.core import embedded
from apps.core.logs import logging_configuration

from . import env
from .settings_publishing import DATA_LICENCE, DATA_LICENCE_URL, SITE_NAME  # noqa: F401
from .settings_reads import *  # noqa: F403
from .settings_schedule import CELERY_BEAT_SCHEDULE  # noqa: F401
from .settings_sources import *  # noqa: F403

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("PORTAL_DATA", str(BASE_DIR / "var"))).resolve()

# --- who we are -------------------------------------------------------------------------------
HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, most=65535)
EMBEDDED_DATABASE = not env.text("DATABASE_URL")
EMBEDDED_REDIS = not env.text("REDIS_URL")
DEBUG = env.flag("DEBUG", False)
DEMO = env.flag("DEMO", EMBEDDED_DATABASE)
TESTING = "pytest" in sys.modules
LOOPBACK = HOST in {"127.0.0.1", "localhost", "::1"}
if DEMO and not DEBUG and not LOOPBACK:
    raise ImproperlyConfigured(f"DEMO is refused on the public host {HOST}: unset DEMO, or serve on 127.0.0.1.")
SECURE = not DEMO and not DEBUG
DEMO_PASSWORD = (env.text("DEMO_PASSWORD") or embedded.kept_secret(DATA_DIR / "demo_password", 9)) if DEMO else ""
DEMO_PEOPLE = {
    "demo-curator": "curator",
    "demo-second-curator": "curator",
    "demo-editor": "editor",
    "demo-second-editor": "editor",
    "demo-admin": "administrator",
}
SITE_URL = env.text("SITE_URL", f"http://{HOST}:{PORT}")

SECRET_KEY = env.text("SECRET_KEY") or (embedded.secret_key(DATA_DIR) if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("SECRET_KEY must be set: a long random text that you keep to yourself.")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]" + ("" if LOOPBACK else f",{HOST}"))
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "apps.core",
    "apps.accounts",
    "apps.vocabularies",
    "apps.literature",
    "apps.catalogue",
    "apps.curation",
    "apps.api",
    "apps.webhooks",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "apps.accounts.orcid_signin",
    "allauth.mfa",
    "knox",
    "pgtrigger",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "template_partials",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_structlog",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "apps.core.middleware.RequestSizeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.core.middleware.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.accounts.middleware.TwoStepSignInMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "tmeportal.urls"
WSGI_APPLICATION = "tmeportal.wsgi.application"
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
                "csp.context_processors.nonce",
                "apps.core.context.site",
            ],
        },
    }
]

# --- data -------------------------------------------------------------------------------------
DATABASE_URL = env.url("DATABASE_URL", embedded.database_url(DATA_DIR), ("postgres", "postgresql"))
REDIS_URL = env.url("REDIS_URL", embedded.redis_url(DATA_DIR), ("redis", "rediss", "unix"))
REDIS_PREFIX = env.text("REDIS_PREFIX", "tme")
# A forked child inherits the pool and stalls: only the web process switches it on.
DB_POOL = env.flag("DB_POOL", False)
DATABASES = {
    "default": dj_database_url.parse(DATABASE_URL)
    | ({"ENGINE": "apps.core.embedded.backend"} if EMBEDDED_DATABASE else {})
    | {
        "CONN_MAX_AGE": 0 if DB_POOL else 60,
        "CONN_HEALTH_CHECKS": not DB_POOL,
        "OPTIONS": {"connect_timeout": 10}
        | ({"pool": {"min_size": 1, "max_size": env.number("DB_POOL_SIZE", 8), "timeout": 10}} if DB_POOL else {}),
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": REDIS_PREFIX,
    }
}
MEDIA_ROOT, RELEASES_ROOT = DATA_DIR / "uploads", DATA_DIR / "releases"
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_LIMIT_BYTES = env.number("UPLOAD_LIMIT_MB", 256) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
# Where files of up to UPLOAD_LIMIT_BYTES may be sent; everywhere else DATA_UPLOAD_MAX_MEMORY_SIZE is the limit.
UPLOAD_PATHS = [
    "/workbench/imports/",
    "/workbench/retractions/upload/",
    "/workbench/bulk/",
    "/vocabularies/ontologies/",
    "/api/v1/curation/bulk/",
    "/api/v1/curation/imports/",
]

# --- jobs -------------------------------------------------------------------------------------
CELERY_BROKER_URL = embedded.broker_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 3600,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": f"{REDIS_PREFIX}:",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_POOL = "tmeportal.worker_pool:StoppablePool"
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
WORKER_PROCESSES = env.number("WORKER_PROCESSES", 2)
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
IMPORT_LEASE_SECONDS = env.number("IMPORT_LEASE_SECONDS", 60)
IMPORT_KEEP_DAYS = env.number("IMPORT_KEEP_DAYS", 90)
REVIEW_CLAIM_DAYS = env.number("REVIEW_CLAIM_DAYS", 14)
RETRACTION_GRACE_HOURS = env.number("RETRACTION_GRACE_HOURS", 24)
# Every known reference is asked about once in so many days, at least so many a night.
REFRESH_DAYS = env.number("REFRESH_DAYS", 30, least=1)
REFRESH_LEAST = env.number("REFRESH_LEAST", 200)
TRIAGE_CLAIM_DAYS = env.number("TRIAGE_CLAIM_DAYS", 14)

# --- people -----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
if TESTING:
    # Slow hashing is what a real password needs, and what made people costly to make in tests.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = LOGOUT_REDIRECT_URL = "/"
# Editors and administrators need an authenticator app before they may do anything editorial.
REQUIRE_MFA = not DEMO
ACCOUNT_ADAPTER = "apps.accounts.adapters.AccountAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "apps.accounts.forms.details.SignUpDetailsForm"
_FORMS = "apps.accounts.forms.entrance"
ACCOUNT_FORMS = {
    "login": f"{_FORMS}.SignInForm",
    "signup": f"{_FORMS}.SignUpForm",
    "add_email": f"{_FORMS}.AddressForm",
    "change_password": f"{_FORMS}.ChangePasswordForm",
    "set_password": f"{_FORMS}.SetPasswordForm",
    "reset_password": f"{_FORMS}.ForgottenPasswordForm",
    "reset_password_from_key": f"{_FORMS}.NewPasswordForm",
    "reauthenticate": f"{_FORMS}.ReauthenticateForm",
}
MFA_FORMS = {
    "authenticate": f"{_FORMS}.SecondStepForm",
    "reauthenticate": f"{_FORMS}.SecondStepAgainForm",
    "activate_totp": f"{_FORMS}.SetUpForm",
}
SOCIALACCOUNT_FORMS = {"signup": f"{_FORMS}.OrcidSignUpForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_USERNAME_MIN_LENGTH = 3
ACCOUNT_USERNAME_VALIDATORS = "apps.accounts.forms.details.USERNAME_VALIDATORS"
ACCOUNT_USERNAME_BLACKLIST = ["admin", "administrator", "editor", "curator", "portal", "root", "system", "support"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to addresses that nobody registered
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = f"[{SITE_NAME}] "
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SECURE else "http"
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "signup": "20/m/ip,100/h/ip",
    "reset_password": "10/m/ip,5/h/key",
    "reset_password_from_key": "20/m/ip",
    "confirm_email": "1/3m/key",
    "manage_email": "10/m/user",
    "change_password": "5/m/user",
    "reauthenticate": "10/m/user",
}
# How many proxies of ours stand in front: the client's address is read from X-Forwarded-For that far back.
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXIES", 1 if env.flag("BEHIND_PROXY", False) else 0)
MFA_ADAPTER = "apps.accounts.adapters.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = SITE_NAME
MFA_TOTP_TOLERANCE = 1  # clocks of telephones differ by up to half a minute
ORCID_CLIENT_ID = env.text("ORCID_CLIENT_ID")
ORCID_CLIENT_SECRET = env.text("ORCID_CLIENT_SECRET")
ORCID_BASE_DOMAIN = env.text("ORCID_BASE_DOMAIN", "orcid.org")
ORCID_BASE_URL = env.text("ORCID_BASE_URL", f"https://{ORCID_BASE_DOMAIN}").rstrip("/")
SOCIALACCOUNT_ADAPTER = "apps.accounts.adapters.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_PROVIDERS = (
    {"orcid": {"APP": {"client_id": ORCID_CLIENT_ID, "secret": ORCID_CLIENT_SECRET}}}
    if ORCID_CLIENT_ID and ORCID_CLIENT_SECRET
    else {}
)
EMAIL_BACKEND = (
    "apps.core.mail.SmtpBackend" if env.text("EMAIL_HOST") else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "portal@localhost")

# --- language and time ------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
TIME_ZONE = "UTC"
USE_TZ = True

# --- pages ------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(DATA_DIR / "static")))
STATICFILES_DIRS = [
    BASE_DIR / "static",
    ("bootstrap", BASE_DIR / "node_modules/bootstrap/dist"),
    ("tom-select", BASE_DIR / "node_modules/tom-select/dist"),
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# Looked up when asked for: each client of a test would read all of them first.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- security ---------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        # A browser checks where a form's answer redirects to as well: signing in leads to ORCID.
        "form-action": [SELF, *([ORCID_BASE_URL] if SOCIALACCOUNT_PROVIDERS else [])],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Cookies know no ports: two portals on one machine would sign each other's visitors out.
SESSION_COOKIE_NAME = "__Host-tme_session" if SECURE else f"tme_session_{PORT}"
CSRF_COOKIE_NAME = "__Host-tme_csrf" if SECURE else f"tme_csrf_{PORT}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked for from within, without TLS
SECURE_SSL_REDIRECT = SECURE and env.flag("SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
if env.flag("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- figures and logs -----------------------------------------------------------------------------
METRICS_TOKEN = env.text("METRICS_TOKEN")
PROMETHEUS_EXPORT_MIGRATIONS = False
LOG_FORMAT = env.choice("LOG_FORMAT", "json" if SECURE else "readable", ("json", "readable"))
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
LOGGING = logging_configuration(readable=LOG_FORMAT != "json", level=env.choice("LOG_LEVEL", "INFO", LOG_LEVELS))
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_DEFAULT_LOG_LEVEL = DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG

# --- API --------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,  # unset, any visitor could choose the address that is counted
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # The token stands first: its challenge makes "not signed in" a 401, which a session's would not.
        "apps.accounts.authentication.ApiTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "EXCEPTION_HANDLER": "apps.core.problems.exception_handler",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": ["apps.core.throttling.VisitorThrottle", "apps.core.throttling.PersonThrottle"],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env.text("API_RATE_ANONYMOUS", "600/min"),
        "user": env.text("API_RATE_SIGNED_IN", "6000/min"),
    },
    "DEFAULT_VERSIONING_CLASS": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
REST_KNOX = {"TOKEN_MODEL": "accounts.ApiToken", "TOKEN_TTL": None, "TOKEN_PREFIX": "tme_"}
KNOX_TOKEN_MODEL = "accounts.ApiToken"  # noqa: S105 (a model, not a secret)
# Knox would make a table of tokens that nobody uses: ours stands in its place.
MIGRATION_MODULES = {"knox": None}
SPECTACULAR_SETTINGS = {
    "TITLE": f"{SITE_NAME} API",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    # A PATCH may have fields that it cannot do without (which edit it is based on).
    "COMPONENT_SPLIT_PATCH": False,
    "ENUM_NAME_OVERRIDES": {
        "StateEnum": "apps.literature.models.ImportRun.State",
        "CandidateStateEnum": "apps.literature.choices.CandidateState",
        "OutcomeEnum": "apps.vocabularies.choices.Outcome",
        "ReasonEnum": "apps.literature.choices.RejectionReason",
        "FlagReasonEnum": "apps.vocabularies.choices.FlagReason",
        "StatusEnum": "apps.curation.workflow.Status",
        "EntryStatusEnum": "apps.catalogue.models.Entry.Status",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}
