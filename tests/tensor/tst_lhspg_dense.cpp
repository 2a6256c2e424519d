#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/prune/dense_refit.h"
#include "core/prune/methods/group_choice.h"
#include "tests/tensor/trained_pruning.h"

#include <QtTest>

#include <algorithm>
#include <map>

namespace tst_lhspg_dense {

using namespace lorashear;
using handmade::planOf;
using handmade::PruningRun;
using nlohmann::json;

namespace {

PruningRun::Setup setupOf(json options, double learningRate = 5e-3) {
    PruningRun::Setup setup;
    setup.options = std::move(options);
    setup.options["calibration_sequences"] = 8;
    setup.plan = planOf(0.25);
    setup.learningRate = learningRate;
    return setup;
}

PruningTask taskOf(PruningRun& run) {
    return {*run.model, run.structure, run.plan, *run.trainer, run.text, run.control};
}

std::vector<GroupRef> sorted(std::vector<GroupRef> groups) {
    std::sort(groups.begin(), groups.end());
    return groups;
}

double relative(const at::Tensor& x, const at::Tensor& expected) {
    return (x - expected).abs().max().item<double>() / (expected.abs().max().item<double>() + 1e-30);
}

/// Of a consumer: what it reads, and what it gives out, [tokens, ..] fp64 over all of a text.
struct Seen {
    at::Tensor x, y;
};

std::map<std::string, Seen> seenBy(CausalLM& model, const std::vector<Sequence>& text) {
    at::NoGradGuard guard;
    std::map<std::string, Seen> seen;
    const auto append = [](at::Tensor& all, const at::Tensor& more) {
        const auto flat = more.flatten(0, -2).to(at::kDouble);
        all = all.defined() ? at::cat({all, flat}) : flat;
    };
    for (auto* linear : model.linears())
        linear->observer = [&seen, &append, linear](const at::Tensor& x, const at::Tensor& y) {
            append(seen[linear->name].x, x), append(seen[linear->name].y, y);
        };
    for (const auto& sequence : text) {
        const auto ids = at::tensor(std::vector<std::int64_t>(sequence.ids.begin(), sequence.ids.end()));
        model.hidden(ids.narrow(0, 0, ids.size(0) - 1).unsqueeze(0), {});
    }
    for (auto* linear : model.linears()) linear->observer = nullptr;
    return seen;
}

}  // namespace

/// What LHSPG takes from the model as it was before the first step.
class TestLhspgDense : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // Taking groups away in two parts, each repaired on the dense moments, comes to the repair of both at once.
    void repairsOfPartsAddUp() {
        PruningRun run("lhspg", setupOf({}));
        std::vector<GroupRef> first{{run.structure.find("layers.0.attention")->id, 1}}, second, both;
        const int mlp = run.structure.find("layers.1.mlp")->id;
        for (int j = 0; j < 24; ++j) (j % 3 == 0 ? first : second).push_back({mlp, j});
        second.push_back({run.structure.find("layers.2.mlp")->id, 3});
        both = first;
        both.insert(both.end(), second.begin(), second.end());
        const GroupChoiceOptions options;
        const auto task = taskOf(run);
        const auto a = repairsOf(task, options, {{}, 1, 0}, first, true);
        const auto b = repairsOf(task, options, {first, 1, 0}, second, true);
        const auto whole = repairsOf(task, options, {{}, 1, 0}, both, true);
        QCOMPARE(whole.size(), std::size_t{3});
        for (const auto& [name, change] : whole) {
            auto sum = at::zeros_like(change);
            for (const auto* part : {&a, &b})
                if (part->count(name)) sum += part->at(name);
            QVERIFY(relative(sum.masked_fill(change == 0, 0), change) < 1e-4);
        }
        // Neither touches what has gone, or the rows of who still fades would be repaired too.
        const std::string down = "model.layers.1.mlp.down_proj";
        for (const auto& group : both)
            if (group.nodeGroup == mlp) QCOMPARE(b.at(down).select(1, group.index).abs().max().item<double>(), 0.0);
        QVERIFY(relative(b.at(down), whole.at(down)) > 0.1);
    }

    // Without training, periods that follow the dense order and its repair end where one shot ends at once.
    void slicesOfTheDenseOrderEndWhereOneShotDoes_data() {
        QTest::addColumn<QString>("when");
        QTest::newRow("in equal parts") << "fading";
        QTest::newRow("at death") << "death";
    }
    void slicesOfTheDenseOrderEndWhereOneShotDoes() {
        QFETCH(QString, when);
        const json common = {{"warmup_steps", 0}, {"ranking_rounds", 2}, {"rate_warmup", 100000}};
        json sliced = common, once = common;
        sliced.update({{"periods", 2},
                       {"period_steps", 3},
                       {"order", "dense"},
                       {"repair_from", "dense"},
                       {"repair_at", when.toStdString()}});
        once["settle_steps"] = 1;
        PruningRun progressive("lhspg", setupOf(sliced)), oneShot("one-shot", setupOf(once));
        progressive.finish(), oneShot.finish();
        QCOMPARE(sorted(progressive.session->chosen()), sorted(oneShot.session->chosen()));
        // What reads a group that has gone may keep columns for it: the models are the same once those are cut out.
        const auto cut = [](const PruningRun& run) {
            return mergeAdapters(*sliceModel(*run.model, run.structure, run.session->chosen()));
        };
        const auto ours = cut(progressive), theirs = cut(oneShot);
        for (const auto* linear : ours->linears()) {
            const double apart = relative(linear->weight, theirs->linear(linear->name)->weight);
            QVERIFY2(apart < 1e-4, (linear->name + ": " + std::to_string(apart)).c_str());
        }
        const auto* down = progressive.model->linear("model.layers.1.mlp.down_proj");
        QVERIFY(relative(down->effectiveWeight(), progressive.dense->linear(down->name)->effectiveWeight()) > 1e-3);
    }

    // Between the first step and the pick, what the dense order takes grows fifty times as loud: that changes the order of the day, not the dense one.
    void theDenseOrderIsRankedOnce() {
        for (const char* order : {"dense", "again"}) {
            const json options = {{"warmup_steps", 1}, {"periods", 2}, {"period_steps", 2}, {"order", order}};
            PruningRun run("lhspg", setupOf(options, 1e-6));
            const auto first = rankingOf("lhspg", setupOf(options).options.dump(), taskOf(run))->groups;
            run.session->step();
            for (const auto& group : first) {
                if (run.nodeGroup(group).unit != UnitKind::Mlp) continue;
                for (const auto& rows : rowsOf(*run.model, run.nodeGroup(group), group.index)) {
                    auto& scale = rows.linear->rowScale;
                    if (!scale.defined()) scale = at::ones({rows.linear->out()});
                    scale.narrow(0, rows.begin, rows.length).fill_(50);
                }
            }
            run.finish();
            QCOMPARE(sorted(run.session->chosen()) == sorted(first), std::string(order) == "dense");
        }
    }

    // What is left of the dense output after a refit holds nothing that the inputs at hand know: the normal equations, of every consumer, with the inputs
    // that it has after those before it were fitted.
    void refitMeetsTheDenseOutputs() {
        PruningRun run("lhspg",
                       setupOf({{"warmup_steps", 3}, {"periods", 1}, {"period_steps", 4}, {"compensation", false}}, 2e-2));
        run.finish();
        const auto chosen = run.session->chosen();
        auto dense = seenBy(*run.dense, run.text), before = seenBy(*run.model, run.text);
        std::map<std::string, at::Tensor> weights;
        for (const auto* linear : run.model->linears()) weights[linear->name] = linear->weight;
        WeightEdits edits;
        refitToDense({*run.model, *run.dense, run.structure, run.text, 1e-6, 4, Compute::Fp32, run.control}, chosen, edits);
        auto after = seenBy(*run.model, run.text);
        QVERIFY(edits.names().size() >= 3);
        for (const auto* linear : run.model->linears()) {
            const auto& name = linear->name;
            QCOMPARE(linear->weight.is_same(weights.at(name)), edits.names().count(name) == 0);
            if (!edits.names().count(name)) continue;
            const auto lacked = dense[name].y - before[name].y, lacks = dense[name].y - after[name].y;
            QVERIFY(lacks.square().sum().item<double>() < lacked.square().sum().item<double>());
            QVERIFY(lacks.t().mm(after[name].x).norm().item<double>() <
                    1e-2 * lacked.t().mm(before[name].x).norm().item<double>());
        }
    }

    void aFrozenCopyIsTheModelBeforeTraining() {
        PruningRun run("lhspg",
                       setupOf({{"warmup_steps", 2}, {"periods", 1}, {"period_steps", 2}, {"compensation", false}}));
        run.finish();
        QVERIFY(!at::equal(handmade::someLogits(*run.model), handmade::someLogits(*run.dense)));
        QVERIFY(at::equal(handmade::someLogits(*frozenCopy(*run.model)), handmade::someLogits(*run.dense)));
    }

    // Eq. 2 by its letter, term by term: x~ = x + s B A - lambda x / ||x|| with lambda = ||x|| / (T - t). A run with row scales has taken the same
    // training step, and tells A and B as they were before the letter absorbed them.
    void theLetterOfEquation2() {
        const json common = {
            {"warmup_steps", 3}, {"periods", 1}, {"period_steps", 4}, {"saliency", "magnitude"}, {"compensation", false}};
        json letter = common;
        letter["realisation"] = "literal";
        PruningRun scaled("lhspg", setupOf(common)), literal("lhspg", setupOf(letter));
        for (int i = 0; i < 4; ++i) scaled.session->step(), literal.session->step();
        QCOMPARE(literal.session->chosen(), scaled.session->chosen());
        for (const auto& group : scaled.session->chosen())
            for (const auto& rows : rowsOf(*scaled.model, scaled.nodeGroup(group), group.index)) {
                const auto part = [&](const at::Tensor& t) { return t.detach().narrow(0, rows.begin, rows.length); };
                const auto* other = literal.model->linear(rows.linear->name);
                const auto x = part(scaled.dense->linear(rows.linear->name)->weight);
                const auto absorbed = part(rows.linear->b).div(0.75).mm(rows.linear->a.detach()) * rows.linear->scale;
                QVERIFY(absorbed.abs().max().item<double>() > 1e-4);
                QVERIFY((part(other->weight) - (x + absorbed - x / 4)).abs().max().item<double>() < 1e-6);
                QCOMPARE(part(other->b).abs().max().item<double>(), 0.0);
            }
    }

    // Algorithm 4's last line: what stays takes its adapter in when a period ends.
    void theLetterMergesWhatStays() {
        const json common = {
            {"warmup_steps", 3}, {"periods", 1}, {"period_steps", 1}, {"saliency", "magnitude"}, {"compensation", false}};
        json letter = common;
        letter["realisation"] = "literal";
        PruningRun scaled("lhspg", setupOf(common)), literal("lhspg", setupOf(letter));
        scaled.finish(), literal.finish();
        for (const auto* linear : scaled.model->linears()) {
            const auto* other = literal.model->linear(linear->name);
            const auto merged = linear->b.detach().mm(linear->a.detach()) * linear->scale;
            QVERIFY(merged.abs().max().item<double>() > 1e-4);
            auto expected = linear->weight + merged;
            if (linear->rowScale.defined()) expected *= linear->rowScale.unsqueeze(1);  // those that went are zero
            QVERIFY((other->effectiveWeight() - expected).abs().max().item<double>() < 1e-6);
            QCOMPARE(other->b.detach().abs().max().item<double>(), 0.0);
        }
    }
};

}  // namespace tst_lhspg_dense

QTEST_APPLESS_MAIN(tst_lhspg_dense::TestLhspgDense)
#include "tst_lhspg_dense.moc"
