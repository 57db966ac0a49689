"""What vendors tell us is tested at the same till."""

from tests.integration.billing.conftest import ana, sandbox, settings, till

__all__ = ["ana", "sandbox", "settings", "till"]
