#include "tests/ui/ui_support/answering_dialogs.h"
#include "tests/ui/ui_support/sample_session.h"
#include "tests/ui/ui_support/scripted_engine.h"
#include "ui/controller/studio.h"
#include "ui/main_window.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/group_chart.h"

#include <QComboBox>
#include <QLabel>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// The view into a node group, and why one is kept as text, through the real window with a scripted engine.
class TestGuiGroups : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        qputenv("XDG_STATE_HOME", m_dir.path().toUtf8());
        m_settings = std::make_unique<Settings>(m_dir.filePath(QStringLiteral("settings%1.ini").arg(++m_count)));
        m_studio = std::make_unique<Studio>(scriptedEngine(usualScript()), m_dialogs, *m_settings);
        m_window = std::make_unique<MainWindow>(*m_studio);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_studio->open(bundledModel());
        QTRY_VERIFY(m_studio->session().plan().plan.has_value() && !m_studio->engine().busy());
        m_window->showPage(QStringLiteral("plan"));
    }
    void cleanup() {
        m_window.reset();
        m_studio.reset();
    }

    void groupsOfANodeGroupAreShownWithWhatGoes() {
        m_window->showPage(QStringLiteral("knowledge"));
        m_window->findChild<QTabWidget*>(QStringLiteral("knowledgeViews"))->setCurrentIndex(1);
        auto* chart = m_window->findChild<GroupChart*>(QStringLiteral("groupChart"));
        QVERIFY(chart->bars().empty() && chart->emptyText().contains(QStringLiteral("Analyse")));
        m_studio->analyse();
        QTRY_VERIFY(!m_studio->engine().busy());
        QVERIFY(chart->emptyText().contains(QStringLiteral("Choose a node group")));
        Session& session = m_studio->session();
        const int id = session.structure()->find("layers.2.mlp")->id;
        enterCombo("groupNode", int(id));  // the same order here
        QCOMPARE(session.selection().nodeGroup, id);
        QCOMPARE(chart->bars().size(), std::size_t(172));
        const auto goes = std::count_if(chart->bars().begin(), chart->bars().end(), [](const GroupBar& b) { return b.goes; });
        QCOMPARE(int(goes), session.plan().removed[std::size_t(id)]);
        QVERIFY(goes > 0 && goes < 172);
        for (std::size_t i = 1; i < chart->bars().size(); ++i) QVERIFY(chart->bars()[i].score >= chart->bars()[i - 1].score && chart->bars()[i - 1].goes >= chart->bars()[i].goes);
        auto* table = m_window->findChild<QTableView*>(QStringLiteral("groupTable"));
        QTest::keyClick(chart, Qt::Key_Home);
        QTest::keyClick(chart, Qt::Key_Right);
        QCOMPARE(table->currentIndex().row(), 1);
        QVERIFY2(label("groupWords")->text().contains(QStringLiteral("rank 2 of 172")), qPrintable(label("groupWords")->text()));
        QTest::keyClick(table, Qt::Key_Down);
        QCOMPARE(chart->current(), chart->bars()[2].index);
        // another ratio: other groups go, at once
        session.edit(QStringLiteral("ratio"), [](Recipe& r) { r.plan.ratio = 0.4; });
        QVERIFY(std::count_if(chart->bars().begin(), chart->bars().end(), [](const GroupBar& b) { return b.goes; }) > goes);
        enterCombo("groupOrder", 1);
        for (int i = 0; i < 172; ++i) QCOMPARE(chart->bars()[std::size_t(i)].index, i);
        QCOMPARE(chart->current(), table->currentIndex().row());
        // whole ones have their reason
        session.select({{}, -1, session.structure()->find("hidden")->id});
        QVERIFY(chart->bars().empty() && chart->emptyText().contains(QStringLiteral("residual stream")));
    }

    void everyProxyMeasuredSoFarCanBeLookedAt() {
        m_studio->analyse();
        QTRY_VERIFY(!m_studio->engine().busy());
        auto other = std::make_shared<GroupSaliency>(*sampleSaliency());
        other->proxy = "magnitude";
        for (auto& scores : other->scores)
            for (double& score : scores) score = 10 - score;
        Session& session = m_studio->session();
        session.apply(event::SaliencyMeasured{other}, command::AnalyseKnowledge{});
        session.flush();
        m_window->showPage(QStringLiteral("knowledge"));
        session.select({{}, -1, 1});
        auto* proxies = m_window->findChild<QComboBox*>(QStringLiteral("groupProxy"));
        auto* chart = m_window->findChild<GroupChart*>(QStringLiteral("groupChart"));
        QCOMPARE(proxies->count(), 2);
        QVERIFY(proxies->itemText(0).startsWith(QStringLiteral("magnitude")) && proxies->itemText(1).startsWith(QStringLiteral("activation")));
        const int first = chart->bars().front().index;
        enterCombo("groupProxy", 1);
        QCOMPARE(chart->bars().back().index, first);  // the other way round
        QVERIFY(!m_studio->engine().busy());
    }

    void reasonsAreTextForTheCurrentRow() {
        m_studio->analyse();
        QTRY_VERIFY(!m_studio->engine().busy());
        m_studio->session().edit(QStringLiteral("respect"), [](Recipe& r) { r.plan.useKnowledge = true; });
        auto* bars = m_window->findChild<BarList*>(QStringLiteral("planBars"));
        QTest::keyClick(bars, Qt::Key_Home);
        QVERIFY2(bars->line().contains(QStringLiteral("knowledge analysis")), qPrintable(bars->line()));
        QTest::keyClick(bars, Qt::Key_Down);
        QTest::keyClick(bars, Qt::Key_Down);
        QVERIFY(bars->line().contains(QStringLiteral("go, each")));
        QTest::keyClick(bars, Qt::Key_Space);
        QVERIFY(bars->line().contains(QStringLiteral("You protect it")));
        m_window->showPage(QStringLiteral("knowledge"));
        auto* found = m_window->findChild<BarList*>(QStringLiteral("knowledgeBars"));
        QVERIFY2(found->line().contains(QStringLiteral("you protect it")), qPrintable(found->line()));
        QTest::keyClick(found, Qt::Key_Home);
        QVERIFY2(found->line().contains(QStringLiteral("nats per token")) && found->line().contains(QStringLiteral("kept whole: among")), qPrintable(found->line()));
        m_studio->session().edit(QStringLiteral("ignore"), [](Recipe& r) { r.plan.useKnowledge = false; });
        QVERIFY2(found->line().contains(QStringLiteral("does not respect")), qPrintable(found->line()));  // marked, and not kept
    }

private:
    void enterCombo(const char* name, int index) {
        auto* box = m_window->findChild<QComboBox*>(QString::fromLatin1(name));
        QVERIFY2(box, name);
        box->setCurrentIndex(index);
        Q_EMIT box->activated(index);
    }
    QLabel* label(const char* name) const { return m_window->findChild<QLabel*>(QString::fromLatin1(name)); }

    QTemporaryDir m_dir;
    AnsweringDialogs m_dialogs;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<MainWindow> m_window;
    int m_count = 0;
};

QTEST_MAIN(TestGuiGroups)
#include "tst_gui_groups.moc"
