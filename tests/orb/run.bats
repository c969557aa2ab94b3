#!/usr/bin/env bats
# What run.sh makes sure of before it starts the checker, and what it passes on.

setup() {
  script="$BATS_TEST_DIRNAME/../../src/orb/scripts/run.sh"
  SECGUARD_PYTHON="$(python3 -c 'import sys; print(sys.executable)')"
  export SECGUARD_PYTHON SECGUARD_PYZ=/tmp/secguard.pyz
  export SECGUARD_START='import sys; print(sys.argv[1:], sys.flags.isolated); sys.exit(1)'
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
  [ "$output" = "[] 1" ]
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
  [ "$output" = "[] 1" ]
}
