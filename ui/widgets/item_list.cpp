#include "ui/widgets/item_list.h"

#include "ui/controller/session.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/type_size.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListWidget>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kMostRows = 4;
}

ItemList::ItemList(Session& session, const QString& name, const QString& label, const QString& what, ItemOps ops,
                   QWidget* parent)
    : QWidget(parent), m_session(session), m_ops(std::move(ops)), m_what(what), m_list(new QListWidget(this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    m_list->setObjectName(name);
    m_list->setAccessibleName(label);
    m_list->setTextElideMode(Qt::ElideMiddle);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_list->setTabKeyNavigation(false);
    m_list->installEventFilter(this);
    column->addWidget(m_list);
    auto* row = new QHBoxLayout;
    row->setSpacing(6);
    m_add = addButton(name + QStringLiteral("Add"), tr("Add…"), tr("Adds a %1 (Insert)").arg(what));
    m_remove = addButton(name + QStringLiteral("Remove"), tr("Remove"),
                         tr("Takes the chosen %1 out of the list (Delete)").arg(what));
    m_up = addButton(name + QStringLiteral("Up"), tr("Up"), tr("Moves the chosen %1 up (Alt+Up)").arg(what));
    m_down = addButton(name + QStringLiteral("Down"), tr("Down"), tr("Moves the chosen %1 down (Alt+Down)").arg(what));
    for (QPushButton* button : {m_add, m_remove, m_up, m_down}) row->addWidget(button);
    row->addStretch(1);
    column->addLayout(row);
    connect(m_add, &QPushButton::clicked, this, &ItemList::addWanted);
    connect(m_remove, &QPushButton::clicked, this, &ItemList::removeCurrent);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    connect(m_list, &QListWidget::currentRowChanged, this, [this](int index) {
        if (index < 0) return;
        m_wanted = index;
        enableButtons();
        Q_EMIT currentChanged(index);
    });
    connect(&session, &Session::recipeChanged, this, &ItemList::refresh);
    whenTypeChanges(*m_list, [this] { fitHeight(); });
    refresh();
}

QPushButton* ItemList::addButton(const QString& name, const QString& text, const QString& toolTip) {
    QPushButton* button = makeButton(name, text, toolTip, this);
    button->setAccessibleName(toolTip);
    return button;
}

int ItemList::current() const {
    return m_list->currentRow();
}

void ItemList::choose(int index) {
    m_wanted = index;
    if (index >= 0 && index < m_list->count()) m_list->setCurrentRow(index);
}

void ItemList::refresh() {
    Recipe recipe = m_session.recipe();
    const int count = m_ops.count(recipe), before = m_list->count(), chosen = current();
    {
        const QSignalBlocker quiet(m_list);
        while (m_list->count() > count) delete m_list->takeItem(m_list->count() - 1);
        while (m_list->count() < count) m_list->addItem(QString());
        for (int i = 0; i < count; ++i) {
            m_list->item(i)->setText(m_ops.title(recipe, i));
            m_list->item(i)->setToolTip(m_ops.toolTip(recipe, i));
        }
        m_list->setCurrentRow(count ? std::clamp(m_wanted, 0, count - 1) : -1);
    }
    fitHeight();
    enableButtons();
    if (count != before || current() != chosen) Q_EMIT currentChanged(current());
}

void ItemList::fitHeight() {
    const int count = m_list->count(), row = m_list->fontMetrics().height() + 8;
    for (int i = 0; i < count; ++i) m_list->item(i)->setSizeHint({0, row});  // known before the list is shown
    m_list->setFixedHeight(row * std::clamp(count, 1, kMostRows) + 2 * m_list->frameWidth() + 2);
}

void ItemList::enableButtons() {
    const int at = current(), count = m_list->count();
    m_remove->setEnabled(at >= 0 && count > m_ops.least);
    m_up->setEnabled(at > 0);
    m_down->setEnabled(at >= 0 && at + 1 < count);
}

void ItemList::removeCurrent() {
    const int at = current();
    if (at >= 0 && m_list->count() > m_ops.least)
        m_session.edit(tr("remove a %1").arg(m_what), [&](Recipe& recipe) { m_ops.remove(recipe, at); });
}

void ItemList::move(int by) {
    const int at = current(), to = at + by;
    if (at < 0 || to < 0 || to >= m_list->count()) return;
    m_wanted = to;
    m_session.edit(tr("order of %1s").arg(m_what), [&](Recipe& recipe) { m_ops.swap(recipe, at, to); });
}

bool ItemList::eventFilter(QObject* watched, QEvent* event) {
    if (watched != m_list || event->type() != QEvent::KeyPress) return QWidget::eventFilter(watched, event);
    const auto* key = static_cast<QKeyEvent*>(event);
    const bool alt = key->modifiers() & Qt::AltModifier;
    if (key->key() == Qt::Key_Insert)
        Q_EMIT addWanted();
    else if (key->key() == Qt::Key_Delete)
        removeCurrent();
    else if (alt && key->key() == Qt::Key_Up)
        move(-1);
    else if (alt && key->key() == Qt::Key_Down)
        move(1);
    else
        return QWidget::eventFilter(watched, event);
    return true;
}

}  // namespace lorashear::ui
