// Every method of the table as whole runs of the engine: on configurations with grouped queries that are drawn by lot, on a mixture of experts, and on trained
// models. tst_methods has the same methods step by step, in memory; here are files, stages, exports, and what is refused.
#include "carried_out.h"
#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/run/run_folder.h"
#include "random_checkpoints.h"
#include "real_models.h"
#include "short_options.h"
#include "short_recipe.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

#include <algorithm>
#include <cmath>

namespace tst_every_method {

using namespace lorashear;
using namespace lorashear::testing;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

std::string weights(const fs::path& run) {
    return readFile(run / "model" / "model.safetensors");
}

/// Groups that a unit of sub-layers takes come in lumps: what one of them is at most, of all parameters.
double lump(const Structure& structure) {
    std::int64_t most = 0;
    for (const BlockParts& block : structure.parts)
        most = std::max({most, block.attention.parameters, block.mlp.parameters});
    return static_cast<double>(most) / static_cast<double>(structure.parameters);
}

bool isSentence(const Error& error) {
    return error.message().size() > 15 && error.message().find(' ') != std::string::npos && !error.subject().empty();
}

}  // namespace

class TestEveryMethod : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::vector<RealModel> m_models;  ///< random ones first

    fs::path place(const std::string& name) const { return fs::path(m_folder.path().toStdString()) / name; }
    const RealModel& modelNamed(const std::string& name) const {
        return *std::find_if(m_models.begin(), m_models.end(), [&](const RealModel& one) { return one.name == name; });
    }

    /// Method and export alone: what lies between has tests of its own.
    Recipe recipeFor(const std::string& method, const std::string& model, double ratio) const {
        Recipe recipe = shortRecipe();
        recipe.model.path = modelNamed(model).folder.string();
        recipe.training.sources.front().path = recipe.evaluation.texts.front().path = place("text.txt").string();
        recipe.recovery.enabled = recipe.analysis.enabled = false;
        recipe.recovery.phases.clear();
        recipe.training.window = recipe.evaluation.texts.front().window = 32;
        recipe.evaluation.texts.front().maxWindows = 2;
        recipe.evaluation.sampleTokens = 2;
        recipe.checkpointSteps = 100;
        for (auto& [unit, settings] : recipe.plan.units) settings.minimum = 1;
        recipe.plan.ratio = ratio;
        recipe.method.id = method;
        recipe.method.optionsJson = oddOptions(methodInfo(method));
        return recipe;
    }
    /// With the largest of some ratios that the method can come near to.
    Recipe possibleRecipe(const std::string& method, const std::string& model) const {
        for (const double ratio : {0.15, 0.1, 0.06}) {
            Recipe recipe = recipeFor(method, model, ratio);
            const Heard heard = carryOut(command::CheckRun{recipe});
            if (heard.end().outcome == Outcome::Completed) return recipe;
            if (heard.end().error->code() != ErrorCode::Impossible) throw *heard.end().error;
        }
        return recipeFor(method, model, 0.03);
    }
    Error refusal(const Recipe& recipe) const {
        const Heard heard = carryOut(command::StartRun{recipe, place("refused").string()});
        if (heard.end().outcome == Outcome::Failed) return *heard.end().error;
        return Error(ErrorCode::Internal, "", "was not refused");
    }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", place("cache").c_str());
        writeFile(place("text.txt"), readFile(validationText()).substr(0, 12000));
        for (std::uint64_t seed : {1, 2, 3}) {
            m_models.push_back({"grouped queries " + std::to_string(seed), place("model-" + std::to_string(seed))});
            writeRandomCheckpoint(m_models.back().folder, groupedQueryConfig(seed), seed);
        }
        m_models.push_back({"experts", place("experts")});
        writeRandomCheckpoint(m_models.back().folder, expertsConfig(), 4);
        const auto real = realModels();
        m_models.insert(m_models.end(), real.begin(), real.end());
    }

    /// Every method on a model with grouped queries, in turn, and on experts; some on trained ones.
    void runsToAnExport_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("number");
        const auto real = realModels();
        int number = 0;
        const auto addRow = [&](const MethodInfo& method, const std::string& model) {
            QTest::addRow("%s, %s", method.id.c_str(), model.c_str())
                << QString::fromStdString(method.id) << QString::fromStdString(model) << number++;
        };
        std::size_t turn = 0;
        for (const MethodInfo& method : methodTable()) {
            addRow(method, m_models[turn % 3].name);
            addRow(method, "experts");
            if (turn % 4 == 0) addRow(method, real[turn / 4 % real.size()].name);
            ++turn;
        }
    }
    void runsToAnExport() {
        QFETCH(QString, method);
        QFETCH(QString, model);
        QFETCH(int, number);
        const Recipe recipe = possibleRecipe(method.toStdString(), model.toStdString());
        const std::string straight = place("straight").string(), broken = place("broken").string();
        fs::remove_all(straight), fs::remove_all(broken);

        const Heard whole = carryOut(command::StartRun{recipe, straight});
        if (whole.end().error) qWarning("%s: %s", whole.end().error->subject().c_str(), whole.end().error->what());
        QCOMPARE(whole.end().outcome, Outcome::Completed);
        const json result = json::parse(whole.end().resultJson);
        const auto plan = whole.all<event::PlanMade>().back().plan;
        const auto structure = whole.all<event::StructureFound>().back().structure;

        // The request is met, by what was planned and by what lies on the disk.
        const double grain = methodInfo(method.toStdString()).plan && method == "block-drop" ? lump(*structure) / 2 : 0.01;
        QVERIFY2(std::abs(plan->expectedRatio - recipe.plan.ratio) <= grain,
                 qPrintable(QStringLiteral("%1 of %2").arg(plan->expectedRatio).arg(recipe.plan.ratio)));
        const double all = static_cast<double>(structure->parameters);
        const double left = result.at("parameters_after").get<double>();
        const double biases = method == "flap" || method == "slimllm" ? 0.02 * all : 0.5;  // that they add
        QVERIFY2(std::abs(left - (1 - plan->expectedRatio) * all) <= biases,
                 qPrintable(QStringLiteral("%1 of %2 parameters").arg(left).arg(all)));

        // Masked is cut (a run whose two models differ fails), on trained weights too.
        QVERIFY(result.at("max_logit_difference").get<double>() >= 0);

        // It was read back from the disk and says the same, and opens anew in its size.
        const auto certificates = whole.all<event::Certificate>();
        QVERIFY(!certificates.empty() && certificates.back().passed);
        const Heard opened = carryOut(command::OpenModel{(fs::path(straight) / "model").string()});
        QCOMPARE(opened.end().outcome, Outcome::Completed);
        QCOMPARE(static_cast<double>(opened.all<event::ModelOpened>().back().parameters), left);

        // Stopped at one of its steps it takes no other, and goes on to the same bytes.
        const auto steps = static_cast<int>(whole.all<event::Step>().size());
        QVERIFY(steps >= 1);
        const int stopAt = 1 + number % steps;
        const Heard begun = carryOut(command::StartRun{recipe, broken}, stopAt);
        QCOMPARE(begun.end().outcome, Outcome::Cancelled);
        QCOMPARE(static_cast<int>(begun.all<event::Step>().size()), stopAt);
        const Heard rest = carryOut(command::ResumeRun{broken});
        if (rest.end().error) qWarning("%s", rest.end().error->what());
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        QCOMPARE(static_cast<int>(rest.all<event::Step>().size()), steps);
        QVERIFY(weights(broken) == weights(straight));
    }

    /// More than there is: before a folder is made, with the most there is.
    void tooMuchIsRefused_data() {
        QTest::addColumn<QString>("method");
        for (const MethodInfo& method : methodTable()) QTest::newRow(method.id.c_str()) << QString::fromStdString(method.id);
    }
    void tooMuchIsRefused() {
        QFETCH(QString, method);
        for (const char* model : {"grouped queries 1", "experts"}) {
            const Error error = refusal(recipeFor(method.toStdString(), model, 0.97));
            QCOMPARE(error.code(), ErrorCode::Impossible);
            QCOMPARE(error.subject(), std::string("/plan/ratio"));
            QVERIFY2(error.message().find("97") != std::string::npos, error.message().c_str());
            QVERIFY2(error.hint().find("largest reachable ratio is") != std::string::npos, error.hint().c_str());
            QVERIFY(!fs::exists(place("refused")));
        }
    }

    /// What does not go together, before a folder is made.
    void combinationsThatAreRefused_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("change");  // of the plan
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("words");
        const auto row = [](const char* name, const char* method, const char* model, const char* options, const char* change,
                            ErrorCode code, const char* subject, const char* words) {
            QTest::newRow(name) << method << model << options << change << int(code) << subject << words;
        };
        for (const char* method : {"low-rank", "structured-ffn"}) {
            const std::string name = method;
            row((name + ", equal layers").c_str(), method, "grouped queries 1", "{}", "uniform", ErrorCode::Unsupported,
                "/plan/uniform", "no ordinary checkpoint");
            row((name + ", beside channels").c_str(), method, "grouped queries 1", "{}", "hidden", ErrorCode::BadRecipe,
                "/plan/units/hidden/take", "the whole budget on ranks");
        }
        row("two blocks of odd sizes", "structured-ffn", "grouped queries 1", R"({"blocks": 2})", "", ErrorCode::Impossible,
            "/plan/ratio", "no linear of the blocks");
        row("everything protected, ranks", "low-rank", "experts", "{}", "protect", ErrorCode::Impossible, "/plan/ratio",
            "no linear of the blocks");
        row("everything protected, sub-layers", "block-drop", "experts", "{}", "protect", ErrorCode::Impossible,
            "/plan/units/mlp_layers", "not protected");
        row("everything protected, groups", "magnitude", "experts", "{}", "protect", ErrorCode::Impossible, "/plan/ratio",
            "no node group can be pruned");
        row("less than a step", "block-drop", "grouped queries 1", "{}", "little", ErrorCode::Impossible, "/plan/ratio",
            "half of the smallest step");
        row("an order that is not known", "lhspg", "experts", R"({"order": "none"})", "", ErrorCode::BadRecipe,
            "/method/options/order", "allowed is again, dense");
    }
    void combinationsThatAreRefused() {
        QFETCH(QString, method);
        QFETCH(QString, model);
        QFETCH(QString, options);
        QFETCH(QString, change);
        QFETCH(int, code);
        QFETCH(QString, subject);
        QFETCH(QString, words);
        Recipe recipe = recipeFor(method.toStdString(), model.toStdString(), 0.06);
        json given = json::parse(recipe.method.optionsJson);
        given.update(json::parse(options.toStdString()));
        recipe.method.optionsJson = given.dump();
        recipe.plan.uniform = change == "uniform";
        if (change == "hidden") recipe.plan.units.at("hidden").take = true;
        if (change == "protect") recipe.plan.protect = {"*"};
        if (change == "little") recipe.plan.ratio = 1e-4;
        const Error error = refusal(recipe);
        QVERIFY2(error.code() == static_cast<ErrorCode>(code), error.what());
        QCOMPARE(QString::fromStdString(error.subject()), subject);
        QVERIFY2(QString::fromStdString(error.message()).contains(words), error.what());
        QVERIFY(isSentence(error));
        QVERIFY(!fs::exists(place("refused")));
    }
};

}  // namespace tst_every_method

QTEST_GUILESS_MAIN(tst_every_method::TestEveryMethod)
#include "tst_every_method.moc"
