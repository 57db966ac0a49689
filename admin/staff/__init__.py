"""The team: who works here, as what; invitations and roles."""
