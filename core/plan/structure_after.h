#pragma once

#include "core/edits/blueprint.h"

namespace lorashear {

/// What a plan looks at in the model that edits leave, under the ids, names and layers of the model before: node groups with what one group
/// saves now (those of sub-layers that are left out are not prunable, with the reason) and all parameters. Without graph and tensors.
Structure structureAfter(const Structure& before, const Blueprint& blueprint, const Edits& edits);

}  // namespace lorashear
