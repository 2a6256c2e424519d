#pragma once

#include "core/plan/unit_table.h"

#include "ui/pages/page.h"

#include <string>

class QCheckBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSlider;
class QTabWidget;

namespace lorashear::ui {

class BarList;
class Legend;
class ErrorStrip;
class LoadabilityStrip;
class LockPrices;
class NextCutRow;
class RecipeForm;
class TargetUnits;
class TimelineView;

inline constexpr int kSlidersPerPercent = 10;

/// How much shall go and from where: every edit is undoable and answered at once by what the plan comes to.
class PlanPage : public Page {
    Q_OBJECT
public:
    PlanPage(Studio& studio, QWidget* parent);
    StageState state() const override;
    void takeFocus() override;

protected:
    void refresh() override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    QWidget* makeBar();
    QWidget* makeTargetTab();
    QWidget* makeScheduleTab();
    QWidget* makeResult();
    QWidget* makeGoes();
    QWidget* makeTab(QWidget* inside);
    void addShare(RecipeForm& form, const std::string& unit, const QString& prefix, QWidget* parent);
    void addUnit(RecipeForm& form, const Unit& unit, QWidget* parent);
    void showData();
    void fillFigures();
    void fillBars();
    void fillRules();
    void fillLoadability();
    void snapTo(const QString& runtime);
    void togglePadlock(int nodeGroup);
    void showRefusal();
    void sayWhatSnappingDid(const QString& runtime, double before, double after);

    QTabWidget* m_tabs = nullptr;
    BarList* m_bars = nullptr;
    Legend* m_legend = nullptr;
    ErrorStrip* m_error = nullptr;
    LoadabilityStrip* m_loadability = nullptr;
    TimelineView* m_timeline = nullptr;
    QLabel *m_reach = nullptr, *m_ratio = nullptr, *m_kept = nullptr, *m_bytes = nullptr, *m_note = nullptr,
           *m_data = nullptr, *m_refusal = nullptr, *m_snapped = nullptr, *m_missed = nullptr;
    QLabel *m_goes = nullptr, *m_rules = nullptr, *m_legal = nullptr;
    TargetUnits* m_size = nullptr;
    NextCutRow* m_next = nullptr;
    LockPrices* m_locks = nullptr;
    QPushButton *m_start = nullptr, *m_rank = nullptr;
};

}  // namespace lorashear::ui
