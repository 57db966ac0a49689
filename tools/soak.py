"""`make soak`: many people press the same time at once, again and again, while workers are killed.

After every round there is at most one holder of the time; at the end no two appointments of a
practitioner overlap and the log's chain has no gap.
"""

import argparse
import html
import re
import signal
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import httpx
import psycopg

from tools.run import Practice
from tools.temporary import temporary_practice

TOKEN = re.compile(r'name="(csrf_token|idempotency_key|visit|zone)" value="([^"]*)"')
TIME = re.compile(r'name="starts_at" value="([^"]+)"')
DAY = re.compile(r'href="(/portal/book/[^"]+\bday=[^"]+)"')

OVERLAPS = """
    select count(*) from appointment a join appointment b
      on a.practitioner_id = b.practitioner_id and a.id < b.id
     and tstzrange(a.starts_at, a.ends_at) && tstzrange(b.starts_at, b.ends_at)
    where a.status in ('pending', 'booked') and b.status in ('pending', 'booked')
"""
GAPS = """
    select count(*) from (
        select practice_id from audit.link group by practice_id having count(*) <> max(seq)
    ) as broken
"""


@dataclass
class Person:
    """One browser that has the page of open times before it."""

    client: httpx.Client
    form: dict[str, str] = field(default_factory=dict)
    times: list[str] = field(default_factory=list)

    def look(self, path: str) -> None:
        """Opens the page; goes on to the next days while the first shows no time."""
        page = self._get(path)
        for later in dict.fromkeys(DAY.findall(page)):
            if self.times:
                return
            self._get(html.unescape(later))

    def _get(self, path: str) -> str:
        text = self.client.get(path).raise_for_status().text
        self.form = {name: html.unescape(value) for name, value in TOKEN.findall(text)}
        self.times = [html.unescape(value) for value in TIME.findall(text)]
        return text

    def press(self, starts_at: str, together: threading.Barrier) -> httpx.Response:
        together.wait(timeout=60)
        return self.client.post("/portal/holds", data={**self.form, "starts_at": starts_at})


def race(practice: Practice, path: str, people: int) -> list[httpx.Response]:
    """`people` press the same open time at the same moment; their answers."""
    port = practice.place.port
    base, host = f"http://127.0.0.1:{port}", {"Host": f"localhost:{port}"}
    browsers = [
        Person(httpx.Client(base_url=base, headers=host, timeout=60)) for _ in range(people)
    ]
    together = threading.Barrier(people)
    with ThreadPoolExecutor(people) as pool:
        list(pool.map(lambda person: person.look(path), browsers))
        wanted = browsers[0].times[0]
        answers = list(pool.map(lambda person: person.press(wanted, together), browsers))
    for person in browsers:
        person.client.close()
    return answers


def holders(answers: list[httpx.Response]) -> int:
    """How many were sent on to a hold of their own."""
    places = {answer.headers.get("Location", "") for answer in answers if answer.status_code == 303}
    return len({place for place in places if re.search(r"/portal/holds/[0-9a-f-]{36}", place)})


def kill_worker(practice: Practice) -> None:
    """The worker dies in the middle of whatever it does; another takes over."""
    worker = next(child for child in practice.running if child.name == "worker")
    worker.process.send_signal(signal.SIGKILL)
    worker.process.wait()
    practice.running.remove(worker)
    practice.launch("worker", "shared.jobs.worker")


def count(practice: Practice, query: str) -> int:
    server = practice.environ["DATABASE_URL"].replace("/postgres?", "/bedside?", 1)
    with psycopg.connect(server) as connection:
        row = connection.execute(query.encode()).fetchone()
    return int(row[0]) if row else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--people", type=int, default=20)
    chosen = parser.parse_args()
    wrong = []
    with temporary_practice() as practice:
        port = practice.place.port
        home = httpx.get(f"http://127.0.0.1:{port}/", headers={"Host": f"localhost:{port}"}).text
        visits = re.findall(r'href="(/portal/book/[a-z0-9-]+)', home)
        for number in range(1, chosen.rounds + 1):
            kill_worker(practice)
            answers = race(practice, visits[number % len(visits)], chosen.people)
            broken = sum(answer.status_code >= 500 for answer in answers)
            print(f"round {number}: {holders(answers)} holds the time, {broken} errors", flush=True)
            if holders(answers) != 1 or broken:
                wrong.append(f"round {number}")
        for name, query in (("overlapping appointments", OVERLAPS), ("gaps in the log", GAPS)):
            found = count(practice, query)
            print(f"{name}: {found}")
            wrong += [name] if found else []
    print("Wrong: " + ", ".join(wrong) if wrong else "All rounds held.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
