"""Coming to a visit: check-in, trying the devices, waiting, the call, and going on by phone."""
