#!/usr/bin/env bash
# Lets each bash of later steps start over below the filter; BASH_ENV is what it reads first.
set -euo pipefail

main() {
  if [ -z "${SECGUARD_PYZ_RUN:-}" ] || [ -z "${SECGUARD_PYTHON:-}" ] || [ -z "${BASH_ENV:-}" ]; then
    printf 'secguard: not installed for '\''run'\'': use the command secguard/install with ' >&2
    printf ''\''for: mask'\'' before this one, in the same job, in an image with bash\n' >&2
    exit 2
  fi
  # The file is read to its end before the filter starts, since it may set secrets. A filter that
  # does not start ends the step.
  # shellcheck disable=SC2016
  printf '%s\n' '' \
    'if [ -z "${SECGUARD_MASK+x}" ] && [ -n "${BASH_EXECUTION_STRING:-}" ]; then' \
    '  export SECGUARD_MASK=' \
    '  . "$BASH_ENV"' \
    '  set -- "-${-//[!abefkmnptuvxCEPT]/}" -c "$BASH_EXECUTION_STRING" "$0" "$@"' \
    '  [ "$1" != - ] || shift' \
    '  case ":$SHELLOPTS:" in *:pipefail:*) set -- -o pipefail "$@" ;; esac' \
    '  exec "$SECGUARD_PYTHON" -I -S -X utf8 "$SECGUARD_PYZ_RUN" run -- "$BASH" "$@"' \
    '  exit 3' \
    'fi' >> "$BASH_ENV"
}

main "$@"
