#include "core/trace/recorder.h"

#include <ATen/ATen.h>
#include <ATen/ExpandUtils.h>
#include <torch/library.h>

// Shapes for operators whose meta kernels live in Python, not in the C++ library: embedding is index_select,
// causal attention fills its mask by where, layer_norm would go through a batch norm. Without them a model on
// the meta device cannot run.

namespace lorashear::trace {

namespace {

at::Tensor indexSelectShape(const at::Tensor& self, std::int64_t dim, const at::Tensor& index) {
    auto shape = self.sizes().vec();
    if (shape.empty()) return at::empty({}, self.options());
    shape[static_cast<std::size_t>(at::maybe_wrap_dim(dim, self.dim()))] = index.numel();
    return at::empty(shape, self.options());
}

at::Tensor whereShape(const at::Tensor& condition, const at::Tensor& self, const at::Tensor& other) {
    const auto shape = at::infer_size(condition.sizes(), at::infer_size(self.sizes(), other.sizes()));
    return at::empty(shape, condition.options().dtype(at::result_type(self, other)));
}

at::Tensor& whereShapeOut(const at::Tensor& condition, const at::Tensor& self, const at::Tensor& other, at::Tensor& out) {
    out.resize_(at::infer_size(condition.sizes(), at::infer_size(self.sizes(), other.sizes())));
    return out;
}

at::Tensor sameShape(const at::Tensor& self) {
    return at::empty(self.sizes(), self.options());
}

at::Tensor& itself(at::Tensor& self) {
    return self;
}

std::tuple<at::Tensor, at::Tensor, at::Tensor> layerNormShape(const at::Tensor& input, at::IntArrayRef normalised,
                                                              const std::optional<at::Tensor>&,
                                                              const std::optional<at::Tensor>&, double) {
    auto statistics = input.sizes().vec();
    for (std::size_t i = 0; i < normalised.size(); ++i) statistics[statistics.size() - 1 - i] = 1;
    return {at::empty(input.sizes(), input.options()), at::empty(statistics, input.options()),
            at::empty(statistics, input.options())};
}

void registerKernels(torch::Library& library) {
    const auto lacks = [](const char* name, const char* overload) {
        const auto handle = c10::Dispatcher::singleton().findSchemaOrThrow(name, overload);
        return !handle.hasKernelForDispatchKey(c10::DispatchKey::Meta);
    };
    if (lacks("aten::index_select", "")) library.impl("index_select", TORCH_FN(indexSelectShape));
    for (const char* op : {"relu", "hardswish"})
        if (lacks(("aten::" + std::string(op)).c_str(), "")) library.impl(op, TORCH_FN(sameShape));
    for (const char* op : {"relu_", "hardswish_"})
        if (lacks(("aten::" + std::string(op)).c_str(), "")) library.impl(op, TORCH_FN(itself));
    if (lacks("aten::native_layer_norm", "")) library.impl("native_layer_norm", TORCH_FN(layerNormShape));
    if (lacks("aten::where", "self")) library.impl("where.self", TORCH_FN(whereShape));
    if (lacks("aten::where", "self_out")) library.impl("where.self_out", TORCH_FN(whereShapeOut));
}

}  // namespace

void requireMetaKernels() {
    // Registered once, at the first trace and not at load time: a later LibTorch may bring its own.
    static const auto kLibrary = [] {
        auto library =
            std::make_unique<torch::Library>(torch::Library::IMPL, "aten", c10::DispatchKey::Meta, __FILE__, __LINE__);
        registerKernels(*library);
        return library;
    }();
}

}  // namespace lorashear::trace
