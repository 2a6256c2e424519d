#include "ui/pages/recover_settings.h"

#include "ui/controller/studio.h"
#include "ui/widgets/option_form.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/recipe_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QSpinBox>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {

/// What every scheme trains with, as the table says it.
void addTraining(RecipeForm& form) {
    form.number(fieldOf(QStringLiteral("recoveryRate"), RecoverSettings::tr("Learning rate"), "/recovery/learning_rate"), 6,
                1e-4, [](Recipe& r) -> double& { return r.recovery.learningRate; })
        ->setSpecialValueText(RecoverSettings::tr("by the model's size"));
    form.integer(fieldOf(QStringLiteral("recoveryBatch"), RecoverSettings::tr("Batch"), "/recovery/batch"),
                 [](Recipe& r) -> int& { return r.recovery.batch; });
    form.integer(fieldOf(QStringLiteral("recoveryWindow"), RecoverSettings::tr("Length"), "/recovery/window"),
                 [](Recipe& r) -> int& { return r.recovery.window; });
    form.number(
        fieldOf(QStringLiteral("recoveryDistillation"), RecoverSettings::tr("Distillation"), "/recovery/distillation",
                QStringLiteral("%")),
        0, 5, [](Recipe& r) -> double& { return r.recovery.distillation; }, 100);
    form.integer(
        fieldOf(QStringLiteral("recoveryHeldOut"), RecoverSettings::tr("Held out"), "/recovery/validation_sequences"),
        [](Recipe& r) -> int& { return r.recovery.validationSequences; });
    form.choice(fieldOf(QStringLiteral("recoveryAdapters"), RecoverSettings::tr("Adapters"), "/recovery/adapters"),
                {{RecoverSettings::tr("fresh"), "fresh"}, {RecoverSettings::tr("those of pruning"), kContinuedAdapters}},
                [](Recipe& r) -> std::string& { return r.recovery.adapters; });
    form.flag(fieldOf(QStringLiteral("recoveryRepeat"), RecoverSettings::tr("Texts may come again"), "/recovery/repeat"),
              [](Recipe& r) -> bool& { return r.recovery.repeat; });
    form.flag(fieldOf(QStringLiteral("trainNorms"), RecoverSettings::tr("Train norms too"), "/recovery/train_norms"),
              [](Recipe& r) -> bool& { return r.recovery.trainNorms; });
    form.flag(fieldOf(QStringLiteral("trainEmbedding"), RecoverSettings::tr("Train the embedding too"),
                      "/recovery/train_embedding"),
              [](Recipe& r) -> bool& { return r.recovery.trainEmbedding; });
}

}  // namespace

RecoverSettings::RecoverSettings(Studio& studio, QWidget* parent) : QWidget(parent) {
    Session& session = studio.session();
    auto* column = new QVBoxLayout(this);
    auto* first = new QFormLayout;
    auto* whether = new RecipeForm(session, first, this);
    whether->flag(fieldOf(QStringLiteral("recoveryEnabled"), tr("Recover after pruning"), "/recovery/enabled"),
                  [](Recipe& r) -> bool& { return r.recovery.enabled; });
    column->addLayout(first);
    column->addWidget(makeHeading(tr("Scheme"), this));
    column->addWidget(new SchemeForm(session, this));
    column->addWidget(makeHeading(tr("Training"), this));
    auto* rows = new QFormLayout;
    addTraining(*new RecipeForm(session, rows, this));
    column->addLayout(rows);
    column->addStretch(1);
}

}  // namespace lorashear::ui
