// Models held against the original: WriteTexts, MeasureDivergence, and the windows that a run keeps for it.
#include "carried_out.h"
#include "core/eval/divergence.h"
#include "core/export/certificate.h"
#include "core/io/atomic_file.h"
#include "core/model/generate.h"
#include "core/run/kept_windows.h"
#include "core/run/run_folder.h"
#include "core/run/stages/opened_model.h"
#include "short_recipe.h"
#include "tests/support/caught.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <numeric>
#include <set>

namespace tst_comparing {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

class TestComparing : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    json m_result;

    std::string run() const { return m_folder.filePath(QStringLiteral("run")).toStdString(); }
    ComparedModel original() const { return {"original", shortRecipe().model.path}; }
    ComparedModel pruned() const { return {"pruned", run(), {}, true}; }
    ComparedModel recovered() const { return {"recovered", run() + "/model"}; }

    static std::string whole(const event::Written& written) {
        return std::accumulate(written.tokens.begin(), written.tokens.end(), written.begin);
    }

    /// A token of the run under another record of what it removed.
    Heard explainedFrom(const std::string& record) const {
        namespace fs = std::filesystem;
        const fs::path other = m_folder.filePath(QStringLiteral("recorded otherwise")).toStdString();
        if (!fs::exists(other)) fs::copy(run(), other, fs::copy_options::recursive);
        writeFile(other / "model" / "pruning.json", record);
        return carryOut(command::ExplainToken{original(), {"other", (other / "model").string()}, {1, 403, 407}});
    }
    Heard explainedBy(const std::function<void(json&)>& changed) const {
        json record = json::parse(readFile(run() + "/model/pruning.json"));
        changed(record);
        return explainedFrom(record.dump());
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8());
        const Heard heard = carryOut(command::StartRun{shortRecipe(), run()});
        QVERIFY2(heard.end().outcome == Outcome::Completed, heard.end().error ? heard.end().error->what() : "");
        m_result = json::parse(heard.end().resultJson);
    }

    void divergenceIsThatOfTheLogits() {
        const OpenedModel dense = openModel(original().path), other = openModel(recovered().path);
        std::vector<int> ids = dense.tokenizer->encode("Once upon a time there was a little dog");
        ids.insert(ids.begin(), dense.tokenizer->bosId());
        const Divergence found = divergence(*other.model, *dense.model, ids);
        QCOMPARE(found.kl.size(), ids.size() - 1);
        Sequence read;
        read.ids.assign(ids.begin(), ids.end() - 1);
        const LogitComparison mean = compareLogits(*other.model, *dense.model, {read}, Control{});
        const double sum = std::accumulate(found.kl.begin(), found.kl.end(), 0.0);
        QVERIFY(sum > 0);
        QVERIFY(std::abs(sum / double(found.kl.size()) - mean.kl) < 1e-6 * mean.kl);
        const auto tail = divergence(*other.model, *dense.model, ids, ids.size() - 2).kl;
        QCOMPARE(tail.size(), std::size_t{2});  // products of other shapes may round otherwise
        for (std::size_t i = 0; i < 2; ++i) QVERIFY(std::abs(tail[1 - i] - found.kl[found.kl.size() - 1 - i]) < 1e-5);
        for (const double nats : divergence(*dense.model, *dense.model, ids).kl) QCOMPARE(nats, 0.0);
        using lorashear::test::caught;
        QVERIFY(caught([&] { divergence(*dense.model, *dense.model, ids, 0); }));
        QVERIFY(caught([&] { divergence(*dense.model, *dense.model, ids, ids.size()); }));
    }

    void textsAreThoseThatGenerateWritesTokenByToken() {
        const std::string prompt = "Once upon a time";
        const Heard heard = carryOut(command::WriteTexts{original(), {original(), pruned(), recovered()}, prompt, 24});
        QVERIFY2(heard.end().outcome == Outcome::Completed, heard.end().error ? heard.end().error->what() : "");
        const auto texts = heard.all<event::Written>();
        QCOMPARE(texts.size(), std::size_t{3});
        for (const auto& [at, model] : {std::pair{0, original().path}, std::pair{2, recovered().path}}) {
            const Heard alone = carryOut(command::Generate{model, prompt, 24});
            QCOMPARE(whole(texts[std::size_t(at)]), alone.all<event::Sample>().front().text);
        }
        QVERIFY(texts[0].kl.empty());  // the original itself
        for (const std::size_t at : {1, 2}) {
            QCOMPARE(texts[at].kl.size(), texts[at].tokens.size());
            for (const double nats : texts[at].kl) QVERIFY(std::isfinite(nats) && nats >= 0);
            QVERIFY(std::accumulate(texts[at].kl.begin(), texts[at].kl.end(), 0.0) > 0);
        }
        QVERIFY(texts[1].kl != texts[2].kl);
        QCOMPARE(texts[0].begin.find(prompt) != std::string::npos, true);
    }

    void divergenceIsMeasuredOnTheRecipesText() {
        const Heard heard =
            carryOut(command::MeasureDivergence{shortRecipe(), original(), {pruned(), recovered(), original()}});
        QVERIFY2(heard.end().outcome == Outcome::Completed, heard.end().error ? heard.end().error->what() : "");
        const auto measured = heard.all<event::Measurement>();
        QCOMPARE(measured.size(), std::size_t{6});
        QCOMPARE(measured[0].model + measured[0].name, std::string("prunedkl"));
        QVERIFY(measured[0].value > 0 && measured[2].value > 0 && measured[0].value != measured[2].value);
        QVERIFY(measured[1].value > 0 && measured[1].value < 1);
        QCOMPARE(measured[4].value, 0.0);
        QCOMPARE(measured[5].value, 1.0);
        QVERIFY(measured[0].protocol.find(shortRecipe().evaluation.texts.front().name) == 0);
    }

    /// What is read is the column's own text, and what is put back are the groups of its run.
    void aTokenIsExplainedByTheGroupsOfItsRun() {
        const auto texts =
            carryOut(command::WriteTexts{original(), {pruned(), recovered()}, "Once", 12}).all<event::Written>();
        const OpenedModel dense = openModel(original().path);
        std::set<std::pair<std::string, int>> gone;
        const json record = json::parse(readFile(run() + "/model/pruning.json"));
        for (const json& group : record.at("node_groups")) {
            const std::set<int> kept(group.at("kept").begin(), group.at("kept").end());
            for (int i = 0; i < group.at("groups").get<int>(); ++i)
                if (!kept.contains(i)) gone.emplace(group.at("name").get<std::string>(), i);
        }
        for (const auto& [column, written] : {std::pair{pruned(), texts.at(0)}, std::pair{recovered(), texts.at(1)}}) {
            QCOMPARE(dense.tokenizer->decode(written.ids), whole(written));
            std::vector<int> before(written.ids.begin(), written.ids.end() - 3);
            const Heard heard = carryOut(command::ExplainToken{original(), column, before});
            QVERIFY2(heard.end().outcome == Outcome::Completed, heard.end().error ? heard.end().error->what() : "");
            const auto causes = heard.all<event::TokenCause>();
            QVERIFY(causes.size() > 2);
            QVERIFY(causes[0].masked == event::TokenCause::Masked::Nothing && causes[0].kl == 0);
            QVERIFY(causes[1].masked == event::TokenCause::Masked::All && causes[1].kl > 0);
            QVERIFY(causes[0].logProbability < 0 && causes[0].logProbability != causes[1].logProbability);
            std::set<std::pair<std::string, int>> back;
            for (const event::TokenCause& cause : causes)
                if (cause.masked == event::TokenCause::Masked::AllButPart && cause.round == 0)
                    for (const int group : cause.groups) QVERIFY(back.emplace(cause.nodeGroup, group).second);
            QVERIFY(back == gone);
            // as the original goes on where nothing is masked
            GenerateOptions one;
            one.maxTokens = 1;
            before.push_back(generate(*dense.model, before, one, {}, Control{}).front());
            QVERIFY(dense.tokenizer->decode(before).ends_with(causes[0].likeliest) && !causes[0].likeliest.empty());
        }
    }

    /// A run that has not come to its end yet is asked for its stages' results.
    void beforeTheEndTheStagesSayWhatWent() {
        namespace fs = std::filesystem;
        const fs::path other = m_folder.filePath(QStringLiteral("unfinished")).toStdString();
        fs::copy(run(), other, fs::copy_options::recursive);
        const auto ids = carryOut(command::WriteTexts{original(), {pruned()}, "Once", 4}).all<event::Written>().front().ids;
        const auto parts = [&] {
            const Heard heard = carryOut(command::ExplainToken{original(), {"pruned", other.string(), {}, true}, ids});
            std::vector<std::pair<std::string, double>> said;
            for (const auto& cause : heard.all<event::TokenCause>()) said.emplace_back(cause.nodeGroup, cause.kl);
            return said;
        };
        const auto finished = parts();
        QVERIFY(finished.size() > 2);
        fs::remove_all(other / "model");
        QVERIFY(parts() == finished);
    }

    /// What has no mask is named and left out; a run of which nothing is left, or that removed nothing, says why.
    void whatHasNoMaskIsSaid() {
        namespace fs = std::filesystem;
        const fs::path other = m_folder.filePath(QStringLiteral("unmasked")).toStdString();
        fs::copy(run(), other, fs::copy_options::recursive);
        const auto ids = carryOut(command::WriteTexts{original(), {pruned()}, "Once", 4}).all<event::Written>().front().ids;
        const auto explained = [&](const char* edits) {
            json record = json::parse(readFile(run() + "/model/pruning.json"));
            record["edits"] = json::parse(edits), record["node_groups"] = json::array();
            writeFile(other / "model" / "pruning.json", record.dump());
            return carryOut(command::ExplainToken{original(), {"other", (other / "model").string()}, ids});
        };
        const char *neurons = R"({"op": "remove", "node_group": "layers.1.mlp", "groups": [0, 4]})",
                   *channels = R"({"op": "remove", "node_group": "hidden", "groups": [3]})";
        const Heard some = explained((std::string("[") + neurons + "," + channels + "]").c_str());
        QCOMPARE(some.end().outcome, Outcome::Completed);
        QCOMPARE(some.all<event::TokenCause>().size(), std::size_t{2 + 1 + 2});
        QVERIFY(some.all<event::Note>().front().text.starts_with("1 of the run's edits have no mask"));
        const Heard none = explained((std::string("[") + channels + "]").c_str());
        QVERIFY(none.end().error && none.end().error->code() == ErrorCode::Unsupported);
        QVERIFY(none.end().error->message().find("cannot be masked") != std::string::npos);
        const Heard nothing = explained("[]");
        QVERIFY(nothing.end().error && nothing.end().error->code() == ErrorCode::Impossible);
    }

    /// What a run renumbered its tokens to are other words of the original: nothing is explained by them.
    void othersTokensAreNotReadAsTheOriginals() {
        const auto heard = explainedBy([](json& record) {
            record["edits"] = json::parse(R"([{"op": "remove", "node_group": "layers.1.mlp", "groups": [0, 4]},
                                              {"op": "vocabulary", "keep": [0, 1, 2, 3, 7]}])");
        });
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::Unsupported);
        QVERIFY(heard.end().error->message().find("other tokens than the original") != std::string::npos);
        QVERIFY(heard.all<event::TokenCause>().empty());
    }

    void aDamagedRecordIsNoDefect_data() {
        QTest::addColumn<QString>("text");
        QTest::newRow("no JSON") << "{\"edits\": [";
        QTest::newRow("a key twice") << R"({"edits": [], "edits": [], "node_groups": []})";
        QTest::newRow("no object") << "7";
        QTest::newRow("groups without names") << R"({"node_groups": [{"name": 7, "groups": 2, "kept": [0]}]})";
        QTest::newRow("groups that are no list") << R"({"node_groups": 7})";
        QTest::newRow("kept that are no numbers")
            << R"({"node_groups": [{"name": "layers.1.mlp", "groups": 172, "kept": ["a"]}]})";
        QTest::newRow("edits that are no list") << R"({"node_groups": [], "edits": {"op": 1}})";
    }
    void aDamagedRecordIsNoDefect() {
        QFETCH(QString, text);
        const auto heard = explainedFrom(text.toStdString());
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QVERIFY2(heard.end().error->code() == ErrorCode::BadInput, heard.end().error->what());
        QVERIFY2(heard.end().error->subject().find("pruning.json") != std::string::npos, heard.end().error->what());
    }

    void cancelsBetweenTwoModels() {
        const Heard heard =
            carryOutUntil(command::WriteTexts{original(), {original(), recovered()}, "Once", 8},
                          [](const RunEvent& event) { return std::holds_alternative<event::Written>(event); });
        QCOMPARE(heard.end().outcome, Outcome::Cancelled);
        QCOMPARE(heard.all<event::Written>().size(), std::size_t{1});
    }

    void aModelThatWasNotKeptIsNamed() {
        const Heard heard = carryOut(command::WriteTexts{
            original(), {{"pruned", m_folder.filePath(QStringLiteral("gone")).toStdString(), {}, true}}, "Once", 8});
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QVERIFY(heard.end().error->code() == ErrorCode::BadInput);
    }

    void oneModelThatIsGoneTakesNothingFromTheOthers() {
        const ComparedModel gone{"pruned", m_folder.filePath(QStringLiteral("gone")).toStdString(), {}, true};
        const Heard texts = carryOut(command::WriteTexts{original(), {gone, recovered()}, "Once", 4});
        const Heard figures = carryOut(command::MeasureDivergence{shortRecipe(), original(), {gone, recovered()}});
        for (const Heard& heard : {texts, figures}) {
            QCOMPARE(heard.end().outcome, Outcome::Completed);
            const auto notes = heard.all<event::Note>();
            QVERIFY(std::any_of(notes.begin(), notes.end(),
                                [](const event::Note& note) { return note.text.starts_with("pruned was left out: "); }));
        }
        QCOMPARE(texts.all<event::Written>().size(), std::size_t{1});
        QCOMPARE(figures.all<event::Measurement>().size(), std::size_t{2});
        QCOMPARE(figures.all<event::Measurement>().front().model, std::string("recovered"));
    }

    /// As much text is read as the windows lie in it, not as much as they hold.
    void windowsBehindSkippedOnesAreReached() {
        Recipe recipe = shortRecipe();
        recipe.evaluation.texts.front().maxWindows = 1, recipe.evaluation.texts.front().skipWindows = 30;
        const Heard heard = carryOut(command::MeasureDivergence{recipe, original(), {recovered()}});
        QVERIFY2(heard.end().outcome == Outcome::Completed, heard.end().error ? heard.end().error->what() : "");
        QVERIFY(heard.all<event::Measurement>().front().protocol.find("windows 31 to 31") != std::string::npos);
    }

    /// The tokens that a trimmed model writes are numbered by the result's tokenizer alone.
    void aTrimmedModelIsNotReadByTheOriginalsTokenizer() {
        Recipe recipe = shortRecipe();
        recipe.analysis.enabled = false;
        for (auto& [id, settings] : recipe.plan.units) settings.take = id == "vocabulary" || id == "mlp";
        recipe.plan.ratio = 0.2;
        const std::string trimmed = m_folder.filePath(QStringLiteral("trimmed")).toStdString();
        const Heard whole = carryOut(command::StartRun{recipe, trimmed});
        QVERIFY2(whole.end().outcome == Outcome::Completed, whole.end().error ? whole.end().error->what() : "");
        const command::WriteTexts write{original(), {{"pruned", trimmed, {}, true}}, "Once", 4};
        QCOMPARE(carryOut(write).end().outcome, Outcome::Completed);
        std::filesystem::remove_all(trimmed + "/model");  // as before the run's end
        const Heard heard = carryOut(write);
        QCOMPARE(heard.end().outcome, Outcome::Failed);
        QCOMPARE(heard.end().error->code(), ErrorCode::BadInput);
        QVERIFY(heard.end().error->message().find("vocabulary") != std::string::npos);
        QVERIFY(heard.all<event::Written>().empty());
    }

    /// What the window pairs from a run's folder is what the run itself said.
    void keptWindowsGiveTheRunsOwnIntervals() {
        const auto kept = keptWindows(run());
        for (const char* role : {"pruned", "recovered"})
            for (const auto& [text, said] : m_result.at("above_dense").at(role).items()) {
                const PairedDifference paired = pairedDifference(kept.at(role).at(text), kept.at("dense").at(text));
                QCOMPARE(kept.at(role).at(text).protocol,
                         m_result.at("texts").at(role).at(text).at("protocol").get<std::string>());
                QCOMPARE(paired.windows, said.at("windows").get<int>());
                QCOMPARE(paired.mean, said.at("nll").get<double>());
                QCOMPARE(paired.low, said.at("low").get<double>());
            }
        QVERIFY(!m_result.at("above_dense").at("recovered").empty());
        QVERIFY(keptWindows(m_folder.filePath(QStringLiteral("gone")).toStdString()).empty());
    }
};

}  // namespace tst_comparing

QTEST_GUILESS_MAIN(tst_comparing::TestComparing)
#include "tst_comparing.moc"
