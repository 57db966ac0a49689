"""JSON logs that cannot carry PHI: only listed fields leave, and texts of others are scrubbed.

Our own lines name fields from `ALLOWED`; anything else is dropped and only its name is kept.
Lines of libraries keep their template without its arguments, because a driver or SDK may put
values of records in them. A traceback keeps where, never what: no message, no local, no source.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

from shared.config import Settings

# fmt: off
ALLOWED = frozenset({
    "event", "level", "logger", "timestamp", "error", "dropped",
    # who and where, by id only
    "request_id", "practice_id", "session_id", "actor_kind", "act_id", "face", "endpoint",
    "method", "status", "duration_ms",
    # records, by id only
    "appointment_id", "payment_id", "refund_id", "dispatch_id", "inbox_id", "target_type",
    "target_id",
    # work
    "action", "attempt", "code", "count", "environment", "job", "job_id", "kind", "process",
    "provider", "queue", "reason", "setting", "source", "table", "template", "vendor", "version",
})
# fmt: on
# Fields that take a short fixed word; anything longer or stranger is not one.
_WORD = re.compile(r"[\w.:/+-]{1,80}")
_SCRUB = (
    (re.compile(r"[\w.+%-]+@[\w-]+\.[\w.-]+"), "[email]"),
    (re.compile(r"\b(?:sk|rk|whsec|pi|cs)_[A-Za-z0-9_]+"), "[secret]"),
    (re.compile(r"://[^\s/@]+@"), "://[secret]@"),
    (re.compile(r"\b[A-Za-z0-9_-]{32,}\b"), "[token]"),
    (re.compile(r"\+?\d[\d ().-]{5,}\d"), "[number]"),
    (re.compile(r"'[^']*'|\"[^\"]*\""), "[text]"),
)
_ID = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}")
Line = MutableMapping[str, Any]


def scrub(text: str) -> str:
    """Free text without addresses, numbers, tokens and quoted values; at most 300 characters."""
    for pattern, word in _SCRUB:
        text = pattern.sub(word, text)
    return text[:300]


def describe_error(
    kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
) -> dict[str, object]:
    """An exception as its type, its causes' types and the places it came through."""
    places = [
        f"{_short(frame.filename)}:{line}:{frame.name}"
        for frame, line in ((each, each.lineno) for each in traceback.extract_tb(trace))
    ]
    causes = []
    cause = error
    while cause is not None and (cause := cause.__cause__ or cause.__context__) is not None:
        causes.append(type(cause).__name__)
        if len(causes) == 5:
            break
    return {"type": kind.__name__ if kind else "?", "causes": causes, "places": places[-25:]}


def _short(path: str) -> str:
    return path.rpartition("site-packages/")[2] if "site-packages/" in path else path[-60:]


def keep_allowed(_: object, __: str, line: Line) -> Line:
    """Drop fields that are not on the list, and values that are not plain words or numbers."""
    kept: Line = {}
    dropped = []
    for name, value in line.items():
        if name in ("event", "error", "timestamp", "level", "logger"):
            kept[name] = value
        elif name in ALLOWED and _is_plain(value):
            kept[name] = value if isinstance(value, int | float | bool) else str(value)
        elif not name.startswith("_"):
            dropped.append(name)
    if dropped:
        kept["dropped"] = sorted(dropped)
    return kept


def _is_plain(value: object) -> bool:
    if value is None or isinstance(value, int | float | bool):
        return True
    text = str(value)
    if not _WORD.fullmatch(text):
        return False
    return bool(_ID.fullmatch(text)) or scrub(text) == text


def expose_error(_: object, __: str, line: Line) -> Line:
    """Replace `exc_info` by where it happened."""
    given = line.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    if isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    if isinstance(given, tuple) and given[0] is not None:
        line["error"] = describe_error(*given)
    line.pop("stack_info", None)
    return line


def scrub_event(_: object, __: str, line: Line) -> Line:
    """Our own events are fixed words; whatever else is in them is scrubbed."""
    line["event"] = scrub(str(line.get("event", "")))
    return line


class _TemplateOnly(logging.Filter):
    """A library's line loses its arguments before anything formats them."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not isinstance(record.msg, dict):
            record.msg = scrub(str(record.msg))
            record.args = ()
        return True


class _StandardError(logging.Handler):
    """Standard error as it is at the time of writing, not as it was at start-up."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - an unwritable line must not break the work
            self.handleError(record)


def configure_logs(settings: Settings) -> None:
    """Write every log line of this process to standard error as one JSON object."""
    level = logging.getLevelName(settings.log_level.upper())
    shared_steps: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.contextvars.merge_contextvars,
        expose_error,
    ]
    structlog.configure(
        processors=[*shared_steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(
            level if isinstance(level, int) else logging.INFO
        ),
        cache_logger_on_first_use=False,
    )
    handler = _StandardError()
    handler.addFilter(_TemplateOnly())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared_steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                scrub_event,
                keep_allowed,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level if isinstance(level, int) else logging.INFO)
    for name in ("botocore", "boto3", "urllib3", "httpx", "httpcore", "werkzeug", "stripe"):
        logging.getLogger(name).setLevel(logging.WARNING)
