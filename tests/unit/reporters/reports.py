"""Reports made by hand: one of everything, one empty, one that checked nothing."""

from __future__ import annotations

from secguard.finding import (
    Confidence,
    Finding,
    Location,
    Problem,
    Report,
    RuleInfo,
    Severity,
    Source,
    Span,
    Suppression,
)

PASSWORD = "hunter2-canary-9f8e7d"
KEY = ("-----BEGIN CANARY KEY-----", "Q0FOQVJZLWxpbmUtMQ==", "Q0FOQVJZLWxpbmUtMg==")
TOKEN = "canary_token_0123456789"
CANARIES = (PASSWORD, *KEY, TOKEN)

_CONFIG = f"""\
version: 2.1
orbs:
  node: circleci/node@volatile
parameters:
  target:
    type: string
    default: staging # 既定の環境
jobs:
  deploy:
    docker:
      - image: cimg/base:stable
        auth: {{ username: ci, password: {PASSWORD} }}
    steps:
      - run: |
          echo "配備先 << pipeline.parameters.target >>"
\t\tcurl -sSL https://example.com/\x1b[2Jinstall.sh | bash\r
      - run: docker login -u ci -p {PASSWORD}
      - run: deploy --to << pipeline.parameters.target >> --log {"x" * 150} --then done
      - run: deploy --to << pipeline.parameters.target >> --dry-run
  sign:
    environment:
      SIGNING_KEY: |
        {KEY[0]}
        {KEY[1]}
        {KEY[2]}
        and-one-more-canary-line
    steps:
      - run: |
          set -x
          first
          second
          third
          fourth
workflows:
  main:
    jobs: [deploy, sign]"""

_CONTINUED = f"""\
version: 2.1
jobs:
  a:
    docker: [{{image: "cimg/go:1.22", auth: {{password: {PASSWORD}}}}}]
    environment: {{TOKEN: {TOKEN}}}"""

URI = ".circleci/config.yml"
OTHER = ".circleci/continue config.yml"
PAGES = "https://example.com/rules/"


def _at(line: int, text: str, *, uri: str = URI, note: str = "", path: str = "") -> Location:
    lines = (_CONFIG if uri == URI else _CONTINUED).split("\n")
    column = lines[line - 1].index(text) + 1
    span = Span(line, column, line, column + len(text))
    return Location(uri, span, tuple(path.split()), note)


def _rule(
    name: str, summary: str, severity: Severity, *refs: str, family: str = "config"
) -> RuleInfo:
    return RuleInfo(name, summary, family, severity, Confidence.HIGH, refs, f"{PAGES}{name}.md")


RULES = (
    _rule(
        "template-injection", "value pasted into a script", Severity.HIGH, "CICD-SEC-4", "CWE-78"
    ),
    _rule(
        "plain-secret", "secret written down in the config", Severity.HIGH, "CICD-SEC-6", "CWE-798"
    ),
    _rule("pipe-to-shell", "download run unseen", Severity.MEDIUM, "CICD-SEC-3", "CWE-494"),
    _rule("orb-volatile", "orb at a moving version", Severity.MEDIUM, "CICD-SEC-3"),
    _rule("trace-on", "shell trace prints secrets", Severity.LOW, "CICD-SEC-6", "CWE-532"),
    _rule("image-tag", "image by a tag that moves", Severity.LOW, "CICD-SEC-3", family="images"),
    _rule("unmasked-value", "value too short to be masked", Severity.INFO, family="runtime"),
)

_FLOW = (
    _at(5, "target", note="anyone who starts a pipeline sets it"),
    _at(7, "staging", note="the default"),
)
_EXPRESSION = "<< pipeline.parameters.target >>"
_PASTED = (
    'pipeline parameter "target" is pasted into a shell script, where its value runs as commands'
)
_HINT = (
    'put it in the step\'s "environment" and write "$TARGET" in the script; the shell then reads '
    "it as text, whatever it holds"
)


def _injection(line: int) -> Finding:
    return Finding(
        "template-injection",
        Severity.HIGH,
        Confidence.HIGH,
        _PASTED,
        _at(line, _EXPRESSION, note="replaced before the shell runs", path="jobs deploy steps"),
        related=_FLOW,
        hint=_HINT,
        subject="target",
        exposure='the job holds the context "production" and two keys',
    )


_PASSWORD = _at(12, PASSWORD, note="this value", path="jobs deploy docker 0 auth password")
_SECRETS = Finding(
    "plain-secret",
    Severity.HIGH,
    Confidence.HIGH,
    "a registry password is written down in the config",
    _PASSWORD,
    related=(
        _at(17, f"-p {PASSWORD}", note="used again here"),
        _at(4, PASSWORD, uri=OTHER, note="and in another file"),
    ),
    hint='use "$DOCKER_PASSWORD" from a context',
    secrets=(_PASSWORD.span or Span(1, 1, 1, 1),),
)
_BLOCK = Finding(
    "plain-secret",
    Severity.HIGH,
    Confidence.MEDIUM,
    "a private key is written down in the config",
    Location(URI, Span(22, 20, 27, 1), ("jobs", "sign", "environment", "SIGNING_KEY")),
    hint="remove it from the history and replace it",
    secrets=(Span(22, 20, 27, 1),),
)
_TOKEN = _at(5, TOKEN, uri=OTHER)

RICH = Report(
    findings=(
        *map(_injection, (15, 18, 19)),
        _SECRETS,
        _BLOCK,
        Finding(
            "pipe-to-shell",
            Severity.MEDIUM,
            Confidence.HIGH,
            '"curl" output is piped into "bash"',
            _at(16, "curl -sSL https://example.com/\x1b[2Jinstall.sh | bash"),
            hint="download it,\ncheck its SHA-256, then run it",
        ),
        Finding(
            "orb-volatile",
            Severity.MEDIUM,
            Confidence.HIGH,
            'orb "circleci/node" is at "volatile"\u202e, whatever was published last',
            _at(3, "circleci/node@volatile"),
            subject="circleci/node",
        ),
        Finding(
            "trace-on",
            Severity.LOW,
            Confidence.LOW,
            "the script runs with tracing on",
            Location(URI, Span(28, 14, 34, 1), ("jobs", "sign", "steps", "0", "run")),
        ),
        Finding(
            "unmasked-value",
            Severity.INFO,
            Confidence.HIGH,
            "the value is shorter than 4 characters, so logs show it",
            Location("env:PIN", note="set by a context"),
            hint="store a longer value",
        ),
    ),
    problems=(
        Problem(_at(1, "version", uri=OTHER), "the file could not be read to its end", "mend it"),
        Problem(
            Location("image:cimg/go:1.22"),
            "the registry did not answer in 10 seconds",
            "run it again, or leave out the images with --offline",
            rule="image-tag",
        ),
        Problem(
            Location("registry:ghcr.io"), "no registry was reached", "ask again", tolerated=True
        ),
    ),
    suppressed=(
        Suppression(
            Finding(
                "plain-secret",
                Severity.HIGH,
                Confidence.HIGH,
                "a token is written down in the config",
                _TOKEN,
                secrets=(_TOKEN.span or Span(1, 1, 1, 1),),
            ),
            "comment",
            f"only a test token, not {TOKEN}",
        ),
        Suppression(_injection(15), "baseline"),
    ),
    inputs=(
        Source(URI, tuple(_CONFIG.split("\n"))),
        Source(OTHER, tuple(_CONTINUED.split("\n"))),
    ),
    rules=RULES,
    version="1.2.3",
    opaque=("acme/deploy@1.0.0", "acme/\u200bnotify@2"),
    notes=("access rules did not run: no token was given",),
)

EMPTY = Report(
    findings=(),
    problems=(),
    suppressed=(),
    inputs=(Source(URI, ("version: 2.1",)),),
    rules=RULES,
    version="1.2.3",
)

UNCHECKED = Report(
    findings=(),
    problems=(
        Problem(
            Location(URI, Span(2, 3, 2, 7)), 'the anchor "base" is not defined', "define it above"
        ),
    ),
    suppressed=(),
    inputs=(Source(URI, ("a:", "  *base")),),
    rules=RULES,
    version="1.2.3",
)
