"""`make reset`: stops the development Postgres and removes what `make run` keeps."""

import fcntl
import os
import shutil
import sys
from pathlib import Path

from tools import postgres

# Only what we made: BEDSIDE_DATA may be a folder somebody also keeps other things in.
OURS = (
    *("postgres", "sandbox", "documents", "journal", "logs", "public", "demo-credentials.json"),
    *("secrets.json", "run.lock"),
)


def main() -> int:
    data = Path(os.environ.get("BEDSIDE_DATA") or ".data").absolute()
    found = [data / name for name in OURS if (data / name).exists()]
    if not found:
        print("Nothing to remove in", data)
        return 0
    with (data / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Bedside runs on {data}: stop it first (Ctrl-C).", file=sys.stderr)
            return 1
        postgres.stop(data / "postgres")
        for path in found:
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        (data / "run.lock").unlink(missing_ok=True)  # made here, where there was none
    print("Removed:", *(str(path) for path in found), sep="\n  ")
    if "DATABASE_URL" in os.environ:
        print("The server at DATABASE_URL was left alone: drop its database yourself.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
