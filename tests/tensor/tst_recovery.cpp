#include "core/base/error.h"
#include "core/compact/group_masks.h"
#include "core/recover/recovery.h"
#include "core/recover/sampling.h"
#include "core/recover/training_text.h"
#include "core/recover/weighting.h"
#include "core/text/tokenizer.h"
#include "tests/tensor/knowledge_models.h"
#include "tests/tensor/numbered_words.h"
#include "tests/tensor/real_models.h"

#include <QtTest>

#include <ATen/ATen.h>

#include <cmath>
#include <numeric>
#include <set>

namespace tst_recovery {

using namespace lorashear;

namespace {

std::vector<std::vector<Sequence>> numberedSources(int sources, int each) {
    std::vector<std::vector<Sequence>> all;
    for (int s = 0; s < sources; ++s) {
        auto& list = all.emplace_back();
        for (int i = 0; i < each; ++i) list.push_back({{s, i}, {true}});
    }
    return all;
}

constexpr const char* kPatient = R"({"patience": 5})";

// Two sources that two teachers wrote; the student is neither.
struct Setup {
    std::unique_ptr<CausalLM> model = handmade::tinyModel(31), first = handmade::tinyModel(32),
                              second = handmade::tinyModel(33);
    Control control;
    std::vector<RecoveryRound> rounds;
    std::unique_ptr<RecoverySession> session;

    RecoverySource sourceOf(const CausalLM& teacher, const std::string& name) const {
        auto split = splitSequences(handmade::ownText(teacher, 20, 18, 5), 4, 1, name);
        RecoverySource source{name, std::move(split.training), std::move(split.validation), 0};
        source.reference = lorashear::meanNll(teacher, source.validation, 4, Compute::Fp32, control);
        return source;
    }
    std::unique_ptr<CausalLM> below;  ///< the model under the adapters that the first phase goes on with
    NamedTensors adapters;

    explicit Setup(const std::string& options = kPatient, int maxRounds = 3, bool continues = false,
                   std::int64_t stepsBefore = -1) {
        if (continues) leaveAdapters();
        std::vector<RecoveryPhasePlan> phases = {
            {"pretraining", {sourceOf(*first, "a"), sourceOf(*second, "b")}, maxRounds, 4},
            {"instruct", {sourceOf(*second, "c")}, 2, 3}};
        auto trained = training();
        trained.stepsBefore = stepsBefore;
        session = makeRecovery("dynamic", options, {*model, phases, trained, first.get(), control, adapters});
        session->onRound = [this](const RecoveryRound& round) { rounds.push_back(round); };
    }
    /// As pruning leaves them: merged into the model, and known beside it.
    void leaveAdapters() {
        below = cloneModel(*model);
        attachLora(*model, training().lora, 77);
        for (const auto* linear : model->linears()) linear->b.detach().copy_(0.02 * at::ones_like(linear->b).cumsum(0));
        for (const auto& [name, tensor] : adapterTensors(*model)) adapters[name] = tensor.detach().clone();
        model = mergeAdapters(*model);
    }
    static RecoveryTraining training() {
        RecoveryTraining o;
        o.lora = {.rank = 4, .alpha = 8, .dropout = 0.1, .targets = {}};
        o.training.optimizer.learningRate = 5e-3;
        o.training.batch = 4;
        o.training.distillation = 0.2;
        o.repeat = true;  // few sequences, many steps
        return o;
    }
    NamedTensors weights() const {
        NamedTensors all;
        for (const auto* linear : model->linears()) all[linear->name] = linear->effectiveWeight();
        return all;
    }
};

bool sameBits(const NamedTensors& x, const NamedTensors& y) {
    for (const auto& [name, tensor] : x)
        if (!at::equal(tensor, y.at(name))) return false;
    return x.size() == y.size();
}

}  // namespace

class TestRecovery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void weightsFollowTheFormulas() {
        const std::vector<double> nll = {2.0, 1.5, 1.0}, reference = {1.7, 1.4, 1.2};  // degradations 0.3, 0.1, 0
        const auto p = samplingWeights("proportional", nll, reference, {}, 0.3, 0.1);
        QVERIFY(std::abs(p[0] - (0.7 * 0.75 + 0.1)) < 1e-12);
        QVERIFY(std::abs(p[1] - (0.7 * 0.25 + 0.1)) < 1e-12);
        QVERIFY(std::abs(p[2] - 0.1) < 1e-12);
        const auto s = samplingWeights("softmax", nll, reference, {}, 0, 0.1);
        const double sum = std::exp(3.0) + std::exp(1.0) + 1;
        QVERIFY(std::abs(s[0] - std::exp(3.0) / sum) < 1e-12 && std::abs(s[2] - 1 / sum) < 1e-12);
        const auto e = samplingWeights("exponentiated", nll, reference, {0.2, 0.5, 0.3}, 0, 0.1);
        const double total = 0.2 * std::exp(0.3) + 0.5 * std::exp(0.1) + 0.3 * std::exp(-0.2);
        QVERIFY(std::abs(e[1] - 0.5 * std::exp(0.1) / total) < 1e-12);
    }

    // Two phases of 12 and 6 steps behind 6 of pruning: one cosine over 24. Adapters of pruning go on at the full rate, fresh ones rise over ten steps.
    void oneScheduleGoesOverAllPhases() {
        Setup setup(kPatient, 3, true, 6);
        for (int i = 0; i < 18; ++i) {
            const double fall = 0.5 * (1 + std::cos(std::acos(-1.0) * (6 + i) / 24)), rise = i < 12 ? 1 : (i - 11) / 10.0;
            QVERIFY2(std::abs(setup.session->step().learningRate - 5e-3 * rise * fall) < 1e-12, std::to_string(i).c_str());
        }
        QVERIFY(setup.session->done());
    }

    // Phases of at most 200 and 6 steps, the first ends after a round: the second has the last 6 of the cosine all the same.
    void aPhaseThatEndsEarlyLeavesItsPartOfTheScheduleOut() {
        Setup setup(R"({"patience": 1, "min_gain": 0.9})", 50, false, 6);
        int first = 0, second = 0;
        while (!setup.session->done()) {
            const auto report = setup.session->step();
            if (report.phase.starts_with("pretraining")) {
                ++first;
                continue;
            }
            const double fall = 0.5 * (1 + std::cos(std::acos(-1.0) * (206 + second) / 212)), rise = (second + 1) / 10.0;
            QVERIFY(std::abs(report.learningRate - 5e-3 * rise * fall) < 1e-12);
            ++second;
        }
        QVERIFY(first < 200 && second > 0);
    }

    void weightsSumToOneAndKeepTheFloor() {
        for (const auto& rule : samplingRules())
            for (const double floor : {0.0, 0.3, 1.0}) {
                const auto w = samplingWeights(rule.id, {3, 2, 1.1, 0.9}, {1, 1, 1, 1}, {}, floor, 0.2);
                QVERIFY(std::abs(std::accumulate(w.begin(), w.end(), 0.0) - 1) < 1e-12);
                for (const double x : w) QVERIFY(x >= floor / 4 - 1e-12);
            }
    }

    void uniformWhenNothingDegraded() {
        for (const auto& rule : samplingRules())
            for (const double x :
                 samplingWeights(rule.id, {1.0, 0.8, 1.2, 1.1}, {1.0, 1.0, 1.3, 1.1}, {0.7, 0.1, 0.1, 0.1}, 0.3, 0.1))
                QCOMPARE(x, 0.25);
    }

    void badRulesAreRefused() {
        QVERIFY_EXCEPTION_THROWN(samplingWeights("guess", {1}, {0}, {}, 0.3, 0.1), Error);
        QVERIFY_EXCEPTION_THROWN(samplingWeights("softmax", {1}, {0}, {}, 0.3, 0), Error);
        QVERIFY_EXCEPTION_THROWN(samplingWeights("proportional", {1}, {0}, {}, 1.2, 0.1), Error);
    }

    // Counts lie within three standard deviations of what the weights say.
    void samplerFollowsTheWeights() {
        WeightedSource source(numberedSources(4, 3000), 5, "test", true);
        const std::vector<double> weights = {0.6, 0.25, 0.1, 0.05};
        source.setWeights(weights);
        constexpr int kDraws = 4000;
        for (int i = 0; i < kDraws / 8; ++i) source.next(8);
        for (std::size_t s = 0; s < weights.size(); ++s) {
            const double expected = kDraws * weights[s], sigma = std::sqrt(expected * (1 - weights[s]));
            QVERIFY2(std::abs(static_cast<double>(source.drawn()[s]) - expected) < 3 * sigma,
                     qPrintable(QString::number(source.drawn()[s])));
        }
    }

    void noDocumentTwiceAcrossRounds() {
        WeightedSource source(numberedSources(2, 300), 6, "test", true);
        std::set<std::vector<int>> seen;
        int drawn = 0;
        for (const double weight : {0.9, 0.2, 0.5}) {  // three rounds
            source.setWeights({weight, 1 - weight});
            for (int i = 0; i < 20; ++i)
                for (const auto& sequence : source.next(8)) seen.insert(sequence.ids), ++drawn;
        }
        QCOMPARE(static_cast<int>(seen.size()), drawn);
    }

    // Without repetition every sequence comes exactly once; a source that is used up leaves its share to the others.
    void usedUpSourcesFallSilent() {
        WeightedSource source({numberedSources(1, 10)[0], numberedSources(2, 50)[1]}, 8, "test", false);
        source.setWeights({0.9, 0.1});
        std::set<std::vector<int>> seen;
        int drawn = 0;
        for (auto batch = source.next(8); !batch.empty(); batch = source.next(8))
            for (const auto& sequence : batch) seen.insert(sequence.ids), ++drawn;
        QCOMPARE(drawn, 60);
        QCOMPARE(static_cast<int>(seen.size()), 60);
        QCOMPARE(source.drawn(), (std::vector<std::int64_t>{10, 50}));
    }

    void phasesEndWithTheirTexts() {
        RecoveryPhasePlan phase{"instruct", {}, 4, 5};
        for (auto& sequences : numberedSources(2, 30)) phase.sources.push_back({"s", sequences, {}, 0});
        QCOMPARE(phase.steps(8, true), 20);
        QCOMPARE(phase.steps(8, false), 7);  // 60 sequences
        QCOMPARE(phase.steps(2, false), 20);
        QCOMPARE(phase.steps(100, false), 1);
    }

    void samplerContinues() {
        WeightedSource straight(numberedSources(3, 20), 7, "test", true), other(numberedSources(3, 20), 7, "test", true);
        straight.setWeights({0.5, 0.2, 0.3});
        for (int i = 0; i < 9; ++i) straight.next(5);
        Archive archive;
        straight.save(archive, "source.");
        other.load(archive, "source.");
        for (int i = 0; i < 9; ++i) {
            const auto a = straight.next(5), b = other.next(5);
            for (std::size_t k = 0; k < a.size(); ++k) QCOMPARE(a[k].ids, b[k].ids);
        }
    }

    void recoversAndReportsRounds() {
        Setup setup;
        std::vector<std::string> phases;
        while (!setup.session->done()) phases.push_back(setup.session->step().phase);
        QCOMPARE(phases.size(), std::size_t{3 * 4 + 2 * 3});
        QCOMPARE(setup.session->stepsDone(), setup.session->totalSteps());
        QCOMPARE(phases.front(), std::string("pretraining round 1"));
        QCOMPARE(phases.back(), std::string("instruct round 2"));
        QCOMPARE(setup.rounds.size(), std::size_t{4 + 3});
        QCOMPARE(setup.rounds[0].sources, (std::vector<std::string>{"a", "b"}));
        QVERIFY(setup.rounds[3].objective < setup.rounds[0].objective);
        for (const auto& round : setup.rounds) {
            QCOMPARE(round.weights, samplingWeights("proportional", round.nll, round.reference, {}, 0.3, 0.1));
            QVERIFY(std::abs(round.objective - std::accumulate(round.nll.begin(), round.nll.end(), 0.0) /
                                                   static_cast<double>(round.nll.size())) < 1e-12);
        }
        for (const auto* linear : setup.model->linears()) QVERIFY(!linear->hasAdapter());
    }

    // What is merged is the best measurement, not the last: training on one word repeated ruins the validation text.
    void restoresTheBest() {
        Setup setup;
        auto source = setup.sourceOf(*setup.first, "a");
        for (auto& sequence : source.training) std::fill(sequence.ids.begin(), sequence.ids.end(), 7);
        auto training = Setup::training();
        training.training.optimizer.learningRate = 5e-2;
        training.training.distillation = 0;
        const auto session = makeRecovery(
            "dynamic", kPatient, {*setup.model, {{"pretraining", {source}, 3, 4}}, training, nullptr, setup.control});
        std::vector<double> objectives;
        session->onRound = [&](const RecoveryRound& round) { objectives.push_back(round.objective); };
        const auto before = setup.weights();
        while (!session->done()) session->step();
        QCOMPARE(objectives.size(), std::size_t{4});
        for (std::size_t i = 1; i < objectives.size(); ++i) QVERIFY(objectives[i] > objectives[0]);
        QVERIFY(sameBits(setup.weights(), before));
    }

    void stopsWhenNothingIsGained() {
        Setup setup(R"({"patience": 1, "min_gain": 0.9})", 50);
        while (!setup.session->done()) setup.session->step();
        QCOMPARE(setup.session->stepsDone(), std::int64_t{4 + 3});
    }

    void interruptedEqualsUninterrupted() {
        Setup straight;
        while (!straight.session->done()) straight.session->step();
        for (const int breakAt : {2, 4, 12, 14}) {  // mid round, between rounds, between phases, in the second phase
            auto setup = std::make_unique<Setup>();
            for (int i = 0; i < breakAt; ++i) setup->session->step();
            Archive archive;
            setup->session->save(archive);
            archive.values = nlohmann::json::parse(archive.values.dump());
            setup = std::make_unique<Setup>();
            setup->session->load(archive);
            QCOMPARE(setup->session->stepsDone(), std::int64_t{breakAt});
            while (!setup->session->done()) setup->session->step();
            QVERIFY2(sameBits(setup->weights(), straight.weights()), qPrintable(QString("broken at %1").arg(breakAt)));
        }
    }

    // The first step begins where pruning ended: the same function, the adapters of then, and under them the weights from before they were merged.
    void adaptersOfPruningGoOn() {
        Setup setup(kPatient, 3, true);
        const auto merged = setup.weights();
        setup.session->step();  // at a rate of 5e-3, no rise: every element of A and B moves by about as much
        double farthest = 0;
        for (const auto* linear : setup.model->linears()) {
            QVERIFY(at::allclose(linear->weight, setup.below->linear(linear->name)->weight, 1e-4, 1e-5));
            const auto moved = linear->a.detach() - setup.adapters.at(linear->name + ".lora_A");
            QVERIFY(moved.abs().max().item<double>() < 6e-3);
            farthest = std::max(
                farthest, (linear->b.detach() - setup.adapters.at(linear->name + ".lora_B")).abs().max().item<double>());
        }
        QVERIFY2(farthest > 4e-3, qPrintable(QString::number(farthest)));
        // What is heard at the end of the phase belongs on the merged model.
        std::map<std::string, double> apart;
        NamedTensors heard;
        setup.session->onPhaseEnd = [&](int phase, const CausalLM& model) {
            for (const auto* linear : model.linears())
                if (phase == 0)
                    heard[linear->name] =
                        merged.at(linear->name) + linear->scale * linear->b.detach().mm(linear->a.detach());
        };
        while (heard.empty()) setup.session->step();
        for (const auto* linear : setup.model->linears())
            QVERIFY(at::allclose(linear->weight, heard.at(linear->name), 1e-4, 1e-5));
    }

    void continuedIsInterruptedWithoutATrace() {
        Setup straight(kPatient, 3, true), fresh;
        while (!straight.session->done()) straight.session->step();
        while (!fresh.session->done()) fresh.session->step();
        QVERIFY(!sameBits(straight.weights(), fresh.weights()));
        for (const int breakAt : {0, 2, 12, 14}) {
            auto setup = std::make_unique<Setup>(kPatient, 3, true);
            for (int i = 0; i < breakAt; ++i) setup->session->step();
            Archive archive;
            setup->session->save(archive);
            setup = std::make_unique<Setup>(kPatient, 3, true);
            setup->session->load(archive);
            while (!setup->session->done()) setup->session->step();
            QVERIFY2(sameBits(setup->weights(), straight.weights()), qPrintable(QString("broken at %1").arg(breakAt)));
        }
    }

    void badOptionsAreRefused() {
        for (const char* options :
             {R"({"patience": 0})", R"({"min_gain": 1})", R"({"weighting": "guess"})", R"({"floor": -0.1})"})
            try {
                Setup{options};
                QFAIL(options);
            } catch (const Error& error) {
                QCOMPARE(error.subject().rfind("/recovery/options/", 0), std::size_t{0});
            }
    }

    void responseOnlyLoss() {
        const auto tokenizer = Tokenizer::open(lorashear::testing::realModels().front().folder);
        const std::vector<Document> documents = {{"Tell me a story.", " Once upon a time there was a cat."},
                                                 {std::string(3000, 'x'), "cut off by the window"}};
        const auto sequences = trainingSequences(documents, *tokenizer, 64, 0, "test");
        QCOMPARE(sequences.size(), std::size_t{1});
        const auto& s = sequences.front();
        const auto prompt = tokenizer->encode(documents[0].prompt).size() + 1;  // and BOS
        QCOMPARE(s.lossMask.size(), s.ids.size() - 1);
        for (std::size_t t = 0; t < s.lossMask.size(); ++t) QCOMPARE(static_cast<bool>(s.lossMask[t]), t + 1 >= prompt);
        QCOMPARE(s.ids.back(), tokenizer->eosIds().front());
    }

    void shortDocumentsAreLeftOut() {
        const auto tokenizer = Tokenizer::open(lorashear::testing::realModels().front().folder);
        const std::string longText =
            "Once upon a time, there was a little girl named Lily. She loved to play outside in the park with her friends.";
        const auto all = trainingSequences({{"", "Hi."}, {"", longText}}, *tokenizer, 16, 0, "test");
        const auto some = trainingSequences({{"", "Hi."}, {"", longText}}, *tokenizer, 16, 10, "test");
        const auto only = trainingSequences({{"", longText}}, *tokenizer, 16, 0, "test");
        QCOMPARE(some.size(), only.size());
        for (std::size_t i = 0; i < some.size(); ++i) QCOMPARE(some[i].ids, only[i].ids);
        QVERIFY(all.front().ids != some.front().ids);
        QVERIFY_EXCEPTION_THROWN(trainingSequences({{"", "Hi."}}, *tokenizer, 16, 10, "test"), Error);
    }

    // As the paper filters: paragraphs of more than so many tokens, without irregular characters.
    void onlyMoreThanTheShortestIsKept() {
        const auto tokenizer = Tokenizer::open(lorashear::testing::realModels().front().folder);
        const std::string paragraph = "Once upon a time, there was a little girl named Lily.";
        const auto length = static_cast<int>(tokenizer->encode(paragraph).size());
        QVERIFY_EXCEPTION_THROWN(trainingSequences({{"", paragraph}}, *tokenizer, 16, length, "test"), Error);
        const auto clean = trainingSequences({{"", paragraph}}, *tokenizer, 16, length - 1, "test");
        const auto dirty = trainingSequences({{"", "Once upon\x01 a time,\r there was a little girl named Lily."}},
                                             *tokenizer, 16, length - 1, "test");
        QCOMPARE(dirty.front().ids, clean.front().ids);
    }

    // Held-out places are places: in whatever windows the rest is cut, no token of them is in it.
    void heldOutPlacesHoldForAllWindows() {
        const auto tokenizer = Tokenizer::open(lorashear::testing::realModels().front().folder);
        std::vector<Document> documents;
        for (int i = 0; i < 40; ++i) documents.push_back({"", testing::numberedWords(i * 30, 30)});
        for (int i = 40; i < 60; ++i) documents.push_back({"Question.", testing::numberedWords(i * 30, 3)});
        const SourceText text(documents, *tokenizer, 0, "test");
        const HeldOut held = text.heldOut(64, 12, 3, "first");
        const auto validation = text.only(held, 64);
        QCOMPARE(validation.size(), std::size_t{12});
        const auto kept = testing::numbersIn(*tokenizer, validation);
        QVERIFY(kept.size() > 20);
        std::size_t most = 0;
        for (const int window : {16, 48, 64, 100, 300, 5000}) {
            const auto training = text.without(held, window);
            const auto seen = testing::numbersIn(*tokenizer, training);
            most = std::max(most, seen.size());
            for (const auto& number : kept) QVERIFY2(!seen.contains(number), number.c_str());
            for (const auto& sequence : training) QVERIFY(sequence.ids.size() <= static_cast<std::size_t>(window));
        }
        QVERIFY(most > 600);  // and most of the rest is there
        const auto all = text.sequences(64), rest = text.without(held, 64);
        QCOMPARE(rest.size() + validation.size(), all.size());  // in their own windows nothing is lost
        QVERIFY_EXCEPTION_THROWN(SourceText({{"", "Hi."}}, *tokenizer, 0, "test").heldOut(64, 2, 1, "s"), Error);
    }

    void validationIsNeverTrainedOn() {
        auto sequences = numberedSources(1, 50).front();
        const auto split = splitSequences(sequences, 8, 3, "source");
        QCOMPARE(split.validation.size(), std::size_t{8});
        QCOMPARE(split.training.size(), std::size_t{42});
        std::set<std::vector<int>> all;
        for (const auto* part : {&split.training, &split.validation})
            for (const auto& s : *part) all.insert(s.ids);
        QCOMPARE(all.size(), std::size_t{50});
        QCOMPARE(splitSequences(sequences, 8, 3, "source").validation.front().ids, split.validation.front().ids);
        QCOMPARE(splitSequences(numberedSources(1, 5).front(), 32, 3, "source").validation.size(), std::size_t{1});
        QVERIFY_EXCEPTION_THROWN(splitSequences(numberedSources(1, 1).front(), 8, 3, "source"), Error);
    }
};

}  // namespace tst_recovery

QTEST_APPLESS_MAIN(tst_recovery::TestRecovery)
#include "tst_recovery.moc"
