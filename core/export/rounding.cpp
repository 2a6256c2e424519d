#include "core/export/rounding.h"

#include "core/base/error.h"
#include "core/export/gguf_mixture.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <sstream>

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

bool losesDigits(const std::string& dtype, const std::string& from) {
    const auto digits = [](const std::string& type) { return type == "F32" ? 24 : type == "F16" ? 11 : 8; };
    return isQuantised(dtype) || (dtype != "source" && digits(dtype) < digits(from));
}

namespace {

/// The first value of `tensor` whose counterpart in `stored` is not finite.
double firstLost(const at::Tensor& tensor, const at::Tensor& stored) {
    const auto at = at::isfinite(stored).logical_not().to(at::kByte).argmax().item<std::int64_t>();
    return tensor.reshape({-1})[at].item<double>();
}

}  // namespace

at::Tensor converted(const at::Tensor& tensor, at::ScalarType type, const std::string& name) {
    constexpr std::int64_t kPiece = 1 << 20;  // a mask of the whole tensor would be memory for nothing
    auto stored = tensor.detach().to(type).contiguous();
    if (stored.is_meta()) return stored;
    const auto flat = stored.view({-1});
    for (std::int64_t at = 0; at < flat.numel(); at += kPiece) {
        const auto piece = flat.narrow(0, at, std::min(kPiece, flat.numel() - at));
        if (at::isfinite(piece).all().item<bool>()) continue;
        const auto source = tensor.detach().reshape({-1}).narrow(0, at, piece.numel());
        const double value = firstLost(source, piece);
        if (!std::isfinite(value))
            throw Error(ErrorCode::Numeric, name, "holds NaN or infinity",
                        "The checkpoint is damaged or its training diverged; use another one.");
        std::ostringstream text;
        text << value;
        throw Error(ErrorCode::Numeric, name,
                    "holds " + text.str() + ", which does not fit " + dtypeName(dtypeOf(type)) +
                        (type == at::kHalf ? " (its largest number is 65504)" : ""),
                    "Store it as BF16 or F32.");
    }
    return stored;
}

void requireMerged(const CausalLM& model) {
    for (const auto* linear : model.linears())
        if (linear->hasAdapter() || linear->rowScale.defined() || linear->mask.defined())
            throw Error(ErrorCode::Internal, linear->name, "still carries an adapter, row scale or mask",
                        "Merge the adapters before exporting.");
}

at::ScalarType storedType(const at::Tensor& tensor, const std::string& dtype, const ModelConfig& config) {
    if (dtype != "source") return scalarTypeOf(dtype);
    if (tensor.dim() == 1 && tensor.scalar_type() == at::kFloat) return at::kFloat;
    return scalarTypeOf(config.dtype);
}

NamedTensors roundedTensors(const CausalLM& model, const std::string& dtype) {
    requireMerged(model);
    auto tensors = model.tensors();
    for (auto& [name, tensor] : tensors) tensor = converted(tensor, storedType(tensor, dtype, model.config()), name);
    return tensors;
}

}  // namespace lorashear
