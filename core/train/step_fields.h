#pragma once

#include "core/settings/field_kinds.h"
#include "core/train/step_settings.h"

/// Of /training and /recovery of a recipe, whose structs inherit StepSettings.
namespace lorashear {

template <class T = StepSettings>
settings::Field<T> batchField() {
    return settings::integer<T>("batch", &StepSettings::batch, {1, 65536}, "sequences", "Sequences in one step.");
}

template <class T = StepSettings>
settings::Field<T> distillationField() {
    return settings::number<T, double>("distillation", &StepSettings::distillation, {0, 1}, "",
                                       "Weight of the KL divergence from the dense model in the loss.");
}

}  // namespace lorashear
