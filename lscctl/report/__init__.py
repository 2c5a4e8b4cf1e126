"""Reports: what a command answers, as a value, and one file for each format that it can be read in."""
