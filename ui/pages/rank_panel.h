#pragma once

#include <QWidget>

class QDoubleSpinBox;
class QLabel;
class QPushButton;

namespace lorashear::ui {

class Legend;
class RankChart;
class Studio;

/// All node groups by what masking part of them costs, the chosen one in detail, and the first share of them protected in one edit.
class RankPanel : public QWidget {
    Q_OBJECT
public:
    RankPanel(Studio& studio, QWidget* parent);
    void refresh();

private:
    QString detailOf(int nodeGroup, int rank, int of) const;
    QString wholeWords() const;
    void showShare();
    void showMenu(int nodeGroup, const QPoint& at);
    QString asTable() const;

    Studio& m_studio;
    RankChart* m_chart;
    Legend* m_legend;
    QLabel* m_words;
    QDoubleSpinBox* m_share;
    QPushButton* m_protect;
};

}  // namespace lorashear::ui
