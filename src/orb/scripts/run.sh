#!/usr/bin/env bash
# Runs the unpacked checker, which reads its options from SECGUARD_<COMMAND>_<OPTION> by itself.
set -euo pipefail

VERIFY='import hashlib, sys
with open(sys.argv[1], "rb") as file:
    sys.exit(hashlib.sha256(file.read()).hexdigest() != sys.argv[2])'

fail() {
  printf 'secguard: %s\n' "$2" >&2
  exit "$1"
}

main() {
  # Unlike bash, sh does not read this file at its start.
  if [ -z "${SECGUARD_PYZ:-}" ] && [ -r "${BASH_ENV:-}" ]; then
    # shellcheck source=/dev/null
    . "$BASH_ENV"
  fi
  if [ -z "${SECGUARD_PYZ:-}" ] || [ -z "${SECGUARD_PYTHON:-}" ]; then
    fail 2 'not installed: use the command secguard/install before this one, in the same job'
  fi
  if ! command "$SECGUARD_PYTHON" -I -S -c "$VERIFY" "$SECGUARD_PYZ" "$SECGUARD_SHA256" 2>/dev/null
  then
    fail 3 "$SECGUARD_PYZ is gone or changed: its SHA-256 is not the one of this orb"
  fi
  exec "$SECGUARD_PYTHON" -I -S -X utf8 "$SECGUARD_PYZ" "$SECGUARD_COMMAND"
}

main "$@"
