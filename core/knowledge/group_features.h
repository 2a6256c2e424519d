#pragma once

#include "core/trace/structure.h"

#include <vector>

namespace lorashear {

class CausalLM;

/// What saliency proxies are made of, for one group g. W_g: its rows of base weights (row scales applied), D_g: the same rows of
/// B A (unscaled), over the members that carry an adapter; where none does, over all members. Columns: what its consumers read
/// from it, x_c the input and w_c the column of the effective weight.
struct GroupFeatures {
    double elements = 0;      ///< of W_g
    double weightSquare = 0;  ///< ||W_g||^2
    double product = 0;       ///< <W_g, D_g>
    double deltaSquare = 0;   ///< ||D_g||^2
    double activation = 0;    ///< sum over columns of E|x_c| ||w_c||
    double energy = 0;        ///< sum over columns of E[x_c^2] ||w_c||^2
    double gate = 0;          ///< sum over columns of the gate's gradient
    double gateSquare = 0;    ///< sum over columns of the gate's squared gradients
};

/// Which parts are wanted; the others stay 0.
struct FeatureChoice {
    bool rows = false, columns = false, gates = false;
};

/// One entry per group; empty if the node group owns no rows of a linear (rows wanted) or no linear reads it (columns wanted).
/// Error(Internal) where statistics are wanted and a consumer has none.
std::vector<GroupFeatures> featuresOf(const CausalLM& model, const NodeGroup& group, const FeatureChoice& choice);

}  // namespace lorashear
