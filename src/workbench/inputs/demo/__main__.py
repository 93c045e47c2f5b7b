"""Write the demo studies: ``python -m workbench.inputs.demo [DIR]``, default ``data/demo``."""

import sys

from workbench.inputs.demo import write_demo


def main(arguments: list[str]) -> None:
    """Write the studies to the folder given, and print each file."""
    for path in write_demo(arguments[0] if arguments else "data/demo"):
        sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
