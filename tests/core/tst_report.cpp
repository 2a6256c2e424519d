#include "core/report/html_text.h"
#include "core/report/run_report.h"
#include "core/report/svg_curves.h"

#include "core/io/atomic_file.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"
#include "tests/support/caught.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <limits>

namespace tst_report {

using namespace lorashear;

/// A run as one page: what it says, what it must never say, and its pictures.
class TestReport : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path begin(const char* name, const std::string& note = {}) const {
        const std::filesystem::path place = m_folder.filePath(QString::fromLatin1(name)).toStdString();
        Recipe recipe = newRecipe("/models/<i>tiny</i>", "/t.txt", "/v.txt");
        recipe.note = note;
        RunFolder::create(place, recipe);
        return place;
    }
    static bool says(const std::string& html, const std::string& words) { return html.find(words) != std::string::npos; }

private Q_SLOTS:
    void textOfFilesStaysText() {
        const auto run = begin("hostile", "<script>alert('x')</script> & \"more\"\x1b[31m");
        EventLog log(run / "events.jsonl");
        log.append(event::Sample{"dense\"><b>", "p", "</pre><img onerror=1>"});
        log.append(event::Note{"warning", "<iframe>"});
        log.append(event::Measurement{"dense", "<u>", "\"<", 1, 0, false, "<p>"});
        const std::string html = runReport(run);
        for (const char* tag : {"<script", "<img", "<iframe", "<u>", "<i>tiny", "\x1b", "<b>"})
            QVERIFY2(!says(html, tag), tag);
        QVERIFY(says(html, "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;more&quot;[31m"));
        QVERIFY(says(html, "&lt;/pre&gt;&lt;img onerror=1&gt;"));
    }

    void aRunsOwnRecordsAreNotWrittenOver() {
        const auto run = begin("kept");
        const std::string before = readFile(run / "recipe.json");
        QVERIFY(lorashear::test::caught([&] { writeRunReport(run, run / "recipe.json"); }));
        QCOMPARE(readFile(run / "recipe.json"), before);
        std::filesystem::create_symlink(run / "recipe.json", run / "linked.html");
        QVERIFY(lorashear::test::caught([&] { writeRunReport(run, run / "linked.html"); }));
        writeFile(run / "weights.safetensors", "not a page");
        QVERIFY(lorashear::test::caught([&] { writeRunReport(run, run / "weights.safetensors"); }));
        QCOMPARE(readFile(run / "recipe.json"), before);
        QCOMPARE(readFile(run / "weights.safetensors"), std::string("not a page"));
        writeRunReport(run, run / "report.html");
        writeRunReport(run, run / "report.html");  // its own page is written anew
        QCOMPARE(readFile(run / "report.html"), runReport(run));
    }

    void anUnfinishedRunSaysWhatThereIs() {
        const auto run = begin("unfinished");
        EventLog log(run / "events.jsonl");
        log.append(event::Measurement{"dense", "parameters", "", 260032, 0, false, {}});
        for (int i = 1; i <= 30; ++i) log.append(event::Step{"prune", "warmup", i, i == 7 ? std::nan("") : 2.0 - 0.01 * i});
        const std::string html = runReport(run);
        QVERIFY(says(html, "not finished") && says(html, "260,032"));
        QVERIFY(says(html, "Parameters after</td><td class=\"words\">not measured"));  // and no zero
        QVERIFY(says(html, "<path fill=\"none\"") && !says(html, "nan"));
        QVERIFY(says(html, "Nothing was exported") && says(html, "Nothing was removed"));
        QCOMPARE(runReport(run), html);
        QVERIFY(lorashear::test::caught([&] { runReport(m_folder.filePath("none").toStdString()); }));
    }

    void stagesThatCountAnewGoOnInTheCurve() {
        const auto run = begin("stages");
        EventLog log(run / "events.jsonl");
        for (const char* stage : {"prune", "recover"})
            for (int i = 1; i <= 20; ++i) log.append(event::Step{stage, "", i, 2.0});
        const std::string html = runReport(run);
        QVERIFY(says(html, ">40</text>") && says(html, ">recover</text>"));
    }

    void aPictureKeepsPeaksAndLeavesGaps() {
        SvgCurve curve{"loss", SvgCurve::Look::Thick, {}, {}};
        for (int i = 0; i < 100000; ++i) curve.x.push_back(i), curve.y.push_back(i == 54321 ? 9.5 : 1.0);
        curve.y[70000] = std::numeric_limits<double>::infinity();
        const std::string svg = curvesSvg({"t", "x", "y", {curve}, {}});
        QVERIFY(svg.size() < 80000);
        const std::size_t path = svg.find(" d=\"") + 4;
        const std::string points = svg.substr(path, svg.find('"', path) - path);
        QVERIFY(says(points, " 28.0"));  // the peak reaches the top
        QCOMPARE(std::count(points.begin(), points.end(), 'M'), std::ptrdiff_t{2});
        QCOMPARE(curvesSvg({"t", "x", "y", {{"a", SvgCurve::Look::Dots, {1}, {std::nan("")}}}, {}}), std::string());
        QVERIFY(says(curvesSvg({"t", "x", "y", {{"a", SvgCurve::Look::Dots, {1}, {2}}}, {}}), "<circle"));
    }

    void numbersAreReadable() {
        QCOMPARE(groupedNumber(1234567), std::string("1,234,567"));
        QCOMPARE(groupedNumber(-999), std::string("-999"));
        QCOMPARE(shortNumber(std::nan("")), std::string("not a number"));
        QCOMPARE(percentNumber(0.205), std::string("20.5 %"));
    }
};

}  // namespace tst_report

QTEST_GUILESS_MAIN(tst_report::TestReport)
#include "tst_report.moc"
