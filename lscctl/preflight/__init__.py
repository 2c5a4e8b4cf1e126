"""Preflight: what must be right on a cluster before an install can work; each check by itself, all side by side."""
