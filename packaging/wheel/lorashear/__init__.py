"""LoRAShear's command line, computing with the PyTorch of this Python.

The program is no Python: it links to PyTorch's C++ libraries, which it finds beside this package. Nothing of PyTorch is
imported here, so that the program starts as fast as it does elsewhere.
"""
import importlib.metadata
import importlib.util
import os
import pathlib
import sys

HOME = pathlib.Path(__file__).resolve().parent
PROGRAM = HOME / "bin" / "lorashear"
BAD_INPUT, UNSUPPORTED = 3, 4  # exit codes of the program, see lorashear --help


def _refuse(message, hint, code):
    print(f"lorashear: {message}\n  {hint}", file=sys.stderr)
    return code


def _environment(torch_folder):
    """The environment in which the program finds PyTorch: it looks beside this package by itself."""
    environment = dict(os.environ)
    if torch_folder.parent.resolve() != HOME.parent:  # PyTorch of the system below a virtual environment, for example
        folders = [str(torch_folder / "lib"), environment.get("LD_LIBRARY_PATH", "")]
        environment["LD_LIBRARY_PATH"] = os.pathsep.join(folder for folder in folders if folder)
    return environment


def main():
    """Becomes the program; returns an exit code only where there is no PyTorch that it could link to."""
    wanted = (HOME / "torch_version").read_text().strip()
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return _refuse("PyTorch is not installed in this Python", f"pip install 'torch=={wanted}.*'", BAD_INPUT)
    version = importlib.metadata.version("torch")
    if version.split("+")[0].split(".")[:2] != wanted.split("."):
        return _refuse(f"PyTorch {version} is installed, this program is linked to PyTorch {wanted}",
                       f"pip install 'torch=={wanted}.*', or take the wheel of LoRAShear that belongs to {version}", UNSUPPORTED)
    sys.stdout.flush()
    os.execve(PROGRAM, [str(PROGRAM), *sys.argv[1:]], _environment(pathlib.Path(spec.origin).parent))
