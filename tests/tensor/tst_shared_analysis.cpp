// An analysis of knowledge that several processes measure together.

#include "core/knowledge/analyse.h"
#include "core/knowledge/shared_work.h"
#include "core/model/causal_lm.h"
#include "tests/support/caught.h"
#include "tests/tensor/knowledge_models.h"

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

#include <map>

namespace tst_shared_analysis {

using namespace lorashear;
using lorashear::test::caught;
using lorashear::test::says;

namespace {

std::string textOf(const KnowledgeDistribution& knowledge) {
    return toJson(knowledge).dump();
}

AnalysisOptions thirds() {
    AnalysisOptions options;
    options.ratios = {0.25, 0.75};
    options.batch = 3;
    return options;
}

/// Another process as this one sees it: has measured every second piece before, and what it agrees on came first.
class OtherHalf : public SharedWork {
public:
    std::vector<double> agree(const std::string& name, const std::vector<double>& own, const Control&) override {
        return m_known.emplace(name, own).first->second;
    }
    std::vector<std::vector<double>> deal(const std::string& round, const std::vector<std::string>& pieces,
                                          const Measure& measure, const Control&) override {
        std::vector<std::vector<double>> all(pieces.size());
        for (std::size_t i = pieces.size(); i-- > 0;) {  // not in the order of blocks
            auto& known = m_known[round + "/" + pieces[i]];
            if (known.empty()) {
                known = measure(i);
                ++measured;
            }
            all[i] = known;
        }
        return all;
    }
    int measured = 0;

private:
    std::map<std::string, std::vector<double>> m_known;
};

}  // namespace

class TestSharedAnalysis : public QObject {
    Q_OBJECT

    lorashear::Structure m_structure = handmade::make(handmade::tinyShape());

private Q_SLOTS:
    void sharedWorkGivesTheSameBits_data() {
        QTest::addColumn<double>("confidence");
        QTest::addColumn<bool>("kept");
        QTest::newRow("all") << 0.0 << true;
        QTest::newRow("all, inputs of blocks are not kept") << 0.0 << false;
        QTest::newRow("places settled") << 0.6 << true;
    }
    /// Two processes after one another: the second one measures nothing, and both have what one alone has.
    void sharedWorkGivesTheSameBits() {
        QFETCH(double, confidence);
        QFETCH(bool, kept);
        const auto model = handmade::tinyModel(14);
        const auto text = handmade::ownText(*model, 17, 12, 9);
        AnalysisOptions options = thirds();
        options.confidence = confidence;
        const auto alone = textOf(analyseKnowledge(*model, m_structure, text, options, {}));
        OtherHalf other;
        options.shared = &other;
        options.keptBytes = kept ? BlockInputs::kMostBytes : 0;
        QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {})), alone);
        const int measured = other.measured;
        QVERIFY(measured > 0);
        QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {})), alone);
        QCOMPARE(other.measured, measured);
    }

    /// What another one shares is kept like what was measured here: alone again, nothing is missing.
    void sharedFiguresAreKept() {
        const QTemporaryDir folder;
        const auto model = handmade::tinyModel(14);
        const auto text = handmade::ownText(*model, 7, 12, 9);
        AnalysisOptions options = thirds();
        options.cacheFolder = folder.path().toStdString();
        options.modelHash = "tiny 14";
        OtherHalf other;
        options.shared = &other;
        const auto together = textOf(analyseKnowledge(*model, m_structure, text, options, {}));
        options.shared = nullptr;
        int passes = 0;
        for (auto* linear : model->linears()) linear->observer = [&](const at::Tensor&, const at::Tensor&) { ++passes; };
        QCOMPARE(textOf(analyseKnowledge(*model, m_structure, text, options, {})), together);
        QCOMPARE(passes, 0);
    }

    void figuresOfAnotherShapeAreRefused() {
        class Wrong : public OtherHalf {
            std::vector<double> agree(const std::string&, const std::vector<double>&, const Control&) override {
                return {1};
            }
        } wrong;
        const auto model = handmade::tinyModel(14);
        AnalysisOptions options = thirds();
        options.shared = &wrong;
        const auto error =
            caught([&] { analyseKnowledge(*model, m_structure, handmade::ownText(*model, 4, 12, 9), options, {}); });
        QVERIFY(says(error, ErrorCode::Io, "another shape"));
    }
};

}  // namespace tst_shared_analysis

QTEST_APPLESS_MAIN(tst_shared_analysis::TestSharedAnalysis)
#include "tst_shared_analysis.moc"
