"""The event log: who did what, when and why; how a record was; the proof that nothing changed."""
