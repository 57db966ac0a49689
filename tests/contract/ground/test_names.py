"""The adapter for names against a server on loopback: records, absence, silence, rubbish."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import dns.message
import dns.rrset
import pytest

from shared.adapters.ground import names
from shared.adapters.ground.names import Names, NamesUnavailable


@dataclass
class Server:
    """Answers questions on a UDP port, as it is told."""

    records: dict[tuple[str, str], str] = field(default_factory=dict)
    mode: str = "well"
    port: int = 0

    def serve(self, wire: socket.socket) -> None:
        while True:
            try:
                asked, who = wire.recvfrom(4096)
            except OSError:
                return
            if self.mode == "silent":
                continue
            if self.mode == "rubbish":
                wire.sendto(b"\x00" * 12, who)
                continue
            question = dns.message.from_wire(asked)
            answer = dns.message.make_response(question)
            one = question.question[0]
            key = (str(one.name).rstrip("."), one.rdtype.name)
            if self.mode == "broken":
                answer.set_rcode(dns.rcode.SERVFAIL)
            elif key in self.records:
                found = dns.rrset.from_text(one.name, 60, "IN", key[1], self.records[key])
                answer.answer.append(found)
            else:
                answer.set_rcode(dns.rcode.NXDOMAIN)
            wire.sendto(answer.to_wire(), who)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(names, "ANSWER_WITHIN", 0.6)
    told = Server()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as wire:
        wire.bind(("127.0.0.1", 0))
        told.port = wire.getsockname()[1]
        threading.Thread(target=told.serve, args=(wire,), daemon=True).start()
        yield told


def ask(server: Server) -> Names:
    return Names(SimpleNamespace(name_servers=f"127.0.0.1:{server.port}"))


def test_texts_and_aliases_are_read(server: Server) -> None:
    server.records = {
        ("sea.example", "TXT"): '"v=spf1 include:amazonses" ".com ~all"',
        ("k._domainkey.sea.example", "CNAME"): "K.dkim.amazonses.com.",
    }
    assert ask(server).texts("sea.example") == ["v=spf1 include:amazonses.com ~all"]
    assert ask(server).alias("k._domainkey.sea.example") == "k.dkim.amazonses.com"


def test_what_is_not_there_is_nothing(server: Server) -> None:
    assert ask(server).texts("nothing.example") == []
    assert ask(server).alias("nothing.example") is None


@pytest.mark.parametrize("mode", ["silent", "broken", "rubbish"])
def test_a_server_that_does_not_answer_well_is_unavailable(server: Server, mode: str) -> None:
    server.mode = mode
    with pytest.raises(NamesUnavailable):
        ask(server).texts("sea.example")


def test_a_name_that_is_none_is_unavailable(server: Server) -> None:
    with pytest.raises(NamesUnavailable):
        ask(server).texts(f"{'x' * 70}.example")
