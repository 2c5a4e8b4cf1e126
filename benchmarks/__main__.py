"""Run one benchmark by name; the last line printed is one JSON object with its figures and ratios."""

import argparse
import importlib
import json
import pkgutil

import benchmarks


def main() -> None:
    """Each benchmark is a module of this package with `run(seed) -> figures`; on the command line `_` reads `-`."""
    modules = [module.name for module in pkgutil.iter_modules(benchmarks.__path__) if not module.name.startswith("_")]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=sorted(name.replace("_", "-") for name in modules))
    parser.add_argument("--seed", type=int, default=1, help="what is random follows from it (default: 1)")
    arguments = parser.parse_args()
    benchmark = importlib.import_module(f"benchmarks.{arguments.name.replace('-', '_')}")
    print(json.dumps(benchmark.run(arguments.seed)))


if __name__ == "__main__":
    main()
