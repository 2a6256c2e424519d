"""The set-up scripts without a network: what they accept, what they refuse, and in which words."""
import base64
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile
from xml.etree import ElementTree

ROOT = pathlib.Path(__file__).resolve().parents[2]
LIBRARIES = ("libc10.so", "libgomp.so.1", "libcudart.so.13", "libcupti.so.13")


def run(script, *arguments, **variables):
    environment = {k: v for k, v in os.environ.items()
                   if k not in ("Torch_DIR", "CMAKE_PREFIX_PATH", "LORASHEAR_LIBTORCH", "XDG_CACHE_HOME")}
    environment.update(variables)
    return subprocess.run(["bash", str(ROOT / "packaging" / script), *arguments], env=environment, text=True,
                          capture_output=True, stdin=subprocess.DEVNULL, timeout=60)


def make_torch(folder, cpu_bytes):
    header = folder / "include/torch/csrc/api/include/torch/torch.h"
    header.parent.mkdir(parents=True)
    header.write_text("//\n")
    (folder / "lib").mkdir()
    for name in LIBRARIES:
        (folder / "lib" / name).write_text("x")
    with open(folder / "lib/libtorch_cpu.so", "wb") as file:
        file.truncate(cpu_bytes)
    return folder


class FetchLibTorch(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.cache = self.path / "lorashear/libtorch-2.15.0/torch"

    def test_uses_the_libtorch_the_user_points_to(self):
        torch = make_torch(self.path / "own", 10)
        for variables in ({"LORASHEAR_LIBTORCH": str(torch)}, {"CMAKE_PREFIX_PATH": f"/usr:{torch}"},
                          {"CMAKE_PREFIX_PATH": f"/usr;{torch}"}, {"Torch_DIR": str(torch / "share/cmake/Torch")}):
            with self.subTest(variables=variables):
                done = run("fetch-libtorch.sh", XDG_CACHE_HOME=str(self.path / "empty"), **variables)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(str(torch), done.stdout)
        self.assertFalse((self.path / "empty").exists(), "nothing may be downloaded then")

    def test_refuses_a_torch_dir_that_leads_nowhere(self):
        done = run("fetch-libtorch.sh", XDG_CACHE_HOME=str(self.path), Torch_DIR=str(self.path / "nowhere"))
        self.assertEqual(done.returncode, 1)
        self.assertIn("Torch_DIR", done.stderr)

    def test_accepts_a_whole_cache_without_downloading(self):
        make_torch(self.cache, 448373553)
        done = run("fetch-libtorch.sh", "--print", XDG_CACHE_HOME=str(self.path))
        self.assertEqual((done.returncode, done.stdout.strip()), (0, str(self.cache)))

    def test_does_not_take_a_torn_copy_for_a_whole_one(self):
        make_torch(self.cache, 448373552)
        self.assertEqual(run("fetch-libtorch.sh", "--print", XDG_CACHE_HOME=str(self.path)).returncode, 1)

    def test_misses_each_library(self):
        make_torch(self.cache, 448373553)
        for name in LIBRARIES:
            with self.subTest(name=name):
                (self.cache / "lib" / name).rename(self.path / "aside")
                self.assertEqual(run("fetch-libtorch.sh", "--print", XDG_CACHE_HOME=str(self.path)).returncode, 1)
                (self.path / "aside").rename(self.cache / "lib" / name)

    def test_a_broken_download_is_refused_and_leaves_nothing_that_looks_whole(self):
        programs = self.path / "bin"
        programs.mkdir()
        # A pip that "downloads" a wheel whose bytes are wrong, whatever it is asked for.
        (programs / "python3").write_text(
            '#!/bin/bash\n[ "$3" = --version ] && exit 0\n'
            'while [ $# -gt 0 ]; do [ "$1" = --dest ] && folder="$2"; shift; done\n'
            'echo torn > "$folder/torch-2.15.0-cp311-cp311-manylinux_2_28_x86_64.whl"\n')
        (programs / "sleep").write_text("#!/bin/bash\n")
        for file in programs.iterdir():
            file.chmod(0o755)
        done = run("fetch-libtorch.sh", XDG_CACHE_HOME=str(self.path), PATH=f"{programs}:{os.environ['PATH']}")
        self.assertEqual(done.returncode, 1, done.stdout)
        self.assertIn("SHA-256", done.stderr)
        self.assertIn("try 3 of 3", done.stdout)
        self.assertEqual([p.name for p in (self.path / "lorashear").rglob("*.whl")], [])
        self.assertFalse(self.cache.exists())

    def test_refuses_unknown_options(self):
        for script in ("fetch-libtorch.sh", "setup.sh"):
            with self.subTest(script=script):
                done = run(script, "--sideways")
                self.assertEqual(done.returncode, 1)
                self.assertIn("--sideways", done.stderr)


class InstallPackages(unittest.TestCase):
    """setup.sh where a package is missing, with an apt-get that finds a lock held as often as the file `held` says."""
    APT_GET = """#!/bin/bash
echo "$*" >> "$FOLDER/calls"
held="$(cat "$FOLDER/held-$1" 2>/dev/null || echo 0)"
[ "$held" = 0 ] && exit "$(cat "$FOLDER/code-$1" 2>/dev/null || echo 0)"
echo $((held - 1)) > "$FOLDER/held-$1"
echo "E: Could not get lock /var/lib/$1/lock. It is held by process 7 (unattended-upgr)" >&2
echo "E: Unable to lock directory /var/lib/$1/" >&2
exit 100
"""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        make_torch(self.path / "torch", 10)
        programs = self.path / "bin"
        programs.mkdir()
        (programs / "apt-get").write_text(self.APT_GET)
        (programs / "dpkg-query").write_text("#!/bin/bash\n")  # nothing is installed
        (programs / "sudo").write_text('#!/bin/bash\nexec "$@"\n')
        (programs / "sleep").write_text('#!/bin/bash\necho "sleep $1" >> "$FOLDER/calls"\n')
        for file in programs.iterdir():
            file.chmod(0o755)

    def set_up(self, **variables):
        return run("setup.sh", FOLDER=str(self.path), PATH=f"{self.path}/bin:{os.environ['PATH']}", XDG_CACHE_HOME=str(self.path),
                   LORASHEAR_LIBTORCH=str(self.path / "torch"), **variables)

    def calls(self):
        return [line.split()[0] for line in (self.path / "calls").read_text().splitlines()]

    def test_waits_while_another_package_manager_holds_the_lists_or_the_packages(self):
        (self.path / "held-update").write_text("2")
        (self.path / "held-install").write_text("1")
        done = self.set_up()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(self.calls(), ["update", "sleep", "update", "sleep", "update", "install", "sleep", "install"])
        for words in ("Another package manager is at work", "/var/lib/update/lock", "process 7 (unattended-upgr)", "free after 10 s"):
            self.assertIn(words, done.stdout)

    def test_says_nothing_of_waiting_where_no_lock_is_held(self):
        done = self.set_up()
        self.assertEqual((done.returncode, self.calls()), (0, ["update", "install"]), done.stderr)
        self.assertNotIn("Another package manager", done.stdout)

    def test_gives_up_on_a_lock_that_stays_and_names_its_holder(self):
        (self.path / "held-install").write_text("99")
        done = self.set_up(LORASHEAR_APT_WAIT="10")
        self.assertEqual(done.returncode, 1)
        self.assertEqual(self.calls(), ["update", "install", "sleep", "install", "sleep", "install"])
        self.assertIn("process 7 (unattended-upgr)", done.stderr)
        self.assertIn("LORASHEAR_APT_WAIT", done.stdout)

    def test_does_not_wait_when_apt_fails_otherwise(self):
        (self.path / "code-update").write_text("100")  # a broken source stops nothing
        (self.path / "code-install").write_text("100")
        done = self.set_up()
        self.assertEqual((done.returncode, self.calls()), (1, ["update", "install"]))
        self.assertIn("could not install", done.stderr)


class BuildPreset(unittest.TestCase):
    """build_preset of common.sh in a copy of the tree's packaging, with a cmake that only notes how it was called."""
    CMAKE = """#!/bin/bash
echo "$*" >> "$CALLS"
[ "$1" = --preset ] || exit 0
folder="$ROOT/build/$2"
mkdir -p "$folder"
touch "$folder/build.ninja"
library="$(bash "$ROOT/packaging/fetch-libtorch.sh" --print)/lib/libtorch_cpu.so"
case "$*" in *"-U LibTorch_*"*) rm -f "$folder/CMakeCache.txt" ;; esac
grep -q LibTorch_CPU_LIBRARY "$folder/CMakeCache.txt" 2>/dev/null || echo "LibTorch_CPU_LIBRARY:FILEPATH=$library" >> "$folder/CMakeCache.txt"
"""

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = pathlib.Path(self.folder.name)
        self.calls = self.path / "calls"
        (self.path / "packaging").mkdir()
        for name in ("common.sh", "fetch-libtorch.sh"):
            shutil.copy(ROOT / "packaging" / name, self.path / "packaging" / name)
        (self.path / "bin").mkdir()
        (self.path / "bin/cmake").write_text(self.CMAKE)
        (self.path / "bin/cmake").chmod(0o755)
        make_torch(self.path / "lorashear/libtorch-2.15.0/torch", 448373553)

    def build(self, **variables):
        """The calls of cmake that one build makes, without the building itself."""
        self.calls.write_text("")
        environment = {k: v for k, v in os.environ.items() if k not in ("Torch_DIR", "CMAKE_PREFIX_PATH", "LORASHEAR_LIBTORCH")}
        environment.update(variables, CALLS=str(self.calls), ROOT=str(self.path), XDG_CACHE_HOME=str(self.path),
                           PATH=f"{self.path}/bin:{os.environ['PATH']}")
        done = subprocess.run(["bash", "-ec", f'source "{self.path}/packaging/common.sh"; build_preset ci'], env=environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [line for line in self.calls.read_text().splitlines() if not line.startswith("--build")]

    def configured(self):
        return (self.path / "build/ci/CMakeCache.txt").read_text().strip()

    def test_configures_again_when_another_libtorch_is_chosen(self):
        own = make_torch(self.path / "own", 10)
        self.assertEqual(self.build(), ["--preset ci"])
        self.assertEqual(self.build(), [])
        self.assertEqual(len(self.build(Torch_DIR=str(own / "share/cmake/Torch"))), 1)
        self.assertIn(str(own), self.configured())
        self.assertEqual(self.build(Torch_DIR=str(own / "share/cmake/Torch")), [])
        self.assertEqual(len(self.build()), 1)
        self.assertNotIn(str(own), self.configured())

    def test_leaves_a_folder_alone_that_was_configured_by_hand(self):
        self.build()
        with open(self.path / "build/ci/CMakeCache.txt", "w") as cache:
            cache.write("Torch_DIR:PATH=/by/hand/share/cmake/Torch\nLibTorch_CPU_LIBRARY:FILEPATH=/by/hand/lib/libtorch_cpu.so\n")
        self.assertEqual(self.build(), [])


class Interop(unittest.TestCase):
    def test_says_how_to_get_what_is_missing(self):
        with tempfile.TemporaryDirectory() as empty:
            done = run("interop.sh", "--run", "5", "-c", "print(1)", XDG_CACHE_HOME=empty)
            self.assertEqual((done.returncode, done.stdout), (1, ""))
            self.assertIn("bash packaging/interop.sh", done.stderr)
            self.assertEqual(run("interop.sh", "--print", "4", XDG_CACHE_HOME=empty).returncode, 1)
            self.assertEqual(os.listdir(empty), [])

    def test_refuses_unknown_sets_and_options(self):
        for arguments in (("--run", "6"), ("--print",), ("--sideways",)):
            with self.subTest(arguments=arguments):
                done = run("interop.sh", *arguments)
                self.assertEqual(done.returncode, 1)
                self.assertIn("error:", done.stderr)

    def test_every_package_has_one_version_and_a_hash(self):
        for name in ("set5.txt", "set4.txt", "vocabularies.txt"):
            lines = [line for file in ("torch.txt", "common.txt", name)
                     for line in (ROOT / "packaging/interop" / file).read_text().splitlines() if not line.startswith("#")]
            for line in lines:
                self.assertRegex(line, r"^[a-z0-9-]+==[0-9.]+ --hash=sha256:[0-9a-f]{64}$")
            packages = [line.split("==")[0] for line in lines]
            self.assertEqual(len(packages), len(set(packages)))


class WheelCommand(unittest.TestCase):
    """The command that the wheel brings, beside a PyTorch that must not be imported and a program that says how it was called."""
    PROGRAM = '#!/bin/sh\necho "$# $*|${LD_LIBRARY_PATH-unset}"\nexit 7\n'

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.site = pathlib.Path(self.folder.name).resolve() / "site"
        shutil.copytree(ROOT / "packaging/wheel/lorashear", self.site / "lorashear", ignore=shutil.ignore_patterns("__pycache__"))
        (self.site / "lorashear/torch_version").write_text("2.15\n")
        (self.site / "lorashear/bin").mkdir()
        (self.site / "lorashear/bin/lorashear").write_text(self.PROGRAM)
        (self.site / "lorashear/bin/lorashear").chmod(0o755)

    def add_torch(self, site, version):
        (site / "torch").mkdir(parents=True)
        (site / "torch/__init__.py").write_text("raise RuntimeError('imported')\n")
        (site / f"torch-{version}.dist-info").mkdir()
        (site / f"torch-{version}.dist-info/METADATA").write_text(f"Metadata-Version: 2.1\nName: torch\nVersion: {version}\n")

    def call(self, *arguments, more=()):
        environment = {k: v for k, v in os.environ.items() if k != "LD_LIBRARY_PATH"}
        environment["PYTHONPATH"] = os.pathsep.join(map(str, (self.site, *more)))
        # -S: whatever this Python has installed stays out of it
        return subprocess.run([sys.executable, "-S", "-m", "lorashear", *arguments], env=environment, text=True,
                              capture_output=True, stdin=subprocess.DEVNULL, timeout=60, cwd=self.folder.name)

    def test_becomes_the_program_with_its_arguments_and_exit_code(self):
        self.add_torch(self.site, "2.15.1+cpu")
        done = self.call("run", "a b.json")
        self.assertEqual((done.returncode, done.stdout), (7, "2 run a b.json|unset\n"), done.stderr)

    def test_shows_the_program_a_pytorch_that_lies_elsewhere(self):
        elsewhere = pathlib.Path(self.folder.name).resolve() / "system"
        self.add_torch(elsewhere, "2.15.0")
        done = self.call("doctor", more=(elsewhere,))
        self.assertEqual((done.returncode, done.stdout), (7, f"1 doctor|{elsewhere}/torch/lib\n"), done.stderr)

    def test_refuses_another_pytorch_or_none(self):
        done = self.call("doctor")
        self.assertEqual((done.returncode, done.stdout), (3, ""))
        self.assertIn("pip install 'torch==2.15.*'", done.stderr)
        self.add_torch(self.site, "2.150.0")
        done = self.call("doctor")
        self.assertEqual((done.returncode, done.stdout), (4, ""))
        self.assertIn("PyTorch 2.150.0 is installed", done.stderr)

    def test_says_where_its_data_are(self):
        done = subprocess.run([sys.executable, "-m", "lorashear.data"], env={**os.environ, "PYTHONPATH": str(self.site)}, text=True,
                              capture_output=True, timeout=60, cwd=self.folder.name)
        self.assertEqual(done.stdout.strip(), str(self.site / "lorashear/share/lorashear"), done.stderr)


class MakeWheel(unittest.TestCase):
    def setUp(self):
        sys.path.insert(0, str(ROOT / "packaging/wheel"))
        self.addCleanup(sys.path.remove, str(ROOT / "packaging/wheel"))
        sys.dont_write_bytecode = True
        import make_wheel
        self.module = make_wheel

    def test_packs_every_file_with_its_hash_and_the_same_bytes_each_time(self):
        with tempfile.TemporaryDirectory() as folder:
            stage = pathlib.Path(folder) / "stage"
            info = stage / "lorashear-1.dist-info"
            (stage / "lorashear/bin").mkdir(parents=True)
            info.mkdir()
            (stage / "lorashear/bin/lorashear").write_bytes(b"\x7fELF")
            (stage / "lorashear/__init__.py").write_text("HOME = 1\n")
            (info / "METADATA").write_text("Name: lorashear\n")
            wheels = [pathlib.Path(folder) / name for name in ("a.whl", "b.whl")]
            for wheel in wheels:
                self.module.pack(stage, info, wheel)
                os.utime(stage / "lorashear/__init__.py", (1e9, 1e9))
            self.assertEqual(wheels[0].read_bytes(), wheels[1].read_bytes())
            with zipfile.ZipFile(wheels[0]) as archive:
                rows = [row.split(",") for row in archive.read("lorashear-1.dist-info/RECORD").decode().splitlines()]
                self.assertEqual({row[0] for row in rows}, set(archive.namelist()))
                for name, digest, size in rows:
                    if not name.endswith("RECORD"):
                        data = archive.read(name)
                        wanted = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode().rstrip("=")
                        self.assertEqual((digest, int(size)), ("sha256=" + wanted, len(data)))
                    mode = archive.getinfo(name).external_attr >> 16
                    self.assertEqual(bool(mode & 0o111), name.endswith("bin/lorashear"), name)

    def test_names_the_newest_glibc_that_any_file_asks_for(self):
        wants = {"old": "Name: GLIBC_2.2.5\n Name: GLIBC_2.17\n", "plus": "Name: GLIBCXX_3.4.30\n Name: GLIBC_2.3\n",
                 "new": "Name: GLIBC_2.36\n Name: CXXABI_1.3.13\n", "unknown": "Name: GLIBCXX_3.4.99\n"}
        real = self.module.output
        self.addCleanup(setattr, self.module, "output", real)
        # What a file defines itself says nothing.
        self.module.output = lambda *command: "Version definition section\n Name: GLIBC_2.99\nVersion needs section\n" + wants[command[-1]]
        for files, glibc in ((["old"], (2, 28)), (["old", "plus"], (2, 35)), (["plus", "new"], (2, 36))):
            self.assertEqual(self.module.glibc_needed(files), glibc)
        with self.assertRaises(SystemExit):
            self.module.glibc_needed(["unknown"])


class Packages(unittest.TestCase):
    def test_every_package_has_a_purpose_and_a_reason_and_is_named_once(self):
        lines = (ROOT / "packaging/packages.txt").read_text().splitlines()
        rows = [[part.strip() for part in line.split("|")] for line in lines if line and not line.startswith("#")]
        self.assertGreater(len(rows), 10)
        for row in rows:
            self.assertEqual(len(row), 3, row)
            self.assertIn(row[1], ("build", "run", "test", "package"))
            self.assertTrue(row[2])
        names = [row[0] for row in rows]
        self.assertEqual(len(names), len(set(names)))


class FileTypes(unittest.TestCase):
    """What the window opens is known to file managers (mime), to menus (desktop) and to software centres (metainfo), the same in all."""

    def setUp(self):
        text = {kind: (ROOT / f"resources/io.github.lorashear.Studio.{kind}").read_text() for kind in ("mime.xml", "desktop", "metainfo.xml")}
        space = "{http://www.freedesktop.org/standards/shared-mime-info}"
        self.types = {entry.get("type"): [glob.get("pattern") for glob in entry.iter(space + "glob")]
                      for entry in ElementTree.fromstring(text["mime.xml"]).iter(space + "mime-type")}
        self.menu = re.search(r"^MimeType=(.*);$", text["desktop"], re.M).group(1).split(";")
        self.centre = [entry.text for entry in ElementTree.fromstring(text["metainfo.xml"]).iter("mediatype")]

    def test_the_three_files_name_the_same_types(self):
        self.assertEqual(sorted(self.types), sorted(self.menu))
        self.assertEqual(sorted(self.types), sorted(self.centre))

    def test_every_ending_that_the_window_opens_has_a_type(self):
        patterns = [pattern for own in self.types.values() for pattern in own]
        project = re.search(r'ending = QStringLiteral\("(\.[a-z]+)"\)', (ROOT / "ui/controller/project_files.cpp").read_text()).group(1)
        for ending in (project, ".recipe.json", ".gguf"):
            self.assertIn("*" + ending, patterns)
        self.assertIn("events.jsonl", patterns)


if __name__ == "__main__":
    unittest.main()
