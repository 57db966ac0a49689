"""The vendors' stand-ins: one loopback process that speaks AWS, Stripe, Resend and their webhooks.

It imports nothing of the product, so that the product's adapters meet it as they meet the vendor:
over HTTP, with signed requests in and signed webhooks out. Never part of a deployment.
"""
