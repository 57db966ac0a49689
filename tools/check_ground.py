"""Whether infra/ is sound: formatted, valid, keeping its promises, and clean by checkov.

Terraform and its AWS provider are needed for the first three, checkov for the last; what is not on
this machine is told and left out. tests/rules/test_ground.py asks the most important things of the
same files without either. Nothing here reaches an account or the network.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import ground
from tools.verdict import Verdict

ROOT = Path(__file__).parent.parent
INFRA = ROOT / "infra"
PASSED = ROOT / ".tools" / "infra.passed"
PROVIDER = "registry.terraform.io/hashicorp/aws"
# Where a machine without the registry may hold providers, each laid out as a mirror.
MIRRORS = (
    "~/.terraform.d/plugins",
    "/usr/local/share/terraform/plugins",
    "/usr/share/terraform/plugins",
)
CHECKOV = ROOT / ".tools" / "checkov" / "bin" / "checkov"


def run() -> Verdict:
    """All that can be run here; unchanged files that passed before are believed."""
    print_of = fingerprint()
    if PASSED.is_file() and PASSED.read_text() == print_of:
        return Verdict(True, "")
    left_out, output, passed = [], "", True
    terraform, mirror = shutil.which("terraform"), find_mirror()
    if terraform is None:
        left_out.append("terraform is not here: infra/ was not validated and its tests did not run")
    else:
        done = command(terraform, "fmt", "-check", "-recursive", str(INFRA))
        passed, output = done.returncode == 0, done.stdout + done.stderr
        if mirror is None and not os.environ.get("BEDSIDE_TERRAFORM_ONLINE"):
            left_out.append(
                "the AWS provider is not here: infra/'s own tests did not run"
                " (BEDSIDE_TERRAFORM_ONLINE=1 lets Terraform fetch it)"
            )
        else:
            for root in ground.ROOTS:
                good, words = try_root(terraform, INFRA / root, mirror)
                passed, output = passed and good, output + words
    checkov = str(CHECKOV) if CHECKOV.is_file() else shutil.which("checkov")
    if checkov is None:
        left_out.append("checkov is not here: `make check-infra` installs and runs it")
    else:
        done = command(checkov, "-d", ".", "--config-file", ".checkov.yaml", "--skip-download")
        passed, output = passed and done.returncode == 0, output + done.stdout + done.stderr
    if passed and not left_out:
        PASSED.parent.mkdir(exist_ok=True)
        PASSED.write_text(print_of)
    return Verdict(passed, output, "; ".join(left_out))


def try_root(terraform: str, folder: Path, mirror: Path | None) -> tuple[bool, str]:
    """Initialise without a backend, then the tests (or, without tests, validation)."""
    plugins = [f"-plugin-dir={mirror}"] if mirror else []
    steps = [
        [terraform, f"-chdir={folder}", "init", "-backend=false", "-input=false", *plugins],
        [terraform, f"-chdir={folder}", "test" if (folder / "tests").is_dir() else "validate"],
    ]
    for step in steps:
        done = command(*step, "-no-color")
        if done.returncode != 0:
            return False, f"== {folder.name}: {step[2]}\n{done.stdout}{done.stderr}"
    return True, ""


def find_mirror() -> Path | None:
    """A folder on this machine that holds the AWS provider."""
    places = [Path(place).expanduser() for place in MIRRORS]
    for place in [*places, *sorted(Path("/opt").glob("*"))]:
        if (place / PROVIDER).is_dir():
            return place
    return None


def command(*words: str) -> "subprocess.CompletedProcess[str]":
    """Run in infra/, with no settings of the person who runs it."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TF_", "AWS_")) or name == "TF_PLUGIN_CACHE_DIR"
    }
    environment["CHECKPOINT_DISABLE"] = "1"
    return subprocess.run(
        words, capture_output=True, text=True, check=False, cwd=INFRA, env=environment
    )


def fingerprint() -> str:
    """Of every file that the checks read."""
    digest = hashlib.sha256()
    for path in sorted(INFRA.rglob("*")):
        if path.is_file() and ".terraform" not in path.parts:
            digest.update(path.relative_to(INFRA).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


if __name__ == "__main__":
    verdict = run()
    print(verdict.output or "infra/ keeps its promises.")
    if verdict.note:
        print("!!", verdict.note)
    sys.exit(0 if verdict.passed else 1)
