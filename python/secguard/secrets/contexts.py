"""Credentials known by what surrounds them: a URL, a PEM header, a setting of a known tool."""

from __future__ import annotations

from secguard.secrets import checks
from secguard.secrets.entropy import looks_random
from secguard.secrets.formats import Format

_BREAK = r"""(?:\s|\\+[nrt]|["'+,|>]){0,40}"""
_NOT_B64 = "(?![A-Za-z0-9+/=])"

CONTEXTS: tuple[Format, ...] = (
    Format(
        "private-key",
        "private key",
        ("-----BEGIN ",),
        r"-----BEGIN (?:[A-Z0-9]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----"
        rf"(?:{_BREAK}(?:Proc-Type|DEK-Info|Version|Comment|Charset)[^\n\\]{{0,100}}){{0,4}}"
        rf"{_BREAK}(?P<secret>[A-Za-z0-9+/=]{{40}}[^-]{{0,16384}})",
        checks.key_body,
        anywhere=True,
    ),
    Format(
        "url-password",
        "password in a URL",
        ("://",),
        r"""://(?P<user>[^\s:/?#@"'`<>\\(){}|,;]{0,80}):"""
        r"""(?P<secret>[!#-&(-.0-9;=?A-Z\[\]^_a-z{}~]{3,200})@(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,252})""",
        checks.is_password,
        anywhere=True,
    ),
    Format(
        "jwt",
        "signed JSON Web Token",
        ("eyJ",),
        r"eyJ[\w-]{10,2000}\.eyJ[\w-]{10,6000}\.[\w-]{20,1400}(?![\w-])",
        checks.jwt,
    ),
    Format(
        "aws-secret-key",
        "AWS secret access key",
        ("cret_access_key", "CRET_ACCESS_KEY", "cretAccessKey", "cret-access-key"),
        r"""(?i:cret.?access.?key)["'\])]{0,2}\s{0,4}(?:=>|:=|[:=,])?\s{0,4}\\?["']?"""
        rf"(?P<secret>[A-Za-z0-9/+]{{40}}){_NOT_B64}",
        checks.mixed_base64,
        anywhere=True,
    ),
    Format(
        "aws-secret-key-nearby",
        "AWS secret access key",
        ("AKIA", "ASIA"),
        r"A[KS]IA[A-Z2-7]{16}(?![A-Z0-9])[\s\S]{1,100}?(?<![A-Za-z0-9/+=])"
        rf"(?P<secret>[A-Za-z0-9/+]{{40}}){_NOT_B64}",
        checks.mixed_base64,
    ),
    Format(
        "azure-storage-key",
        "Azure storage account key",
        ("AccountKey=",),
        rf"AccountKey=(?P<secret>[A-Za-z0-9+/]{{86}}==){_NOT_B64}",
        anywhere=True,
    ),
    Format(
        "azure-access-key",
        "Azure shared access key",
        ("SharedAccessKey=",),
        rf"SharedAccessKey=(?P<secret>[A-Za-z0-9+/]{{43}}=){_NOT_B64}",
        anywhere=True,
    ),
    Format(
        "azure-sas",
        "Azure shared access signature",
        ("sv=20",),
        r"""sv=20\d\d-\d\d-\d\d&[^\s"'<>]{0,300}?&?sig=(?P<secret>[A-Za-z0-9%/+]{43,70}=?)""",
        anywhere=True,
    ),
    Format(
        "azure-client-secret",
        "Azure client secret",
        ("Q~",),
        r"(?<![\w.~-])[\w.~]{3}\dQ~[\w.~-]{31,34}(?![\w.~-])",
        back=4,
        anywhere=True,
    ),
    Format(
        "azure-platform-key",
        "Azure platform key",
        ("JQQJ9",),
        r"(?<!\w)[A-Za-z0-9]{52}JQQJ9[9D][A-Za-z0-9][A-L][A-Za-z0-9]{16}[A-Za-z][A-Za-z0-9]{7}",
        back=52,
        anywhere=True,
    ),
    Format(
        "terraform",
        "HCP Terraform token",
        (".atlasv1.",),
        r"(?<!\w)[A-Za-z0-9]{14}\.atlasv1\.[\w-]{60,70}(?![\w-])",
        back=14,
        anywhere=True,
    ),
    Format(
        "telegram-bot",
        "Telegram bot token",
        (":AA",),
        r"\d{8}:(?P<secret>AA[\w-]{33})(?![\w-])",
        back=8,
        anywhere=True,
    ),
    Format(
        "registry-auth",
        "registry credential in a Docker config",
        ('"auth',),
        r'"auth\\?"\s{0,4}:\s{0,4}\\?"(?P<secret>[A-Za-z0-9+/]{12,400}={0,2})\\?"',
        checks.basic_auth,
        anywhere=True,
    ),
    Format(
        "basic-auth",
        "HTTP basic credential",
        ("Basic ", "basic "),
        rf"[Bb]asic (?P<secret>[A-Za-z0-9+/]{{12,400}}={{0,2}}){_NOT_B64}",
        checks.basic_auth,
        anywhere=True,
    ),
    Format(
        "npm-auth",
        "npm registry credential",
        ("_authToken=", "_auth="),
        r"""_auth(?:Token)?=\\?["']?(?P<secret>[\w.+/-]{12,200}={0,2})""",
        looks_random,
    ),
    Format(
        "netrc",
        "password in a netrc file",
        ("machine ",),
        r"machine\s{1,8}(?P<host>\S{1,253})\s{1,32}login\s{1,8}(?P<user>\S{1,100})\s{1,32}"
        r"password\s{1,8}(?P<secret>[^\s\\]{3,300})",
        checks.is_password,
        anywhere=True,
    ),
)
"""Formats recognised by their surroundings."""

_HEX = "[0-9a-f]"
_HEX_RUN = _HEX + "{32}"
_UUID = f"{_HEX}{{8}}(?:-{_HEX}{{4}}){{3}}-{_HEX}{{12}}"
_UUID_START = f"{_HEX}{{8}}-{_HEX}{{4}}-"


def _named(id: str, title: str, name: str, value: str) -> Format:
    start = _UUID_START if value is _UUID else _HEX_RUN
    return Format(id, title, (), f"(?:{value})(?![0-9A-Za-z])", start=start, name=name)


UNMARKED: tuple[Format, ...] = (
    _named("circleci-legacy", "CircleCI API token", r"circle(?:ci)?\w{0,12}token", _HEX + "{40}"),
    _named(
        "datadog",
        "Datadog key",
        r"(?<![a-z])(?:dd|datadog)_?(?:a[a-z]{2,11}_?)?key",
        rf"{_HEX}{{32}}(?:{_HEX}{{8}})?",
    ),
    _named("twilio", "Twilio credential", r"twilio\w{0,16}(?:token|secret|key)", _HEX_RUN),
    _named("heroku-legacy", "Heroku API key", r"heroku\w{0,12}key", _UUID),
    _named("snyk", "Snyk API token", r"snyk\w{0,12}token", _UUID),
    _named("codecov", "Codecov upload token", r"codecov\w{0,12}token", _UUID),
    _named("github-legacy", "GitHub token", r"(?<![a-z])(?:github|gh)\w{0,12}token", _HEX + "{40}"),
    _named("sonar-legacy", "SonarQube token", r"sonar\w{0,8}(?:token|login)", _HEX + "{40}"),
    _named("sentry-legacy", "Sentry auth token", r"sentry\w{0,8}token", _HEX + "{64}"),
    _named(
        "new-relic-licence",
        "New Relic license key",
        r"new_?relic\w{0,8}license_?key",
        _HEX + "{36}(?:NRAL|[0-9a-f]{4})",
    ),
    _named(
        "infura",
        "Infura API key",
        r"(?<!react_app_)(?<!vite_)infura\w{0,24}(?:key|secret|id)",
        _HEX_RUN,
    ),
    Format(
        "mailchimp", "Mailchimp API key", (), rf"{_HEX}{{32}}-us\d{{1,2}}(?!\w)", start=_HEX_RUN
    ),
    Format(
        "airtable",
        "Airtable token",
        (),
        rf"pat[A-Za-z0-9]{{14}}\.{_HEX}{{64}}(?!\w)",
        start=r"pat[A-Za-z0-9]{14}\.",
    ),
    Format(
        "discord-bot",
        "Discord bot token",
        (),
        r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,38}(?![\w-])",
        checks.discord_bot,
        start=r"[MNO][\w-]{23,27}\.[\w-]{6}\.",
    ),
)
"""Formats with no text of their own; most need a telling name before them."""
