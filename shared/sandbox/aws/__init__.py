"""AWS on loopback: operations found, checked and answered by botocore's own service models."""
