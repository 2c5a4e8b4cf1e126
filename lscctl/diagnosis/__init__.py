"""Diagnosis: from what was seen of a phone to the first broken link, the causes behind it, and what to do.

Evidence comes in as values, from files that somebody mailed or from a live cluster. What causes look like is no code: it stands
in `causes/`, one file a cause, and in `chain.toml`.
"""
