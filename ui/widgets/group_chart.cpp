#include "ui/widgets/group_chart.h"

#include "ui/figures/figure_menu.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"

#include <QContextMenuEvent>
#include <QMenu>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {
constexpr double kMargin = 3, kUnderline = 3, kGap = 5;  ///< pixels: at the sides, height of the mark of what goes, above it
}

GroupChart::GroupChart(const QString& objectName, const QString& accessibleName, QWidget* parent)
    : ItemStrip(objectName, accessibleName, parent) {}

void GroupChart::setBars(std::vector<GroupBar> bars, int category) {
    m_bars = std::move(bars);
    m_category = category;
    itemsChanged();
}

QString GroupChart::wordsOfAll() const {
    if (m_bars.empty()) return m_emptyText;
    const auto [least, most] = std::minmax_element(m_bars.begin(), m_bars.end(),
                                                   [](const GroupBar& a, const GroupBar& b) { return a.score < b.score; });
    const auto goes = std::count_if(m_bars.begin(), m_bars.end(), [](const GroupBar& bar) { return bar.goes; });
    return tr("%1 groups, saliency from %2 (group %3) to %4 (group %5); %6 of them go")
        .arg(formatInteger(qint64(m_bars.size())), formatNumber(least->score, 3), formatInteger(least->index),
             formatNumber(most->score, 3), formatInteger(most->index), formatInteger(qint64(goes)));
}

FigureTable GroupChart::figureTable() const {
    FigureTable table;
    table.columns = {{tr("Group")}, {tr("Saliency")}, {tr("Rank, 1 goes first")}, {tr("Goes"), false}};
    for (const GroupBar& bar : m_bars)
        table.rows.push_back({bar.index, bar.score, bar.rank, bar.goes ? tr("yes") : tr("no")});
    return table;
}

void GroupChart::contextMenuEvent(QContextMenuEvent* event) {
    auto* menu = new QMenu(this);
    menu->setObjectName(objectName() + QStringLiteral("_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    addFigureActions(*menu, *this);
    menu->popup(event->globalPos());
}

void GroupChart::setEmptyText(const QString& text) {
    m_emptyText = text;
    describe();
    update();
}

QRectF GroupChart::plotArea() const {
    const double top = fontMetrics().height() + 4;  // the words of the scale
    return {kMargin, top, width() - 2 * kMargin, height() - top - kMargin};
}

int GroupChart::positionAt(double x) const {
    const QRectF area = plotArea();
    return m_bars.empty()
               ? -1
               : std::clamp(int((x - area.left()) / area.width() * double(m_bars.size())), 0, int(m_bars.size()) - 1);
}

void GroupChart::paintBars(QPainter& painter, const QRectF& area, double top) const {
    const Colors& c = colors(palette());
    const double base = area.bottom() - kUnderline - kGap, height = base - area.top();
    const int count = int(m_bars.size()), columns = std::min(count, std::max(1, int(area.width())));
    const double step = area.width() / columns;
    const QColor color = okabeIto(m_category, c.dark);
    for (int column = 0; column < columns; ++column) {
        const int from = int(qint64(column) * count / columns), to = int(qint64(column + 1) * count / columns);
        const auto largest = std::max_element(m_bars.begin() + from, m_bars.begin() + to,
                                              [](const GroupBar& a, const GroupBar& b) { return a.score < b.score; });
        const bool goes =
            std::any_of(m_bars.begin() + from, m_bars.begin() + to, [](const GroupBar& bar) { return bar.goes; });
        const double gap = step >= 4 ? 1 : 0, tall = top > 0 ? std::max(1.0, largest->score / top * height) : 1;
        const QRectF bar(area.left() + column * step, base - tall, std::max(1.0, step - gap), tall);
        painter.fillRect(bar, QBrush(color, goes ? Qt::Dense4Pattern : Qt::SolidPattern));
        if (goes) painter.fillRect(QRectF(bar.left(), base + kGap, std::max(1.0, step), kUnderline), c.text);
    }
    painter.setPen(QPen(c.muted, 1));
    painter.drawLine(QPointF(area.left(), base + 0.5), QPointF(area.right(), base + 0.5));
    const int at = positionOf(m_current);
    if (at < 0) return;
    const double wide = area.width() / count, x = area.left() + (at + 0.5) * wide;
    painter.setPen(QPen(c.accent, hasFocus() ? 2 : 1));
    painter.setBrush(Qt::NoBrush);
    const double room = std::max(wide, 5.0);
    painter.drawRect(QRectF(x - room / 2, area.top(), room, base - area.top()));
}

void GroupChart::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const Colors& c = colors(palette());
    if (m_bars.empty()) {
        painter.setPen(c.muted);
        painter.drawText(rect().adjusted(4, 4, -4, -4), Qt::AlignTop | Qt::AlignLeft | Qt::TextWordWrap, m_emptyText);
    } else {
        double top = 0;
        for (const GroupBar& bar : m_bars) top = std::max(top, std::isfinite(bar.score) ? bar.score : 0);
        painter.setPen(c.muted);
        painter.drawText(QRectF(kMargin, 0, width() - 2 * kMargin, fontMetrics().height()), Qt::AlignLeft,
                         tr("0 to %1").arg(formatNumber(top, 3)));
        paintBars(painter, plotArea(), top);
    }
    if (hasFocus() && m_current < 0) {
        painter.setPen(QPen(c.accent, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(1, 1, -1, -1));
    }
}

}  // namespace lorashear::ui
