"""What vendors tell us: verified on the raw bytes, stored once, applied later by a job."""
