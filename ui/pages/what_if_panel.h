#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace lorashear::ui {

class PointPlot;
class Studio;

/// What the plan costs, and what other sizes would: an estimate with its band, measurements as filled dots, and what the original and the masked
/// model write.
class WhatIfPanel : public QWidget {
    Q_OBJECT
public:
    WhatIfPanel(Studio& studio, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void fill();
    void fillPlot();
    void fillWords();
    void fillTexts();
    void chooseSize(const QString& name);

    Studio& m_studio;
    PointPlot* m_plot;
    QLabel *m_words, *m_original, *m_masked, *m_how;
    QPushButton* m_measure;
};

}  // namespace lorashear::ui
