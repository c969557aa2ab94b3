#!/usr/bin/env bash
# Finds a Python and hands over to boot.py. Keeps to what busybox and dash know besides bash.
set -euo pipefail

# Some systems ship a Python without parts of its library, so the version alone says little.
PROBE='import sys
if sys.version_info < (3, 8):
    sys.exit(1)
import base64, hashlib, json, re, tempfile, zlib
sys.stdout.write(sys.executable)'

# Prints the interpreter behind a candidate. Shims choose theirs by files in the current folder and
# its parents, so this looks from a place where the checkout has no say.
real_python() {
  cd / && command "$1" -I -S -c "$PROBE" 2>/dev/null
}

version_of() {
  cd / && command "$1" -I -S -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

no_python() {
  printf 'secguard: no usable Python 3.8 or later; found: %s\n' "${1:-none}" >&2
  printf 'hint: use an image that has one, such as cimg/base, or this orb'\''s default executor\n' >&2
  exit 2
}

main() {
  local candidate path python seen=""
  for candidate in "${SECGUARD_PYTHON:-}" /usr/bin/python3 /usr/local/bin/python3 \
    /usr/bin/python3.1[0-9] /usr/bin/python3.[89] python3 python; do
    path=$(command -v "$candidate" || true)
    if [ "${path#/}" = "$path" ] || [ "${seen#*" $path ("}" != "$seen" ]; then
      continue
    fi
    if python=$(real_python "$path") && [ -n "$python" ]; then
      exec "$python" -I -S -X utf8 -c "$SECGUARD_BOOT"
    fi
    seen="$seen $path ($(version_of "$path" || printf 'does not start'))"
  done
  no_python "${seen# }"
}

main "$@"
