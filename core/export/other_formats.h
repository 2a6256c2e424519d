#pragma once

#include "core/export/export.h"

#include <string>

namespace lorashear {

/// Whether stock programs open the model once zeros fill its layers up.
bool padsToVanilla(const CausalLM& model);

/// What takes the model where stock classes do not, for a hint: formats with what each of them does, at least one.
std::string otherFormats(const ExportJob& job);

}  // namespace lorashear
