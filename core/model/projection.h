#pragma once

#include "core/model/causal_lm.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lorashear {

/// A linear map inside a block as a family declares it: its path within the block and its sizes.
struct ProjectionShape {
    std::string name;  ///< "self_attn.q_proj"
    std::int64_t out = 0, in = 0;
    bool bias = false;
    bool transposed = false;  ///< the checkpoint stores [in, out]
};

/// A named linear map of a block (query, key, value, output, gate, up, down, or a fusion of some of them), whatever computes it: one linear, or two
/// thin ones that ModelConfig::factors puts in its place. Blocks hold these by name and never ask what is inside.
class Projection {
public:
    /// Takes its tensors. path: module path of the map, e.g. "model.layers.0.self_attn.q_proj".
    void connect(const std::string& path, const ProjectionShape& shape, const Factors& factors, const NamedTensors& tensors);
    /// Names and shapes of the tensors that connect() takes, put into all. Thin linears are stored [out, in] in every family.
    /// Error(BadInput) if the path is factored into blocks that do not divide the sizes.
    static void addShapes(const std::string& path, const ProjectionShape& shape, const Factors& factors,
                          std::map<std::string, std::vector<std::int64_t>>& all);

    /// The linears inside, in the order of execution; CausalLM::add wants them. The addresses stay valid as long as this object lives.
    std::vector<Linear*> linears();
    std::vector<const Linear*> outputs() const;  ///< of these, those whose rows are the map's, in the order of its rows

    /// x: [..., in] fp32; returns [..., out] fp32.
    at::Tensor forward(const at::Tensor& x, const ForwardContext& context) const;
    /// Each one's forward(x, context), in order; see Linear::forwardTogether.
    static std::vector<at::Tensor> forwardTogether(const std::vector<const Projection*>& all, const at::Tensor& x,
                                                   const ForwardContext& context);

private:
    at::Tensor throughBlocks(const at::Tensor& x, const ForwardContext& context) const;

    Factor m_factor{0, 1};          ///< rank 0: one linear
    std::vector<Linear> m_linears;  ///< the whole one; or all of first, then all of second
};

/// A member of a block's branch, and what it is to be.
template <typename Branch>
struct ProjectionPart {
    Projection Branch::*part;
    ProjectionShape shape;
};

/// Sizes of the map at path among these tensors, whole or factored, 0 where it is not among them.
struct ProjectionSize {
    std::int64_t out = 0, in = 0;
};
ProjectionSize projectionSize(const std::string& path, bool transposed, const Factors& factors, const NamedTensors& tensors);

/// factors of a model over these tensors: ranks as the tensors have them; what is neither factored nor there is left out.
Factors factorsOf(const Factors& factors, const NamedTensors& tensors);

}  // namespace lorashear
