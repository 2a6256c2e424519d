#include "ui/widgets/elided_label.h"

#include "ui/widgets/pieces.h"

#include <QHelpEvent>
#include <QPainter>
#include <QStyle>
#include <QToolTip>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kLeastShown = 6;  ///< characters: fewer say nothing
}

ElidedLabel::ElidedLabel(const QString& text, const char* role, QWidget* parent) : QLabel(text, parent) {
    setProperty("role", QLatin1String(role));
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::minimumSizeHint() const {
    const QSize whole = QLabel::minimumSizeHint();
    return {std::min(whole.width(), kLeastShown * fontMetrics().averageCharWidth()), whole.height()};
}

QString ElidedLabel::shown() const {
    return fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width());
}

bool ElidedLabel::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip || shown() == text()) return QLabel::event(event);
    const QString more = toolTip().isEmpty() || toolTip() == text() ? QString() : QLatin1Char('\n') + toolTip();
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), plainTip(text() + more), this);
    return true;
}

void ElidedLabel::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    style()->drawItemText(&painter, contentsRect(), int(Qt::AlignLeft | Qt::AlignVCenter), palette(), isEnabled(), shown(),
                          foregroundRole());
}

}  // namespace lorashear::ui
