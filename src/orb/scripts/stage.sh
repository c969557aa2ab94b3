#!/usr/bin/env bash
# Copies what is to be stored, searches the copy, and leaves it there only if it may be stored.
set -euo pipefail

fail() {
  printf 'secguard: %s\n' "$2" >&2
  exit "$1"
}

main() {
  local status=0 stage="$SECGUARD_SCAN_PATHS" path="$SECGUARD_STAGE_PATH"
  # What an earlier use left there must not be stored again.
  rm -rf -- "$stage"
  # Unlike bash, sh does not read this file at its start.
  if [ -z "${SECGUARD_PYZ:-}" ] && [ -r "${BASH_ENV:-}" ]; then
    # shellcheck source=/dev/null
    . "$BASH_ENV"
  fi
  if [ -z "${SECGUARD_PYZ:-}" ] || [ -z "${SECGUARD_PYTHON:-}" ]; then
    fail 2 'not installed: use the command secguard/install before this one, in the same job'
  fi
  case "$path" in
    \~ | \~/*) path="$HOME${path#\~}" ;;
  esac
  if [ ! -e "$path" ]; then
    printf 'secguard: there is nothing at %s, so nothing is stored\n' "$path"
    return
  fi
  # This fails where somebody else has made the folder again.
  mkdir -m 700 -- "$stage"
  if [ -d "$path" ]; then
    path="$path/."
  fi
  cp -R -P -- "$path" "$stage" || status=3
  # Whoever stores a link may store what it leads to, which is not searched.
  find "$stage" -type l -exec rm -f -- {} + || status=3
  if [ "$status" -eq 0 ]; then
    "$SECGUARD_PYTHON" -I -S -X utf8 -c "$SECGUARD_START" || status=$?
  fi
  if [ "$status" -ne 0 ]; then
    rm -rf -- "$stage"
    fail "$status" "nothing of $SECGUARD_STAGE_PATH is stored"
  fi
}

main "$@"
