"""Run one benchmark by name; the last line printed is one JSON object with its figures and ratios."""

import argparse
import importlib
import json
import pkgutil
import sys

import benchmarks


def main() -> None:
    """Each benchmark is a module of this package with `run(seed) -> figures`; on the command line `_` reads `-`.

    One with more options has `add_arguments(parser)`, and `run` takes them by name. Figures with `violations` end with exit code 1.
    """
    modules = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=sorted(name.replace("_", "-") for name in modules))
    parser.add_argument("--seed", type=int, default=1, help="what is random follows from it (default: 1)")
    arguments, rest = parser.parse_known_args()
    benchmark = importlib.import_module(f"benchmarks.{arguments.name.replace('-', '_')}")
    own = argparse.ArgumentParser(prog=f"{parser.prog} {arguments.name}", description=benchmark.__doc__)
    if hasattr(benchmark, "add_arguments"):
        benchmark.add_arguments(own)
    figures = benchmark.run(arguments.seed, **vars(own.parse_args(rest)))
    print(json.dumps(figures))
    sys.exit(1 if figures.get("violations") else 0)


if __name__ == "__main__":
    main()
