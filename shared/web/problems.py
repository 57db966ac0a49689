"""What each refusal says to a person: what happened, that nothing was lost, what to do now."""

from dataclasses import dataclass

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString


@dataclass(frozen=True)
class Problem:
    """The words of one error page."""

    title: LazyString
    happened: LazyString
    now: LazyString


# A form came without the cookie that every page of ours sets before it shows one.
WITHOUT_COOKIES = Problem(
    _l("Your browser keeps no cookies from us"),
    _l(
        "Signing in and booking need one: it tells your answers from those of others. It follows"
        " you nowhere. Nothing was changed."
    ),
    _l(
        "Allow cookies for this site in the settings of your browser, reload the page and try"
        " again. Or call us, and we do it together."
    ),
)
PROBLEMS = {
    400: Problem(
        _l("We could not read that request"),
        _l("Something in it was missing or damaged on the way. Nothing was changed."),
        _l("Go back, reload the page and try once more."),
    ),
    401: Problem(
        _l("Please sign in again"),
        _l("You are signed out, so we cannot show this page. Nothing was changed."),
        _l("Sign in and you can go on where you stopped."),
    ),
    403: Problem(
        _l("This page is not open to you"),
        _l("Your sign-in does not include this. Nothing was changed."),
        _l("Go back to the start page. If you think this is a mistake, call us."),
    ),
    404: Problem(
        _l("We could not find that page"),
        _l("The address may be old or mistyped, or the page is not yours to see."),
        _l("Check the address, or go back to the start page."),
    ),
    405: Problem(
        _l("That is not possible here"),
        _l("This address works in another way. Nothing was changed."),
        _l("Go back and use the buttons on the page."),
    ),
    409: Problem(
        _l("Somebody was quicker"),
        _l("This changed while you were looking at it, so we stopped. Nothing of yours was lost."),
        _l("Reload the page to see how things stand now, then choose again."),
    ),
    413: Problem(
        _l("That is too large to send"),
        _l("What you sent is bigger than we can take. Nothing was saved."),
        _l("Send a shorter text or a smaller file."),
    ),
    421: Problem(
        _l("Nobody lives at this address"),
        _l("No practice uses this web address."),
        _l("Check the link in your mail, or the spelling of the address."),
    ),
    422: Problem(
        _l("Some answers need another look"),
        _l("We could not use what was sent. Nothing was changed."),
        _l("Go back, check the fields and send them again."),
    ),
    429: Problem(
        _l("Too many tries in a short time"),
        _l("To keep accounts safe we have paused this for a little while. Nothing was lost."),
        _l("Wait a few minutes, then try again."),
    ),
    500: Problem(
        _l("Something broke on our side"),
        _l("This is our fault, not yours. What was saved is safe; this last step was not made."),
        _l("Wait a minute and try again. If it happens twice, call us with the number below."),
    ),
    503: Problem(
        _l("We are away for a moment"),
        _l("A part of our system is not answering. What was saved before is safe."),
        _l("Try again in a minute. If it cannot wait, call us."),
    ),
}


def problem_for(status: int) -> Problem:
    """The words for a status; unknown ones read like their family's plainest."""
    return PROBLEMS.get(status) or PROBLEMS[500 if status >= 500 else 400]
