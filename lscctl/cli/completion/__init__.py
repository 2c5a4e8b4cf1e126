"""Completion at the prompt: of commands, options and their values. It reads files and asks no cluster."""
