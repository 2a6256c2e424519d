// What a run leaves: how much of the original is left, pruning.json, certificates that fail, disks that fill up, warnings.
#include "carried_out.h"
#include "core/base/hash.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/kernels/product.h"
#include "core/model/checkpoint_config.h"
#include "core/recover/scheme_table.h"
#include "core/run/run_folder.h"
#include "core/run/stages/certificate_event.h"
#include "core/run/stages/measure.h"
#include "short_recipe.h"
#include "tests/support/caught.h"
#include "tests/support/file_size_limit.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

namespace tst_run_result {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

bool near(const json& a, double b) {
    return a.is_number() && std::abs(a.get<double>() - b) <= 1e-12 * std::abs(b);
}

const json& cost(const json& rows, const std::string& name) {
    for (const json& row : rows)
        if (row.at("name") == name) return row.at("value");
    static const json kNone;
    return kNone;
}

std::string weights(const fs::path& run) {
    return readFile(run / "model" / "model.safetensors");
}

int entries(const fs::path& folder) {
    return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

class TestRunResult : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    Heard m_whole;
    json m_result;

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }

    /// The small recipe with four questions, each pair of them right once whatever a model thinks, and measured speed.
    Recipe recipe() const {
        Recipe recipe = smallRecipe();
        recipe.evaluation.tasks = place("tasks").string();
        recipe.evaluation.speed = true;
        return recipe;
    }

    event::Finished exported(const std::string& format, const fs::path& destination,
                             std::vector<event::Certificate>& certificates) const {
        const Heard heard = carryOut(command::ExportModel{place("copy").string(), destination.string(), format, "source"});
        certificates = heard.all<event::Certificate>();
        return heard.end();
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", place("cache").c_str());
        fs::create_directories(place("tasks"));
        std::string questions;
        for (const char* goal : {"Play with a ball", "Go to the park"})
            for (const int answer : {0, 1})
                questions +=
                    json{{"goal", goal}, {"sol1", "She was happy."}, {"sol2", "Blue of the."}, {"label", answer}}.dump() +
                    "\n";
        writeFile(place("tasks") / "piqa.jsonl", questions);
        m_whole = carryOut(command::StartRun{recipe(), place("whole").string()});
        if (m_whole.end().error) qWarning("%s", m_whole.end().error->what());
        QCOMPARE(m_whole.end().outcome, Outcome::Completed);
        m_result = json::parse(m_whole.end().resultJson);
    }

    void theResultSaysWhatIsLeft() {
        const auto text = recipe().evaluation.texts.front().name;
        const json& kept = m_result.at("retention");
        for (const char* model : {"pruned", "recovered"}) {
            const double dense = m_result.at("texts").at("dense").at(text).at("perplexity"),
                         now = m_result.at("texts").at(model).at(text).at("perplexity");
            QVERIFY2(near(kept.at(model).at("perplexity").at(text), dense / now), model);
        }
        const json& last = kept.at("recovered");
        QVERIFY(m_result.at("tasks").at("recovered").at("piqa").at("acc") == 0.5);
        QVERIFY(last.at("tasks").at("piqa").at("acc") == 1.0 && last.at("task_mean").at("acc") == 1.0);
        const json& costs = m_result.at("costs");
        for (const char* name :
             {"parameters", "weight_bytes", "flops_per_token", "kv_cache_bytes_per_token", "prefill_speed", "decode_speed"})
            QVERIFY2(near(last.at("costs").at(name),
                          cost(costs.at("recovered"), name).get<double>() / cost(costs.at("dense"), name).get<double>()),
                     name);
        QVERIFY(near(last.at("costs").at("parameters"), 1 - m_result.at("ratio").get<double>()));
    }

    // Window by window against the original: the mean is the logarithm of the perplexities' ratio, and lies in its interval.
    void pairedIntervalsStandInTheResult() {
        const auto text = recipe().evaluation.texts.front().name;
        for (const char* model : {"pruned", "recovered"}) {
            const json& above = m_result.at("above_dense").at(model).at(text);
            const double dense = m_result.at("texts").at("dense").at(text).at("perplexity"),
                         now = m_result.at("texts").at(model).at(text).at("perplexity");
            QVERIFY2(std::abs(above.at("nll").get<double>() - std::log(now / dense)) < 1e-9, model);
            QVERIFY(above.at("low") < above.at("nll") && above.at("nll") < above.at("high"));
            QVERIFY(above.at("windows") == 4);
            QVERIFY(!m_result.at("texts").at(model).at(text).contains("windows"));
        }
        QVERIFY(m_result.at("preset") == "none" && m_result.at("seven_task_mean").at("dense").is_null());
    }

    // A second run under the same conditions tells what the first one kept (changed here, to see it); another cut of the text is measured.
    void theOriginalIsMeasuredOnce() {
        const auto text = recipe().evaluation.texts.front().name;
        const auto denseOf = [&](const Recipe& asked, const char* run) {
            for (const auto& measured : carryOut(command::StartRun{asked, place(run).string()}, 1).all<event::Perplexity>())
                if (measured.model == "dense") return measured.perplexity;
            return 0.0;
        };
        const fs::path kept = place("cache") / "lorashear" / "dense";
        QVERIFY(entries(kept) >= 1);
        std::vector<std::pair<fs::path, std::string>> before;
        for (const auto& file : fs::directory_iterator(kept)) {
            before.emplace_back(file.path(), readFile(file.path()));
            json stored = json::parse(before.back().second);
            stored.at("perplexity").at(text)["perplexity"] = 1.5;
            writeFile(file.path(), stored.dump());
        }
        const double again = denseOf(recipe(), "again");
        Recipe other = recipe();
        other.evaluation.texts.front().maxWindows = 3;
        const double cut = denseOf(other, "cut otherwise");
        for (const auto& [file, content] : before) writeFile(file, "{");  // damaged: measured anew
        const double anew = denseOf(recipe(), "anew");
        for (const auto& [file, content] : before) writeFile(file, content);
        QCOMPARE(again, 1.5);
        QVERIFY(cut > 2 && cut != 1.5);
        QVERIFY(near(m_result.at("texts").at("dense").at(text).at("perplexity"), anew));
    }

    // No file holds a router: what merging cost stands in the result, also of a run that was broken off.
    void aRoutedRecoverySaysWhatMergingCost() {
        Recipe routed = shortRecipe();
        routed.recovery.scheme = "loramoe";
        routed.recovery.optionsJson =
            schemeInfo("loramoe").options.complete(R"({"experts": 2, "world_experts": 1, "keep": "last"})", "");
        const Heard whole = carryOut(command::StartRun{routed, place("routed").string()});
        QCOMPARE(whole.end().outcome, Outcome::Completed);
        const json merged = json::parse(whole.end().resultJson).at("merged");
        QCOMPARE(merged.size(), std::size_t{1});
        QVERIFY(merged[0].at("kept") == true && merged[0].at("source") == routed.training.sources.front().name);
        QVERIFY(merged[0].at("routed") > 1.0 && merged[0].at("merged") > 1.0);
        bool said = false;
        for (const auto& note : whole.all<event::Note>()) said = said || note.text.find(" routed, ") != std::string::npos;
        QVERIFY(said);
    }

    /// Whoever has only the exported folder knows what was asked, of what, what went, and what came of it.
    void pruningJsonTellsItAll() {
        const json record = json::parse(readFile(place("whole") / "model" / "pruning.json"));
        const Recipe asked = RunFolder::open(place("whole")).recipe();
        QVERIFY(record.at("source").at("name") == "stories260K");
        QVERIFY(record.at("source").at("weights_sha256") == Checkpoint::open(asked.model.path).weightsHash());
        QVERIFY(record.at("recipe_sha256") == sha256(readFile(place("whole") / "recipe.json")));
        json expected = json::parse(readFile(place("whole") / "recipe.json"));
        QVERIFY(record.at("recipe").at("plan") == expected.at("plan") &&
                record.at("recipe").at("method") == expected.at("method"));
        QVERIFY(record.at("recipe").at("model").at("path") == "stories260K");
        QVERIFY(record.at("recipe").dump().find(m_folder.path().toStdString()) == std::string::npos);
        const fs::path valid = asked.evaluation.texts.front().path;
        QVERIFY(record.at("data_sha256").at(valid.filename().string()) == sha256OfFile(valid));
        QVERIFY(record.contains("certificate"));
        const json& measured = record.at("measured");
        for (const char* key : {"perplexity", "texts", "tasks", "costs", "retention", "groups_removed", "parameters_before",
                                "parameters_after", "ratio", "max_logit_difference"}) {
            QVERIFY2(measured.contains(key), key);
            QVERIFY2(measured.at(key) == m_result.at(key), key);
        }
        QVERIFY(measured.at("tasks").at("dense").at("piqa").at("n") == 4 && !measured.contains("samples"));
    }

    void pruningJsonTellsTheKeptGroups() {
        const json record = json::parse(readFile(place("whole") / "model" / "pruning.json"));
        const auto structure = m_whole.all<event::StructureFound>().front().structure;
        std::set<GroupRef> gone;
        for (const auto& event : m_whole.all<event::GroupsZero>()) gone.insert(event.groups.begin(), event.groups.end());
        QVERIFY(!gone.empty());
        const auto model = Checkpoint::open(place("whole") / "model");
        std::size_t told = 0;
        for (const json& entry : record.at("node_groups")) {
            const NodeGroup* group = structure->find(entry.at("name"));
            QVERIFY(group != nullptr && entry.at("groups") == group->count);
            std::vector<int> stays;
            for (int j = 0; j < group->count; ++j)
                if (!gone.count({group->id, j})) stays.push_back(j);
            QVERIFY(entry.at("kept").get<std::vector<int>>() == stays);
            told += static_cast<std::size_t>(group->count) - stays.size();
            for (const json& slice : entry.at("rows")) {
                const auto& tensor = model.tensors().at(slice.at("tensor"));
                QCOMPARE(tensor.shape.at(slice.at("dim").get<std::size_t>()),
                         static_cast<std::int64_t>(stays.size()) * slice.at("length").get<std::int64_t>());
            }
        }
        QCOMPARE(told, gone.size());
    }

    /// The window hears of a certificate that failed, and nothing stays that could be taken for an export.
    void aFailedCertificateIsSaid() {
        fs::copy(place("whole"), place("copy"), fs::copy_options::recursive);
        fs::create_directories(place("exports"));
        std::vector<event::Certificate> heard;
        QCOMPARE(exported("zeroed", place("exports") / "good", heard).outcome, Outcome::Completed);
        QVERIFY(heard.size() == 1 && heard.front().passed && heard.front().path == (place("exports") / "good").string());
        // A record whose columns are those of other neurons than its rows: what is spread out by it is another model.
        const auto file = place("copy") / "model" / "pruning.json";
        json record = json::parse(readFile(file));
        record.erase("original");  // as older records: placed by their groups, not by their edits
        for (json& entry : record.at("node_groups")) {
            if (entry.at("kind") != "mlp") continue;
            json other = entry;
            entry["columns"] = json::array(), other["rows"] = json::array();
            for (std::size_t i = 0; i < other.at("kept").size(); ++i) other["kept"][i] = i;
            record["node_groups"].push_back(other);
            break;
        }
        writeFile(file, record.dump());
        const auto end = exported("zeroed", place("exports") / "bad", heard);
        QCOMPARE(end.outcome, Outcome::Failed);
        QCOMPARE(end.error->code(), ErrorCode::Verification);
        QCOMPARE(heard.size(), std::size_t{1});
        QVERIFY(!heard.front().passed && heard.front().maxLogitDifference > 0 &&
                heard.front().path == (place("exports") / "bad").string());
        QCOMPARE(entries(place("exports")), 1);
        QVERIFY(fs::exists(place("exports") / "good" / "model.safetensors"));
    }

    /// Weights that no reader takes are refused before anything is written, so nothing is certified.
    void whatIsNotFiniteIsNotWritten() {
        auto tensors = loadModel(Checkpoint::open(smallRecipe().model.path))->tensors();
        tensors["model.norm.weight"] = tensors.at("model.norm.weight") / 0;
        const auto broken = buildModel(configOf(Checkpoint::open(smallRecipe().model.path)), tensors);
        std::vector<event::Certificate> heard;
        const EventSink sink = [&](const RunEvent& event) { heard.push_back(std::get<event::Certificate>(event)); };
        Reporter report(sink);
        const PruningRecord record;
        const auto to = place("unreadable");
        const auto error = test::caught([&] {
            writeExport("lorashear", {*broken, smallRecipe().model.path, record}, to, {}, {},
                        certificateEvent(report, to.string(), "the model in memory"));
        });
        QVERIFY2(test::says(error, ErrorCode::Numeric, "model.norm.weight"), error ? error->what() : "nothing was refused");
        QVERIFY(heard.empty());
        QVERIFY(!fs::exists(to));
    }

    /// Quantised blocks are F32 once read: counted is what the file holds, and a smaller model at the same bytes for every weight.
    void bytesAreThoseOfTheFile() {
        const fs::path source = smallRecipe().model.path, file = place("small.gguf");
        const PruningRecord record;
        writeExport("gguf", {*loadModel(Checkpoint::open(source)), source, record, "Q8_0"}, file, {}, {});
        const OpenedModel opened = openModel(file);
        std::vector<event::Measurement> heard;
        const EventSink sink = [&](const RunEvent& event) { heard.push_back(std::get<event::Measurement>(event)); };
        Reporter report(sink);
        const Recipe recipe = smallRecipe();
        const Control control;
        const MeasureContext context{recipe, opened, report, control};
        const auto bytes = [&](const CausalLM& model) {
            return cost(toJson(measureSizes(context, model, "dense")), "weight_bytes").get<std::uint64_t>();
        };
        const auto whole = opened.checkpoint.weightBytes();
        QVERIFY(whole < 260032 * 3);
        QCOMPARE(bytes(*opened.model), whole);
        QVERIFY(std::any_of(heard.begin(), heard.end(), [](const auto& m) {
            return m.name == "weight_bytes" && m.protocol.find("original's files") != std::string::npos;
        }));
        auto config = opened.config;
        config.layers.front().intermediate /= 2;
        std::uint64_t gone = 0;
        for (const char* name : {"gate", "up", "down"})
            gone +=
                opened.checkpoint.tensors().at(std::string("model.layers.0.mlp.") + name + "_proj.weight").storedBytes() / 2;
        QCOMPARE(bytes(*randomModel(config, 1)), whole - gone);
    }

    void aFullDiskLosesNothing_data() {
        QTest::addColumn<int>("bytes");
        QTest::newRow("the event log") << 20'000;
        QTest::newRow("the model") << 600'000;
    }
    /// A run that cannot write goes on later from what it has, to the same bytes.
    void aFullDiskLosesNothing() {
        QFETCH(int, bytes);
        const std::string folder = place("full-" + std::to_string(bytes)).string();
        {
            const test::FileSizeLimit full(static_cast<std::uint64_t>(bytes));
            const Heard heard = carryOut(command::StartRun{recipe(), folder});
            QCOMPARE(heard.end().outcome, Outcome::Failed);
            QCOMPARE(heard.end().error->code(), ErrorCode::Io);
            QVERIFY2(heard.end().error->subject().find(folder) != std::string::npos && !heard.end().error->hint().empty(),
                     heard.end().error->what());
            QCOMPARE(heard.all<event::Finished>().size(), std::size_t{1});
        }
        const Heard rest = carryOut(command::ResumeRun{folder});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QVERIFY(weights(folder) == weights(place("whole")));
    }

    void mixedIsWarnedOfWhereItDoesNotPay_data() {
        QTest::addColumn<QString>("compute");
        QTest::addColumn<bool>("warned");
        QTest::newRow("fp32") << "fp32" << false;
        QTest::newRow("mixed") << "mixed" << !ops::mixedPays();
    }
    void mixedIsWarnedOfWhereItDoesNotPay() {
        QFETCH(QString, compute);
        QFETCH(bool, warned);
        Recipe recipe = smallRecipe();
        recipe.compute = compute.toStdString();
        const Heard heard = carryOut(command::StartRun{recipe, place("compute-" + recipe.compute).string()}, 1);
        int warnings = 0;
        for (const auto& note : heard.all<event::Note>())
            warnings += note.level == "warning" && note.text.find("\"mixed\"") != std::string::npos;
        QCOMPARE(warnings, warned ? 1 : 0);
    }

    /// Story models begin the next story with BOS: the sample of a run ends there, as in `lorashear generate`.
    void samplesEndWhereTheTextDoes() {
        Recipe recipe = smallRecipe();
        recipe.evaluation.sampleTokens = 400;
        const Heard whole = carryOut(command::StartRun{recipe, place("sample").string()}, 1);
        const Heard alone = carryOut(command::Generate{recipe.model.path, recipe.evaluation.prompt, 400});
        QVERIFY(json::parse(alone.end().resultJson).at("tokens").get<int>() < 400);
        QCOMPARE(whole.all<event::Sample>().front().text, alone.all<event::Sample>().front().text);
    }
};

}  // namespace tst_run_result

QTEST_GUILESS_MAIN(tst_run_result::TestRunResult)
#include "tst_run_result.moc"
