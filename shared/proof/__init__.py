"""The proof of the log: checkpoints and archives that nobody can take back, and their verification.

What is hashed, signed and stored is described in docs/adr/0015; `tools/verify_audit.py` checks the
same from outside, and shares no code with this package.
"""
