#pragma once

#include "core/io/tensor_stream.h"
#include "core/model/causal_lm.h"

#include <nlohmann/json_fwd.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

/// Where what is left of a tensor along one dimension goes in a larger one; the rest there is zero.
struct Placement {
    std::int64_t size = 0;                ///< of the larger dimension
    std::vector<std::int64_t> positions;  ///< of each present index, increasing
};
using Placements = std::map<std::pair<std::string, int>, Placement>;  ///< by tensor and dimension; others stay

/// Back to the original's shapes, by the kept indices of a pruning.json. Error(BadInput) if the record is not of this model,
/// Error(Unsupported) for hidden channels (their norms were rescaled) and records without groups.
Placements originalPlaces(const CausalLM& model, const nlohmann::json& record);

/// To equal counts in every layer: the largest present ones, or the next that stock programs take (hidden size a multiple of the head count).
/// The new groups come behind the present ones and are zero, which computes the same; also in fused projections. Error(Unsupported) naming a
/// layer whose query heads per key/value head differ from the others'.
Placements uniformPlaces(const CausalLM& model);

/// The same to given sizes of each layer, none of which may be smaller than what is there.
Placements placesFor(const CausalLM& model, const std::vector<LayerShape>& shapes);

/// A tensor spread out; itself without placements.
at::Tensor placed(const at::Tensor& tensor, const std::string& name, const Placements& placements);
std::vector<std::int64_t> placedShape(const at::Tensor& tensor, const std::string& name, const Placements& placements);

/// The config of the spread-out model: layer sizes from the shapes.
ModelConfig placedConfig(const CausalLM& model, const Placements& placements);

}  // namespace lorashear
