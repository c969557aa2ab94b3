"""Which variables hold somebody else's text, and what the shell then reads as code."""

from __future__ import annotations

import textwrap
from typing import Iterator

import pytest

from secguard.circleci.config import Config, make_config
from secguard.circleci.flow.sinks import sinks
from secguard.circleci.flow.taint import pastes
from secguard.circleci.values import Control
from secguard.source.text import TextFile
from secguard.source.tree import parse

HEAD = """\
version: 2.1
parameters:
  msg: {type: string, default: hello}
  size: {type: enum, enum: [a, b], default: a}
  debug: {type: boolean, default: false}
  count: {type: integer, default: 1}
workflows:
  main:
    jobs: [job]
jobs:
  job:
    docker: [{image: cimg/base:2026.08}]
    environment:
      MSG: << pipeline.parameters.msg >>
      SIZE: << pipeline.parameters.size >>
    steps:
"""


def _config(*scripts: str) -> Config:
    text = HEAD
    for script in scripts:
        text += "      - run: |\n" + textwrap.indent(textwrap.dedent(script), " " * 10) + "\n"
    config = make_config(parse(TextFile("config.yml", text)), "config")
    assert not config.expansion.errors, config.expansion.errors
    return config


def _sinks(*scripts: str) -> Iterator[str]:
    for flow in _config(*scripts).flows:
        for sink in sinks(flow):
            yield f"{sink.reader}: {sink.taint.name}"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ('eval "$CIRCLE_BRANCH"', "eval: CIRCLE_BRANCH"),
        ("eval echo ${CIRCLE_TAG#v}", "eval: CIRCLE_TAG"),
        ('sh -c "echo $CIRCLE_BRANCH"', "sh -c: CIRCLE_BRANCH"),
        ('sudo bash -ec "echo $CIRCLE_BRANCH"', "sh -c: CIRCLE_BRANCH"),
        ('docker run img sh -c "echo $CIRCLE_BRANCH"', "sh -c: CIRCLE_BRANCH"),
        ('ssh host "deploy $CIRCLE_BRANCH"', "ssh: CIRCLE_BRANCH"),
        ('ssh host deploy "$CIRCLE_BRANCH"', "ssh: CIRCLE_BRANCH"),
        ("ssh host <<EOF\ndeploy $CIRCLE_BRANCH\nEOF", "ssh: CIRCLE_BRANCH"),
        ("cat <<EOF | bash\necho $CIRCLE_BRANCH\nEOF", "bash: CIRCLE_BRANCH"),
        ('bash <<< "echo $CIRCLE_BRANCH"', "sh -c: CIRCLE_BRANCH"),
        ('echo "run $CIRCLE_BRANCH" | sh', "sh: CIRCLE_BRANCH"),
        ('trap "echo $CIRCLE_BRANCH" EXIT', "trap: CIRCLE_BRANCH"),
        ('echo "$CIRCLE_BRANCH" | xargs -I{} sh -c "echo {}"', "sh -c: CIRCLE_BRANCH"),
        ('awk "/$CIRCLE_BRANCH/ {print}" file', "awk: CIRCLE_BRANCH"),
        ('sed -i "s/VERSION/$CIRCLE_TAG/" file', "sed: CIRCLE_TAG"),
        ("python3 -c \"print('$CIRCLE_TAG')\"", "python3: CIRCLE_TAG"),
        ("node -e \"console.log('$CIRCLE_TAG')\"", "node: CIRCLE_TAG"),
        ('jq ".tag = \\"$CIRCLE_TAG\\"" file', "jq: CIRCLE_TAG"),
        ("$MSG", "the shell: pipeline.parameters.msg"),
        ("sudo $MSG", "the shell: pipeline.parameters.msg"),
        ("echo $(( MSG + 1 ))", "arithmetic: pipeline.parameters.msg"),
        ("[[ $MSG -eq 1 ]]", "arithmetic: pipeline.parameters.msg"),
        ('B=$CIRCLE_BRANCH\neval "$B"', "eval: CIRCLE_BRANCH"),
        ("export B=x-$CIRCLE_BRANCH C=$B\neval $C", "eval: CIRCLE_BRANCH"),
        ('B="v"\nB+=$CIRCLE_BRANCH\nB+=" more"\neval "$B"', "eval: CIRCLE_BRANCH"),
        ('if x; then B=$CIRCLE_BRANCH; else B=y; fi\neval "$B"', "eval: CIRCLE_BRANCH"),
        ("M=$(git log -1 --format=%s)\neval $M", "eval: the commit message"),
        ("M=`git log -1 --pretty=%B | head -1`\neval $M", "eval: the commit message"),
        ("eval $(git show -s --format='%an')", "eval: the author's name"),
        ("B=$(git rev-parse --abbrev-ref HEAD)\neval $B", "eval: the name of a branch or a tag"),
        ("T=$(gh pr view 1 --json title -q .title)\neval $T", "eval: the text of the pull request"),
        ('git log -1 > m.txt\neval "$(cat m.txt)"', "eval: the commit message"),
        ('{ echo x; git log -1; } > m.txt\nsh -c "$(< m.txt)"', "sh -c: the commit message"),
        ("git log | while read -r line; do eval $line; done", "eval: the commit message"),
        ('read -r a b <<< "$CIRCLE_BRANCH"\neval $b', "eval: CIRCLE_BRANCH"),
        ("eval $(echo $CIRCLE_BRANCH | cut -d/ -f2)", "eval: CIRCLE_BRANCH"),
        ("eval $(basename $CIRCLE_BRANCH)", "eval: CIRCLE_BRANCH"),
        ("eval $(circleci env subst 'v${CIRCLE_TAG}')", "eval: CIRCLE_TAG"),
        ('eval "${CIRCLE_BRANCH//\\//-}"', "eval: CIRCLE_BRANCH"),
        ("eval $(git -C dir -c a=b log --oneline)", "eval: the commit message"),
        ("eval $(git --no-pager log --pretty=oneline)", "eval: the commit message"),
        ("eval $(git show HEAD)", "eval: the text of the change"),
        ("eval $(git diff main | head -1)", "eval: the text of the change"),
        ("eval $(git branch --show-current)", "eval: the name of a branch or a tag"),
        ("eval $(gh issue view 1)", "eval: the text of the issue"),
        (
            "eval $(curl https://api.github.com/repos/a/b/pulls/1 | jq -r .title)",
            "eval: the text of the pull request",
        ),
        ("git log | tee -a $BASH_ENV | xargs -I% bash -c 'echo %'", "sh -c: the commit message"),
        ("git log | xargs -i bash -c 'echo {}'", "sh -c: the commit message"),
        ("eval $(head -1 < <(git log))", "eval: the commit message"),
        ("eval $(echo $CIRCLE_BRANCH | tr -cd '[:print:]')", "eval: CIRCLE_BRANCH"),
    ],
)
def test_what_is_read_as_code_is_found(script: str, expected: str) -> None:
    assert set(_sinks(script)) == {expected}


@pytest.mark.parametrize(
    "script",
    [
        "echo $CIRCLE_BRANCH",
        'echo "$CIRCLE_BRANCH" "$MSG"',
        '[ "$CIRCLE_BRANCH" = main ]',
        "[[ $CIRCLE_BRANCH == release/* ]]",
        'case "$CIRCLE_BRANCH" in main) deploy;; esac',
        "git checkout $CIRCLE_BRANCH",
        "sh -c 'echo \"$CIRCLE_BRANCH\"'",
        'sh -c \'echo "$1"\' sh "$CIRCLE_BRANCH"',
        "eval 'echo \"$CIRCLE_BRANCH\"'",
        "eval echo \\$CIRCLE_BRANCH",
        "ssh host <<'EOF'\ndeploy $CIRCLE_BRANCH\nEOF",
        "cat <<EOF > file\n$CIRCLE_BRANCH\nEOF",
        "awk -v b=\"$CIRCLE_BRANCH\" '{print b}' file",
        "awk '/x/' \"$CIRCLE_BRANCH\"",
        'sed "s:VERSION:$CIRCLE_TAG:" file',
        'sed "s~VERSION~$CIRCLE_TAG~" file',
        "jq --arg tag \"$CIRCLE_TAG\" '.tag = $tag' file",
        'eval "$SIZE"',
        "eval ${#CIRCLE_BRANCH}",
        "eval ${CIRCLE_BRANCH:+--branch}",
        'eval "${CIRCLE_BRANCH@Q}"',
        'eval "${CIRCLE_BRANCH//[^a-z0-9]/}"',
        'eval "$(printf %q "$CIRCLE_BRANCH")"',
        "eval $(echo $CIRCLE_BRANCH | tr -cd 'a-z0-9')",
        "eval $(echo $CIRCLE_BRANCH | sed 's/[^a-z0-9]/-/g')",
        "eval $(git log -1 --format=%s | grep -oE '#[0-9]+')",
        "eval $(git log -1 --pretty=%B | sed -En 's/.*\\[semver:(major|minor)\\].*/\\1/p')",
        "eval $(git log -1 --format=%H)",
        "eval $(echo $CIRCLE_BRANCH | sha256sum)",
        "eval $(./version.sh $CIRCLE_BRANCH)",
        "B=$CIRCLE_BRANCH\nB=main\neval $B",
        "[[ $CIRCLE_TAG =~ ^v[0-9.]+$ ]] || exit 1\neval $CIRCLE_TAG",
        "echo \"$CIRCLE_TAG\" | grep -qE '^v[0-9.]+$' || exit 1\neval $CIRCLE_TAG",
        "$CIRCLE_BRANCH",
        "echo $(( CIRCLE_BRANCH + 1 ))",
        "eval $(( CIRCLE_BRANCH ))",
        'eval "$CIRCLE_SHA1 $CIRCLE_PR_USERNAME $CIRCLE_PULL_REQUEST"',
        'eval "$(direnv export bash)"',
    ],
)
def test_what_is_harmless_is_left_alone(script: str) -> None:
    assert list(_sinks(script)) == []


@pytest.mark.parametrize(
    "write",
    [
        'echo "export B=$CIRCLE_BRANCH" >> "$BASH_ENV"',
        "echo 'export B=\"$CIRCLE_BRANCH\"' >> $BASH_ENV",
        'printf \'B=%q\\n\' "$CIRCLE_BRANCH" >> $BASH_ENV; echo "B=$CIRCLE_BRANCH" >> $BASH_ENV',
        '{ echo a; echo "B=$CIRCLE_BRANCH"; } >> ${BASH_ENV}',
        'echo "export B=$CIRCLE_BRANCH" | tee -a "$BASH_ENV"',
        "cat >> $BASH_ENV <<EOF\nexport A=1\nexport B=$CIRCLE_BRANCH\nEOF",
    ],
)
def test_bash_env_hands_a_variable_to_later_steps(write: str) -> None:
    assert list(_sinks(write, "eval $B")) == ["eval: CIRCLE_BRANCH"]


def test_a_variable_of_one_step_is_not_there_in_the_next() -> None:
    assert list(_sinks("export B=$CIRCLE_BRANCH", "eval $B")) == []


def test_an_entry_of_the_environment_takes_the_place_of_the_built_in() -> None:
    text = (
        HEAD.replace("MSG: <<", "CIRCLE_BRANCH: main\n      MSG: <<")
        + "      - run: eval $CIRCLE_BRANCH\n"
    )
    config = make_config(parse(TextFile("config.yml", text)), "config")
    assert [sink for flow in config.flows for sink in sinks(flow)] == []


def test_the_way_of_a_text_is_told_from_the_nearest_place_to_its_source() -> None:
    config = _config('A=$MSG\nB="x $A"\neval "$B"')
    (sink,) = [sink for flow in config.flows for sink in sinks(flow)]
    assert sink.taint.control is Control.CALLER
    assert not sink.taint.alone
    lines = [(place.span.line if place.span else 0, place.note) for place in sink.taint.way]
    assert lines == [
        (19, "'B' takes it here"),
        (18, "'A' takes it here"),
        (14, "'MSG' takes it here"),
        (14, "it is pasted here"),
        (3, "it is declared here as a string, so it can be any text"),
    ]


def test_only_strings_that_others_choose_are_pastes() -> None:
    config = _config(
        """\
        echo << pipeline.parameters.msg >> << pipeline.parameters.size >>
        echo << pipeline.parameters.debug >> << pipeline.parameters.count >>
        echo << pipeline.git.branch >> << pipeline.git.revision >> << pipeline.number >>
        echo \\<< pipeline.git.branch >>
        """
    )
    (script,) = config.scripts
    found = [paste.unknown.name for paste in pastes(script.text, config.root)]
    assert found == ["pipeline.parameters.msg", "pipeline.git.branch"]


def test_a_parameter_that_the_file_does_not_declare_is_left_out() -> None:
    text = "- run: echo << pipeline.parameters.other >>"
    root = parse(TextFile("config.yml", f"commands:\n  c:\n    steps:\n      {text}\n"))
    config = make_config(root, "fragment")
    (script,) = config.scripts
    assert list(pastes(script.text, config.root)) == []


@pytest.mark.parametrize(
    "script",
    [
        "eval " + "$(echo " * 60 + "$CIRCLE_BRANCH" + ")" * 60,
        "\n".join(f"V{n + 1}=$V{n}" for n in range(3000)) + "\neval $V3000",
        "echo $CIRCLE_BRANCH" + " | cat" * 3000 + " | sh",
        "sed '" + "s/[^a]/" * 5000 + "' f | sh",
    ],
)
def test_hostile_scripts_are_followed_within_bounds(script: str) -> None:
    list(_sinks("V0=$CIRCLE_BRANCH\n" + script))
