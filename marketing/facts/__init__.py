"""What the public site says of the practice itself: prices, doctors, states, addresses."""
