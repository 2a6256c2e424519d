"""The texts at hand: those of the repository, and larger ones in eight scripts where the shared folder is there."""
import hashlib
import os
import pathlib

SOURCE = pathlib.Path(os.environ.get("LORASHEAR_SOURCE_DIR", pathlib.Path(__file__).resolve().parents[2]))
SHARED = pathlib.Path(os.environ.get("LORASHEAR_SHARED_DIR", SOURCE.parent / "shared"))


def text_files():
    """Each text once, although the repository and the shared folder have some of the same."""
    files = []
    for folder in (SOURCE / "resources/data", SHARED / "data"):
        if folder.exists():
            files += [f for f in sorted(folder.rglob("*")) if f.is_file() and f.suffix not in (".md", ".0")]
    once = {hashlib.sha256(file.read_bytes()).digest(): file for file in reversed(files)}
    return sorted(once.values())
