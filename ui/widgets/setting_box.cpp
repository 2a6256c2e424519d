#include "ui/widgets/setting_box.h"

#include <QDoubleSpinBox>
#include <QSpinBox>
#include <QVariant>

#include <cmath>

namespace lorashear::ui {

namespace {

void remember(QWidget* box, const Setting& setting) {
    box->setProperty("setting", QString::fromStdString(setting.pointer));
}

}  // namespace

void setBounds(QSpinBox* box, const Setting& setting) {
    box->setRange(int(setting.range.least), int(setting.range.most));
    remember(box, setting);
}

void setBounds(QDoubleSpinBox* box, const Setting& setting, double scale) {
    const Range& range = setting.range;
    const double step = std::pow(10.0, -box->decimals());
    box->setRange(range.least * scale + (range.openLeast && !setting.nullable ? step : 0),
                  range.most * scale - (range.openMost ? step : 0));
    remember(box, setting);
}

}  // namespace lorashear::ui
