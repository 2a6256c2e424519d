// The manual in the window: F1 on every page, links, pictures, search, and the way back.

#include "tests/ui/ui_support/window_fixture.h"
#include "ui/help_browser.h"
#include "ui/help_dialog.h"
#include "ui/pages/page.h"
#include "ui/widgets/error_strip.h"

#include <QAction>
#include <QDoubleSpinBox>
#include <QFileInfo>
#include <QLineEdit>
#include <QListWidget>
#include <QMenuBar>
#include <QScrollBar>
#include <QTextBlock>
#include <QToolButton>

namespace tst_gui_manual {

using namespace lorashear;
using namespace lorashear::ui;
using namespace lorashear::testing;

namespace {

/// Targets of the links and names of the pictures of a page.
struct Targets {
    QStringList links, pictures;
};
Targets targetsOf(const QString& markdown) {
    QTextDocument document;
    document.setMarkdown(markdown);
    Targets found;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        for (auto at = block.begin(); !at.atEnd(); ++at) {
            const QTextCharFormat format = at.fragment().charFormat();
            if (format.isImageFormat()) found.pictures << format.toImageFormat().name();
            if (format.isAnchor()) found.links << format.anchorHref();
        }
    return found;
}

QStringList headingsOf(const QString& markdown) {
    QTextDocument document;
    document.setMarkdown(markdown);
    QStringList anchors;
    for (QTextBlock block = document.begin(); block.isValid(); block = block.next())
        if (block.blockFormat().headingLevel() > 0) anchors << headingAnchor(block.text());
    return anchors;
}

const HelpPage* pageOf(const std::vector<HelpPage>& pages, const QString& id) {
    for (const HelpPage& page : pages)
        if (page.id == id) return &page;
    return nullptr;
}

}  // namespace

class TestGuiManual : public QObject {
    Q_OBJECT

    HelpDialog* manual() const { return m.window->findChild<HelpDialog*>(QStringLiteral("manual")); }
    HelpBrowser* text() const { return manual()->findChild<HelpBrowser*>(); }
    QListWidget* list() const { return manual()->findChild<QListWidget*>(QStringLiteral("helpPages")); }
    /// The heading that was turned to, if it stands at the top of what is seen.
    QString headingAtTop() const {
        const int y = text()->cursorRect().top();
        return y >= 0 && y < 60 ? text()->textCursor().block().text() : QStringLiteral("it is at %1").arg(y);
    }

private Q_SLOTS:
    void init() { QVERIFY(m.start(scriptedEngine(usualScript()))); }
    void cleanup() { m.close(); }

    void anchorsAreThoseOfGitHub() {
        QCOMPARE(headingAnchor(QStringLiteral("Half-space projection")), QStringLiteral("half-space-projection"));
        QCOMPARE(headingAnchor(QStringLiteral("Projects, and work that is never lost")),
                 QStringLiteral("projects-and-work-that-is-never-lost"));
    }

    void everyPageHasItsChapter() {
        for (const PageEntry& entry : builtinPages()) {
            m.window->showPage(entry.id);
            m.window->activateWindow();
            QVERIFY(QTest::qWaitForWindowActive(m.window.get()));
            QTest::keyClick(m.window.get(), Qt::Key_F1);
            QVERIFY(manual() && manual()->isVisible());
            QTRY_COMPARE(headingAtTop(), entry.title);
        }
        QCOMPARE(m.window->findChildren<HelpDialog*>().size(), 1);  // one manual, however often it is asked for
    }

    void aClosedManualOpensAgain() {
        m.window->showManual(QStringLiteral("recipe"));
        manual()->close();
        m.find<QAction>("actionHelpMethods")->trigger();
        const auto all = m.window->findChildren<HelpDialog*>();
        QVERIFY(std::any_of(all.begin(), all.end(), [](const HelpDialog* dialog) { return dialog->isVisible(); }));
    }

    void theHelpMenuLeadsToPagesThatAreThere() {
        const auto pages = readHelpPages();
        for (QAction* action : m.window->findChildren<QAction*>()) {
            if (!action->objectName().startsWith(QLatin1String("actionHelp"))) continue;
            action->trigger();
            const QString shown = list()->currentItem()->text();
            QVERIFY2(text()->toPlainText().startsWith(shown), qPrintable(action->objectName()));
        }
    }

    void everyLinkLeadsSomewhere() {
        const auto pages = readHelpPages();
        QVERIFY(pages.size() >= 16);
        for (const HelpPage& page : pages)
            for (const QString& link : targetsOf(page.markdown).links) {
                const QString where = page.id + QStringLiteral(": ") + link;
                const QUrl url(link);
                if (!url.isRelative()) continue;
                if (!url.path().isEmpty() && !url.path().endsWith(QLatin1String(".md"))) {
                    QVERIFY2(QFileInfo::exists(helpFolder() + url.path()), qPrintable(where));
                    continue;
                }
                const HelpPage* to = url.path().isEmpty() ? &page : pageOf(pages, url.path().chopped(3));
                QVERIFY2(to, qPrintable(where));
                QVERIFY2(!url.hasFragment() || headingsOf(to->markdown).contains(url.fragment()), qPrintable(where));
            }
    }

    void theContentsNameEveryPage() {
        const auto pages = readHelpPages();
        QCOMPARE(pages.front().id, QStringLiteral("README"));
        const QStringList links = targetsOf(pages.front().markdown).links;
        for (const HelpPage& page : pages)
            QVERIFY2(page.id == QLatin1String("README") || links.contains(page.id + QStringLiteral(".md")),
                     qPrintable(page.id));
    }

    void linksAreFollowedAndGoneBack() {
        m.window->showManual(QStringLiteral("README"));
        auto* back = manual()->findChild<QToolButton*>(QStringLiteral("helpBack"));
        auto* forward = manual()->findChild<QToolButton*>(QStringLiteral("helpForward"));
        QVERIFY(!back->isEnabled() && !forward->isEnabled());
        Q_EMIT text()->anchorClicked(QUrl(QStringLiteral("ideas.md#recovery")));
        QTRY_COMPARE(headingAtTop(), QStringLiteral("Recovery"));
        QCOMPARE(list()->currentItem()->text(), QStringLiteral("Ideas"));
        Q_EMIT text()->anchorClicked(QUrl(QStringLiteral("#sizes")));  // within the page
        QCOMPARE(text()->textCursor().block().text(), QStringLiteral("Sizes"));
        QTest::mouseClick(back, Qt::LeftButton);
        QTRY_COMPARE(headingAtTop(), QStringLiteral("Recovery"));
        QTest::mouseClick(back, Qt::LeftButton);
        QCOMPARE(list()->currentRow(), 0);
        QVERIFY(!back->isEnabled() && forward->isEnabled());
        QTest::mouseClick(forward, Qt::LeftButton);
        QTRY_COMPARE(headingAtTop(), QStringLiteral("Recovery"));
        list()->setCurrentRow(1);  // a new way: nothing lies ahead of it
        QVERIFY(!forward->isEnabled());
    }

    void picturesAreShownInTheColoursOfTheWindow() {
        int pictures = 0;
        for (const HelpPage& page : readHelpPages()) {
            m.window->showManual(page.id);
            for (const QString& name : targetsOf(page.markdown).pictures) {
                const auto loaded = [&] { return text()->document()->resource(QTextDocument::ImageResource, QUrl(name)); };
                applyAppearance(*qApp, Appearance::Light);
                const auto light = loaded().value<QImage>();
                QVERIFY2(light.width() > 100, qPrintable(page.id + name));
                QVERIFY(light.width() / light.devicePixelRatio() <= text()->viewport()->width());
                applyAppearance(*qApp, Appearance::Dark);
                QVERIFY2(loaded().value<QImage>() != light, qPrintable(name));
                ++pictures;
            }
        }
        applyAppearance(*qApp, Appearance::Light);
        QVERIFY(pictures >= 4);
    }

    void whatThePlanRefusesLeadsToItsExplanationToo() {
        QVERIFY(m.openBundled());  // nothing is planned without a model
        m.window->showPage(QStringLiteral("plan"));
        m.find<QDoubleSpinBox>("ratio")->setValue(98);
        auto* button = m.find<ErrorStrip>("planError")->findChild<QPushButton*>(QStringLiteral("errorManual"));
        QTRY_VERIFY2(button->isVisible(), qPrintable(m.find<ErrorStrip>("planError")->text()));
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(headingAtTop(), QStringLiteral("The largest reachable ratio is …"));
        m.studio->session().undoStack().setIndex(0);
        QVERIFY(m.find<ErrorStrip>("planError")->isHidden());
    }

    void thePanelShowsTheChapterOfThePage() {
        m.window->showPage(QStringLiteral("plan"));
        m.find<QAction>("panel_manual")->trigger();
        auto* chapter = m.find<HelpBrowser>("manualChapter");
        const auto title = [&] { return chapter->document()->begin().text(); };
        QTRY_COMPARE(title(), QStringLiteral("Plan"));
        for (const PageEntry& entry : builtinPages()) {
            m.window->showPage(entry.id);
            QCOMPARE(title(), entry.title);
            QVERIFY(!chapter->toPlainText().contains(QStringLiteral("Keys")));  // the next chapters are not in it
        }
        Q_EMIT chapter->anchorClicked(QUrl(QStringLiteral("ideas.md#what-a-node-group-is")));
        QTRY_VERIFY(manual() && manual()->isVisible());
        QCOMPARE(headingAtTop(), QStringLiteral("What a node group is"));
    }

    void anErrorLeadsToItsExplanation() {
        auto* strip = m.find<ErrorStrip>("errorStrip");
        auto* button = m.find<QPushButton>("errorManual");
        strip->showError(Error(ErrorCode::Impossible, "/training/batch",
                               "the run needs about 9 GB (weights 8 GB), and 2 GB are there", "a batch of 2 fits"));
        QVERIFY(button->isVisible());
        QTest::mouseClick(button, Qt::LeftButton);
        QTRY_COMPARE(headingAtTop(), QStringLiteral("the run needs about …, and … are there"));
        strip->showError(Error(ErrorCode::BadInput, "config.json", "is not a JSON object"));
        QVERIFY(!button->isVisible());
        strip->showError(Error(ErrorCode::Io, "out/model.safetensors", "cannot be written: No space left on device",
                               "free some space there or choose another place, then try again"));  // known by its hint
        QVERIFY(button->isVisible());
    }

    /// A page loads nothing but pictures beside it.
    void nothingElseIsLoaded() {
        m.window->showManual(QStringLiteral("ideas"));
        for (const char* name : {"../icons/io.github.lorashear.Studio.svg", "https://example.org/x.png", "/etc/hostname"})
            QCOMPARE(text()
                         ->document()
                         ->resource(QTextDocument::ImageResource, QUrl(QString::fromLatin1(name)))
                         .value<QImage>()
                         .size(),
                     QSize(1, 1));
    }

    void typingIsOnePlaceOnTheWayBackAndEnterClosesNothing() {
        m.window->showManual(QStringLiteral("window"));
        auto* search = manual()->findChild<QLineEdit*>(QStringLiteral("helpSearch"));
        auto* back = manual()->findChild<QToolButton*>(QStringLiteral("helpBack"));
        const QString start = list()->currentItem()->text();
        search->setText(QStringLiteral("arXiv 2310.18356"));  // on the page of methods alone
        const QString passed = list()->currentItem()->text();
        search->setText(QStringLiteral("the run needs about"));
        QVERIFY(start != passed && list()->currentItem()->text() != start && list()->currentItem()->text() != passed);
        search->setFocus();
        QTest::keyClick(search, Qt::Key_Return);
        QVERIFY(manual()->isVisible());
        QCOMPARE(text()->textCursor().selectedText().toLower(), QStringLiteral("the run needs about"));
        QTest::mouseClick(back, Qt::LeftButton);
        QCOMPARE(list()->currentItem()->text(), start);
        QVERIFY(!back->isEnabled());
    }

    void itIsSearchedAsAWhole() {
        m.window->showManual(QStringLiteral("window"));
        auto* search = manual()->findChild<QLineEdit*>(QStringLiteral("helpSearch"));
        const auto left = [&] {
            int shown = 0;
            for (int i = 0; i < list()->count(); ++i) shown += !list()->item(i)->isHidden();
            return shown;
        };
        const int all = left();
        QVERIFY(all >= 16);
        search->setText(QStringLiteral("arXiv 2310.18356"));  // on the page of methods, not on the one shown
        QVERIFY(left() >= 1 && left() < all);
        QVERIFY(text()->toPlainText().contains(QStringLiteral("arXiv 2310.18356")));
        QCOMPARE(text()->textCursor().selectedText(), QStringLiteral("arXiv 2310.18356"));
        search->setText(QStringLiteral("no page has these words"));
        QCOMPARE(left(), 0);
        search->clear();
        QCOMPARE(left(), all);
    }

private:
    WindowFixture m;
};

}  // namespace tst_gui_manual

QTEST_MAIN(tst_gui_manual::TestGuiManual)
#include "tst_gui_manual.moc"
