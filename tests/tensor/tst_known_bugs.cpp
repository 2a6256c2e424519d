// What published programs of these methods do wrong and ours do not, as far as no other test says so (README.md in this folder lists them all).
#include "tests/tensor/method_runs.h"
#include "tests/tensor/random_models.h"

#include <ATen/Parallel.h>
#include <QtTest>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace tst_known_bugs {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

/// LHSPG that learns next to nothing between its picks: every pick sees the scores of the beginning.
const json kStill = {{"warmup_steps", 0},     {"periods", 3},          {"period_steps", 1},
                     {"rate_warmup", 100000}, {"compensation", false}, {"saliency", "magnitude"}};

/// One that learns fast, until it has ended its first period of two.
struct FirstPeriod {
    MethodRun run;
    explicit FirstPeriod(bool merges, const std::string& saliency)
        : run("lhspg", json{{"warmup_steps", 4},
                            {"periods", 2},
                            {"period_steps", 4},
                            {"rate_warmup", 0},
                            {"compensation", false},
                            {"calibration_sequences", 4},
                            {"saliency", saliency},
                            {"merge_periods", merges}}
                           .dump()) {
        for (int i = 0; i < 8; ++i) run.session->step();
    }
    double largestB() const {
        double largest = 0;
        for (const auto* linear : run.model->linears()) largest = std::max(largest, linear->b.abs().max().item<double>());
        return largest;
    }
};

}  // namespace

class TestKnownBugs : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // tiny products: threads would only wait for each other

    // HESSO takes away what is pruned already with a difference of sets, which sorts by index: its later picks are the lowest numbers, not the lowest scores.
    void laterPicksGoByScore() {
        MethodRun run("lhspg", kStill.dump());
        auto said = rankingOf("lhspg", kStill.dump(), run.task())->groups;
        run.finish();
        auto chosen = run.session->chosen();
        std::sort(said.begin(), said.end()), std::sort(chosen.begin(), chosen.end());
        QCOMPARE(chosen, said);
        bool byIndex = true;  // which would hide the bug
        for (std::size_t i = 1; i < chosen.size(); ++i)
            byIndex =
                byIndex && (chosen[i].nodeGroup != chosen[i - 1].nodeGroup || chosen[i].index == chosen[i - 1].index + 1);
        QVERIFY(!byIndex);
    }

    // Scored after the adapters were merged, everything made of B A is constant; and merged without B being emptied, what was learnt counts twice.
    void mergingDisturbsNeitherScoresNorTheModel_data() {
        QTest::addColumn<QString>("saliency");
        for (const char* saliency : {"cosine_similarity", "taylor_first_order", "taylor_second_order"})
            QTest::newRow(saliency) << saliency;
    }
    void mergingDisturbsNeitherScoresNorTheModel() {
        QFETCH(QString, saliency);
        FirstPeriod merged(true, saliency.toStdString()), plain(false, saliency.toStdString());
        QVERIFY(relativeDifference(tinyLogits(*merged.run.model), tinyLogits(*plain.run.model)) < 1e-5);
        QVERIFY2(plain.largestB() > 1e-3 && merged.largestB() == 0, qPrintable(QString::number(plain.largestB())));
        const auto first = plain.run.session->chosen().size();
        QVERIFY(merged.run.session->chosen().size() > first);  // before it merges; the other picks as the next period begins
        plain.run.session->step();
        QCOMPARE(plain.run.session->chosen(), merged.run.session->chosen());
    }

    // SlimLLM and Olica keep the hundredth of the neurons that scores lowest, and prune those after it.
    void theLeastImportantNeuronGoesFirst() {
        ModelConfig config;
        config.family = "llama";
        config.vocabulary = 61, config.hidden = 20, config.headDim = 4, config.maxPositions = 64;
        config.layers.assign(3, {4, 2, 250});
        auto tensors = randomModel(config, 4)->tensors();
        constexpr int kLeast = 7;  // of 250: next to nothing, and alone in the lowest hundredth
        for (auto& [name, tensor] : tensors) {
            if (name.find(".mlp.") == std::string::npos) continue;
            tensor = tensor.clone();
            tensor.select(name.find("down_proj") == std::string::npos ? 0 : 1, kLeast).mul_(1e-3);
        }
        auto dense = buildModel(config, tensors);
        auto structure = traceStructure(*dense);
        MethodRun run("slimllm",
                      R"({"settle_steps": 1, "calibration_sequences": 6, "keep_first_blocks": 0, "keep_last_blocks": 0})",
                      std::move(dense), std::move(structure), 6);
        run.finish();
        const auto& chosen = run.session->chosen();
        int blocks = 0;
        for (const NodeGroup& node : run.structure.nodeGroups) {
            if (node.unit != UnitKind::Mlp || !node.prunable) continue;
            QVERIFY(std::count(chosen.begin(), chosen.end(), GroupRef{node.id, kLeast}) == 1);
            ++blocks;
        }
        QCOMPARE(blocks, 3);
    }

    // Bypass back-propagation drops a sample whose loss is no number and divides by all the same: the step is wrong and nobody hears of it.
    void aLossThatIsNoNumberIsAnError() {
        MethodRun run("policy-gradient", R"({"steps": 2, "settle_steps": 1})");
        {
            at::NoGradGuard guard;
            run.model->linears().front()->weight = run.model->linears().front()->weight.clone();
            run.model->linears().front()->weight.fill_(std::numeric_limits<float>::quiet_NaN());
        }
        try {
            run.finish();
            QFAIL("went on");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Numeric);
        }
    }
};

}  // namespace tst_known_bugs

QTEST_APPLESS_MAIN(tst_known_bugs::TestKnownBugs)
#include "tst_known_bugs.moc"
