"""Settings of the site, driven by the environment.

With nothing set, Attaché runs by itself: SQLite and files under `var/`, mail to the console, on this machine only.
docs/operators.md lists every variable. A value that cannot be used stops the start and names its variable.

A SITE_URL that begins with https:// makes this a production site: cookies and redirects insist on TLS, a SECRET_KEY
must be given, and the demo newsroom, whose passwords are public, refuses to be built.
"""

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from attache import environment

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(environment.env.str("VAR_DIR", default=str(BASE_DIR / "var")))

# --- Where the site stands ---------------------------------------------------------------------------------------

DEBUG = environment.flag("DEBUG")
PORT = environment.number("PORT", default=8000, least=1, most=65535)
SITE_URL = environment.origin("SITE_URL", default=f"http://127.0.0.1:{PORT}")
PRODUCTION = SITE_URL.startswith("https://")
SECRET_KEY = environment.secret_key("SECRET_KEY", file=VAR_DIR / "secret-key", may_create=not PRODUCTION)
# Earlier ones, while what they signed and sealed is still to be read.
SECRET_KEY_FALLBACKS = list(environment.words("SECRET_KEY_FALLBACKS"))

ALLOWED_HOSTS = [str(urlsplit(SITE_URL).hostname)]
CSRF_TRUSTED_ORIGINS = [SITE_URL]
if not PRODUCTION:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]"]

# Set only where a proxy of ours stands in front and overwrites the header; otherwise anyone could claim TLS.
BEHIND_PROXY = environment.flag("BEHIND_PROXY")
# How many of ours stand one behind the other; each adds an entry to X-Forwarded-For.
PROXIES = environment.number("PROXIES", default=1, least=1, most=5)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz)$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"

# --- The paper ---------------------------------------------------------------------------------------------------

NEWSROOM_NAME = environment.env.str("NEWSROOM_NAME", default="The Newsroom")
NEWSROOM_MOTTO = environment.env.str("NEWSROOM_MOTTO", default="")
# What a paper puts in the place of our pages and styles: docs/design.md.
DESIGN_DIR = environment.folder("DESIGN_DIR")
# Who wrote a story does not publish it; the editor-in-chief may pass over it with a reason that is kept.
FOUR_EYES = environment.flag("FOUR_EYES")
LANGUAGE_CODE = "en-gb"
# Like the name, until the newsroom settings say another (articles/clock.py).
TIME_ZONE = environment.time_zone("TIME_ZONE", default="UTC")
USE_I18N = True
FORMAT_MODULE_PATH = "attache.formats"
USE_TZ = True

# --- The house ---------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "attache.apps.NewsroomAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "ckeditor",
    "taggit",
    "csp",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_tasks",
    "django_tasks_db",
    "attache.apps.SiteConfig",
    "staff",
    "articles",
    "media",
]

MIDDLEWARE = [
    # Keeps whole answers, with every header that the others give them.
    "attache.pages.middleware.PageCacheMiddleware",
    # Before the others, so that every answer passes through it: redirects, files and what the others refuse included.
    "attache.security.SecurityHeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "articles.clock.ClockMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "staff.middleware.StaffMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

# Widgets of ours have their templates beside the others.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

ROOT_URLCONF = "attache.urls"
WSGI_APPLICATION = "attache.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [*([DESIGN_DIR / "templates"] if DESIGN_DIR else []), BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "attache.context.newsroom",
                "staff.context.frame",
            ],
        },
    },
]

# A manuscript is checked block by block in one form: 1,000 blocks, three fields each and three more for a photo.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6_500
DATA_UPLOAD_MAX_NUMBER_FILES = 1_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- What is kept ------------------------------------------------------------------------------------------------

DATABASES = {"default": environment.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'attache.sqlite3'}")}
# What readers ask for is read there (attache/replica.py).
if REPLICA := environment.replica("DATABASE_REPLICA_URL", of=DATABASES["default"]):
    DATABASES["replica"] = REPLICA
    DATABASE_ROUTERS = ["attache.replica.Router"]
    # The page cache reads by it.
    MIDDLEWARE.insert(0, "attache.replica.ReplicaMiddleware")
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # IMMEDIATE takes the write lock when a transaction begins, so that one which reads first cannot fail half-way.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 60,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=FULL;",
    }
    # To open the file anew for each request takes longer than to answer it.
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
    VAR_DIR.mkdir(parents=True, exist_ok=True)
else:
    for each in DATABASES.values():
        each |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        # What is prepared there (articles/prepared.py; nothing of Django's is) is planned once for all values: to plan
        # it for some takes longer than to answer it.
        once = {"prepare_threshold": 0, "options": "-c plan_cache_mode=force_generic_plan"}
        # A server that has gone is given up soon, so that pages can be shown without it; in seconds, the last in
        # thousandths.
        gone = {"connect_timeout": 3, "keepalives_idle": 5, "keepalives_interval": 5, "tcp_user_timeout": 20_000}
        each["OPTIONS"] = gone | once | each.get("OPTIONS", {})

# What every process must know of each other: codes that were used, requests that are counted. It stands in the
# database, with or without Redis, which may be down, and throws away what it has no room for. Here nobody who makes
# many entries makes others go.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "staff_shared",
        "OPTIONS": {"MAX_ENTRIES": 50_000},
    }
}
# Pieces of pages, and what answers to searches are worth, under names that say all that is in them; none with DEBUG.
CACHES["template_fragments"] = {
    "BACKEND": f"django.core.cache.backends.{'dummy.DummyCache' if DEBUG else 'locmem.LocMemCache'}",
    "TIMEOUT": None,
    "OPTIONS": {"MAX_ENTRIES": 2_000},
}
# Pages that were made are kept in the memory of each process, and with Redis in one place for all. 0 keeps none.
PAGES_MEMORY_MB = environment.number("PAGES_MEMORY_MB", default=64, least=0, most=65536)
# How long a CDN or nginx in front may hold such a page without asking. 0: not at all.
EDGE_SECONDS = environment.number("EDGE_SECONDS", default=0, least=0, most=86_400)
# A CDN that is told what has changed, and the header that opens it (a name and a secret).
PURGE_URL = environment.address("PURGE_URL")
PURGE_HEADER = environment.header("PURGE_HEADER")
if PURGE_URL and not EDGE_SECONDS:
    raise ImproperlyConfigured("PURGE_URL is set, but EDGE_SECONDS is not, so that no CDN holds a page.")
if REDIS := environment.redis("CACHE_URL"):
    # A page can be made sooner than a Redis that is down is waited for.
    waits = {"socket_timeout": 0.5, "socket_connect_timeout": 0.5}
    CACHES["pages"] = REDIS | {"OPTIONS": REDIS.get("OPTIONS", {}) | waits, "KEY_PREFIX": "pages"}

# The originals stay private. What readers get are renditions made from them, under names that never mean another file.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "originals": environment.shelf(
        "STORAGE_URL",
        folder="originals",
        disk=VAR_DIR / "originals",
        mode=0o640,
        headers={"CacheControl": "private, no-store"},
    ),
    "renditions": environment.shelf(
        "RENDITIONS_STORAGE_URL" if "RENDITIONS_STORAGE_URL" in environment.env.ENVIRON else "STORAGE_URL",
        folder="photos",
        disk=VAR_DIR / "renditions",
        mode=0o644,
        headers={"CacheControl": "public, max-age=31536000, immutable"},
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Where pages say that pictures are: on this site, or at a CDN that asks this site for what it does not have.
PHOTOS_URL = environment.base("PHOTOS_URL", default="/photos/")
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [DESIGN_DIR / "static"] if DESIGN_DIR and (DESIGN_DIR / "static").is_dir() else []

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# In seconds. A mail server that says nothing is not waited for by all that the worker has to do after it.
EMAIL_TIMEOUT = 20
vars().update(environment.mail("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = environment.env.str("MAIL_FROM", default=f"newsroom@{urlsplit(SITE_URL).hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

TAGGIT_CASE_INSENSITIVE = True

# --- Who may come in ---------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "staff.Person"
AUTHENTICATION_BACKENDS = ["articles.roles.DutyBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "admin:index"
LOGOUT_REDIRECT_URL = "account_login"

# The second factor: who needs one (roles by their codes; none named: whoever may publish, and administrators), and how
# long after their account was made they may do without. A site on this machine only asks nobody, unless told to.
SECOND_FACTOR_REQUIRED = environment.flag("SECOND_FACTOR_REQUIRED", default=PRODUCTION)
SECOND_FACTOR_ROLES = environment.words("SECOND_FACTOR_ROLES")
SECOND_FACTOR_GRACE_DAYS = environment.number("SECOND_FACTOR_GRACE_DAYS", default=7, least=0, most=90)
# A move that matters asks for the password or passkey again when the sign-in is older than this.
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * environment.number("FRESH_FOR_MINUTES", default=15, least=1, most=720)
SESSION_COOKIE_AGE = 60 * 60 * 24 * environment.number("SESSION_DAYS", default=14, least=1, most=90)
INVITATION_DAYS = environment.number("INVITATION_DAYS", default=7, least=1, most=90)
# How long the security log is kept. The database refuses to part with anything younger than thirty days.
SECURITY_LOG_DAYS = environment.number("SECURITY_LOG_DAYS", default=400, least=30, most=3650)

ACCOUNT_ADAPTER = "staff.entrance.Entrance"
ACCOUNT_FORMS = {
    "login": "staff.forms.SignInForm",
    "reset_password": "staff.forms.ResetPasswordForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# Guessing is counted by `staff.limits`. What allauth counts for an account from everywhere, anybody could use up.
ACCOUNT_RATE_LIMITS = {
    "login_failed": None, "login": None, "reset_password": "20/m/ip", "reset_password_of_one": "6/h/key",
}  # fmt: skip
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
PASSWORD_RESET_TIMEOUT = 60 * 60 * 4
MFA_ADAPTER = "staff.entrance.Factors"
MFA_FORMS = {
    "add_webauthn": "staff.forms.AddPasskeyForm",
    "authenticate": "staff.forms.CodeForm",
    "authenticate_webauthn": "staff.forms.PasskeyForm",
    "login_webauthn": "staff.forms.PasskeyAloneForm",
    "reauthenticate": "staff.forms.ConfirmCodeForm",
    "reauthenticate_webauthn": "staff.forms.ConfirmPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1

PICTURES_FROM = [SELF] if PHOTOS_URL.startswith("/") else [SELF, "/".join(PHOTOS_URL.split("/")[:3])]
# Reader pages run no script at all. `attache.security` gives the admin a policy of its own.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "img-src": [*PICTURES_FROM, "data:"],
        "style-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Every source stays on this host (pictures may come from the paper's own CDN), so nothing can be fetched from or sent
# to another. The pages on which a story is written are given a little more (articles/editor.py).
ADMIN_CONTENT_SECURITY_POLICY = {
    "default-src": [NONE],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [*PICTURES_FROM, "data:", "blob:"],
    "font-src": [SELF],
    "connect-src": [SELF],
    "frame-src": [SELF],
    "form-action": [SELF],
    "base-uri": [NONE],
    "frame-ancestors": [NONE],
}

# The way in needs none of that: no page on which a password is typed runs anything that is written into it.
SIGN_IN_CONTENT_SECURITY_POLICY = ADMIN_CONTENT_SECURITY_POLICY | {
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "frame-src": [NONE],
    "frame-ancestors": [NONE],
}

# --- The editor --------------------------------------------------------------------------------------------------

# CKEditor 4.22.1 is the last open release and has a known hole in its parser (CVE-2024-24815). Its fences: bodies are
# clean before it loads them (articles/body/, on every write), it may only produce an explicit list of elements, the
# plugins that talk to other hosts are removed, and its pages may load from and send to this host only.
SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]
CKEDITOR_BASEPATH = f"{STATIC_URL}ckeditor/ckeditor/"
CKEDITOR_CONFIGS = {
    "body": {
        "customConfig": f"{STATIC_URL}articles/editor/config.js",
        "toolbar": "body",
        "width": "100%",
    }
}

# --- What is written down ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
        "warnings": {"class": "logging.StreamHandler", "formatter": "line", "level": "WARNING"},
    },
    "filters": {
        # That somebody asked for what is not there, or not any more, is no trouble of ours.
        "found": {
            "()": "django.utils.log.CallbackFilter",
            "callback": lambda record: getattr(record, "status_code", None) not in (404, 410),
        },
    },
    "root": {"handlers": ["console"], "level": "INFO" if not DEBUG else "DEBUG"},
    "loggers": {
        "django.db.backends": {"level": "INFO"},
        "django.request": {"filters": ["found"]},
        "PIL": {"level": "INFO"},
        # The worker sets its own level; what it does well need not be said.
        "django_tasks": {"handlers": ["warnings"], "propagate": False},
        "django_tasks_db": {"handlers": ["warnings"], "propagate": False},
    },
}
