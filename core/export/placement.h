#pragma once

#include "core/edits/pruning_record.h"
#include "core/model/causal_lm.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

/// One tensor of a larger model that computes what a smaller one does.
struct PlacedTensor {
    std::string source;               ///< tensor of the smaller model; empty: it has none, all is zero
    std::vector<std::int64_t> shape;  ///< in the larger model
    std::map<int, std::vector<std::int64_t>>
        positions;  ///< where its indices go, increasing, by dimension; between them is zero. Of others they stay
    double gain = 1, offset = 0;  ///< undoes a rescaling first, in fp32: (w + offset) / gain - offset

    bool rescaled() const { return gain != 1; }
};

/// A larger model; without tensors the model as it is.
struct Placements {
    ModelConfig config;
    std::map<std::string, PlacedTensor> tensors;
    bool empty() const { return tensors.empty(); }
};

/// Back to the original's shapes, by what a pruning.json tells. Error(BadInput) if the record is not of this model, Error(Unsupported) where zeros
/// do not bring back what the record's edits took, with the reason.
Placements originalPlaces(const CausalLM& model, const PruningRecord& record);

/// To equal counts in every layer: the largest present ones, or the next that stock programs take (hidden size a multiple of the head count).
/// The new groups come behind the present ones and are zero, which computes the same, also in fused projections; so do sub-layers that are absent.
/// Error(Unsupported) naming a layer whose query heads per key/value head differ from the others'.
Placements uniformPlaces(const CausalLM& model);

/// The same to given sizes of each layer, none of which may be smaller than what is there.
Placements placesFor(const CausalLM& model, const std::vector<LayerShape>& shapes);

/// A tensor of the larger model from those of the smaller one: in its source's type, in fp32 where a rescaling is undone or nothing was there.
at::Tensor placed(const PlacedTensor& place, const NamedTensors& present);

std::unique_ptr<CausalLM> placedModel(const CausalLM& model, const Placements& placements);

}  // namespace lorashear
