"""`infra/once`: one command of the program in the cloud, with a played Terraform and AWS."""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TERRAFORM = """#!/usr/bin/env bash
case "$*" in
  "output -raw cluster") echo -n bedside-east ;;
  "output -json subnets") echo -n '["subnet-1","subnet-2"]' ;;
  "output -raw security_group") echo -n sg-1 ;;
  *) echo "not asked for: $*" >&2; exit 9 ;;
esac
"""
# Notes every call, one JSON array a line; the task is running the first time it is asked for.
AWS = """#!/usr/bin/env bash
python3 -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "$@" >> "$PLAYED/calls"
case "$1 $2" in
  "ecs run-task")
    [ -z "${REFUSED:-}" ] || exit 254
    echo arn:aws:ecs:us-east-1:1:task/bedside-east/abc ;;
  "ecs describe-tasks")
    case "$*" in
      *lastStatus*)
        if [ -e "$PLAYED/seen" ]; then echo STOPPED; else echo RUNNING; fi
        touch "$PLAYED/seen" ;;
      *exitCode*) echo "${EXIT:-0}" ;;
    esac ;;
  "logs get-log-events") echo "a line of its log" ;;
  *) exit 9 ;;
esac
"""


def run(folder: Path, *words: str, **played: str) -> "subprocess.CompletedProcess[str]":
    for name, text in (
        ("terraform", TERRAFORM),
        ("aws", AWS),
        ("sleep", "#!/usr/bin/env bash\n"),
    ):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "PLAYED": str(folder), **played}
    return subprocess.run(
        [str(ROOT / "infra/once"), *words],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def calls(folder: Path) -> list[list[str]]:
    return [json.loads(line) for line in (folder / "calls").read_text().splitlines()]


def after(words: list[str], name: str) -> str:
    return words[words.index(name) + 1]


def test_a_command_runs_as_a_task_without_a_public_address(tmp_path: Path) -> None:
    done = run(tmp_path, "worker", "flask", "audit", "verify")
    assert done.returncode == 0, done.stderr
    assert "a line of its log" in done.stdout
    started = calls(tmp_path)[0]
    assert started[:2] == ["ecs", "run-task"]
    assert after(started, "--task-definition") == "bedside-east-worker"
    network = after(started, "--network-configuration")
    assert "assignPublicIp=DISABLED" in network
    assert 'subnets=["subnet-1","subnet-2"]' in network
    [override] = json.loads(after(started, "--overrides"))["containerOverrides"]
    assert override == {"name": "bedside", "command": ["flask", "audit", "verify"]}


def test_words_reach_the_program_as_they_were_typed(tmp_path: Path) -> None:
    name = 'Dr. "Ben" O\'Neil; exit 1 $(id)'
    run(tmp_path, "worker", "flask", "staff", "invite", "--name", name)
    [override] = json.loads(after(calls(tmp_path)[0], "--overrides"))["containerOverrides"]
    assert override["command"][-1] == name


def test_without_a_command_the_task_does_what_it_is_for(tmp_path: Path) -> None:
    run(tmp_path, "bootstrap")
    started = calls(tmp_path)[0]
    assert after(started, "--task-definition") == "bedside-east-bootstrap"
    assert after(started, "--overrides") == "{}"
    read = next(one for one in calls(tmp_path) if one[0] == "logs")
    # The bootstrap writes where migrations write.
    assert after(read, "--log-group-name") == "/bedside/bedside-east/migrate"
    assert after(read, "--log-stream-name") == "bootstrap/bedside/abc"


@pytest.mark.parametrize("kind", ["worker", "migrate", "drill"])
def test_each_kind_has_a_log_of_its_own(tmp_path: Path, kind: str) -> None:
    run(tmp_path, kind)
    read = next(one for one in calls(tmp_path) if one[0] == "logs")
    assert after(read, "--log-group-name") == f"/bedside/bedside-east/{kind}"


def test_it_ends_as_the_command_ended(tmp_path: Path) -> None:
    assert run(tmp_path, "worker", "flask", "preflight", EXIT="1").returncode == 1


def test_it_waits_until_the_task_has_ended(tmp_path: Path) -> None:
    run(tmp_path, "worker", "true")
    asked = [one for one in calls(tmp_path) if "tasks[0].lastStatus" in one]
    assert len(asked) == 2


def test_a_task_that_is_refused_is_no_success(tmp_path: Path) -> None:
    done = run(tmp_path, "worker", "true", REFUSED="yes")
    assert done.returncode != 0
    assert len(calls(tmp_path)) == 1


def test_it_asks_what_to_run(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert done.returncode != 0
    assert "worker, migrate" in done.stderr
    assert not (tmp_path / "calls").exists()
