"""Where one is signed in."""
