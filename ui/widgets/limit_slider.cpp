#include "ui/widgets/limit_slider.h"

#include "ui/theme/theme.h"

#include <QPainter>
#include <QStyle>
#include <QStyleOptionSlider>

namespace lorashear::ui {

LimitSlider::LimitSlider(QWidget* parent) : QSlider(Qt::Horizontal, parent) {}

void LimitSlider::setLimit(int limit, const QString& words) {
    setAccessibleDescription(words);
    if (m_limit == limit) return;
    m_limit = limit;
    update();
}

int LimitSlider::limitPosition() const {
    if (m_limit < minimum() || m_limit >= maximum()) return -1;
    QStyleOptionSlider option;
    initStyleOption(&option);
    const QRect groove = style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderGroove, this);
    const int handle = style()->subControlRect(QStyle::CC_Slider, &option, QStyle::SC_SliderHandle, this).width();
    return groove.left() + handle / 2 +
           QStyle::sliderPositionFromValue(minimum(), maximum(), m_limit, groove.width() - handle, option.upsideDown);
}

void LimitSlider::paintEvent(QPaintEvent* event) {
    QSlider::paintEvent(event);
    const int at = limitPosition();
    if (at < 0) return;
    QPainter painter(this);
    const QColor ink = colors(palette()).bad;
    painter.fillRect(QRect(at, height() - 5, width() - at, 4), QBrush(ink, Qt::BDiagPattern));
    painter.fillRect(QRect(at - 1, 1, 2, height() - 2), ink);
}

}  // namespace lorashear::ui
