"""The soak's tests stand on the same ground as the proof's."""

from tests.integration.proof.conftest import app, cast, job, running, sandbox, settings, superuser

__all__ = ["app", "cast", "job", "running", "sandbox", "settings", "superuser"]
