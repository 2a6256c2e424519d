#pragma once

#include "core/settings/setting.h"

class QDoubleSpinBox;
class QSpinBox;

namespace lorashear::ui {

/// Limits of a box are its setting's: no form knows a bound of its own. The box remembers whose they are (property "setting").
void setBounds(QSpinBox* box, const Setting& setting);
/// Shown as value * scale, e.g. 100 for per cent. An open end is one step of the last decimal away; where null is allowed, the least value of
/// the box stands for it.
void setBounds(QDoubleSpinBox* box, const Setting& setting, double scale = 1);

}  // namespace lorashear::ui
