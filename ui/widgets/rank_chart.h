#pragma once

#include "ui/figures/figure.h"
#include "ui/widgets/item_strip.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

/// One measured value in a ranking.
struct RankPoint {
    int id = 0;
    double value = 0, spread = 0;  ///< spread: standard error, the whisker either side; 0: none was measured
    int category = 0;              ///< of okabeIto() and markPath(): never told apart by colour alone
    bool ringed = false;           ///< kept whole
    QString name{};                ///< in the table of the figure
    QString words{};               ///< all of it in a sentence, for screen readers and tips
};

/// Values from the largest to the smallest, each with its whisker: how they are distributed, and where a share of them ends.
class RankChart : public ItemStrip, public Figure {
    Q_OBJECT
public:
    RankChart(const QString& objectName, const QString& accessibleName, QWidget* parent = nullptr);

    void setPoints(std::vector<RankPoint> points);  ///< in order: the first is the largest
    const std::vector<RankPoint>& points() const { return m_points; }
    /// A line behind so many of the first, with words at its head; 0: none.
    void setCut(int count, const QString& words);
    int cut() const { return m_cut; }
    void setEmptyText(const QString& text);
    QWidget& figureWidget() override { return *this; }
    bool hasData() const override { return !m_points.empty(); }
    FigureTable figureTable() const override;
    QSize leastFigureSize() const override { return minimumSizeHint(); }
    QPointF placeOf(int id) const;  ///< of its mark, in the widget; null: not there
    QSize sizeHint() const override { return {360, 220}; }
    QSize minimumSizeHint() const override { return {220, 110}; }

Q_SIGNALS:
    void menuWanted(int id, const QPoint& at);  ///< on the screen; id -1: none is chosen

protected:
    int itemCount() const override { return int(m_points.size()); }
    int idAt(int position) const override { return m_points[std::size_t(position)].id; }
    int positionAt(double x) const override;
    QString wordsAt(int position) const override { return m_points[std::size_t(position)].words; }
    QString wordsOfAll() const override;
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Frame {
        QRectF area;
        double low = 0, high = 1, step = 1;  ///< of the values; step: between two lines
        double y(double value) const { return area.bottom() - (value - low) / (high - low) * area.height(); }
    };
    Frame frame() const;
    double xOf(const Frame& frame, int position) const;
    void paintScale(QPainter& painter, const Frame& frame) const;
    void paintPoint(QPainter& painter, const Frame& frame, int position) const;

    std::vector<RankPoint> m_points;
    QString m_emptyText, m_cutWords;
    int m_cut = 0;
};

}  // namespace lorashear::ui
