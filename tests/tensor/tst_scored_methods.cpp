#include "core/base/error.h"
#include "core/prune/input_spread.h"
#include "core/prune/methods/random_groups.h"
#include "core/prune/methods/scored_choice.h"
#include "tests/tensor/method_runs.h"

#include <QtTest>

#include <ATen/Parallel.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace tst_scored_methods {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

using Inputs = std::map<std::string, at::Tensor>;  ///< what each linear reads, [tokens, in] fp64, as it came

Inputs inputsOf(CausalLM& model, const std::vector<Sequence>& text) {
    at::NoGradGuard guard;
    Inputs seen;
    for (auto* linear : model.linears())
        linear->observer = [&seen, linear](const at::Tensor& x, const at::Tensor&) {
            auto& all = seen[linear->name];
            const auto flat = x.flatten(0, -2).to(at::kDouble);
            all = all.defined() ? at::cat({all, flat}) : flat;
        };
    for (const auto& sequence : text) {
        const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
        model.hidden(ids.narrow(0, 0, ids.size(0) - 1).unsqueeze(0), {});
    }
    for (auto* linear : model.linears()) linear->observer = nullptr;
    return seen;
}

/// The one linear that reads a node group of these models, and its columns of one group.
Linear& readerOf(const CausalLM& model, const NodeGroup& node) {
    const auto& tensor = node.secondary.front().tensor;
    return *model.linear(tensor.substr(0, tensor.size() - 7));
}
at::Tensor columnsOf(const NodeGroup& node, const at::Tensor& perColumn, int group) {
    const auto& slice = node.secondary.front();
    return perColumn.narrow(-1, slice.begin(group), slice.length);
}

/// Of each prunable node group the `counts` lowest.
std::vector<GroupRef> lowest(const std::vector<double>& scores, int node, std::size_t count) {
    std::vector<int> order(scores.size());
    std::iota(order.begin(), order.end(), 0);
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
        return scores[static_cast<std::size_t>(a)] < scores[static_cast<std::size_t>(b)];
    });
    std::vector<GroupRef> refs;
    for (std::size_t i = 0; i < count; ++i) refs.push_back({node, order[i]});
    return refs;
}

std::size_t countIn(const std::vector<GroupRef>& refs, int node) {
    return static_cast<std::size_t>(
        std::count_if(refs.begin(), refs.end(), [&](const auto& r) { return r.nodeGroup == node; }));
}

std::vector<GroupRef> sorted(std::vector<GroupRef> refs) {
    std::sort(refs.begin(), refs.end());
    return refs;
}

/// Wanda's formula by PyTorch's words: (|W| * norm of the column's inputs), the mean over rows, added up over the group's columns.
std::vector<double> wandaByHand(const CausalLM& model, const NodeGroup& node, const Inputs& inputs) {
    const auto& reader = readerOf(model, node);
    const auto norms = inputs.at(reader.name).norm(2, 0);
    const auto perColumn = (reader.effectiveWeight().to(at::kDouble).abs() * norms).mean(0);
    std::vector<double> scores;
    for (int j = 0; j < node.count; ++j) scores.push_back(columnsOf(node, perColumn, j).sum().item<double>());
    return scores;
}

/// FLAP's: variance times squared norm, attention squared, standardised over the channels of a block, averaged over a group.
std::vector<double> flapByHand(const CausalLM& model, const NodeGroup& node, const Inputs& inputs) {
    const auto& reader = readerOf(model, node);
    auto scores =
        inputs.at(reader.name).var(0, /*unbiased=*/false) * reader.effectiveWeight().to(at::kDouble).square().sum(0);
    if (node.unit == UnitKind::Attention) scores = scores.square();
    scores = (scores - scores.mean()) / scores.std();
    std::vector<double> means;
    for (int j = 0; j < node.count; ++j) means.push_back(columnsOf(node, scores, j).mean().item<double>());
    return means;
}

Structure of7B() {
    return handmade::make(handmade::llama7B());
}

}  // namespace

class TestScoredMethods : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { at::set_num_threads(1); }  // tiny products: threads would only wait for each other

    void localTakesTheSameShareOfEveryBlock() {
        const auto structure = handmade::make(handmade::tinyShape());
        PlanOptions wanted;
        wanted.ratio = 0.3;
        const auto plan = makePlan(structure, wanted);
        auto scores = randomSaliency(structure, 4);
        for (auto& score : scores.scores[2]) score *= 1e-6;  // a block that looks worthless
        const auto count = [&](const std::vector<GroupRef>& refs, int block) { return countIn(refs, 2 + 2 * block); };
        const auto global = selectGroups(plan, structure, scores, {}, 1);
        QVERIFY(count(global, 0) > count(global, 1) + 5);
        std::vector<GroupRef> taken;
        for (int cut = 1; cut <= 4; ++cut) {
            const auto ranked = compared(scores, structure, ScoredOptions::Ranking::Local, taken);
            const auto more = selectGroups(plan, structure, ranked, taken, cut / 4.0);
            taken.insert(taken.end(), more.begin(), more.end());
            for (int block = 1; block < 3; ++block)
                QVERIFY(count(taken, 0) <= count(taken, block) + 1 && count(taken, block) <= count(taken, 0) + 1);
        }
        QCOMPARE(static_cast<int>(taken.size()), plan.removed());
        for (int block = 0; block < 3; ++block) {  // and within a block the lowest
            const int node = 2 + 2 * block;
            const auto expected = lowest(scores.scores[static_cast<std::size_t>(node)], node, count(taken, block));
            std::vector<GroupRef> own;
            std::copy_if(taken.begin(), taken.end(), std::back_inserter(own),
                         [&](const auto& r) { return r.nodeGroup == node; });
            QCOMPARE(sorted(own), sorted(expected));
        }
    }

    void standardisedForgetsScaleAndOffset() {
        const auto structure = handmade::make(handmade::tinyShape());
        const auto scores = randomSaliency(structure, 4);
        auto moved = scores;
        for (auto& score : moved.scores[2]) score = 1e4 * score - 3;
        using R = ScoredOptions::Ranking;
        const std::vector<GroupRef> taken{{2, 5}};
        const auto a = compared(scores, structure, R::Standardised, taken),
                   b = compared(moved, structure, R::Standardised, taken);
        double sum = 0, squares = 0;
        for (std::size_t j = 0; j < 40; ++j) {
            QVERIFY(std::abs(a.scores[2][j] - b.scores[2][j]) < 1e-6);
            if (j != 5) sum += a.scores[2][j], squares += a.scores[2][j] * a.scores[2][j];
        }
        QVERIFY(std::abs(sum) < 1e-9 && std::abs(squares / 39 - 1) < 1e-9);
        QCOMPARE(compared(moved, structure, R::Global, {}).scores, moved.scores);
        moved.scores[2][7] = std::nan("");
        QVERIFY_EXCEPTION_THROWN(compared(moved, structure, R::Local, {}), Error);
    }

    // LLM-Pruner's "20 %": a quarter of the groups of blocks 4 to 29.
    void theQuarterOf7BIsExact_data() {
        QTest::addColumn<bool>("byMethod");
        QTest::newRow("protected in the plan") << false;
        QTest::newRow("kept whole by the method") << true;
    }
    void theQuarterOf7BIsExact() {
        QFETCH(bool, byMethod);
        const auto structure = of7B();
        QCOMPARE(structure.parameters, std::int64_t{6738415616});
        PlanOptions wanted;
        wanted.ratio = 1 - 5422977024.0 / 6738415616.0;
        if (!byMethod)
            for (int layer : {0, 1, 2, 3, 30, 31}) wanted.protect.push_back("layers." + std::to_string(layer) + ".*");
        auto plan = makePlan(structure, wanted);
        QCOMPARE(plan.removed("attention"), 26 * 8);
        QCOMPARE(plan.removed("mlp"), 26 * 2752);
        if (byMethod) plan = withoutBlocks(plan, structure, {4, 2});
        const auto ranked = compared(randomSaliency(structure, 1), structure, ScoredOptions::Ranking::Local, {});
        const auto removed = selectGroups(plan, structure, ranked, {}, 1);
        QCOMPARE(structure.parameters - removedParameters(structure, removed), std::int64_t{5422977024});
        std::map<int, std::size_t> counts;
        for (const auto& ref : removed) ++counts[ref.nodeGroup];
        QCOMPARE(counts.size(), std::size_t{2 * 26});
        for (const auto& [node, count] : counts) {
            const auto& group = structure.nodeGroups[static_cast<std::size_t>(node)];
            QVERIFY(group.layer >= 4 && group.layer < 30);
            QCOMPARE(count, group.unit == UnitKind::Attention ? std::size_t{8} : std::size_t{2752});
        }
    }

    void blocksThatAreKeptMustLeaveEnough() {
        const auto structure = handmade::make(handmade::tinyShape());
        PlanOptions wanted;
        wanted.ratio = 0.4;
        const auto plan = makePlan(structure, wanted);
        QCOMPARE(withoutBlocks(plan, structure, {0, 0}).budgets.size(), plan.budgets.size());
        for (const auto& [first, last] : {std::pair{2, 0}, std::pair{0, 2}, std::pair{3, 0}}) try {
                withoutBlocks(plan, structure, {first, last});
                QFAIL("accepted");
            } catch (const Error& error) {
                QCOMPARE(error.code(), ErrorCode::Impossible);
                QCOMPARE(error.subject(), first > 0 ? std::string("/method/options/keep_first_blocks")
                                                    : std::string("/method/options/keep_last_blocks"));
            }
    }

    void calibrationIsDrawnBySeed() {
        std::vector<Sequence> all(50);
        for (int i = 0; i < 50; ++i) all[static_cast<std::size_t>(i)].ids = {i};
        const auto drawn = [&](int n, std::uint64_t seed) {
            std::vector<int> ids;
            for (const auto& sequence : drawnSequences(all, n, seed)) ids.push_back(sequence.ids.front());
            return ids;
        };
        QCOMPARE(drawn(12, 3), drawn(12, 3));
        QVERIFY(drawn(12, 3) != drawn(12, 4));
        QCOMPARE(drawn(12, 3).size(), std::size_t{12});
        const auto one = drawn(12, 3);
        QVERIFY(std::is_sorted(one.begin(), one.end()) && std::set<int>(one.begin(), one.end()).size() == 12);
        QCOMPARE(drawn(80, 3).size(), std::size_t{50});
        std::vector<int> times(50, 0);
        for (std::uint64_t seed = 0; seed < 2000; ++seed)
            for (const int id : drawn(10, seed)) ++times[static_cast<std::size_t>(id)];
        for (const int n : times)
            QVERIFY2(n > 300 && n < 500, qPrintable(QString::number(n)));  // 400 expected, 18 a deviation
    }

    void magnitudeCountsRowsAndColumns() {
        MethodRun run("magnitude", R"({"norm": "l1", "settle_steps": 1})");
        run.finish();
        for (const auto& node : run.structure.nodeGroups) {
            if (!node.prunable) continue;
            const auto scores = run.sumsOfGroups(node, [](const at::Tensor& weights) { return weights.abs(); });
            const auto count = countIn(run.session->chosen(), node.id);
            for (const auto& ref : lowest(scores, node.id, count))
                QVERIFY(std::count(run.session->chosen().begin(), run.session->chosen().end(), ref) == 1);
        }
    }

    // Means and variances of batches of any size, far from zero, are those of all rows: the original's running variance, which forgets the old mean,
    // is not.
    void spreadsAreExact() {
        Random random(1, "rows");
        auto rows = at::empty({97, 3}, at::kDouble);
        for (std::int64_t i = 0; i < rows.numel(); ++i)
            rows.data_ptr<double>()[i] = 1000.0 * static_cast<double>(i % 3) + static_cast<double>(i) / 20 + random.normal();
        InputSpread spread(3);
        for (std::int64_t at = 0, size = 1; at < 97; at += size, size = size % 7 + 1)
            spread.add(rows.narrow(0, at, std::min<std::int64_t>(size, 97 - at)).unsqueeze(0));
        spread.add(at::zeros({0, 3}));
        QCOMPARE(spread.tokens(), std::int64_t{97});
        QVERIFY(at::allclose(spread.mean(), rows.mean(0), 1e-12));
        QVERIFY(at::allclose(spread.variance(), rows.var(0, false), 1e-9));
        QVERIFY(at::allclose(spread.meanSquare(), rows.square().mean(0), 1e-12));
    }

    void wandaIsItsFormula() {
        MethodRun run("wanda-sp", R"({"sequential": false, "settle_steps": 1, "calibration_sequences": 4096})");
        const auto inputs = inputsOf(*run.dense, run.text);
        run.finish();
        for (const auto& node : run.structure.nodeGroups) {
            if (!node.prunable) continue;
            const auto expected =
                lowest(wandaByHand(*run.dense, node, inputs), node.id, countIn(run.session->chosen(), node.id));
            for (const auto& ref : expected)
                QVERIFY(std::count(run.session->chosen().begin(), run.session->chosen().end(), ref) == 1);
        }
    }

    // Block by block: each is scored as it is found, then pruned, before the next one looks.
    void wandaInSequenceSeesPrunedBlocks() {
        const std::string options = R"("settle_steps": 1, "calibration_sequences": 4096)";
        MethodRun run("wanda-sp", "{" + options + "}", 7, 0.45),
            apart("wanda-sp", R"({"sequential": false, )" + options + "}", 7, 0.45);
        run.finish();
        apart.finish();
        std::vector<GroupRef> expected;
        for (int block = 0; block < 3; ++block) {
            applyMasks(*run.dense, run.structure, expected);
            const auto inputs = inputsOf(*run.dense, run.text);
            std::vector<GroupRef> own;
            for (const auto& node : run.structure.nodeGroups) {
                if (!node.prunable || node.layer != block) continue;
                const auto count = countIn(run.session->chosen(), node.id);
                QVERIFY(count > 0);
                const auto refs = lowest(wandaByHand(*run.dense, node, inputs), node.id, count);
                own.insert(own.end(), refs.begin(), refs.end());
            }
            expected.insert(expected.end(), own.begin(), own.end());
        }
        applyMasks(*run.dense, run.structure, {});
        QCOMPARE(sorted(run.session->chosen()), sorted(expected));
        QVERIFY(sorted(run.session->chosen()) != sorted(apart.session->chosen()));  // so it makes a difference here
        for (const auto* linear : run.model->linears()) QVERIFY(!linear->inputMask.defined());
    }

    void wandaInSequenceCannotCompareBlocks() {
        try {
            MethodRun("wanda-sp", R"({"ranking": "global"})");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QCOMPARE(error.subject(), std::string("/method/options/sequential"));
        }
        MethodRun("wanda-sp", R"({"ranking": "global", "sequential": false})");
    }

    void flapIsItsFormula() {
        MethodRun run("flap", R"({"settle_steps": 1, "calibration_sequences": 4096})");
        const auto inputs = inputsOf(*run.dense, run.text);
        run.finish();
        for (const UnitKind unit : {UnitKind::Attention, UnitKind::Mlp}) {
            std::vector<std::pair<double, GroupRef>> all;
            for (const auto& node : run.structure.nodeGroups) {
                if (!node.prunable || node.unit != unit) continue;
                const auto scores = flapByHand(*run.dense, node, inputs);
                for (int j = 0; j < node.count; ++j)
                    all.emplace_back(scores[static_cast<std::size_t>(j)], GroupRef{node.id, j});
            }
            std::sort(all.begin(), all.end());
            all.resize(static_cast<std::size_t>(run.plan.removed(unitName(unit))));
            for (const auto& [score, ref] : all)
                QVERIFY(std::count(run.session->chosen().begin(), run.session->chosen().end(), ref) == 1);
        }
    }

    void cutAtOnceWithoutAnyStep() {
        MethodRun run("flap", R"({"settle_steps": 0})");
        QVERIFY(run.session->done());
        QCOMPARE(run.session->totalSteps(), std::int64_t{0});
        QCOMPARE(static_cast<int>(run.session->chosen().size()), run.plan.removed());
        const auto wrong = checkCut(run);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    void variants_data() {
        QTest::addColumn<QString>("method");
        QTest::addColumn<QString>("options");
        const auto row = [](const char* method, json options) {
            const json small = {{"warmup_steps", 2}, {"settle_steps", 2}, {"calibration_sequences", 6}};
            options.update(small);
            QTest::newRow((std::string(method) + " " + options.dump()).c_str())
                << method << QString::fromStdString(options.dump());
        };
        row("llm-pruner", {{"cuts", 3}, {"cut_steps", 2}, {"importance", "mixed"}, {"compensation", "least-squares"}});
        row("llm-pruner", {{"cuts", 2}, {"importance", "second"}, {"aggregation", "prod"}, {"ranking", "global"}});
        row("llm-pruner", {{"importance", "random"}, {"keep_first_blocks", 1}});
        row("llm-pruner", {{"importance", "vector"}, {"aggregation", "last"}, {"ranking", "standardised"}});
        row("flap", {{"cuts", 2}, {"cut_steps", 1}});
        row("flap", {{"metric", "wifn"}, {"ranking", "local"}, {"compensation", "scale"}});
        row("wanda-sp", {{"cuts", 3}, {"cut_steps", 1}, {"compensation", "bias"}});
        row("magnitude", {{"ranking", "standardised"}, {"compensation", "scale"}});
        row("random", {{"cuts", 2}, {"compensation", "bias"}});
    }

    // What tst_methods asks of every method's defaults, of combinations of options; and broken off after every step.
    void variants() {
        QFETCH(QString, method);
        QFETCH(QString, options);
        const auto start = [&] { return MethodRun(method.toStdString(), options.toStdString(), 7, 0.2); };
        auto straight = start();
        int zero = 0;
        const auto schedule = methodInfo(method.toStdString()).schedule(options.toStdString());
        QCOMPARE(totalSteps(schedule), straight.session->totalSteps());
        for (const auto& phase : schedule) {
            StepReport report;
            for (std::int64_t i = 0; i < phase.steps; ++i) report = straight.session->step();
            if (phase.steps == 0) continue;
            QVERIFY2((report.zeroGroups > zero) == phase.zeroes, phase.name.c_str());
            zero = report.zeroGroups;
        }
        QVERIFY(straight.session->done());
        QCOMPARE(zero, straight.plan.removed());
        const auto wrong = checkCut(straight);
        QVERIFY2(wrong.empty(), wrong.c_str());
        for (std::int64_t at = 1; at < straight.session->totalSteps(); ++at) {
            Archive archive;
            {
                auto begun = start();
                for (std::int64_t i = 0; i < at; ++i) begun.session->step();
                begun.trainer->save(archive);
                begun.session->save(archive);
                archive.values = json::parse(archive.values.dump());
            }
            auto resumed = start();
            resumed.trainer->load(archive);
            resumed.session->load(archive);
            resumed.finish();
            QCOMPARE(resumed.session->chosen(), straight.session->chosen());
            QVERIFY2(sameBits(stateOf(*resumed.model), stateOf(*straight.model)),
                     qPrintable(QString("broken at %1").arg(at)));
        }
    }
};

}  // namespace tst_scored_methods

QTEST_APPLESS_MAIN(tst_scored_methods::TestScoredMethods)
#include "tst_scored_methods.moc"
