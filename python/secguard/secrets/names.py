"""What a variable's name says: whether it holds a secret, and whether it says of what."""

from __future__ import annotations

import re

# Splits UPPER_SNAKE, kebab-case, camelCase and HTTPServer into words; a digit ends a word.
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# Names run together without a separator still end in one of these.
_TAIL = re.compile(
    r".*(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|APIKEY|SECRETKEY|ACCESSKEY|PRIVATEKEY)S?"
    r"|(?:DB|PG|SQL|MYSQL|BIND|ROOT|ADMIN|USER|MY|DOCKER|NPM)(?:PASS|PWD|PW)"
)
_STRONG = frozenset(
    (
        "PASSWORD PASSWORDS PASSWD PASSPHRASE PASSCODE PASS PWD PW SECRET SECRETS TOKEN TOKENS PAT "
        "JWT APIKEY APITOKEN CREDENTIAL CREDENTIALS CREDS CRED KEYSTORE KUBECONFIG PFX HTPASSWD "
        "NETRC DOTENV WEBHOOK DSN SAS BEARER COOKIE HMAC TOTP MNEMONIC"
    ).split()
)
_KEY_OWNERS = frozenset(
    (
        "API ACCESS SECRET PRIVATE PRIV SSH GPG PGP RSA SIGNING SIGN ENCRYPTION ENCRYPT MASTER "
        "DEPLOY DEPLOYER SERVICE ACCOUNT LICENSE STORAGE APP APPLICATION ADMIN ROOT SESSION JWT "
        "AUTH HMAC WEBHOOK COOKIE TLS SSL CERT INTEGRATION INGEST SAS AES SERVER CONSUMER VAULT "
        "STRIPE SENDGRID MAILGUN MAILCHIMP TWILIO DATADOG ALGOLIA INFURA ALCHEMY ETHERSCAN OPENAI "
        "ANTHROPIC HEROKU GCLOUD GCP AZURE AWS GOOGLE SLACK SAUCE BROWSERSTACK PERCY SNYK "
        "CODECOV ROLLBAR BUGSNAG HONEYBADGER SEGMENT POSTHOG SAUCELABS CYPRESS RECORD NUGET WALLET "
        "CRYPT"
    ).split()
)
_PAIRS = frozenset(
    tuple(pair.split())
    for pair in (
        "CONNECTION STRING, DATABASE URL, DB URL, REDIS URL, MONGO URL, MONGODB URI, MONGO URI, "
        "AMQP URL, WEBHOOK URL, WEBHOOK URI, SERVICE ACCOUNT, DOCKER AUTH, REGISTRY AUTH, "
        "BASIC AUTH, NPM AUTH, COMPOSER AUTH, REPO AUTH, AUTH HEADER, SEED PHRASE, KUBE CONFIG"
    ).split(", ")
)
# The last word of a name that is about a secret without holding it.
_ABOUT = frozenset(
    (
        "FILE FILES FILENAME PATH PATHS DIR DIRECTORY FOLDER LOCATION URL URLS URI ENDPOINT HOST "
        "HOSTNAME DOMAIN PORT NAME NAMES ID IDS UUID ARN REF REFS REFERENCE ALIAS LABEL PREFIX "
        "SUFFIX PROVIDER ISSUER TTL LENGTH LEN SIZE COUNT LIMIT MAX MIN NUM TYPE KIND METHOD MODE "
        "ENABLED ENABLE DISABLED DISABLE REQUIRED EXPIRY EXPIRES EXPIRATION EXPIRE TIMEOUT AGE "
        "DURATION LIFETIME ROTATION INTERVAL REGION VERSION VERSIONS BACKEND STORE MANAGER ENGINE "
        "CLASS ALGORITHM ALG FORMAT ENCODING FIELD PARAM PARAMETER VARIABLE VAR ENVAR ENV DIGEST "
        "CHECKSUM SHA FINGERPRINT FINGERPRINTS POLICY REGEX PATTERN PROMPT HELPER PLUGIN PROCESS "
        "SOCK SOCKET USER USERNAME EMAIL SCOPE SCOPES AUDIENCE MOUNT DESCRIPTION HINT BUCKET "
        "NAMESPACE SOURCE INJECTOR SERVICE EXISTS VALID STATUS SUPPORT STDIN FD ARGS OPTS OPTIONS"
    ).split()
)
_NEGATION = frozenset(
    "NO DISABLE ENABLE ALLOW SKIP USE USES HAS IS REQUIRE REQUIRES CHECK MAX MIN WITHOUT".split()
)
_FLAGS = frozenset("ALLOW EMPTY TO".split())
_PUBLIC = frozenset("PUBLIC PUB PUBLISHABLE ANON ANONYMOUS".split())
_NEVER = frozenset(
    (
        "PWD OLDPWD GPG_KEY NEXT_TOKEN PAGE_TOKEN NEXT_PAGE_TOKEN CONTINUATION_TOKEN "
        "GOOGLE_APPLICATION_CREDENTIALS"
    ).split()
)
_GENERIC = frozenset(
    (
        "PASSWORD PASSWD PASSPHRASE PASS PWD PW SECRET SECRETS TOKEN TOKENS KEY KEYS API APIKEY "
        "ACCESS AUTH PRIVATE CREDENTIAL CREDENTIALS CREDS MY THE A NEW OLD TEST TESTING DEMO TMP "
        "TEMP FOO BAR BAZ VALUE VAR ENV DATA STRING VARIABLE SOME USER LOGIN CI X Y Z"
    ).split()
)


def is_secret_name(name: str) -> bool:
    """Return whether a variable or key of this name is expected to hold a secret."""
    parts = _words(name)
    if not parts or name.upper().replace("-", "_") in _NEVER or parts[0] in _NEGATION:
        return False
    if parts[-2:] in _PAIRS:
        return True
    if parts[-1] in _ABOUT or not _FLAGS.isdisjoint(parts):
        return False
    if not _PUBLIC.isdisjoint(parts):
        return "PASSWORD" in parts or "SECRET" in parts
    pairs = set(zip(parts, parts[1:]))
    if not pairs.isdisjoint(_PAIRS) or _is_key(parts, pairs):
        return True
    return any(part in _STRONG or _TAIL.fullmatch(part) for part in parts)


def is_weak_name(name: str) -> bool:
    """Return whether nothing in a name, like `API_KEY`, says what its secret opens."""
    parts = _words(name)
    return bool(parts) and all(part in _GENERIC for part in parts)


def _is_key(parts: tuple[str, ...], pairs: set[tuple[str, str]]) -> bool:
    if "PRIVATE" in parts and parts[-1] == "KEY":
        return True
    return any(owner in _KEY_OWNERS and key in ("KEY", "KEYS") for owner, key in pairs)


def _words(name: str) -> tuple[str, ...]:
    return tuple(word.upper() for word in _WORD.findall(name))
