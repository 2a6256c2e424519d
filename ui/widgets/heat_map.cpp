#include "ui/widgets/heat_map.h"

#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr double kMapMargin = 4, kMapBetween = 6,
                 kMapGap = 1;         ///< pixels: at the sides, between names and cells, between cells
constexpr double kLeastLock = 5;      ///< pixels
constexpr double kLeastShare = 1e-3;  ///< of the largest value: what is below has the first colour

QBrush hatch(const Colors& c) {
    return QBrush(c.muted, Qt::BDiagPattern);
}

}  // namespace

HeatMap::HeatMap(const QString& objectName, const QString& accessibleName, QWidget* parent) : QWidget(parent) {
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void HeatMap::setCells(std::vector<HeatCell> cells, const QStringList& along, const QString& alongTitle,
                       const QStringList& across) {
    m_cells = std::move(cells);
    m_along = along;
    m_alongTitle = alongTitle;
    m_across = across;
    m_low = m_high = 0;
    for (const HeatCell& cell : m_cells)
        if (cell.measured) m_high = std::max(m_high, cell.value);
    m_low = m_high;
    for (const HeatCell& cell : m_cells)
        if (cell.measured && cell.value >= m_high * kLeastShare && cell.value > 0) m_low = std::min(m_low, cell.value);
    if (!cellOf(m_current)) m_current = -1;
    describe();
    update();
}

void HeatMap::setEmptyText(const QString& text) {
    m_emptyText = text;
    describe();
    update();
}

void HeatMap::setCurrent(int id) {
    m_current = cellOf(id) ? id : -1;
    describe();
    update();
}

bool HeatMap::hasData() const {
    return std::any_of(m_cells.begin(), m_cells.end(), [](const HeatCell& cell) { return cell.measured; });
}

double HeatMap::positionOf(double value) const {
    if (m_high <= 0 || value < m_low) return 0;
    if (m_high <= m_low) return 1;  // one value alone is the largest
    return std::clamp(std::log(value / m_low) / std::log(m_high / m_low), 0.0, 1.0);
}

const HeatCell* HeatMap::cellOf(int id) const {
    const auto at = std::find_if(m_cells.begin(), m_cells.end(), [&](const HeatCell& cell) { return cell.id == id; });
    return at == m_cells.end() ? nullptr : &*at;
}

QString HeatMap::summary() const {
    if (!hasData()) return m_emptyText;
    const HeatCell *least = nullptr, *most = nullptr;
    int measured = 0, locked = 0;
    for (const HeatCell& cell : m_cells) {
        locked += cell.locked;
        if (!cell.measured) continue;
        ++measured;
        if (!least || cell.value < least->value) least = &cell;
        if (!most || cell.value > most->value) most = &cell;
    }
    return tr("%1 of %2 are measured, from %3 (%4) to %5 (%6); %7 are kept whole")
        .arg(formatInteger(measured), formatInteger(qint64(m_cells.size())), formatNumber(least->value, 3), least->name,
             formatNumber(most->value, 3), most->name, formatInteger(locked));
}

void HeatMap::describe() {
    const HeatCell* cell = cellOf(m_current);
    const QString words = cell ? cell->words : summary();
    if (words == accessibleDescription()) return;
    setAccessibleDescription(words);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

FigureTable HeatMap::figureTable() const {
    FigureTable table;
    table.columns = {{m_alongTitle, false}, {tr("Unit"), false},    {tr("Node group"), false},
                     {tr("Loss added")},    {tr("Standard error")}, {tr("Kept whole"), false}};
    for (const HeatCell& cell : m_cells)
        table.rows.push_back({m_along.value(cell.along), m_across.value(cell.across), cell.name,
                              cell.measured ? QVariant(cell.value) : QVariant(),
                              cell.measured ? QVariant(cell.spread) : QVariant(), cell.locked ? tr("yes") : tr("no")});
    return table;
}

HeatMap::Frame HeatMap::frame() const {
    const QFontMetricsF metrics(font());
    const bool turned = height() > width() && m_along.size() > m_across.size();
    double names = metrics.horizontalAdvance(m_alongTitle);
    for (const QString& name : turned ? m_along : m_across) names = std::max(names, metrics.horizontalAdvance(name));
    names = std::min(names, width() * 0.35);
    Frame frame{};
    frame.turned = turned;
    frame.area = QRectF(QPointF(kMapMargin + names + kMapBetween, kMapMargin + metrics.height() + kMapBetween / 2),
                        QPointF(width() - kMapMargin, height() - kMapMargin - 2 * (metrics.height() + kMapBetween)));
    frame.wide = frame.area.width() / std::max<double>(1, double((turned ? m_across : m_along).size()));
    frame.high = frame.area.height() / std::max<double>(1, double((turned ? m_along : m_across).size()));
    return frame;
}

QRectF HeatMap::rectOf(const Frame& of, const HeatCell& cell) const {
    const int column = of.turned ? cell.across : cell.along, row = of.turned ? cell.along : cell.across;
    const double gap = std::min(of.wide, of.high) > 6 ? kMapGap : 0;
    return QRectF(of.area.left() + column * of.wide, of.area.top() + row * of.high, of.wide, of.high)
        .adjusted(0, 0, -gap, -gap);
}

QRectF HeatMap::placeOf(int id) const {
    const HeatCell* cell = cellOf(id);
    return cell ? rectOf(frame(), *cell) : QRectF();
}

const HeatCell* HeatMap::at(const QPointF& place) const {
    const Frame of = frame();
    for (const HeatCell& cell : m_cells)
        if (rectOf(of, cell).contains(place)) return &cell;
    return nullptr;
}

void HeatMap::paintCell(QPainter& painter, const Frame& of, const HeatCell& cell) const {
    const Colors& c = colors(palette());
    const QRectF rect = rectOf(of, cell);
    const QColor ground = cell.measured ? viridis(positionOf(cell.value)) : c.card;
    painter.fillRect(rect, ground);
    if (!cell.measured) {
        painter.fillRect(rect, hatch(c));
        painter.setPen(QPen(c.border, 1));
        painter.drawRect(rect.adjusted(0.5, 0.5, -0.5, -0.5));
    }
    const QFontMetricsF metrics(painter.fontMetrics());
    const QString number = formatNumber(cell.value, 2);
    const double side = std::min({14.0, rect.height() - 2, rect.width() - 2});
    const double room = rect.width() - (cell.locked ? side + 6 : 0);
    if (cell.measured && metrics.horizontalAdvance(number) + 6 <= room && metrics.height() <= rect.height()) {
        painter.setPen(inkOn(ground));
        painter.drawText(rect.adjusted(0, 0, room - rect.width(), 0), Qt::AlignCenter, number);
    }
    if (cell.locked && side < kLeastLock) {  // too narrow for a padlock: a bar at the top
        painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 3), cell.measured ? inkOn(ground) : c.text);
    } else if (cell.locked) {
        const QRectF lock(rect.right() - side - 2, rect.top() + 2, side, side);
        if (!cell.measured) painter.fillRect(lock.adjusted(-1, -1, 1, 1), c.card);
        drawPadlock(painter, lock, cell.measured ? inkOn(ground) : c.text, true);
    }
}

void HeatMap::paintNames(QPainter& painter, const Frame& of) const {
    const QFontMetricsF metrics(painter.fontMetrics());
    const QStringList &down = of.turned ? m_along : m_across, &right = of.turned ? m_across : m_along;
    painter.setPen(colors(palette()).muted);
    const QRectF corner(kMapMargin, kMapMargin, of.area.left() - kMapMargin - kMapBetween, metrics.height());
    painter.drawText(corner, Qt::AlignRight | Qt::AlignVCenter,
                     metrics.elidedText(m_alongTitle, Qt::ElideRight, corner.width()));
    double widest = 0;
    for (const QString& name : right) widest = std::max(widest, metrics.horizontalAdvance(name) + 4);
    const int every = of.turned ? 1 : std::max(1, int(std::ceil(widest / of.wide)));
    for (int i = 0; i < right.size(); i += every) {
        const QRectF place(of.area.left() + i * of.wide, kMapMargin, of.wide * every, metrics.height());
        const QString text = metrics.elidedText(right[i], Qt::ElideRight, place.width());
        const double wide = std::min(place.width(), every > 1 ? of.wide : place.width());
        painter.drawText(QRectF(place.left() - (widest - std::min(widest, wide)) / 2, place.top(), std::max(widest, wide),
                                place.height()),
                         Qt::AlignHCenter | Qt::AlignVCenter, text);
    }
    const int each = std::max(1, int(std::ceil(metrics.height() / of.high)));
    for (int i = 0; i < down.size(); i += each) {
        const QRectF place(corner.left(), of.area.top() + i * of.high + (of.high - metrics.height()) / 2, corner.width(),
                           metrics.height());
        painter.drawText(place, Qt::AlignRight | Qt::AlignVCenter,
                         metrics.elidedText(down[i], Qt::ElideRight, place.width()));
    }
}

/// The colours with what they stand for, and below them the two marks.
void HeatMap::paintScale(QPainter& painter, const QRectF& below) const {
    const Colors& c = colors(palette());
    const QFontMetricsF metrics(painter.fontMetrics());
    const double line = metrics.height();
    const bool lower = std::any_of(m_cells.begin(), m_cells.end(),
                                   [this](const HeatCell& cell) { return cell.measured && cell.value < m_low; });
    const QString low = (lower ? QStringLiteral("≤ ") : QString()) + formatNumber(m_low, 2), high = formatNumber(m_high, 2);
    double x = below.left();
    painter.setPen(c.muted);
    const auto write = [&](const QString& text, double y) {
        const QString shown = metrics.elidedText(text, Qt::ElideRight, std::max(0.0, below.right() - x));
        painter.drawText(QRectF(x, y, below.right() - x, line), Qt::AlignLeft | Qt::AlignVCenter, shown);
        x += metrics.horizontalAdvance(shown) + kMapBetween;
    };
    write(low, below.top());
    const QRectF strip(x, below.top() + line * 0.2, std::clamp(below.width() * 0.3, 40.0, 200.0), line * 0.6);
    QLinearGradient colours(strip.topLeft(), strip.topRight());
    for (int i = 0; i <= 10; ++i) colours.setColorAt(i / 10.0, viridis(i / 10.0));
    painter.fillRect(strip, colours);
    painter.setPen(QPen(c.border, 1));
    painter.drawRect(strip);
    painter.setPen(c.muted);
    x = strip.right() + kMapBetween;
    write(high, below.top());
    write(m_scaleWords, below.top());
    const double second = below.top() + line + kMapBetween / 2;
    x = below.left();
    const QRectF box(x + 0.5, second + line * 0.15 + 0.5, line, line * 0.7);
    painter.fillRect(box, hatch(c));
    painter.setPen(QPen(c.border, 1));
    painter.drawRect(box);
    x = box.right() + kMapBetween;
    painter.setPen(c.muted);
    write(tr("not measured"), second);
    x += 2 * kMapBetween;
    const double side = line * 0.8;
    if (x + side > below.right()) return;
    drawPadlock(painter, QRectF(x, second + line * 0.1, side, side), c.text, true);
    x += side + kMapBetween;
    painter.setPen(c.muted);
    write(tr("kept whole"), second);
}

void HeatMap::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& c = colors(palette());
    if (m_cells.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(4, 4, -4, -4), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_emptyText);
    } else {
        const Frame of = frame();
        for (const HeatCell& cell : m_cells) paintCell(painter, of, cell);
        paintNames(painter, of);
        const double top = of.area.bottom() + kMapBetween;
        paintScale(painter, QRectF(QPointF(kMapMargin, top), QPointF(width() - kMapMargin, height() - kMapMargin)));
        if (const HeatCell* cell = cellOf(m_current)) {
            const QRectF around = rectOf(of, *cell);
            painter.setBrush(Qt::NoBrush);
            painter.setPen(QPen(c.card, 5));
            painter.drawRect(around);
            painter.setPen(QPen(c.text, 2));
            painter.drawRect(around);
        }
    }
    if (!hasFocus()) return;
    painter.setPen(QPen(c.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect().adjusted(1, 1, -1, -1));
}

void HeatMap::choose(const HeatCell* cell) {
    if (!cell || cell->id == m_current) return;
    m_current = cell->id;
    describe();
    update();
    Q_EMIT currentChanged(m_current);
}

/// To the next cell in that direction, however far it is; places without one are passed over.
void HeatMap::step(int right, int down) {
    const HeatCell* from = cellOf(m_current);
    if (!from) return choose(m_cells.empty() ? nullptr : &m_cells.front());
    const bool turned = frame().turned;
    const int along = turned ? down : right, across = turned ? right : down;
    const HeatCell* next = nullptr;
    int least = 0;
    for (const HeatCell& cell : m_cells) {
        const int far = (cell.along - from->along) * along + (cell.across - from->across) * across;
        const int aside = along != 0 ? cell.across - from->across : cell.along - from->along;
        if (far <= 0 || aside != 0 || (next && far >= least)) continue;
        next = &cell;
        least = far;
    }
    choose(next);
}

void HeatMap::mousePressEvent(QMouseEvent* event) {
    setFocus(Qt::MouseFocusReason);
    choose(at(event->position()));
}

void HeatMap::keyPressEvent(QKeyEvent* event) {
    switch (event->key()) {
        case Qt::Key_Left: return step(-1, 0);
        case Qt::Key_Right: return step(1, 0);
        case Qt::Key_Up: return step(0, -1);
        case Qt::Key_Down: return step(0, 1);
        case Qt::Key_Home: return choose(m_cells.empty() ? nullptr : &m_cells.front());
        case Qt::Key_End: return choose(m_cells.empty() ? nullptr : &m_cells.back());
        case Qt::Key_Space:
        case Qt::Key_L:
            if (m_current >= 0) Q_EMIT lockToggled(m_current);
            return;
        default: QWidget::keyPressEvent(event);
    }
}

void HeatMap::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    if (!byKey) choose(at(QPointF(event->pos())));
    Q_EMIT menuWanted(m_current, byKey ? mapToGlobal(rect().center()) : event->globalPos());
}

void HeatMap::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

void HeatMap::focusOutEvent(QFocusEvent* event) {
    QWidget::focusOutEvent(event);
    update();
}

bool HeatMap::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const HeatCell* cell = at(QPointF(help->pos()));
        cell ? QToolTip::showText(help->globalPos(), cell->words, this) : QToolTip::hideText();
        return true;
    }
    return QWidget::event(event);
}

}  // namespace lorashear::ui
