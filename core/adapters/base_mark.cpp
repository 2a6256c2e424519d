#include "core/adapters/base_mark.h"

#include "core/base/error.h"
#include "core/base/random.h"
#include "core/io/strict_json.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>

// Telling bases apart
// -------------------
// An adapter put on weights that it was not trained on gives numbers without a word of warning wherever the shapes fit: on the
// base of another training, or on a recovered model that already contains it. A hash of the weights would tell, but refuses the
// same base in another storage type as well. So every weight W leaves two numbers: p = u^T W v with random signs u and v, and its
// norm. For W + E, p moves by u^T E v, whose mean square over the signs is |E|^2: |p' - p| / |W| estimates how far the weights
// are apart, and its largest value over all tensors is far above what rounding explains as soon as they were trained on.

namespace lorashear {

namespace {

using nlohmann::json;

/// fp32 sums over millions of products, and nothing else, when both are stored in the same type.
constexpr double kSameType = 1e-5;
/// Five times the root mean square of the rounding of the coarser type, relative to a weight: 2^-9 / sqrt(3), 2^-12 / sqrt(3).
constexpr double kBf16 = 0.006, kF16 = 0.0008;

std::string typeName(const at::Tensor& tensor) {
    return tensor.scalar_type() == at::kFloat ? "F32" : tensor.scalar_type() == at::kHalf ? "F16" : "BF16";
}

at::Tensor signs(const std::string& stream, std::int64_t count) {
    auto result = at::empty({count}, at::kFloat);
    Random random(1, stream);
    auto* values = result.data_ptr<float>();
    std::uint64_t bits = 0;
    for (std::int64_t i = 0; i < count; ++i) {
        if (i % 64 == 0) bits = random.next();
        values[i] = bits >> (i % 64) & 1 ? 1.0F : -1.0F;
    }
    return result;
}

/// Some rows at a time: a whole matrix in fp32 would be the largest thing in memory.
BaseMark::Tensor markOf(const std::string& name, const at::Tensor& tensor) {
    constexpr std::int64_t kPiece = 1 << 20;
    BaseMark::Tensor mark{typeName(tensor), tensor.sizes().vec(), 0, 0};
    const auto rows = tensor.dim() == 0 ? std::int64_t{1} : tensor.size(0);
    if (tensor.numel() == 0) return mark;
    const auto matrix = tensor.detach().reshape({rows, -1});
    const auto u = signs(name + " rows", rows), v = signs(name + " columns", matrix.size(1));
    const auto step = std::max<std::int64_t>(1, kPiece / matrix.size(1));
    double square = 0;
    for (std::int64_t at = 0; at < rows; at += step) {
        const auto count = std::min(step, rows - at);
        const auto piece = matrix.narrow(0, at, count).to(at::kCPU, at::kFloat);
        mark.projection += piece.mv(v).to(at::kDouble).dot(u.narrow(0, at, count).to(at::kDouble)).item<double>();
        square += piece.square().sum(at::kDouble).item<double>();
    }
    mark.norm = std::sqrt(square);
    return mark;
}

double tolerance(const std::string& a, const std::string& b) {
    if (a == b) return kSameType;
    return a == "BF16" || b == "BF16" ? kBf16 : kF16;
}

std::string percent(double share) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3g %%", 100 * share);
    return text;
}

[[noreturn]] void refuse(const BaseMark& mark, const std::string& ours, const std::string& subject, const std::string& why) {
    throw Error(
        ErrorCode::BadInput, subject, "was made for " + mark.describe() + ", not for this model (" + ours + "): " + why,
        "Take the base it was trained on; an adapter of the original is cut for a pruned model by lorashear adapter slice.");
}

std::string sizesOf(const std::string& family, std::int64_t layers, std::int64_t parameters) {
    return family + ", " + std::to_string(layers) + " layers, " + std::to_string(parameters) + " parameters";
}

}  // namespace

std::string BaseMark::describe() const {
    return "\"" + name + "\" (" + sizesOf(family, layers, parameters) + ")";
}

BaseMark markOf(const CausalLM& model, const std::string& name) {
    at::NoGradGuard guard;
    BaseMark mark{name, model.config().family, model.blocks(), model.parameterCount(), {}};
    for (const auto& [tensor, values] : model.tensors()) mark.tensors[tensor] = markOf(tensor, values);
    return mark;
}

std::string markText(const BaseMark& mark) {
    json tensors = json::object();
    for (const auto& [name, tensor] : mark.tensors)
        tensors[name] = {tensor.type, tensor.shape, tensor.projection, tensor.norm};
    return json{{"version", 1},
                {"name", mark.name},
                {"family", mark.family},
                {"layers", mark.layers},
                {"parameters", mark.parameters},
                {"tensors", tensors}}
        .dump(-1, ' ', false, json::error_handler_t::replace);
}

BaseMark parseMark(const std::string& text, const std::string& subject) {
    BaseMark mark;
    try {
        const json parsed = parseStrictJson(text, subject);
        parsed.at("name").get_to(mark.name), parsed.at("family").get_to(mark.family);
        parsed.at("layers").get_to(mark.layers), parsed.at("parameters").get_to(mark.parameters);
        for (const auto& [name, entry] : parsed.at("tensors").items()) {
            auto& tensor = mark.tensors[name];
            entry.at(0).get_to(tensor.type), entry.at(1).get_to(tensor.shape), entry.at(2).get_to(tensor.projection),
                entry.at(3).get_to(tensor.norm);
        }
    } catch (const json::exception&) {
        throw Error(ErrorCode::BadInput, subject, "its note on the base model (lorashear.base) cannot be read",
                    "The file is damaged: make the adapter again.");
    }
    return mark;
}

void requireMarked(const BaseMark& mark, const CausalLM& model, const std::string& subject) {
    at::NoGradGuard guard;
    const auto ours = sizesOf(model.config().family, model.blocks(), model.parameterCount());
    if (mark.layers != model.blocks() || mark.family != model.config().family)
        refuse(mark, ours, subject, "they are built differently");
    const auto tensors = model.tensors();
    for (const auto& [name, values] : tensors) {
        const auto found = mark.tensors.find(name);
        if (found == mark.tensors.end() || found->second.shape != values.sizes().vec())
            refuse(mark, ours, subject, name + " has another shape there");
    }
    if (tensors.size() != mark.tensors.size()) refuse(mark, ours, subject, "it has tensors that this model lacks");
    std::string worst;
    double excess = 1, distance = 0;
    for (const auto& [name, values] : tensors) {
        const auto& theirs = mark.tensors.at(name);
        const auto now = markOf(name, values);
        const double apart = std::max(std::abs(now.projection - theirs.projection), std::abs(now.norm - theirs.norm)) /
                             std::max({now.norm, theirs.norm, 1e-30});
        if (apart / tolerance(now.type, theirs.type) <= excess) continue;
        excess = apart / tolerance(now.type, theirs.type);
        distance = apart;
        worst = name;
    }
    if (!worst.empty())
        refuse(mark, ours, subject,
               "shapes are equal but weights are not (" + worst + " by about " + percent(distance) +
                   ", more than its stored type explains)");
}

}  // namespace lorashear
