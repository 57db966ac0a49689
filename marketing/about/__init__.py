"""Who the doctors are."""
