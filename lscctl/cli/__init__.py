"""The command line: parse, call, render, exit code. One file for each command; nothing is decided here."""
