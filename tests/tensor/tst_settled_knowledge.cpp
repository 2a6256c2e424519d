#include "core/base/error.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/knowledge/analyse.h"
#include "core/model/causal_lm.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/tensor/knowledge_models.h"
#include "tests/tensor/real_models.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>

namespace tst_settled_knowledge {

using namespace lorashear;
using lorashear::test::caught;
using lorashear::test::says;

namespace {

constexpr int kWindows = 24;

std::string textOf(const KnowledgeDistribution& knowledge) {
    return toJson(knowledge).dump();
}

/// A trained model and text that it was not trained on.
struct Stories {
    std::unique_ptr<CausalLM> model;
    std::vector<Sequence> text;
    Structure structure;
};

Stories stories() {
    const auto folder = testing::realModels().front().folder;
    const auto tokenizer = Tokenizer::open(folder);
    return {loadModel(Checkpoint::open(folder)),
            windowsOf(*tokenizer, testing::fileText(testing::validationText()), 64, true, kWindows),
            handmade::make(handmade::stories260K())};
}

/// From the cache at once, and from parts of it.
void continuesToTheSameBits(CausalLM& model, const Structure& structure, const std::vector<Sequence>& text,
                            const AnalysisOptions& options, const KnowledgeDistribution& settled) {
    const auto reference = textOf(settled);
    int calls = 0;
    const auto count = [&](const NodeGroupKnowledge&) { ++calls; };
    QCOMPARE(textOf(analyseKnowledge(model, structure, text, options, {}, count)), reference);
    QCOMPARE(calls, 0);
    const auto file = std::filesystem::directory_iterator(options.cacheFolder)->path();
    const auto log = readFile(file);
    for (const std::size_t part : {log.size() / 4, log.size() / 2, log.size() * 3 / 4}) {
        writeFile(file, log.substr(0, part));
        QCOMPARE(textOf(analyseKnowledge(model, structure, text, options, {})), reference);
    }
}

}  // namespace

/// An analysis that leaves node groups out once their places are settled.
class TestSettledKnowledge : public QObject {
    Q_OBJECT
private Q_SLOTS:

    void initTestCase() { at::set_num_threads(1); }  // small products: threads would only wait for each other

    // Places that are settled are those that everything measured would give, for less work; continued after any stop the same bits.
    void settledPlacesAreThoseOfTheWhole() {
        const auto& [model, text, structure] = stories();
        AnalysisOptions options;
        options.batch = AnalysisOptions::kWindowsBetweenLooks;
        const auto whole = analyseKnowledge(*model, structure, text, options, {});
        options.confidence = 0.95;
        QTemporaryDir cache;
        options.cacheFolder = cache.path().toStdString();
        options.modelHash = "stories";
        const auto settled = analyseKnowledge(*model, structure, text, options, {});
        QCOMPARE(settled.confidence, 0.95);
        QCOMPARE(settled.windows, 24);
        int read = 0;
        for (std::size_t i = 0; i < settled.nodeGroups.size(); ++i) {
            const auto& entry = settled.nodeGroups[i];
            read += entry.windows;
            QVERIFY(entry.windows >= 4 && entry.windows <= 24 && entry.spread > 0);
            QVERIFY(entry.settled || entry.windows == 24);
            QCOMPARE(entry.protectedByRank, whole.nodeGroups[i].protectedByRank);
            if (entry.windows == 24) QCOMPARE(entry.deviation, whole.nodeGroups[i].deviation);  // to the bit
        }
        QVERIFY2(read < 24 * 10 * 9 / 10, qPrintable(QString::number(read)));
        const auto ends = [](const KnowledgeDistribution& knowledge) {
            std::vector<int> order(knowledge.nodeGroups.size());
            std::iota(order.begin(), order.end(), 0);
            const auto of = [&](int i) { return knowledge.nodeGroups[static_cast<std::size_t>(i)].deviation; };
            std::sort(order.begin(), order.end(), [&](int a, int b) { return of(a) > of(b); });
            return std::pair(std::set<int>(order.begin(), order.begin() + 2), std::set<int>(order.end() - 2, order.end()));
        };
        QVERIFY(ends(settled) == ends(whole));
        continuesToTheSameBits(*model, structure, text, options, settled);
    }

    // A batch ends where the length changes, here after every window; looks do not come sooner for that.
    void looksAreAsFarApartWhateverTheLengths() {
        auto [model, text, structure] = stories();
        for (std::size_t s = 1; s < text.size(); s += 2) text[s].ids.resize(56), text[s].lossMask.resize(55);
        AnalysisOptions options;
        options.confidence = 0.95;
        QTemporaryDir cache;
        options.cacheFolder = cache.path().toStdString();
        options.modelHash = "stories";
        const auto settled = analyseKnowledge(*model, structure, text, options, {});
        int early = 0;
        for (const auto& entry : settled.nodeGroups) {
            QCOMPARE(entry.windows % AnalysisOptions::kWindowsBetweenLooks, 0);
            early += entry.windows < kWindows;
        }
        QVERIFY(early > 0);
        continuesToTheSameBits(*model, structure, text, options, settled);
    }

    // Gradients are sums over a batch, squared: the race reads smaller ones, the ranking must not.
    void groupsAreRankedAsWithoutTheRace() {
        auto model = handmade::tinyModel(21);
        const auto text = handmade::ownText(*model, 8, 12, 3);
        AnalysisOptions options;
        options.proxy = "fisher";
        std::vector<GroupSaliency> heard;
        const auto hear = [&](const GroupSaliency& saliency) { heard.push_back(saliency); };
        Control control;
        double done = 0, total = 0;
        control.onProgress = [&](const Progress& progress) {
            done = progress.done;
            total = progress.total;
        };
        for (const double confidence : {0.0, 0.95}) {
            options.confidence = confidence;
            analyseKnowledge(*model, handmade::make(handmade::tinyShape()), text, options, control, {}, hear);
            QVERIFY(total > 0 && std::abs(done - total) < 1e-9 * total);
        }
        QCOMPARE(heard.size(), std::size_t{2});
        QVERIFY(heard[0].scores == heard[1].scores);
    }

    void lessThanAHalfIsNoConfidence() {
        auto model = handmade::tinyModel(21);
        const auto text = handmade::ownText(*model, 2, 12, 3);
        AnalysisOptions options;
        for (const double confidence : {-0.1, 0.3, 1.0}) {
            options.confidence = confidence;
            const auto analyse = [&] { analyseKnowledge(*model, handmade::make(handmade::tinyShape()), text, options, {}); };
            QVERIFY(says(caught(analyse), ErrorCode::BadRecipe, "/analysis/confidence"));
        }
    }
};

}  // namespace tst_settled_knowledge

QTEST_APPLESS_MAIN(tst_settled_knowledge::TestSettledKnowledge)
#include "tst_settled_knowledge.moc"
