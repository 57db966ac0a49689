"""How long the soak is: small by default, as long as one likes by environment."""

import os
import random
import sys


def size(name: str, usual: int) -> int:
    """SOAK_<NAME> from the environment."""
    return int(os.environ.get(f"SOAK_{name}", usual))


def dice() -> random.Random:
    """The same accidents again with SOAK_SEED."""
    seed = size("SEED", random.SystemRandom().randrange(1_000_000))
    sys.stdout.write(f"SOAK_SEED={seed}\n")
    return random.Random(seed)
