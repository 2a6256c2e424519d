#pragma once

#include "core/base/control.h"
#include "core/model/forward_context.h"
#include "core/model/generation_settings.h"

#include <functional>
#include <vector>

namespace lorashear {

class CausalLM;

struct GenerateOptions : GenerationSettings {
    std::vector<int> stopIds;  ///< generation ends when one of these is drawn; it is not part of the result
    Compute compute = Compute::Fp32;
};

/// Continues a prompt token by token over a key/value cache. Returns the new ids only. onToken (may be empty) hears every
/// new id at once. Polls control before each token. The draws are a pure function of (logits, seed, number of the token).
/// Error(BadInput) for an empty prompt, an id outside the vocabulary, a prompt longer than the context, or options out of range.
std::vector<int> generate(const CausalLM& model, const std::vector<int>& prompt, const GenerateOptions& options,
                          const std::function<void(int id)>& onToken = {}, const Control& control = {});

}  // namespace lorashear
