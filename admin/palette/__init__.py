"""One line to go anywhere and find anybody: the command palette."""
