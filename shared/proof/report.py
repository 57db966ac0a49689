"""What a check saw: counts and findings, each naming an entry."""

from __future__ import annotations

from dataclasses import dataclass, field

from shared.proof.work import Finding

MOST_FINDINGS = 50


@dataclass
class Report:
    """What a check saw. `findings` is empty when everything held."""

    counts: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def add(self, kind: str, seq: int | None, event_id: object, sentence: str) -> None:
        """Keep a finding; after the first fifty only their number grows."""
        self.counts["findings"] = self.counts.get("findings", 0) + 1
        if len(self.findings) < MOST_FINDINGS:
            named = str(event_id) if event_id else None
            self.findings.append(Finding(kind, seq, named, sentence))

    def tally(self, name: str, count: int = 1) -> None:
        self.counts[name] = self.counts.get(name, 0) + count
