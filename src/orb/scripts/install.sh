#!/usr/bin/env bash
# Finds a Python and hands over to boot.py. Keeps to what busybox and dash know besides bash.
set -euo pipefail

# Prints the interpreter, or what is wrong with it. Some systems ship a Python without parts of its
# library, so the version alone says little. An old Python has to understand this, too.
PROBE='import sys
answer, fit = "%d.%d" % sys.version_info[:2], sys.version_info >= (3, 8)
for name in fit and ("base64", "hashlib", "json", "lzma", "re", "tempfile", "zlib") or ():
    try:
        __import__(name)
    except ImportError:
        answer, fit = answer + " without " + name, False
sys.stdout.write(fit and sys.executable or answer)
sys.exit(not fit)'

# Shims choose their interpreter by files in the current folder and its parents, so this asks from a
# place where the checkout has no say.
ask() {
  cd / && command "$1" -I -S -c "$PROBE" 2>/dev/null
}

no_python() {
  printf 'secguard: no usable Python 3.8 or later; found: %s\n' "${1:-none}" >&2
  printf 'hint: use an image that has one, such as cimg/base, or this orb'\''s default executor\n' >&2
  exit 2
}

main() {
  local candidate path answer seen=""
  for candidate in "${SECGUARD_PYTHON:-}" /usr/bin/python3 /usr/local/bin/python3 \
    /usr/bin/python3.1[0-9] /usr/bin/python3.[89] python3 python; do
    path=$(command -v "$candidate" || true)
    if [ "${path#/}" = "$path" ] || [ "${seen#*" $path ("}" != "$seen" ]; then
      continue
    fi
    if answer=$(ask "$path") && [ -n "$answer" ]; then
      exec "$answer" -I -S -X utf8 -c "$SECGUARD_BOOT"
    fi
    seen="$seen $path (${answer:-does not start})"
  done
  no_python "${seen# }"
}

main "$@"
