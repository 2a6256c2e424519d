#include "carried_out.h"
#include "core/compact/group_masks.h"
#include "core/eval/perplexity.h"
#include "core/run/stages/knowledge_measuring.h"
#include "core/run/stages/opened_model.h"
#include "core/trace/tracer.h"
#include "short_recipe.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

namespace tst_masked {

using namespace lorashear;
using namespace lorashear::testing;

/// What an idle engine measures for a plan: TryMasked, what it costs before anything is trained, and RankGroups.
class TestMasked : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::vector<GroupRef> m_some;  ///< of an MLP and of an attention

    static Recipe recipe() {
        Recipe recipe = shortRecipe();
        recipe.analysis.text.maxWindows = 4;
        recipe.analysis.text.window = 64;
        return recipe;
    }

    static double nll(const Heard& heard, std::size_t at) { return heard.all<event::Measurement>().at(at).value; }

private Q_SLOTS:
    void initTestCase() {
        qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8());
        const auto opened = openModel(recipe().model.path);
        const Structure structure = traceStructure(*opened.model);
        const int mlp = structure.find("layers.1.mlp")->id, attention = structure.find("layers.2.attention")->id;
        for (int j = 0; j < 80; ++j) m_some.push_back({mlp, j});
        m_some.push_back({attention, 1});
    }

    void theOriginalIsWhatTheAnalysisMeasured() {
        const Heard analysis = carryOut(command::AnalyseKnowledge{recipe()});
        QCOMPARE(analysis.end().outcome, Outcome::Completed);
        const Heard tried = carryOut(command::TryMasked{recipe(), {{}}, {}});
        QCOMPARE(tried.end().outcome, Outcome::Completed);
        const double baseline = analysis.all<event::KnowledgeFinished>().front().knowledge->baselineNll;
        QVERIFY2(std::abs(nll(tried, 0) - baseline) < 1e-6, qPrintable(QString::number(nll(tried, 0) - baseline)));
        QVERIFY(tried.all<event::Sample>().empty());
    }

    void maskedCostsWhatTheCutModelCosts() {
        const Heard tried = carryOut(command::TryMasked{recipe(), {{}, m_some, {}}, "Once upon a time", 40});
        QCOMPARE(tried.end().outcome, Outcome::Completed);
        QCOMPARE(tried.all<event::Measurement>().size(), std::size_t{3});
        const auto opened = openModel(recipe().model.path);
        const auto cut = sliceModel(*opened.model, traceStructure(*opened.model), m_some);
        const TextScore truth = scoreSequences(*cut, calibrationSequences(opened, recipe()), 8, Compute::Fp32, Control{});
        QVERIFY2(std::abs(nll(tried, 1) - truth.nll) < 1e-5, qPrintable(QString::number(nll(tried, 1) - truth.nll)));
        QVERIFY(nll(tried, 1) > nll(tried, 0));
        QCOMPARE(nll(tried, 2), nll(tried, 0));  // nothing is left of the masks
        const auto samples = tried.all<event::Sample>();
        QCOMPARE(samples.size(), std::size_t{3});
        for (const auto& sample : samples) QVERIFY(sample.text.find("Once upon a time") != std::string::npos);
        QVERIFY(samples[1].text != samples[0].text);
        QCOMPARE(samples[2].text, samples[0].text);
    }

    void ranksForARunThatDistils() {
        Recipe distils = recipe();
        distils.training.distillation = 0.5;
        const Heard ranked = carryOut(command::RankGroups{distils, {}});
        QVERIFY2(ranked.end().outcome == Outcome::Completed,
                 ranked.end().error ? ranked.end().error->what() : "it was not completed");
        QCOMPARE(ranked.all<event::GroupsChosen>().size(), std::size_t{1});
        QVERIFY(!ranked.all<event::GroupsChosen>().front().groups.empty());
    }

    void groupsOfAnotherModelAreRefused() {
        const Heard tried = carryOut(command::TryMasked{recipe(), {{{9999, 0}}}, {}});
        QCOMPARE(tried.end().outcome, Outcome::Failed);
        QVERIFY(tried.end().error->code() == ErrorCode::BadInput);
        QVERIFY(tried.all<event::Measurement>().empty());
    }

    void cancelsBetweenTwoSets() {
        const Heard tried = carryOutUntil(command::TryMasked{recipe(), {{}, m_some, {}}, {}}, [](const RunEvent& event) {
            return std::holds_alternative<event::Measurement>(event);
        });
        QCOMPARE(tried.end().outcome, Outcome::Cancelled);
        QCOMPARE(tried.all<event::Measurement>().size(), std::size_t{1});
    }
};

}  // namespace tst_masked

QTEST_GUILESS_MAIN(tst_masked::TestMasked)
#include "tst_masked.moc"
