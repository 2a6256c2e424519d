#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/model/lora.h"
#include "core/prune/curvature.h"
#include "core/prune/methods/fading_groups.h"
#include "core/prune/pruning_method.h"
#include "tests/tensor/knowledge_models.h"

#include <QtTest>

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace tst_lhspg {

using namespace lorashear;

namespace {

struct Run {
    std::unique_ptr<CausalLM> dense = handmade::tinyModel(21), model = cloneModel(*dense);
    Structure structure = handmade::make(handmade::tinyShape());
    PruningPlan plan;
    std::vector<Sequence> text = handmade::ownText(*dense, 24, 20, 4);
    std::unique_ptr<BatchSource> source = shuffledSource(text, 7, "text");
    std::unique_ptr<Trainer> trainer;
    Control control;
    std::unique_ptr<PruningSession> session;

    explicit Run(const nlohmann::json& given, const std::string& method = "lhspg", double ratio = 0.25) {
        attachLora(*model, {.rank = 4, .alpha = 8, .dropout = 0, .targets = {}}, 5);
        PlanOptions wanted;
        wanted.ratio = ratio;
        wanted.units["mlp"].minimum = 4;
        plan = makePlan(structure, wanted);
        TrainerOptions o;
        o.optimizer.learningRate = 5e-3;
        o.batch = 4;
        trainer = std::make_unique<Trainer>(*model, *source, o, dense.get());
        session = makePruning(method, given.dump(), {*model, structure, plan, *trainer, text, control});
    }
    void finish() {
        while (!session->done()) session->step();
    }
    const NodeGroup& nodeGroup(const GroupRef& group) const {
        return structure.nodeGroups[static_cast<std::size_t>(group.nodeGroup)];
    }

    /// Largest absolute value among scales, B rows and B's moments of the groups' rows.
    double leftover(const std::vector<GroupRef>& groups) const {
        double most = 0;
        for (const auto& group : groups)
            for (const auto& rows : rowsOf(*model, nodeGroup(group), group.index)) {
                auto* state = trainer->optimizer().find(rows.linear->b);
                for (const auto& t : {rows.linear->rowScale, rows.linear->b.detach(), state->first, state->second}) {
                    const double largest = t.narrow(0, rows.begin, rows.length).abs().max().item<double>();
                    if (std::isnan(largest)) return largest;
                    most = std::max(most, largest);
                }
            }
        return most;
    }
    int chosenOf(UnitKind unit) const {
        return static_cast<int>(std::count_if(session->chosen().begin(), session->chosen().end(),
                                              [&](const GroupRef& g) { return nodeGroup(g).unit == unit; }));
    }
};

at::Tensor logitsOf(const CausalLM& model) {
    at::NoGradGuard guard;
    return model.logits(at::arange(0, 40, at::kLong).remainder(60).view({2, 20}), {});
}

double difference(const at::Tensor& x, const at::Tensor& y) {
    return (x - y).abs().max().item<double>() / y.abs().max().item<double>();
}

NamedTensors stateOf(const CausalLM& model) {
    NamedTensors all;
    for (const auto* linear : model.linears()) {
        all[linear->name + ".effective"] = linear->effectiveWeight();
        all[linear->name + ".weight"] = linear->weight.clone();
        if (linear->hasAdapter())
            all[linear->name + ".A"] = linear->a.detach().clone(), all[linear->name + ".B"] = linear->b.detach().clone();
    }
    return all;
}

bool sameBits(const NamedTensors& x, const NamedTensors& y) {
    if (x.size() != y.size()) return false;
    for (const auto& [name, tensor] : x)
        if (!at::equal(tensor, y.at(name))) return false;
    return true;
}

const nlohmann::json kShort = {{"warmup_steps", 3}, {"periods", 3}, {"period_steps", 4}, {"calibration_sequences", 8}};

nlohmann::json shortWith(nlohmann::json more) {
    auto all = kShort;
    all.update(more);
    return all;
}

void addVariants() {
    QTest::addColumn<QString>("method");
    QTest::addColumn<QString>("options");
    const auto row = [](const char* name, const char* method, const nlohmann::json& options) {
        QTest::newRow(name) << QString(method) << QString::fromStdString(options.dump());
    };
    row("curvature with compensation", "lhspg", kShort);
    row("magnitude, nothing edited", "lhspg", shortWith({{"saliency", "magnitude"}, {"compensation", false}}));
    row("proxy mix, merged periods", "lhspg",
        shortWith({{"saliency", "mix"}, {"merge_periods", true}, {"compensation", false}}));
    row("literal", "lhspg", shortWith({{"realisation", "literal"}, {"saliency", "mix"}, {"compensation", false}}));
    row("early by epsilon", "lhspg", shortWith({{"epsilon", 0.6}, {"period_steps", 6}}));
    row("one step a period", "lhspg", shortWith({{"period_steps", 1}, {"warmup_steps", 0}}));
    row("dense order and repair at death", "lhspg",
        shortWith({{"order", "dense"}, {"repair_from", "dense"}, {"repair_at", "death"}}));
    row("dense order, repaired as it is, refits", "lhspg", shortWith({{"order", "dense"}, {"refit", "death"}}));
    row("ranked again, dense repair, merged, one refit", "lhspg",
        shortWith({{"repair_from", "dense"}, {"merge_periods", true}, {"refit", "end"}}));
    row("dense order by magnitude, literal", "lhspg",
        shortWith({{"order", "dense"}, {"saliency", "magnitude"}, {"realisation", "literal"}, {"refit", "end"}}));
    row("more fade than go", "lhspg", shortWith({{"over_selection", 1.5}}));
    row("more fade than go, dense, early by epsilon", "lhspg",
        shortWith({{"over_selection", 1.5}, {"order", "dense"}, {"repair_from", "dense"}, {"epsilon", 0.3}}));
    row("one shot", "one-shot", {{"warmup_steps", 3}, {"settle_steps", 4}, {"calibration_sequences", 8}});
    row("one shot by magnitude, at once", "one-shot",
        {{"warmup_steps", 0}, {"settle_steps", 3}, {"saliency", "magnitude"}, {"compensation", false}});
}

}  // namespace

class TestLhspg : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void watchedTestsTellWhatTheRowsSay_data() {
        QTest::addColumn<QString>("options");
        QTest::addColumn<bool>(
            "inPlace");  // the rows are those of the model, before and after: not by the letter, which merges adapters
        const auto row = [](const char* name, const nlohmann::json& options, bool inPlace) {
            QTest::newRow(name) << QString::fromStdString(options.dump()) << inPlace;
        };
        row("no boundary", kShort, true);
        row("early by epsilon", shortWith({{"epsilon", 0.6}, {"period_steps", 6}}), true);
        row("more fade than go", shortWith({{"over_selection", 1.5}, {"period_steps", 6}, {"compensation", false}}), true);
        row("merged periods", shortWith({{"merge_periods", true}, {"compensation", false}}), true);
        row("literal", shortWith({{"realisation", "literal"}, {"saliency", "mix"}, {"compensation", false}}), false);
    }
    // Against effective weights, multiplied out; and a run that is watched does what one does that is not.
    void watchedTestsTellWhatTheRowsSay() {
        QFETCH(QString, options);
        QFETCH(bool, inPlace);
        const auto given = nlohmann::json::parse(options.toStdString());
        Run watched(given), plain(given);
        watched.session->watchProjection(true);
        int told = 0, crossed = 0, last = 0, returning = 0;
        while (!watched.session->done()) {
            const NamedTensors before = stateOf(*watched.model);
            watched.session->step();
            plain.session->step();
            QVERIFY(plain.session->projection().groups.empty());
            const NamedTensors after = stateOf(*watched.model);
            const ProjectionReport seen = watched.session->projection();
            for (std::size_t i = 0; i < seen.groups.size(); ++i) {
                double old = 0, across = 0, now = 0;
                for (const auto& rows : rowsOf(*watched.model, watched.nodeGroup(seen.groups[i]), seen.groups[i].index)) {
                    const auto part = [&](const NamedTensors& state) {
                        return state.at(rows.linear->name + ".effective").narrow(0, rows.begin, rows.length).to(at::kDouble);
                    };
                    const auto x = part(before), y = part(after);
                    old += (x * x).sum().item<double>(), across += (x * y).sum().item<double>();
                    now += (y * y).sum().item<double>();
                }
                const auto near = [](double a, double b) { return std::abs(a - b) <= 2e-4 * std::max(1.0, std::abs(b)); };
                QVERIFY2(near(seen.norm[i], std::sqrt(now)), qPrintable(QString::number(seen.norm[i])));
                QVERIFY(std::abs(seen.cosine[i]) <= 1 + 1e-6);
                if (inPlace) QVERIFY(near(seen.before[i], std::sqrt(old)));
                if (now > 0 && inPlace) {
                    QVERIFY(near(seen.along[i], across / old) && near(seen.cosine[i], across / std::sqrt(old * now)));
                    QVERIFY(seen.boundary <= 0 || seen.along[i] >= seen.boundary);
                }
                if (now == 0) {
                    QCOMPARE(seen.norm[i], 0.0);
                    QVERIFY(seen.last || seen.along[i] < seen.boundary);
                    (seen.last ? last : crossed) += 1;
                }
                if (seen.returning[i]) {
                    const auto& gone = watched.session->chosen();
                    QVERIFY(seen.norm[i] > 0 && std::find(gone.begin(), gone.end(), seen.groups[i]) == gone.end());
                    ++returning;
                }
                ++told;
            }
        }
        QCOMPARE(crossed + last, watched.plan.removed());  // each goes once
        QVERIFY(told > watched.plan.removed());
        QCOMPARE(crossed > 0, given.value("epsilon", 0.0) > 0);
        QCOMPARE(returning > 0, given.value("over_selection", 1.0) > 1);
        QVERIFY(sameBits(stateOf(*watched.model), stateOf(*plain.model)));
    }

    void endsAtExactZero_data() { addVariants(); }
    void endsAtExactZero() {
        QFETCH(QString, method);
        QFETCH(QString, options);
        Run run(nlohmann::json::parse(options.toStdString()), method.toStdString());
        std::int64_t steps = 0;
        StepReport last;
        while (!run.session->done()) last = run.session->step(), ++steps;
        QCOMPARE(steps, run.session->totalSteps());
        QCOMPARE(run.chosenOf(UnitKind::Attention), run.plan.removed("attention"));
        QCOMPARE(run.chosenOf(UnitKind::Mlp), run.plan.removed("mlp"));
        auto sorted = run.session->chosen();
        std::sort(sorted.begin(), sorted.end());
        QVERIFY(std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end());
        QCOMPARE(last.zeroGroups, run.plan.removed());
        QCOMPARE(last.targetGroups, last.zeroGroups);
        QCOMPARE(last.redundantNorm, 0.0);
        QVERIFY(last.importantNorm > 0);
        QCOMPARE(run.leftover(run.session->chosen()), 0.0);
    }

    void deadRowsNeverRevive() {
        Run run(kShort);
        run.finish();
        const auto dead = run.session->chosen();
        FadingGroups groups(*run.model, run.structure, run.trainer->optimizer());
        for (int i = 0; i < 100; ++i) run.trainer->step(1e-2, [&] { groups.holdDead(); });
        QCOMPARE(run.leftover(dead), 0.0);
    }

    // Masked = sliced also for what the method leaves behind: repaired consumers, merged weights, adapters.
    void compactModelEqualsTheMaskedOne_data() { addVariants(); }
    void compactModelEqualsTheMaskedOne() {
        QFETCH(QString, method);
        QFETCH(QString, options);
        Run run(nlohmann::json::parse(options.toStdString()), method.toStdString());
        run.finish();
        const auto masked = logitsOf(*run.model);
        const auto sliced = sliceModel(*run.model, run.structure, run.session->chosen());
        QVERIFY(difference(logitsOf(*sliced), masked) < 1e-4);
        QVERIFY(difference(logitsOf(*mergeAdapters(*sliced)), masked) < 1e-4);
        QVERIFY(difference(masked, logitsOf(*run.dense)) > 1e-4);
    }

    void theDenseModelStaysAsItWas() {
        Run run(shortWith({{"merge_periods", true}}));
        const auto fresh = handmade::tinyModel(21);
        run.finish();
        QVERIFY(at::equal(logitsOf(*run.dense), logitsOf(*fresh)));
    }

    void interruptedEqualsUninterrupted_data() { addVariants(); }
    void interruptedEqualsUninterrupted() {
        QFETCH(QString, method);
        QFETCH(QString, options);
        const auto given = nlohmann::json::parse(options.toStdString());
        Run straight(given, method.toStdString());
        straight.finish();
        for (const int breakAt : {1, 5}) {
            auto run = std::make_unique<Run>(given, method.toStdString());
            for (int i = 0; i < breakAt && !run->session->done(); ++i) run->session->step();
            Archive archive;
            run->trainer->save(archive);
            run->session->save(archive);
            archive.values = nlohmann::json::parse(archive.values.dump());
            run = std::make_unique<Run>(given, method.toStdString());
            run->trainer->load(archive);
            run->session->load(archive);
            run->finish();
            QCOMPARE(run->session->chosen(), straight.session->chosen());
            QVERIFY(sameBits(stateOf(*run->model), stateOf(*straight.model)));
        }
    }

    // T_p = 4 multiplies by 3/4, 2/3, 1/2, 0: the scale falls along 0.75, 0.5, 0.25, 0.
    void fadesLinearly() {
        Run run(shortWith({{"warmup_steps", 0}, {"periods", 1}}));
        for (const double expected : {0.75, 0.5, 0.25, 0.0}) {
            run.session->step();
            const auto group = run.session->chosen().front();
            const auto rows = rowsOf(*run.model, run.nodeGroup(group), group.index).front();
            QVERIFY(std::abs(rows.linear->rowScale[rows.begin].item<double>() - expected) < 1e-6);
        }
    }

    // With a learning rate near zero the rows only shrink, by q = (left - 1) / left, which falls
    // below epsilon once fewer than 1 / (1 - epsilon) steps are left.
    void halfSpaceEndsPeriodsEarly_data() {
        QTest::addColumn<double>("epsilon");
        QTest::addColumn<int>("deadAfter");
        QTest::newRow("epsilon 0: never early") << 0.0 << 20;
        QTest::newRow("epsilon 0.895: with 9 steps to go") << 0.895 << 12;
        QTest::newRow("epsilon 0.45: only at the last") << 0.45 << 20;
    }
    void halfSpaceEndsPeriodsEarly() {
        QFETCH(double, epsilon);
        QFETCH(int, deadAfter);
        for (const char* realisation : {"row-scale", "literal"}) {
            Run run({{"warmup_steps", 0},
                     {"periods", 1},
                     {"period_steps", 20},
                     {"epsilon", epsilon},
                     {"rate_warmup", 100000},
                     {"saliency", "magnitude"},
                     {"compensation", false},
                     {"realisation", realisation}});
            int step = 0;
            while (run.session->step().zeroGroups == 0) ++step;
            QCOMPARE(step + 1, deadAfter);
        }
    }

    void rowInnerNeedsNoProduct() {
        Run run(kShort);
        for (int i = 0; i < 5; ++i) run.session->step();
        for (const auto* linear : run.model->linears()) {
            auto x = rowState(*linear), y = copyOf(x);
            y.a.add_(0.1), y.b.mul_(0.7).add_(0.05);
            if (y.scale.defined()) y.scale.mul_(0.5);
            const auto full = [&](const RowState& s) {
                auto w = linear->weight.clone();
                if (s.scale.defined()) w.mul_(s.scale.unsqueeze(1));
                return w.addmm_(s.b, s.a, 1, linear->scale);
            };
            const auto expected = (full(x) * full(y)).sum(1);
            QVERIFY((rowInner(*linear, x, y) - expected).abs().max().item<double>() <
                    1e-5 * expected.abs().max().item<double>());
        }
    }

    // The repair is the least-squares optimum: the error of the consumers' outputs falls, and no small change lowers it further.
    void repairIsLeastSquares() {
        Run run(kShort);
        Curvature curvature(*run.model, run.structure, 1e-6);
        curvature.collect(run.text, false, 4, Compute::Fp32, run.control);
        std::vector<GroupRef> going;
        const auto* node = run.structure.find("layers.1.mlp");
        for (int j = 0; j < 10; ++j) going.push_back({node->id, j * 3});
        curvature.begin({});
        curvature.remove(going);
        const auto repairs = curvature.repairs(going);
        QCOMPARE(repairs.size(), std::size_t{1});
        auto* down = run.model->linear("model.layers.1.mlp.down_proj");
        at::Tensor x;
        down->observer = [&](const at::Tensor& in, const at::Tensor&) {
            x = x.defined() ? at::cat({x, in.detach().flatten(0, 1)}) : in.detach().flatten(0, 1);
        };
        meanNll(*run.model, run.text, 4, Compute::Fp32, run.control);
        down->observer = nullptr;
        auto cut = x.clone();
        for (const auto& g : going) cut.select(1, g.index).zero_();
        const auto w = down->effectiveWeight(), target = x.mm(w.t());
        const auto error = [&](const at::Tensor& weight) {
            return (cut.mm(weight.t()) - target).square().sum().item<double>();
        };
        const auto& change = repairs.at(down->name);
        const double repaired = error(w + change);
        QVERIFY(repaired < 0.9 * error(w));
        for (int i = 0; i < 5; ++i)
            QVERIFY(error(w + change + 1e-2 * at::sin(at::arange(change.numel(), at::kFloat) * (i + 1)).view_as(change)) >
                    repaired);
        for (const auto& g : going) QCOMPARE(change.select(1, g.index).abs().max().item<double>(), 0.0);
    }

    // Groups taken away in two parts leave the repair and the scores that solving for all at once gives, whether the inverse is
    // LAPACK's alone (40 columns) or put together from halves and the moments from panels (300).
    void eliminationEqualsSolvingAnew_data() {
        QTest::addColumn<int>("neurons");
        QTest::newRow("one block") << 40;
        QTest::newRow("halves and panels") << 300;
    }
    void eliminationEqualsSolvingAnew() {
        QFETCH(int, neurons);
        auto shape = handmade::tinyShape();
        shape.intermediate = neurons;
        const auto model = handmade::randomModel(handmade::configOf(shape), 3);
        const auto structure = handmade::make(shape);
        const auto text = handmade::ownText(*model, 24, 20, 4);
        const int mlp = structure.find("layers.1.mlp")->id;
        auto* down = model->linear("model.layers.1.mlp.down_proj");
        std::vector<at::Tensor> inputs;
        down->observer = [&](const at::Tensor& in, const at::Tensor&) {
            inputs.push_back(in.detach().flatten(0, 1).to(at::kDouble));
        };
        meanNll(*model, text, 4, Compute::Fp32, {});
        down->observer = nullptr;

        std::vector<GroupRef> first, second, both;
        std::vector<std::int64_t> going, kept;
        for (int j = 0; j < neurons; ++j) {
            (j % 3 == 0 ? going : kept).push_back(j);
            if (j % 3 != 0) continue;
            both.push_back({mlp, j});
            (j % 2 == 0 ? first : second).push_back({mlp, j});
        }
        const double damping = 1e-2;
        Curvature parts(*model, structure, damping), whole(*model, structure, damping);
        for (auto* curvature : {&parts, &whole}) {
            curvature->collect(text, true, 4, Compute::Fp32, {});
            curvature->begin({});
        }
        parts.remove(first);
        parts.remove(second);
        whole.remove(both);
        const auto a = parts.scores().scores, b = whole.scores().scores;
        const auto& mine = a[static_cast<std::size_t>(mlp)];
        const double largest = *std::max_element(mine.begin(), mine.end());
        QVERIFY(largest > 0);
        for (std::size_t j = 0; j < mine.size(); ++j)
            QVERIFY(std::abs(mine[j] - b[static_cast<std::size_t>(mlp)][j]) < 1e-6 * largest);

        // D = W_d H_dk (H_kk + ridge)^-1, by an ordinary solver.
        const auto x = at::cat(inputs), h = x.t().mm(x) / static_cast<double>(x.size(0));
        const auto k = at::tensor(kept), d = at::tensor(going);
        auto damped = h.index_select(0, k).index_select(1, k);
        damped.diagonal().add_(damping * h.diagonal().mean());
        const auto w = down->weight.to(at::kDouble);
        const auto expected =
            at::linalg_solve(damped, w.index_select(1, d).mm(h.index_select(0, d).index_select(1, k)).t()).t();
        const auto repair = parts.repairs(both).at(down->name).to(at::kDouble);
        const auto scale = expected.abs().max().item<double>();
        QVERIFY((repair.index_select(1, k) - expected).abs().max().item<double>() < 1e-4 * scale);
        QCOMPARE(repair.index_select(1, d).abs().max().item<double>(), 0.0);
    }

    // A neuron that is always silent costs nothing, and one of two twins little; a busy one costs most.
    void curvatureKnowsWhatIsFree() {
        Run run(kShort);
        auto* gate = run.model->linear("model.layers.0.mlp.gate_proj");
        auto* up = run.model->linear("model.layers.0.mlp.up_proj");
        up->weight[5].zero_();
        gate->weight[7].copy_(gate->weight[8]);
        up->weight[7].copy_(up->weight[8]);
        up->weight[20].mul_(5);
        Curvature curvature(*run.model, run.structure, 1e-4);
        curvature.collect(run.text, true, 4, Compute::Fp32, run.control);
        const auto node = run.structure.find("layers.0.mlp")->id;
        curvature.begin({});
        const auto all = curvature.scores();
        const auto& scores = all.scores[static_cast<std::size_t>(node)];
        const double median = [&] {
            auto sorted = scores;
            std::nth_element(sorted.begin(), sorted.begin() + 20, sorted.end());
            return sorted[20];
        }();
        QVERIFY(scores[5] < 0.01 * median);
        QVERIFY(scores[7] < 0.05 * median);
        QVERIFY(scores[20] > median);
        // With its twin gone the other is as precious as any.
        curvature.remove({{node, 7}});
        const auto later = curvature.scores();
        QVERIFY(later.scores[static_cast<std::size_t>(node)][8] > 10 * scores[8]);
        QCOMPARE(later.scores[static_cast<std::size_t>(node)][7], 0.0);
    }

    void collectingLeavesGradientsAlone() {
        Run run(kShort);
        Curvature curvature(*run.model, run.structure, 1e-2);
        curvature.collect(run.text, true, 4, Compute::Fp32, run.control);
        for (const auto* linear : run.model->linears()) {
            QVERIFY(!linear->a.grad().defined() && !linear->b.grad().defined());
            QVERIFY(!linear->observer);
        }
    }

    void cancelsBetweenSteps() {
        Run run(kShort);
        std::stop_source stop;
        run.control.stop = stop.get_token();
        run.session->step();
        stop.request_stop();
        try {
            run.session->step();
            QFAIL("not cancelled");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Cancelled);
        }
    }

    void unknownMethodsAreRefused() { QVERIFY_EXCEPTION_THROWN(Run({}, "wishful"), Error); }
};

}  // namespace tst_lhspg

QTEST_APPLESS_MAIN(tst_lhspg::TestLhspg)
#include "tst_lhspg.moc"
