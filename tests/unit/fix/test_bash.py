"""A corrected script does what it did, as bash itself sees it."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from secguard.fix.shell_text import reference
from secguard.shell import parse

HOLE = "\ue000"
SCRIPTS = (
    f"echo {HOLE} a{HOLE}b {HOLE}",
    f'echo "{HOLE}" "a{HOLE}b" "{HOLE}[0]" "-{HOLE}-"',
    f"echo '{HOLE}' 'a{HOLE}b' '{HOLE}b' 'a{HOLE}'",
    f"echo \"x\"{HOLE}'y' x'{HOLE}'y",
    f'X={HOLE}; Y="{HOLE}1"; echo "$X$Y"',
    f'echo "$(echo {HOLE})" `echo "{HOLE}"` $(echo "$(echo {HOLE})")',
    f'echo "$(cat <<END\n{HOLE}\nEND\n)"',
    f"cat <<END\na {HOLE}_b '{HOLE}'\nEND\n",
    f"cat <<-END\n\t{HOLE}\n\tEND\n",
    f"cat <<< {HOLE}",
    f'[[ {HOLE} == "{HOLE}" ]] && echo same',
    f"[ {HOLE} = x ] || echo other",
    f"case {HOLE} in main) echo main ;; *) echo other ;; esac",
    f"for one in {HOLE} two; do echo $one; done",
    f"export X={HOLE}; echo $X",
    f"A=({HOLE} two); echo ${{#A[@]}} ${{A[0]}}",
    f"f() {{ echo $1; }}; f {HOLE}",
    f"if true; then echo {HOLE}; fi | tr a-z A-Z",
    f"echo one > /dev/null; (echo {HOLE}); {{ echo {HOLE}; }}",
)

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="bash is not installed")


def _output(script: str, **environment: str) -> bytes:
    done = subprocess.run(
        ["bash", "-c", script],
        env={"PATH": os.environ["PATH"], **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout


def _corrected(script: str) -> str:
    shell = parse(script)
    at = script.rfind(HOLE)
    while at >= 0:
        found = reference(shell, at, at + 1, "NAME")
        assert found is not None, (script, at)
        start, end, text = found
        script = script[:start] + text + script[end:]
        at = script.rfind(HOLE, 0, at)
    return script


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("value", ["main", "feature/one-2.3_x"])
def test_a_script_with_a_variable_prints_what_it_printed(script: str, value: str) -> None:
    assert _output(_corrected(script), NAME=value) == _output(script.replace(HOLE, value))


@pytest.mark.parametrize("script", SCRIPTS)
def test_no_value_runs_in_it_any_more(script: str) -> None:
    value = "$(echo pwned)`echo pwned`; echo pwned #\"'\necho pwned\nEND\necho pwned"
    output = _output(_corrected(script), NAME=value).decode().replace(value, "")
    assert "pwned" not in output.replace("echo pwned", "").replace("ECHO PWNED", "")


@pytest.mark.parametrize(
    "script",
    [
        f"{HOLE} run",
        f"sudo {HOLE}",
        f"sh -c 'echo {HOLE}'",
        f'bash -c "echo {HOLE}"',
        f"eval echo {HOLE}",
        f". {HOLE}",
        f"trap 'echo {HOLE}' EXIT",
        f"ssh host echo {HOLE}",
        f"ssh host 'echo {HOLE}'",
        f"bash <<END\necho {HOLE}\nEND\n",
        f"cat <<'END'\n{HOLE}\nEND\n",
        f"echo $(({HOLE} + 1))",
        f"(( {HOLE} ))",
        f"echo ${{X:-{HOLE}}}",
        f"echo # {HOLE}",
        f"echo $'a{HOLE}'",
        f"echo \\{HOLE}",
    ],
)
def test_no_variable_stands_where_it_would_not_help(script: str) -> None:
    at = script.index(HOLE)
    assert reference(parse(script), at, at + 1, "NAME") is None
