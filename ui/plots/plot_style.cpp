#include "ui/plots/plot_style.h"

#include "ui/qcustomplot_include.h"
#include "ui/theme/theme.h"

#include <QFontMetrics>
#include <QPainterPath>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kFewestTicks = 2, kMostTicks = 5, kLinesPerTick = 2, kLettersPerTick = 12;
constexpr int kLinesBesidePlot = 3;  ///< legend, numbers and title of the lower axis
constexpr double kCustomSize = 6;    ///< the size that QCustomPlot takes a path of ours to have

class Cover : public QCPLayerable {
public:
    explicit Cover(QCustomPlot& plot) : QCPLayerable(&plot, QStringLiteral("cover")) {}

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    void draw(QCPPainter* painter) override {
        const QRect all = mParentPlot->viewport(), axes = mParentPlot->axisRect()->rect();
        const QBrush ground(colors(mParentPlot->palette()).card);
        painter->fillRect(QRect(all.topLeft(), QPoint(all.right(), axes.top() - 1)), ground);
        painter->fillRect(QRect(QPoint(all.left(), axes.bottom() + 1), all.bottomRight()), ground);
        painter->fillRect(QRect(all.left(), axes.top(), axes.left() - all.left(), axes.height()), ground);
        painter->fillRect(QRect(axes.right() + 1, axes.top(), all.right() - axes.right(), axes.height()), ground);
    }
};

}  // namespace

void coverBeyondAxes(QCustomPlot& plot) {
    plot.addLayer(QStringLiteral("cover"), plot.layer(QStringLiteral("main")), QCustomPlot::limAbove);
    new Cover(plot);  // the plot owns it
}

QCPScatterStyle markStyle(int category, double size, MarkLook look, const QColor& ink) {
    QPainterPath path = markPath(category, kCustomSize);
    if (look == MarkLook::Crossed) {
        const double r = kCustomSize * 0.35;
        for (const int way : {-1, 1}) path.moveTo(-r, -r * way), path.lineTo(r, r * way);
    }
    if (look == MarkLook::Plus) {
        const double r = kCustomSize * 0.35;
        path.moveTo(-r, 0), path.lineTo(r, 0), path.moveTo(0, -r), path.lineTo(0, r);
    }
    const bool full = look == MarkLook::Full;
    // QCustomPlot scales the pen with the path.
    return {path, QPen(ink, full ? 0 : 1.5 * kCustomSize / size), full ? QBrush(ink) : QBrush(Qt::NoBrush), size};
}

void thinOutTicks(QCustomPlot& plot, const QSize& room) {
    const QFontMetrics type(plot.yAxis->tickLabelFont());
    const int up = (room.height() / type.height() - kLinesBesidePlot) / kLinesPerTick,
              across = room.width() / (kLettersPerTick * type.averageCharWidth());
    plot.yAxis->ticker()->setTickCount(std::clamp(up, kFewestTicks, kMostTicks));
    plot.xAxis->ticker()->setTickCount(std::clamp(across, kFewestTicks, kMostTicks));
}

void stylePlot(QCustomPlot& plot, const QWidget& owner) {
    const Colors& c = colors(owner.palette());
    plot.setBackground(QBrush(c.card));
    for (QCPAxis* axis : {plot.xAxis, plot.yAxis}) {
        axis->setBasePen(QPen(c.border));
        axis->setTickPen(QPen(c.border));
        axis->setSubTickPen(QPen(c.border));
        axis->setTickLabelColor(c.muted);
        axis->setLabelColor(c.muted);
        axis->grid()->setPen(QPen(c.border, 1, Qt::DotLine));
        axis->grid()->setZeroLinePen(QPen(c.border));
        axis->setTickLabelFont(owner.font());
        axis->setLabelFont(owner.font());
    }
    QColor legendBack = c.card;
    legendBack.setAlpha(210);
    plot.legend->setBrush(legendBack);
    plot.legend->setBorderPen(Qt::NoPen);
    plot.legend->setTextColor(c.text);
    plot.legend->setFont(owner.font());
}

void placeLegendAbove(QCustomPlot& plot) {
    plot.plotLayout()->insertRow(0);
    auto* row = new QCPLayoutGrid;
    row->setMargins(QMargins(0, 0, 4, 0));
    plot.plotLayout()->addElement(0, 0, row);
    row->addElement(0, 0, new QCPLayoutElement);  // pushes the legend to the right
    row->addElement(0, 1, plot.legend);
    row->setColumnStretchFactor(1, 0.001);
    plot.legend->setFillOrder(QCPLayoutGrid::foColumnsFirst);
    plot.legend->setMargins(QMargins(0, 0, 0, 0));
    plot.plotLayout()->setRowStretchFactor(0, 0.001);
    plot.plotLayout()->setRowSpacing(0);
}

}  // namespace lorashear::ui
