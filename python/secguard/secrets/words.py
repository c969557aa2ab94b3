"""Guessable values: what people type where a throw-away password has to be."""

from __future__ import annotations

import re

_LONGEST = 48
_LEET = str.maketrans("013457@$", "oleastas")
_NOT_LETTERS = re.compile(r"[^a-z]+")

# No word is made of others here, so that the alternation below has little to try again.
_WORDS = (
    "pass word wd phrase pw pwd secret credential token key api admin istrator root user name "
    "login test ing er dev elop ment local host ci circle travis jenkins github postgres ql pg "
    "mysql sql maria mongo redis rabbit mq guest elastic search minio mssql server oracle db "
    "database data default demo dummy temp tmp change it me my the this is an of for not no yes "
    "very super strong let welcome hello world foo bar baz qux app lication web site service "
    "docker container image build runner job integration e2e unit stage staging sandbox private "
    "public auth orization access client value string some any random hash salt jwt session "
    "cookie django rails laravel keycloak vault grafana airflow example sample placeholder fake "
    "mock none empty blank insecure unsafe unused open sesame here your new old prod uction check "
    "only to be do master main repl ication anything whatever please ignore real fine but bogus "
    "solr rocks rock anon ymous in"
).split()
_CHAIN = re.compile(f"(?:{'|'.join(sorted(_WORDS, key=len, reverse=True))}|s)+")


def is_guessable(value: str) -> bool:
    """Return whether a value is nothing but common words, digits and punctuation."""
    if len(value) > _LONGEST:
        return False
    lowered = value.lower()
    return any(
        all(len(run) <= 1 or _CHAIN.fullmatch(run) for run in _NOT_LETTERS.split(text))
        for text in (lowered, lowered.translate(_LEET))
    )
