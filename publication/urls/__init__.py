"""Addresses of this room, a file for each kind of reader.

``pages`` is what visitors read, in German and under ``/en/`` in English; everything else has one address. Files, feeds,
interfaces and embedded parts stand in ``reports``, ``data`` and ``embedding``; the working group's pages in
``reports``, ``texts``, ``voices`` and ``editions``.
"""
