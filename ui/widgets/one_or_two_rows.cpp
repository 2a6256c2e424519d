#include "ui/widgets/one_or_two_rows.h"

#include <QBoxLayout>
#include <QEvent>

#include <algorithm>

namespace lorashear::ui {

OneOrTwoRows::OneOrTwoRows(QWidget* first, QWidget* second, QWidget* parent)
    : QWidget(parent), m_first(first), m_second(second), m_both(new QBoxLayout(QBoxLayout::LeftToRight, this)) {
    m_both->setContentsMargins(0, 0, 0, 0);
    m_both->addWidget(first, 1);
    m_both->addWidget(second);
}

QSize OneOrTwoRows::minimumSizeHint() const {
    return {std::max(m_first->minimumSizeHint().width(), m_second->minimumSizeHint().width()),
            m_both->minimumSize().height()};
}

void OneOrTwoRows::arrange() {
    const int wanted = m_first->minimumSizeHint().width() + m_both->spacing() + m_second->minimumSizeHint().width();
    m_both->setDirection(wanted <= width() ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

bool OneOrTwoRows::event(QEvent* event) {
    if (event->type() == QEvent::Resize || event->type() == QEvent::LayoutRequest) arrange();
    return QWidget::event(event);
}

}  // namespace lorashear::ui
