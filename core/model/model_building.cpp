#include "core/base/error.h"
#include "core/base/random.h"
#include "core/io/checkpoint.h"
#include "core/model/added_biases.h"
#include "core/model/causal_lm.h"
#include "core/model/checkpoint_config.h"
#include "core/model/device.h"
#include "core/model/family.h"
#include "core/model/projection.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace lorashear {

namespace {

// Products take other paths for unaligned operands, so bits would depend on where a file puts a weight.
constexpr std::uintptr_t kAlignment = 64;

at::ScalarType scalarType(DType dtype) {
    switch (dtype) {
        case DType::F32: return at::kFloat;
        case DType::F16: return at::kHalf;
        case DType::BF16: return at::kBFloat16;
    }
    return at::kFloat;
}

// Half-precision tensors stay mapped: they are widened into aligned memory before every product anyway. F32 tensors off the boundary are copied.
at::Tensor mapped(const TensorData& data) {
    const auto options = at::TensorOptions().dtype(scalarType(data.dtype));
    if (data.deferred) {
        auto made = at::empty(data.shape, options);
        data.deferred->fill(static_cast<std::byte*>(made.data_ptr()));
        return made;
    }
    const auto address = reinterpret_cast<std::uintptr_t>(data.data);
    const bool usable = data.dtype == DType::F32 ? address % kAlignment == 0 : address % dtypeBytes(data.dtype) == 0;
    if (!usable || data.count() == 0) {
        auto copy = at::empty(data.shape, options);
        std::memcpy(copy.data_ptr(), data.data, data.bytes());
        return copy;
    }
    auto* memory = const_cast<std::byte*>(data.data);
    return at::from_blob(
        memory, data.shape, [owner = data.owner](void*) {}, options);
}

std::string shapeText(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

void requireFinite(const std::string& file, const std::string& name, const at::Tensor& tensor) {
    // The sum of absolute values is finite unless an element is not. In pieces: a whole tensor in fp32 would be the largest thing in memory.
    constexpr std::int64_t kPiece = 1 << 20;
    const auto flat = tensor.reshape({-1});
    double sum = 0;
    for (std::int64_t at = 0; at < flat.numel(); at += kPiece)
        sum += flat.narrow(0, at, std::min(kPiece, flat.numel() - at)).to(at::kFloat).abs().sum(at::kDouble).item<double>();
    if (!std::isfinite(sum))
        throw Error(ErrorCode::Numeric, file, "tensor " + name + " holds NaN or infinity",
                    "The checkpoint is damaged or its training diverged; use another one.");
}

std::vector<std::int64_t> shapeOf(const at::Tensor& tensor) {
    return tensor.sizes().vec();
}
void requireShapes(const std::map<std::string, std::vector<std::int64_t>>& wanted, const NamedTensors& tensors,
                   const std::string& subject) {
    for (const auto& [name, shape] : wanted) {
        const auto found = tensors.find(name);
        if (found == tensors.end())
            throw Error(ErrorCode::BadInput, subject, "tensor " + name + " is missing",
                        "config.json asks for it with shape " + shapeText(shape) + ".");
        if (shapeOf(found->second) != shape)
            throw Error(ErrorCode::BadInput, subject,
                        "tensor " + name + " has shape " + shapeText(shapeOf(found->second)) + " but config.json asks for " +
                            shapeText(shape));
    }
}

std::unique_ptr<CausalLM> buildChecked(ModelConfig config, const NamedTensors& tensors, const std::string& subject) {
    const auto& family = familyOf(config.family, subject);
    requireShapes(family.shapes(config), tensors, subject);
    return family.build(config, tensors);
}

}  // namespace

std::int64_t parameterCount(const ModelConfig& config) {
    std::int64_t total = 0;
    for (const auto& [name, shape] : familyOf(config.family, "model").shapes(config)) {
        std::int64_t count = 1;
        for (const auto size : shape) count *= size;
        total += count;
    }
    return total;
}

std::unique_ptr<CausalLM> loadModel(const Checkpoint& checkpoint, const std::string& device) {
    requireDevice(device);
    const auto subject = checkpoint.folder().string();
    auto config = configOf(checkpoint);
    NamedTensors tensors;
    for (const auto& [name, data] : modelTensors(familyOf(config.family, subject), config, checkpoint)) {
        auto tensor = mapped(data);
        requireFinite(subject, name, tensor);
        tensors[name] = device == "cpu" ? tensor : tensor.to(at::Device(device));
    }
    return buildChecked(std::move(config), tensors, subject);
}

std::unique_ptr<CausalLM> buildModel(const ModelConfig& config, const NamedTensors& given) {
    // Memory is shared, tensor objects are not: a model whose own weights are trained must not change another (core/train/own_weights.h).
    NamedTensors tensors;
    for (const auto& [name, tensor] : given) tensors[name] = tensor.detach();
    auto actual = config;
    actual.factors = factorsOf(config.factors, tensors);
    actual.layers = familyOf(config.family, "model").layersOf(actual, tensors);
    actual = askingForBiases(actual, tensors);
    return buildChecked(std::move(actual), tensors, "model");
}

std::unique_ptr<CausalLM> metaModel(const ModelConfig& config) {
    NamedTensors tensors;
    for (const auto& [name, shape] : familyOf(config.family, "model").shapes(config))
        tensors[name] = at::empty(shape, at::TensorOptions().dtype(at::kFloat).device(at::kMeta));
    return buildChecked(config, tensors, "model");
}

std::unique_ptr<CausalLM> randomModel(const ModelConfig& config, std::uint64_t seed) {
    NamedTensors tensors;
    for (const auto& [name, shape] : familyOf(config.family, "model").shapes(config)) {
        auto tensor = at::empty(shape, at::TensorOptions().dtype(at::kFloat));
        Random random(seed, name);
        // Norm gains vary around one, matrices have the variance that keeps activations of unit size.
        const bool vector = shape.size() == 1;
        const bool gain = vector && name.ends_with(".weight");
        const double scale = vector ? 0.1 : 1.0 / std::sqrt(static_cast<double>(shape.back()));
        auto* values = tensor.data_ptr<float>();
        for (std::int64_t i = 0; i < tensor.numel(); ++i)
            values[i] = static_cast<float>((gain ? 1.0 : 0.0) + scale * (random.uniform() * 2 - 1) * 1.7320508);
        tensors[name] = tensor;
    }
    return buildChecked(config, tensors, "model");
}

std::unique_ptr<CausalLM> cloneModel(const CausalLM& model) {
    at::NoGradGuard guard;
    auto copy = buildModel(model.config(), model.tensors());
    const auto own = [](const at::Tensor& t) { return t.defined() ? t.detach().clone() : t; };
    for (std::size_t i = 0; i < model.linears().size(); ++i) {
        const auto& from = *model.linears()[i];
        auto& to = *copy->linears()[i];
        to.a = own(from.a), to.b = own(from.b), to.rowScale = own(from.rowScale), to.mask = own(from.mask);
        to.inputMask = own(from.inputMask);
        to.scale = from.scale, to.dropout = from.dropout;
        if (to.hasAdapter()) to.a.set_requires_grad(from.a.requires_grad()), to.b.set_requires_grad(from.b.requires_grad());
    }
    return copy;
}

}  // namespace lorashear
