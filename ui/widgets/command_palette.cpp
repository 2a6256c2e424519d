#include "ui/widgets/command_palette.h"

#include <QAction>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QTimer>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

QString plain(QString text) {
    text.remove(QLatin1Char('&'));
    return text;
}

void addMenu(std::vector<CommandPalette::Entry>& entries, const QList<QAction*>& actions, const QString& where) {
    for (QAction* action : actions) {
        if (action->menu()) {
            addMenu(entries, action->menu()->actions(), where.isEmpty() ? plain(action->text()) : where);
        } else if (!action->isSeparator() && action->isEnabled() && action->isVisible()) {
            const QPointer<QAction> alive = action;
            entries.push_back({plain(action->text()), where, action->shortcut().toString(QKeySequence::NativeText), [alive] {
                                   if (alive) alive->trigger();
                               }});
        }
    }
}

/// Every word that is typed is in the title or in where it stands.
bool fits(const CommandPalette::Entry& entry, const QString& typed) {
    const QString all = entry.title + QLatin1Char(' ') + entry.where;
    const QStringList words = typed.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    return std::all_of(words.begin(), words.end(),
                       [&](const QString& word) { return all.contains(word, Qt::CaseInsensitive); });
}

}  // namespace

std::vector<CommandPalette::Entry> entriesOf(const QWidget& menus, const QWidget* page) {
    std::vector<CommandPalette::Entry> entries;
    addMenu(entries, menus.actions(), {});
    if (!page) return entries;
    for (QPushButton* button : page->findChildren<QPushButton*>()) {
        if (!button->isVisible() || !button->isEnabled() || button->text().isEmpty()) continue;
        const QPointer<QPushButton> alive = button;
        entries.push_back({plain(button->text()), CommandPalette::tr("this page"), {}, [alive] {
                               if (alive) alive->click();
                           }});
    }
    return entries;
}

CommandPalette::CommandPalette(std::vector<Entry> entries, QWidget* parent)
    : QDialog(parent), m_entries(std::move(entries)), m_search(new QLineEdit(this)), m_list(new QListWidget(this)) {
    setObjectName(QStringLiteral("commandPalette"));
    setWindowTitle(tr("What to do"));
    setAttribute(Qt::WA_DeleteOnClose);
    resize(560, 420);
    auto* column = new QVBoxLayout(this);
    m_search->setObjectName(QStringLiteral("paletteSearch"));
    m_search->setAccessibleName(tr("What to do"));
    m_search->setPlaceholderText(tr("Type a part of what you want to do"));
    m_search->installEventFilter(this);
    column->addWidget(m_search);
    m_list->setObjectName(QStringLiteral("paletteList"));
    m_list->setAccessibleName(tr("What can be done now"));
    column->addWidget(m_list, 1);
    connect(m_search, &QLineEdit::textChanged, this, &CommandPalette::fill);
    connect(m_search, &QLineEdit::returnPressed, this, &CommandPalette::carryOut);
    connect(m_list, &QListWidget::itemActivated, this, &CommandPalette::carryOut);
    fill({});
    m_search->setFocus();
}

void CommandPalette::fill(const QString& typed) {
    m_list->clear();
    for (int i = 0; i < int(m_entries.size()); ++i) {
        const Entry& entry = m_entries[std::size_t(i)];
        if (!fits(entry, typed)) continue;
        QString words = tr("%1   (%2)").arg(entry.title, entry.where);
        if (!entry.keys.isEmpty()) words += QStringLiteral("   ") + entry.keys;
        auto* item = new QListWidgetItem(words, m_list);
        item->setData(Qt::UserRole, i);
    }
    m_list->setCurrentRow(0);
}

/// After the palette is gone: what is done may open a dialog of its own.
void CommandPalette::carryOut() {
    const QListWidgetItem* item = m_list->currentItem();
    if (!item) return;
    const auto act = m_entries[std::size_t(item->data(Qt::UserRole).toInt())].act;
    QTimer::singleShot(0, parent(), act);
    close();
}

/// The arrows walk the list while the keyboard stays in the line.
bool CommandPalette::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_search || event->type() != QEvent::KeyPress) return QDialog::eventFilter(watched, event);
    const int key = static_cast<QKeyEvent*>(event)->key(), last = m_list->count() - 1;
    if (key != Qt::Key_Down && key != Qt::Key_Up) return QDialog::eventFilter(watched, event);
    m_list->setCurrentRow(std::clamp(m_list->currentRow() + (key == Qt::Key_Down ? 1 : -1), 0, std::max(0, last)));
    return true;
}

}  // namespace lorashear::ui
