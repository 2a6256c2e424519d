#pragma once

#include "ui/controller/run_state.h"
#include "ui/models/row_table.h"
#include "ui/pages/page.h"

#include <optional>

class QComboBox;
class QLabel;
class QLineEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class BarList;
class CheckpointPlot;
class FactLine;
class Legend;
class CurvePlot;
class RunTimeline;

/// A run while it happens, or as its folder tells: curves, groups turning to zero, what the engine says.
class RunPage : public Page {
    Q_OBJECT
public:
    RunPage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;

protected:
    void refresh() override;

private:
    QWidget* makeBar();
    QWidget* makeViews();
    QWidget* makeCurves();
    QWidget* makeRates();
    QWidget* makeCosts();
    std::vector<CurvePlot*> plots() const;
    QWidget* makeSide();
    void fillCurves();
    void fillRates();
    void fillCosts();
    void showMoment();
    void fillBars();
    void fillLog();
    void fillCheckpoints();
    void showEngine();
    void showButtons();
    void showProgress();
    void showReading();
    void showFacts();
    void showHolder();
    void markCheckpoints();
    void branchFrom(double step);

    RowTable<RunState::LogLine>* m_log;
    CurvePlot *m_loss = nullptr, *m_groups = nullptr;
    CheckpointPlot* m_perplexity = nullptr;
    CurvePlot *m_rate = nullptr, *m_norms = nullptr, *m_gradient = nullptr, *m_above = nullptr;
    CurvePlot *m_stepTime = nullptr, *m_speed = nullptr, *m_memory = nullptr;
    FactLine* m_facts = nullptr;
    RunTimeline* m_time = nullptr;
    QLabel* m_barsTitle = nullptr;
    BarList* m_bars = nullptr;
    Legend* m_legend = nullptr;
    QTableView* m_logTable = nullptr;
    QProgressBar* m_progress = nullptr;
    QLabel *m_stage = nullptr, *m_left = nullptr, *m_holder = nullptr, *m_refusal = nullptr;
    QPushButton *m_start = nullptr, *m_pause = nullptr, *m_step = nullptr, *m_cancel = nullptr, *m_resume = nullptr,
                *m_branch = nullptr;
    QComboBox* m_checkpoints = nullptr;
    QLineEdit* m_folder = nullptr;
    QStringList m_checkpointPaths;          ///< offered
    std::vector<double> m_checkpointSteps;  ///< of those
    std::optional<double> m_lookedBefore;   ///< the last step was picked
};

}  // namespace lorashear::ui
