"""A command's output goes to the log, or it does not."""

from __future__ import annotations

import pytest

from secguard.shell import parse


@pytest.mark.parametrize(
    "text",
    [
        "echo x",
        "echo x >&2",
        "echo x > /dev/stderr",
        "echo x > /dev/stdout",
        "echo x > /dev/fd/2",
        "echo x > /dev/tty",
        "echo x 2> /dev/null",
        "echo x 2>&1",
        "echo x < f <<< y",
        "echo x | tee f",
        "echo x | sudo tee -a f",
        "echo x | base64 | rev",
        "echo x | tee f >&2",
        "{ echo x; }",
        "(echo x)",
        "{ echo x; } >&2",
        "if echo x; then y; fi",
        "while echo x; do y; done | cat",
        "f() { echo x; }",
        "sh -c 'echo x'",
        "sh -c 'echo x' | cat",
        "ssh host echo x",
        "eval 'echo x'",
        "bash <<E\necho x\nE",
        "z > >(echo x)",
        "exec 2> f; echo x",
        "(exec > f); echo x",
        "echo x; exec > f",
        "exec > >(tee f) 2>&1; echo x",
        "exec y; echo x",
        "echo x > >(tee f)",
        "echo x | grep y",
        "echo x &",
        "echo x |& tee f",
    ],
)
def test_the_log_gets_it(text: str) -> None:
    (command,) = [found for found in parse(text).commands() if found.name == "echo"]
    assert command.stdout_goes_to_log()


@pytest.mark.parametrize(
    "text",
    [
        "echo x > f",
        "echo x >> $BASH_ENV",
        "echo x >| f",
        "echo x &> f",
        "echo x &>> f",
        "echo x >& f",
        "echo x 1> f",
        "> f echo x",
        "echo x > /dev/null",
        "echo x > /dev/null 2>&1",
        "echo x >&3",
        "echo x >&-",
        "echo x 2> f >&2",
        "echo x | docker login --password-stdin",
        "echo x | tee f > /dev/null",
        "echo x | base64 -d > f",
        "echo x | grep -q y",
        "echo x | tee f | wc -c",
        "echo x | while read y; do z; done",
        "echo x | { cat; } > f",
        "y=$(echo x)",
        "y=`echo x`",
        "y $(echo x)",
        "y <(echo x)",
        "y=$(sh -c 'echo x')",
        "y=$({ echo x; })",
        "{ echo x; } > f",
        "(echo x) > f",
        "if y; then echo x; fi > f",
        "for y in z; do echo x; done >> f",
        "case y in z) echo x;; esac > f",
        "f() { echo x; } > f",
        "sh -c 'echo x' > f",
        "sh -c 'echo x > f'",
        "ssh host 'echo x' | y",
        "bash <<E > f\necho x\nE",
        "cat <<E | bash > f\necho x\nE",
        "exec > f; echo x",
        "exec > f 2>&1\n{ echo x; }",
        "exec &> f; exec > g; echo x",
        "echo x > >(y)",
        "coproc echo x",
    ],
)
def test_the_log_does_not_get_it(text: str) -> None:
    (command,) = [found for found in parse(text).commands() if found.name == "echo"]
    assert not command.stdout_goes_to_log()
