// Searched layer profiles: the evolution against an optimum that is known, the search against the rankings it begins with.
#include "core/base/error.h"
#include "core/prune/methods/layer_profiles.h"
#include "tests/tensor/family_configs.h"
#include "tests/tensor/method_runs.h"

#include <QtTest>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>

namespace tst_search {

using namespace lorashear;
using namespace lorashear::testing;
using nlohmann::json;

namespace {

/// Two clusters with totals 12 and 16, in steps of 1 and 4.
std::vector<ProfileLane> someLanes() {
    return {{0, 0, 8, 1}, {0, 1, 8, 1}, {0, 0, 8, 1}, {1, 0, 12, 4}, {1, 4, 12, 4}};
}

/// Least at {1, 8, 3, 4, 12}: nothing else is as near to it.
double distanceFromBest(const LayerProfile& profile) {
    const LayerProfile best = {1, 8, 3, 4, 12};
    double sum = 0;
    for (std::size_t i = 0; i < best.size(); ++i) sum += (profile[i] - best[i]) * (profile[i] - best[i]);
    return sum;
}

/// Mean nll of the whole model without these groups on the text that a search with all sequences judges by.
double lossWithoutGroups(const MethodRun& run, const std::vector<GroupRef>& groups) {
    applyMasks(*run.dense, run.structure, groups);
    const double loss = meanNll(*run.dense, run.text, 4, Compute::Fp32, {});
    applyMasks(*run.dense, run.structure, {});
    return loss;
}

std::map<std::string, std::pair<at::Tensor, at::Tensor>> adaptersOf(const CausalLM& model) {
    std::map<std::string, std::pair<at::Tensor, at::Tensor>> all;
    for (const auto* linear : model.linears()) all[linear->name] = {linear->a.detach().clone(), linear->b.detach().clone()};
    return all;
}

std::string searchOptions(json more) {
    json options = {{"settle_steps", 1},
                    {"calibration_sequences", 4096},
                    {"evaluation_sequences", 4096},
                    {"population", 6},
                    {"compensation", "none"}};
    options.update(more);
    return options.dump();
}

}  // namespace

class TestSearch : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void evolutionFindsTheBest() {
        for (const std::uint64_t seed : {1, 2, 3}) {
            std::set<LayerProfile> met;
            const auto best =
                evolveProfiles(someLanes(), {{4, 4, 4, 8, 8}}, {20, 30, 0.5}, seed, [&](const LayerProfile& profile) {
                    [&] { QVERIFY2(met.insert(profile).second, "asked twice"); }();
                    return distanceFromBest(profile);
                });
            QCOMPARE(best, (LayerProfile{1, 8, 3, 4, 12}));
        }
    }

    void everyProfileKeepsTotalsAndLimits() {
        const auto lanes = someLanes();
        int met = 0;
        evolveProfiles(lanes, {{4, 4, 4, 8, 8}, {8, 2, 2, 4, 12}}, {12, 10, 1.0}, 5, [&](const LayerProfile& profile) {
            ++met;
            [&] {
                QCOMPARE(profile[0] + profile[1] + profile[2], 12);
                QCOMPARE(profile[3] + profile[4], 16);
                for (std::size_t i = 0; i < lanes.size(); ++i) {
                    QVERIFY(profile[i] >= lanes[i].least && profile[i] <= lanes[i].most);
                    QCOMPARE((profile[i] - lanes[i].least) % lanes[i].step, 0);
                }
            }();
            return static_cast<double>(profile[0] * 7 % 5);
        });
        QVERIFY(met > 20);
    }

    void evolutionIsAFunctionOfItsSeed() {
        const auto order = [](std::uint64_t seed) {
            std::vector<LayerProfile> met;
            evolveProfiles(someLanes(), {{4, 4, 4, 8, 8}}, {8, 4, 0.5}, seed, [&](const LayerProfile& profile) {
                met.push_back(profile);
                return distanceFromBest(profile);
            });
            return met;
        };
        QCOMPARE(order(7), order(7));
        QVERIFY(order(7) != order(8));
    }

    /// What is found is no worse than any ranking of the same scores, and here better than all.
    void findsBetterThanEveryRanking() {
        MethodRun run("search", searchOptions({{"score", "magnitude"}, {"generations", 6}, {"mutation", 0.6}}), 7, 0.4);
        run.finish();
        const double found = lossWithoutGroups(run, run.session->chosen());
        for (const char* ranking : {"local", "global", "standardised"}) {
            MethodRun other("magnitude", json{{"ranking", ranking}, {"settle_steps", 1}}.dump(), 7, 0.4);
            other.finish();
            QCOMPARE(other.session->chosen().size(), run.session->chosen().size());
            const double loss = lossWithoutGroups(other, other.session->chosen());
            QVERIFY2(found < loss, qPrintable(QString("%1 against %2 by %3").arg(found).arg(loss).arg(ranking)));
        }
        const auto wrong = checkCut(run);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }

    /// Within a node group the score decides, whatever the profile.
    void withinABlockTheScoreDecides() {
        MethodRun run("search", searchOptions({{"score", "magnitude"}, {"generations", 2}}));
        run.finish();
        for (const NodeGroup& node : run.structure.nodeGroups) {
            if (!node.prunable) continue;
            const auto scores = run.sumsOfGroups(node, [](const at::Tensor& weights) { return weights.square(); });
            double highestGone = -1, lowestKept = 1e300;
            for (int j = 0; j < node.count; ++j) {
                const auto& chosen = run.session->chosen();
                const bool gone = std::count(chosen.begin(), chosen.end(), GroupRef{node.id, j}) > 0;
                const double score = scores[static_cast<std::size_t>(j)];
                gone ? highestGone = std::max(highestGone, score) : lowestKept = std::min(lowestKept, score);
            }
            QVERIFY(highestGone < lowestKept);
        }
    }

    /// Training before a profile is judged leaves no trace, and changes what is found.
    void shortRecoveryIsUndone() {
        MethodRun run("search", searchOptions({{"settle_steps", 0}, {"generations", 1}, {"recovery_steps", 2}}));
        QVERIFY(run.session->done());
        QCOMPARE(run.trainer->steps(), std::int64_t{0});
        MethodRun untouched("magnitude", R"({"settle_steps": 1})");
        const auto before = adaptersOf(*untouched.model), after = adaptersOf(*run.model);
        QCOMPARE(after.size(), before.size());
        for (const auto& [name, pair] : before) {
            QVERIFY(at::equal(after.at(name).first, pair.first));
            QVERIFY(at::equal(after.at(name).second, pair.second));
        }
        for (const auto* linear : run.model->linears()) QVERIFY(!linear->mask.defined());
    }

    void stopsInTheMiddleAndLeavesNothingBehind() {
        MethodRun run("search", searchOptions({{"recovery_steps", 2}}));
        std::stop_source stop;
        run.control.stop = stop.get_token();
        const auto before = stateOf(*run.model);
        int passes = 0;
        run.model->linears().front()->observer = [&](const at::Tensor&, const at::Tensor&) {
            if (++passes == 20) stop.request_stop();
        };
        try {
            run.session->step();
            QFAIL("went on");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Cancelled);
        }
        QVERIFY(passes >= 20 && passes < 40);
        QVERIFY(sameBits(stateOf(*run.model), before));
        QCOMPARE(run.trainer->steps(), std::int64_t{0});
    }

    void variants_data() {
        QTest::addColumn<QString>("options");
        QTest::addColumn<QString>("family");
        for (const char* family : {"llama 3", "mixtral"})
            for (const char* options :
                 {R"({"score": "taylor", "recovery_steps": 1})", R"({"cuts": 2, "compensation": "scale"})"})
                QTest::newRow((std::string(family) + " " + options).c_str()) << options << family;
    }
    /// Shared keys and values, experts; two cuts; the same bytes again.
    void variants() {
        QFETCH(QString, options);
        QFETCH(QString, family);
        json all = json::parse(options.toStdString());
        all.update({{"settle_steps", 2},
                    {"population", 3},
                    {"generations", 1},
                    {"calibration_sequences", 4},
                    {"evaluation_sequences", 3}});
        const auto start = [&] {
            std::string text;
            for (const auto& one : familyConfigs())
                if (one.name == family.toStdString()) text = one.json;
            auto dense = randomModel(parseConfig(text, "config.json"), 5);
            auto structure = traceStructure(*dense);
            return MethodRun("search", all.dump(), std::move(dense), std::move(structure), 6);
        };
        auto run = start(), again = start();
        run.finish(), again.finish();
        QCOMPARE(static_cast<int>(run.session->chosen().size()), run.plan.removed());
        QVERIFY(sameBits(stateOf(*again.model), stateOf(*run.model)));
        const auto wrong = checkCut(run);
        QVERIFY2(wrong.empty(), wrong.c_str());
    }
};

}  // namespace tst_search

QTEST_APPLESS_MAIN(tst_search::TestSearch)
#include "tst_search.moc"
