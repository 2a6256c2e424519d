#include "core/export/rounding.h"

#include "core/base/error.h"

#include <ATen/ATen.h>

namespace lorashear {

DType dtypeOf(at::ScalarType type) {
    switch (type) {
        case at::kFloat: return DType::F32;
        case at::kHalf: return DType::F16;
        case at::kBFloat16: return DType::BF16;
        default: throw Error(ErrorCode::Internal, c10::toString(type), "is no type that exports write");
    }
}

at::ScalarType scalarTypeOf(const std::string& dtype) {
    if (dtype == "F32") return at::kFloat;
    if (dtype == "F16") return at::kHalf;
    if (dtype == "BF16") return at::kBFloat16;
    throw Error(ErrorCode::BadRecipe, "dtype", "\"" + dtype + "\" is none of source, F32, BF16, F16");
}

void requireMerged(const CausalLM& model) {
    for (const auto* linear : model.linears())
        if (linear->hasAdapter() || linear->rowScale.defined() || linear->mask.defined())
            throw Error(ErrorCode::Internal, linear->name, "still carries an adapter, row scale or mask",
                        "Merge the adapters before exporting.");
}

NamedTensors roundedTensors(const CausalLM& model, const std::string& dtype) {
    const auto type = scalarTypeOf(dtype);
    requireMerged(model);
    auto tensors = model.tensors();
    for (auto& [name, tensor] : tensors) tensor = tensor.detach().to(type);
    return tensors;
}

}  // namespace lorashear
