"""What reading tells of assumptions: one function finds out about one of them."""
