"""Both WebAuthn ceremonies against an authenticator in software, right and spoilt."""

import json
from typing import Any

import pytest

from shared.auth import webauthn
from shared.auth.webauthn import CeremonyRefusedError, NewCredential, RelyingParty
from tests.passkeys import VirtualPasskey, b64

PARTY = RelyingParty(rp_id="localhost", name="Seagrape Medical", origin="http://localhost:8000")
CHALLENGE = b"c" * 32


def enrol(passkey: VirtualPasskey, party: RelyingParty = PARTY) -> NewCredential:
    """Walk the first ceremony."""
    options = webauthn.creation_options(
        party,
        challenge=CHALLENGE,
        user_handle=b"h" * 16,
        user_name="maya@seagrape.example",
        known_credential_ids=[],
    )
    answer = passkey.create(json.loads(options))
    return webauthn.verify_creation(PARTY, challenge=CHALLENGE, credential=answer)


def assert_identity(
    passkey: VirtualPasskey, known: NewCredential, challenge: bytes = CHALLENGE, sign_count: int = 0
) -> webauthn.Assertion:
    """Walk the second ceremony."""
    options = json.loads(webauthn.request_options(PARTY, challenge=challenge))
    return webauthn.verify_assertion(
        PARTY,
        challenge=CHALLENGE,
        credential=passkey.get(options),
        public_key=known.public_key,
        sign_count=sign_count,
    )


@pytest.fixture
def passkey() -> VirtualPasskey:
    return VirtualPasskey(origin=PARTY.origin)


def test_creation_options_ask_for_a_verified_discoverable_unattested_credential() -> None:
    options = json.loads(
        webauthn.creation_options(
            PARTY,
            challenge=CHALLENGE,
            user_handle=b"h" * 16,
            user_name="maya@seagrape.example",
            known_credential_ids=[b"known"],
        )
    )
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["attestation"] == "none"
    assert options["excludeCredentials"][0]["id"] == b64(b"known")
    assert "maya" not in options["user"]["id"]


def test_request_options_name_no_credential() -> None:
    options = json.loads(webauthn.request_options(PARTY, challenge=CHALLENGE))
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"


def test_both_ceremonies_succeed_with_an_honest_device(passkey: VirtualPasskey) -> None:
    known = enrol(passkey)
    assert known.credential_id == passkey.credential_id
    assert known.transports == ("internal",)
    assertion = assert_identity(passkey, known)
    assert assertion.sign_count == 1
    assert not assertion.cloned


def test_assertion_accepts_zero_counters_when_the_passkey_is_synced() -> None:
    passkey = VirtualPasskey(origin=PARTY.origin, synced=True)
    known = enrol(passkey)
    assert known.backed_up
    for _ in range(2):
        assert not assert_identity(passkey, known).cloned


@pytest.mark.parametrize(("stored", "cloned"), [(0, False), (4, False), (5, True), (9, True)])
def test_assertion_reports_a_clone_when_the_counter_did_not_grow(
    passkey: VirtualPasskey, stored: int, cloned: bool
) -> None:
    known = enrol(passkey)
    passkey.sign_count = 4
    assert assert_identity(passkey, known, sign_count=stored).cloned is cloned


def test_creation_is_refused_when_the_user_was_not_verified(passkey: VirtualPasskey) -> None:
    passkey.user_verified = False
    with pytest.raises(CeremonyRefusedError):
        enrol(passkey)


def test_creation_is_refused_when_the_page_has_another_origin() -> None:
    with pytest.raises(CeremonyRefusedError):
        enrol(VirtualPasskey(origin="http://evil.example"))


def test_creation_is_refused_when_the_relying_party_is_another() -> None:
    elsewhere = RelyingParty(rp_id="evil.example", name="Evil", origin=PARTY.origin)
    with pytest.raises(CeremonyRefusedError):
        enrol(VirtualPasskey(origin=PARTY.origin), elsewhere)


def test_assertion_is_refused_when_the_user_was_not_verified(passkey: VirtualPasskey) -> None:
    known = enrol(passkey)
    passkey.user_verified = False
    with pytest.raises(CeremonyRefusedError):
        assert_identity(passkey, known)


def test_assertion_is_refused_when_the_challenge_is_another(passkey: VirtualPasskey) -> None:
    known = enrol(passkey)
    with pytest.raises(CeremonyRefusedError):
        assert_identity(passkey, known, challenge=b"x" * 32)


def test_assertion_is_refused_when_another_key_signed(passkey: VirtualPasskey) -> None:
    known = enrol(passkey)
    impostor = VirtualPasskey(origin=PARTY.origin, rp_id="localhost", user_handle=b"h" * 16)
    with pytest.raises(CeremonyRefusedError):
        assert_identity(impostor, known)


@pytest.mark.parametrize(
    "garbage",
    [
        {},
        {"id": "a"},
        {"id": 7, "rawId": 7, "response": [], "type": "public-key"},
        {"id": "é", "rawId": "é", "response": {"clientDataJSON": "x"}, "type": "public-key"},
        {"id": "YQ", "rawId": "YQ", "response": None, "type": "public-key"},
        {
            "id": "YQ",
            "rawId": "YQ",
            "type": "public-key",
            "response": {"clientDataJSON": "e30", "attestationObject": "_w"},
        },
    ],
)
def test_garbage_is_refused_and_never_crashes(garbage: dict[str, Any]) -> None:
    with pytest.raises(CeremonyRefusedError):
        webauthn.verify_creation(PARTY, challenge=CHALLENGE, credential=garbage)
    with pytest.raises(CeremonyRefusedError):
        webauthn.verify_assertion(
            PARTY, challenge=CHALLENGE, credential=garbage, public_key=b"", sign_count=0
        )
    with pytest.raises(CeremonyRefusedError):
        webauthn.claimed_credential_id(garbage)


@pytest.mark.parametrize("hints", [None, "usb", [7, "usb", "x" * 40]])
def test_transports_are_hints_that_cannot_hurt(passkey: VirtualPasskey, hints: object) -> None:
    options = webauthn.creation_options(
        PARTY,
        challenge=CHALLENGE,
        user_handle=b"h" * 16,
        user_name="maya@seagrape.example",
        known_credential_ids=[],
    )
    answer = passkey.create(json.loads(options))
    answer["response"]["transports"] = hints
    try:
        known = webauthn.verify_creation(PARTY, challenge=CHALLENGE, credential=answer)
    except CeremonyRefusedError:
        return
    assert set(known.transports) <= {"usb"}
