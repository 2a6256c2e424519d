#include "core/knowledge/analyse.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/io/atomic_file.h"
#include "core/io/checkpoint.h"
#include "core/knowledge/measurements.h"
#include "core/knowledge/saliency.h"
#include "core/model/causal_lm.h"
#include "core/model/lora.h"
#include "core/text/tokenizer.h"
#include "tests/support/caught.h"
#include "tests/tensor/knowledge_models.h"
#include "tests/tensor/real_models.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace tst_knowledge {

using namespace lorashear;
using lorashear::test::caught;
using lorashear::test::says;

namespace {

/// The literal algorithm: one whole evaluation per node group and ratio.
double naiveDeviation(CausalLM& model, const NodeGroup& node, const std::vector<double>& scores,
                      const std::vector<Sequence>& text, double ratio) {
    std::vector<int> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] < scores[static_cast<std::size_t>(b)];
    });
    order.resize(static_cast<std::size_t>(std::clamp<long>(std::lround(ratio * node.count), 1, node.count - 1)));
    const double intact = handmade::meanNll(model, text);
    for (const auto& slice : node.primary) {
        auto* linear = model.linear(slice.tensor.substr(0, slice.tensor.rfind('.')));
        linear->mask = at::ones({linear->out()});
        for (const int j : order) linear->mask.narrow(0, slice.begin(j), slice.length).zero_();
    }
    const double masked = handmade::meanNll(model, text);
    for (auto* linear : model.linears()) linear->mask.reset();
    return masked - intact;
}

void zeroOut(CausalLM& model, const std::string& linear) {
    at::NoGradGuard guard;
    model.linear(linear)->weight.zero_();
}

std::string textOf(const KnowledgeDistribution& knowledge) {
    return toJson(knowledge).dump();
}

const NodeGroupKnowledge& top(const KnowledgeDistribution& knowledge) {
    return *std::max_element(knowledge.nodeGroups.begin(), knowledge.nodeGroups.end(),
                             [](const auto& a, const auto& b) { return a.deviation < b.deviation; });
}

AnalysisOptions thirds() {
    AnalysisOptions options;
    options.ratios = {0.25, 0.75};
    options.batch = 3;
    return options;
}

/// A model, its text, and where what is measured of it is kept.
struct CachedAnalysis {
    QTemporaryDir folder;
    std::unique_ptr<CausalLM> model = handmade::tinyModel(14);
    std::vector<Sequence> text;
    AnalysisOptions options = thirds();

    explicit CachedAnalysis(int sequences) : text(handmade::ownText(*model, sequences, 12, 9)) {
        options.cacheFolder = folder.path().toStdString();
        options.modelHash = "tiny 14";
    }
};

/// Forward passes of each block while an analysis goes.
std::vector<int> passesOf(CausalLM& model, const std::vector<Sequence>& text, const AnalysisOptions& options) {
    const auto structure = handmade::make(handmade::tinyShape());
    std::vector<int> passes(static_cast<std::size_t>(model.blocks()), 0);
    for (std::size_t block = 0; block < passes.size(); ++block)
        model.linear("model.layers." + std::to_string(block) + ".mlp.down_proj")->observer =
            [&count = passes[block]](const at::Tensor&, const at::Tensor&) { ++count; };
    analyseKnowledge(model, structure, text, options, {});
    for (auto* linear : model.linears()) linear->observer = {};
    return passes;
}

}  // namespace

class TestKnowledge : public QObject {
    Q_OBJECT

    lorashear::Structure m_structure = handmade::make(handmade::tinyShape());

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // tiny products: threads would only wait for each other

    void equalsTheLiteralAlgorithm_data() {
        QTest::addColumn<QString>("proxy");
        for (const char* proxy : {"activation", "magnitude", "fisher"}) QTest::newRow(proxy) << proxy;
    }

    void equalsTheLiteralAlgorithm() {
        QFETCH(QString, proxy);
        auto model = handmade::tinyModel(21);
        const auto text = handmade::ownText(*model, 7, 16, 3);
        auto options = thirds();
        options.proxy = proxy.toStdString();
        const auto knowledge = analyseKnowledge(*model, m_structure, text, options, {});
        collectStatistics(*model, text, true, options.batch, Compute::Fp32, {});
        const auto saliency = saliencyOf(*model, m_structure, options.proxy);
        QCOMPARE(knowledge.nodeGroups.size(), std::size_t{6});
        QCOMPARE(knowledge.tokens, std::int64_t{7 * 15});
        QVERIFY(std::abs(knowledge.baselineNll - handmade::meanNll(*model, text)) < 1e-6);
        for (const auto& entry : knowledge.nodeGroups) {
            const auto id = static_cast<std::size_t>(entry.nodeGroup);
            QVERIFY(entry.measured);
            for (std::size_t r = 0; r < options.ratios.size(); ++r) {
                const double naive =
                    naiveDeviation(*model, m_structure.nodeGroups[id], saliency.scores[id], text, options.ratios[r]);
                QVERIFY2(std::abs(entry.perRatio[r] - naive) < 1e-6,
                         qPrintable(QString("%1: %2 %3").arg(entry.nodeGroup).arg(entry.perRatio[r]).arg(naive)));
            }
            QVERIFY(std::abs(entry.deviation - (entry.perRatio[0] + entry.perRatio[1]) / 2) < 1e-12);
        }
    }

    void plantedKnowledgeRanksFirst_data() {
        QTest::addColumn<int>("planted");
        for (const int id : {1, 2, 3, 4, 5, 6}) QTest::addRow("node group %d", id) << id;
    }

    void plantedKnowledgeRanksFirst() {
        QFETCH(int, planted);
        auto model = handmade::tinyModel(5);
        {
            at::NoGradGuard guard;
            model->tensors().at("model.norm.weight").mul_(6);  // sure of itself: what it writes, it predicts
        }
        for (const auto& node : m_structure.nodeGroups)
            if (node.id != planted && node.id != 0)
                zeroOut(*model, node.secondary.front().tensor.substr(0, node.secondary.front().tensor.rfind('.')));
        const auto text = handmade::ownText(*model, 6, 16, 7);
        auto options = thirds();
        options.proxy = "magnitude";
        const auto knowledge = analyseKnowledge(*model, m_structure, text, options, {});
        QCOMPARE(top(knowledge).nodeGroup, planted);
        QVERIFY(top(knowledge).deviation > 1e-4);
        for (const auto& entry : knowledge.nodeGroups) {
            QVERIFY(entry.nodeGroup == planted || entry.deviation == 0);
            QCOMPARE(entry.protectedByRank, entry.nodeGroup == planted);  // floor(0.19 * 6) = 1
        }
    }

    void restoresToTheBit() {
        auto model = handmade::tinyModel(8);
        attachLora(*model, {}, 1);
        auto* masked = model->linear("model.layers.1.mlp.up_proj");
        masked->mask = at::ones({masked->out()});
        masked->mask[3] = 0;
        const auto maskBefore = masked->mask;
        const auto text = handmade::ownText(*model, 4, 12, 3);
        const auto ids = at::arange(12).unsqueeze(0);
        const auto before = model->logits(ids, {}).detach().clone();
        std::map<std::string, at::Tensor> tensors;
        for (const auto& [name, tensor] : model->tensors()) tensors[name] = tensor.clone();
        auto options = thirds();
        options.proxy = "fisher";
        auto kept = std::make_shared<InputStatistics>();
        masked->statistics = kept;
        analyseKnowledge(*model, m_structure, text, options, {});
        for (const auto& [name, tensor] : model->tensors()) QVERIFY(at::equal(tensor, tensors.at(name)));
        for (const auto* linear : model->linears()) {
            QVERIFY(linear == masked ? linear->mask.is_same(maskBefore) : !linear->mask.defined());
            QVERIFY(linear == masked ? linear->statistics == kept : linear->statistics == nullptr);
            QVERIFY(!linear->a.grad().defined() && linear->a.requires_grad());
        }
        masked->statistics.reset();
        QVERIFY(at::equal(model->logits(ids, {}), before));
    }

    void continuedEqualsUninterrupted_data() {
        QTest::addColumn<int>("stopAfter");
        for (const int probes : {1, 4, 6, 7, 11, 17}) QTest::addRow("after %d", probes) << probes;
    }

    void continuedEqualsUninterrupted() {
        QFETCH(int, stopAfter);
        auto model = handmade::tinyModel(13);
        const auto text = handmade::ownText(*model, 7, 14, 9);
        auto options = thirds();
        const auto whole = analyseKnowledge(*model, m_structure, text, options, {});

        QTemporaryDir folder;
        options.cacheFolder = folder.path().toStdString();
        options.modelHash = "tiny 13";
        const auto reference = [&] {
            auto copy = whole;  // the key covers the weights' hash
            copy.cacheKey = analyseKnowledge(*model, m_structure, text, options, {}).cacheKey;
            return textOf(copy);
        }();
        for (const auto& file : std::filesystem::directory_iterator(options.cacheFolder)) std::filesystem::remove(file);

        std::stop_source source;
        Control control;
        control.stop = source.get_token();
        int seen = 0;
        const auto stopping = [&](const NodeGroupKnowledge&) {
            if (++seen == stopAfter) source.request_stop();
        };
        QVERIFY(says(caught([&] { analyseKnowledge(*model, m_structure, text, options, control, stopping); }),
                     ErrorCode::Cancelled, ""));
        QCOMPARE(seen, stopAfter);  // not one node group more
        for (const auto* linear : model->linears()) QVERIFY(!linear->mask.defined());
        QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {})), reference);
    }

    void secondCallComesFromTheCache() {
        CachedAnalysis own(4);
        auto& [folder, model, text, options] = own;
        options.cacheFolder /= "made/on/demand";
        const auto first = analyseKnowledge(*model, m_structure, text, options, {});
        int calls = 0;
        const auto count = [&](const NodeGroupKnowledge&) { ++calls; };
        QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {}, count)), textOf(first));
        QCOMPARE(calls, 0);

        options.unprunableShare = 0.5;  // other marks over the same measurements
        const auto marked = analyseKnowledge(*model, m_structure, text, options, {}, count);
        QCOMPARE(calls, 0);
        QCOMPARE(
            std::count_if(marked.nodeGroups.begin(), marked.nodeGroups.end(), [](auto& e) { return e.protectedByRank; }), 3);

        const auto fresh = [&](AnalysisOptions changed, const std::vector<Sequence>& sequences) {
            calls = 0;
            analyseKnowledge(*model, m_structure, sequences, changed, {}, count);
            return calls > 0;
        };
        auto other = options;
        other.modelHash = "tiny 15";
        QVERIFY(fresh(other, text));
        other = options;
        other.ratios = {0.5};
        QVERIFY(fresh(other, text));
        other = options;
        other.proxy = "magnitude";
        QVERIFY(fresh(other, text));
        QVERIFY(fresh(options, {text.begin(), text.begin() + 3}));
        QVERIFY(!fresh(options, text));
    }

    // The speed of a resumed analysis is that of its own probes: nothing is promised before the first of them.
    void resumingPromisesNothingFromTheCache() {
        CachedAnalysis own(4);
        auto& [folder, model, text, options] = own;
        std::stop_source source;
        Control control;
        control.stop = source.get_token();
        int seen = 0;
        QVERIFY_EXCEPTION_THROWN(
            analyseKnowledge(*model, m_structure, text, options, control,
                             [&](const NodeGroupKnowledge&) { ++seen == 5 ? (void)source.request_stop() : void(); }),
            Error);
        Control again;
        std::vector<Progress> reports;
        again.onProgress = [&](const Progress& progress) { reports.push_back(progress); };
        analyseKnowledge(*model, m_structure, text, options, again);
        QVERIFY(reports.size() >= 2);
        QVERIFY(reports.front().done > 0);
        QCOMPARE(reports.front().secondsLeft, -1.0);
        QCOMPARE(reports.back().secondsLeft, 0.0);
    }

    void damagedCacheIsMeasuredAfresh() {
        CachedAnalysis own(4);
        auto& [folder, model, text, options] = own;
        const auto first = analyseKnowledge(*model, m_structure, text, options, {});
        const auto file = options.cacheFolder / ("knowledge-" + first.cacheKey + ".jsonl");
        const auto good = readFile(file);
        for (const auto& bad :
             {std::string(), good.substr(0, good.size() / 2), std::string("[]"), std::string("{\"key\": 3}"),
              "{\"key\":\"" + first.cacheKey +
                  "\"}\n[1]\n{\"first\":900,\"nll\":[1]}\n{\"probe\":0,\"first\":0,\"nll\":[1,2,3,4,5]}\n",
              "{\"key\":\"" + first.cacheKey +
                  "\"}\n{\"proxy\":\"activation\",\"scores\":[[1]]}\n{\"probe\":0,\"first\":0,\"nll\":[\"a\"]"}) {
            writeFile(file, bad);
            QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {})), textOf(first));
        }
    }

    // Each piece is on the disk before the next one begins: whatever moment a process is killed at, all but that piece is there.
    void everyProbeIsWrittenAtOnce() {
        CachedAnalysis own(7);
        auto& [folder, model, text, options] = own;
        const auto linesNow = [&] {
            const auto log = readFile(std::filesystem::directory_iterator(options.cacheFolder)->path());
            return static_cast<int>(std::count(log.begin(), log.end(), '\n'));
        };
        int results = 0;
        std::vector<std::pair<int, int>> seen;
        analyseKnowledge(*model, m_structure, text, options, {},
                         [&](const NodeGroupKnowledge&) { seen.emplace_back(++results, linesNow()); });
        QCOMPARE(results, 6 * 3);
        for (const auto& [count, lines] : seen)
            QCOMPARE(lines, 1 + 3 + 1 + 2 * count);  // key, intact batches, saliency, two ratios each
    }

    // The log cut off anywhere, also within a line: the same figures, and no line that was whole is measured again.
    void killedAnywhereTheRestIsMeasured() {
        CachedAnalysis own(7);
        auto& [folder, model, text, options] = own;
        const auto whole = textOf(analyseKnowledge(*model, m_structure, text, options, {}));
        const auto file = std::filesystem::directory_iterator(options.cacheFolder)->path();
        const auto log = readFile(file);
        int lines = 0;
        for (std::size_t end = log.find('\n'); end != std::string::npos; end = log.find('\n', end + 1), ++lines)
            for (const std::size_t torn : {std::size_t{0}, std::size_t{9}}) {
                if (lines % 3 != 0 && torn != 0) continue;
                writeFile(file, log.substr(0, end + 1 + torn));
                QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {})), whole);
                const auto after = readFile(file);
                const auto written =
                    std::count(after.begin(), after.end(), '\n') - (torn != 0 && end + 1 < log.size() ? 1 : 0);
                QCOMPARE(static_cast<int>(written), static_cast<int>(std::count(log.begin(), log.end(), '\n')));
            }
        QCOMPARE(lines, 1 + 3 + 1 + 6 * 3 * 2);
    }

    void saliencyIsHeardAlsoFromTheCache() {
        CachedAnalysis own(4);
        auto& [folder, model, text, options] = own;
        int passes = 0;
        model->linears().front()->observer = [&](const at::Tensor&, const at::Tensor&) { ++passes; };
        std::vector<GroupSaliency> heard;
        const auto hear = [&](const GroupSaliency& saliency) { heard.push_back(saliency); };
        analyseKnowledge(*model, m_structure, text, options, {}, {}, hear);
        QVERIFY(passes > 0);
        passes = 0;
        analyseKnowledge(*model, m_structure, text, options, {}, {}, hear);
        QCOMPARE(passes, 0);  // at once: nothing is computed
        QCOMPARE(heard.size(), std::size_t{2});
        collectStatistics(*model, text, false, options.batch, Compute::Fp32, {});
        QVERIFY(heard[0].scores == saliencyOf(*model, m_structure, options.proxy).scores);
        QVERIFY(heard[1].scores == heard[0].scores && heard[1].proxy == options.proxy);
    }

    // Passes through a block: one for the intact model's loss, the statistics and what enters blocks, and the probes of this block and of those below. Where
    // there is no room to keep what enters, a running state comes on top.
    void aProbeRecomputesNoBlockBelow_data() {
        QTest::addColumn<QString>("proxy");
        QTest::addColumn<int>("keptBatches");
        for (const char* proxy : {"activation", "magnitude"})
            for (const int kept : {3, 1, 0}) QTest::addRow("%s, %d kept", proxy, kept) << proxy << kept;
    }

    void aProbeRecomputesNoBlockBelow() {
        QFETCH(QString, proxy);
        QFETCH(int, keptBatches);
        auto model = handmade::tinyModel(14);
        const auto text = handmade::ownText(*model, 7, 12, 9);
        auto options = thirds();
        options.proxy = proxy.toStdString();
        const auto whole = textOf(analyseKnowledge(*model, m_structure, text, options, {}));
        constexpr std::size_t kBatch = 3 * 3 * 11 * 4;  // blocks, sequences, tokens read, bytes
        options.keptBytes = kBatch * static_cast<std::size_t>(keptBatches * model->config().hidden);
        QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {})), whole);  // changes no bit
        const auto passes = passesOf(*model, text, options);
        constexpr int kBatches = 3, kRatios = 2, kNodeGroupsOfABlock = 2;
        for (int block = 0; block < 3; ++block) {
            const int running = block < 2 ? kBatches - keptBatches : 0;  // above the last probes nobody needs it
            QCOMPARE(passes[static_cast<std::size_t>(block)],
                     kBatches * (1 + kRatios * kNodeGroupsOfABlock * (block + 1)) + running);
        }
    }

    void cancelHoldsWithinOneBatch_data() {
        QTest::addColumn<int>("pass");
        QTest::newRow("first intact batch") << 1;
        QTest::newRow("second intact batch") << 2;
        QTest::newRow("last intact batch, all ranked") << 3;
        QTest::newRow("first probe") << 4;
    }

    void cancelHoldsWithinOneBatch() {
        QFETCH(int, pass);
        CachedAnalysis own(7);
        auto& [folder, model, text, options] = own;
        std::stop_source source;
        Control control;
        control.stop = source.get_token();
        int passes = 0;
        model->linears().front()->observer = [&](const at::Tensor&, const at::Tensor&) {
            if (++passes == pass) source.request_stop();
        };
        QVERIFY(
            says(caught([&] { analyseKnowledge(*model, m_structure, text, options, control); }), ErrorCode::Cancelled, ""));
        QCOMPARE(passes, pass);  // not one batch more
        passes = -1000;
        analyseKnowledge(*model, m_structure, text, options, {});
        // Statistics need all batches at once, and on that way what enters blocks is kept; once they are there, running states do instead.
        QCOMPARE(passes, -1000 + 3 * (1 + 4) - (pass == 4 ? 1 : 0));  // what had been measured is not measured again
        for (const auto* linear : model->linears()) QVERIFY(!linear->mask.defined() && !linear->statistics);
    }

    void statisticsAreHeardBatchByBatch() {
        auto model = handmade::tinyModel(14);
        const auto text = handmade::ownText(*model, 7, 12, 9);
        for (const bool gradients : {false, true}) {
            int heard = 0;
            collectStatistics(*model, text, gradients, 3, Compute::Fp32, {}, [&] { ++heard; });
            QCOMPARE(heard, 3);
        }
    }

    void progressReachesTheEnd() {
        auto model = handmade::tinyModel(14);
        const auto text = handmade::ownText(*model, 4, 12, 9);
        Control control;
        double last = 0, total = 0;
        control.onProgress = [&](const Progress& progress) {
            QVERIFY(progress.done >= last);
            QCOMPARE(progress.stage, std::string("analyse"));
            last = progress.done;
            total = progress.total;
        };
        int results = 0;
        analyseKnowledge(*model, m_structure, text, thirds(), control, [&](const NodeGroupKnowledge&) { ++results; });
        QVERIFY(total > 0 && std::abs(last - total) < 1e-9 * total);
        QCOMPARE(results, 6 * 2);  // every node group, refined by each of the two batches
    }

    void sequencesOfManyLengths() {
        auto model = handmade::tinyModel(16);
        auto text = handmade::ownText(*model, 3, 12, 9);
        const auto longer = handmade::ownText(*model, 2, 17, 10);
        text.insert(text.begin() + 1, longer.begin(), longer.end());
        text[3].lossMask[4] = false;
        const auto knowledge = analyseKnowledge(*model, m_structure, text, thirds(), {});
        QVERIFY(std::abs(knowledge.baselineNll - handmade::meanNll(*model, text)) < 1e-6);
        QCOMPARE(knowledge.tokens, std::int64_t{3 * 11 + 2 * 16 - 1});
    }

    void unprunableNodeGroupsAreLeftOut() {
        auto model = handmade::tinyModel(17);
        const auto text = handmade::ownText(*model, 3, 12, 9);
        auto structure = m_structure;
        structure.nodeGroups[3].prunable = false;
        structure.nodeGroups[0].prunable = true;  // no linear's rows alone: cannot be measured by a mask
        const auto knowledge = analyseKnowledge(*model, structure, text, thirds(), {});
        QCOMPARE(knowledge.nodeGroups.size(), std::size_t{5});
        for (const auto& entry : knowledge.nodeGroups) QVERIFY(entry.nodeGroup != 3 && entry.nodeGroup != 0);
    }

    void badOptions() {
        auto model = handmade::tinyModel(17);
        const auto text = handmade::ownText(*model, 2, 8, 9);
        const auto subjectOf = [&](auto change) {
            auto options = thirds();
            change(options);
            try {
                analyseKnowledge(*model, m_structure, text, options, {});
            } catch (const Error& error) {
                return error.subject();
            }
            return std::string("accepted");
        };
        QCOMPARE(subjectOf([](auto& o) { o.ratios = {}; }), std::string("/analysis/ratios"));
        QCOMPARE(subjectOf([](auto& o) { o.ratios = {0.5, 1.0}; }), std::string("/analysis/ratios/1"));
        QCOMPARE(subjectOf([](auto& o) { o.ratios = {std::nan("")}; }), std::string("/analysis/ratios/0"));
        QCOMPARE(subjectOf([](auto& o) { o.proxy = "beauty"; }), std::string("/analysis/proxy"));
        QCOMPARE(subjectOf([](auto& o) { o.unprunableShare = 1; }), std::string("/analysis/unprunable_share"));
        QCOMPARE(subjectOf([](auto& o) { o.batch = 0; }), std::string("analyseKnowledge"));  // no recipe's
    }

    void numbersThatAreNone() {
        auto model = handmade::tinyModel(17);
        const auto text = handmade::ownText(*model, 2, 8, 9);
        {
            at::NoGradGuard guard;
            model->linear("model.layers.2.mlp.down_proj")->weight[0][0] = std::nanf("");
        }
        QVERIFY(says(caught([&] { analyseKnowledge(*model, m_structure, text, thirds(), {}); }), ErrorCode::Numeric, ""));
        QVERIFY_THROWS_EXCEPTION(Error, analyseKnowledge(*model, m_structure, {}, thirds(), {}));
    }

    void spreadIsTheStandardError() {
        Measurements m({0, 2, 4}, {10, 10, 10, 10, 10, 10}, 1);
        m.baseline = {10, 10, 10, 10, 10, 10};
        m.probes[0] = {11, 13, 12, 14, 16, 18};  // 0.2, 0.3, 0.7 a token in the three batches
        const auto knowledge = m.knowledgeOf(0, 1);
        QVERIFY(std::abs(knowledge.deviation - 0.4) < 1e-12);
        QVERIFY(std::abs(knowledge.spread - std::sqrt(0.07 / 3)) < 1e-12);
        m.batches = {0};
        QVERIFY(std::abs(m.knowledgeOf(0, 1).spread - std::sqrt(0.068 / 6)) < 1e-12);  // 0.1 0.3 0.2 0.4 0.6 0.8
    }

    void marksAreTheTopShare() {
        std::vector<NodeGroupKnowledge> groups(100);
        for (std::size_t i = 0; i < groups.size(); ++i) {
            groups[i].deviation = std::sin(static_cast<double>(i));
            groups[i].measured = i != 33;
        }
        markMostSensitive(groups, 0.19);
        std::vector<double> marked, others;
        for (const auto& g : groups) (g.protectedByRank ? marked : others).push_back(g.measured ? g.deviation : -9);
        QCOMPARE(marked.size(), std::size_t{19});
        QVERIFY(*std::min_element(marked.begin(), marked.end()) >= *std::max_element(others.begin(), others.end()));
        markMostSensitive(groups, 0);
        QVERIFY(std::none_of(groups.begin(), groups.end(), [](const auto& g) { return g.protectedByRank; }));
    }

    void bundledModel() {
        const auto folder = testing::realModels().front().folder;
        const auto checkpoint = Checkpoint::open(folder);
        auto model = loadModel(checkpoint);
        const auto tokenizer = Tokenizer::open(folder);
        const auto text = windowsOf(*tokenizer, testing::fileText(testing::validationText()), 256, true, 8);
        const auto structure = handmade::make(handmade::stories260K());
        QCOMPARE(structure.parameters, model->parameterCount());
        const auto knowledge = analyseKnowledge(*model, structure, text, {}, {});
        QCOMPARE(knowledge.nodeGroups.size(), std::size_t{10});
        QVERIFY(knowledge.baselineNll > 1.2 && knowledge.baselineNll < 1.9);
        for (const auto& entry : knowledge.nodeGroups)
            QVERIFY2(entry.deviation > 0 && entry.deviation < 8, qPrintable(QString::number(entry.deviation)));
        QCOMPARE(std::count_if(knowledge.nodeGroups.begin(), knowledge.nodeGroups.end(),
                               [](auto& e) { return e.protectedByRank; }),
                 1);
    }
};

}  // namespace tst_knowledge

QTEST_APPLESS_MAIN(tst_knowledge::TestKnowledge)
#include "tst_knowledge.moc"
