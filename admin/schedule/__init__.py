"""Who comes when: today and the coming days."""
