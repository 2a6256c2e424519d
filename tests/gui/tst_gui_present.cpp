#include "tests/ui/ui_support/window_fixture.h"
#include "ui/pages/page.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_palette.h"

#include <QAction>
#include <QApplication>
#include <QMenuBar>

namespace tst_gui_present {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

/// Presentation mode: what a room sees, and that it goes back to what it was.
class TestGuiPresent : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() {
        QCoreApplication::setAttribute(Qt::AA_DontUseNativeMenuBar);
        applyAppearance(*qApp, Appearance::Light);
        QVERIFY(m.openBundled());
    }
    void cleanup() {
        m.close();
        applyAppearance(*qApp, Appearance::Light);
    }

    void typeGrowsAndColoursBecomeAProjectors() {
        const double before = qApp->font().pointSizeF();
        m.window->showPage(QStringLiteral("plan"));
        const QLabel* title = titleOf("plan");
        const int titleHeight = title->sizeHint().height();
        present()->trigger();
        QVERIFY(qApp->font().pointSizeF() > before * 1.25);
        QVERIFY(title->sizeHint().height() > titleHeight * 1.2);
        QCOMPARE(colors(m.window->palette()).text, QColor(Qt::black));
        QCOMPARE(m.window->grab().toImage().pixelColor(m.window->width() - 4, m.window->height() / 2), QColor(Qt::white));
        QVERIFY(contrastRatio(unitColor(UnitKind::Mlp, false), Qt::white) >= 4.5);
    }

    void itGoesBackToWhatItWas() {
        QStringList names;
        QList<QSize> before;
        const auto sizes = [&] {
            QList<QSize> all;
            names.clear();
            for (const PageEntry& entry : builtinPages()) {
                m.window->showPage(entry.id);
                if (QWidget* keyboard = m.window->focusWidget()) keyboard->clearFocus();  // its frame is broader
                QApplication::processEvents();
                for (const QWidget* widget : m.window->page(entry.id)->findChildren<QWidget*>())
                    if (widget->isVisible() && !widget->objectName().isEmpty())
                        all << widget->size(), names << entry.id + QLatin1Char(' ') + widget->objectName();
            }
            return all;
        };
        sizes();  // what is made when it is first shown is there
        before = sizes();
        const QStringList namesBefore = names;
        present()->trigger();
        QVERIFY(sizes() != before);
        present()->trigger();
        const auto differing = [&] {  // in width: heights are shared out among lists as they come
            const QList<QSize> after = sizes();
            if (names != namesBefore) {
                QStringList odd;
                for (const QString& name : names + namesBefore)
                    if (names.count(name) != namesBefore.count(name) && !odd.contains(name)) odd << name;
                return QStringLiteral("other widgets are in sight: ") + odd.join(QStringLiteral(", "));
            }
            for (int i = 0; i < after.size(); ++i)
                if (after[i].width() != before[i].width()) return names[i];
            return QString();
        };
        QTRY_COMPARE(differing(), QString());
        QCOMPARE(colors(m.window->palette()).text, colorsFor(false).text);
    }

    void darkAndLightCanBeChosenInIt() {
        present()->trigger();
        m.window->findChild<QAction*>(QStringLiteral("appearance_dark"))->trigger();
        QCOMPARE(colors(m.window->palette()).surface, QColor(Qt::black));
        QVERIFY(presenting());
        m.window->findChild<QAction*>(QStringLiteral("appearance_light"))->trigger();
        QCOMPARE(colors(m.window->palette()).surface, QColor(Qt::white));
    }

    void itIsRemembered() {
        QVERIFY(!m.settings->presentation());
        present()->trigger();
        QVERIFY(m.settings->presentation());
        present()->trigger();
        QVERIFY(!m.settings->presentation());
        bool found = false;
        for (const CommandPalette::Entry& entry : entriesOf(*m.window->menuBar(), nullptr))
            found = found || entry.title == QStringLiteral("Presentation mode");
        QVERIFY(found);
    }

    void everyPageFitsALaptopToo() {
        present()->trigger();
        QApplication::processEvents();
        for (const PageEntry& entry : builtinPages()) {
            m.window->showPage(entry.id);
            QApplication::processEvents();
            const int least = m.window->minimumSizeHint().width();
            QVERIFY2(least <= 1280, qPrintable(QStringLiteral("with %1 the window needs %2").arg(entry.id).arg(least)));
        }
    }

    void nothingIsCutOnAProjector() {
        present()->trigger();
        nothingIsCut({1920, 1080});
    }

private:
    void nothingIsCut(const QSize& size) {
        m.window->resize(size);
        QTRY_COMPARE(m.window->size(), size);
        for (const PageEntry& entry : builtinPages()) {
            m.window->showPage(entry.id);
            QApplication::processEvents();
            const QSize least = m.window->page(entry.id)->minimumSizeHint(), room = m.window->page(entry.id)->size();
            QVERIFY2(least.width() <= room.width() && least.height() <= room.height(),
                     qPrintable(QStringLiteral("%1 needs %2x%3 of %4x%5")
                                    .arg(entry.id)
                                    .arg(least.width())
                                    .arg(least.height())
                                    .arg(room.width())
                                    .arg(room.height())));
            for (const QAbstractButton* button : m.window->page(entry.id)->findChildren<QAbstractButton*>())
                if (button->isVisible() && !button->text().isEmpty())
                    QVERIFY2(
                        button->width() >= button->sizeHint().width() && button->height() >= button->sizeHint().height(),
                        qPrintable(entry.id + QLatin1Char(' ') + button->text()));
            for (const QLabel* label : m.window->page(entry.id)->findChildren<QLabel*>())
                if (label->isVisible() && !label->wordWrap() && !label->text().isEmpty() &&
                    label->property("role").isValid())
                    QVERIFY2(label->height() + 1 >= label->fontMetrics().height(), qPrintable(entry.id + label->text()));
        }
    }
    QAction* present() const { return m.window->findChild<QAction*>(QStringLiteral("actionPresent")); }
    const QLabel* titleOf(const char* page) const {
        for (const QLabel* label : m.window->page(QString::fromLatin1(page))->findChildren<QLabel*>())
            if (label->property("role") == QStringLiteral("title")) return label;
        return nullptr;
    }

    WindowFixture m;
};

}  // namespace tst_gui_present

QTEST_MAIN(tst_gui_present::TestGuiPresent)
#include "tst_gui_present.moc"
