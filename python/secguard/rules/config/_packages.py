"""Which packages a command gets by name, and whether it says which version."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, Sequence

from secguard.circleci.spelling import Values
from secguard.circleci.values import HOLE
from secguard.shell import Command, Word
from secguard.shell.options import Argument, arguments

_PIP = frozenset(
    """
    -b -c -e -f -i -p -r -t --abi --build-option --cache-dir --cert --config-settings --constraint
    --editable --exists-action --extra-index-url --find-links --global-option --implementation
    --index --index-strategy --index-url --log --no-binary --only-binary --platform --prefix
    --progress-bar --proxy --python --python-version --report --requirement --retries --root --src
    --target --timeout --trusted-host --upgrade-strategy
    """.split()
)
_NODE = frozenset(
    """
    -C -c -F -p -w --cache --call --cwd --dir --filter --include --loglevel --omit --package
    --prefix --registry --tag --workspace
    """.split()
)
_UV = frozenset(
    "-p -w --from --index --index-url --extra-index-url --python --spec --with --preinstall".split()
)
_GEM = frozenset("-i -n -s -v --bindir --install-dir --platform --source --version".split())
_CARGO = frozenset(
    """
    -F -Z -j --bin --branch --config --features --git --index --jobs --path --profile --registry
    --rev --root --tag --target --target-dir --vers --version
    """.split()
)
_GO = frozenset("-C -exec -ldflags -mod -modfile -o -p -tags".split())

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*")
_PIP_NAME = re.compile(r"pip[\d.]*")
_OWN = ("pip", "setuptools", "wheel")  # what installs the others comes with every image
_COMMIT = re.compile(r"[0-9a-f]{7,40}")
_VERSION = re.compile(r"[=v]?\d+\.\d+(?:\.\d+)?(?:[-+.]?[0-9A-Za-z.+-]*)?")
_FILLED = re.compile(rf"[${HOLE}`*{{]")
_REPOSITORY = re.compile(
    r"(?:git\+|git://|github:|gitlab:|ssh://|git@|https://(?:github|gitlab)\.com/[^/]+/[^/#@]+\Z)"
)
_SHORT = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+(?:#.*)?")
_FILE = re.compile(r"[./~]|.*\.(?:whl|tgz|gem|zip|tar\.\w+|nupkg)(?:\[.*)?\Z|(?:file|https?):")
_RUNNERS = {
    "npx": ("npx",),
    "pnpx": ("pnpx",),
    "bunx": ("bunx",),
    "npm": ("exec", "x"),
    "pnpm": ("dlx",),
    "yarn": ("dlx",),
    "bun": ("x",),
    "pipx": ("run", "install"),
    "uvx": ("uvx",),
}


_ADDS = {
    "bun": ("a", "add", "i", "install"),
    "npm": ("add", "i", "install"),
    "pnpm": ("add", "i", "install"),
    "yarn": ("add",),
}


@dataclass(frozen=True)
class Package:
    """One package whose version a command leaves open."""

    tool: str
    name: str
    word: Word
    repository: bool = False
    """True for a branch of a repository instead of a release."""
    installed: bool = False
    """True where a copy among the project's own dependencies is taken first."""


def invoked(command: Command) -> tuple[str, Sequence[Word]]:
    """Give the package manager that a command calls, also as a Python module, and its words."""
    name, args = command.name, command.args
    if _PYTHON.fullmatch(name):
        for at, word in enumerate(args[:4]):
            if word.text == "-m" and at + 1 < len(args):
                module = args[at + 1].text
                return (module, args[at + 2 :]) if module in ("pip", "pipx", "uv") else ("", ())
        return "", ()
    return ("pip" if _PIP_NAME.fullmatch(name) else name), args


def manages(command: Command) -> bool:
    """True where a command calls a package manager that is known here."""
    tool, _ = invoked(command)
    return tool in _INSTALLERS or tool in _RUNNERS or tool == "uv"


def sets_up(command: Command) -> bool:
    """True where a command installs the project's own Node packages."""
    tool, words = invoked(command)
    if tool not in _ADDS:
        return False
    named = [one.value for one in arguments(words, _NODE) if not one.name]
    return named in ([], ["ci"], ["clean-install"], ["i"], ["install"])


def packages(command: Command, values: Values) -> Iterator[Package]:
    """Yield the packages that a command installs or runs in whatever version is newest."""
    tool, words = invoked(command)
    verbs = [word.text for word in words[:2]]
    if tool == "uv" and verbs[:1] == ["pip"]:
        tool, words = "pip", words[1:]
    if tool == "uv" and verbs[:1] == ["tool"]:
        tool, words = "uvx", words[2:]
    elif tool in _RUNNERS and _RUNNERS[tool][0] != tool:
        runs = bool(verbs) and verbs[0] in _RUNNERS[tool]
        words = words[1:] if runs else words
        if runs and tool != "pipx":
            tool = f"{tool} {verbs[0]}"
    if tool in ("npx", "pnpx", "bunx", "npm exec", "npm x", "bun x", "pnpm dlx", "yarn dlx"):
        yield from _run(tool, arguments(words, _NODE, values.spell))
    elif tool in ("pipx", "uvx"):
        yield from _tool(tool, arguments(words, _UV, values.spell))
    elif tool in _INSTALLERS:
        yield from _INSTALLERS[tool](words, values)


def _pip(words: Sequence[Word], values: Values) -> Iterator[Package]:
    found = arguments(words, _PIP, values.spell)
    if not found or found[0].value != "install":
        return
    if any(one.name in ("-c", "--constraint", "--require-hashes") for one in found):
        return
    for one in found[1:]:
        if one.name in ("", "-e", "--editable"):
            if _REPOSITORY.match(one.value):
                yield from _branch("pip", one, "@")
            elif not one.name and _open_python(one.value):
                yield Package("pip", re.split(r"[<>=!~\[ ;]", one.value)[0], one.word)


def _open_python(text: str) -> bool:
    if _FILE.match(text) or "/" in text or "==" in text or "@" in text or _FILLED.search(text):
        return False
    return re.split(r"[<>=!~\[ ;]", text)[0] not in _OWN


def _node(tool: str, words: Sequence[Word], values: Values) -> Iterator[Package]:
    found = arguments(words, _NODE, values.spell)
    plain = [one for one in found if not one.name]
    if tool == "yarn" and plain and plain[0].value == "global":
        plain = plain[1:]
    if plain and plain[0].value in _ADDS[tool]:
        for one in plain[1:]:
            yield from _open_node(tool, one)
        if tool == "npm" and len(plain) == 1:
            yield Package(tool, "", plain[0].word)


def _open_node(tool: str, one: Argument, installed: bool = False) -> Iterator[Package]:
    text = one.value
    if _REPOSITORY.match(text) or (_SHORT.fullmatch(text) and not text.startswith("@")):
        yield from _branch(tool, one, "#")
    elif not _FILE.match(text):
        name, _, version = text.rpartition("@")
        if not name:
            name, version = text, ""
        if not _FILLED.search(text) and not _VERSION.fullmatch(version):
            yield Package(tool, name, one.word, installed=installed)


def _branch(tool: str, one: Argument, mark: str) -> Iterator[Package]:
    text = one.value.split("#egg=")[0].split("#subdirectory=")[0]
    path = text.rpartition("://")[2]
    if "@" in path.partition("/")[0]:
        path = path.partition("@")[2]
    name, _, ref = path.partition(mark)
    pinned = _COMMIT.fullmatch(ref) or _VERSION.fullmatch(ref) or _FILLED.search(path)
    if not pinned and not ref.startswith("semver:"):
        yield Package(tool, name, one.word, repository=True)


def _run(tool: str, found: tuple[Argument, ...]) -> Iterator[Package]:
    named, asked = False, "dlx" in tool
    for one in found:
        if one.name in ("--no-install", "--no"):
            return
        asked = asked or one.name in ("-y", "--yes")
        if one.name in ("-p", "--package"):
            named = True
            yield from _open_node(tool, one)
        elif not one.name:
            if not named:
                yield from _open_node(tool, one, installed=not asked)
            return


def _tool(tool: str, found: tuple[Argument, ...]) -> Iterator[Package]:
    named = any(one.name in ("--from", "--spec") for one in found)
    for one in found:
        if one.name not in ("--from", "--spec", "" if not named else "--from"):
            continue
        if _REPOSITORY.match(one.value):
            yield from _branch(tool, one, "@")
        elif _open_python(one.value.replace("@latest", "")):
            yield Package(tool, one.value, one.word)
        return


def _gem(words: Sequence[Word], values: Values) -> Iterator[Package]:
    found = arguments(words, _GEM, values.spell)
    if not found or found[0].value != "install":
        return
    if any(one.name in ("-v", "--version", "-l", "--local") for one in found):
        return
    for one in found[1:]:
        if not one.name and not (_FILE.match(one.value) or _FILLED.search(one.value)):
            if ":" not in one.value:
                yield Package("gem", one.value, one.word)


def _go(words: Sequence[Word], values: Values) -> Iterator[Package]:
    found = arguments(words, _GO, values.spell, clusters=False)
    if not found or found[0].value not in ("get", "install", "run"):
        return
    for one in found[1:]:
        if not one.name:
            name, at, version = one.value.rpartition("@")
            if at and not (_COMMIT.fullmatch(version) or version.startswith("v")):
                if not _FILLED.search(version):
                    yield Package("go", name, one.word, repository=version != "latest")
            if found[0].value == "run":
                return


def _cargo(words: Sequence[Word], values: Values) -> Iterator[Package]:
    found = arguments(words, _CARGO, values.spell)
    if not found or found[0].value not in ("binstall", "install"):
        return
    given = {one.name: one for one in found if one.name}
    if "--path" in given or {"--version", "--vers", "--rev", "--tag"} & set(given):
        return
    if "--git" in given:
        yield from _branch("cargo", given["--git"], "#")
        return
    for one in found[1:]:
        if not one.name and "@" not in one.value and not _FILLED.search(one.value):
            yield Package("cargo", one.value, one.word)


_INSTALLERS = {
    "pip": _pip,
    "npm": lambda words, values: _node("npm", words, values),
    "pnpm": lambda words, values: _node("pnpm", words, values),
    "yarn": lambda words, values: _node("yarn", words, values),
    "bun": lambda words, values: _node("bun", words, values),
    "gem": _gem,
    "go": _go,
    "cargo": _cargo,
}
