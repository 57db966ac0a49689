"""Access under attack: everybody, against everything that is not theirs."""
