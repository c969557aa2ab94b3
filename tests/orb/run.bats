#!/usr/bin/env bats
# What run.sh makes sure of before it starts the checker, and what it passes on.

setup() {
  script="$BATS_TEST_DIRNAME/../../src/orb/scripts/run.sh"
  SECGUARD_PYTHON="$(python3 -c 'import sys; print(sys.executable)')"
  SECGUARD_PYZ="$BATS_TEST_TMPDIR/secguard.pyz"
  printf 'import sys; print(sys.argv[1:], sys.flags.isolated); sys.exit(1)\n' > "$SECGUARD_PYZ"
  SECGUARD_SHA256="$(sha256sum "$SECGUARD_PYZ" | cut -d ' ' -f 1)"
  export SECGUARD_PYTHON SECGUARD_PYZ SECGUARD_SHA256 SECGUARD_COMMAND=check
}

in_bash() {
  run bash -eo pipefail -c "$(cat "$script")"
}

in_sh() {
  run busybox sh -eo pipefail -c "$(cat "$script")"
}

@test "the exit status of the checker is passed on" {
  in_bash
  [ "$status" -eq 1 ]
  [ "$output" = "['check'] 1" ]
}

@test "a changed checker is not run" {
  printf '# more\n' >> "$SECGUARD_PYZ"
  in_bash
  [ "$status" -eq 3 ]
  [[ "$output" == *"its SHA-256 is not the one of this orb"* ]]
}

@test "a checker that is gone is told apart from findings" {
  rm "$SECGUARD_PYZ"
  in_sh
  [ "$status" -eq 3 ]
  [[ "$output" == *"gone or changed"* ]]
}

@test "without the install command there is nothing to run" {
  unset SECGUARD_PYTHON SECGUARD_PYZ
  in_bash
  [ "$status" -eq 2 ]
  [[ "$output" == *"secguard/install"* ]]
}

@test "a sh, which does not read BASH_ENV, still finds the checker" {
  export BASH_ENV="$BATS_TEST_TMPDIR/env"
  printf 'export SECGUARD_%s\n' "PYTHON='$SECGUARD_PYTHON'" "PYZ='$SECGUARD_PYZ'" > "$BASH_ENV"
  unset SECGUARD_PYTHON SECGUARD_PYZ
  in_sh
  [ "$status" -eq 1 ]
  [ "$output" = "['check'] 1" ]
}
