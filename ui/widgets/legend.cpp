#include "ui/widgets/legend.h"

#include "core/trace/structure.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/bar_list.h"

#include <QPainter>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kMarkWidth = 16, kMarkGap = 6, kBetweenEntries = 20;

void drawPoint(QPainter& painter, UnitKind unit, const QRectF& rect, const Colors& c) {
    painter.save();
    painter.translate(rect.center());
    painter.fillPath(markPath(unitKindRow(unit).color, 9), unitColor(unit, c.dark));
    painter.restore();
}

void drawMark(QPainter& painter, const Legend::Entry& entry, const QRectF& rect, const Colors& c) {
    const Legend::Mark mark = entry.mark;
    const QRectF bar = rect.adjusted(0, 3, 0, -3);
    painter.setPen(Qt::NoPen);
    switch (mark) {
        case Legend::Mark::Bar: painter.fillRect(bar, unitColor(entry.unit, c.dark)); break;
        case Legend::Mark::Point: drawPoint(painter, entry.unit, rect, c); break;
        case Legend::Mark::Folded:
            painter.setPen(QPen(c.muted, 1));
            painter.setBrush(c.card);
            painter.drawRect(bar.adjusted(3, 3, 0, 2));
            painter.drawRect(bar.adjusted(0, 0, -3, -1));
            break;
        case Legend::Mark::Kept:
            painter.fillRect(QRectF(rect.left(), rect.center().y() - 1.5, rect.width(), 3), c.accent);
            break;
        case Legend::Mark::Protected:
            painter.fillRect(bar, c.muted);
            painter.fillRect(bar, QBrush(c.card, Qt::BDiagPattern));
            break;
        case Legend::Mark::Coming:
            painter.setPen(QPen(c.muted, 1));
            painter.setBrush(QBrush(c.muted, Qt::Dense4Pattern));
            painter.drawRect(bar);
            break;
        case Legend::Mark::Whisker: {
            painter.setPen(QPen(c.text, 1));
            const double y = rect.center().y();
            painter.drawLine(QPointF(rect.left(), y), QPointF(rect.right(), y));
            for (double x : {rect.left(), rect.right()}) painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3));
            break;
        }
        case Legend::Mark::Faded:
        case Legend::Mark::Returning:
        case Legend::Mark::Crossed: {
            const QRectF ring(rect.center().x() - 5, rect.center().y() - 5, 10, 10);
            painter.setPen(QPen(c.text, 1.5));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(ring);
            if (mark == Legend::Mark::Faded) break;
            if (mark == Legend::Mark::Returning) {
                painter.drawLine(ring.center() - QPointF(3, 0), ring.center() + QPointF(3, 0));
                painter.drawLine(ring.center() - QPointF(0, 3), ring.center() + QPointF(0, 3));
                break;
            }
            for (const int way : {-1, 1})
                painter.drawLine(ring.center() + QPointF(-3.5, -3.5 * way), ring.center() + QPointF(3.5, 3.5 * way));
            break;
        }
        case Legend::Mark::Part: paintInk(painter, bar, entry.ink, c); break;
        case Legend::Mark::Scale: paintScale(painter, bar, c); break;
        case Legend::Mark::Rows:
            painter.setPen(QPen(c.muted, 1));
            painter.setBrush(c.card);
            painter.drawRect(rect.adjusted(0, 1, 0, -1));
            for (double y = rect.top() + 4; y < rect.bottom() - 2; y += 4)
                painter.fillRect(QRectF(rect.left() + 1, y, rect.width() - 1, 2), c.accent);
            break;
        case Legend::Mark::Vanished:
            painter.setPen(QPen(c.text, 1, Qt::DashLine));
            painter.setBrush(Qt::NoBrush);
            painter.drawRoundedRect(bar.adjusted(0, -1, 0, 1), 3, 3);
            break;
        case Legend::Mark::Boundary:
            painter.fillRect(QRectF(rect.center().x() - 1, rect.top(), 2, rect.height()), c.bad);
            painter.fillRect(QRectF(rect.left(), rect.top(), rect.width() / 2, rect.height()),
                             QBrush(c.bad, Qt::BDiagPattern));
            break;
    }
}

}  // namespace

Legend::Legend(QWidget* parent) : QWidget(parent) {
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Minimum);  // Fixed would bound it to one line
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Legend"));
}

void Legend::setEntries(std::vector<Entry> entries) {
    m_others = std::move(entries);
    arrange();
}

void Legend::setUnits(const std::set<UnitKind>& kinds, Mark mark) {
    const bool same = std::equal(kinds.begin(), kinds.end(), m_units.begin(), m_units.end(),
                                 [](UnitKind kind, const Entry& entry) { return kind == entry.unit; });
    if (same) return;
    m_units.clear();
    for (const UnitKind kind : kinds) m_units.push_back({unitWord(int(kind)), mark, kind});
    arrange();
}

void Legend::arrange() {
    m_entries = m_units;
    m_entries.insert(m_entries.end(), m_others.begin(), m_others.end());
    QStringList words;
    for (const Entry& entry : m_entries) words << entry.text;
    setAccessibleDescription(words.join(QStringLiteral("; ")));
    setToolTip(words.join(QLatin1Char('\n')));
    updateGeometry();
    update();
}

QSize Legend::sizeHint() const {
    int width = 0;
    for (const Entry& entry : m_entries)
        width += kMarkWidth + kMarkGap + fontMetrics().horizontalAdvance(entry.text) + kBetweenEntries;
    return {width, lineHeight()};
}

int Legend::lineHeight() const {
    return fontMetrics().height() + 4;
}

std::vector<QPoint> Legend::places(int width) const {
    std::vector<QPoint> places;
    QPoint at(0, 0);
    for (const Entry& entry : m_entries) {
        const int wide = kMarkWidth + kMarkGap + fontMetrics().horizontalAdvance(entry.text);
        if (at.x() > 0 && at.x() + wide > width) at = {0, at.y() + lineHeight()};
        places.push_back(at);
        at.rx() += wide + kBetweenEntries;
    }
    return places;
}

int Legend::heightForWidth(int width) const {
    const std::vector<QPoint> all = places(width);
    return (all.empty() ? 0 : all.back().y()) + lineHeight();
}

void Legend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& c = colors(palette());
    const std::vector<QPoint> all = places(width());
    const int line = lineHeight();
    for (std::size_t i = 0; i < all.size(); ++i) {
        const QPoint at = all[i];
        drawMark(painter, m_entries[i], QRectF(at.x() + 0.5, at.y() + line / 2.0 - 7.5, kMarkWidth - 2, 15), c);
        const QRect words(at.x() + kMarkWidth + kMarkGap, at.y(), width() - at.x() - kMarkWidth - kMarkGap, line);
        painter.setPen(c.muted);
        painter.drawText(words, Qt::AlignVCenter | Qt::AlignLeft,
                         fontMetrics().elidedText(m_entries[i].text, Qt::ElideRight, words.width()));
    }
}

std::set<UnitKind> kindsOf(const Structure& structure, const std::vector<int>& nodeGroups) {
    std::set<UnitKind> kinds;
    for (const int id : nodeGroups) kinds.insert(structure.nodeGroups[std::size_t(id)].unit);
    return kinds;
}

std::set<UnitKind> kindsOf(const Structure& structure) {
    std::set<UnitKind> kinds;
    for (const NodeGroup& group : structure.nodeGroups)
        if (group.count > 0) kinds.insert(group.unit);
    return kinds;
}

}  // namespace lorashear::ui
