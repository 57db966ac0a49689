"""Who the doctors are, how to reach the practice, and what it does with what it knows."""
