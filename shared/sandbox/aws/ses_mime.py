"""A SendEmail request as the MIME message SES would put on the wire."""

from email import message_from_bytes, policy
from email.errors import MessageError
from email.message import EmailMessage
from email.utils import format_datetime, getaddresses
from typing import Any

from shared.sandbox.aws.errors import AwsError
from shared.sandbox.world import Sandbox

Params = dict[str, Any]
MAX_BYTES = 40 * 1024 * 1024
RESERVED = {"from", "to", "cc", "bcc", "subject", "reply-to", "message-id", "date", "mime-version"}


def _refused(message: str) -> AwsError:
    return AwsError("BadRequestException", message)


def addresses(params: Params) -> dict[str, list[str]]:
    """Recipients by kind, as given. Raises for none, for more than fifty, and for nonsense."""
    given = params.get("Destination", {})
    found = {kind: list(given.get(f"{kind}Addresses", [])) for kind in ("To", "Cc", "Bcc")}
    count = sum(len(some) for some in found.values())
    if count > 50:
        raise _refused("Recipient count exceeds 50.")
    for text in (one for some in found.values() for one in some):
        bare_address(text)
    return found


def bare_address(text: str) -> str:
    """`Ann <ann@x.org>` as `ann@x.org`; one address, with a domain, without line breaks."""
    parsed = getaddresses([text])
    if len(parsed) != 1 or any(mark in text for mark in "\r\n"):
        raise _refused("Illegal address")
    local, at, domain = parsed[0][1].rpartition("@")
    if not (local and at and domain) or " " in parsed[0][1]:
        raise _refused("Missing final '@domain'" if "@" not in text else "Illegal address")
    return parsed[0][1]


def _attach(message: EmailMessage, part: Params) -> None:
    main, _, sub = part.get("ContentType", "application/octet-stream").partition("/")
    sub, _, _ = sub.partition(";")
    inline = part.get("ContentDisposition") == "INLINE"
    message.add_attachment(
        part["RawContent"],
        maintype=main,
        subtype=sub,
        filename=part["FileName"],
        disposition="inline" if inline else "attachment",
        cid=f"<{part['ContentId']}>" if part.get("ContentId") else None,
    )


def _simple(world: Sandbox, params: Params, to: dict[str, list[str]]) -> bytes:
    content = params["Content"]["Simple"]
    body = content.get("Body", {})
    if not body.get("Text") and not body.get("Html"):
        raise _refused("The message must have a text or an HTML body.")
    message = EmailMessage(policy=policy.SMTP)
    message["From"] = params["FromEmailAddress"]
    for kind in ("To", "Cc"):
        if to[kind]:
            message[kind] = ", ".join(to[kind])
    if params.get("ReplyToAddresses"):
        message["Reply-To"] = ", ".join(params["ReplyToAddresses"])
    message["Subject"] = content["Subject"]["Data"]
    message["Date"] = format_datetime(world.clock.now())
    for header in content.get("Headers", []):
        if header["Name"].lower() in RESERVED:
            raise _refused(f"The header {header['Name']} is set by SES.")
        message[header["Name"]] = header["Value"]
    if body.get("Text"):
        message.set_content(body["Text"]["Data"])
        if body.get("Html"):
            message.add_alternative(body["Html"]["Data"], subtype="html")
    else:
        message.set_content(body["Html"]["Data"], subtype="html")
    for part in content.get("Attachments", []):
        _attach(message, part)
    return message.as_bytes()


def _raw(params: Params) -> bytes:
    data: bytes = params["Content"]["Raw"]["Data"]
    message = message_from_bytes(data, policy=policy.default)
    if not message.keys():
        raise AwsError("BadRequestException", "The raw message has no headers.")
    return data


def build_message(world: Sandbox, params: Params, to: dict[str, list[str]]) -> bytes:
    """The bytes of the mail. Raises AwsError for content SES would refuse."""
    given = [kind for kind in ("Simple", "Raw", "Template") if params["Content"].get(kind)]
    if len(given) != 1:
        raise _refused("Exactly one of Simple, Raw and Template must be given.")
    if given == ["Template"]:
        raise AwsError("NotImplemented", "The sandbox does not implement SES templates.", 501)
    try:
        data = _raw(params) if given == ["Raw"] else _simple(world, params, to)
    except (ValueError, MessageError) as error:
        raise _refused(str(error)) from error
    if len(data) > MAX_BYTES:
        raise AwsError("MessageRejected", "Message length is more than 41943040 bytes long")
    return data
