#pragma once

#include "core/train/archive.h"

#include <set>
#include <string>

namespace lorashear {

/// Changes to base weights and biases that a method makes on purpose (repairs of consumers, merged adapters, the paper's letter).
///
/// The checkpoint on disk and every other model that shares its tensors stay as they are: the first change gives the linear a
/// weight of its own, in fp32. Masking and slicing see nothing special, since both work on Linear::weight.
class WeightEdits {
public:
    /// The linear's own fp32 weight, [out, in], to be changed in place; copied at first touch.
    at::Tensor& own(Linear& linear);
    /// The linear's own fp32 bias, [out]; zeros where it had none. What is cut or saved then says in its config that it has one
    /// (core/model/added_biases.h).
    at::Tensor& ownBias(Linear& linear);
    const std::set<std::string>& names() const { return m_names; }

    void save(const CausalLM& model, Archive& archive, const std::string& prefix) const;
    void load(const CausalLM& model, const Archive& archive, const std::string& prefix);

private:
    std::set<std::string> m_names;   ///< of linears with a weight of their own
    std::set<std::string> m_biased;  ///< of linears with a bias of their own
};

}  // namespace lorashear
