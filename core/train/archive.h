#pragma once

#include "core/model/causal_lm.h"

#include <nlohmann/json.hpp>

#include <string>

namespace lorashear {

/// What a checkpoint stores: named tensors (saved as safetensors) and small values (saved as JSON). Objects with state write
/// under a prefix of their own ("adamw.", "lhspg.") and read the same back bit for bit.
struct Archive {
    NamedTensors tensors;
    nlohmann::json values = nlohmann::json::object();

    /// Stores a copy: training changes the original in place.
    void put(const std::string& name, const at::Tensor& tensor);
    bool has(const std::string& name) const { return tensors.count(name) > 0; }
    /// The stored tensor; Error(BadInput) if there is none of that name.
    const at::Tensor& tensor(const std::string& name) const;
    /// Copies a stored tensor's values into `into` (a leaf may require gradients). Error(BadInput) if it is missing or shaped otherwise.
    void restore(const std::string& name, const at::Tensor& into) const;
    /// The stored value; Error(BadInput) if there is none of that name.
    const nlohmann::json& value(const std::string& name) const;
};

}  // namespace lorashear
