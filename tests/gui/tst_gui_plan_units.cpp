#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/controller/plan_amounts.h"
#include "ui/theme/format.h"
#include "ui/widgets/limit_slider.h"

#include <QDoubleSpinBox>

#include <cmath>

namespace tst_gui_plan_units {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

enum Unit { kParameters, kGroups, kBytes, kFlops, kMilliseconds };
constexpr double kBlockWeights = 5 * (64 * 64 * 2 + 64 * 32 * 2 + 3 * 64 * 172), kHeadWeights = 512 * 64;
constexpr double kWholeFlops = 2 * (kBlockWeights + kHeadWeights), kBytesEach = 4;

/// With the linears of its blocks, which tell how much is computed.
std::shared_ptr<const Structure> withLinears() {
    auto structure = std::make_shared<Structure>(*sampleStructure());
    for (int layer = 0; layer < 5; ++layer) {
        const std::string block = "model.layers." + std::to_string(layer);
        for (const char* name : {".self_attn.q_proj", ".self_attn.o_proj"}) structure->linears[block + name] = {64, 64};
        for (const char* name : {".self_attn.k_proj", ".self_attn.v_proj"}) structure->linears[block + name] = {32, 64};
        for (const char* name : {".mlp.gate_proj", ".mlp.up_proj"}) structure->linears[block + name] = {172, 64};
        structure->linears[block + ".mlp.down_proj"] = {64, 172};
    }
    return structure;
}

}  // namespace

/// The size of the plan in the unit that a person thinks in: chosen beside the slider, typed or dragged, read in all of them at once.
class TestGuiPlanUnits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QVERIFY(m.openBundled([play = usualScript()](const Command& command, testing::Stage& stage) {
            const auto* open = std::get_if<command::OpenModel>(&command);
            if (!open) return play(command, stage);
            stage.send(sampleModel(open->folder));
            stage.send(event::StructureFound{withLinears()});
            stage.completed();
        }));
        m.window->showPage(QStringLiteral("plan"));
        slider = m.find<LimitSlider>("ratioSlider");
        amount = m.find<QDoubleSpinBox>("planAmount");
    }
    void cleanup() { m.close(); }

    void everyReadOutFollowsThePlan() {
        for (const double ratio : {0.2, 0.35}) {
            session().edit(QStringLiteral("ratio"), [&](Recipe& r) { r.plan.ratio = ratio; });
            const PruningPlan& plan = *session().plan().plan;
            const double gone = plan.expectedRatio * 260032;
            const QString said = m.label("planReadouts")->text();
            for (const QString& part :
                 {QStringLiteral("parameters: ") + formatInteger(std::llround(260032 - gone)),
                  QStringLiteral("groups that go: ") + formatInteger(plan.removed()),
                  QStringLiteral("bytes of the export: ≈ ") + formatBytes((260032 - gone) * kBytesEach),
                  QStringLiteral("FLOPs a token: ") + formatMeasured(kWholeFlops - 2 * gone, "FLOPs"),
                  QStringLiteral("milliseconds a token: not measured")})
                QVERIFY2(said.contains(part), qPrintable(said + QStringLiteral(" / ") + part));
        }
    }

    void aNumberInAnyUnitMovesThePlan() {
        const double before = session().recipe().plan.ratio;
        m.choose("planUnit", kGroups);
        QCOMPARE(session().recipe().plan.ratio, before);  // another unit, the same plan
        QCOMPARE(amount->value(), double(session().plan().plan->removed()));
        amount->setValue(200);
        QVERIFY(std::abs(session().plan().plan->removed() - 200) <= 1);
        QCOMPARE(amount->value(), double(session().plan().plan->removed()));  // what was reached, not what was asked
        session().undoStack().undo();
        QCOMPARE(session().recipe().plan.ratio, before);
        m.choose("planUnit", kBytes);
        QVERIFY(amount->suffix() == QStringLiteral(" MB"));
        amount->setValue(0.7);
        QVERIFY(std::abs((1 - session().plan().plan->expectedRatio) * 260032 * kBytesEach / 0.7e6 - 1) < 0.001);
        m.choose("planUnit", kFlops);
        amount->setValue(300);
        QVERIFY(std::abs((kWholeFlops - 2 * 260032 * session().plan().plan->expectedRatio) / 300e3 - 1) < 0.002);
        QCOMPARE(m.find<QDoubleSpinBox>("ratio")->value(),
                 std::round(session().recipe().plan.ratio * 1000) / 10);  // and the share of parameters follows
        m.choose("planUnit", kParameters);
        amount->setValue(200000);
        QVERIFY(std::abs((1 - session().plan().plan->expectedRatio) * 260032 - 200000) < 200);
    }

    void theSliderMovesInTheUnit() {
        m.choose("planUnit", kGroups);
        slider->setValue(300);  // 30.0 % of all groups
        const double all = 5 * (4 + 172);
        QVERIFY(std::abs(session().plan().plan->removed() / all - 0.3) < 0.002);
        QVERIFY(std::abs(slider->value() - 300) <= 2);
        slider->setValue(slider->maximum());  // as far as it goes, and the plan stays one
        QVERIFY(session().plan().plan);
        QVERIFY(session().plan().plan->largestRatio - session().plan().plan->expectedRatio < 0.01);
        QVERIFY(slider->limit() > 0 && std::abs(slider->value() - slider->limit()) <= 2);
    }

    void timeIsToldOnceTheMachineWasMeasuredAndIsAnEstimate() {
        QVERIFY(!m.studio->machineSpeed());
        m.choose("planUnit", kMilliseconds);
        QTRY_VERIFY(m.studio->machineSpeed());
        const QString said = m.label("planReadouts")->text();
        const double left = kWholeFlops - 2 * 260032 * session().plan().plan->expectedRatio;
        const QString time =
            QStringLiteral("milliseconds a token: ≈ ") + formatNumber(left / 190.4e6) + QStringLiteral(" ms");
        QVERIFY2(said.contains(time), qPrintable(said + time));
        QVERIFY(amount->isEnabled());
        slider->setValue(400);
        QVERIFY(std::abs(1 - (kWholeFlops - 2 * 260032 * session().plan().plan->expectedRatio) / kWholeFlops - 0.4) < 0.002);
    }

private:
    Session& session() const { return m.studio->session(); }

    WindowFixture m;
    LimitSlider* slider = nullptr;
    QDoubleSpinBox* amount = nullptr;
};

}  // namespace tst_gui_plan_units

QTEST_MAIN(tst_gui_plan_units::TestGuiPlanUnits)
#include "tst_gui_plan_units.moc"
