// What a dry run says and what the run then says are one.
#include "carried_out.h"
#include "core/export/formats.h"
#include "core/io/atomic_file.h"
#include "short_recipe.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

namespace tst_dry_run {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

/// Short, and nothing but pruning.
Recipe pruningOnly(const std::string& method, const json& options, double ratio) {
    Recipe recipe = shortRecipe();
    recipe.analysis.enabled = recipe.recovery.enabled = false;
    recipe.recovery.phases.clear();
    recipe.evaluation.texts.front().maxWindows = 1;
    recipe.evaluation.sampleTokens = 0;
    recipe.checkpointSteps = 100;
    recipe.plan.ratio = ratio;
    for (auto& [unit, settings] : recipe.plan.units) settings.minimum = 1;
    recipe.method.id = method;
    json given = options;
    given["settle_steps"] = 1;
    recipe.method.optionsJson = given.dump();
    return recipe;
}

std::string notesOf(const Heard& dry) {
    return json::parse(dry.end().resultJson).at("notes").dump();
}

json fewSequences(json options) {
    options["calibration_sequences"] = 2;
    return options;
}

}  // namespace

class TestDryRun : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    int m_runs = 0;

    std::string fresh() { return (fs::path(m_folder.path().toStdString()) / std::to_string(++m_runs)).string(); }

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", (m_folder.path() + "/cache").toUtf8()); }

    void bothSayTheSame_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("protect");
        QTest::addColumn<double>("ratio");
        QTest::addColumn<bool>("refused");
        const auto row = [](const char* name, const char* method, const json& options, const char* protect, double ratio,
                            bool refused) {
            QTest::newRow(name) << method << QString::fromStdString(options.dump()) << protect << ratio << refused;
        };
        for (const char* method : {"llm-pruner", "flap", "wanda-sp", "slimllm", "magnitude", "random", "search"}) {
            json options = fewSequences({{"keep_first_blocks", 2}, {"keep_last_blocks", 1}});
            if (std::string(method) == "search")
                options.update({{"population", 2}, {"generations", 0}, {"evaluation_sequences", 1}});
            row((std::string(method) + ", enough between").c_str(), method, options, "", 0.25, false);
            row((std::string(method) + ", too little between").c_str(), method, options, "", 0.5, true);
        }
        row("all blocks kept", "magnitude", {{"keep_first_blocks", 5}}, "", 0.1, true);
        row("kept and protected", "magnitude", {{"keep_last_blocks", 2}}, "layers.0.*", 0.28, false);
        row("kept and protected, too much", "magnitude", {{"keep_last_blocks", 2}}, "layers.0.*", 0.42, true);
        row("protected alone, too much", "magnitude", json::object(), "layers.0.*,layers.1.*,layers.2.*,layers.3.*", 0.3,
            true);
        row("blocks", "block-drop", json::object(), "layers.0.*", 0.35, false);
        row("no block may go", "block-drop", json::object(), "layers.*", 0.2, true);
        row("too few blocks may go", "block-drop", json::object(), "layers.0.*,layers.1.*,layers.2.*", 0.6, true);
        row("attention alone cannot", "block-drop", {{"parts", "attention"}}, "", 0.5, true);
        row("ranks", "low-rank", {{"keep_first_blocks", 2}, {"keep_last_blocks", 1}}, "", 0.2, false);
        row("ranks of too few blocks", "low-rank", {{"keep_first_blocks", 2}, {"keep_last_blocks", 1}}, "", 0.5, true);
        row("ranks of no block", "low-rank", {{"keep_first_blocks", 5}}, "", 0.1, true);
        row("structured", "structured-ffn", {{"keep_first_blocks", 4}}, "", 0.3, true);
    }
    void bothSayTheSame() {
        QFETCH(QString, method);
        QFETCH(QString, options);
        QFETCH(QString, protect);
        QFETCH(double, ratio);
        QFETCH(bool, refused);
        Recipe recipe = pruningOnly(method.toStdString(), json::parse(options.toStdString()), ratio);
        for (const QString& pattern : protect.split(QLatin1Char(','), Qt::SkipEmptyParts))
            recipe.plan.protect.push_back(pattern.toStdString());
        const Heard dry = carryOut(command::CheckRun{recipe});
        if (refused) {
            QCOMPARE(dry.end().outcome, Outcome::Failed);
            const Error& error = *dry.end().error;
            QVERIFY2(error.code() == ErrorCode::Impossible || error.code() == ErrorCode::Unsupported, error.what());
            QVERIFY(!error.hint().empty());
            QVERIFY2(error.hint().find("\"take\"") == std::string::npos, error.hint().c_str());
            return;
        }
        if (dry.end().error) qWarning("%s", dry.end().error->what());
        QCOMPARE(dry.end().outcome, Outcome::Completed);
        const Heard run = carryOut(command::StartRun{recipe, fresh()});
        if (run.end().error) qWarning("%s", run.end().error->what());
        QCOMPARE(run.end().outcome, Outcome::Completed);
    }

    /// The ratio that the refusal names is one that the run then reaches.
    void theRatioThatIsNamedIsReached() {
        Recipe recipe = pruningOnly("magnitude", {{"keep_first_blocks", 2}, {"keep_last_blocks", 1}}, 0.6);
        const Heard dry = carryOut(command::CheckRun{recipe});
        QCOMPARE(dry.end().outcome, Outcome::Failed);
        QCOMPARE(dry.end().error->subject(), std::string("/method/options/keep_first_blocks"));
        const std::string hint = dry.end().error->hint(), words = "The largest reachable ratio is ";
        const auto at = hint.find(words);
        QVERIFY2(at != std::string::npos, hint.c_str());
        recipe.plan.ratio = std::stod(hint.substr(at + words.size())) / 100;
        const Heard run = carryOut(command::StartRun{recipe, fresh()});
        QCOMPARE(run.end().outcome, Outcome::Completed);
        const double reached = json::parse(run.end().resultJson).at("ratio");
        QVERIFY(std::abs(reached - recipe.plan.ratio) < 0.005);
    }

    /// Where it depends on what the analysis marks, the dry run says so, and what the marks forbid is refused before anything is trained.
    void whatMarksDecideIsSaid() {
        Recipe recipe = pruningOnly("block-drop", json::object(), 0.524);  // three blocks of five
        recipe.analysis.enabled = true;
        recipe.analysis.unprunableShare = 0.4;  // four node groups of ten: on two blocks, or on more
        const Heard dry = carryOut(command::CheckRun{recipe});
        QCOMPARE(dry.end().outcome, Outcome::Completed);
        const std::string notes = json::parse(dry.end().resultJson).at("notes").dump();
        QVERIFY2(notes.find("depends on which 4 node groups the analysis marks") != std::string::npos, notes.c_str());
        const Heard run = carryOut(command::StartRun{recipe, fresh()});
        if (run.end().outcome == Outcome::Failed) {
            QVERIFY2(run.end().error->message().find("with what the analysis protects") != std::string::npos,
                     run.end().error->what());
            QVERIFY(run.all<event::Step>().empty());
        }
        recipe.plan.ratio = 0.699;  // four blocks: whichever are marked, two stay
        const Heard refused = carryOut(command::CheckRun{recipe});
        QCOMPARE(refused.end().outcome, Outcome::Failed);
        QCOMPARE(refused.end().error->code(), ErrorCode::Impossible);
    }

    void blockwiseNeedsEveryBlockAndChannel_data() {
        QTest::addColumn<QString>("unit");
        QTest::addColumn<bool>("refused");
        QTest::newRow("neurons") << "mlp" << false;
        QTest::newRow("blocks") << "blocks" << true;
        QTest::newRow("channels") << "hidden" << true;
    }
    /// Refused before anything is opened and trained, also by the run itself, which leaves no folder.
    void blockwiseNeedsEveryBlockAndChannel() {
        QFETCH(QString, unit);
        QFETCH(bool, refused);
        Recipe recipe = shortRecipe();
        recipe.recovery.scheme = "blockwise";
        recipe.plan.ratio = 0.22;
        for (auto& [id, settings] : recipe.plan.units) settings.take = id == unit.toStdString();
        const Heard dry = carryOut(command::CheckRun{recipe});
        if (!refused) {
            if (dry.end().error) qWarning("%s", dry.end().error->what());
            QCOMPARE(dry.end().outcome, Outcome::Completed);
            return;
        }
        QCOMPARE(dry.end().outcome, Outcome::Failed);
        QCOMPARE(dry.end().error->subject(), std::string("/recovery/scheme"));
        QVERIFY2(dry.end().error->message().find("; left are ") != std::string::npos, dry.end().error->what());
        const std::string folder = fresh();
        const Heard run = carryOut(command::StartRun{recipe, folder});
        QCOMPARE(run.end().outcome, Outcome::Failed);
        QCOMPARE(run.end().error->subject(), std::string("/recovery/scheme"));
        QVERIFY(run.all<event::StageChanged>().empty() && !fs::exists(folder));
        recipe.recovery.enabled = false;
        QCOMPARE(carryOut(command::CheckRun{recipe}).end().outcome, Outcome::Completed);
    }

    /// Whether what is measured decides it is said, and not refused.
    void sharesThatAreMeasuredAreNotRefused() {
        Recipe recipe = shortRecipe();
        recipe.recovery.scheme = "blockwise";
        recipe.plan.shares = kMeasuredShares;
        for (auto& [id, settings] : recipe.plan.units) settings.take = id == "mlp" || id == "blocks";
        const Heard dry = carryOut(command::CheckRun{recipe});
        if (dry.end().error) qWarning("%s", dry.end().error->what());
        QCOMPARE(dry.end().outcome, Outcome::Completed);
        QVERIFY2(notesOf(dry).find("depends on the shares that are measured") != std::string::npos, notesOf(dry).c_str());
    }

    /// What the dry run says of an export, the run says before it begins and, where it did not write it, in its result.
    void exportsThatCannotBeAreForeseen() {
        Recipe recipe = pruningOnly("magnitude", json::object(), 0.2);
        recipe.exports = {{"huggingface", "source"}, {"padded", "source"}, {"zeroed", "source"}};
        const std::string notes = notesOf(carryOut(command::CheckRun{recipe}));
        QVERIFY2(notes.find("cannot be written as huggingface: stock transformers does not open it") != std::string::npos &&
                     notes.find("export as padded") != std::string::npos,
                 notes.c_str());
        QVERIFY2(
            notes.find("written as padded") == std::string::npos && notes.find("written as zeroed") == std::string::npos,
            notes.c_str());
        const Heard run = carryOut(command::StartRun{recipe, fresh()});
        QCOMPARE(run.end().outcome, Outcome::Completed);
        const auto said = run.all<event::Note>();
        QVERIFY(std::any_of(said.begin(), said.end(), [](const event::Note& note) {
            return note.level == "warning" && note.text.find("cannot be written as huggingface") != std::string::npos;
        }));
        const std::string warnings = json::parse(run.end().resultJson).at("warnings").dump();
        QVERIFY2(warnings.find("not exported as huggingface: stock transformers does not open it") != std::string::npos &&
                     warnings.find("export as padded") != std::string::npos &&
                     warnings.find("as zeroed") == std::string::npos,
                 warnings.c_str());
    }

    void exportsOfEveryPlanAreForeseen_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("unit");
        QTest::addColumn<bool>("uniform");
        QTest::addColumn<QString>("refused");  // all others of the table are not
        QTest::newRow("neurons, equally many") << "magnitude"
                                               << "mlp" << true << "";
        QTest::newRow("neurons") << "magnitude"
                                 << "mlp" << false << "huggingface";
        QTest::newRow("channels") << "magnitude"
                                  << "hidden" << false << "huggingface,padded,merged";  // 8 heads do not divide 51
        QTest::newRow("tokens") << "magnitude"
                                << "vocabulary" << false << "zeroed";
        QTest::newRow("factors") << "low-rank"
                                 << "" << false << "huggingface,padded,zeroed,gguf";
    }
    void exportsOfEveryPlanAreForeseen() {
        QFETCH(QString, method);
        QFETCH(QString, unit);
        QFETCH(bool, uniform);
        QFETCH(QString, refused);
        Recipe recipe = pruningOnly(method.toStdString(), json::object(), unit == QLatin1String("vocabulary") ? 0.05 : 0.2);
        if (!unit.isEmpty())
            for (auto& [id, settings] : recipe.plan.units) settings.take = id == unit.toStdString();
        recipe.plan.uniform = uniform;
        for (const std::string& format : exportFormatIds()) recipe.exports.push_back({format, "source"});
        const Heard dry = carryOut(command::CheckRun{recipe});
        if (dry.end().error) qWarning("%s", dry.end().error->what());
        QCOMPARE(dry.end().outcome, Outcome::Completed);
        const std::string notes = notesOf(dry);
        for (const std::string& format : exportFormatIds()) {
            const bool expected = refused.split(QLatin1Char(',')).contains(QString::fromStdString(format));
            QVERIFY2((notes.find("written as " + format + ":") != std::string::npos) == expected,
                     (format + ": " + notes).c_str());
        }
    }

    /// Of the recipes that ship, on the model that ships.
    void bundledRecipesAskForWhatTheyCanGet() {
        const fs::path folder = fs::path(LORASHEAR_SOURCE_DIR) / "resources" / "recipes";
        for (const char* name : {"first.json", "quick.json", "strong.json"}) {
            const Heard dry = carryOut(command::CheckRun{loadRecipe(folder / name)});
            if (dry.end().error) qWarning("%s: %s", name, dry.end().error->what());
            QCOMPARE(dry.end().outcome, Outcome::Completed);
            QVERIFY2(notesOf(dry).find("exports: ") == std::string::npos, notesOf(dry).c_str());
        }
    }

    void windowsThatAreCutAreSaid() {
        Recipe recipe = pruningOnly("magnitude", json::object(), 0.2);
        recipe.evaluation.texts.front().window = 5000;
        const std::string words = "the windows of 5000 tokens are cut to the 512 of the model's context";
        const std::string notes = notesOf(carryOut(command::CheckRun{recipe}));
        QVERIFY2(notes.find(words) != std::string::npos, notes.c_str());
        const Heard run = carryOut(command::StartRun{recipe, fresh()});
        QCOMPARE(run.end().outcome, Outcome::Completed);
        const auto said = run.all<event::Note>();
        QCOMPARE(std::count_if(said.begin(), said.end(),
                               [&](const event::Note& note) { return note.text.find(words) != std::string::npos; }),
                 std::ptrdiff_t{1});
        const std::string warnings = json::parse(run.end().resultJson).at("warnings").dump();
        QVERIFY2(warnings.find(words) != std::string::npos, warnings.c_str());
    }

    /// One of the blocks that the method prunes is protected by the recipe, whichever block is left out: no mark has to do with it.
    void whatMarksDoNotDecideIsNotLaidOnThem() {
        Recipe recipe = pruningOnly("magnitude", {{"keep_first_blocks", 2}, {"keep_last_blocks", 1}}, 0.22);
        recipe.analysis.enabled = true;
        recipe.analysis.unprunableShare = 0.1;  // one node group
        for (auto& [id, settings] : recipe.plan.units) settings.take = id == "blocks" || id == "mlp";
        recipe.plan.units.at("blocks").share = 0.8;  // one block of five
        recipe.plan.protect = {"layers.2.mlp", "layers.3.mlp"};
        const Heard run = carryOut(command::StartRun{recipe, fresh()});
        QCOMPARE(run.end().outcome, Outcome::Failed);
        const Error& error = *run.end().error;
        QVERIFY2(error.code() == ErrorCode::Impossible && error.subject() == "/method/options/keep_first_blocks",
                 error.what());
        QVERIFY(!run.all<event::StageChanged>().empty());  // not before the analysis
        QVERIFY2(error.message().find("with what the analysis protects") == std::string::npos, error.what());
        QVERIFY(error.hint().find("The analysis is kept") != std::string::npos);
    }
};

}  // namespace tst_dry_run

QTEST_GUILESS_MAIN(tst_dry_run::TestDryRun)
#include "tst_dry_run.moc"
