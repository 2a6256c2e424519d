#pragma once

#include "core/trace/recording.h"

#include <ATen/core/Tensor.h>

#include <functional>
#include <string>
#include <vector>

namespace lorashear::trace {

/// A tensor the tracer is to recognise by identity.
struct KnownTensor {
    std::string name;
    at::Tensor tensor;
    Role role = Role::Base;
};

/// Runs `forward` on this thread, without gradients, and writes down every outermost operator it calls.
///
/// This is the one place that knows how calls are observed (callbacks of the dispatcher); another way of
/// watching would replace this function and nothing else. All tensors met are held until it returns, so that
/// identity stays unique. forward gets nothing and returns the graph's output.
Recording record(const std::vector<KnownTensor>& known, const at::Tensor& input, const std::function<at::Tensor()>& forward);

/// Makes sure that the kernels for the meta device which the C++ library lacks are registered.
void requireMetaKernels();

}  // namespace lorashear::trace
