#include "ui/controller/studio.h"
#include "ui/pages/plan_page.h"
#include "ui/theme/format.h"
#include "ui/widgets/method_form.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/timeline_view.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QScrollArea>
#include <QSlider>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {
constexpr int kSliderSteps = 990;  // a tenth of a per cent each, 0.1 % to 99 %
}

QWidget* PlanPage::makeTab(QWidget* inside) {
    auto* area = new QScrollArea(this);
    area->setWidgetResizable(true);
    area->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    area->setFocusPolicy(Qt::NoFocus);
    area->setWidget(inside);
    return area;
}

void PlanPage::addRatio(RecipeForm& form, QWidget* parent) {
    QDoubleSpinBox* spin = form.number(
        {QStringLiteral("ratio"), tr("Remove"), tr("Removed parameters over all parameters of the original"),
         QStringLiteral("%")},
        0.1, 99, 1, 1, [](Recipe& r) -> double& { return r.plan.ratio; }, 100);
    auto* slider = new QSlider(Qt::Horizontal, parent);
    slider->setRange(1, kSliderSteps);
    slider->setPageStep(50);
    slider->setSingleStep(5);
    connect(slider, &QSlider::valueChanged, spin, [spin](int value) { spin->setValue(value / 10.0); });
    form.add({QStringLiteral("ratioSlider"), tr("Ratio"), spin->toolTip(), {}}, slider, [slider](const Recipe& recipe) {
        const QSignalBlocker block(slider);
        slider->setValue(int(std::lround(recipe.plan.ratio * 1000)));
    });
}

void PlanPage::addShare(RecipeForm& form, const std::string& unit, const QString& prefix, QWidget* parent) {
    auto* both = new QWidget(parent);
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    auto* on = new QCheckBox(tr("choose"), both);
    on->setObjectName(prefix + QStringLiteral("ShareOn"));
    auto* share = new QDoubleSpinBox(both);
    share->setObjectName(prefix + QStringLiteral("ShareValue"));
    share->setRange(0, 100);
    share->setDecimals(0);
    share->setSuffix(tr(" %"));
    row->addWidget(on);
    row->addWidget(share, 1);
    const RecipeForm::Field field = fieldOf(prefix + QStringLiteral("Share"), tr("Share"), "/plan/units/" + unit + "/share");
    const QString title = QString::fromStdString(unitById(unit).title);
    on->setAccessibleName(tr("%1: choose the share").arg(title));
    share->setAccessibleName(tr("%1: share of the removed parameters").arg(title));
    share->setToolTip(field.toolTip);
    RecipeForm* binder = &form;
    connect(on, &QCheckBox::toggled, share, [binder, field, share, unit](bool checked) {
        binder->edit(field, [&](Recipe& r) {
            r.plan.units[unit].share = checked ? std::optional<double>(share->value() / 100) : std::nullopt;
        });
    });
    connect(share, &QDoubleSpinBox::valueChanged, share, [binder, field, on, unit](double value) {
        if (on->isChecked()) binder->edit(field, [&](Recipe& r) { r.plan.units[unit].share = value / 100; });
    });
    form.add(field, both, [on, share, unit](const Recipe& recipe) {
        const auto wanted = recipe.plan.units.at(unit).share;
        on->setChecked(wanted.has_value());
        share->setEnabled(wanted.has_value());
        share->setValue(wanted.value_or(0.33) * 100);
    });
}

/// Settings of one unit; all that is said comes from its row in the table.
void PlanPage::addUnit(RecipeForm& form, const Unit& unit, QWidget* parent) {
    const QString prefix = QString::fromStdString(unit.id), many = QString::fromStdString(unit.many);
    const std::string at = "/plan/units/" + unit.id, id = unit.id;
    QLabel* title = makeHeading(QString::fromStdString(unit.title), parent);
    title->setToolTip(QString::fromStdString(unit.help + " " + unit.exports));
    form.addWide(title);
    form.flag(fieldOf(prefix + QStringLiteral("Take"), tr("%1 may go").arg(many), at + "/take"),
              [id](Recipe& r) -> bool& { return r.plan.units[id].take; });
    form.integer(fieldOf(prefix + QStringLiteral("Minimum"), tr("Keep at least"), at + "/minimum", many), 1, 1000000,
                 [id](Recipe& r) -> int& { return r.plan.units[id].minimum; });
    form.integer(fieldOf(prefix + QStringLiteral("Divisor"), tr("In steps of"), at + "/divisor", many), 1, unit.mostDivisor,
                 [id](Recipe& r) -> int& { return r.plan.units[id].divisor; });
    addShare(form, unit.id, prefix, parent);
    if (unit.scores.size() < 2) return;
    std::vector<std::pair<QString, std::string>> choices;
    for (const UnitScore& score : unit.scores) choices.emplace_back(QString::fromStdString(score.id), score.id);
    form.choice(fieldOf(prefix + QStringLiteral("Score"), tr("Chosen by"), at + "/score"), choices,
                [id](Recipe& r) -> std::string& { return r.plan.units[id].score; });
}

QWidget* PlanPage::makeTargetTab() {
    auto* inside = new QWidget(this);
    auto* column = new QVBoxLayout(inside);
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, inside);
    addRatio(*form, inside);
    m_reach = makeMuted({}, inside);
    m_reach->setObjectName(QStringLiteral("planReach"));
    rows->addRow(m_reach);
    form->flag({QStringLiteral("uniform"),
                tr("Same counts in every block"),
                tr("The result is an ordinary checkpoint that any program loads"),
                {}},
               [](Recipe& r) -> bool& { return r.plan.uniform; });
    form->flag({QStringLiteral("useKnowledge"),
                tr("Respect the knowledge analysis"),
                tr("Node groups protected by it are left whole"),
                {}},
               [](Recipe& r) -> bool& { return r.plan.useKnowledge; });
    form->list({QStringLiteral("protectPatterns"),
                tr("Protect"),
                tr("Node groups by name, * for anything, separated by commas: layers.0.*"),
                {}},
               [](Recipe& r) -> std::vector<std::string>& { return r.plan.protect; });
    form->list({QStringLiteral("allowPatterns"),
                tr("Allow"),
                tr("Node groups that may go although the analysis protects them"),
                {}},
               [](Recipe& r) -> std::vector<std::string>& { return r.plan.allow; });
    for (const Unit& unit : unitTable()) addUnit(*form, unit, inside);
    column->addLayout(rows);
    column->addWidget(
        makeMuted(tr("Padlocks at the right protect one node group each: click, or choose a bar and press Space."), inside));
    column->addStretch(1);
    return makeTab(inside);
}

QWidget* PlanPage::makeScheduleTab() {
    auto* inside = new QWidget(this);
    auto* column = new QVBoxLayout(inside);
    column->addWidget(makeHeading(tr("Schedule in optimizer steps"), inside));
    m_timeline = new TimelineView(inside);
    column->addWidget(m_timeline);
    column->addWidget(new MethodForm(m_studio.session(), inside));
    column->addWidget(makeHeading(tr("Training of the adapters"), inside));
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, inside);
    form->number(
            {QStringLiteral("learningRate"),
             tr("Learning rate"),
             tr("Of AdamW while pruning. By the model's size: 0.01 × (260,000 / parameters)^0.45, between 0.0001 and 0.01"),
             {}},
            0, 1, 6, 1e-4, [](Recipe& r) -> double& { return r.training.learningRate; })
        ->setSpecialValueText(tr("by the model's size"));
    form->integer({QStringLiteral("batch"), tr("Batch"), tr("Sequences per step"), tr("sequences")}, 1, 1024,
                  [](Recipe& r) -> int& { return r.training.batch; });
    form->integer({QStringLiteral("window"), tr("Length"), tr("Tokens per sequence"), tr("tokens")}, 8, 1000000,
                  [](Recipe& r) -> int& { return r.training.window; });
    form->number(
        {QStringLiteral("distillation"), tr("Distillation"),
         tr("Share of the loss that follows the original model's predictions"), QStringLiteral("%")},
        0, 100, 0, 5, [](Recipe& r) -> double& { return r.training.distillation; }, 100);
    form->integer({QStringLiteral("rank"), tr("LoRA rank"), tr("Rank of every adapter"), {}}, 1, 1024,
                  [](Recipe& r) -> int& { return r.lora.rank; });
    form->number({QStringLiteral("alpha"), tr("LoRA alpha"), tr("Scale: alpha over rank"), {}}, 0.1, 4096, 1, 1,
                 [](Recipe& r) -> double& { return r.lora.alpha; });
    form->integer({QStringLiteral("checkpointSteps"), tr("Checkpoint every"), tr("A killed run goes on from the last one"),
                   tr("steps")},
                  1, 100000, [](Recipe& r) -> int& { return r.checkpointSteps; });
    column->addLayout(rows);
    column->addStretch(1);
    return makeTab(inside);
}

QWidget* PlanPage::makeRecoveryTab() {
    auto* inside = new QWidget(this);
    auto* column = new QVBoxLayout(inside);
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, inside);
    form->flag({QStringLiteral("recoveryEnabled"),
                tr("Recover after pruning"),
                tr("Trains a fresh adapter on what was lost most"),
                {}},
               [](Recipe& r) -> bool& { return r.recovery.enabled; });
    form->number(
            {QStringLiteral("recoveryRate"),
             tr("Learning rate"),
             tr("Of AdamW while recovering. By the model's size: 0.01 × (260,000 / parameters)^0.45, between 0.0001 and 0.01"),
             {}},
            0, 1, 6, 1e-4, [](Recipe& r) -> double& { return r.recovery.learningRate; })
        ->setSpecialValueText(tr("by the model's size"));
    form->choice(
        {QStringLiteral("weighting"),
         tr("Mix of texts by"),
         tr("How the share of each source follows what was lost on it"),
         {}},
        {{tr("proportional"), "proportional"}, {tr("softmax"), "softmax"}, {tr("exponentiated update"), "exponentiated"}},
        [](Recipe& r) -> std::string& { return r.recovery.weighting; });
    form->number(
        {QStringLiteral("floor"), tr("At least"), tr("Share that is spread evenly over all sources"), QStringLiteral("%")},
        0, 100, 0, 5, [](Recipe& r) -> double& { return r.recovery.floor; }, 100);
    form->integer({QStringLiteral("patience"), tr("Patience"), tr("Rounds without gain before a phase ends"), tr("rounds")},
                  1, 100, [](Recipe& r) -> int& { return r.recovery.patience; });
    form->number(
        {QStringLiteral("minGain"), tr("Least gain"), tr("Relative gain that counts"), QStringLiteral("%")}, 0, 50, 2, 0.1,
        [](Recipe& r) -> double& { return r.recovery.minGain; }, 100);
    form->number(
        {QStringLiteral("recoveryDistillation"), tr("Distillation"),
         tr("Share of the loss that follows the original model's predictions"), QStringLiteral("%")},
        0, 100, 0, 5, [](Recipe& r) -> double& { return r.recovery.distillation; }, 100);
    column->addLayout(rows);
    column->addWidget(makeMuted(tr("Phases, their rounds and the texts they read: under Data."), inside));
    column->addStretch(1);
    return makeTab(inside);
}

}  // namespace lorashear::ui
