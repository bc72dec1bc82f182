"""The demonstration: one command that runs everything, a sign-in by one click and a page that shows the mails.

Installed by ``config.settings.demo`` alone; no other settings module knows it.
"""
