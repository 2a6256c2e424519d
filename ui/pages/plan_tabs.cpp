#include "core/run/recipe_help.h"
#include "ui/controller/studio.h"
#include "ui/pages/next_cut_row.h"
#include "ui/pages/plan_page.h"
#include "ui/pages/protect_rules.h"
#include "ui/pages/target_units.h"
#include "ui/theme/format.h"
#include "ui/widgets/option_form.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"
#include "ui/widgets/schedule_parts.h"
#include "ui/widgets/setting_box.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace lorashear::ui {

QWidget* PlanPage::makeTab(QWidget* inside) {
    return makeScrolled(inside, this);
}

void PlanPage::addShare(RecipeForm& form, const std::string& unit, const QString& prefix, QWidget* parent) {
    auto* both = new QWidget(parent);
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    auto* on = new QCheckBox(tr("choose"), both);
    on->setObjectName(prefix + QStringLiteral("ShareOn"));
    auto* share = new QDoubleSpinBox(both);
    share->setObjectName(prefix + QStringLiteral("ShareValue"));
    share->setDecimals(0);
    setBounds(share, recipeSetting("/plan/units/" + unit + "/share"), 100);
    share->setSuffix(tr(" %"));
    row->addWidget(on);
    row->addWidget(share, 1);
    const RecipeForm::Field field = fieldOf(prefix + QStringLiteral("Share"), tr("Share"), "/plan/units/" + unit + "/share");
    const QString title = coreText(unitById(unit).title);
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
    const QString prefix = QString::fromStdString(unit.id), many = coreText(unit.many);
    const std::string at = "/plan/units/" + unit.id, id = unit.id;
    QLabel* title = makeHeading(coreText(unit.title), parent);
    title->setToolTip(coreText(unit.help) + QLatin1Char(' ') + coreText(unit.exports));
    form.addWide(title);
    form.flag(fieldOf(prefix + QStringLiteral("Take"), tr("%1 may go").arg(many), at + "/take"),
              [id](Recipe& r) -> bool& { return r.plan.units[id].take; });
    form.integer(fieldOf(prefix + QStringLiteral("Minimum"), tr("Keep at least"), at + "/minimum", many),
                 [id](Recipe& r) -> int& { return r.plan.units[id].minimum; });
    form.integer(fieldOf(prefix + QStringLiteral("Divisor"), tr("In steps of"), at + "/divisor", many),
                 [id](Recipe& r) -> int& { return r.plan.units[id].divisor; });
    addShare(form, unit.id, prefix, parent);
    if (unit.scores.size() < 2) return;
    std::vector<std::pair<QString, std::string>> choices;
    for (const UnitScore& score : unit.scores) choices.emplace_back(coreText(score.id), score.id);
    form.choice(fieldOf(prefix + QStringLiteral("Score"), tr("Chosen by"), at + "/score"), choices,
                [id](Recipe& r) -> std::string& { return r.plan.units[id].score; });
}

QWidget* PlanPage::makeTargetTab() {
    auto* inside = new QWidget(this);
    auto* column = new QVBoxLayout(inside);
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, inside);
    form->number(
        fieldOf(QStringLiteral("ratio"), tr("Remove"), "/plan/ratio", QStringLiteral("%")), 1, 1,
        [](Recipe& r) -> double& { return r.plan.ratio; }, 100);
    m_size = new TargetUnits(m_studio, inside);
    rows->addRow(m_size);
    rows->addRow(m_size->readouts());
    m_reach = makeMuted({}, inside);
    m_reach->setObjectName(QStringLiteral("planReach"));
    rows->addRow(m_reach);
    m_next = new NextCutRow(m_studio, inside);
    rows->addRow(m_next);
    rows->addRow(m_next->words());
    std::vector<std::pair<QString, std::string>> ways;
    for (const std::string& way : shareWays()) ways.emplace_back(optionLabel(way), way);
    form->choice(fieldOf(QStringLiteral("shares"), tr("Shares of units"), "/plan/shares"), ways,
                 [](Recipe& r) -> std::string& { return r.plan.shares; });
    form->flag(fieldOf(QStringLiteral("uniform"), tr("Same counts in every block"), "/plan/uniform"),
               [](Recipe& r) -> bool& { return r.plan.uniform; });
    m_legal = makeMuted({}, inside);
    m_legal->setObjectName(QStringLiteral("legalCounts"));
    rows->addRow(m_legal);
    form->flag(fieldOf(QStringLiteral("useKnowledge"), tr("Respect the knowledge analysis"), "/plan/use_knowledge"),
               [](Recipe& r) -> bool& { return r.plan.useKnowledge; });
    QLineEdit* protect = form->list(fieldOf(QStringLiteral("protectPatterns"), tr("Protect"), "/plan/protect"),
                                    [](Recipe& r) -> std::vector<std::string>& { return r.plan.protect; });
    rows->addRow(QString(), makeProtectRules(m_studio.session(), protect, inside));
    m_rules = makeMuted({}, inside);
    m_rules->setObjectName(QStringLiteral("protectPrices"));
    m_rules->setAccessibleName(tr("What the rules of protection cost"));
    rows->addRow(m_rules);
    form->list(fieldOf(QStringLiteral("allowPatterns"), tr("Allow"), "/plan/allow"),
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
    editByTimeline(*m_timeline, m_studio.session());
    column->addWidget(m_timeline);
    column->addWidget(new MethodForm(m_studio.session(), inside));
    column->addWidget(makeHeading(tr("Training of the adapters"), inside));
    auto* rows = new QFormLayout;
    auto* form = new RecipeForm(m_studio.session(), rows, inside);
    form->number(fieldOf(QStringLiteral("learningRate"), tr("Learning rate"), "/training/learning_rate"), 6, 1e-4,
                 [](Recipe& r) -> double& { return r.training.learningRate; })
        ->setSpecialValueText(tr("by the model's size"));
    form->integer(fieldOf(QStringLiteral("batch"), tr("Batch"), "/training/batch"),
                  [](Recipe& r) -> int& { return r.training.batch; });
    form->integer(fieldOf(QStringLiteral("window"), tr("Length"), "/training/window"),
                  [](Recipe& r) -> int& { return r.training.window; });
    form->number(
        fieldOf(QStringLiteral("distillation"), tr("Distillation"), "/training/distillation", QStringLiteral("%")), 0, 5,
        [](Recipe& r) -> double& { return r.training.distillation; }, 100);
    form->integer(fieldOf(QStringLiteral("rank"), tr("LoRA rank"), "/lora/rank"),
                  [](Recipe& r) -> int& { return r.lora.rank; });
    form->number(fieldOf(QStringLiteral("alpha"), tr("LoRA alpha"), "/lora/alpha"), 1, 1,
                 [](Recipe& r) -> double& { return r.lora.alpha; });
    form->integer(fieldOf(QStringLiteral("checkpointSteps"), tr("Checkpoint every"), "/checkpoint_steps"),
                  [](Recipe& r) -> int& { return r.checkpointSteps; });
    column->addLayout(rows);
    QPushButton* recovery = makeButton(QStringLiteral("planRecovery"), tr("How it recovers…"),
                                       tr("The scheme of the recovery and its settings, on the page Recover"), inside);
    connect(recovery, &QPushButton::clicked, this, [this] { Q_EMIT m_studio.pageWanted(QStringLiteral("recover")); });
    column->addWidget(recovery, 0, Qt::AlignLeft);
    column->addStretch(1);
    return makeTab(inside);
}

}  // namespace lorashear::ui
