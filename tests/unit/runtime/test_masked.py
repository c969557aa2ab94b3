"""What `run` decides before anything runs."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from secguard.errors import UsageError
from secguard.runtime import masked


def test_where_masking_does_not_work_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masked, "os", SimpleNamespace(name="nt"))
    with pytest.raises(UsageError, match="needs Linux or macOS") as caught:
        masked.run(["true"])
    assert caught.value.exit_status == 2


@pytest.mark.parametrize("arguments", [[], ["--"], ["--help"], ["--shell", "x"], ["ls", "-l"]])
def test_what_has_options_is_left_to_the_command_line(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECGUARD_RUN_COMMAND", raising=False)
    assert masked.run_at_once(arguments) is None


def test_a_list_of_variables_is_left_to_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECGUARD_RUN_SECRET", "PLAIN OTHER")
    assert masked.run_at_once(["--", "true"]) is None
