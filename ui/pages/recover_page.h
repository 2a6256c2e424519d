#pragma once

#include "ui/controller/recovery_view.h"
#include "ui/models/row_table.h"
#include "ui/pages/page.h"

class QComboBox;
class QLabel;
class QPushButton;
class QTableView;

namespace lorashear::ui {

class BarList;
class CurvePlot;
class TokenCounts;
class WideOrTabs;

/// The recovery of the run shown, while it happens or as its folder tells: what each text lost against the original round by round, how the mix of texts
/// follows, its curves over those of pruning. At the left how the next run recovers.
class RecoverPage : public Page {
    Q_OBJECT
public:
    RecoverPage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;

protected:
    void refresh() override;

private:
    static constexpr int kMostTexts = 7;  ///< in plots: more colours are not told apart

    /// One text of one phase.
    struct Row {
        RecipeSource source;
        QString phase, plan;  ///< plan: its rounds, in words
        QString tokens, tokensTip;
        std::optional<TextStanding> measured;
    };
    QWidget* makeBar();
    QWidget* makeTexts();
    QWidget* makeMix();
    QWidget* makeCurves();
    std::vector<CurvePlot*> plots() const;
    const RunState::Round* chosenRound() const;  ///< by the list, as long as its step is looked at
    const RunState::Round* shownRound() const;
    void fillTexts();
    void fillRounds();
    void fillBars();
    void fillCurves();
    void showMoment();
    void showWords();
    void changeTexts();
    void showMenu(int id, const QPoint& at);

    TokenCounts* m_tokens;
    RowTable<Row>* m_rows;
    QTableView* m_table = nullptr;
    QLabel *m_facts = nullptr, *m_before = nullptr, *m_changed = nullptr, *m_summary = nullptr, *m_barsTitle = nullptr;
    QComboBox* m_round = nullptr;
    BarList* m_bars = nullptr;
    WideOrTabs* m_views = nullptr;
    CurvePlot *m_lost = nullptr, *m_share = nullptr, *m_loss = nullptr, *m_perplexity = nullptr;
    RecoveryCurves m_curves;
    int m_chosen = -1;  ///< of the run's rounds, by the list: where one phase ends and the next begins two stand at one step
    std::optional<double> m_lookedBefore;  ///< the last step was picked
};

}  // namespace lorashear::ui
