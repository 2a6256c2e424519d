"""The files that the lint rules look at, and small readers for them."""
import os
import pathlib
import re
import subprocess

CODE = {".h", ".cpp"}
TEXT = CODE | {".py", ".sh", ".cmake", ".txt", ".md", ".json", ".xml", ".svg", ".desktop", ""}
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)


class Tree:
    """A source tree: what git tracks or would track, or every file where git is not at hand."""

    def __init__(self, root):
        self.root = pathlib.Path(root).resolve()
        self.files = sorted(self._from_git() or self._from_disk())
        self._texts = {}

    def _from_git(self):
        if not (self.root / ".git").exists():
            return []
        command = ["git", "-C", str(self.root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        try:
            done = subprocess.run(command, capture_output=True, check=True)
        except (OSError, subprocess.CalledProcessError):
            return []
        return [name for name in done.stdout.decode().split("\0") if name and (self.root / name).is_file()]

    def _from_disk(self):
        found = []
        for folder, folders, files in os.walk(self.root):
            folders[:] = [f for f in folders if f not in (".git", ".cache", "__pycache__") and not f.startswith("build")]
            found += [str((pathlib.Path(folder) / f).relative_to(self.root)) for f in files]
        return [name.replace(os.sep, "/") for name in found]

    def code(self, *folders):
        """C++ files below the given folders."""
        return [f for f in self.files if pathlib.PurePosixPath(f).suffix in CODE
                and (not folders or f.startswith(tuple(folder + "/" for folder in folders)))]

    def text(self, name):
        if name not in self._texts:
            self._texts[name] = (self.root / name).read_text(encoding="utf-8", errors="replace")
        return self._texts[name]

    def includes(self, name):
        """Pairs (line number, path) of a file's include directives, comments left out."""
        text = without_comments(self.text(name), keep_strings=True)
        return [(text.count("\n", 0, m.start(2)) + 1, m.group(2)) for m in INCLUDE.finditer(text)]


# Comments, raw strings, strings and character constants; a digit separator (1'000) is no constant.
_TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![0-9A-Za-z])\'(?:\\.|[^\'\\\n])+\'', re.DOTALL)


def without_comments(text, keep_strings=False):
    """The code alone: comments (and strings) become blanks, line numbers stay."""
    def blank(match):
        piece = match.group(0)
        if keep_strings and not piece.startswith(("//", "/*")):
            return piece
        return re.sub(r"[^\n]", " ", piece)
    return _TOKEN.sub(blank, text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1
