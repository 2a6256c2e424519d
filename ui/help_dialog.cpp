#include "ui/help_dialog.h"

#include "ui/help_browser.h"
#include "ui/widgets/type_size.h"

#include <QAction>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStyle>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>

namespace lorashear::ui {

HelpDialog::HelpDialog(QWidget* parent)
    : QDialog(parent),
      m_all(readHelpPages()),
      m_search(new QLineEdit(this)),
      m_pages(new QListWidget(this)),
      m_text(new HelpBrowser(this)) {
    setObjectName(QStringLiteral("manual"));
    setWindowTitle(tr("Manual"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(1040, 700);
    auto* column = new QVBoxLayout(this);
    auto* top = new QHBoxLayout;
    addButtons(*top);
    m_search->setObjectName(QStringLiteral("helpSearch"));
    m_search->setAccessibleName(tr("Search the manual"));
    m_search->setPlaceholderText(tr("Search all pages; Enter goes to the next place"));
    m_search->setClearButtonEnabled(true);
    top->addWidget(m_search, 1);
    column->addLayout(top);
    auto* row = new QHBoxLayout;
    m_pages->setObjectName(QStringLiteral("helpPages"));
    m_pages->setAccessibleName(tr("Pages of the manual"));
    keepWidth(*m_pages, 34);
    row->addWidget(m_pages);
    m_text->setObjectName(QStringLiteral("helpText"));
    m_text->setAccessibleName(tr("Page of the manual"));
    row->addWidget(m_text, 1);
    column->addLayout(row, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setAutoDefault(false);  // Enter in the search goes to the next place
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    column->addWidget(buttons);
    for (const HelpPage& page : m_all) m_pages->addItem(page.title);
    connect(m_pages, &QListWidget::currentRowChanged, this, [this](int at) {
        if (at >= 0) showPage(m_all[std::size_t(at)].id);
    });
    connect(m_search, &QLineEdit::textChanged, this, &HelpDialog::search);
    connect(m_search, &QLineEdit::returnPressed, this, &HelpDialog::findNext);
    connect(m_text, &QTextBrowser::anchorClicked, this, &HelpDialog::follow);
}

void HelpDialog::addButtons(QLayout& to) {
    const auto add = [&](const char* name, const QString& text, QStyle::StandardPixmap icon, QKeySequence::StandardKey key,
                         int steps) {
        auto* action = new QAction(style()->standardIcon(icon), text, this);
        action->setShortcut(key);
        action->setToolTip(text + QStringLiteral(" (") + action->shortcut().toString(QKeySequence::NativeText) +
                           QLatin1Char(')'));
        connect(action, &QAction::triggered, this, [this, steps] { go(steps); });
        auto* button = new QToolButton(this);
        button->setObjectName(QString::fromLatin1(name));
        button->setDefaultAction(action);
        button->setAccessibleName(text);
        to.addWidget(button);
        return action;
    };
    m_back = add("helpBack", tr("Back"), QStyle::SP_ArrowBack, QKeySequence::Back, -1);
    m_forward = add("helpForward", tr("Forward"), QStyle::SP_ArrowForward, QKeySequence::Forward, 1);
    updateWay();
}

void HelpDialog::showPage(const QString& place) {
    m_found = false;
    if (m_at >= 0 && m_way[std::size_t(m_at)] == place) return turnTo(place);
    m_way.resize(std::size_t(m_at) + 1);
    m_way.push_back(place);
    ++m_at;
    turnTo(place);
}

void HelpDialog::go(int steps) {
    const int to = m_at + steps;
    if (to < 0 || to >= int(m_way.size())) return;
    m_at = to;
    m_found = false;
    turnTo(m_way[std::size_t(to)]);
}

int HelpDialog::rowOf(const QString& id) const {
    for (std::size_t i = 0; i < m_all.size(); ++i)
        if (m_all[i].id == id) return int(i);
    return -1;
}

void HelpDialog::turnTo(const QString& place) {
    const QString id = place.section(QLatin1Char('#'), 0, 0), anchor = place.section(QLatin1Char('#'), 1);
    const int at = rowOf(id);
    updateWay();
    if (at < 0) {
        m_text->setPlainText(tr("The help page %1 is not there; the program's resources are not where it looks for them.")
                                 .arg(helpFolder() + id + QStringLiteral(".md")));
        return;
    }
    const QSignalBlocker quiet(m_pages);
    m_pages->setCurrentRow(at);
    m_text->showPage(m_all[std::size_t(at)].markdown, anchor);
}

void HelpDialog::updateWay() {
    m_back->setEnabled(m_at > 0);
    m_forward->setEnabled(m_at + 1 < int(m_way.size()));
}

/// Within the manual; other files of the program and the web are left to the desktop.
void HelpDialog::follow(const QUrl& link) {
    if (!link.isRelative()) {
        QDesktopServices::openUrl(link);
        return;
    }
    const QString heading = link.hasFragment() ? QLatin1Char('#') + link.fragment() : QString();
    if (link.path().isEmpty()) return showPage(m_all[std::size_t(m_pages->currentRow())].id + heading);
    if (link.path().endsWith(QLatin1String(".md")) && rowOf(link.path().chopped(3)) >= 0)
        return showPage(link.path().chopped(3) + heading);
    const QFileInfo file(helpFolder() + link.path());
    if (file.exists()) QDesktopServices::openUrl(QUrl::fromLocalFile(file.canonicalFilePath()));
}

/// What is come upon while somebody types is one place on the way back, not one a letter.
void HelpDialog::showFound(int row) {
    const QString& id = m_all[std::size_t(row)].id;
    if (m_found) {
        m_way[std::size_t(m_at)] = id;
        turnTo(id);
    } else {
        showPage(id);
        m_found = true;
    }
}

/// Only pages with the words stay in the list; the one shown changes if it has none.
void HelpDialog::search(const QString& text) {
    int first = -1;
    for (int i = 0; i < m_pages->count(); ++i) {
        QListWidgetItem* item = m_pages->item(i);
        const bool has = text.isEmpty() || m_all[std::size_t(i)].markdown.contains(text, Qt::CaseInsensitive);
        item->setHidden(!has);
        if (has && first < 0) first = i;
    }
    if (first >= 0 && m_pages->currentItem() && m_pages->currentItem()->isHidden()) showFound(first);
    m_text->moveCursor(QTextCursor::Start);
    if (!text.isEmpty()) m_text->find(text);
}

/// From the last place in a page to the first of the next one.
void HelpDialog::findNext() {
    const QString text = m_search->text();
    if (text.isEmpty() || m_text->find(text)) return;
    for (int step = 1; step <= m_pages->count(); ++step) {
        const int row = (m_pages->currentRow() + step) % m_pages->count();
        if (m_pages->item(row)->isHidden()) continue;
        m_pages->setCurrentRow(row);
        m_text->moveCursor(QTextCursor::Start);
        if (m_text->find(text)) return;
    }
}

}  // namespace lorashear::ui
