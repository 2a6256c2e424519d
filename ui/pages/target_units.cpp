#include "ui/pages/target_units.h"

#include "core/prune/method_table.h"
#include "core/run/recipe_help.h"
#include "ui/controller/studio.h"
#include "ui/pages/plan_page.h"
#include "ui/theme/format.h"
#include "ui/widgets/limit_slider.h"
#include "ui/widgets/pieces.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {
constexpr double kWholeSlider = 100 * kSlidersPerPercent;
const QString kSizeEdit = QStringLiteral("ratio");  ///< edits of one slider merge, whatever it is marked in
}  // namespace

TargetUnits::TargetUnits(Studio& studio, QWidget* parent)
    : QWidget(parent),
      m_studio(studio),
      m_units(planUnits(studio.session())),
      m_slider(new LimitSlider(this)),
      m_unit(new QComboBox(this)),
      m_amount(new QDoubleSpinBox(this)),
      m_readouts(makeMuted({}, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_slider);
    auto* row = new QHBoxLayout;
    row->addWidget(m_amount, 1);
    row->addWidget(m_unit, 1);
    column->addLayout(row);
    const Setting ratio = recipeSetting("/plan/ratio");
    m_slider->setObjectName(QStringLiteral("ratioSlider"));
    m_slider->setAccessibleName(tr("Ratio"));
    m_slider->setToolTip(coreText(ratio.help));
    m_slider->setRange(int(std::lround(ratio.range.least * kWholeSlider)) + ratio.range.openLeast,
                       int(std::lround(ratio.range.most * kWholeSlider)) - ratio.range.openMost);
    m_slider->setPageStep(50);
    m_slider->setSingleStep(5);
    const auto named = [](QWidget* widget, const char* name, const QString& accessible, const QString& toolTip) {
        widget->setObjectName(QString::fromLatin1(name));
        widget->setAccessibleName(accessible);
        widget->setAccessibleDescription(toolTip);
        widget->setToolTip(toolTip);
    };
    named(m_unit, "planUnit", tr("Unit of the size"), tr("What slider and number are in; the plan stays the same"));
    named(m_amount, "planAmount", tr("Size of the result in that unit"),
          tr("What is left, or of groups how many go; the plan that comes nearest is taken"));
    m_amount->setKeyboardTracking(false);
    m_amount->setGroupSeparatorShown(true);
    for (const PlanUnit& one : m_units) m_unit->addItem(one.title);
    m_readouts->setObjectName(QStringLiteral("planReadouts"));
    m_readouts->setToolTip(tr(
        "≈: an estimate. Bytes are those of the weights in the original's type; milliseconds are the arithmetic alone, at the speed that the probe of this "
        "machine measured."));
    connect(m_unit, &QComboBox::currentIndexChanged, this, &TargetUnits::chooseUnit);
    connect(m_slider, &QSlider::valueChanged, this, &TargetUnits::slide);
    connect(m_amount, &QDoubleSpinBox::valueChanged, this, &TargetUnits::type);
    connect(&m_studio.session(), &Session::planChanged, this, &TargetUnits::refresh);
    connect(&m_studio.session(), &Session::recipeChanged, this, &TargetUnits::refresh);
    connect(&m_studio.session(), &Session::modelChanged, this, &TargetUnits::refresh);
    connect(&m_studio, &Studio::machineMeasured, this, [this] {
        setLimit(m_largest, m_limitWords);
        refresh();
    });
    refresh();
}

std::size_t TargetUnits::unit() const {
    return std::size_t(std::max(0, m_unit->currentIndex()));
}

double TargetUnits::gflops() const {
    return m_studio.machineSpeed() ? m_studio.machineSpeed()->fp32Gflops : 0;
}

double TargetUnits::whole() const {
    return amountsOf(m_studio.session(), PruningPlan{}, gflops()).whole[unit()];
}

double TargetUnits::shareOf(const PlanAmounts& amounts) const {
    const double left = amounts.left[unit()], whole = amounts.whole[unit()];
    return left < 0 || whole <= 0 ? 0 : 1 - left / whole;
}

/// Time needs the speed of the machine: that is measured once, in a moment.
void TargetUnits::chooseUnit() {
    if (m_units[unit()].id == "milliseconds" && !m_studio.machineSpeed()) m_studio.measureMachine();
    setLimit(m_largest, m_limitWords);
    refresh();
}

void TargetUnits::setLimit(double ratio, const QString& words) {
    m_largest = ratio;
    m_limitWords = words;
    const Session& session = m_studio.session();
    double share = ratio;
    if (unit() != 0 && ratio > 0 && session.plan().plan && session.model()) {
        const Recipe& recipe = session.recipe();
        PlanOptions options = recipe.plan;
        options.ratio = ratio * (1 - 1e-9);
        try {
            share = shareOf(
                amountsOf(session,
                          planUnder(recipe.method.id, recipe.method.optionsJson,
                                    {*session.structure(), options, session.knowledge().get(), &session.model()->config}),
                          gflops()));
        } catch (const Error&) {  // then the mark stays where parameters have it
        }
    }
    m_slider->setLimit(share < 0 ? -1 : int(share * kWholeSlider), words);
}

void TargetUnits::refresh() {
    const Session& session = m_studio.session();
    m_units = planUnits(session);
    const PlanUnit& now = m_units[unit()];
    const bool planned = session.plan().plan && session.structure() && session.model();
    const PlanAmounts amounts = planned ? amountsOf(session, *session.plan().plan, gflops()) : PlanAmounts{};
    const QSignalBlocker blockSlider(m_slider), blockAmount(m_amount);
    const double share = unit() == 0 || !planned ? session.recipe().plan.ratio : shareOf(amounts);
    m_slider->setValue(int(std::lround(share * kWholeSlider)));
    const bool known = planned && amounts.left[unit()] >= 0;
    m_amount->setEnabled(known);
    m_slider->setEnabled(unit() == 0 || known);
    m_amount->setSuffix(now.suffix);
    if (known) {
        const double all = amounts.whole[unit()] / now.scale, left = amounts.left[unit()] / now.scale;
        const int exponent = int(std::floor(std::log10(all)));  // four digits, and a fiftieth a step
        const int decimals = now.decimals == 0 ? 0 : std::clamp(3 - exponent, 0, 9);
        m_amount->setDecimals(decimals);
        m_amount->setRange(0, all);
        m_amount->setSingleStep(std::pow(10.0, std::max(exponent - 2, -decimals)));
        m_amount->setValue(now.goes ? all - left : left);
    }
    QStringList words;
    for (std::size_t i = 0; planned && i < m_units.size(); ++i) {
        const bool there = amounts.left[i] >= 0;
        const double amount = m_units[i].goes && there ? amounts.whole[i] - amounts.left[i] : amounts.left[i];
        words << tr("%1: %2").arg(m_units[i].title, amountWords(m_units[i], amount, amounts.exact[i]));
    }
    m_readouts->setText(words.join(QStringLiteral(" · ")));
}

void TargetUnits::slide(int value) {
    if (unit() == 0) {
        const double ratio = value / kWholeSlider;
        return m_studio.session().edit(
            inSentence(tr("Remove")), [&](Recipe& recipe) { recipe.plan.ratio = ratio; }, kSizeEdit);
    }
    goTo((1 - value / kWholeSlider) * whole());
}

void TargetUnits::type(double shown) {
    const PlanUnit& now = m_units[unit()];
    goTo(now.goes ? whole() - shown : shown * now.scale);
}

void TargetUnits::goTo(double left) {
    const auto ratio = ratioFor(m_studio.session(), unit(), left, gflops());
    if (!ratio) return refresh();
    m_studio.session().edit(
        inSentence(tr("Remove")), [&](Recipe& recipe) { recipe.plan.ratio = *ratio; }, kSizeEdit);
    refresh();
}

}  // namespace lorashear::ui
