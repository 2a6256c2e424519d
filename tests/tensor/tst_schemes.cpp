#include "core/base/error.h"
#include "core/recover/recovery.h"
#include "core/recover/scheme_table.h"
#include "core/recover/training_text.h"
#include "tests/tensor/knowledge_models.h"

#include <QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <map>

namespace tst_schemes {

using namespace lorashear;
using nlohmann::json;

namespace {

/// Two phases; the first reads two texts of different length that two teachers wrote. The student is neither.
struct Setup {
    std::unique_ptr<CausalLM> model = handmade::tinyModel(31), first = handmade::tinyModel(32),
                              second = handmade::tinyModel(33);
    Control control;
    std::vector<RecoveryRound> rounds;
    std::vector<NamedTensors> adapters;  ///< kept at the end of each phase
    std::unique_ptr<RecoverySession> session;

    RecoverySource sourceOf(const CausalLM& teacher, const std::string& name, int sequences) const {
        auto split = splitSequences(handmade::ownText(teacher, sequences, 18, 5), 4, 1, name);
        RecoverySource source{name, std::move(split.training), std::move(split.validation), 0};
        source.reference = lorashear::meanNll(teacher, source.validation, 4, Compute::Fp32, control);
        return source;
    }
    // Teachers are the same in every test: their texts are written once.
    const std::vector<RecoveryPhasePlan>& phases() const {
        static std::map<bool, std::vector<RecoveryPhasePlan>> written;
        auto& texts = written[harmful];
        if (texts.empty())
            texts = {{"pretraining", {sourceOf(*first, "long", 30), sourceOf(*second, "short", 15)}, 3, 4},
                     {"instruct", {sourceOf(*second, "more", 20)}, 2, 3}};
        return texts;
    }
    bool harmful = false;  ///< whoever is trained wrote the texts itself
    explicit Setup(const std::string& scheme, const std::string& options = "{}", std::uint64_t seed = 1,
                   double learningRate = 5e-3)
        : harmful(learningRate > 1) {
        if (harmful)
            model = cloneModel(*first), second = cloneModel(*first);  // wrote the texts itself: training can only harm
        RecoveryTraining training;
        training.lora = {.rank = 4, .alpha = 8, .dropout = 0.1, .targets = {}};
        training.training.optimizer.learningRate = learningRate;
        training.training.batch = 4;
        training.training.distillation = 0.2;
        training.repeat = true;  // few sequences, many steps
        training.seed = seed;
        session = makeRecovery(scheme, options, {*model, phases(), training, first.get(), control});
        session->onRound = [this](const RecoveryRound& round) { rounds.push_back(round); };
        session->onPhaseEnd = [this](int, const CausalLM& now) {
            auto& kept = adapters.emplace_back();
            for (const auto* linear : now.linears())
                if (linear->hasAdapter()) kept[linear->name] = linear->b.detach().clone();
        };
    }
    void finish() {
        while (!session->done()) session->step();
    }
    NamedTensors weights() const {
        NamedTensors all;
        for (const auto* linear : model->linears()) all[linear->name] = linear->effectiveWeight();
        return all;
    }
};

/// Options with which a scheme makes sense on these texts.
std::string optionsFor(const std::string& scheme) {
    return scheme == "prunelora" ? R"({"forget": ["short"]})" : "{}";
}

bool sameBits(const NamedTensors& x, const NamedTensors& y) {
    for (const auto& [name, tensor] : x)
        if (!at::equal(tensor, y.at(name))) return false;
    return x.size() == y.size();
}

}  // namespace

/// What every scheme must do that stands in the table, whichever it is; then what is the static one's own.
class TestSchemes : public QObject {
    Q_OBJECT

    static void everyScheme() {
        QTest::addColumn<QString>("id");
        for (const SchemeInfo& scheme : schemeTable()) QTest::newRow(scheme.id.c_str()) << QString::fromStdString(scheme.id);
    }

private Q_SLOTS:
    void repeatsToTheBit_data() { everyScheme(); }
    void repeatsToTheBit() {
        QFETCH(QString, id);
        const auto scheme = id.toStdString(), options = optionsFor(scheme);
        Setup first(scheme, options), again(scheme, options), other(scheme, options, 2);
        for (Setup* setup : {&first, &again, &other}) setup->finish();
        QVERIFY(sameBits(again.weights(), first.weights()));
        QVERIFY(!sameBits(other.weights(), first.weights()));
    }

    void stopsWithinOneStep_data() { everyScheme(); }
    void stopsWithinOneStep() {
        QFETCH(QString, id);
        Setup setup(id.toStdString(), optionsFor(id.toStdString()));
        std::stop_source stop;
        setup.control.stop = stop.get_token();
        setup.session->step();
        stop.request_stop();
        try {
            setup.session->step();
            QFAIL("went on");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::Cancelled);
        }
        QCOMPARE(setup.session->stepsDone(), std::int64_t{1});
    }

    void survivesSaveAndLoad_data() { everyScheme(); }
    void survivesSaveAndLoad() {
        QFETCH(QString, id);
        Setup straight(id.toStdString(), optionsFor(id.toStdString()));
        straight.finish();
        const std::int64_t steps = straight.session->stepsDone();
        for (const std::int64_t breakAt : {std::int64_t{2}, steps / 2, steps - 2}) {
            Archive archive;
            {
                Setup begun(id.toStdString(), optionsFor(id.toStdString()));
                for (std::int64_t i = 0; i < breakAt; ++i) begun.session->step();
                begun.session->save(archive);
                archive.values = json::parse(archive.values.dump());
                for (auto& [name, tensor] : archive.tensors) tensor = tensor.clone();
            }
            Setup resumed(id.toStdString(), optionsFor(id.toStdString()));
            resumed.session->load(archive);
            QCOMPARE(resumed.session->stepsDone(), breakAt);
            resumed.finish();
            QVERIFY2(sameBits(resumed.weights(), straight.weights()),
                     qPrintable(QStringLiteral("broken at %1").arg(breakAt)));
        }
    }

    // At most what the schedule says; adapters are in the weights at the end, and the texts are predicted better than before.
    void recoversWithinItsSchedule_data() { everyScheme(); }
    void recoversWithinItsSchedule() {
        QFETCH(QString, id);
        Setup setup(id.toStdString(), optionsFor(id.toStdString()));
        const auto schedule = schemeInfo(id.toStdString()).schedule({{"pretraining", 3, 4}, {"instruct", 2, 3}}, "{}");
        QCOMPARE(totalSteps(schedule), setup.session->totalSteps());
        setup.finish();
        QVERIFY(setup.session->stepsDone() <= setup.session->totalSteps());
        QCOMPARE(setup.adapters.size(), std::size_t{2});
        for (const auto* linear : setup.model->linears()) QVERIFY(!linear->hasAdapter());
        const auto& before = setup.rounds.front();
        QCOMPARE(before.sources, (std::vector<std::string>{"long", "short"}));
        double after = 0, then = 0;
        const auto phases = setup.phases();
        for (std::size_t i = 0; i < 2; ++i) {
            if (before.weights[i] == 0) continue;  // to be forgotten
            after += lorashear::meanNll(*setup.model, phases.front().sources[i].validation, 4, Compute::Fp32, setup.control);
            then += before.nll[i];
        }
        QVERIFY2(after < then, qPrintable(QStringLiteral("%1 %2").arg(after).arg(then)));
    }

    void sharesAreShares_data() { everyScheme(); }
    void sharesAreShares() {
        QFETCH(QString, id);
        Setup setup(id.toStdString(), optionsFor(id.toStdString()));
        setup.finish();
        for (const RecoveryRound& round : setup.rounds) {
            double sum = 0;
            for (const double share : round.weights) {
                QVERIFY(share >= 0);
                sum += share;
            }
            QVERIFY(std::abs(sum - 1) < 1e-12);
            QCOMPARE(round.weights.size(), round.sources.size());
        }
    }

    void refusesOptionsByPointer_data() { everyScheme(); }
    void refusesOptionsByPointer() {
        QFETCH(QString, id);
        try {
            Setup setup(id.toStdString(), R"({"luck": 1})");
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::BadRecipe);
            QCOMPARE(error.subject(), std::string("/recovery/options/luck"));
        }
    }

    // One round a phase in proportions that nothing changes.
    void staticSharesStay_data() {
        QTest::addColumn<QString>("options");
        QTest::addColumn<double>("share");
        QTest::newRow("by size") << "{}" << 26.0 / 38.0;  // 30 and 15 sequences, 4 and 3 of them kept for validation
        QTest::newRow("even") << R"({"shares": "even"})" << 0.5;
    }
    void staticSharesStay() {
        QFETCH(QString, options);
        QFETCH(double, share);
        Setup setup("static", options.toStdString());
        setup.finish();
        QCOMPARE(setup.rounds.size(), std::size_t{4});  // before and after each of two phases
        QCOMPARE(setup.session->stepsDone(), std::int64_t{3 * 4 + 2 * 3});
        for (int i : {0, 1}) QVERIFY(std::abs(setup.rounds[std::size_t(i)].weights[0] - share) < 1e-12);
    }

    // The last adapters are kept, also when training did harm: that is what it is compared for. Dynamic recovery takes them back.
    void staticKeepsTheLast() {
        Setup fixed("static", "{}", 1, 5), dynamic("dynamic", "{}", 1, 5);
        const auto before = fixed.weights();
        fixed.finish();
        dynamic.finish();
        QVERIFY(fixed.rounds[1].objective > fixed.rounds[0].objective);
        QVERIFY(!sameBits(fixed.weights(), before));
        QVERIFY(sameBits(dynamic.weights(), before));
    }

    void unknownSchemesAreRefused() { QVERIFY_EXCEPTION_THROWN(Setup("wishful"), Error); }
};

}  // namespace tst_schemes

QTEST_APPLESS_MAIN(tst_schemes::TestSchemes)
#include "tst_schemes.moc"
