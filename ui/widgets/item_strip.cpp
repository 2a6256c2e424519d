#include "ui/widgets/item_strip.h"

#include "ui/widgets/pieces.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QToolTip>

#include <algorithm>

namespace lorashear::ui {

ItemStrip::ItemStrip(const QString& objectName, const QString& accessibleName, QWidget* parent) : QWidget(parent) {
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

int ItemStrip::positionOf(int id) const {
    for (int position = 0; position < itemCount(); ++position)
        if (idAt(position) == id) return position;
    return -1;
}

void ItemStrip::setCurrent(int id) {
    m_current = positionOf(id) < 0 ? -1 : id;
    describe();
    update();
}

void ItemStrip::itemsChanged() {
    setCurrent(m_current);
}

void ItemStrip::describe() {
    const int at = positionOf(m_current);
    const QString words = at >= 0 ? wordsAt(at) : wordsOfAll();
    if (words == accessibleDescription()) return;
    setAccessibleDescription(words);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void ItemStrip::choose(int position) {
    if (itemCount() == 0) return;
    const int id = idAt(std::clamp(position, 0, itemCount() - 1));
    if (id == m_current) return;
    setCurrent(id);
    Q_EMIT currentChanged(id);
}

void ItemStrip::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    choose(positionAt(event->position().x()));
}

void ItemStrip::keyPressEvent(QKeyEvent* event) {
    const int at = positionOf(m_current), page = std::max(1, itemCount() / 10);
    switch (event->key()) {
        case Qt::Key_Left: return choose(at < 0 ? 0 : at - 1);
        case Qt::Key_Right: return choose(at + 1);
        case Qt::Key_PageUp: return choose(at - page);
        case Qt::Key_PageDown: return choose(at + page);
        case Qt::Key_Home: return choose(0);
        case Qt::Key_End: return choose(itemCount() - 1);
        default: QWidget::keyPressEvent(event);
    }
}

void ItemStrip::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void ItemStrip::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool ItemStrip::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const QString tip = itemCount() > 0 ? wordsAt(positionAt(help->pos().x())) : tipWithoutItems();
    if (tip.isEmpty()) return QWidget::event(event);
    QToolTip::showText(help->globalPos(), plainTip(tip), this);
    return true;
}

}  // namespace lorashear::ui
