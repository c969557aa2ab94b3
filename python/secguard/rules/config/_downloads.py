"""Commands that fetch files: which addresses, into which files, how carefully."""

from __future__ import annotations

from dataclasses import dataclass, replace

from secguard.circleci.spelling import Values
from secguard.rules.config._urls import Url
from secguard.shell import Command, Word
from secguard.shell.options import Argument, arguments

VERIFIERS = frozenset(
    (
        "b2sum cksum cosign gpg gpg2 gpgv gpgv2 md5sum minisign openssl rhash sha1sum sha256sum "
        "sha384sum sha512sum shasum signify slsa-verifier"
    ).split()
)
"""Programs that compare a file with a checksum or a signature."""

_CURL = frozenset(
    """
    -A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z
    --cacert --capath --cert --cert-type --ciphers --config --connect-timeout --connect-to
    --continue-at --cookie --cookie-jar --create-file-mode --data --data-ascii --data-binary
    --data-raw --data-urlencode --dump-header --form --form-string --header --interface --json
    --key --limit-rate --max-filesize --max-redirs --max-time --netrc-file --oauth2-bearer
    --output --output-dir --pinnedpubkey --post301 --proto --proto-default --proto-redir --proxy
    --proxy-user --quote --range --rate --referer --request --resolve --retry --retry-delay
    --retry-max-time --socks5 --socks5-hostname --speed-limit --speed-time --stderr --time-cond
    --trace --trace-ascii --unix-socket --upload-file --url --url-query --user --user-agent
    --variable --write-out
    """.split()
)
_WGET = frozenset(
    """
    -a -A -B -D -e -i -I -l -o -O -P -Q -R -t -T -U -w -X
    --append-output --base --body-data --body-file --ca-certificate --certificate --execute
    --header --input-file --level --limit-rate --method --output-document --output-file
    --password --post-data --post-file --private-key --quota --read-timeout --referer
    --timeout --tries --user --user-agent --wait --waitretry --directory-prefix
    """.split()
)
_ARIA = frozenset("-d -i -j -k -l -m -o -s -t -x -Z --dir --header --out --split".split())
_FETCH = frozenset("-B -h -i -k -N -o -S -T -w --output --timeout --user-agent".split())


@dataclass(frozen=True)
class _Program:
    valued: frozenset[str]
    names: tuple[str, ...]
    """Options that name the file to write."""
    folder: tuple[str, ...]
    unchecked: tuple[str, ...]
    remote: tuple[str, ...] = ()
    """Options that name the file as the address does; without any, that is what it does."""


PROGRAMS = {
    "curl": _Program(
        _CURL,
        ("-o", "--output"),
        ("--output-dir",),
        ("-k", "--insecure"),
        ("-O", "--remote-name", "--remote-name-all"),
    ),
    "wget": _Program(
        _WGET,
        ("-O", "--output-document"),
        ("-P", "--directory-prefix"),
        ("--no-check-certificate",),
    ),
    "aria2c": _Program(_ARIA, ("-o", "--out"), ("-d", "--dir"), ("--check-certificate=false",)),
    "fetch": _Program(_FETCH, ("-o", "--output"), (), ("--no-verify-peer",)),
}
"""The programs that are known to download."""
_SENDS = frozenset(
    """
    -d -F --data --data-ascii --data-binary --data-raw --data-urlencode --form --json
    --upload-file --post-data --post-file --body-data --body-file -I --head
    """.split()
)
_METHODS = ("-X", "--request", "--method")
_STDOUT = ("-", "/dev/stdout")


@dataclass(frozen=True)
class Download:
    """One command that fetches something."""

    command: Command
    urls: tuple[tuple[Url, Word], ...]
    """The addresses and the words that hold them."""
    files: tuple[str, ...] = ()
    """The files that it writes, as their names are spelled."""
    stdout: bool = False
    """True where what arrives is written to standard output."""
    unchecked: Word | None = None
    """The option that turns certificates off."""
    sends: bool = False
    """True where it sends data or asks for headers only, as calls of an API do."""


def download(command: Command, values: Values) -> Download | None:
    """Read a command as a download, if it is one."""
    name = "wget" if command.name == "wget2" else command.name
    program = PROGRAMS.get(name)
    if program is None:
        return None
    found = arguments(command.args, program.valued, values.spell)
    urls = tuple((Url(one.value), one.word) for one in found if one.name in ("", "--url"))
    # An operand without a scheme is the value of an option that is not known here, or it is alone.
    whole = tuple(pair for pair in urls if pair[0].scheme)
    made = Download(
        command,
        whole or urls,
        unchecked=_unchecked(program, found),
        sends=name in ("curl", "wget") and any(_sends(one) for one in found),
    )
    files = [one.value for one in found if one.name in program.names]
    to_stdout = bool(program.remote) and not any(one.name in program.remote for one in found)
    if any(file in _STDOUT for file in files) or (to_stdout and not files):
        return _to_stdout(made, values)
    if not files:
        files = [file for url, _ in made.urls if (file := _remote_name(url))]
    for one in found:
        if one.name in program.folder:
            files = [f"{one.value.rstrip('/')}/{file}" for file in files]
    return replace(made, files=tuple(files))


def _sends(one: Argument) -> bool:
    return one.name in _SENDS or (one.name in _METHODS and one.value != "GET")


def _unchecked(program: _Program, found: tuple[Argument, ...]) -> Word | None:
    for one in found:
        option = f"{one.name}={one.value}" if one.value else one.name
        if option in program.unchecked:
            return one.word
    return None


def _to_stdout(made: Download, values: Values) -> Download:
    files = [
        values.spell(redirect.target)
        for redirect in made.command.redirects
        if redirect.operator in (">", ">>", ">|") and redirect.fd in ("", "1")
    ]
    if files:
        return replace(made, files=() if files[-1].startswith("/dev/") else (files[-1],))
    for reader in made.command.piped_into:
        if reader.name == "tee":
            files += [one.value for one in arguments(reader.args, frozenset(), values.spell)]
    return replace(made, files=tuple(file for file in files if file), stdout=True)


def _remote_name(url: Url) -> str:
    return url.rest.split("?")[0].rstrip("/").rpartition("/")[2]
