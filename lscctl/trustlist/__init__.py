"""Trust lists (ITL and CTL): bytes or a node's printed words in, values out; no network, no files [field guide 6]."""
