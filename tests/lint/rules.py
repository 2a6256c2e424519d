"""The rules of CONTRIBUTING.md that a text search (or clang-format) can check. Each yields one sentence per offence.

    python3 tests/lint/rules.py RULE ROOT     exit code 1 and the offences when there are any
    python3 tests/lint/rules.py --list
"""
import json
import pathlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree

from tree import Tree, line_of, without_comments

TOP_FOLDERS = {"app", "core", "packaging", "resources", "tests", "ui", ".ci"}
TOP_FILES = {"CMakeLists.txt", "CMakePresets.json", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md",
             ".gitignore", ".gitattributes", ".clang-format", ".clang-tidy", ".editorconfig"}
# Aim below 150 and 400; these are where it stops. Bodies compiled once per instruction set count as sources.
HEADER_LINES, SOURCE_LINES = 200, 600
BODIES = ("core/kernels/simd/",)
LARGEST_FILE = 2 * 1024 * 1024

TORCH = re.compile(r"^(torch|ATen|c10|caffe2)/")
QT = re.compile(r"^(Q[A-Z]\w*(/|$|\.h$)|Qt\w+/|q[a-z]+\.h$)")


def top_level(tree):
    for name in tree.files:
        first, _, rest = name.partition("/")
        if first not in (TOP_FOLDERS if rest else TOP_FILES):
            yield f"{name}: '{first}' has no place at the top level"


def folder_readme(tree):
    present = set(tree.files)
    folders = {str(parent) for name in tree.files for parent in pathlib.PurePosixPath(name).parents}
    for folder in sorted(folders):
        depth = len(pathlib.PurePosixPath(folder).parts)
        if 1 <= depth <= 2 and not folder.startswith(".") and f"{folder}/README.md" not in present:
            yield f"{folder}: README.md is missing (what lives here, what may be included from where)"


def core_without_qt(tree):
    for name in tree.code("core"):
        for line, path in tree.includes(name):
            if QT.match(path):
                yield f"{name}:{line}: core includes Qt ({path})"


def _reach(tree, name, seen, chain):
    """Every include reachable from a file through our own headers, with the way there."""
    for line, path in tree.includes(name):
        yield path, chain + [f"{name}:{line}"]
        if path in tree.present and path not in seen:
            seen.add(path)
            yield from _reach(tree, path, seen, chain + [f"{name}:{line}"])


def ui_without_torch(tree):
    tree.present = set(tree.files)
    for name in tree.code("ui"):
        for path, chain in _reach(tree, name, {name}, []):
            if TORCH.match(path):
                yield f"{' -> '.join(chain)}: the window must not see LibTorch ({path})"
            elif path == "nlohmann/json.hpp":
                yield f"{' -> '.join(chain)}: the window must not see the JSON library ({path})"


def app_without_torch(tree):
    for name in tree.code("app"):
        for line, path in tree.includes(name):
            if TORCH.match(path):
                yield f"{name}:{line}: app reaches LibTorch only through headers of core ({path})"


def torch_in_parts(tree):
    """All of LibTorch's headers cost every unit 15 seconds: GCC instantiates again what a precompiled header leaves pending."""
    for name in tree.code():
        for line, path in tree.includes(name):
            if path == "torch/torch.h":
                yield f"{name}:{line}: includes all of LibTorch; <ATen/ATen.h>, and autograd's own headers where they are needed"


def layers(tree):
    """app -> ui -> core, tests see everything, and nothing includes tests or a .cpp file."""
    allowed = {"core": {"core"}, "ui": {"core", "ui"}, "app": {"core", "ui", "app"}}
    for name in tree.code("core", "ui", "app"):
        own = name.split("/")[0]
        for line, path in tree.includes(name):
            first = path.split("/")[0]
            if first in ("core", "ui", "app", "tests") and first not in allowed[own]:
                yield f"{name}:{line}: {own} may not include {path}"
            if path.endswith(".cpp"):
                yield f"{name}:{line}: a source file is included ({path})"


def core_layers(tree):
    """A folder of core includes of others what "May include" in its README names: the paragraph's folders, or "everything"."""
    folders = sorted({name.split("/")[1] for name in tree.code("core") if name.count("/") > 1})
    for folder in folders:
        page = f"core/{folder}/README.md"
        said = re.search(r"[Mm]ay include(.*?)(?:\n\n|\Z)", tree.text(page) if page in tree.files else "", re.S)
        if not said:
            yield f"{page}: does not say what core/{folder} may include (\"May include …\")"
            continue
        if "everything" in said.group(1):
            continue
        allowed = set(re.findall(r"`core/(\w+)", said.group(1))) | {folder}
        for name in tree.code(f"core/{folder}"):
            for line, path in tree.includes(name):
                other = re.match(r"core/(\w+)/", path)
                if other and other.group(1) not in allowed:
                    yield f"{name}:{line}: core/{folder} may not include {path} ({page})"


SPELT = re.compile(r'\b(?:model|role|stage)\w*\s*[!=]=\s*"(\w+)"|"(\w+)"\s*[!=]=\s*\w*(?:model|role|stage)\b|\.at\("(pruned|recovered|adapted)"\)')


def stages_and_roles(tree):
    """Names of a run's stages and models are spelt in core/base/stage.h: elsewhere they are stageName() and roleName()."""
    spelt = set(re.findall(r'"(\w+)"', tree.text("core/base/stage.h"))) if "core/base/stage.h" in tree.files else set()
    for name in tree.code("core", "ui", "app"):
        code = without_comments(tree.text(name), keep_strings=True)
        for match in SPELT.finditer(code) if name != "core/base/stage.h" else ():
            word = match.group(1) or match.group(2) or match.group(3)
            if word in spelt:
                yield f"{name}:{line_of(code, match.start())}: write stageName() or roleName() for \"{word}\""


def qcustomplot_once(tree):
    for name in tree.code("app", "core", "ui", "tests"):
        for line, path in tree.includes(name):
            if path.endswith("qcustomplot.h") and name != "ui/qcustomplot_include.h":
                yield f"{name}:{line}: include ui/qcustomplot_include.h instead of {path}"


KEYWORD = re.compile(r"\b(?:signals|slots)\s*:(?!:)|\bemit\s+[A-Za-z_]|\bforeach\s*\(|\bforever\s*\{")


def qt_keywords(tree):
    for name in tree.code("app", "core", "ui", "tests"):
        if name == "ui/qcustomplot_include.h":
            continue
        code = without_comments(tree.text(name))
        for match in KEYWORD.finditer(code):
            yield f"{name}:{line_of(code, match.start())}: write Q_SIGNALS, Q_SLOTS, Q_EMIT ('{match.group(0).strip()}')"


def lengths(tree):
    for name in tree.code("app", "core", "ui", "tests"):
        lines = tree.text(name).count("\n")
        limit = HEADER_LINES if name.endswith(".h") and not name.startswith(BODIES) else SOURCE_LINES
        if lines > limit:
            yield f"{name}: {lines} lines; split it (limit {limit})"


def headers(tree):
    for name in tree.code("app", "core", "ui", "tests"):
        if not name.endswith(".h"):
            continue
        if not re.search(r"^#pragma once$", tree.text(name), re.MULTILINE):
            yield f"{name}: '#pragma once' is missing"


# Words of unfinished work. Put together from halves so that this file does not offend against itself.
UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b"
                        r"|\b(?i:st" r"ubs?|stu" r"bbed|not (?:yet )?imple" r"mented|place" r"holder)\b")
NEVER = re.compile(r"\bQSK" r"IP\b|\bQEXPECT_" r"FAIL\b|\bDISABLED_")


def unfinished(tree):
    for name in tree.code("app", "core", "ui", "tests"):
        text = tree.text(name)
        for match in UNFINISHED.finditer(text):
            yield f"{name}:{line_of(text, match.start())}: a word of unfinished work ('{match.group(0)}')"
        for match in NEVER.finditer(text):
            yield f"{name}:{line_of(text, match.start())}: a test must run ('{match.group(0)}')"


RANDOM = re.compile(r"\b(torch::manual_seed|at::manual_seed|std::random_device|std::mt19937\w*|std::rand|srand)\b")


def random_streams(tree):
    for name in tree.code("app", "core"):
        code = without_comments(tree.text(name))
        for match in RANDOM.finditer(code):
            yield f"{name}:{line_of(code, match.start())}: random numbers come from core/base/random.h ('{match.group(0)}')"


MACHINE_PATHS = re.compile(r"(?<![\w.$}])/(?:work|root|home)/[\w.-]+")


def machine_paths(tree):
    for name in tree.files:
        path = pathlib.PurePosixPath(name)
        if name.startswith(("resources/data/", "resources/models/", "tests/data/")) or name == "LICENSE":
            continue
        if path.suffix in {".h", ".cpp", ".py", ".sh", ".cmake", ".txt", ".md", ".json", ".xml", ".desktop", ""}:
            text = tree.text(name)
            for match in MACHINE_PATHS.finditer(text):
                yield f"{name}:{line_of(text, match.start())}: a path of one machine ('{match.group(0)}')"


def file_sizes(tree):
    for name in tree.files:
        size = (tree.root / name).stat().st_size
        if size > LARGEST_FILE:
            yield f"{name}: {size} bytes; at most {LARGEST_FILE} belong into the repository"


def whitespace(tree):
    for name in tree.files:
        suffix = pathlib.PurePosixPath(name).suffix
        if suffix not in {".h", ".cpp", ".py", ".sh", ".cmake"} and not name.endswith("CMakeLists.txt"):
            continue
        text = tree.text(name)
        if text and not text.endswith("\n"):
            yield f"{name}: the last line does not end"
        for match in re.finditer(r"[ \t]+$|\t|\r", text, re.MULTILINE):
            yield f"{name}:{line_of(text, match.start())}: a tab, or blanks at the end of the line"


def data_files(tree):
    """JSON and XML files can be read; shell scripts parse."""
    for name in tree.files:
        try:
            if name.endswith(".json") and not name.startswith("tests/data/"):
                json.loads(tree.text(name))
            elif name.endswith((".xml", ".svg")):
                xml.etree.ElementTree.parse(tree.root / name)
            elif name.endswith(".sh") or name == ".ci/run":
                done = subprocess.run(["bash", "-n", str(tree.root / name)], capture_output=True, text=True)
                if done.returncode != 0:
                    yield f"{name}: {done.stderr.strip()}"
        except (ValueError, xml.etree.ElementTree.ParseError) as error:
            yield f"{name}: {error}"


LINK = re.compile(r"(?<!\!)\[[^\]]*\]\(([^)#\s]+)[^)]*\)|\!\[[^\]]*\]\(([^)\s]+)\)")


def links(tree):
    """Links from one document to another lead somewhere."""
    for name in tree.files:
        if not name.endswith(".md"):
            continue
        for match in LINK.finditer(tree.text(name)):
            target = match.group(1) or match.group(2)
            if "://" in target or target.startswith(("mailto:", "../shared")):
                continue
            if not ((tree.root / name).parent / target).exists():
                yield f"{name}:{line_of(tree.text(name), match.start())}: the link '{target}' leads nowhere"


FAMILY_NAME = re.compile(r"(?i)llama|mistral|ministral|qwen|gemma|neox|pythia|smollm|gpt|mixtral|olmo|\bphi|\bopt\b|granite|\bglm|stablelm|starcoder|"
                         r"nemotron|cohere|falcon")


def trace_without_families(tree):
    """What can be removed comes from the operators that were called: core/trace knows no model family by name."""
    families = {pathlib.PurePosixPath(name).stem for name in tree.code("core") if name.startswith("core/model/families/")}
    for family in sorted(families - {"builtin_families"}):
        if not FAMILY_NAME.search(family):
            yield f"core/model/families: '{family}' is missing in FAMILY_NAME of tests/lint/rules.py"
    for name in tree.code("core"):
        if not name.startswith("core/trace/"):
            continue
        text = tree.text(name)
        for match in FAMILY_NAME.finditer(text):
            yield f"{name}:{line_of(text, match.start())}: names a model family ('{match.group(0)}')"


CLANG_FORMAT, STYLE = "14", pathlib.Path(__file__).resolve().parents[2] / ".clang-format"


def formatted(tree):
    """All C++ is as .clang-format wants it. Other versions of clang-format want other things, so only one is asked."""
    program = shutil.which(f"clang-format-{CLANG_FORMAT}") or shutil.which("clang-format")
    version = program and subprocess.run([program, "--version"], capture_output=True, text=True).stdout
    if not version or f"version {CLANG_FORMAT}." not in version:
        yield f"clang-format {CLANG_FORMAT} is needed (Debian package clang-format), found: {(version or 'none').strip()}"
        return
    command = [program, f"--style=file:{STYLE}", "--dry-run", *(str(tree.root / name) for name in tree.code())]
    said = subprocess.run(command, capture_output=True, text=True).stderr
    for name in tree.code():
        first = re.search(rf"^{re.escape(str(tree.root / name))}:(\d+):", said, re.MULTILINE)
        if first:
            yield f"{name}:{first.group(1)}: is not as .clang-format wants it (clang-format -i {name})"


NAMESPACE = re.compile(r"\bnamespace\s*\{")
TYPE = re.compile(r"((?:const )?[\w:]*(?:<.*>)?[\w:]*[ &*]*)\w*")  # of a parameter, without its name
UNITY = re.compile(r"lorashear_(?:library\(|program\((?=\s*\w+\s+JSON\b))\s*\w+\b(?![^)]*\bAPART\b)[^)]*?\bSOURCES\s+([^)]*?)(?:\bLINK\b|\))", re.DOTALL)


def _statements(code):
    """The declarations at the top of the unnamed namespaces of a file, bodies and initialisers left out."""
    for opening in NAMESPACE.finditer(code):
        depth, at, statement = 1, opening.end(), ""
        while depth and at < len(code):
            mark = code[at]
            if depth == 1 and mark in "{;}":
                yield " ".join(statement.split())
                statement = ""
            elif depth == 1:
                statement += mark
            depth += (mark == "{") - (mark == "}")
            at += 1


def _declared(statement):
    """What a declaration adds to its namespace: names, those of functions with the types of their parameters."""
    statement = re.sub(r"^template\s*<[^{}]*?>\s+(?=\w)", "", statement)
    match = re.match(r"(?:struct|class|union|enum(?: class)?) (\w+)", statement)
    if match:
        return [match.group(1)]
    if re.match(r"using |namespace |static_assert|$", statement):
        return []
    match = re.match(r"[^=(]*?(\w+) ?\((.*)\)[^()]*$", statement)
    if match and "=" not in statement.split("(")[0]:
        parameters = re.split(r",(?![^<]*>)", re.sub(r"\s*=[^,]*", "", match.group(2)))
        return [f"{match.group(1)}({', '.join(TYPE.match(one.strip()).group(1).rstrip() for one in parameters)})"]
    match = re.match(r"[^=(]*?(\w+)(?:\[[^\]]*\])*(?: ?=(.*))?$", statement)
    return [match.group(1), *re.findall(r", (\w+)(?= ?=|$)", match.group(2) or "")] if match else []


ENUMERATORS = re.compile(r"^enum (?:\w+ )?(?:: \w+ )?\{([^}]*)\}", re.MULTILINE)  # without `class`: their names are the namespace's


def unity_names(tree):
    """Sources of a library are compiled several as one unit: what their unnamed namespaces declare must differ."""
    for name in tree.files:
        if pathlib.PurePosixPath(name).name != "CMakeLists.txt":
            continue
        folder = pathlib.PurePosixPath(name).parent
        for library in UNITY.finditer(tree.text(name)):
            seen = {}
            for source in library.group(1).split():
                path = str(folder / source)
                if not path.endswith(".cpp") or path not in tree.files:
                    continue
                code = without_comments(tree.text(path))
                names = {each for statement in _statements(code) for each in _declared(statement)}
                names |= {each for listed in ENUMERATORS.findall(code) for each in re.findall(r"(\w+)[^,]*(?:,|$)", listed)}
                for declared in sorted(names):
                    if declared in seen:
                        yield f"{path}: {declared} is in an unnamed namespace of {seen[declared]}, too, and may be compiled with it"
                    seen.setdefault(declared, path)


def test_namespaces(tree):
    """Tests of a folder are compiled several as one unit: the names of each are in a namespace of the file's name."""
    for name in tree.code("tests"):
        main = re.search(r"^QTEST_\w*MAIN\((\w*)", tree.text(name), re.MULTILINE)
        if main and main.group(1) != pathlib.PurePosixPath(name).stem:
            yield f"{name}: its test is {main.group(1)}, not in `namespace {pathlib.PurePosixPath(name).stem}`"


QUOTED = re.compile(r"^### `(.+)`$", re.MULTILINE)
STRING = re.compile(r"""(?<![0-9A-Za-z])'(?:\\.|[^'\\\n])+'|"((?:[^"\\\n]|\\.)*)\"""")


def _said(code):
    """What each statement can say: the texts in it, joined by a mark that stands for what is filled in."""
    texts, at = [], 0
    for match in STRING.finditer(code):
        if match.group(1) is None:  # a character, which may be a quotation mark
            continue
        between = code[at:match.start()]
        if re.search(r"[;{}]", between) and texts:
            yield "".join(texts)
            texts = []
        texts += ["\0" if texts and between.strip() else "", re.sub(r"\\(.)", r"\1", match.group(1))]
        at = match.end()
    yield "".join(texts)


def quoted_errors(tree):
    """Troubleshooting quotes errors by their words: each of them is one that a program can still say."""
    for name in tree.files:
        if not name.endswith("help/troubleshooting.md"):
            continue
        said = [line for source in tree.code("core", "ui", "app") for line in _said(without_comments(tree.text(source), keep_strings=True))]
        for match in QUOTED.finditer(tree.text(name)):
            pieces = [re.escape(piece.strip(" .")) for piece in match.group(1).split("…")]
            pattern = re.compile(".*".join(piece for piece in pieces if piece), re.DOTALL)
            if not any(pattern.search(line) for line in said):
                yield f"{name}:{line_of(tree.text(name), match.start())}: no program says '{match.group(1)}'"


# What no setting bounds: a bar of progress, the steps of a run, the seed of the Compare page, as large as a spin box can count, and the size of a plan in
# any unit, as large as the model.
UNBOUND = {"m_progress", "m_seed", "m_scrubber", "m_amount"}
BOUND = re.compile(r"(\w+)\s*(?:->|\.)\s*set(?:Range|Minimum|Maximum)\s*\(\s*-?[\d.][^;]*?\)\s*;|CLI::Range\s*\(|CLI::Bound\s*\(")
# In core: a refusal of a recipe that says a limit in words, or one that stands behind a comparison with a number.
SAID_BOUND = re.compile(r"must (?:be at (?:least|most)|be (?:between|positive)|lie (?:in|between)|not be negative)"
                        r"|\b(?:greater|less|more) than -?\d|\bat (?:least|most) -?\d|\bbetween -?\d")
COMPARED = re.compile(r"\bif\s*\((?:[^;{}]*?[^-<>])?(?:[<>]=?)\s*-?[\d.]+\b[^;{}]*?\)\s*\{?\s*(?:throw Error\(ErrorCode::BadRecipe|(?:settings::)?fail\()[^;]*;")
# Where tables are made.
TABLES = re.compile(r"^core/settings/|_fields\.(?:h|cpp)$|^core/(?:prune/methods|recover/schemes)/\w+\.h$|^core/bench/bench_spec\.cpp$")
# What else says a number to a recipe, and why it may.
OTHER_LIMITS = {
    ("core/plan/plan_options.cpp", "sum > 1"): "shares of several units together: a rule between settings",
}


def bounds_once(tree):
    """Limits of settings stand in their tables (core/settings) and nowhere else: forms, options of the command line and checks of a run ask there."""
    for name in tree.code("app", "ui"):
        code = without_comments(tree.text(name))
        for match in BOUND.finditer(code):
            if match.group(1) not in UNBOUND and not re.search(r"(?i)axis|scrollbar", match.group(1) or ""):
                yield f"{name}:{line_of(code, match.start())}: a bound by hand; take it from the setting ('{match.group(0)}')"
    for name in tree.code("core"):
        text = tree.text(name)
        if "ErrorCode::BadRecipe" not in text and "settings::fail" not in text or TABLES.search(name):
            continue
        code = without_comments(text)
        lines = {line_of(code, match.start()): match.group(0) for match in COMPARED.finditer(code)}
        for number, (line, bare) in enumerate(zip(text.splitlines(), code.splitlines()), 1):
            said = SAID_BOUND.search(line)
            if said and not SAID_BOUND.search(bare) and not re.match(r"\s*//", line):
                inside = line[:said.start()]
                if inside.count('"') % 2 == 1:
                    lines.setdefault(number, said.group(0))
        for number, what in sorted(lines.items()):
            if any(name == where and piece in what for where, piece in OTHER_LIMITS):
                continue
            yield f"{name}:{number}: a bound by hand; ask the setting's table, settings::requireAllowed or settingIn ('{' '.join(what.split())}')"


RULES = {rule.__name__: rule for rule in (
    top_level, folder_readme, core_without_qt, ui_without_torch, app_without_torch, torch_in_parts, layers, core_layers, stages_and_roles, qcustomplot_once, qt_keywords,
    lengths, headers, unfinished, random_streams, machine_paths, file_sizes, whitespace, data_files, links, trace_without_families, formatted, unity_names,
    test_namespaces, bounds_once, quoted_errors)}


def main():
    if sys.argv[1:] == ["--list"]:
        print("\n".join(RULES))
        return 0
    rule, root = sys.argv[1:]
    tree = Tree(root)
    if len(tree.code()) < 1:
        print(f"{root}: no C++ file found, so nothing was checked")
        return 1
    offences = list(RULES[rule](tree))
    print("\n".join(offences) or f"{rule}: {len(tree.files)} files, no offence")
    return 1 if offences else 0


if __name__ == "__main__":
    sys.exit(main())
