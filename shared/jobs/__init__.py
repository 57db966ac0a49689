"""Work after the commit: thin shells that load an id, call a service and write the outcome."""
