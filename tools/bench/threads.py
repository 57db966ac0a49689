"""The load generator for machines without wrk: `python -m tools.bench.threads plan.json`."""

import json
import random
import secrets
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any


def shoot(plan: dict[str, Any], end: float) -> list[tuple[int, float]]:
    """One connection's answers: (status, seconds); 0 for one that broke."""
    connection = HTTPConnection("127.0.0.1", plan["port"], timeout=30)
    answers = []
    while (started := time.perf_counter()) < end:
        shot = random.choice(plan["shots"])  # noqa: S311 - no secret  # nosec B311
        body = shot["body"].replace("{random}", secrets.token_hex(8)) or None
        try:
            connection.request(shot["method"], shot["path"], body, shot["headers"])
            answer = connection.getresponse()
            answer.read()
            status = answer.status
        except (OSError, HTTPException):
            connection.close()
            status = 0
        answers.append((status, time.perf_counter() - started))
    connection.close()
    return answers


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text())
    started = time.perf_counter()
    with ThreadPoolExecutor(plan["connections"]) as pool:
        shares = pool.map(
            lambda _: shoot(plan, started + plan["seconds"]), range(plan["connections"])
        )
        answers = [answer for share in shares for answer in share]
    elapsed = time.perf_counter() - started
    times = sorted(seconds * 1000 for _, seconds in answers)
    statuses = [status for status, _ in answers]
    served = sum(0 < status < 400 or status == 409 for status in statuses)
    shed = statuses.count(503)
    print(
        json.dumps(
            {
                "rps": round(served / elapsed, 1),
                "p50_ms": round(times[len(times) // 2], 2),
                "p99_ms": round(times[min(len(times) - 1, int(len(times) * 0.99))], 2),
                "errors": len(answers) - served - shed,
                "shed": shed,
                "taken": statuses.count(409),
                "seconds": round(elapsed, 2),
            }
        )
    )


if __name__ == "__main__":
    main()
