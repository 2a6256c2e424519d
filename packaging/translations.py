#!/usr/bin/env python3
"""Keeps resources/translations/*.ts in step with the texts that the window shows.

  python3 packaging/translations.py refresh            new texts into every .ts (unfinished), vanished ones out
  python3 packaging/translations.py check              what is missing, unfinished or at odds with its source; 1 if anything
  python3 packaging/translations.py missing ja         the texts without a translation, as JSON to fill in
  python3 packaging/translations.py fill ja FILE.json  takes translations over from such a file; what has one already keeps it (mend that in the .ts)

Where texts come from: tr("…"), words("…"), translate("…", "…") and QT_*_NOOP in ui; resources/translations/core_texts.txt, which
tst_ui_language writes from the tables of core; titles and sentences of resources/loadability.json; titles and texts of resources/tours. All
stand in one context: the same words are translated once, and a second meaning needs a comment, tr("words", "what they mean here").
"""
import json
import pathlib
import re
import sys
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = {"zh_CN": 1, "ja": 1, "en": 2}  # how many forms a text with %n has; en: those texts alone
CONTEXT = "lorashear"
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|(?:u8|u|U|L)?R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:[^"\\\n]|\\.)*"|\d[\w.]*(?:\'\w+)*|\'(?:[^\'\\\n]|\\.)*\'|\w+|::|\s+|.', re.S)
ESCAPE = re.compile(r'\\(n|t|"|\\|u[0-9a-fA-F]{4})')
CALLS = {"tr": 0, "words": 0, "QT_TR_NOOP": 0, "QT_TRANSLATE_NOOP": 1, "translate": 1}  # arguments before the text
PLACE = re.compile(r"%(?:L?\d+|n)|\{[a-z_.]+\}")
MNEMONIC = re.compile(r"&(?=[^&\s])")


def unescaped(literal):
    names = {"n": "\n", "t": "\t"}
    return ESCAPE.sub(lambda m: chr(int(m[1][1:], 16)) if m[1][0] == "u" else names.get(m[1], m[1]), literal[1:-1])


def argument(tokens, at):
    """The literal (adjacent ones joined) that begins at `at`, or None, and what follows it."""
    text = None
    while at < len(tokens) and tokens[at].startswith('"'):
        text = (text or "") + unescaped(tokens[at])
        at += 1
    return text, at


def texts_of_source(source):
    """(text, comment, counted) of every call that translates, in order."""
    tokens = [m[0] for m in TOKEN.finditer(source) if not m[0].isspace() and not m[0].startswith(("//", "/*"))]
    for at, token in enumerate(tokens):
        if token not in CALLS or tokens[at + 1:at + 2] != ["("]:
            continue
        next_at = at + 2
        for _ in range(CALLS[token]):
            context, next_at = argument(tokens, next_at)
            if context is None or tokens[next_at] != ",":
                break
            next_at += 1
        text, next_at = argument(tokens, next_at)
        if not text:
            continue
        comment, counted = "", False
        if CALLS[token] == 0 or token == "translate":
            if tokens[next_at] == ",":
                comment, after = argument(tokens, next_at + 1)
                if comment is None:
                    comment, after = "", next_at + 2  # nullptr
                counted = tokens[after] == "," and "%n" in text
        yield text, comment, counted


def texts_of_json(value, keys, key=""):
    """The texts under these keys, at any depth; a list of paragraphs stands under its key."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_of_json(inner, keys, name)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of_json(inner, keys, key)
    elif isinstance(value, str) and key in keys:
        yield value


def texts_of_resources():
    core = FOLDER / "core_texts.txt"
    for line in core.read_text(encoding="utf-8").splitlines() if core.exists() else []:
        if line and not line.startswith("#"):
            yield line
    rules = json.loads((ROOT / "resources" / "loadability.json").read_text(encoding="utf-8"))
    yield from texts_of_json(rules["runtimes"], ("title", "sentence"))
    for file in sorted((ROOT / "resources" / "tours").glob("*.json")):
        yield from texts_of_json(json.loads(file.read_text(encoding="utf-8")), ("title", "about", "text"))


def wanted_texts():
    """Every text once, in the order of files: {(text, comment): counted}."""
    found = {}
    for file in sorted((ROOT / "ui").rglob("*.cpp")) + sorted((ROOT / "ui").rglob("*.h")):
        for text, comment, counted in texts_of_source(file.read_text(encoding="utf-8")):
            found[text, comment] = found.get((text, comment), False) or counted
    for text in texts_of_resources():
        found.setdefault((text, ""), False)
    return found


def read(language):
    """{(text, comment): [forms]} of a .ts file; an unfinished one has no forms."""
    file = FOLDER / f"{language}.ts"
    if not file.exists():
        return {}
    known = {}
    for message in ElementTree.parse(file).getroot().iter("message"):
        translation = message.find("translation")
        forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
        done = translation.get("type") != "unfinished" and all(forms)
        known[message.findtext("source"), message.findtext("comment") or ""] = forms if done else []
    return known


def write(language, wanted, known):
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<!DOCTYPE TS>", f'<TS version="2.1" language="{language}" sourcelanguage="en">',
             "<context>", f"    <name>{CONTEXT}</name>"]
    for (text, comment), counted in wanted.items():
        forms = known.get((text, comment), [])
        state = "" if forms else ' type="unfinished"'
        lines.append('    <message numerus="yes">' if counted else "    <message>")
        lines.append(f"        <source>{escape(text)}</source>")
        if comment:
            lines.append(f"        <comment>{escape(comment)}</comment>")
        if counted:
            shown = "".join(f"<numerusform>{escape(form)}</numerusform>" for form in (forms or [""] * LANGUAGES[language]))
        else:
            shown = escape(forms[0]) if forms else ""
        lines += [f"        <translation{state}>{shown}</translation>", "    </message>"]
    (FOLDER / f"{language}.ts").write_text("\n".join(lines + ["</context>", "</TS>", ""]), encoding="utf-8")


def wanted_for(language):
    wanted = wanted_texts()
    return {key: counted for key, counted in wanted.items() if counted} if language == "en" else wanted


def at_odds(text, form, counted):
    """What a translation lost or added: placeholders, mnemonics, line ends, spaces at its edges."""
    places, theirs = sorted(set(PLACE.findall(text))), sorted(set(PLACE.findall(form)))
    if places != theirs and not (counted and sorted(set(places) - {"%n"}) == sorted(set(theirs) - {"%n"})):
        yield f"placeholders {' '.join(theirs) or 'none'} for {' '.join(places) or 'none'}"
    if len(MNEMONIC.findall(text)) != len(MNEMONIC.findall(form)):
        yield "the letter after & (in Chinese and Japanese at the end: 保存(&S))"
    if text.count("\n") != form.count("\n"):
        yield "another number of lines"
    if (text[:1] == " ") != (form[:1] == " ") or (text[-1:] == " ") != (form[-1:] == " "):
        yield "spaces at the beginning or the end"
    if text.count("<b>") != form.count("<b>") or text.count("<a ") != form.count("<a "):
        yield "other tags"


def problems(language):
    wanted, known = wanted_for(language), read(language)
    for key, counted in wanted.items():
        shown = f"{language}.ts: \"{key[0]}\"" + (f" ({key[1]})" if key[1] else "")
        if key not in known:
            yield f"{shown} is not there: refresh, then translate"
        elif not known[key]:
            yield f"{shown} is not translated"
        else:
            if len(known[key]) != (LANGUAGES[language] if counted else 1):
                yield f"{shown} has {len(known[key])} forms"
            for form in known[key]:
                yield from (f"{shown}: \"{form}\": {what}" for what in at_odds(key[0], form, counted))
    for key in known:
        if key not in wanted:
            yield f"{language}.ts: \"{key[0]}\" is shown nowhere any more: refresh"


def check():
    found = [problem for language in LANGUAGES for problem in problems(language)]
    for problem in found:
        print(problem)
    if found:
        print(f"{len(found)} to mend. New texts into the files: python3 packaging/translations.py refresh; then translate what is "
              "marked unfinished (by hand, in Qt Linguist, or with missing and fill): resources/translations/README.md")
    return 1 if found else 0


def main(arguments):
    command = arguments[0] if arguments else ""
    if command == "check":
        return check()
    if command == "refresh":
        for language in LANGUAGES:
            write(language, wanted_for(language), read(language))
        return 0
    if command == "missing" and len(arguments) == 2:
        known = read(arguments[1])
        missing = [key for key in wanted_for(arguments[1]) if not known.get(key)]
        print(json.dumps({text: "" for text, _ in missing}, ensure_ascii=False, indent=1))
        return 0
    if command == "fill" and len(arguments) == 3:
        language, given = arguments[1], json.loads(pathlib.Path(arguments[2]).read_text(encoding="utf-8"))
        wanted, known = wanted_for(language), read(language)
        for key in wanted:
            if given.get(key[0]) and not known.get(key):  # what is translated, another meaning too, stays
                known[key] = given[key[0]] if isinstance(given[key[0]], list) else [given[key[0]]]
        write(language, wanted, known)
        return 0
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
