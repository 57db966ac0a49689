"""`make docs`: writes the pages of docs/ that are made from the code."""

from types import ModuleType

from tools import cost_doc, dictionary_doc, ground_doc, settings_doc, states_doc

PAGES: tuple[ModuleType, ...] = (cost_doc, dictionary_doc, ground_doc, settings_doc, states_doc)


def main() -> None:
    for page in PAGES:
        page.PAGE.write_text(page.rendered())
        print("Wrote", page.PAGE)


if __name__ == "__main__":
    main()
