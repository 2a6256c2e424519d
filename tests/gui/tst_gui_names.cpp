#include "tests/ui/ui_support/answering_dialogs.h"
#include "tests/ui/ui_support/scripted_engine.h"
#include "ui/controller/studio.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"
#include "ui/theme/theme.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QDockWidget>
#include <QHash>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QSlider>
#include <QTabBar>
#include <QTemporaryDir>
#include <QTest>

namespace tst_gui_names {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

bool interactive(const QWidget* widget) {
    return qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
           qobject_cast<const QComboBox*>(widget) || qobject_cast<const QLineEdit*>(widget) ||
           qobject_cast<const QAbstractItemView*>(widget) || qobject_cast<const QSlider*>(widget) ||
           qobject_cast<const QPlainTextEdit*>(widget) || widget->focusPolicy() == Qt::StrongFocus;
}

/// Parts that Qt makes inside its own widgets: their owner speaks for them.
bool partOfQt(const QWidget* widget) {
    if (widget->objectName().startsWith(QLatin1String("qt_")) || widget->inherits("QTableCornerButton")) return true;
    for (const QWidget* up = widget->parentWidget(); up; up = up->parentWidget())
        if (qobject_cast<const QAbstractSpinBox*>(up) || qobject_cast<const QComboBox*>(up) ||
            qobject_cast<const QTabBar*>(up) || qobject_cast<const QLineEdit*>(up) || up->inherits("QMenuBar"))
            return true;
    return qobject_cast<const QTabBar*>(widget) || widget->inherits("QMenuBar") || widget->inherits("QMenu") ||
           widget->inherits("QHeaderView");
}

}  // namespace

class TestGuiNames : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        m_settings = std::make_unique<Settings>(m_dir.filePath(QStringLiteral("settings%1.ini").arg(++m_count)));
        m_studio = std::make_unique<Studio>(scriptedEngine(usualScript()), m_dialogs, *m_settings);
        m_window = std::make_unique<MainWindow>(*m_studio);
        m_window->resize(1280, 800);
        m_window->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
        m_studio->open(bundledModel());
        QTRY_VERIFY(m_studio->session().plan().plan.has_value());
    }

    void cleanup() {
        m_window.reset();
        m_studio.reset();
    }

    void everyInteractiveWidgetHasItsNames() {
        int seen = 0;
        for (const QWidget* widget : m_window->findChildren<QWidget*>()) {
            if (!interactive(widget) || partOfQt(widget)) continue;
            ++seen;
            QString who;
            for (const QWidget* up = widget; up; up = up->parentWidget())
                who += QString::fromLatin1(up->metaObject()->className()) + QLatin1Char(' ') + up->objectName() +
                       QStringLiteral(" in ");
            QVERIFY2(!widget->objectName().isEmpty(), qPrintable(who));
            const auto* button = qobject_cast<const QAbstractButton*>(widget);
            QVERIFY2(!widget->accessibleName().isEmpty() || (button && !button->text().isEmpty()), qPrintable(who));
        }
        QVERIFY(seen > 60);
    }

    void everyFieldSaysWhatItIsInATip() {
        for (const QAbstractSpinBox* box : m_window->findChildren<QAbstractSpinBox*>())
            if (!box->objectName().startsWith(QLatin1String("option_mix")))
                QVERIFY2(!box->toolTip().isEmpty(), qPrintable(box->objectName()));
    }

    void objectNamesOfPagesAreUnique() {
        QSet<QString> names;
        for (const PageEntry& entry : builtinPages()) {
            QVERIFY(!names.contains(entry.id));
            names.insert(entry.id);
            QVERIFY(m_window->page(entry.id));
        }
    }

    void objectNamesOfPanelsAreUnique() {
        QHash<QString, int> times;
        for (const QWidget* widget : m_window->findChildren<QWidget*>()) ++times[widget->objectName()];
        int seen = 0;
        for (const QDockWidget* dock : m_window->findChildren<QDockWidget*>())
            for (const QWidget* widget : dock->findChildren<QWidget*>()) {
                const QString name = widget->objectName();
                if (name.isEmpty() || name.startsWith(QLatin1String("qt_"))) continue;
                ++seen;
                QVERIFY2(times.value(name) == 1, qPrintable(dock->objectName() + QStringLiteral(": ") + name));
            }
        QVERIFY(seen > 10);
    }

    void everyPageFitsIntoTheSmallScreen() {
        for (const PageEntry& entry : builtinPages()) {
            m_window->showPage(entry.id);
            QCOMPARE(m_window->size(), QSize(1280, 800));
            const QSize least = m_window->page(entry.id)->minimumSizeHint();
            const QSize room = m_window->page(entry.id)->size();
            QVERIFY2(least.width() <= room.width() && least.height() <= room.height(),
                     qPrintable(QStringLiteral("%1 needs %2x%3 of %4x%5")
                                    .arg(entry.id)
                                    .arg(least.width())
                                    .arg(least.height())
                                    .arg(room.width())
                                    .arg(room.height())));
        }
    }

    void buttonsShowTheirWholeText() {
        for (const PageEntry& entry : builtinPages()) {
            m_window->showPage(entry.id);
            QApplication::processEvents();
            for (const QAbstractButton* button : m_window->page(entry.id)->findChildren<QAbstractButton*>())
                if (button->isVisible() && !button->text().isEmpty() && !partOfQt(button))
                    QVERIFY2(
                        button->width() >= button->sizeHint().width() && button->height() >= button->sizeHint().height(),
                        qPrintable(entry.id + QLatin1Char(' ') + button->text()));
        }
    }

    void bothAppearancesArePainted() {
        QVERIFY(qApp);
        for (Appearance appearance : {Appearance::Dark, Appearance::Light}) {
            applyAppearance(*qApp, appearance);
            for (const PageEntry& entry : builtinPages()) {
                m_window->showPage(entry.id);
                const QImage image = m_window->grab().toImage();
                const bool dark = image.pixelColor(image.width() - 4, image.height() / 2).lightness() < 128;
                QCOMPARE(dark, appearance == Appearance::Dark);
            }
        }
    }

private:
    QTemporaryDir m_dir;
    AnsweringDialogs m_dialogs;
    std::unique_ptr<Settings> m_settings;
    std::unique_ptr<Studio> m_studio;
    std::unique_ptr<MainWindow> m_window;
    int m_count = 0;
};

}  // namespace tst_gui_names

QTEST_MAIN(tst_gui_names::TestGuiNames)
#include "tst_gui_names.moc"
