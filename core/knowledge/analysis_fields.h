#pragma once

#include "core/knowledge/analysis_settings.h"
#include "core/settings/field.h"

namespace lorashear {

const settings::Table<AnalysisSettings>& analysisFields();  ///< of /analysis of a recipe

}  // namespace lorashear
