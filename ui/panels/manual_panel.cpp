#include "ui/panels/manual_panel.h"

#include "ui/help_browser.h"
#include "ui/help_pages.h"
#include "ui/panels/panel.h"
#include "ui/widgets/pieces.h"

#include <QDesktopServices>
#include <QPushButton>
#include <QUrl>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {
const QString kWindowPage = QStringLiteral("window");  ///< the manual's page with a chapter for every page
}

ManualPanel::ManualPanel(Studio&, PanelHost& host, QWidget* parent)
    : QWidget(parent), m_host(host), m_text(new HelpBrowser(this)) {
    setObjectName(QStringLiteral("manualPanel"));
    setFocusProxy(m_text);
    m_text->setObjectName(QStringLiteral("manualChapter"));
    m_text->setAccessibleName(tr("The manual's chapter of the page that is shown"));
    QPushButton* all = makeButton(QStringLiteral("manualAll"), tr("All of the manual…"),
                                  tr("Opens the manual in a window of its own, where it can be searched"), this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(6);
    column->addWidget(m_text, 1);
    column->addWidget(all, 0, Qt::AlignLeft);
    connect(all, &QPushButton::clicked, this,
            [this] { Q_EMIT m_host.placeWanted(m_page.isEmpty() ? kWindowPage : kWindowPage + QLatin1Char('#') + m_page); });
    connect(m_text, &QTextBrowser::anchorClicked, this, &ManualPanel::follow);
    connect(&m_host, &PanelHost::pageShown, this, [this](const QString& id) {
        m_page = id;
        if (isVisible()) fill();
    });
}

void ManualPanel::fill() {
    if (m_page.isEmpty() || m_page == m_shown) return;
    m_shown = m_page;
    const QString chapter = helpChapter(kWindowPage, m_page);
    if (chapter.isEmpty())
        m_text->setPlainText(tr("The manual is not there; the program's resources are not where it looks for them."));
    else
        m_text->showPage(chapter, {});
}

void ManualPanel::follow(const QUrl& link) {
    if (!link.isRelative()) {
        QDesktopServices::openUrl(link);
        return;
    }
    const QString page = link.path().isEmpty() ? kWindowPage : link.path().section(QStringLiteral(".md"), 0, 0);
    Q_EMIT m_host.placeWanted(link.hasFragment() ? page + QLatin1Char('#') + link.fragment() : page);
}

void ManualPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    fill();
}

}  // namespace lorashear::ui
