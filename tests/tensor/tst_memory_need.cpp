#include "carried_out.h"
#include "core/model/lora.h"
#include "core/run/machine_memory.h"
#include "core/run/stages/memory_need.h"
#include "core/run/stages/opened_model.h"
#include "core/run/stages/training_data.h"
#include "core/trace/tracer.h"
#include "small_recipe.h"
#include "tests/support/caught.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QtTest>

namespace tst_memory_need {

using namespace lorashear;
using namespace lorashear::testing;

namespace {

/// A recipe's shapes, as the preflight has them.
struct Shapes {
    Recipe recipe;
    OpenedFolder opened;
    std::unique_ptr<CausalLM> model;
    Structure structure;

    explicit Shapes(Recipe wanted)
        : recipe(std::move(wanted)), opened(openFolder(recipe.model.path)), model(metaModel(opened.config)) {
        attachLora(*model, loraOptions(recipe), recipe.seed);
        structure = traceStructure(*model);
    }
    MemoryNeed need() const { return memoryNeed(recipe, opened, *model, structure); }
    void require(std::int64_t available) const { requireMemory(recipe, opened, *model, structure, available); }
};

std::int64_t termOf(const MemoryNeed& need, const std::string& name) {
    for (const MemoryTerm& term : need.terms)
        if (term.name == name) return term.bytes;
    return 0;
}

/// Pruning with batches so large that it holds more than any other stage.
Recipe largeBatch(int batch) {
    Recipe recipe = smallRecipe();
    recipe.training.batch = batch, recipe.training.window = 256;
    return recipe;
}

}  // namespace

class TestMemoryNeed : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void termsAddUp() {
        const MemoryNeed need = Shapes(largeBatch(64)).need();
        QCOMPARE(need.stage, Stage::Prune);
        std::int64_t sum = 0;
        for (const MemoryTerm& term : need.terms) {
            QVERIFY2(term.bytes > 0, term.name.c_str());
            QVERIFY2(need.inWords().find(term.name) != std::string::npos, need.inWords().c_str());
            sum += term.bytes;
        }
        QCOMPARE(need.bytes(), sum);
        for (const char* name : {"program", "weights", "adapters", "optimizer", "activations", "teacher", "method", "texts"})
            QVERIFY2(termOf(need, name) > 0, name);
        QCOMPARE(need.toJson().at("bytes").get<std::int64_t>(), sum);
    }

    /// By hand: rank 8 on q, k, v, o, gate, up and down of five blocks of 64 channels, 64 and 32 rows of queries and keys, 172 neurons.
    void adaptersAreCountedExactly() {
        const std::int64_t elements = 5 * 8 * ((64 + 64) * 2 + (64 + 32) * 2 + (64 + 172) * 3);
        const MemoryNeed need = Shapes(largeBatch(64)).need();
        QCOMPARE(termOf(need, "adapters"), 2 * 4 * elements);
        QCOMPARE(termOf(need, "optimizer"), 2 * 4 * elements);
        QCOMPARE(termOf(need, "weights"), std::int64_t{260032} * 4);
    }

    /// By hand: 64 texts of 256 tokens of 64 channels four times, the three matrices of an MLP five times, and the matrices of all blocks, which stay.
    void reconstructionIsCounted() {
        Recipe recipe = largeBatch(64);
        recipe.method.reconstruction.steps = 10;
        recipe.method.reconstruction.calibrationSequences = 64;
        const std::int64_t states = 4 * 64 * 256 * 64, five = 5 * 3 * 64 * 172,
                           stay = 5 * (2 * 64 * 64 + 2 * 64 * 32 + 3 * 64 * 172);
        QCOMPARE(termOf(Shapes(recipe).need(), "method"), 4 * (states + five + stay));
    }

    void activationsGrowWithTheBatch() {
        const auto activations = [](int batch) { return termOf(Shapes(largeBatch(batch)).need(), "activations"); };
        const auto of64 = activations(64), of128 = activations(128), of256 = activations(256);
        QVERIFY(of128 - of64 > of64 / 2);
        // Beyond one stretch of logits every sequence costs the same.
        QVERIFY(std::abs((of256 - of128) - 2 * (of128 - of64)) < (of256 - of128) / 4);
    }

    void noTeacherWithoutDistillation() {
        Recipe recipe = largeBatch(64);
        recipe.training.distillation = 0;
        QCOMPARE(termOf(Shapes(recipe).need(), "teacher"), std::int64_t{0});
    }

    /// The batch that an error offers is the largest that is taken.
    void theBatchOfferedIsTheLargestThatFits() {
        const Shapes large(largeBatch(512));
        const std::int64_t room = large.need().bytes() / 2 - residentMemory();
        const auto error = test::caught([&] { large.require(room); });
        QVERIFY(test::says(error, ErrorCode::Impossible, "/training/batch"));
        QVERIFY2(error->message().find("activations") != std::string::npos, error->what());
        const std::string word = "a batch of ";
        const auto at = error->hint().find(word);
        QVERIFY2(at != std::string::npos, error->hint().c_str());
        const int offered = std::stoi(error->hint().substr(at + word.size()));
        QVERIFY(offered > 64 && offered < 512);
        Shapes(largeBatch(offered - 8)).require(room);  // what is resident moves a little from one look to the next
        QVERIFY(test::caught([&] { Shapes(largeBatch(offered + 8)).require(room); }));
    }

    void withNoRoomNoBatchFits() {
        const auto error = test::caught([] { Shapes(largeBatch(64)).require(0); });
        QVERIFY(test::says(error, ErrorCode::Impossible, "/training/batch"));
        QVERIFY(error->hint().find("no batch fits") != std::string::npos);
        Shapes(largeBatch(64)).require(-1);  // nobody tells: nothing is refused
    }

    /// Through the engine, before there is a folder; what is asked for is more than machines have.
    void aRunThatCannotFitIsRefusedBeforeItBegins() {
        QTemporaryDir folder;
        const std::string place = folder.filePath("run").toStdString();
        Recipe recipe = largeBatch(65536);
        recipe.training.window = 512;
        recipe.recovery.batch = 65536, recipe.recovery.window = 512;
        const Heard heard = carryOut(command::StartRun{recipe, place});
        QVERIFY(heard.end().error.has_value());
        QCOMPARE(heard.end().error->code(), ErrorCode::Impossible);
        QVERIFY(heard.end().error->hint().find("a batch of ") != std::string::npos);
        QCOMPARE(heard.events.size(), std::size_t{1});
        QVERIFY(!std::filesystem::exists(place));
    }

    void aDryRunSaysWhatARunWillNeed() {
        const Heard heard = carryOut(command::CheckRun{smallRecipe()});
        QCOMPARE(heard.end().outcome, Outcome::Completed);
        QCOMPARE(heard.events.size(), std::size_t{1});
        const auto found = nlohmann::json::parse(heard.end().resultJson);
        QVERIFY(found.at("memory").at("bytes").get<std::int64_t>() > residentMemory());
        QVERIFY(found.at("available_bytes").get<std::int64_t>() > 0);
    }
};

}  // namespace tst_memory_need

QTEST_GUILESS_MAIN(tst_memory_need::TestMemoryNeed)
#include "tst_memory_need.moc"
