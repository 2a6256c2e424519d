// What a run may see and what it may rely on: which texts train and which judge, which model a cached analysis and a half-finished run
// belong to, and what is refused before anything starts.

#include "carried_out.h"
#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/model/lora.h"
#include "core/recover/recovery.h"
#include "core/recover/training_text.h"
#include "core/run/run_folder.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/stage_results.h"
#include "core/run/stages/training_data.h"
#include "core/text/tokenizer.h"
#include "core/trace/tracer.h"
#include "numbered_words.h"
#include "small_recipe.h"
#include "tests/support/temp_folder.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <QtTest>

#include <algorithm>
#include <cmath>
#include <set>

namespace tst_run_data {

using namespace lorashear;
using namespace lorashear::testing;
using lorashear::test::TempFolder;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

const fs::path kModel = LORASHEAR_SOURCE_DIR "/resources/models/stories260K";
const std::string kAlpaca = LORASHEAR_SOURCE_DIR "/resources/data/alpaca_seed_tasks.json";

fs::path copyOfModel(const TempFolder& folder) {
    fs::copy(kModel, folder.path() / "model");
    for (const auto& entry : fs::directory_iterator(folder.path() / "model"))
        fs::permissions(entry.path(), fs::perms::owner_all);
    return folder.path() / "model";
}

void editConfig(const fs::path& model, const std::string& key, const json& value) {
    json config = json::parse(readFile(model / "config.json"));
    config[key] = value;
    writeFile(model / "config.json", config.dump());
}

/// A PEFT folder whose adapter changes the model.
void writeSomeAdapter(const fs::path& folder, std::uint64_t seed) {
    const auto model = loadModel(Checkpoint::open(kModel));
    attachLora(*model, {}, seed);
    at::NoGradGuard guard;
    at::manual_seed(seed);
    for (auto* linear : model->linears()) linear->b.normal_(0, 0.05);
    const auto base = loadModel(Checkpoint::open(kModel));
    writeAdapter(adapterOf(*model), folder, {"stories260K", "a test"}, *base);
}

Recipe analysisOf(const fs::path& model) {
    Recipe recipe = smallRecipe();
    recipe.model.path = model.string();
    recipe.analysis.text.path = LORASHEAR_SOURCE_DIR "/resources/data/valid.txt";
    return recipe;
}

double baselineOf(const Recipe& recipe) {
    const Heard heard = carryOut(command::AnalyseKnowledge{recipe});
    if (heard.end().outcome != Outcome::Completed) throw *heard.end().error;
    return json::parse(heard.end().resultJson).at("baseline_nll").get<double>();
}

/// Paragraphs of 25 words that occur once.
std::string numberedText(int words) {
    std::string text;
    for (int i = 0; i < words; i += 25) text += numberedWords(i, std::min(25, words - i)) + "\n\n";
    return text;
}

bool share(const std::set<std::string>& a, const std::set<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const std::string& number) { return b.contains(number); });
}

/// Trains and recovers on one file.
Recipe onOneFile(const fs::path& file) {
    Recipe recipe = smallRecipe();
    recipe.training.shortestDocument = 0;
    recipe.recovery.validationSequences = 8;
    recipe.training.sources = {{"a", file.string(), SourceFormat::Auto}};
    recipe.recovery.phases.front().sources = {{"a", file.string(), SourceFormat::Auto}};
    return recipe;
}

}  // namespace

class TestRunData : public QObject {
    Q_OBJECT

    TempFolder m_cache;
    std::unique_ptr<Tokenizer> m_tokenizer = Tokenizer::open(kModel);

    std::set<std::string> validationOf(const Recipe& recipe) const {
        std::set<std::string> all;
        for (const auto& phase : recoveryPhases(*m_tokenizer, recipe))
            for (const auto& source : phase.sources) all.merge(numbersIn(*m_tokenizer, source.validation));
        return all;
    }
    std::set<std::string> recoveredOn(const Recipe& recipe) const {
        std::set<std::string> all;
        for (const auto& phase : recoveryPhases(*m_tokenizer, recipe))
            for (const auto& source : phase.sources) all.merge(numbersIn(*m_tokenizer, source.training));
        return all;
    }

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_cache.path().c_str()); }

    void anotherConfigOrAdapterIsAnotherAnalysis() {
        const TempFolder folder;
        const fs::path model = copyOfModel(folder);
        writeSomeAdapter(folder.path() / "one", 1);
        writeSomeAdapter(folder.path() / "two", 2);
        Recipe recipe = analysisOf(model);
        const double plain = baselineOf(recipe);
        recipe.model.adapter = (folder.path() / "one").string();
        const double one = baselineOf(recipe);
        recipe.model.adapter = (folder.path() / "two").string();
        const double two = baselineOf(recipe);
        QVERIFY(plain != one && plain != two && one != two);
        recipe.model.adapter.clear();
        editConfig(model, "rope_theta", 500.0);
        const double turned = baselineOf(recipe);
        QVERIFY(turned != plain);
        editConfig(model, "rms_norm_eps", 0.3);
        QVERIFY(baselineOf(recipe) != turned);
    }

    void aCachedAnalysisAnswersWithoutMeasuring() {
        const Recipe recipe = analysisOf(kModel);
        baselineOf(recipe);
        const Heard again = carryOut(command::AnalyseKnowledge{recipe});
        QVERIFY(again.all<event::KnowledgeMeasured>().empty());
        QVERIFY(again.all<event::ProgressChanged>().empty());
        QCOMPARE(again.all<event::SaliencyMeasured>().size(), std::size_t{1});
        QCOMPARE(again.all<event::KnowledgeFinished>().size(), std::size_t{1});
    }

    void resumingAnotherModelIsRefused_data() {
        QTest::addColumn<QString>("changed");
        for (const char* changed : {"config", "adapter", "weights"}) QTest::newRow(changed) << changed;
    }

    void resumingAnotherModelIsRefused() {
        QFETCH(QString, changed);
        const TempFolder folder;
        Recipe recipe = smallRecipe();
        const fs::path model = copyOfModel(folder);
        recipe.model.path = model.string();
        recipe.model.adapter = (folder.path() / "adapter").string();
        recipe.analysis.enabled = false;
        writeSomeAdapter(recipe.model.adapter, 1);
        const std::string run = (folder.path() / "run").string();
        QCOMPARE(carryOut(command::StartRun{recipe, run}, 1).end().outcome, Outcome::Cancelled);
        if (changed == "config") editConfig(model, "rms_norm_eps", 0.3);
        if (changed == "adapter") {
            fs::remove_all(recipe.model.adapter);
            writeSomeAdapter(recipe.model.adapter, 2);
        }
        if (changed == "weights") {
            std::string bytes = readFile(model / "model.safetensors");
            bytes[bytes.size() - 1] ^= 1;
            writeFile(model / "model.safetensors", bytes);
            fs::remove_all(recipe.model.adapter);  // it carries a mark of its base
            Recipe without = RunFolder::open(run).recipe();
            without.model.adapter.clear();
            RunFolder::open(run).saveRecipe(without);
        }
        const Heard refused = carryOut(command::ResumeRun{run});
        QCOMPARE(refused.end().outcome, Outcome::Failed);
        QCOMPARE(refused.end().error->code(), ErrorCode::BadInput);
        const bool sameWeights = refused.end().error->message().find("has the weights") != std::string::npos;
        QCOMPARE(sameWeights, changed != "weights");
        QVERIFY(fs::exists(fs::path(run) / "recipe.json"));  // refused, but nothing is lost
    }

    void hashesOfWeightsAloneStillHold() {
        Recipe recipe = smallRecipe();
        recipe.analysis.enabled = false;
        recipe.model.hash = Checkpoint::open(kModel).weightsHash();
        const TempFolder folder;
        const std::string run = (folder.path() / "run").string();
        QCOMPARE(carryOut(command::StartRun{recipe, run}, 1).end().outcome, Outcome::Cancelled);
        QCOMPARE(RunFolder::open(run).recipe().model.hash, openModel(kModel).modelHash());
        QVERIFY(openModel(kModel).modelHash() != recipe.model.hash);
    }

    void pruningNeverTrainsOnValidation_data() {
        QTest::addColumn<int>("trainingWindow");
        QTest::addColumn<int>("recoveryWindow");
        QTest::addColumn<QString>("other");
        for (const auto& [training, recovery] : {std::pair{64, 64}, {32, 64}, {64, 32}, {300, 64}, {48, 200}})
            for (const char* other : {"same", "name", "format", "copy", "link", "twice"})
                QTest::addRow("%d %d %s", training, recovery, other) << training << recovery << other;
    }

    void pruningNeverTrainsOnValidation() {
        QFETCH(int, trainingWindow);
        QFETCH(int, recoveryWindow);
        QFETCH(QString, other);
        const TempFolder folder;
        const fs::path file = folder.write("text.txt", numberedText(1500));
        Recipe recipe = onOneFile(file);
        recipe.training.window = trainingWindow;
        recipe.recovery.window = recoveryWindow;
        RecipeSource& source = recipe.recovery.phases.front().sources.front();
        if (other == "name") source.name += "b";
        if (other == "format") source.format = SourceFormat::Text;
        if (other == "copy") {
            fs::copy_file(file, folder.path() / "copy.txt");
            source = {"c", (folder.path() / "copy.txt").string(), SourceFormat::Auto};
        }
        if (other == "link") {
            fs::create_symlink(file, folder.path() / "link.txt");
            source.path = (folder.path() / "link.txt").string();
        }
        if (other == "twice") recipe.recovery.phases.front().sources.push_back({"again", file.string(), SourceFormat::Text});
        const auto validation = validationOf(recipe),
                   pruned = numbersIn(*m_tokenizer, lorashear::trainingSequences(*m_tokenizer, recipe));
        QVERIFY(validation.size() > 15 && pruned.size() > 300);
        QVERIFY(!share(validation, pruned));
        QVERIFY(!share(validation, recoveredOn(recipe)));
        const auto calibration = calibrationSequences(openModel(kModel), recipe);  // the analysis names no text
        QVERIFY(!calibration.empty());
        const auto analysed = numbersIn(*m_tokenizer, calibration);
        QVERIFY(!analysed.empty() && !share(analysed, pruned) && !share(analysed, recoveredOn(recipe)));
    }

    void analysesHoldOutWhatRecoveryDoesNot() {
        const TempFolder folder;
        Recipe recipe = onOneFile(folder.write("text.txt", numberedText(1500)));
        const auto everything = [&] { return numbersIn(*m_tokenizer, lorashear::trainingSequences(*m_tokenizer, recipe)); };
        for (const bool another : {false, true}) {
            if (another) recipe.recovery.phases.front().sources.front().path = smallRecipe().training.sources.front().path;
            recipe.recovery.enabled = another;
            recipe.analysis.enabled = true;
            const auto analysed = numbersIn(*m_tokenizer, calibrationSequences(openModel(kModel), recipe));
            QVERIFY(!analysed.empty() && !share(analysed, everything()));
            const auto trained = everything().size();
            recipe.analysis.enabled = false;  // nothing to hold out for
            QVERIFY(everything().size() > trained);
            recipe.analysis.enabled = true;
            recipe.analysis.text.path =
                smallRecipe().evaluation.texts.front().path;  // a text of its own: all of the training text is free
            QVERIFY(everything().size() > trained);
            recipe.analysis.text.path.clear();
        }
    }

    void oneFileInTwoFormatsIsRefused() {
        Recipe recipe = onOneFile(kAlpaca);
        recipe.training.sources.front().format = SourceFormat::Text;
        try {
            lorashear::trainingSequences(*m_tokenizer, recipe);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QVERIFY(error.message().find("two formats") != std::string::npos);
        }
    }

    void branchesHoldOutTheSame() {
        const Recipe before = smallRecipe();
        Recipe after = before;
        after.recovery.learningRate *= 2;
        requireSameHeldOut(before, after);
        after.recovery.window = 32;
        QVERIFY_EXCEPTION_THROWN(requireSameHeldOut(before, after), Error);
        after = before;
        after.recovery.validationSequences = 9;
        QVERIFY_EXCEPTION_THROWN(requireSameHeldOut(before, after), Error);
        Recipe none = before;
        none.recovery.enabled = none.analysis.enabled = false;
        QVERIFY_EXCEPTION_THROWN(requireSameHeldOut(none, before), Error);  // it has trained on all of it
        requireSameHeldOut(before, none);
    }

    // The bundled recipes' windows are what they were when each source was split by itself: their numbers depend on them.
    void bundledRecipesTrainOnTheSameWindows() {
        const Recipe recipe = loadRecipe(LORASHEAR_SOURCE_DIR "/resources/recipes/quick.json");
        const RecipeSource& source = recipe.training.sources.front();
        const auto split =
            splitSequences(lorashear::trainingSequences(readDocuments(source.path), *m_tokenizer, 256, 0, source.path), 32,
                           recipe.seed, source.name);
        const auto ids = [](const std::vector<Sequence>& sequences) {
            std::vector<std::vector<int>> all;
            for (const auto& sequence : sequences) all.push_back(sequence.ids);
            return all;
        };
        const auto phases = recoveryPhases(*m_tokenizer, recipe);
        QVERIFY(ids(lorashear::trainingSequences(*m_tokenizer, recipe)) == ids(split.training));
        QVERIFY(ids(phases.front().sources.front().training) == ids(split.training));
        QVERIFY(ids(phases.front().sources.front().validation) == ids(split.validation));
        QVERIFY(ids(calibrationSequences(openModel(kModel), recipe)) == ids(split.validation));
    }

    // The recipe that recovers as the paper does: texts on which clearly unequal amounts were lost, shares that follow and move, instructions of their own,
    // the filter, and nothing twice.
    void theBundledRecoveryDrawsByWhatWasLost() {
        const TempFolder folder;
        Recipe recipe = loadRecipe(LORASHEAR_SOURCE_DIR "/resources/recipes/paper.json");
        QCOMPARE(recipe.training.shortestDocument, 64);
        QVERIFY(!recipe.recovery.repeat);
        QCOMPARE(recipe.recovery.scheme, std::string("dynamic"));
        std::set<std::string> paths;
        for (RecoveryPhase& phase : recipe.recovery.phases) {
            phase.maxRounds = 2, phase.stepsPerRound = 2;
            for (RecipeSource& source : phase.sources) {
                QVERIFY(paths.insert(source.path).second);
                if (fs::path(source.path).filename() == fs::path(kAlpaca).filename()) continue;
                const fs::path beginning = folder.path() / fs::path(source.path).filename();
                writeFile(beginning, readFile(source.path).substr(0, 60000));
                source.path = beginning.string();
            }
        }
        QCOMPARE(recipe.recovery.phases.size(), std::size_t{2});
        QVERIFY(recipe.recovery.phases.front().sources.size() >= 2 && recipe.recovery.phases.back().name == "instruct");
        recipe.recovery.window = 128, recipe.recovery.batch = 4, recipe.recovery.validationSequences = 8;
        const auto dense = loadModel(Checkpoint::open(kModel));
        auto phases = recoveryPhases(*m_tokenizer, recipe);
        const Control control;
        std::set<std::vector<int>> seen;
        for (RecoveryPhasePlan& phase : phases)
            for (RecoverySource& source : phase.sources) {
                source.reference = meanNll(*dense, source.validation, 4, Compute::Fp32, control);
                for (const auto* part : {&source.training, &source.validation})
                    for (const Sequence& sequence : *part) QVERIFY(seen.insert(sequence.ids).second);
            }
        const auto structure = traceStructure(*dense);
        std::vector<GroupRef> removed;
        for (const NodeGroup& nodes : structure.nodeGroups)
            for (int j = 0; nodes.unit == UnitKind::Mlp && j < nodes.count; j += 3) removed.push_back({nodes.id, j});
        const auto model = mergeAdapters(*sliceModel(*dense, structure, removed));
        const auto session = makeRecovery(recipe.recovery.scheme, recipe.recovery.optionsJson,
                                          {*model, phases, recoveryTraining(recipe, Compute::Fp32), dense.get(), control});
        std::vector<RecoveryRound> rounds;
        session->onRound = [&](const RecoveryRound& round) { rounds.push_back(round); };
        while (!session->done()) session->step();
        const RecoveryRound& first = rounds.front();
        const double lost = first.nll[0] - first.reference[0], other = first.nll[1] - first.reference[1];
        QVERIFY2(std::abs(lost - other) > 0.2 * std::max(lost, other),
                 qPrintable(QStringLiteral("%1 %2").arg(lost).arg(other)));
        QVERIFY(std::abs(first.weights[0] - 0.5) > 0.05);
        QVERIFY(std::abs(rounds.at(1).weights[0] - first.weights[0]) > 1e-3);
        QCOMPARE(rounds.back().sources, std::vector<std::string>{"instructions"});
    }

    void oneScheduleEndsWithPruningWhereNoRecoveryFollows() {
        Recipe recipe = smallRecipe();
        recipe.recovery.schedule = kContinuedSchedule;
        QCOMPARE(pruningTraining(recipe, Compute::Fp32).fallsOver, std::int64_t{0});  // nobody has said what follows
        recipe.recovery.enabled = false;
        QCOMPARE(pruningTraining(recipe, Compute::Fp32).fallsOver, std::int64_t{6});
        recipe.recovery.schedule = "fresh";
        QCOMPARE(pruningTraining(recipe, Compute::Fp32).fallsOver, std::int64_t{0});
    }

    void aTokenizerWithoutBosNeedsNoFlag() {
        const TempFolder folder;
        const fs::path model = copyOfModel(folder);
        json settings = json::parse(readFile(model / "tokenizer_config.json"));
        settings.erase("bos_token");
        settings["add_bos_token"] = false;
        writeFile(model / "tokenizer_config.json", settings.dump());
        fs::remove(model / "special_tokens_map.json");
        fs::remove(model / "tokenizer.model");
        json tokenizer = json::parse(readFile(model / "tokenizer.json"));
        tokenizer.erase("post_processor");
        writeFile(model / "tokenizer.json", tokenizer.dump());
        json config = json::parse(readFile(model / "config.json"));
        config.erase("bos_token_id");
        writeFile(model / "config.json", config.dump());
        fs::remove(model / "generation_config.json");
        const OpenedModel opened = openModel(model);
        QCOMPARE(opened.tokenizer->bosId(), -1);
        const Recipe recipe = analysisOf(model);
        QVERIFY(recipe.analysis.text.bos);
        const auto windows = calibrationSequences(opened, recipe);
        QCOMPARE(windows.front().ids.size(), std::size_t{64});
        QVERIFY(baselineOf(recipe) > 0);
        const Heard heard = carryOut(command::Evaluate{model.string(), recipe});
        if (heard.end().error) qWarning("%s", heard.end().error->what());
        QCOMPARE(heard.end().outcome, Outcome::Completed);
    }

    // What the loss of the original model on every source was is measured before a group goes, on what nobody trains on.
    void referencesComeBeforePruning() {
        const TempFolder folder;
        Recipe recipe = smallRecipe();
        recipe.analysis.enabled = false;
        const std::string run = (folder.path() / "run").string();
        QCOMPARE(carryOut(command::StartRun{recipe, run}, 1).end().outcome,
                 Outcome::Cancelled);  // at the first step of pruning
        const auto stored = RunFolder::open(run).stage(Stage::Dense);
        QVERIFY(stored);
        const OpenedModel dense = openModel(kModel);
        auto phases = recoveryPhases(*dense.tokenizer, recipe);
        const double expected =
            meanNll(*dense.model, phases.front().sources.front().validation, recipe.recovery.batch, Compute::Fp32, {});
        const auto references = resultFromJson<DenseResult>(*stored).references;
        QCOMPARE(references.size(), std::size_t{1});
        QCOMPARE(references.front().nll, expected);
        QCOMPARE(references.front().source, phases.front().sources.front().name);
        const Heard rest = carryOut(command::ResumeRun{run});
        QCOMPARE(rest.end().outcome, Outcome::Completed);
        for (const auto& round : rest.all<event::SourceDegradation>())
            QCOMPARE(round.reference, std::vector<double>{expected});
    }
};

}  // namespace tst_run_data

QTEST_GUILESS_MAIN(tst_run_data::TestRunData)
#include "tst_run_data.moc"
