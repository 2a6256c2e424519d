#pragma once

#include "core/model/generation_settings.h"
#include "core/model/lora_options.h"
#include "core/settings/field.h"

namespace lorashear {

const settings::Table<LoraOptions>& loraFields();  ///< /lora of a recipe
const settings::Table<GenerationSettings>& generationFields();

}  // namespace lorashear
