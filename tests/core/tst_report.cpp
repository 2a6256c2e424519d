#include "core/report/html_text.h"
#include "core/report/run_report.h"
#include "core/report/svg_curves.h"

#include "core/edits/blueprint.h"
#include "core/edits/edit_kind.h"
#include "core/edits/edit_record.h"
#include "core/io/atomic_file.h"
#include "core/loadability/rules.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"
#include "tests/core/whole_structure.h"
#include "tests/support/caught.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <limits>
#include <set>

namespace tst_report {

using namespace lorashear;

constexpr handmade::Shape kShape{};
constexpr const char* kLinear = "model.layers.1.mlp.down_proj";

/// The hand-made model with a linear that can be factored.
std::shared_ptr<const Structure> structureOfShape() {
    auto structure = handmade::whole(kShape);
    structure.linears[kLinear] = {kShape.hidden, kShape.intermediate};
    return std::make_shared<const Structure>(std::move(structure));
}

std::vector<int> countedTo(int end) {
    std::vector<int> numbers;
    for (int i = 0; i < end; ++i) numbers.push_back(i);
    return numbers;
}

/// An edit of one kind, and its row of the report.
struct Told {
    Edit edit;
    std::string part, kept, of, many;
};

std::vector<Told> told() {
    const auto text = [](auto number) { return std::to_string(number); };
    const std::string shape = text(kShape.hidden) + " x " + text(kShape.intermediate);
    return {{RemoveGroups{"layers.0.mlp", {0, 1, 2}}, "layers.0.mlp", text(kShape.intermediate - 3),
             text(kShape.intermediate), "neurons"},
            {DropPart{1, BlockPart::Block}, "block 1", "0", "1", "blocks"},
            {DropPart{0, BlockPart::Attention}, "attention of block 0", "0", "1", "sub-layers"},
            {FactorLinear{kLinear, {2, 1}}, std::string(kLinear) + ": rank 2 of " + shape,
             text(2 * (kShape.hidden + kShape.intermediate)), text(kShape.hidden * kShape.intermediate), "weights"},
            {TrimVocabulary{countedTo(kShape.vocabulary - 4)},
             "vocabulary: tokens " + text(kShape.vocabulary) + " to " + text(kShape.vocabulary - 4),
             text(kShape.vocabulary - 4), text(kShape.vocabulary), "tokens"}};
}

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
    /// A run of the hand-made model with these edits, recorded beside its model.
    std::filesystem::path ran(const char* name, const Edits& edits, const Structure& structure) const {
        const auto run = begin(name);
        EventLog log(run / "events.jsonl");
        log.append(event::ModelOpened{"/m", "t", handmade::configOf(kShape), 0, 0});
        log.append(event::StructureFound{structureOfShape()});
        PruningRecord record = newRecord();
        record.edits = edits;
        record.nodeGroups = keptGroups(structure, groupsOf(structure, edits));
        std::filesystem::create_directories(run / "model");
        writeFile(run / "model" / kRecordFile, recordText(record));
        return run;
    }
    static std::string cellsOf(const Told& told) {
        return "<td>" + told.part + "</td><td>" + told.kept + "</td><td>" + told.of + "</td><td class=\"words\">" +
               told.many + "</td>";
    }
    /// What a program says to what these edits leave, as it stands on the page.
    static std::string verdictOn(const Edits& edits, const char* program) {
        const ModelConfig config = handmade::configOf(kShape);
        const auto verdict =
            LoadabilityRules::builtin().verdict(shapeOf(blueprintOf(config, *structureOfShape(), edits).config), program);
        return "<td>" + verdict.title + "</td><td class=\"words\">" +
               (verdict.loads == Loads::Yes  ? "yes"
                : verdict.loads == Loads::No ? "no"
                                             : "with a modelling file") +
               "</td>";
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

    void everyKindOfEditIsTold_data() {
        QTest::addColumn<int>("row");
        std::set<std::string> ops;
        const auto rows = told();
        for (std::size_t i = 0; i < rows.size(); ++i) {
            ops.insert(editKindOf(rows[i].edit).op);
            QTest::newRow(rows[i].part.c_str()) << static_cast<int>(i);
        }
        for (const EditKind& kind : editKinds()) QVERIFY2(ops.contains(kind.op), kind.op.c_str());
    }
    void everyKindOfEditIsTold() {
        QFETCH(int, row);
        const Told expected = told().at(static_cast<std::size_t>(row));
        const auto structure = structureOfShape();
        const auto html = runReport(ran(("edit" + std::to_string(row)).c_str(), {expected.edit}, *structure));
        QVERIFY2(says(html, cellsOf(expected)), html.c_str());
        QVERIFY(!says(html, "Nothing was removed"));
        for (const char* program : {"transformers5", "vllm"})
            QVERIFY2(says(html, verdictOn({expected.edit}, program)), verdictOn({expected.edit}, program).c_str());
    }

    void editsOfAllKindsAreOneTable() {
        Edits edits;
        const auto rows = told();
        for (const Told& one : rows)
            if (one.part != "block 1") edits.push_back(one.edit);  // which the factored linear is in
        edits.push_back(RemoveGroups{"layers.0.mlp", {5, 6}});     // of the same part
        const auto html = runReport(ran("all", edits, *structureOfShape()));
        Told both = rows.front();
        both.kept = std::to_string(kShape.intermediate - 5);
        QVERIFY2(says(html, cellsOf(both)), html.c_str());
        for (std::size_t i = 2; i < rows.size(); ++i) QVERIFY2(says(html, cellsOf(rows[i])), rows[i].part.c_str());
        QVERIFY(says(html, verdictOn(edits, "transformers5")));
    }

    /// Before there is a record: what the plan cut at once, as soon as something came behind the plan, and what training faded.
    void theLogTellsWhatWent() {
        const auto run = begin("logged");
        EventLog log(run / "events.jsonl");
        log.append(event::ModelOpened{"/m", "t", handmade::configOf(kShape), 0, 0});
        const auto structure = structureOfShape();
        log.append(event::StructureFound{structure});
        PruningPlan plan;
        plan.edits = {DropPart{1, BlockPart::Block}};
        log.append(event::PlanMade{std::make_shared<const PruningPlan>(plan)});
        QVERIFY(says(runReport(run), "Nothing was removed"));
        log.append(event::StageChanged{"reduce", {}});
        event::GroupsZero zero;
        const int id = structure->find("layers.0.mlp")->id;
        zero.groups = {{id, 0}, {id, 1}, {id, 2}};
        log.append(zero);
        const auto html = runReport(run);
        QVERIFY2(says(html, cellsOf(told()[0])) && says(html, cellsOf(told()[1])), html.c_str());
        QVERIFY(says(html, verdictOn({told()[0].edit, told()[1].edit}, "vllm")));
    }

    /// Logs of former programs, whose structures have no tensors, and records that tell groups alone.
    void olderRunsAreTold() {
        const Edits edits{told().front().edit};
        const auto whole = structureOfShape();
        const auto run = begin("older");
        Structure old = *whole;
        old.tensors.clear(), old.parts.clear(), old.linears.clear();
        EventLog log(run / "events.jsonl");
        log.append(event::ModelOpened{"/m", "t", handmade::configOf(kShape), 0, 0});
        log.append(event::StructureFound{std::make_shared<const Structure>(std::move(old))});
        PruningRecord record;
        record.version = 1;
        record.nodeGroups = keptGroups(*whole, groupsOf(*whole, edits));
        std::filesystem::create_directories(run / "model");
        writeFile(run / "model" / kRecordFile, recordText(record));
        const auto html = runReport(run);
        QVERIFY2(says(html, cellsOf(told().front())) && says(html, verdictOn(edits, "vllm")), html.c_str());
        record.edits = {DropPart{1, BlockPart::Block}};
        writeFile(run / "model" / kRecordFile, recordText(record));
        QVERIFY(says(runReport(run), "cannot be told from the log") && says(runReport(run), cellsOf(told()[1])));
    }

    void aRecordThatCannotBeReadIsSaid() {
        const auto run = ran("newer", {DropPart{1, BlockPart::Block}}, *structureOfShape());
        writeFile(run / "model" / kRecordFile, R"({"format": 99})");
        const auto html = runReport(run);
        QVERIFY2(says(html, "/format is 99") && says(html, "Nothing was removed"), html.c_str());
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
