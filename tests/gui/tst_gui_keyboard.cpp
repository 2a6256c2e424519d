#include "tests/ui/ui_support/window_fixture.h"
#include "ui/graph/graph_view.h"
#include "ui/pages/page.h"
#include "ui/plots/curve_plot.h"
#include "ui/widgets/bar_list.h"
#include "ui/workspaces.h"

#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QButtonGroup>
#include <QComboBox>
#include <QLineEdit>
#include <QMenuBar>
#include <QMouseEvent>
#include <QPlainTextEdit>
#include <QRadioButton>
#include <QScrollBar>
#include <QSlider>
#include <QSplitterHandle>
#include <QTabBar>
#include <QTabWidget>

#include <algorithm>

namespace tst_gui_keyboard {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// Controls and canvases of our own that a person works with.
bool works(const QWidget* widget) {
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QComboBox*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
           qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QSlider*>(widget) ||
           qobject_cast<const QPlainTextEdit*>(widget) || qobject_cast<const QTabBar*>(widget) ||
           qobject_cast<const QSplitterHandle*>(widget) || qobject_cast<const BarList*>(widget) ||
           qobject_cast<const CurvePlot*>(widget) || qobject_cast<const GraphView*>(widget);
}

/// Inside one of Qt's own controls, which speaks for it.
bool partOfAnother(const QWidget* widget) {
    for (const QWidget* up = widget->parentWidget(); up; up = up->parentWidget())
        if (qobject_cast<const QAbstractSpinBox*>(up) || qobject_cast<const QComboBox*>(up) ||
            qobject_cast<const QLineEdit*>(up) || qobject_cast<const QTabBar*>(up) || qobject_cast<const QMenuBar*>(up) ||
            qobject_cast<const QAbstractItemView*>(up))
            return true;
    return qobject_cast<const QScrollBar*>(widget) || widget->objectName().startsWith(QLatin1String("qt_"));
}

/// Of buttons that exclude each other Tab visits the chosen one; arrows reach the rest (arrowsReachTheRestOf… below).
bool reachedByArrows(const QWidget* widget, const QSet<const QWidget*>& reached) {
    const auto* button = qobject_cast<const QAbstractButton*>(widget);
    if (!button || !button->group() || !button->group()->exclusive()) return false;
    const auto others = button->group()->buttons();
    return std::any_of(others.begin(), others.end(), [&](const QAbstractButton* other) { return reached.contains(other); });
}

/// The widget, or one around it below `page`, that the keyboard comes to.
bool hasKeyboardOwner(const QWidget* widget, const QWidget* page, const QSet<const QWidget*>& reached) {
    for (const QWidget* up = widget; up && up != page; up = up->parentWidget())
        if (reached.contains(up)) return true;
    return false;
}

/// Whether a press of the mouse means something to the widget itself. Sent to it alone, without its ancestors.
bool takesThePress(QWidget* widget) {
    const QPointF middle = QRectF(widget->rect()).center();
    QMouseEvent press(QEvent::MouseButtonPress, middle, widget->mapToGlobal(middle), Qt::LeftButton, Qt::LeftButton,
                      Qt::NoModifier);
    press.ignore();
    static_cast<QObject*>(widget)->event(&press);
    const bool taken = press.isAccepted();
    QMouseEvent release(QEvent::MouseButtonRelease, middle, widget->mapToGlobal(middle), Qt::LeftButton, Qt::NoButton,
                        Qt::NoModifier);
    static_cast<QObject*>(widget)->event(&release);
    return taken;
}

QString nameOf(const QWidget* widget) {
    return QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
}

}  // namespace

class TestGuiKeyboard : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { m.close(); }

    void tabReachesEveryPartOfEveryPage_data() {
        QTest::addColumn<int>("state");
        QTest::newRow("empty") << 0;
        QTest::newRow("model open") << 1;
        QTest::newRow("run finished") << 2;
        QTest::newRow("error shown") << 3;
        QTest::newRow("panels beside the pages") << 4;
    }
    void tabReachesEveryPartOfEveryPage() {
        QFETCH(int, state);
        if (state == 0)
            QVERIFY(m.start(scriptedEngine(usualScript())));
        else
            QVERIFY(m.openBundled());
        if (state == 2 || state == 3) QVERIFY(m.runToTheEnd());
        if (state == 4) {
            m.window->resize(1920, 1080);
            m.window->workspaces().choose(QStringLiteral("tune"));
            QTRY_VERIFY(m.find<QWidget>("historyList")->isVisible());
        }
        if (state == 3) m.studio->reportProblem(QStringLiteral("what"), QStringLiteral("where"), QStringLiteral("hint"));
        if (state >= 1) m.studio->session().select({{}, -1, 2});
        for (const PageEntry& entry : builtinPages()) {
            m.window->showPage(entry.id);
            auto* tabs = m.window->page(entry.id)->findChild<QTabWidget*>();
            for (int tab = 0; tab < (tabs ? tabs->count() : 1); ++tab) {
                if (tabs) tabs->setCurrentIndex(tab);
                checkPage(entry.id);
                if (QTest::currentTestFailed()) return;
            }
        }
    }

    void arrowsReachTheRestOfTheRadioButtons() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("knowledge"));
        m.click("analyse");
        QTRY_VERIFY(!m.studio->engine().busy());
        m.studio->session().select({{}, -1, 2});
        m.find<BarList>("knowledgeBars")->setFocus();
        QTest::keyClick(m.find<BarList>("knowledgeBars"), Qt::Key_Down);
        auto* first = m.find<QRadioButton>("override0");
        QTRY_VERIFY(first->isEnabled());
        first->setFocus();
        QTest::keyClick(first, Qt::Key_Right);
        QCOMPARE(QApplication::focusWidget(), m.find<QRadioButton>("override1"));
        QVERIFY(!m.studio->session().recipe().plan.protect.empty());
    }

    void arrowsReachTheRestOfTheRail() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("model"));
        m.find<QWidget>("stage_model")->setFocus();
        for (std::size_t i = 1; i < builtinPages().size(); ++i) {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Down);
            QCOMPARE(QApplication::focusWidget()->objectName(), QStringLiteral("stage_") + builtinPages()[i].id);
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Space);
            QCOMPARE(m.window->currentPage(), builtinPages()[i].id);
        }
    }

    void focusIsSeenOnPlotsAndBars() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("run"));
        for (const char* name : {"lossPlot", "runBars"}) {
            auto* widget = m.find<QWidget>(name);
            m.find<QWidget>("runFolder")->setFocus();
            QTRY_VERIFY(!widget->hasFocus());
            const QImage without = widget->grab().toImage();
            widget->setFocus(Qt::TabFocusReason);
            QTRY_VERIFY(widget->hasFocus());
            const QImage with = widget->grab().toImage();
            const QColor accent = colors(widget->palette()).accent;
            QVERIFY2(with.pixelColor(with.width() / 2, 1) == accent && without.pixelColor(without.width() / 2, 1) != accent,
                     name);
        }
    }

    void borderOfTheInspectorMovesByArrows() {
        QVERIFY(m.openBundled());
        m.window->showPage(QStringLiteral("graph"));
        QSplitterHandle* handle = m.find<QSplitter>("graphSplit")->handle(1);
        const int before = handle->pos().x();
        QTest::keyClick(handle, Qt::Key_Left);
        QVERIFY(handle->pos().x() < before);
        QTest::keyClick(handle, Qt::Key_Right);
        QCOMPARE(handle->pos().x(), before);
    }

private:
    /// Presses `key` from the first widget on until the way closes.
    QSet<const QWidget*> walk(Qt::Key key) {
        QSet<const QWidget*> reached;
        const QWidget* first = nullptr;
        for (int i = 0; i < 500; ++i) {
            QWidget* at = QApplication::focusWidget();
            QTest::keyClick(at ? at : m.window.get(), key, key == Qt::Key_Backtab ? Qt::ShiftModifier : Qt::NoModifier);
            const QWidget* now = QApplication::focusWidget();
            if (!now || now == first) break;
            if (!first) first = now;
            reached.insert(now);
        }
        return reached;
    }

    void checkPage(const QString& id) {
        QApplication::processEvents();
        m.window->setFocus();
        const QSet<const QWidget*> forwards = walk(Qt::Key_Tab), backwards = walk(Qt::Key_Backtab);
        QVERIFY2(forwards.size() > 3, qPrintable(id));
        QWidget* page = m.window->page(id);
        int checked = 0;
        for (QWidget* widget : m.window->findChildren<QWidget*>()) {
            if (!widget->isVisible() || !widget->isEnabled() || partOfAnother(widget) || qobject_cast<QMenuBar*>(widget))
                continue;
            if (works(widget)) {
                ++checked;
                QVERIFY2(forwards.contains(widget) || reachedByArrows(widget, forwards),
                         qPrintable(id + QStringLiteral(": Tab misses ") + nameOf(widget)));
                QVERIFY2(backwards.contains(widget) || reachedByArrows(widget, backwards),
                         qPrintable(id + QStringLiteral(": Backtab misses ") + nameOf(widget)));
            }
        }
        QVERIFY(checked > 7);
        for (QWidget* widget : page->findChildren<QWidget*>()) {
            if (!widget->isVisible() || !widget->isEnabled() || partOfAnother(widget) || works(widget) ||
                qobject_cast<QTabWidget*>(widget))
                continue;
            const bool label =
                widget->inherits("QLabel");  // selecting its text: copy buttons and fields do that for the keyboard
            if (label || hasKeyboardOwner(widget, page, forwards)) continue;
            QVERIFY2(!takesThePress(widget), qPrintable(id + QStringLiteral(": only the mouse reaches ") + nameOf(widget)));
        }
    }

    WindowFixture m;
};

}  // namespace tst_gui_keyboard

QTEST_MAIN(tst_gui_keyboard::TestGuiKeyboard)
#include "tst_gui_keyboard.moc"
