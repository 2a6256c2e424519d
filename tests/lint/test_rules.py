"""Each rule finds its own offence in a small bad tree, and finds none in a good one."""
import pathlib
import sys
import tempfile
import unittest

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).parent))

from rules import RULES  # noqa: E402
from tree import Tree, without_comments  # noqa: E402

GOOD = {
    "README.md": "[core](core/README.md)\n",
    "core/README.md": "tensors\n",
    "core/a.h": "#pragma once\n// slots: emit x, #include <QtCore/QString>\nint a();\n",
    "core/a.cpp": '#include "core/a.h"\n\n#include <torch/types.h>\n\nint a() {\n    return 1\'000;\n}\n',
    "ui/README.md": "window\n",
    "ui/b.cpp": '#include "core/a.h"\n\n#include <QWidget>\n\nconst char* kText = "signals: emit this";\n',
}

BAD = {
    "top_level": ("docs/x.md", "x\n"),
    "folder_readme": ("core/io/x.cpp", "int x;\n"),
    "core_without_qt": ("core/x.cpp", "#include <QString>\n"),
    "ui_without_torch": ("ui/x.cpp", '#include "core/t.h"\n'),
    "app_without_torch": ("app/x.cpp", "#include <ATen/ATen.h>\n"),
    "torch_in_parts": ("core/x.cpp", "#include <torch/torch.h>\n"),
    "layers": ("core/x.cpp", '#include "ui/b.h"\n'),
    "core_layers": ("core/text/x.cpp", '#include "core/model/y.h"\n'),
    "stages_and_roles": ("core/x.cpp", 'bool is(const std::string& role) {\n    return role == "pruned";\n}\n'),
    "qcustomplot_once": ("ui/x.cpp", "#include <qcustomplot.h>\n"),
    "qt_keywords": ("ui/x.h", "#pragma once\nclass X {\nsignals:\n    void y();\n};\n"),
    "lengths": ("core/x.h", "#pragma once\n" + "int x();\n" * 200),
    "headers": ("core/x.h", "int x();\n"),
    "unfinished": ("core/x.cpp", "// TO" "DO: later\n"),
    "random_streams": ("core/x.cpp", "std::mt19937 engine;\n"),
    "machine_paths": ("core/x.cpp", 'const char* kPath = "/ho' 'me/somebody/model";\n'),
    "file_sizes": ("resources/x.bin", "x" * (2 * 1024 * 1024 + 1)),
    "whitespace": ("core/x.cpp", "int x; \n"),
    "data_files": ("resources/x.json", "{,}\n"),
    "trace_without_families": ("core/trace/x.cpp", 'bool b = name == "Llama";\n'),
    "formatted": ("core/x.cpp", "int  x;\n"),
    "unity_names": ("core/CMakeLists.txt", "lorashear_library(ls_x TORCH\n    SOURCES u.cpp v.cpp\n    LINK y)\n"),
    "test_namespaces": ("tests/core/tst_x.cpp", "QTEST_APPLESS_MAIN(TestX)\n"),
    "bounds_once": ("ui/x.cpp", "void f(QSpinBox* box) { box->setRange(1, 1024); }\n"),
    "quoted_errors": ("resources/help/troubleshooting.md", "### `is gone`\n\n### `has … of … tokens`\n"),
    "links": ("core/x.md", "[there](nowhere.md)\n"),
}


class Rules(unittest.TestCase):
    # Overloads may meet in one unit, a name that stands twice may not.
    UNNAMED = "namespace {{\n\nint changed({0} x) {{\n    return 1;\n}}\n\nconstexpr int kOf_{0} = 2, kTwice = 1;\n\n}}  // namespace\n"

    # One error in three texts; the other quoted one is said by nobody, not even by words of two statements.
    SAID = '''void f(int n) {
    fail("has " + word(n, '"') +
         " of 7 "
         "tokens");
    fail("is");
    fail("gone");
}
'''

    def offences(self, rule, files):
        with tempfile.TemporaryDirectory() as folder:
            for name, text in files.items():
                path = pathlib.Path(folder) / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            return list(RULES[rule](Tree(folder)))

    def test_every_rule_has_a_bad_example(self):
        self.assertEqual(set(BAD), set(RULES))

    def test_a_good_tree_offends_against_nothing(self):
        for rule in RULES:
            with self.subTest(rule=rule):
                self.assertEqual(self.offences(rule, GOOD), [])

    def test_each_rule_finds_its_offence_and_names_the_file(self):
        reached = {"core/t.h": "#pragma once\n#include <ATen/ATen.h>\n", "core/u.cpp": self.UNNAMED.format("int"),
                   "core/v.cpp": self.UNNAMED.format("double"), "core/w.cpp": self.SAID,
                   "core/base/stage.h": '#pragma once\nconstexpr const char* kRoles[] = {"dense", "pruned"};\n',
                   "core/base/README.md": "May include nothing.\n", "core/text/README.md": "May include `core/base`.\n"}
        for rule, (name, text) in BAD.items():
            with self.subTest(rule=rule):
                found = self.offences(rule, {**GOOD, **reached, name: text})
                self.assertEqual(len(found), 1, f"{rule}: {found}")
                self.assertIn(str(pathlib.PurePosixPath(name).parent), found[0])

    def test_enumerators_meet_too(self):
        names = {"core/u.cpp": "namespace {\nenum A { kFirst, kBoth = 2 };\n}\n", "core/v.cpp": "namespace {\nenum B { kBoth, kLast };\n}\n"}
        name, text = BAD["unity_names"]
        found = self.offences("unity_names", {**GOOD, **names, name: text})
        self.assertEqual(len(found), 1, found)
        self.assertIn("kBoth", found[0])

    def test_bounds_in_core_stand_in_tables(self):
        number = 'if (o.rank < 1) throw Error(ErrorCode::BadRecipe, "/lora/rank", "is wrong");'
        words = 'refuse(ErrorCode::BadRecipe, "/lora/rank", "must be at least 1");'
        between = 'if (o.world >= o.experts) throw Error(ErrorCode::BadRecipe, "/x", "must be less than experts");'
        foreign = 'if (rank < 1) throw Error(ErrorCode::BadInput, "file", "must be at least 1");'
        for name, body, offends in (("core/train/x.cpp", number, True), ("core/train/x.cpp", words, True), ("core/train/x.cpp", between, False),
                                    ("core/io/x.cpp", foreign, False), ("core/train/x_fields.cpp", number, False)):
            with self.subTest(name=name, body=body):
                found = self.offences("bounds_once", {**GOOD, name: f"void f(const O& o) {{\n    {body}\n}}\n"})
                self.assertEqual([f.split(": ")[0] for f in found], [f"{name}:2"] if offends else [])

    def test_comments_and_strings_become_blanks_and_lines_stay(self):
        code = without_comments('int a; // emit x\n/* foreach (\n*/ "slots: \\" y" R"(emit z)" \'"\' int b;\n')
        self.assertNotIn("emit", code)
        self.assertNotIn("slots", code)
        self.assertIn("int b", code)
        self.assertEqual(code.count("\n"), 3)


if __name__ == "__main__":
    unittest.main()
