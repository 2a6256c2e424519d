#include "ui/widgets/setting_box.h"

#include <QDoubleSpinBox>
#include <QSpinBox>
#include <QVariant>

#include <algorithm>
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
    const double least = range.least * scale + (range.openLeast && !setting.nullable ? step : 0);
    const double most = range.most * scale - (range.openMost ? step : 0);
    const double also = range.also.value_or(range.least) * scale;
    box->setRange(range.also ? std::min(least, also) : least, range.also ? std::max(most, also) : most);
    remember(box, setting);
}

}  // namespace lorashear::ui
