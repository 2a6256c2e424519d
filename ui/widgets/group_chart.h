#pragma once

#include "ui/figures/figure.h"
#include "ui/widgets/item_strip.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

/// One group (a KV head with its queries, a neuron) and what its saliency makes of it.
struct GroupBar {
    int index = 0;  ///< in its node group
    double score = 0;
    int rank = 1;       ///< 1: goes first
    bool goes = false;  ///< by the plan in force
    QString words;      ///< all of it in a sentence, for screen readers and tips
};

/// The saliencies of one node group's groups, as bars in the order given; from some thousands on, neighbours share a column, which shows the largest.
/// What goes is pale, hatched and underlined.
class GroupChart : public ItemStrip, public Figure {
    Q_OBJECT
public:
    GroupChart(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    /// category: of okabeIto(); the colour is chosen when it is painted.
    void setBars(std::vector<GroupBar> bars, int category);
    const std::vector<GroupBar>& bars() const { return m_bars; }
    void setEmptyText(const QString& text);
    const QString& emptyText() const { return m_emptyText; }
    QWidget& figureWidget() override { return *this; }
    bool hasData() const override { return !m_bars.empty(); }
    FigureTable figureTable() const override;
    QSize leastFigureSize() const override { return minimumSizeHint(); }
    QSize sizeHint() const override { return {320, 150}; }
    QSize minimumSizeHint() const override { return {200, 90}; }

protected:
    int itemCount() const override { return int(m_bars.size()); }
    int idAt(int position) const override { return m_bars[std::size_t(position)].index; }
    int positionAt(double x) const override;
    QString wordsAt(int position) const override { return m_bars[std::size_t(position)].words; }
    QString wordsOfAll() const override;
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QRectF plotArea() const;
    void paintBars(QPainter& painter, const QRectF& area, double top) const;

    std::vector<GroupBar> m_bars;
    QString m_emptyText;
    int m_category = 0;
};

}  // namespace lorashear::ui
