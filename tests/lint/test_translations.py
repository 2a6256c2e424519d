"""packaging/translations.py on a small tree: which texts it finds, what it keeps, and what it says is wrong."""
import contextlib
import io
import json
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "packaging"))
import translations  # noqa: E402

SOURCE = r'''
// tr("in a comment")
auto a = tr("Save %1");  auto b = words("in "
    "two parts");
const char* c = QT_TRANSLATE_NOOP("context", "listed");
auto d = tr("%n step(s)", nullptr, n), e = tr("Open", "the state"), f = tr(variable), g = other.str("no call");
auto h = QCoreApplication::translate("context", "said \"so\"\n");
const int many = 1'000'000, more = 0x1'0;  auto i = tr("between separators");  char quote = '"';  const double x = 2'000.5;
'''


class Translations(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        kept = translations.ROOT, translations.FOLDER
        self.addCleanup(lambda: self.use(*kept))
        self.use(self.root, self.root / "resources/translations")
        for part in ("ui", "resources/tours", "resources/translations"):
            (self.root / part).mkdir(parents=True)
        (self.root / "ui/a.cpp").write_text(SOURCE)
        (self.root / "resources/loadability.json").write_text(json.dumps({"runtimes": [{"title": "A program", "rules": []}]}))

    @staticmethod
    def use(root, folder):
        translations.ROOT, translations.FOLDER = root, folder

    @staticmethod
    def run_it(*arguments):
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            code = translations.main(list(arguments))
        return code, said.getvalue()

    def translate(self, **changed):
        """All of ja.ts and its siblings, as they should be but for `changed`."""
        good = {"Save %1": "%1 を保存", "in two parts": "2 つ", "listed": "一覧", "%n step(s)": "%n ステップ", "Open": "開いている",
                'said "so"\n': "と言った\n", "between separators": "間", "A program": "プログラム"}
        for file in translations.FOLDER.glob("*.ts"):
            file.unlink()  # fill leaves what is translated
        self.run_it("refresh")
        for language in translations.LANGUAGES:
            fill = {**good, **changed} if language == "ja" else good
            fill = {**fill, "%n step(s)": ["%n step", "%n steps"]} if language == "en" else fill
            (self.root / "fill.json").write_text(json.dumps(fill))
            self.run_it("fill", language, str(self.root / "fill.json"))
        return self.run_it("check")

    def test_it_finds_what_is_translated_and_nothing_else(self):
        self.assertEqual(list(translations.wanted_texts()),
                         [("Save %1", ""), ("in two parts", ""), ("listed", ""), ("%n step(s)", ""), ("Open", "the state"),
                          ('said "so"\n', ""), ("between separators", ""), ("A program", "")])

    def test_all_translated_is_well(self):
        self.assertEqual(self.translate(), (0, ""))
        self.assertIn('<message numerus="yes">', (translations.FOLDER / "ja.ts").read_text(encoding="utf-8"))

    def test_a_new_text_is_named_with_what_to_do(self):
        self.translate()
        (self.root / "ui/b.cpp").write_text('tr("Brand new");')
        code, said = self.run_it("check")
        self.assertEqual(code, 1)
        self.assertIn('ja.ts: "Brand new" is not there', said)
        self.assertIn("translations.py refresh", said)
        self.run_it("refresh")
        self.assertIn('ja.ts: "Brand new" is not translated', self.run_it("check")[1])
        self.assertEqual(json.loads(self.run_it("missing", "ja")[1]), {"Brand new": ""})
        self.assertNotIn("Save", self.run_it("check")[1])  # what was translated stays so

    def test_filling_leaves_another_meaning_as_it_is(self):
        self.translate()
        (self.root / "ui/b.cpp").write_text('tr("Open");')
        self.run_it("refresh")
        (self.root / "fill.json").write_text(json.dumps({"Open": "開く"}))
        self.run_it("fill", "ja", str(self.root / "fill.json"))
        known = translations.read("ja")
        self.assertEqual((known["Open", ""], known["Open", "the state"]), (["開く"], ["開いている"]))

    def test_a_vanished_text_is_named_and_goes(self):
        self.translate()
        (self.root / "ui/a.cpp").write_text(SOURCE.replace('tr("Save %1")', "0"))
        self.assertIn('"Save %1" is shown nowhere any more', self.run_it("check")[1])
        self.run_it("refresh")
        self.assertEqual(self.run_it("check"), (0, ""))

    def test_what_is_at_odds_with_its_source_is_named(self):
        for text, wrong, words in [("Save %1", "保存", "placeholders none for %1"), ("listed", "一覧(&L)", "the letter after &"),
                                   ('said "so"\n', "と言った", "another number of lines"), ("listed", "一覧 ", "spaces at"),
                                   ("listed", "<b>一覧</b>", "other tags")]:
            with self.subTest(wrong=wrong):
                code, said = self.translate(**{text: wrong})
                self.assertEqual(code, 1)
                self.assertIn(words, said)


if __name__ == "__main__":
    unittest.main()
