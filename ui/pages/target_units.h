#pragma once

#include "ui/controller/plan_amounts.h"

#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;

namespace lorashear::ui {

class LimitSlider;
class Studio;

/// The slider of the plan's size with the unit that it moves in, the size as a number in that unit, and the read-outs in all of them.
class TargetUnits : public QWidget {
    Q_OBJECT
public:
    TargetUnits(Studio& studio, QWidget* parent);
    QLabel* readouts() const { return m_readouts; }     ///< a row of its own: words that wrap need one
    void setLimit(double ratio, const QString& words);  ///< the largest that can be reached; below 0: not known

private:
    std::size_t unit() const;
    double gflops() const;
    double whole() const;                              ///< of the unit, before anything goes
    double shareOf(const PlanAmounts& amounts) const;  ///< that goes, of the unit
    void chooseUnit();
    void refresh();
    void slide(int value);
    void type(double shown);
    void goTo(double left);

    Studio& m_studio;
    std::vector<PlanUnit> m_units;
    LimitSlider* m_slider;
    QComboBox* m_unit;
    QDoubleSpinBox* m_amount;
    QLabel* m_readouts;
    double m_largest = -1;
    QString m_limitWords;
};

}  // namespace lorashear::ui
