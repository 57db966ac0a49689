"""The state of a list lives in its URL: how it is sorted, filtered and paged. Back works."""

from urllib.parse import urlencode

from flask import request

LONGEST = 200


def url_with(**changes: object) -> str:
    """This page's path with its query changed; None, "" and False take a name away.

    Values that no form of ours could have sent are dropped rather than carried on.
    """
    state = {
        name: values
        for name, values in request.args.to_dict(flat=False).items()
        if name not in changes and all(len(value) <= LONGEST for value in values)
    }
    state |= {name: [str(value)] for name, value in changes.items() if value or value == 0}
    query = urlencode(sorted(state.items()), doseq=True)
    return f"{request.path}?{query}" if query else request.path
