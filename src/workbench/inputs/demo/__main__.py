"""Write the demo studies: ``python -m workbench.inputs.demo [DIR]``, default ``data/demo``."""

import sys
from pathlib import Path

from workbench.coding.demo_comments import demo_comment_files
from workbench.coding.demo_corpus import demo_corpus_files
from workbench.coding.demo_letter import demo_letter_files
from workbench.inputs.demo import write_demo


def main(arguments: list[str]) -> None:
    """Write the studies to the folder given, with their corpora, and print each file."""
    folder = Path(arguments[0] if arguments else "data/demo")
    for path in write_demo(folder):
        sys.stdout.write(f"{path}\n")
    corpora = {
        "interviews": demo_corpus_files(),
        "bank": demo_comment_files(),
        "invoice-letter": demo_letter_files(),
    }
    for study, files in corpora.items():
        for name, content in files.items():
            path = folder / study / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
