#include "tests/ui/ui_support/sample_session.h"
#include "ui/controller/comparison.h"
#include "ui/controller/forecast.h"
#include "ui/controller/run_state.h"
#include "ui/controller/text_difference.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QTest>

#include <cmath>
#include <limits>
#include <numeric>

namespace tst_ui_values {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

event::Step stepOf(const char* stage, int step, double loss) {
    event::Step s;
    s.stage = stage;
    s.step = step;
    s.loss = loss;
    return s;
}

}  // namespace

class TestUiValues : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void smoothedLossStartsUnbiased() {
        RunState run;
        run.apply(stepOf("prune", 1, 4.0));
        QCOMPARE(run.smoothLoss[0], 4.0);  // a plain average would start at 0.4
        run.apply(stepOf("prune", 2, 2.0));
        QCOMPARE(run.smoothLoss[1], (0.09 * 4.0 + 0.1 * 2.0) / 0.19);
    }

    void lossThatIsNoNumberIsKeptAndMarked() {
        RunState run;
        run.apply(stepOf("prune", 1, 2.0));
        run.apply(stepOf("prune", 2, std::nan("")));
        run.apply(stepOf("prune", 3, std::numeric_limits<double>::infinity()));
        run.apply(stepOf("prune", 4, 2.0));
        QCOMPARE(run.loss.size(), std::size_t(4));
        QCOMPARE(run.notFinite, (std::vector<std::size_t>{1, 2}));
        QCOMPARE(run.smoothLoss[3], 2.0);
        QCOMPARE(run.log.back().level, QStringLiteral("error"));
    }

    void stagesFollowEachOtherOnOneAxis() {
        RunState run;
        for (int i = 1; i <= 50; ++i) run.apply(stepOf("prune", i, 2));
        for (int i = 1; i <= 30; ++i) run.apply(stepOf("recover", i, 2));
        QCOMPARE(run.lastStep(), 80.0);
        QVERIFY(std::is_sorted(run.steps.begin(), run.steps.end()));
        QCOMPARE(run.stageStarts.size(), std::size_t(2));
        QCOMPARE(run.stageStarts[1].first, 50.0);
    }

    void stagesThatCountOnAreNotShifted() {
        RunState run;
        for (int i = 1; i <= 50; ++i) run.apply(stepOf("prune", i, 2));
        for (int i = 51; i <= 60; ++i) run.apply(stepOf("recover", i, 2));
        QCOMPARE(run.lastStep(), 60.0);
    }

    void groupsAreChosenAndThenZero() {
        RunState run;
        run.apply(event::GroupsChosen{{{1, 0}, {1, 5}, {3, 2}}, 1});
        QCOMPARE(run.chosenCount(1), 2);
        run.apply(event::GroupsZero{{{1, 5}}});
        QCOMPARE(run.chosenCount(1), 1);
        QCOMPARE(run.zeroCount(1), 1);
        QCOMPARE(run.zeroCount(3), 0);
        QCOMPARE(run.zeroCount(2), 0);
    }

    void comparisonSaysWhatIsLeftAndWhatIsNotMeasured() {
        RunState run;
        run.apply(event::Measurement{"dense", "parameters", "", 260032, 0, false, {}});
        run.apply(event::Measurement{"recovered", "parameters", "", 208026, 0, false, {}});
        run.apply(event::Measurement{"dense", "decode_speed", "tokens/s", 1000, 12, false, "median of 5"});
        run.apply(event::Measurement{"recovered", "decode_speed", "tokens/s", 1250, 9, false, "median of 5"});
        run.apply(event::Perplexity{"TinyStories", "dense", 0, 1.5, 4.5, 100, "BOS + 511 tokens"});
        run.apply(event::Perplexity{"TinyStories", "checkpoint", 10, 1.5, 99, 100, ""});
        run.apply(event::Perplexity{"TinyStories", "recovered", 0, 1.6, 5.0, 100, "BOS + 511 tokens"});
        const RunFigures figures = figuresOf(run, Recipe{});
        const ModelFigures *dense = figures.of("dense"), *recovered = figures.of("recovered");
        const std::vector<ComparedColumn> columns{
            {"Original", dense, nullptr, {}, true}, {"Pruned", nullptr, dense, {}}, {"Recovered", recovered, dense, {}}};
        const auto rows = compareModels(columns);
        QCOMPARE(rows.size(), std::size_t(5));  // two of KL, which nobody measured
        const auto text = [&](std::size_t row, std::size_t column) { return rows[row].cells[column].text; };
        QCOMPARE(text(0, 0), QStringLiteral("260,032"));
        QCOMPARE(text(0, 2), QStringLiteral("208,026 · -20.0 %"));
        QCOMPARE(text(1, 0), QStringLiteral("1,000 tokens/s ± 12"));
        QVERIFY2(text(1, 2).endsWith(QStringLiteral("· × 1.25")), qPrintable(text(1, 2)));
        QCOMPARE(text(2, 2), QStringLiteral("5.000 · × 1.11"));
        QVERIFY(rows[2].cells[2].toolTip.contains(QStringLiteral("90.0 % of the original")));
        QVERIFY(rows[2].cells[2].toolTip.contains(QStringLiteral("No interval")));
        for (std::size_t row = 0; row < rows.size(); ++row) {
            QCOMPARE(text(row, 1), notMeasured());
            QVERIFY(!rows[row].cells[1].measured());
        }
        QCOMPARE(text(3, 0), QStringLiteral("–"));  // the original is as far from itself as it is
        const QString csv = comparisonCsv({"Original", "Pruned", "Recovered"}, rows);
        QVERIFY2(csv.startsWith(QStringLiteral("\"Measured\",\"Original\",\"Pruned\",\"Recovered\",\"Unit\",\"Protocol\"\n"
                                               "\"Parameters\",260032,,208026,\"\",\"\"\n")),
                 qPrintable(csv));
        QVERIFY(csv.contains(QStringLiteral("\"Decode speed: spread\",12,,9,")));
        QVERIFY(!csv.contains(QStringLiteral("95 %")));
    }

    void intervalsAreOfWindowsThatBothWereMeasuredOn() {
        ModelFigures dense, pruned;
        dense.texts = {{"stories", "/t", "BOS + 9 tokens", 4.0, 30, {{10, 14, 18}, {10, 10, 10}}}};
        pruned.texts = {{"stories", "/t", "BOS + 9 tokens", 4.4, 30, {{11, 15.1, 18.9}, {10, 10, 10}}}};
        const auto cell = [&] {
            return compareModels({{"a", &dense, nullptr, {}, true}, {"b", &pruned, &dense, {}}}).front().cells[1];
        };
        const ComparisonCell paired = cell();
        const PairedDifference expected = pairedDifference(pruned.texts[0].windows, dense.texts[0].windows);
        QCOMPARE(paired.low, std::exp(expected.low));
        QCOMPARE(paired.high, std::exp(expected.high));
        QVERIFY2(paired.text.contains(QStringLiteral("× 1.10 (1.08 to 1.13)")), qPrintable(paired.text));
        pruned.texts[0].windows.tokens = {10, 10, 9};  // cut otherwise
        QVERIFY(!std::isfinite(cell().low) && !cell().text.contains(QLatin1Char('(')));
        pruned.texts[0].windows.tokens = {10, 10, 10};
        pruned.texts[0].path = "/other";  // another text of the same name: a row of its own
        QCOMPARE(cell().text, notMeasured());
    }

    void figuresUnderOtherProtocolsStandInRowsOfTheirOwn() {
        ModelFigures few, many;
        few.measurements = {{"dense", "piqa", "acc", 0.5, 0.03, false, "200 questions, zero-shot"}};
        many.measurements = {{"recovered", "piqa", "acc", 0.6, 0.01, false, "2376 questions, zero-shot"}};
        const auto kl = [](double nats, const char* protocol) {
            return std::vector<event::Measurement>{{"", "kl", "nats/token", nats, 0, false, protocol}};
        };
        const auto rows = compareModels({{"Original", &few, nullptr, {}, true},
                                         {"A", &many, &few, kl(0.1, "stories, 20 windows")},
                                         {"B", nullptr, &few, kl(0.2, "wiki, 20 windows")},
                                         {"C", nullptr, &few, {}, false, "has another vocabulary"}});
        QCOMPARE(rows.size(), std::size_t(5));  // two of the task, two of KL, one of what nobody measured
        QCOMPARE(rows[0].protocol, QStringLiteral("200 questions, zero-shot"));
        QVERIFY(rows[0].cells[0].measured() && !rows[0].cells[1].measured());
        QVERIFY(!rows[1].cells[0].measured() && rows[1].cells[1].measured());
        QVERIFY2(!rows[1].cells[1].text.contains(QStringLiteral("×")), qPrintable(rows[1].cells[1].text));
        QCOMPARE(rows[2].protocol, QStringLiteral("stories, 20 windows"));
        QVERIFY(rows[2].cells[1].measured() && !rows[2].cells[2].measured());
        QCOMPARE(rows[3].protocol, QStringLiteral("wiki, 20 windows"));
        QVERIFY(!rows[3].cells[1].measured() && rows[3].cells[2].measured());
        QVERIFY(rows[2].cells[3].toolTip.contains(QStringLiteral("has another vocabulary")));
    }

    void wordsOfATableAreNoFormulas() {
        const QString csv = comparisonCsv({"=1+1", "-5", "@a", "run-1"}, {});
        QVERIFY2(csv.startsWith(QStringLiteral("\"Measured\",\"'=1+1\",\"-5\",\"'@a\",\"run-1\",")), qPrintable(csv));
    }

    void theFirstTokenThatDiffersIsFoundInBothTexts() {
        const WrittenText a{"Once", {" upon", " a", " time", "."}, true}, b{"Once", {" up", "on a", " tide"}, true};
        const FirstDifference found = firstDifference(a, b);
        QVERIFY(!found.same);
        QCOMPARE(found.first, qsizetype(2));
        QCOMPARE(found.second, qsizetype(2));
        QCOMPARE(a.whole().mid(a.place(2).from, a.place(2).length), QStringLiteral("time"));
        QCOMPARE(b.whole().mid(b.place(2).from, b.place(2).length), QStringLiteral("tide"));
        // other tokens of the same characters are no difference; one that ends earlier has no token there
        QVERIFY(firstDifference(a, {"Once", {" upon a time."}, true}).same);
        const FirstDifference shorter = firstDifference(a, {"Once", {" upon", " a"}, true});
        QCOMPARE(shorter.first, qsizetype(2));
        QCOMPARE(shorter.second, qsizetype(-1));
        // words, where tokens are not known, and white space in front
        const WrittenText words = wordsOf(QStringLiteral(" Once upon a time"), QStringLiteral("Once"));
        QCOMPARE(words.whole(), QStringLiteral(" Once upon a time"));
        QCOMPARE(words.parts, QStringList({" upon", " a", " time"}));
        QCOMPARE(firstDifference(a, words).first, qsizetype(3));
    }

    void forecastWithoutSaliencyFillsTheQuota() {
        const auto structure = sampleStructure();
        PlanOptions options;
        options.ratio = 0.2;
        const PlanOutcome outcome = makeOutcome(*structure, nullptr, options, nullptr, nullptr);
        QVERIFY(outcome.plan);
        QCOMPARE(std::accumulate(outcome.removed.begin(), outcome.removed.end(), 0), outcome.plan->removed());
        QCOMPARE(outcome.removedParameters,
                 qint64(std::llround(outcome.plan->expectedRatio * double(structure->parameters))));
    }

    void forecastRespectsKnowledgeAndSaliency() {
        const auto structure = sampleStructure();
        const auto knowledge = sampleKnowledge();
        const auto saliency = sampleSaliency();
        const PlanOutcome outcome = makeOutcome(*structure, nullptr, {}, knowledge.get(), saliency.get());
        QVERIFY(outcome.plan);
        for (const NodeGroupKnowledge& entry : knowledge->nodeGroups)
            if (entry.protectedByRank) QCOMPARE(outcome.removed[std::size_t(entry.nodeGroup)], 0);
        QCOMPARE(std::accumulate(outcome.removed.begin(), outcome.removed.end(), 0), outcome.plan->removed());
    }

    void impossibleRatioIsAnErrorWithTheLargest() {
        PlanOptions options;
        options.ratio = 0.99;
        const PlanOutcome outcome = makeOutcome(*sampleStructure(), nullptr, options, nullptr, nullptr);
        QVERIFY(!outcome.plan);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->code(), ErrorCode::Impossible);
    }

    void textReachesContrastInBothThemes() {
        for (bool dark : {false, true}) {
            const Colors c = colorsFor(dark);
            for (const QColor& text : {c.text, c.muted, c.accent, c.good, c.warn, c.bad})
                for (const QColor& back : {c.surface, c.card})
                    QVERIFY2(contrastRatio(text, back) >= 4.5,
                             qPrintable(text.name() + QStringLiteral(" on ") + back.name()));
            for (const QColor& text : {c.text, c.muted})
                QVERIFY2(contrastRatio(text, c.track) >= 4.5, qPrintable(text.name()));
            QVERIFY(contrastRatio(c.onAccent, c.accent) >= 4.5);
            const QPalette palette = paletteFor(dark);
            QVERIFY(contrastRatio(palette.color(QPalette::HighlightedText), palette.color(QPalette::Highlight)) >= 4.5);
            QVERIFY(contrastRatio(palette.color(QPalette::ToolTipText), palette.color(QPalette::ToolTipBase)) >= 4.5);
        }
    }

    void aProjectorShowsTextLinesAndCharts() {
        for (bool dark : {false, true}) {
            const Colors c = colorsFor(dark, true);
            for (const QColor& text : {c.text, c.muted, c.accent, c.good, c.warn, c.bad})
                for (const QColor& back : {c.surface, c.card})
                    QVERIFY2(contrastRatio(text, back) >= 7, qPrintable(text.name() + QStringLiteral(" on ") + back.name()));
            for (const QColor& text : {c.text, c.muted})
                QVERIFY2(contrastRatio(text, c.track) >= 7, qPrintable(text.name()));
            QVERIFY(contrastRatio(c.onAccent, c.accent) >= 7);
            for (const QColor& line : {c.border, c.raw}) QVERIFY2(contrastRatio(line, c.card) >= 3, qPrintable(line.name()));
            QCOMPARE(colors(paletteFor(dark, true)).border, c.border);  // widgets find it by their palette
        }
        QCOMPARE(colors(paletteFor(false)).border, colorsFor(false).border);
    }

    void contrastIsThatOfTheStandard() {
        QCOMPARE(contrastRatio(Qt::black, Qt::white), 21.0);
        QCOMPARE(contrastRatio(Qt::white, Qt::white), 1.0);
    }

    void chartColoursStandOutFromTheCard() {
        for (bool dark : {false, true})
            for (UnitKind unit : {UnitKind::Attention, UnitKind::Mlp, UnitKind::Hidden})
                QVERIFY(contrastRatio(unitColor(unit, dark), colorsFor(dark).card) >=
                        (unit == UnitKind::Mlp && !dark ? 2.0 : 3.0));
    }

    void viridisRisesInLightness() {
        double before = -1;
        for (int i = 0; i <= 10; ++i) {
            const double now = contrastRatio(viridis(i / 10.0), Qt::black);
            QVERIFY(now > before);
            before = now;
        }
    }

    void numbersAreReadable() {
        QCOMPARE(formatCount(260032), QStringLiteral("260 K"));
        QCOMPARE(formatCount(134515008), QStringLiteral("135 M"));
        QCOMPARE(formatBytes(1040128), QStringLiteral("1.04 MB"));
        QCOMPARE(formatPercent(0.2), QStringLiteral("20.0 %"));
        QCOMPARE(formatSeconds(125), QStringLiteral("2 min 05 s"));
        QCOMPARE(formatNumber(4.5071), QStringLiteral("4.507"));
        QCOMPARE(formatNumber(0.00471, 2), QStringLiteral("0.0047"));  // zeros before the first digit are none
        QCOMPARE(formatNumber(-0.0712, 3), QStringLiteral("-0.0712"));
        QCOMPARE(formatNumber(0.3984, 3), QStringLiteral("0.398"));
        QCOMPARE(formatNumber(0, 3), QStringLiteral("0"));
        QCOMPARE(formatNumber(std::nan("")), QStringLiteral("not a number"));
    }
};

}  // namespace tst_ui_values

QTEST_GUILESS_MAIN(tst_ui_values::TestUiValues)
#include "tst_ui_values.moc"
