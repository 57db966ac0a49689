"""The two WebAuthn ceremonies (Level 3), as strict as staff need them.

User verification is required, credentials are discoverable, attestation is "none": we want to
know that the same device and person came back, not who made the device. The relying party id is
stored with every credential, so that a practice may change its domain without locking out
whoever enrolled under the old one.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import webauthn
from webauthn.helpers import exceptions, parse_authentication_credential_json
from webauthn.helpers.structs import (
    AttestationConveyancePreference,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

TIMEOUT_MS = 120_000
# "usb", "nfc", "ble", "smart-card", "hybrid", "internal", and what browsers will think of.
_HINT = re.compile(r"[a-z][a-z-]{0,15}")


class CeremonyRefusedError(Exception):
    """The authenticator's answer does not prove what it must; the text is for the log only."""


@dataclass(frozen=True, kw_only=True)
class RelyingParty:
    """Who asks: the practice as the browser knows it."""

    rp_id: str
    name: str
    origin: str


@dataclass(frozen=True, kw_only=True)
class NewCredential:
    """What a successful enrolment proves."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    aaguid: str
    backed_up: bool
    transports: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Assertion:
    """What a successful sign-in proves."""

    sign_count: int
    backed_up: bool
    cloned: bool


def creation_options(
    party: RelyingParty,
    *,
    challenge: bytes,
    user_handle: bytes,
    user_name: str,
    known_credential_ids: Sequence[bytes],
) -> str:
    """Return the JSON for `navigator.credentials.create()`.

    user_handle is random and never an address: authenticators show and sync it freely.
    """
    options = webauthn.generate_registration_options(
        rp_id=party.rp_id,
        rp_name=party.name,
        user_id=user_handle,
        user_name=user_name,
        user_display_name=user_name,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        attestation=AttestationConveyancePreference.NONE,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=known) for known in known_credential_ids
        ],
    )
    return webauthn.options_to_json(options)


def request_options(party: RelyingParty, *, challenge: bytes) -> str:
    """Return the JSON for `navigator.credentials.get()`; the device offers what it holds."""
    options = webauthn.generate_authentication_options(
        rp_id=party.rp_id,
        challenge=challenge,
        timeout=TIMEOUT_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def verify_creation(
    party: RelyingParty, *, challenge: bytes, credential: dict[str, Any]
) -> NewCredential:
    """Check an enrolment; raises CeremonyRefusedError."""
    try:
        verified = webauthn.verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, TypeError, KeyError) as refusal:
        raise CeremonyRefusedError(type(refusal).__name__) from refusal
    return NewCredential(
        credential_id=verified.credential_id,
        public_key=verified.credential_public_key,
        sign_count=verified.sign_count,
        aaguid=verified.aaguid,
        backed_up=verified.credential_backed_up,
        transports=_transports(credential),
    )


def claimed_credential_id(credential: dict[str, Any]) -> bytes:
    """Return the id of the credential an answer claims to come from; nothing is proven yet."""
    try:
        return parse_authentication_credential_json(credential).raw_id
    except (exceptions.WebAuthnException, ValueError, TypeError, KeyError) as refusal:
        raise CeremonyRefusedError(type(refusal).__name__) from refusal


def verify_assertion(
    party: RelyingParty,
    *,
    challenge: bytes,
    credential: dict[str, Any],
    public_key: bytes,
    sign_count: int,
) -> Assertion:
    """Check a sign-in; raises CeremonyRefusedError.

    The library refuses every counter that did not grow. Synced passkeys always say zero, and a
    refusal would lock out an honest owner of a restored device, so the counter is ours to judge:
    `cloned` is true when both counters are in use and the new one did not grow.
    """
    try:
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=party.rp_id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (exceptions.WebAuthnException, ValueError, TypeError, KeyError) as refusal:
        raise CeremonyRefusedError(type(refusal).__name__) from refusal
    return Assertion(
        sign_count=verified.new_sign_count,
        backed_up=verified.credential_backed_up,
        cloned=0 < verified.new_sign_count <= sign_count,
    )


def _transports(credential: dict[str, Any]) -> tuple[str, ...]:
    """Return the browser's hints, at most a handful of short words: they come from outside."""
    response = cast("dict[str, Any]", credential.get("response") or {})
    hints = response.get("transports")
    if not isinstance(hints, list):
        return ()
    return tuple(hint for hint in hints[:8] if isinstance(hint, str) and _HINT.fullmatch(hint))
