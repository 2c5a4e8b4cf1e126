"""`python -m lscctl` is `lscctl`."""

from lscctl.cli.main import run

if __name__ == "__main__":
    run()
