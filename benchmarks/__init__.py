"""What README claims about speed, measured: `python -m benchmarks NAME [--seed N]`."""
