#include "ui/widgets/flow_layout.h"

#include "ui/widgets/pieces.h"

#include <QLabel>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

FlowLayout::FlowLayout(int across, int down) : m_across(across), m_down(down) {
    setContentsMargins(0, 0, 0, 0);
}

FlowLayout::~FlowLayout() {
    qDeleteAll(m_items);
}

QLayoutItem* FlowLayout::takeAt(int index) {
    return index >= 0 && index < m_items.size() ? m_items.takeAt(index) : nullptr;
}

QSize FlowLayout::sizeHint() const {
    int width = 0, height = 0;
    for (const QLayoutItem* item : m_items) {
        if (item->isEmpty()) continue;
        width += item->sizeHint().width() + (width ? m_across : 0);
        height = std::max(height, item->sizeHint().height());
    }
    return QSize(width, height).grownBy(contentsMargins());
}

QSize FlowLayout::minimumSize() const {
    QSize least;
    for (const QLayoutItem* item : m_items)
        if (!item->isEmpty()) least = least.expandedTo(item->minimumSize());
    return least.grownBy(contentsMargins());
}

void FlowLayout::setGeometry(const QRect& rect) {
    QLayout::setGeometry(rect);
    place(rect, true);
}

int FlowLayout::place(const QRect& outside, bool really) const {
    const QRect rect = outside.marginsRemoved(contentsMargins());
    int x = rect.x(), y = rect.y(), rowHeight = 0;
    for (QLayoutItem* item : m_items) {
        if (item->isEmpty()) continue;  // hidden
        const QSize size = item->sizeHint();
        if (x > rect.x() && x + size.width() > rect.x() + rect.width()) {
            x = rect.x();
            y += rowHeight + m_down;
            rowHeight = 0;
        }
        if (really) item->setGeometry(QRect(QPoint(x, y), size));
        x += size.width() + m_across;
        rowHeight = std::max(rowHeight, size.height());
    }
    return y + rowHeight - rect.y() + outside.height() - rect.height();
}

QLabel* addFigure(FlowLayout* to, const QString& objectName, const QString& caption, QWidget* parent) {
    auto* holder = new QWidget(parent);
    auto* column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    QLabel* number = addFigure(column, objectName, caption, holder);
    to->addWidget(holder);
    return number;
}

}  // namespace lorashear::ui
