"""Who one is to the practice: contact data, the e-mail address, what one wants to be told."""
