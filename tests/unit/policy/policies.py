"""A policy that has every key, and policies that are refused, each with its place and hint."""

from __future__ import annotations

FULL = """\
version: 1
select: [curl-pipe-shell]
ignore:
  - orb-untrusted
severity: {orb-untrusted: high}
fail_on: none
min_severity: info
min_confidence: low
strict: true
comments: false
allow:
  orbs: [my-org, other/orb]
  registries: [ghcr.io/my-org]
  contexts: [public-*]
  hosts: [get.example.com]
  secrets: [TEST_*]
exceptions:
  - rule: curl-pipe-shell
    reason: no checksums
    files: [.circleci/config.yml]
    within: jobs.build
    subject: get.example.com
    until: 2027-01-31
images:
  default: deny
  allow: [docker.io/cimg/*]
  deny: [docker.io/circleci/**]
  require: {digest: true, max_age: 365}
  scopes:
    - images: [ghcr.io/acme/**]
      require:
        digest: false
        signed_by:
          - key: .circleci/cosign.pub
          - {identity: "https://ci.example/acme/*", issuer: "https://ci.example"}
  on_unreachable: fail
  private_registries: [registry.corp.example]
  plain_registries: ["localhost:5000"]
  verifier: both
runtime:
  - ssh_rerun: deny
  - jobs: [deploy*]
    refs: [refs/heads/main, refs/tags/v*]
    origins: [github.com/acme/*]
    contexts: [0d9f7b1c-5a0e-4a77-9d0b-6f7a51c0ab12]
rotation:
  max_age: 60
  kinds: {checkout_key: 365, runner_token: 30}
  names:
    - {names: [AWS_*], max_age: 30}
    - {names: [SENTRY_DSN], max_age: never}
  all_older_than: 2027-01-04
people:
  max_owners: 3
  inactive_days: 60
  outside_collaborators: [contractor-*]
  required_checks: ["ci/circleci: gate"]
reviews:
  - {item: roles, confirmed: 2026-11-02, by: Ada, every: 30}
  - {item: audit-log, not_applicable: our plan has none}
"""
BROKEN: dict[str, tuple[str, str, str, str]] = {
    "an unknown kind": ("rotation: {kinds: {context: 9}}\n", "1:20", "the key 'context'", ""),
    "an age in words": ("rotation: {max_age: forever}\n", "1:21", "a number is wanted", ""),
    "names without an age": ("rotation: {names: [{names: [a]}]}\n", "1:20", "are needed", ""),
    "ages without a name": (
        "rotation: {names: [{names: [], max_age: 3}]}\n",
        "1:20",
        "are needed",
        "",
    ),
    "no such day of an incident": (
        "rotation: {all_older_than: 2027-02-30}\n",
        "1:28",
        "a day is wanted",
        "",
    ),
    "a branch for a ref": ("runtime: [{refs: [main]}]\n", "1:19", "true of no job", "in full"),
    "an address for an origin": (
        "runtime: [{origins: ['https://a.b/c']}]\n",
        "1:22",
        "true of no job",
        "host and path",
    ),
    "a context by its name": ("runtime: [{contexts: [prod]}]\n", "1:23", "true of no job", "by id"),
    "a word for reruns": ("runtime: [{ssh_rerun: never}]\n", "1:23", "is none of", ""),
    "unknown key of images": ("images: {alow: []}\n", "1:10", "the key 'alow'", "'allow'"),
    "no registry": ("images: {allow: [cimg/*]}\n", "1:18", "names no repositories", "registry"),
    "a tag": ("images:\n  deny: ['a.b/c:1']\n", "2:10", "names no repositories", "without tag"),
    "a scope without images": (
        "images: {scopes: [{require: {}}]}\n",
        "1:19",
        "a scope needs the keys",
        "docs/policy.md",
    ),
    "a signer without issuer": (
        "images: {require: {signed_by: [{identity: x}]}}\n",
        "1:32",
        "`identity` and `issuer`",
        "its issuer",
    ),
    "a signer who could be anybody": (
        "images: {require: {signed_by: [{identity: '*@*.*', issuer: x}]}}\n",
        "1:32",
        "could be anybody",
        "name the one",
    ),
    "a key with issuer": (
        "images: {require: {signed_by: [{key: x, issuer: y}]}}\n",
        "1:32",
        "`identity` and `issuer`",
        "its issuer",
    ),
    "no signer": ("images: {require: {signed_by: []}}\n", "1:31", "nobody is named", "docs/"),
    "age": ("images: {require: {max_age: old}}\n", "1:29", "a number is wanted", "docs/"),
    "absence that no log shows": (
        "people: {inactive_days: 181}\n",
        "1:25",
        "from 1 to 180",
        "docs/policy.md",
    ),
    "an item there is not": (
        "reviews: [{item: rolls, not_applicable: x}]\n",
        "1:18",
        "'rolls' is none of",
        "'roles'",
    ),
    "a review by nobody": (
        "reviews: [{item: roles, confirmed: 2026-11-02}]\n",
        "1:11",
        "who confirmed it",
        "`by`",
    ),
    "a review that says two things": (
        "reviews: [{item: roles, confirmed: 2026-11-02, by: x, not_applicable: y}]\n",
        "1:11",
        "who confirmed it",
        "`not_applicable`",
    ),
    "a review of nothing": (
        "reviews: [{confirmed: 2026-11-02, by: x}]\n",
        "1:11",
        "who confirmed it",
        "`item`",
    ),
    "a review that holds too long": (
        "reviews: [{item: roles, confirmed: 2026-11-02, by: x, every: 1000000000000}]\n",
        "1:62",
        "from 1 to 366",
        "docs/policy.md",
    ),
    "a review twice": (
        "reviews:\n- {item: roles, not_applicable: x}\n- {item: roles, not_applicable: y}\n",
        "3:3",
        "stands here twice",
        "",
    ),
    "unknown key": ("ignored: []\n", "1:1", "the key 'ignored' is unknown", "'ignore'"),
    "unknown key of allow": ("allow:\n  orb: []\n", "2:3", "the key 'orb' is unknown", "'orbs'"),
    "unknown key of an exception": (
        "exceptions:\n  - rule: config-error\n    reasons: x\n",
        "3:5",
        "the key 'reasons' is unknown",
        "'reason'",
    ),
    "unknown rule": ("ignore: [curl-pipe]\n", "1:10", "no rule 'curl-pipe'", "'curl-pipe-shell'"),
    "rule of a severity": ("severity: {x: low}\n", "1:12", "no rule 'x'", "secguard rules"),
    "misspelt severity": ("fail_on: hihg\n", "1:10", "'hihg' is none of", "'high'"),
    "severity none for a rule": ("min_severity: none\n", "1:15", "'none' is none of", ""),
    "key twice": ("strict: true\nstrict: false\n", "2:1", "stands here twice", ""),
    "text for a list": ("ignore: config-error\n", "1:9", "a list is wanted", ""),
    "list for a text": ("ignore: [[a]]\n", "1:10", "a text is wanted", ""),
    "text for a flag": ("strict: 'yes'\n", "1:9", "`true` or `false`", ""),
    "list at the top": ("- ignore\n", "1:1", "a mapping is wanted", ""),
    "merge key": ("<<: {ignore: []}\n", "1:1", "the key '<<' is unknown", ""),
    "other version": ("version: 2\n", "1:10", "this version", ""),
    "version that is no number": ("version: '1'\n", "1:10", "a number is wanted", ""),
    "no reason": ("exceptions: [{rule: config-error}]\n", "1:14", "needs the key 'reason'", ""),
    "empty reason": (
        "exceptions: [{rule: config-error, reason: ' '}]\n",
        "1:43",
        "a text is wanted",
        "",
    ),
    "no such day": (
        "exceptions: [{rule: config-error, reason: x, until: 2027-02-30}]\n",
        "1:53",
        "a day is wanted",
        "",
    ),
    "no YAML": ("a: [\n", "2:1", "not valid YAML", ""),
    "too much": (f"ignore: [{'config-error, ' * 1001}]\n", "1:9", "more than 1000", ""),
}
