"""Signature Version 4, recomputed: signed headers of API calls and the query of presigned URLs.

Source: AWS General Reference, "Create a signed AWS API request". Dates are checked against real
time, because SDKs sign with the machine's clock and know nothing of the sandbox's.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from shared.sandbox.aws.errors import AwsError

SKEW = timedelta(minutes=15)
MAX_EXPIRES = 7 * 86400
UNSIGNED = "UNSIGNED-PAYLOAD"


@dataclass(frozen=True, slots=True)
class Wire:
    """The request as it came over the wire: the path and query still percent-encoded."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    def args(self) -> list[tuple[str, str]]:
        # SigV4 keeps a plus a plus; parse_qsl would make it a space.
        return parse_qsl(self.query.replace("+", "%2B"), keep_blank_values=True)


@dataclass(frozen=True, slots=True)
class Claim:
    """What the request says about its signature."""

    access_key: str
    date: str
    region: str
    service: str
    signed_headers: tuple[str, ...]
    signature: str
    moment: str
    expires: int | None = None


def _scope(credential: str) -> tuple[str, str, str, str]:
    parts = credential.split("/")
    if len(parts) != 5 or parts[4] != "aws4_request":
        raise AwsError("AuthorizationHeaderMalformed", "the credential scope is malformed", 400)
    return parts[0], parts[1], parts[2], parts[3]


def read_claim(wire: Wire) -> Claim | None:
    """The signature claimed by header or query, None when the request claims none."""
    header = wire.headers.get("Authorization", "")
    if header.startswith("AWS4-HMAC-SHA256"):
        fields = dict(re.findall(r"(\w+)=([^,\s]+)", header))
        if not {"Credential", "SignedHeaders", "Signature"} <= set(fields):
            raise AwsError("IncompleteSignature", "the Authorization header is incomplete", 400)
        names = tuple(fields["SignedHeaders"].split(";"))
        moment = wire.headers.get("X-Amz-Date", "")
        return Claim(*_scope(fields["Credential"]), names, fields["Signature"], moment)
    args = dict(wire.args())
    if "X-Amz-Signature" not in args:
        return None
    names = tuple(args.get("X-Amz-SignedHeaders", "host").split(";"))
    seconds = args.get("X-Amz-Expires", "")
    if not (seconds.isascii() and seconds.isdigit()) or not 1 <= int(seconds) <= MAX_EXPIRES:
        raise AwsError("AuthorizationQueryParametersError", "X-Amz-Expires is out of range", 400)
    scope = _scope(args.get("X-Amz-Credential", ""))
    moment = args.get("X-Amz-Date", "")
    return Claim(*scope, names, args["X-Amz-Signature"], moment, int(seconds))


def _canonical(wire: Wire, claim: Claim, payload: str) -> str:
    # Every service but S3 encodes the already encoded path once more.
    path = wire.path if claim.service == "s3" else quote(wire.path, safe="/~")
    pairs = sorted(
        (quote(k, safe="-_.~"), quote(v, safe="-_.~"))
        for k, v in wire.args()
        if k != "X-Amz-Signature"
    )
    query = "&".join(f"{k}={v}" for k, v in pairs)
    values = ((name, wire.headers.get(name, "")) for name in claim.signed_headers)
    headers = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in values)
    names = ";".join(claim.signed_headers)
    return "\n".join((wire.method, path or "/", query, headers, names, payload))


def signature_of(wire: Wire, claim: Claim, secret: str, payload: str) -> str:
    """The hexadecimal signature the request ought to carry."""
    digest = hashlib.sha256(_canonical(wire, claim, payload).encode()).hexdigest()
    scope = f"{claim.date}/{claim.region}/{claim.service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{claim.moment}\n{scope}\n{digest}"
    key = f"AWS4{secret}".encode()
    for part in (claim.date, claim.region, claim.service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def _payload_hash(wire: Wire, claim: Claim) -> str:
    if claim.expires is not None:
        return UNSIGNED
    actual = hashlib.sha256(wire.body).hexdigest()
    said = wire.headers.get("X-Amz-Content-Sha256", actual)
    if said not in {actual, UNSIGNED}:
        raise AwsError("XAmzContentSHA256Mismatch", "the body is not what was signed", 400)
    return said


def _check_time(claim: Claim, now: datetime) -> None:
    try:
        moment = datetime.strptime(claim.moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise AwsError("AccessDenied", "X-Amz-Date is missing or malformed", 403) from error
    if claim.expires is not None:
        if now > moment + timedelta(seconds=claim.expires):
            raise AwsError("AccessDenied", "Request has expired", 403)
        if moment > now + SKEW:
            raise AwsError("AccessDenied", "Request is not yet valid", 403)
    elif abs(now - moment) > SKEW:
        code = "RequestTimeTooSkewed" if claim.service == "s3" else "InvalidSignatureException"
        raise AwsError(code, "the request is too old or too new", 403)


def verify(wire: Wire, claim: Claim, access_key: str, secret: str) -> None:
    """Raise AwsError unless the signature is ours, in time, and covers this very request."""
    json_service = claim.service != "s3"
    if claim.access_key != access_key:
        code = "UnrecognizedClientException" if json_service else "InvalidAccessKeyId"
        raise AwsError(code, "The security token included in the request is invalid.", 403)
    _check_time(claim, datetime.now(UTC))
    wanted = signature_of(wire, claim, secret, _payload_hash(wire, claim))
    if "host" not in claim.signed_headers or not hmac.compare_digest(wanted, claim.signature):
        code = "InvalidSignatureException" if json_service else "SignatureDoesNotMatch"
        raise AwsError(code, "The request signature does not match.", 403)
