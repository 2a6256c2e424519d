#include "ui/widgets/timeline_view.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kGrip = 5;         ///< pixels either side of an end at which the mouse has it
constexpr int kLane = 12;        ///< height of the lane of marks
constexpr double kMarkHalf = 4;  ///< half the width of a mark

}  // namespace

TimelineView::TimelineView(QWidget* parent) : QWidget(parent) {
    setObjectName(QStringLiteral("scheduleTimeline"));
    setAccessibleName(tr("Schedule"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setMouseTracking(true);
}

QSize TimelineView::sizeHint() const {
    const int line = fontMetrics().height();
    return {360, m_compact ? line + 8 + kLane : line * 3 + 18 + (m_marks.empty() ? 0 : kLane)};
}

QRectF TimelineView::band() const {
    const int line = fontMetrics().height();
    return {double(m_sideRoom), m_compact ? 1.0 : line + 4.0, width() - 2.0 * m_sideRoom, line + 6.0};
}

double TimelineView::total() const {
    if (m_dragged >= 0) return m_dragTotal;
    double steps = 0;
    for (const TimelinePart& part : m_parts) steps += part.steps;
    return std::max(steps, m_atLeast);
}

double TimelineView::xOf(double step) const {
    const QRectF all = band();
    return all.left() + (total() > 0 ? step / total() * all.width() : 0);
}

double TimelineView::stepAt(double x) const {
    const QRectF all = band();
    return all.width() > 0 ? (x - all.left()) / all.width() * total() : 0;
}

double TimelineView::endOf(int part) const {
    double steps = 0;
    for (int i = 0; i <= part; ++i) steps += m_parts[std::size_t(i)].steps;
    return steps;
}

int TimelineView::partOf(int phase) const {
    const auto at = std::find_if(m_parts.begin(), m_parts.end(), [&](const TimelinePart& p) { return p.phase == phase; });
    return at == m_parts.end() ? -1 : int(at - m_parts.begin());
}

int TimelineView::boundaryAt(double x) const {
    int best = -1;
    double least = kGrip + 0.5;
    for (int i = 0; i < int(m_parts.size()); ++i)
        if (const double far = std::abs(xOf(endOf(i)) - x); m_parts[std::size_t(i)].movable && far < least)
            least = far, best = i;
    return best;
}

void TimelineView::setParts(std::vector<TimelinePart> parts) {
    m_parts = std::move(parts);
    const bool any = std::any_of(m_parts.begin(), m_parts.end(), [](const TimelinePart& part) { return part.movable; });
    setFocusPolicy(any ? Qt::StrongFocus : Qt::NoFocus);
    describe();
    update();
}

void TimelineView::setMarks(std::vector<TimelineMark> marks) {
    const bool other = m_marks.empty() != marks.empty();
    m_marks = std::move(marks);
    if (other) updateGeometry();
    update();
}

void TimelineView::setPosition(std::optional<double> step) {
    if (m_position == step) return;
    m_position = step;
    update();
}

void TimelineView::setCompact(bool compact) {
    m_compact = compact;
    updateGeometry();
}

void TimelineView::setSideRoom(int pixels) {
    m_sideRoom = pixels;
    update();
}

void TimelineView::setTotal(double steps) {
    m_atLeast = steps;
    update();
}

void TimelineView::describe() {
    QStringList words;
    for (const TimelinePart& part : m_parts) words << tr("%1: %2 steps").arg(part.name, formatInteger(qint64(part.steps)));
    words << tr("%1 steps in all").arg(formatInteger(qint64(endOf(int(m_parts.size()) - 1))));
    if (const int part = partOf(m_chosen); part >= 0)
        words.prepend(tr("End of %1, step %2: Up and Down move it")
                          .arg(m_parts[std::size_t(part)].name, formatInteger(qint64(endOf(part)))));
    setAccessibleDescription(words.join(QStringLiteral("; ")));
}

QString TimelineView::wordsAt(const QPoint& at) const {
    const TimelineMark* nearest = nullptr;
    double least = kMarkHalf + 1;
    if (at.y() > band().bottom())
        for (const TimelineMark& mark : m_marks)
            if (const double far = std::abs(xOf(mark.step) - at.x()); far <= least) least = far, nearest = &mark;
    if (nearest) return tr("Step %1: %2").arg(formatInteger(qint64(nearest->step)), nearest->words);
    if (const int part = boundaryAt(at.x()); part >= 0)
        return tr("End of %1, step %2.").arg(m_parts[std::size_t(part)].name, formatInteger(qint64(endOf(part)))) +
               QLatin1Char('\n') + m_parts[std::size_t(part)].help;
    const double step = stepAt(at.x());
    for (int i = 0; i < int(m_parts.size()); ++i)
        if (step <= endOf(i))
            return tr("%1: %2 steps, to step %3")
                .arg(m_parts[std::size_t(i)].name, formatInteger(qint64(m_parts[std::size_t(i)].steps)),
                     formatInteger(qint64(endOf(i))));
    return {};
}

void TimelineView::paintParts(QPainter& painter) const {
    const Colors& c = colors(palette());
    const QRectF all = band();
    const int line = fontMetrics().height();
    double steps = 0, textEnd = -1;
    for (const TimelinePart& part : m_parts) {
        const double x = xOf(steps), w = xOf(steps + part.steps) - x;
        steps += part.steps;
        const QRectF piece(x, all.top(), std::max(1.0, w - 1), all.height());
        const QColor ground = okabeIto(part.category, c.dark);
        painter.fillRect(piece, ground);
        const bool fits = fontMetrics().horizontalAdvance(part.name) + 10 < w;
        if (m_compact) {
            painter.setPen(inkOn(ground));
            if (fits) painter.drawText(piece.adjusted(5, 0, 0, 0), Qt::AlignVCenter | Qt::AlignLeft, part.name);
            continue;
        }
        if (part.marker) {  // a notch where groups become exactly zero
            painter.setPen(Qt::NoPen);
            painter.setBrush(c.text);
            const QPointF tip(piece.right(), all.top() - 1);
            const QPointF notch[] = {tip, tip + QPointF(-4, -6), tip + QPointF(4, -6)};
            painter.drawPolygon(notch, 3);
        }
        painter.setPen(c.text);
        if (fits && !part.marker) painter.drawText(QPointF(x > all.left() ? x + 7 : x, all.top() - 4), part.name);
        const QString number = formatInteger(qint64(steps));
        const double numberWidth = fontMetrics().horizontalAdvance(number), at = std::min(x + w, all.right()) - numberWidth;
        if (at > textEnd + 8 && at > all.left() + 16) {
            painter.setPen(c.muted);
            painter.drawText(QPointF(at, all.bottom() + (m_marks.empty() ? 0 : kLane) + line), number);
            textEnd = at + numberWidth;
        }
    }
    if (m_compact) return;
    painter.setPen(c.muted);
    painter.drawText(QPointF(all.left(), all.bottom() + (m_marks.empty() ? 0 : kLane) + line), QStringLiteral("0"));
}

/// Down: chosen; up: zero; diamond: checkpoint; cross: a problem. Where several meet, the last is on top.
void TimelineView::paintMarks(QPainter& painter) const {
    const Colors& c = colors(palette());
    const double y = band().bottom() + kLane / 2.0 + 1;
    for (const TimelineMark& mark : m_marks) {
        const QPointF at(xOf(mark.step), y);
        const double r = kMarkHalf;
        painter.setPen(Qt::NoPen);
        painter.setBrush(mark.kind == TimelineMark::Kind::Checkpoint ? c.accent : c.text);
        switch (mark.kind) {
            case TimelineMark::Kind::Chosen: {
                const QPointF down[] = {at + QPointF(-r, -r + 1), at + QPointF(r, -r + 1), at + QPointF(0, r)};
                painter.drawPolygon(down, 3);
                break;
            }
            case TimelineMark::Kind::Zero: painter.drawEllipse(at, r - 1, r - 1); break;
            case TimelineMark::Kind::Checkpoint: {
                const QPointF diamond[] = {at + QPointF(0, -r), at + QPointF(r, 0), at + QPointF(0, r), at + QPointF(-r, 0)};
                painter.drawPolygon(diamond, 4);
                break;
            }
            case TimelineMark::Kind::Problem:
                painter.setPen(QPen(c.bad, 2));
                painter.drawLine(at + QPointF(-r, -r), at + QPointF(r, r));
                painter.drawLine(at + QPointF(-r, r), at + QPointF(r, -r));
                break;
        }
    }
}

void TimelineView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const Colors& c = colors(palette());
    if (total() <= 0) {
        painter.setPen(c.muted);
        painter.drawText(rect(), (m_compact ? Qt::AlignLeft : Qt::AlignHCenter) | Qt::AlignVCenter, tr("No steps yet"));
        return;
    }
    painter.setClipRect(rect());
    const QRectF all = band();
    painter.fillRect(all, c.track);
    paintParts(painter);
    paintMarks(painter);
    for (int i = 0; i < int(m_parts.size()); ++i) {
        const TimelinePart& part = m_parts[std::size_t(i)];
        const bool held = part.phase == m_dragged || (hasFocus() && part.phase == m_chosen);
        if (!part.movable || !held) continue;
        painter.fillRect(QRectF(xOf(endOf(i)) - 2.5, all.top() - 3, 4, all.height() + 6), c.accent);
    }
    if (m_position) {
        const double x = xOf(*m_position);
        painter.fillRect(QRectF(x - 2, all.top() - 1, 4, all.height() + 2), c.card);  // seen on every colour
        painter.fillRect(QRectF(x - 1, all.top() - 1, 2, height() - all.top()), c.text);
    }
    if (hasFocus()) {
        painter.setPen(QPen(c.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(QRectF(rect()).adjusted(1, 1, -1, -1));
    }
}

void TimelineView::mousePressEvent(QMouseEvent* event) {
    const int part = event->button() == Qt::LeftButton ? boundaryAt(event->position().x()) : -1;
    if (part < 0) return QWidget::mousePressEvent(event);
    setFocus(Qt::MouseFocusReason);
    m_grip = xOf(endOf(part)) - event->position().x();
    m_dragTotal = total();
    m_dragFrom = endOf(part);
    m_chosen = m_dragged = m_parts[std::size_t(part)].phase;
    ++m_drags;
    describe();
    update();
}

void TimelineView::mouseMoveEvent(QMouseEvent* event) {
    if (m_dragged >= 0) {
        Q_EMIT endWanted(m_dragged, std::max(0.0, stepAt(event->position().x() + m_grip)), m_drags);
        QToolTip::showText(event->globalPosition().toPoint(), wordsAt(event->position().toPoint()), this);
        return;
    }
    boundaryAt(event->position().x()) >= 0 ? setCursor(Qt::SplitHCursor) : unsetCursor();
}

void TimelineView::mouseReleaseEvent(QMouseEvent* event) {
    if (m_dragged < 0) return QWidget::mouseReleaseEvent(event);
    m_dragged = -1;
    update();
}

/// While the mouse has an end, keys are about that alone: Escape puts it back where it was.
void TimelineView::keyPressEvent(QKeyEvent* event) {
    if (m_dragged >= 0) {
        if (event->key() != Qt::Key_Escape) return;
        Q_EMIT endWanted(m_dragged, m_dragFrom, m_drags);
        m_dragged = -1;
        return update();
    }
    const int key = event->key(), now = partOf(m_chosen), count = int(m_parts.size());
    if (key == Qt::Key_Left || key == Qt::Key_Right) {
        const int way = key == Qt::Key_Left ? -1 : 1;
        for (int i = now < 0 ? (way > 0 ? 0 : count - 1) : now + way; i >= 0 && i < count; i += way)
            if (m_parts[std::size_t(i)].movable) {
                m_chosen = m_parts[std::size_t(i)].phase;
                break;
            }
        describe();
        return update();
    }
    const bool more = key == Qt::Key_Up || key == Qt::Key_Plus, less = key == Qt::Key_Down || key == Qt::Key_Minus;
    if ((!more && !less) || m_chosen < 0) return QWidget::keyPressEvent(event);
    Q_EMIT lengthWanted(m_chosen, more ? 1 : -1);
}

void TimelineView::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void TimelineView::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool TimelineView::event(QEvent* event) {
    if (event->type() == QEvent::ShortcutOverride && m_dragged >= 0) {  // no undo, no other page in the middle of it
        event->accept();
        return true;
    }
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        QToolTip::showText(help->globalPos(), wordsAt(help->pos()), this);
        return true;
    }
    return QWidget::event(event);
}

}  // namespace lorashear::ui
