#include "tests/ui/ui_support/window_fixture.h"
#include "ui/language.h"
#include "ui/pages/page.h"
#include "ui/theme/format.h"
#include "ui/widgets/elided_label.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSpinBox>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QGroupBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMenu>
#include <QMenuBar>
#include <QPlainTextEdit>
#include <QRegularExpression>
#include <QScrollArea>
#include <QStyleOption>
#include <QTabWidget>

#include <functional>

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// The language this process tests: tables of the window keep their words, so it is one a process (tests/gui/CMakeLists.txt starts several).
QString testedLanguage() {
    const QString asked = qEnvironmentVariable("LORASHEAR_TEST_LANGUAGE");
    return asked.isEmpty() ? QStringLiteral("pseudo") : asked;
}
bool isPseudo() {
    return testedLanguage() == QLatin1String("pseudo");
}

/// What of a text did not pass through translation. In the pseudo language that is every word outside brackets; in a real one, three English
/// words in a row. Names stay as they are: of files, tensors, settings, keys and units of measure.
QString untranslatedPart(QString text) {
    text.remove(QRegularExpression(QStringLiteral("<[^<>]*>|&[a-z]+;")));
    QString outside;
    int depth = 0;
    for (const QChar letter : std::as_const(text)) {
        if (isPseudo() && letter == QLatin1Char('[')) ++depth;
        if (depth == 0) outside += letter;
        if (isPseudo() && letter == QLatin1Char(']') && depth > 0) {
            --depth;
            outside += QLatin1Char(' ');
        }
    }
    outside.remove(QRegularExpression(QStringLiteral(R"(\(layer [^)]*\))")));  // what exactly breaks a rule
    outside.remove(QRegularExpression(QStringLiteral(R"(\S*[0-9._/=\\]\S*)")));
    outside.remove(QRegularExpression(QStringLiteral(
        "\\b(LoRAShear Studio|Ctrl|Shift|Alt|Return|English|TinyStories|GGUF|LaTeX|Markdown|LLaMA|Chain of LoRA|Hugging Face|JSON)\\b")));
    outside.remove(QRegularExpression(QStringLiteral(  // what recipe and engine say, shown as it is
        "\\b(stories|cpu|Once upon a time|no GPU here|the model has no chat template|the model in memory)\\b")));
    static const QRegularExpression kWord(QStringLiteral("[A-Za-z]{3,}")),
        kPhrase(QStringLiteral("[A-Za-z]{2,}[,;:]? [A-Za-z]{2,}[,;:]? [A-Za-z]{2,}"));
    return (isPseudo() ? kWord : kPhrase).match(outside).hasMatch() ? outside.trimmed() : QString();
}

/// Texts that are data: what the engine says, what recipes and files hold.
bool holdsData(const QWidget* widget) {
    static const QStringList kData = {QStringLiteral("runLog"), QStringLiteral("statusModel")};
    return kData.contains(widget->objectName()) || qobject_cast<const QPlainTextEdit*>(widget);
}

struct Seen {
    QString where, text;
};

void readView(const QAbstractItemView* view, const QString& where, std::vector<Seen>& all) {
    const QAbstractItemModel* model = view->model();
    if (!model) return;
    for (int column = 0; column < model->columnCount(); ++column) {
        all.push_back({where + QStringLiteral(" header"), model->headerData(column, Qt::Horizontal).toString()});
        all.push_back({where + QStringLiteral(" header's tip"),
                       model->headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString()});
    }
}

/// The texts of a visible widget and of what lies in it; of lists and tables their headers alone: most cells are data.
std::vector<Seen> textsIn(const QWidget* root) {
    std::vector<Seen> all;
    QList<const QWidget*> widgets{root};
    for (const QWidget* child : root->findChildren<QWidget*>()) widgets << child;
    for (const QWidget* widget : widgets) {
        if (!widget->isVisible() || holdsData(widget)) continue;
        const QString where =
            QString::fromLatin1(widget->metaObject()->className()) + QLatin1Char(' ') + widget->objectName();
        const auto add = [&](const char* what, const QString& text) {
            if (!text.isEmpty()) all.push_back({where + QLatin1Char(' ') + QString::fromLatin1(what), text});
        };
        add("tip", widget->toolTip());
        add("name", widget->accessibleName());
        if (const auto* label = qobject_cast<const QLabel*>(widget)) add("text", label->text());
        if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) add("text", button->text());
        if (const auto* group = qobject_cast<const QGroupBox*>(widget)) add("title", group->title());
        if (const auto* line = qobject_cast<const QLineEdit*>(widget)) add("hint", line->placeholderText());
        if (const auto* box = qobject_cast<const QComboBox*>(widget))
            for (int i = 0; i < box->count(); ++i) add("entry", box->itemText(i));
        if (const auto* box = qobject_cast<const QAbstractSpinBox*>(widget)) add("value", box->text());
        if (const auto* tabs = qobject_cast<const QTabWidget*>(widget))
            for (int i = 0; i < tabs->count(); ++i) {
                add("tab", tabs->tabText(i));
                add("tab's tip", tabs->tabToolTip(i));
            }
        if (const auto* view = qobject_cast<const QAbstractItemView*>(widget);
            view && !qobject_cast<const QHeaderView*>(view))
            readView(view, where, all);
    }
    return all;
}

void readMenu(const QList<QAction*>& actions, std::vector<Seen>& all) {
    for (const QAction* action : actions) {
        all.push_back({QStringLiteral("menu ") + action->objectName(), action->text()});
        if (action->menu()) readMenu(action->menu()->actions(), all);
    }
}

/// Parts that Qt makes inside its own widgets.
bool partOfQt(const QWidget* widget) {
    for (const QWidget* up = widget->parentWidget(); up; up = up->parentWidget())
        if (qobject_cast<const QAbstractSpinBox*>(up) || qobject_cast<const QComboBox*>(up) ||
            qobject_cast<const QTabBar*>(up) || qobject_cast<const QLineEdit*>(up) ||
            qobject_cast<const QAbstractItemView*>(up) || up->inherits("QMenuBar"))
            return true;
    return widget->objectName().startsWith(QLatin1String("qt_"));
}

/// One line and no room for more: translations have to be about as short as the English, and real languages are held to it.
bool hasOneLine(const QWidget* widget) {
    static const QStringList kNames = {QStringLiteral("planReach"), QStringLiteral("settingChangedOnly"),
                                       QStringLiteral("whatIf_values")};
    return kNames.contains(widget->objectName());
}

/// What cannot be read of a widget's own text where it stands, in words; "" when all of it can be.
QString clipped(const QWidget* widget) {
    if (qobject_cast<const ElidedLabel*>(widget)) return {};  // its tip says the rest
    if (const auto* label = qobject_cast<const QLabel*>(widget)) {
        if (label->text().isEmpty()) return {};
        const bool fits = label->wordWrap() ? label->height() >= label->heightForWidth(label->width())
                                            : label->width() >= label->sizeHint().width();
        return fits ? QString() : QStringLiteral("is cut: ") + label->text();
    }
    if (const auto* button = qobject_cast<const QAbstractButton*>(widget)) {
        if (button->text().isEmpty()) return {};
        return button->width() >= button->sizeHint().width() && button->height() >= button->sizeHint().height()
                   ? QString()
                   : QStringLiteral("is cut: ") + button->text();
    }
    if (const auto* box = qobject_cast<const QComboBox*>(widget)) {
        QStyleOptionComboBox option;
        option.initFrom(box);
        const int room =
            box->style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, box).width();
        const bool said = !box->toolTip().isEmpty() || box->sizeAdjustPolicy() != QComboBox::AdjustToContentsOnFirstShow;
        return said || room >= box->fontMetrics().horizontalAdvance(box->currentText())
                   ? QString()
                   : QStringLiteral("is cut: ") + box->currentText();
    }
    if (const auto* tabs = qobject_cast<const QTabBar*>(widget)) {
        for (int i = 0; i < tabs->count(); ++i)
            if (tabs->tabRect(i).width() < tabs->fontMetrics().horizontalAdvance(tabs->tabText(i)))
                return QStringLiteral("a tab is cut: ") + tabs->tabText(i);
    }
    return {};
}

}  // namespace

class TestGuiLanguage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() {
        QCOMPARE(languageInForce(), testedLanguage());
        QVERIFY(m.openBundled());
        QVERIFY(m.runToTheEnd());
    }

    void everyTextIsTranslated() {
        QStringList offences;
        const auto read = [&](const QString& place, const std::vector<Seen>& all) {
            for (const Seen& seen : all)
                if (const QString left = untranslatedPart(seen.text); !left.isEmpty())
                    offences << QStringLiteral("%1: %2: \"%3\" of \"%4\"").arg(place, seen.where, left, seen.text);
        };
        std::vector<Seen> menus;
        readMenu(m.window->menuBar()->actions(), menus);
        QVERIFY(menus.size() > 50);
        read(QStringLiteral("menus"), menus);
        int seen = 0;
        everyView([&](const QString& place, const QWidget* view) {
            const std::vector<Seen> all = textsIn(view);
            seen += int(all.size());
            read(place, all);
        });
        QVERIFY2(seen > 500, qPrintable(QString::number(seen)));
        offences.removeDuplicates();
        for (const QString& one : std::as_const(offences)) qWarning("%s", qPrintable(one));  // QtTest cuts what is long
        QCOMPARE(offences.size(), 0);
    }

    void nothingIsClippedAtTheLeastSize() { nothingIsClippedAt(QSize(1024, 640)); }
    void nothingIsClippedAtTheUsualSize() { nothingIsClippedAt(QSize(1280, 800)); }

private:
    using Visit = std::function<void(const QString& place, const QWidget* view)>;

    /// Every page under every tab of it, one after the other; tabs in tabs once each.
    void everyView(const Visit& visit) {
        for (const PageEntry& entry : builtinPages()) {
            m.window->showPage(entry.id);
            QWidget* page = m.window->page(entry.id);
            for (int i = 0; i < 3; ++i)
                QApplication::processEvents();  // pages that lay themselves out anew once they are shown
            visit(entry.id, m.window.get());
            for (QTabWidget* tabs : page->findChildren<QTabWidget*>()) {
                const int before = tabs->currentIndex();
                for (int i = 0; i < tabs->count(); ++i) {
                    if (i == before || !tabs->isTabEnabled(i) || !tabs->isVisible()) continue;
                    tabs->setCurrentIndex(i);
                    QApplication::processEvents();
                    visit(QStringLiteral("%1, tab %2").arg(entry.id).arg(i), tabs);
                }
                tabs->setCurrentIndex(before);
            }
        }
    }

    void nothingIsClippedAt(QSize size) {
        m.window->resize(size);
        QApplication::processEvents();
        QCOMPARE(m.window->size(), size);
        QStringList offences;
        everyView([&](const QString& place, const QWidget* view) {
            for (const QWidget* widget : view->findChildren<QWidget*>()) {
                if (!widget->isVisible() || (partOfQt(widget) && !qobject_cast<const QTabBar*>(widget))) continue;
                if (isPseudo() && hasOneLine(widget)) continue;
                if (const QString why = clipped(widget); !why.isEmpty())
                    offences << QStringLiteral("%1: %2 %3, %4x%5 of %6x%7")
                                    .arg(place, widget->objectName(), why)
                                    .arg(widget->width())
                                    .arg(widget->height())
                                    .arg(widget->sizeHint().width())
                                    .arg(widget->sizeHint().height());
            }
        });
        offences.removeDuplicates();
        for (const QString& one : std::as_const(offences)) qWarning("%s", qPrintable(one));  // QtTest cuts what is long
        QCOMPARE(offences.size(), 0);
    }

    WindowFixture m;
};

int main(int argc, char** argv) {
    QApplication application(argc, argv);
    applyLanguage(application, testedLanguage());
    TestGuiLanguage test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_gui_language.moc"
