#pragma once

#include "core/export/certificate.h"
#include "core/text/text_source.h"

#include <filesystem>
#include <vector>

namespace lorashear::testing {

/// A few short windows of the bundled validation text, for comparisons of the bundled model and what is made of it.
inline std::vector<Sequence> someSequences(const CausalLM& model) {
    const auto resources = std::filesystem::path(LORASHEAR_SOURCE_DIR) / "resources";
    return comparisonSequences(model, resources / "models/stories260K", readWholeText(resources / "data/valid.txt"), 64, 3);
}

}  // namespace lorashear::testing
