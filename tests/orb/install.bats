#!/usr/bin/env bats
# Which Python install.sh takes, under each shell that CircleCI may run it with.

setup() {
  script="$BATS_TEST_DIRNAME/../../src/orb/scripts/install.sh"
  good="$BATS_TEST_TMPDIR/good/python3"
  bad="$BATS_TEST_TMPDIR/bad/python3"
  mkdir -p "$BATS_TEST_TMPDIR/good" "$BATS_TEST_TMPDIR/bad" "$BATS_TEST_TMPDIR/checkout"
  # Answers the probe like an interpreter that is fit; says how it is called afterwards.
  cat > "$good" <<STUB
#!/bin/sh
case "\$*" in
  *sys.executable*) printf '%s' "$good" ;;
  *) printf 'ran in %s: %s\n' "\$PWD" "\$*" ;;
esac
STUB
  printf '#!/bin/sh\nexit 1\n' > "$bad"
  chmod +x "$good" "$bad"
  export SECGUARD_BOOT='boot code'
  cd "$BATS_TEST_TMPDIR/checkout"
}

in_each_shell() {
  local shell
  for shell in "bash -eo pipefail" "busybox sh -eo pipefail"; do
    # shellcheck disable=SC2086 # the shell and its options are several words
    run $shell -c "$(cat "$script")"
    "$@"
  done
}

took_good() {
  [ "$status" -eq 0 ]
  [ "$output" = "ran in $PWD: -I -S -X utf8 -c boot code" ]
}

took_another() {
  [[ "$output" != *"ran in"* ]]
}

@test "the Python named by SECGUARD_PYTHON comes first" {
  export SECGUARD_PYTHON=$good
  in_each_shell took_good
}

@test "a Python that fails the probe is passed over" {
  export SECGUARD_PYTHON=$bad
  in_each_shell took_another
}

@test "what is wrong with a Python is told" {
  printf '#!/bin/sh\nprintf "3.9 without json"\nexit 1\n' > "$bad"
  export SECGUARD_PYTHON=$bad
  in_each_shell took_another
  [[ "$output" != *"no usable"* || "$output" == *"$bad (3.9 without json)"* ]]
}

@test "a Python is asked from a folder where the checkout has no say" {
  sed -i "2i [ \"\$PWD\" = / ] || case \"\$*\" in *sys.executable*) exit 1 ;; esac" "$good"
  export SECGUARD_PYTHON=$good
  in_each_shell took_good
}

@test "a relative entry of PATH can't bring a Python from the checkout" {
  cp "$good" ./python3
  PATH=".:$PATH" in_each_shell took_another
}

@test "a function from BASH_ENV is not taken for a Python" {
  export SECGUARD_PYTHON=$good BASH_ENV="$BATS_TEST_TMPDIR/env"
  printf 'python3() { printf "ran a function"; }; function %s { python3; }\n' "$good" > "$BASH_ENV"
  run bash -eo pipefail -c "$(cat "$script")"
  took_good
}
