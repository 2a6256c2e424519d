#include "ui/plots/plot_style.h"

#include "ui/qcustomplot_include.h"
#include "ui/theme/theme.h"

namespace lorashear::ui {

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
