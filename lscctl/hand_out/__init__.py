"""The file in which authentication strings are handed out: written once, before any phone hears of its own; read by a resume.

It is a CSV, or a page of labels to cut out. Each holds a seal, 256 random bits, so that its digest in a journal tells whether a
file is this one, and tells nobody who has the journal alone a string: without the seal there is nothing to try guesses against.
"""
