#include "ui/help_dialog.h"

#include "ui/controller/places.h"
#include "ui/widgets/type_size.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFile>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QListWidget>
#include <QTextBrowser>
#include <QUrl>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {

constexpr int kText = Qt::UserRole + 1;  ///< of a list's entry: the page's Markdown

QString helpFolder() {
    return resourcesFolder() + QStringLiteral("/help/");
}

QString readPage(const QString& page) {
    QFile file(helpFolder() + page + QStringLiteral(".md"));
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// The first heading.
QString titleOf(const QString& markdown, const QString& otherwise) {
    const QString line = markdown.section(QLatin1Char('\n'), 0, 0);
    return line.startsWith(QLatin1String("# ")) ? line.mid(2).trimmed() : otherwise;
}

}  // namespace

HelpDialog::HelpDialog(const QString& page, QWidget* parent)
    : QDialog(parent), m_search(new QLineEdit(this)), m_pages(new QListWidget(this)), m_text(new QTextBrowser(this)) {
    setObjectName(QStringLiteral("help_") + page);
    setWindowTitle(tr("Manual"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(960, 640);
    auto* column = new QVBoxLayout(this);
    m_search->setObjectName(QStringLiteral("helpSearch"));
    m_search->setAccessibleName(tr("Search the manual"));
    m_search->setPlaceholderText(tr("Search all pages; Enter goes to the next place"));
    m_search->setClearButtonEnabled(true);
    column->addWidget(m_search);
    auto* row = new QHBoxLayout;
    m_pages->setObjectName(QStringLiteral("helpPages"));
    m_pages->setAccessibleName(tr("Pages of the manual"));
    keepWidth(*m_pages, 32);
    row->addWidget(m_pages);
    m_text->setObjectName(QStringLiteral("helpText"));
    m_text->setAccessibleName(tr("Page of the manual"));
    m_text->setOpenLinks(false);
    row->addWidget(m_text, 1);
    column->addLayout(row, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    column->addWidget(buttons);
    for (const QString& file : QDir(helpFolder()).entryList({QStringLiteral("*.md")}, QDir::Files, QDir::Name)) {
        const QString id = file.chopped(3);
        if (id == QLatin1String("README")) continue;
        const QString markdown = readPage(id);
        auto* item = new QListWidgetItem(titleOf(markdown, id), m_pages);
        item->setData(Qt::UserRole, id);
        item->setData(kText, markdown);
    }
    connect(m_pages, &QListWidget::currentItemChanged, this, [this](QListWidgetItem* item) {
        if (item) m_text->setMarkdown(item->data(kText).toString());
    });
    connect(m_search, &QLineEdit::textChanged, this, &HelpDialog::search);
    connect(m_search, &QLineEdit::returnPressed, this, &HelpDialog::findNext);
    connect(m_text, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
        if (link.isRelative() && link.path().endsWith(QLatin1String(".md"))) showPage(link.path().chopped(3));
    });
    showPage(page);
}

void HelpDialog::showPage(const QString& page) {
    for (int i = 0; i < m_pages->count(); ++i)
        if (m_pages->item(i)->data(Qt::UserRole).toString() == page) return m_pages->setCurrentRow(i);
    m_text->setPlainText(tr("The help page %1 is not there; the program's resources are not where it looks for them.")
                             .arg(helpFolder() + page + QStringLiteral(".md")));
}

/// Only pages with the words stay in the list; the one shown changes if it has none.
void HelpDialog::search(const QString& text) {
    int first = -1;
    for (int i = 0; i < m_pages->count(); ++i) {
        QListWidgetItem* item = m_pages->item(i);
        const bool has = text.isEmpty() || item->data(kText).toString().contains(text, Qt::CaseInsensitive) ||
                         item->text().contains(text, Qt::CaseInsensitive);
        item->setHidden(!has);
        if (has && first < 0) first = i;
    }
    if (first >= 0 && m_pages->currentItem() && m_pages->currentItem()->isHidden()) m_pages->setCurrentRow(first);
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
