"""Visits that were held before anybody looks, with what was written about them. All invented."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class WasHeld:
    """A visit booked `days_ago` days ago at its `nth` open time, and its note.

    Without a summary the note was left unsigned: something to do for who looks.
    """

    given_name: str
    visit: str
    days_ago: int
    nth: int
    note: dict[str, str]
    summary: dict[str, str] = field(default_factory=dict)
    addendum: tuple[str, str] | None = None
    state: str = "FL"


SEEK_HELP = (
    "Call 911 if you have chest pain, trouble breathing, or think your life is in danger."
    " For anything else that worries you, call us or write to us."
)
HELD = {
    "seagrape": (
        WasHeld(
            "Ben",
            "first-visit",
            30,
            1,
            note={
                "reason": "Blood pressure high at home for three weeks. Headache on some mornings.",
                "history": "Sixty-five, retired teacher. No heart attack or stroke. Father had high"
                " blood pressure. Takes ibuprofen for his knee most days. Does not smoke.",
                "observations": "Calm, speaks in full sentences. His own cuff during the call:"
                " 152/94, again after five minutes 148/92. Weight by his scale 194 lb.",
                "assessment": "High blood pressure, likely made worse by daily ibuprofen and salt."
                " No sign of an emergency.",
                "plan": "Stop ibuprofen, use acetaminophen for the knee.\nLess salt, a walk of 30"
                " minutes on most days.\nMeasure twice a day, keep a list.\nBlood test for kidneys"
                " and potassium.\nFollow-up in four weeks; start a medicine then if still above"
                " 140.",
            },
            summary={
                "talked": "Your blood pressure has been too high for three weeks. The ibuprofen you"
                " take for your knee may be one reason.",
                "to_do": "Measure your blood pressure in the morning and evening. Write it down.\n"
                "Eat less salt.\nWalk for 30 minutes on most days.\nGet the blood test this week.",
                "medicines": "Stop ibuprofen.\nFor your knee you may take acetaminophen (Tylenol),"
                " as it says on the box.",
                "seek_help": SEEK_HELP + " Call 911 too if your face droops, an arm gets weak or"
                " your speech is not clear.",
                "follow_up": "We meet again in about four weeks. Have your list at hand.",
            },
        ),
        WasHeld(
            "Dale",
            "first-visit",
            24,
            2,
            note={
                "reason": "Sleeps badly since his wife died in spring.",
                "history": "Seventy-four. Wakes at 3, lies awake until 5. Naps after lunch. Coffee"
                " until late afternoon. Eats well, sees his daughter on Sundays. No thoughts of"
                " harming himself when asked directly.",
                "observations": "Tired but present, dry humor. Well groomed.",
                "assessment": "Grief with disturbed sleep. Not depressed by today's talk; watch.",
                "plan": "No sleeping pills.\nNo coffee after noon, no nap after 2.\nOut of bed at"
                " the same time each day.\nGave the number of a bereavement group in Boca Raton.\n"
                "Follow-up in three weeks.",
            },
            summary={
                "talked": "You sleep badly since your wife died. That is grief, and it is hard. We"
                " looked at what helps the nights.",
                "to_do": "No coffee after noon.\nNo nap after 2 in the afternoon.\nGet up at the"
                " same time each day, also after a bad night.\nCall the group we spoke about.",
                "medicines": "No sleeping pills for now. They make falls more likely.",
                "seek_help": SEEK_HELP + " If you think of ending your life, call or text 988.",
                "follow_up": "We talk again in three weeks.",
            },
            addendum=(
                "his daughter called",
                "With his consent by phone: his daughter will stay with him for two weeks.",
            ),
        ),
        WasHeld(
            "Dale",
            "follow-up",
            5,
            1,
            note={
                "reason": "Three weeks later: sleep.",
                "history": "Sleeps until 4:30 on most nights. Gave up the afternoon coffee. Went to"
                " the group once and will go again.",
                "observations": "Brighter, laughed twice.",
                "assessment": "Grief, sleep improving.",
                "plan": "Go on as agreed. Follow-up in six weeks.",
            },
        ),
    ),
    "ironbound": (
        WasHeld(
            "Devon",
            "consultation",
            20,
            1,
            note={
                "reason": "Second opinion about a sore shoulder.",
                "history": "Twenty-seven, swims. Pain overhead for two months, none at night.",
                "observations": "Lifts the arm fully on camera, winces between 70 and 120 degrees.",
                "assessment": "Irritated shoulder tendon from swimming.",
                "plan": "Two weeks without freestyle. Exercises sent. Come back if no better in six"
                " weeks.",
            },
            summary={
                "talked": "Your shoulder hurts when you lift your arm. A tendon is irritated from"
                " swimming. Nothing is torn as far as we could see.",
                "to_do": "No freestyle for two weeks. Walking and cycling are fine.\nDo the four"
                " exercises once a day.",
                "medicines": "You do not need a medicine for this.",
                "seek_help": SEEK_HELP,
                "follow_up": "If it is no better in six weeks, book another visit.",
            },
            state="NJ",
        ),
    ),
}
