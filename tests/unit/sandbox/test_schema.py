"""The SDK's TypedDicts as strict validators."""

import pytest

from shared.sandbox.stripe.errors import StripeError
from shared.sandbox.stripe.schema import SCHEMAS, adapter, check_params


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_call_has_a_validator_that_refuses_the_unknown(name):
    adapter(name)
    with pytest.raises(StripeError) as error:
        check_params(name, {"no_such_parameter": "1"})
    assert error.value.error["code"] == "parameter_unknown"


@pytest.mark.parametrize("name", ["api_key", "idempotency_key", "stripe_account"])
def test_options_of_the_sdk_are_no_parameters_of_the_call(name):
    with pytest.raises(StripeError):
        check_params("refund.create", {name: "x"})


def test_text_becomes_numbers_and_truth():
    found = check_params("refund.create", {"amount": "500", "reverse_transfer": "true"})
    assert found == {"amount": 500, "reverse_transfer": True}


def test_enums_are_closed_though_the_sdk_leaves_them_open():
    assert check_params("refund.create", {"reason": "duplicate"})
    with pytest.raises(StripeError) as error:
        check_params("refund.create", {"reason": "regret"})
    assert error.value.error["param"] == "reason"


def test_a_field_may_be_cleared_with_nothing():
    assert check_params("customer.create", {"metadata": ""}) == {"metadata": ""}
