#pragma once

#include "core/loadability/model_shape.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// One word of the rules' vocabulary.
struct ShapePredicate {
    std::string id;  ///< key in the rule file
    /// Nothing when it holds; otherwise what is in the way, in words ("layer 3 has 7 query heads, layer 0 has 8").
    std::optional<std::string> (*violation)(const ModelShape& shape, const nlohmann::json& parameter);
    /// Whether the rule file's parameter is of the right kind.
    bool (*accepts)(const nlohmann::json& parameter);
};

/// The table; core/loadability/predicates.cpp is its one place.
const std::vector<ShapePredicate>& shapePredicates();
const ShapePredicate* shapePredicate(const std::string& id);

}  // namespace lorashear
