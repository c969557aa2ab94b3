#!/usr/bin/env bash
# Hands over to start.py; the checker reads its options from SECGUARD_<COMMAND>_<OPTION> by itself.
set -euo pipefail

main() {
  # Unlike bash, sh does not read this file at its start.
  if [ -z "${SECGUARD_PYZ:-}" ] && [ -r "${BASH_ENV:-}" ]; then
    # shellcheck source=/dev/null
    . "$BASH_ENV"
  fi
  if [ -z "${SECGUARD_PYZ:-}" ] || [ -z "${SECGUARD_PYTHON:-}" ]; then
    printf 'secguard: not installed: use the command secguard/install before this one, ' >&2
    printf 'in the same job\n' >&2
    exit 2
  fi
  exec "$SECGUARD_PYTHON" -I -S -X utf8 -c "$SECGUARD_START"
}

main "$@"
