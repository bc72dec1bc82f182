"""The public site as a whole: its version, what it keeps ready, how it leaves the house."""
