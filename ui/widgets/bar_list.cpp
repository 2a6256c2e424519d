#include "ui/widgets/bar_list.h"

#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPainterPath>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>

namespace lorashear::ui {

namespace {
constexpr int kPadding = 8;
constexpr int kLockWidth = 22;
constexpr int kLeastBar = 60;        ///< pixels, beside notes
constexpr double kMostGrowth = 3.4;  ///< ten rows fill a list on a screen of 1080 lines

void paintFrame(QPainter& painter, const QRect& rect, const Colors& c) {
    painter.setPen(QPen(c.accent, 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawRect(rect.adjusted(1, 1, -1, -1));
}
}  // namespace

void drawPadlock(QPainter& painter, const QRectF& rect, const QColor& color, bool closed) {
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    const double w = rect.width(), h = rect.height();
    const QRectF body(rect.left() + w * 0.14, rect.top() + h * 0.45, w * 0.72, h * 0.5);
    QPainterPath shackle;
    const double left = rect.left() + w * 0.28, right = rect.left() + w * 0.72, top = rect.top() + h * 0.06;
    shackle.moveTo(left, closed ? body.top() : body.top() - h * 0.08);
    shackle.lineTo(left, top + h * 0.2);
    shackle.arcTo(QRectF(left, top, right - left, h * 0.4), 180, -180);
    if (closed) shackle.lineTo(right, body.top());
    painter.setPen(QPen(color, std::max(1.2, w * 0.11)));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(shackle);
    if (closed) painter.setBrush(color);
    painter.drawRoundedRect(body, 1.5, 1.5);
    painter.restore();
}

BarList::BarList(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : QAbstractScrollArea(parent), m_line(makeMuted({}, this)) {
    m_line->setObjectName(objectName + QStringLiteral("_line"));
    m_line->hide();
    setObjectName(objectName);
    setAccessibleName(accessibleName);
    setFocusPolicy(Qt::StrongFocus);
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setAutoFillBackground(false);
    viewport()->setMouseTracking(true);
}

int BarList::leastRowHeight() const {
    return fontMetrics().height() + 9;
}

/// By the height of the list and not by what the line below leaves of it: rows stay where they are when one is chosen.
int BarList::rowHeight() const {
    const int least = leastRowHeight();
    if (m_rows.empty()) return least;
    const int room = height() - 3 * fontMetrics().height();
    return std::clamp(room / int(m_rows.size()), least, int(least * kMostGrowth));
}

QSize BarList::sizeHint() const {
    return {420, int(std::max<std::size_t>(m_rows.size(), 4)) * leastRowHeight() + 4};
}

QSize BarList::minimumSizeHint() const {
    return {240, 4 * leastRowHeight()};
}

void BarList::setRows(std::vector<BarRow> rows) {
    const bool resized = rows.size() != m_rows.size();
    m_rows = std::move(rows);
    if (indexOf(m_current) < 0) m_current = -1;
    if (resized) updateGeometry();
    describe();
    updateScroll();
    viewport()->update();
}

void BarList::setCurrent(int id) {
    if (m_current == id) return;
    m_current = indexOf(id) < 0 ? -1 : id;
    describe();
    viewport()->update();
}

QString BarList::line() const {
    return m_line->text();
}

void BarList::describe() {
    const int at = indexOf(m_current);
    QString words;
    if (at >= 0) {
        const BarRow& row = m_rows[std::size_t(at)];
        words = row.toolTip.isEmpty() ? row.label + QLatin1Char(' ') + row.text : row.toolTip;
    }
    const QString told = words.isEmpty() ? summary() : words;
    if (words == m_line->text() && told == accessibleDescription()) return;
    m_line->setText(words);
    placeLine();
    setAccessibleDescription(told);
    QAccessibleEvent changed(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

QString BarList::summary() const {
    if (m_rows.empty()) return m_emptyText;
    const auto [least, most] = std::minmax_element(m_rows.begin(), m_rows.end(),
                                                   [](const BarRow& a, const BarRow& b) { return a.value < b.value; });
    return tr("%n row(s), from %1 (%2) to %3 (%4)", nullptr, int(m_rows.size()))
        .arg(least->text, least->label, most->text, most->label);
}

FigureTable BarList::figureTable() const {
    FigureTable table;
    table.columns = {{tr("Row"), false}, {tr("Value")}, {tr("On its way, or forecast")},
                     {tr("Spread")},     {tr("Of")},    {tr("In words"), false}};
    for (const BarRow& row : m_rows)
        table.rows.push_back(
            {row.label, row.value, row.second, row.spread, row.full > 0 ? QVariant(row.full) : QVariant(),
             row.note.isEmpty() ? row.text : row.text + QStringLiteral(" (") + row.note + QLatin1Char(')')});
    return table;
}

QSize BarList::leastFigureSize() const {
    return {minimumSizeHint().width(), int(m_rows.size()) * leastRowHeight() + 3 * fontMetrics().height() + 4};
}

void BarList::drawOn(QPaintDevice& device, const QSize& size, double scale) {
    const int chosen = m_current, scrolled = verticalScrollBar()->value();
    setCurrent(-1);
    Figure::drawOn(device, size, scale);
    setCurrent(chosen);
    verticalScrollBar()->setValue(scrolled);
}

void BarList::placeLine() {
    const bool shown = !m_line->text().isEmpty();
    const int height = shown ? m_line->heightForWidth(width()) + 4 : 0;
    m_line->setGeometry(0, this->height() - height, width(), height);
    m_line->setVisible(shown);
    setViewportMargins(0, 0, 0, height);
}

int BarList::indexOf(int id) const {
    const auto at = std::find_if(m_rows.begin(), m_rows.end(), [&](const BarRow& row) { return row.id == id; });
    return at == m_rows.end() ? -1 : int(at - m_rows.begin());
}

int BarList::rowAt(int y) const {
    const int row = (y + verticalScrollBar()->value()) / rowHeight();
    return y >= 0 && row < int(m_rows.size()) ? row : -1;
}

void BarList::updateScroll() {
    const int content = int(m_rows.size()) * rowHeight();
    verticalScrollBar()->setPageStep(viewport()->height());
    verticalScrollBar()->setSingleStep(rowHeight());
    verticalScrollBar()->setRange(0, std::max(0, content - viewport()->height()));
}

void BarList::resizeEvent(QResizeEvent*) {
    placeLine();
    updateScroll();
}

BarList::Geometry BarList::geometryOf() const {
    const QFontMetrics metrics = viewport()->fontMetrics();  // what the painter uses; a style sheet may give it another font
    int label = 0, text = 0, note = 0;
    for (const BarRow& row : m_rows) {
        label = std::max(label, metrics.horizontalAdvance(row.label) + 4);
        text = std::max(text, metrics.horizontalAdvance(row.text) + 4);
        if (!row.note.isEmpty()) note = std::max(note, metrics.horizontalAdvance(row.note) + kPadding);
    }
    const int width = viewport()->width();
    label = std::min(label, width * 2 / 5);
    text = std::min(text, width * 2 / 5);
    Geometry g{};
    g.labelLeft = kLockWidth + 4;
    g.labelWidth = label;
    g.barLeft = g.labelLeft + label + kPadding;
    g.textWidth = text;
    g.textLeft = width - text - 6;
    const int bar = g.textLeft - kPadding - g.barLeft;
    g.noteWidth = bar - note >= kLeastBar ? note : 0;  // the bar comes first; the line below says it too
    g.barWidth = std::max(20, bar - g.noteWidth);
    return g;
}

void BarList::paintRow(QPainter& painter, const BarRow& row, const QRect& rect, const Geometry& g, double low,
                       double high) const {
    const Colors& c = colors(palette());
    const double scale = high > low ? g.barWidth / (high - low) : 0;
    const auto xOf = [&](double value) { return g.barLeft + (value - low) * scale; };
    const QRectF bar(0, rect.top() + rect.height() * 0.24, 0, rect.height() * 0.52);
    const auto span = [&](double from, double to) {
        return QRectF(xOf(std::min(from, to)), bar.top(), std::abs(to - from) * scale, bar.height());
    };
    const QColor color = okabeIto(row.category, c.dark);
    if (row.full > 0) painter.fillRect(span(0, row.full), c.track);
    if (row.value != 0) {
        const QRectF body = span(0, row.value);
        painter.fillRect(body, color);
        if (row.marked) painter.fillRect(body, QBrush(c.card, Qt::BDiagPattern));
    }
    if (row.second > 0) {
        const QRectF coming = span(row.value, row.value + row.second);
        painter.fillRect(coming, QBrush(color, Qt::Dense4Pattern));
        painter.setPen(QPen(color, 1));
        painter.drawRect(coming);
    }
    if (row.spread > 0) {
        painter.setPen(QPen(c.text, 1));
        const double y = rect.center().y() + 0.5, from = xOf(row.value - row.spread), to = xOf(row.value + row.spread);
        painter.drawLine(QPointF(from, y), QPointF(to, y));
        for (double x : {from, to}) painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3));
    }
    if (row.lock > 0) {
        const double side = std::min(16.0, rect.height() - 6.0);
        const QRectF lock((kLockWidth - side) / 2 + 2, rect.center().y() - side / 2 + 0.5, side, side);
        drawPadlock(painter, lock, row.lock == 1 ? c.muted : row.lock == 2 ? c.accent : c.text, row.lock > 1);
    }
    painter.setPen(c.text);
    const QFontMetrics metrics = painter.fontMetrics();
    painter.drawText(QRect(g.labelLeft, rect.top(), g.labelWidth, rect.height()), Qt::AlignVCenter | Qt::AlignLeft,
                     metrics.elidedText(row.label, Qt::ElideMiddle, g.labelWidth));
    painter.drawText(QRect(g.textLeft, rect.top(), g.textWidth, rect.height()), Qt::AlignVCenter | Qt::AlignRight,
                     metrics.elidedText(row.text, Qt::ElideRight, g.textWidth));
    if (row.note.isEmpty() || g.noteWidth == 0) return;
    painter.setPen(c.muted);
    painter.drawText(QRect(g.textLeft - g.noteWidth, rect.top(), g.noteWidth - kPadding, rect.height()),
                     Qt::AlignVCenter | Qt::AlignRight, row.note);
}

void BarList::paintEvent(QPaintEvent*) {
    QPainter painter(viewport());
    const Colors& c = colors(palette());
    if (m_rows.empty()) {
        painter.setPen(c.muted);
        painter.drawText(viewport()->rect().adjusted(8, 8, -8, -8), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap,
                         m_emptyText);
        if (hasFocus()) paintFrame(painter, viewport()->rect(), c);
        return;
    }
    double low = 0, high = 0;
    for (const BarRow& row : m_rows) {
        low = std::min(low, row.value - row.spread);
        high = std::max({high, row.value + row.second, row.value + row.spread, row.full});
    }
    const Geometry g = geometryOf();
    const int height = rowHeight(), top = verticalScrollBar()->value();
    for (int i = top / height; i < int(m_rows.size()) && i * height - top < viewport()->height(); ++i) {
        const QRect rect(0, i * height - top, viewport()->width(), height);
        const BarRow& row = m_rows[std::size_t(i)];
        if (row.id == m_current) {
            QColor wash = c.accent;
            wash.setAlpha(36);
            painter.fillRect(rect, wash);
        }
        paintRow(painter, row, rect, g, low, high);
        if (row.id == m_current && hasFocus()) paintFrame(painter, rect, c);
    }
    if (hasFocus()) paintFrame(painter, viewport()->rect(), c);
    if (low < 0) {
        const int zero = int(g.barLeft + (0 - low) * g.barWidth / (high - low));
        painter.setPen(QPen(c.muted, 1));
        painter.drawLine(zero, 0, zero, std::min(viewport()->height(), int(m_rows.size()) * height - top));
    }
}

void BarList::choose(int index) {
    if (m_rows.empty()) return;
    const int wanted = std::clamp(index, 0, int(m_rows.size()) - 1), id = m_rows[std::size_t(wanted)].id;
    const bool another = id != m_current;
    m_current = id;
    describe();  // may leave less room for the rows
    showRow(wanted);
    if (!another) return;
    viewport()->update();
    Q_EMIT currentChanged(id);
}

void BarList::showRow(int index) {
    const int top = index * rowHeight();
    QScrollBar* bar = verticalScrollBar();
    if (top < bar->value()) bar->setValue(top);
    if (top + rowHeight() > bar->value() + viewport()->height()) bar->setValue(top + rowHeight() - viewport()->height());
}

void BarList::mousePressEvent(QMouseEvent* event) {
    const int row = rowAt(event->pos().y());
    if (row < 0) return;
    choose(row);
    const BarRow& chosen = m_rows[std::size_t(row)];
    if (event->pos().x() <= kLockWidth + 2 && chosen.lock > 0) Q_EMIT lockToggled(chosen.id);
}

void BarList::keyPressEvent(QKeyEvent* event) {
    const int at = indexOf(m_current), page = std::max(1, viewport()->height() / rowHeight() - 1);
    switch (event->key()) {
        case Qt::Key_Up: choose(at < 0 ? 0 : at - 1); return;
        case Qt::Key_Down: choose(at + 1); return;
        case Qt::Key_PageUp: choose(at - page); return;
        case Qt::Key_PageDown: choose(at + page); return;
        case Qt::Key_Home: choose(0); return;
        case Qt::Key_End: choose(int(m_rows.size()) - 1); return;
        case Qt::Key_Space:
        case Qt::Key_L:
            if (at >= 0 && m_rows[std::size_t(at)].lock > 0) {
                Q_EMIT lockToggled(m_current);
                return;
            }
            break;
        default: break;
    }
    QAbstractScrollArea::keyPressEvent(event);
}

void BarList::contextMenuEvent(QContextMenuEvent* event) {
    const bool byKey = event->reason() == QContextMenuEvent::Keyboard;
    const int row = byKey ? indexOf(m_current) : rowAt(viewport()->mapFromGlobal(event->globalPos()).y());
    if (row < 0) return;
    choose(row);
    const QPoint below(kLockWidth, (row + 1) * rowHeight() - verticalScrollBar()->value());
    Q_EMIT menuWanted(m_current, byKey ? viewport()->mapToGlobal(below) : event->globalPos());
}

void BarList::focusInEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusInEvent(event);
    viewport()->update();
}

void BarList::focusOutEvent(QFocusEvent* event) {
    QAbstractScrollArea::focusOutEvent(event);
    viewport()->update();
}

bool BarList::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int row = rowAt(help->pos().y());
        if (row >= 0) QToolTip::showText(help->globalPos(), m_rows[std::size_t(row)].toolTip, this);
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

}  // namespace lorashear::ui
