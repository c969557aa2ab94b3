"""Which variables and commands give text that somebody else chose, and what makes it harmless.

Accounts and repositories are named in letters, digits, `.`, `_` and `-`, so `CIRCLE_USERNAME`,
`CIRCLE_PR_USERNAME`, `CIRCLE_PR_REPONAME` and `CIRCLE_PULL_REQUEST` cannot carry shell code.
"""

from __future__ import annotations

import re
from typing import Iterator

from secguard.circleci.values import Control
from secguard.shell import Command, Variable, Word

BUILT_IN = {"CIRCLE_BRANCH": Control.REF, "CIRCLE_TAG": Control.REF}
"""CircleCI's own variables that hold what somebody else chose."""

PRINTERS = frozenset(("echo", "printf"))
"""Commands whose output is their arguments."""
NAMES_PATHS = frozenset(("basename", "dirname"))
"""Commands whose output is a part of their arguments."""
PASSERS = frozenset(
    (
        "awk cat column cut egrep fold gawk grep head jq nl paste perl rev sed sort tac tail tee "
        "tr uniq xargs yq"
    ).split()
)
"""Commands that pass on what they read, at least in part."""

_MESSAGE = ("the commit message", Control.OUTSIDER)
_AUTHOR = ("the author's name", Control.OUTSIDER)
_CHANGE = ("the text of the change", Control.OUTSIDER)
_REQUEST = ("the text of the pull request", Control.OUTSIDER)
_ISSUE = ("the text of the issue", Control.OUTSIDER)
_REF = ("the name of a branch or a tag", Control.REF)
_FREE_FORMAT = re.compile(
    r"%(?:[sfBbNeD]|[ac][neNEl]|G[SK]|\(trailers|\(contents|\(subject|\(body)"
)
_GIT_VALUES = frozenset(("-C", "-c", "--git-dir", "--work-tree"))
_LISTED = re.compile(r"\[[^\]^][^\]]*\]")
_TEXT_FIELDS = re.compile(r"\b(?:title|body|comments|commits|headRefName|reviews)\b")


def source(command: Command) -> tuple[str, Control] | None:
    """Say what a command prints that somebody else chose, and who did."""
    if command.name == "git":
        return _git([word.text for word in command.args])
    args = [word.text for word in command.args]
    if command.name == "gh" and len(args) > 1 and args[1] in ("view", "list", "diff"):
        told = [word for word in args if word.startswith(("--json", "title", "body"))]
        known = _REQUEST if args[0] == "pr" else _ISSUE if args[0] == "issue" else None
        if known and (not told or _TEXT_FIELDS.search(" ".join(args[2:]))):
            return known
    if command.name == "curl":
        asked = " ".join(args)
        if "api.github.com/repos/" in asked and re.search(r"/(?:pulls|issues)/", asked):
            return _REQUEST if _picks_text(command) else None
    return None


def _picks_text(command: Command) -> bool:
    readers = [other for other in command.piped_into if other.name == "jq"]
    return any(re.search(r"\.(?:title|body)\b", word.text) for one in readers for word in one.args)


def _git(args: list[str]) -> tuple[str, Control] | None:
    at = 0
    while at < len(args) and args[at].startswith("-"):
        at += 2 if args[at] in _GIT_VALUES else 1
    verb, rest = (args[at], args[at + 1 :]) if at < len(args) else ("", [])
    if verb in ("log", "show", "shortlog", "rev-list"):
        return _git_log(verb, rest)
    if verb == "diff":
        return (
            None
            if any(one.startswith(("--name", "--stat", "--quiet")) for one in rest)
            else (_CHANGE)
        )
    if verb == "branch" and "--show-current" in rest:
        return _REF
    if verb == "rev-parse" and "--abbrev-ref" in rest:
        return _REF
    return _REF if verb in ("describe", "symbolic-ref", "name-rev") else None


def _git_log(verb: str, args: list[str]) -> tuple[str, Control] | None:
    form = next((arg for arg in args if arg.startswith(("--format", "--pretty"))), "")
    if not form:
        if verb == "rev-list" or any(arg.startswith("--name") for arg in args):
            return None
        return _MESSAGE if verb != "show" or "-s" in args or "--no-patch" in args else _CHANGE
    if "%" not in form:
        return _MESSAGE
    if re.search(r"%[sfBbN]|%\((?:contents|subject|body|trailers)", form):
        return _MESSAGE
    return _AUTHOR if _FREE_FORMAT.search(form) else None


def harmless(part: Variable) -> bool:
    """True where an expansion gives nothing of a variable's text but harmless characters."""
    if part.length:
        return True
    argument = part.argument.raw if part.argument is not None else ""
    if part.operator == "//":
        return argument.startswith(("[^", "[!"))
    return part.operator in ("@", "+", ":+") and argument not in ("P", "E", "U", "L", "u")


def cleans(command: Command) -> bool:
    """True where a command lets nothing through but what its pattern allows."""
    args = [word.text for word in command.args]
    options = "".join(arg[1:] for arg in args if re.fullmatch(r"-[A-Za-z]+", arg))
    text = " ".join(arg for arg in args if not arg.startswith("-"))[:1_000]
    if command.name == "tr":
        every = re.search(r"\[:(?:print|graph|punct):\]", text) is not None
        return not every and ("c" in options.lower() or "--complement" in args)
    if command.name in ("grep", "egrep"):
        return "q" in options or "c" in options or ("o" in options and _narrow(text))
    if command.name == "sed":
        if re.search(r"s(.)\[\^[^\]]+\].{0,4}\1.*\1g", text):
            return True
        kept = re.findall(r"\\?\(([^()\\]*)\\?\)", text)
        return "n" in options and bool(kept) and all(_narrow(group) for group in kept)
    return command.name == "jq" and "length" in text


def quotes(command: Command) -> bool:
    """True where `printf` writes its arguments so that a shell reads them as they are."""
    form = next((word.text for word in command.args if not word.text.startswith("-")), "")
    return command.name == "printf" and "%q" in form and "%s" not in form


def checked(command: Command) -> Iterator[Word]:
    """Yield the texts that a command compares with a pattern for the whole of each."""
    words = command.words
    if command.name == "[[":
        for at, word in enumerate(words[1:-1], 1):
            if word.text == "=~" and _whole(words[at + 1].text):
                yield words[at - 1]
    elif command.name in ("grep", "egrep") and any(_whole(word.text) for word in command.args):
        yield from (one.target for one in command.redirects if one.operator == "<<<")
        for printer in command.piped_from[-1:]:
            yield from printer.args if printer.name in PRINTERS else ()


def _whole(pattern: str) -> bool:
    return pattern.startswith("^") and pattern.endswith("$") and _narrow(pattern)


def _narrow(pattern: str) -> bool:
    """True where a pattern says which characters there may be."""
    pattern = _LISTED.sub("", pattern)
    return "[^" not in pattern and not re.search(r"(?<!\\)\.|\\[SWD]", pattern)
