#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/window_fixture.h"
#include "ui/widgets/bar_list.h"

#include <QTableView>

namespace tst_gui_marks {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// What the Knowledge page marks and what the Plan page cuts: they agree, or both say why not and have the switch.
class TestGuiMarks : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("knowledge"));
        m.click("analyse");
        QTRY_VERIFY(!m.studio->engine().busy() && m.studio->session().knowledge());
    }
    void cleanup() { m.close(); }

    void bothPagesSayThatMarksAreNotRespected_data() {
        QTest::addColumn<bool>("uniform");
        QTest::newRow("not asked to") << false;
        QTest::newRow("equal counts") << true;
    }
    void bothPagesSayThatMarksAreNotRespected() {
        QFETCH(bool, uniform);
        Session& session = m.studio->session();
        session.edit(QStringLiteral("ignore"), [&](Recipe& r) {
            r.plan.useKnowledge = uniform;
            r.plan.uniform = uniform;
            r.plan.ratio = 0.4;
        });
        QVERIFY(session.plan().removed[0] + session.plan().removed[1] > 0);  // both are marked
        for (const auto& [page, note] : {std::pair{"knowledge", "knowledgeAgreement"}, {"plan", "planAgreement"}}) {
            m.window->showPage(QString::fromLatin1(page));
            const auto* words = m.label(qPrintable(QString::fromLatin1(note) + QStringLiteral("_words")));
            QVERIFY2(words->isVisible(), page);
            QVERIFY2(words->text().contains(uniform ? QStringLiteral("equal counts") : QStringLiteral("does not respect")),
                     qPrintable(words->text()));
        }
        // a marked bar has no closed padlock while the plan cuts it
        m.window->showPage(QStringLiteral("knowledge"));
        const auto rows = m.find<BarList>("knowledgeBars")->rows();
        QVERIFY(rows[0].marked && rows[1].marked);
        QCOMPARE(rows[1].lock, 1);
        const auto* table = m.find<QTableView>("knowledgeTable")->model();
        bool told = false;
        for (int row = 0; row < table->rowCount(); ++row)
            told |= table->index(row, 4).data().toString().contains(QStringLiteral("may go")) &&
                    table->index(row, 1).data().toString() == QLatin1String("layers.0.mlp");
        QVERIFY(told);
        // the switch mends it, and is an edit like others
        m.window->showPage(QStringLiteral("plan"));
        m.click("planAgreement_switch");
        QCOMPARE(session.plan().removed[0] + session.plan().removed[1], 0);
        QVERIFY(!m.label("planAgreement_words")->isVisible());
        m.window->showPage(QStringLiteral("knowledge"));
        QVERIFY(!m.label("knowledgeAgreement_words")->isVisible());
        QCOMPARE(m.find<BarList>("knowledgeBars")->rows()[1].lock, 3);
        session.undoStack().undo();
        QVERIFY(m.label("knowledgeAgreement_words")->isVisible());
    }

    void oneMarkIsNotSpokenOfAsSeveral() {
        Session& session = m.studio->session();
        session.edit(QStringLiteral("ignore"), [](Recipe& r) {
            r.plan.useKnowledge = false;
            r.plan.ratio = 0.4;
        });
        const auto words = [&] { return m.label("knowledgeAgreement_words")->text(); };
        QVERIFY2(words().startsWith(QStringLiteral("Of 2 node groups")), qPrintable(words()));
        session.setOverride(0, Override::Allow);  // no longer against the analysis' word
        QVERIFY2(words().startsWith(QStringLiteral("The analysis marks layers.0.mlp as most telling")), qPrintable(words()));
    }

private:
    WindowFixture m;
};

}  // namespace tst_gui_marks

QTEST_MAIN(tst_gui_marks::TestGuiMarks)
#include "tst_gui_marks.moc"
