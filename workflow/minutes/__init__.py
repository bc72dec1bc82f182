"""The minutes of a sitting: what they say (``content``), and how they are set (``template``)."""
