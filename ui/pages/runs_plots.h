#pragma once

#include <QStringList>
#include <QWidget>

#include <vector>

class QComboBox;
class QLabel;

namespace lorashear::ui {

class CurvePlot;
class ParallelPlot;
class PointPlot;
struct RunSummary;

/// What the page Runs draws: the curves of the chosen runs over each other, size against perplexity and several figures of all.
class RunsPlots : public QWidget {
    Q_OBJECT
public:
    explicit RunsPlots(QWidget* parent);
    void setRuns(const std::vector<RunSummary>& runs);
    void setOverlaid(const QStringList& folders);  ///< in the order of their numbers
    void setCurrent(const QString& folder);
    QString text() const;  ///< RunSummary::Text::key() of the perplexities shown

Q_SIGNALS:
    void textChosen(const QString& key);
    void picked(const QString& folder);       ///< alone
    void curvePicked(const QString& folder);  ///< one of those that lie over each other
    void activated(const QString& folder);

private:
    QWidget* makeCurves();
    QWidget* makeSizes();
    void fillTexts();
    void fillCurves();
    void fillSizes();
    void fillFigures();
    const RunSummary* runOf(const QString& folder) const;

    std::vector<RunSummary> m_runs;
    QStringList m_overlaid;
    CurvePlot *m_loss = nullptr, *m_perplexity = nullptr;
    ParallelPlot* m_figures = nullptr;
    PointPlot* m_sizes = nullptr;
    QComboBox* m_text = nullptr;
    QLabel* m_note = nullptr;
};

}  // namespace lorashear::ui
