#include "core/adapters/adapter.h"

#include "core/base/error.h"
#include "core/edits/blueprint.h"
#include "core/edits/record_origin.h"
#include "core/trace/tracer.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <map>

namespace lorashear {

namespace {

std::string shapeText(const at::Tensor& tensor) {
    std::string text = "[";
    for (std::int64_t i = 0; i < tensor.dim(); ++i) text.append(i ? ", " : "").append(std::to_string(tensor.size(i)));
    return text + "]";
}

void requireShape(const std::string& name, const at::Tensor& tensor, std::int64_t rows, std::int64_t columns) {
    if (tensor.dim() == 2 && tensor.size(0) == rows && tensor.size(1) == columns) return;
    throw Error(
        ErrorCode::BadInput, name,
        "has shape " + shapeText(tensor) + " but this model needs [" + std::to_string(rows) + ", " +
            std::to_string(columns) + "]",
        "The adapter was trained on another base: take that base, or slice the adapter with the pruning.json of this one.");
}

constexpr char kWeight[] = ".weight";

/// What the edits of a record make of the original.
Blueprint blueprintOfRecord(const PruningRecord& record, const CausalLM& original) {
    const auto structure = traceStructure(original.config());
    const auto edits = editsForModel(record, original.config(), structure, kRecordFile);
    return blueprintOf(original.config(), structure, edits, kRecordFile);
}

/// Indices of a dimension that stay; empty: all.
std::vector<std::int64_t> keptOf(const TensorMaking& making, int dim) {
    const auto found = making.kept.find(dim);
    return found == making.kept.end() ? std::vector<std::int64_t>() : found->second;
}

const Linear& linearOf(const CausalLM& model, const std::string& name) {
    const auto* linear = model.linear(name);
    if (!linear)
        throw Error(ErrorCode::BadInput, name, "is in the adapter but not in the model",
                    "The adapter belongs to another model.");
    return *linear;
}

at::Tensor select(const at::Tensor& tensor, int dim, const std::vector<std::int64_t>& kept) {
    return kept.empty() ? tensor : at::index_select(tensor, dim, at::tensor(kept, at::kLong).to(tensor.device()));
}

at::Tensor spread(const at::Tensor& tensor, int dim, const std::vector<std::int64_t>& kept, std::int64_t size) {
    if (kept.empty()) return tensor;
    auto shape = tensor.sizes().vec();
    shape[static_cast<std::size_t>(dim)] = size;
    return at::zeros(shape, tensor.options()).index_copy(dim, at::tensor(kept, at::kLong).to(tensor.device()), tensor);
}

}  // namespace

Adapter adapterOf(const CausalLM& model) {
    Adapter adapter;
    for (const auto* linear : model.linears())
        if (linear->hasAdapter()) adapter[linear->name] = {linear->a.detach(), linear->b.detach(), linear->scale};
    return adapter;
}

void attachAdapter(CausalLM& model, const Adapter& adapter) {
    for (const auto& [name, part] : adapter) {
        const auto& linear = linearOf(model, name);
        requireShape(name + ".lora_A.weight", part.a, part.a.size(0), linear.in());
        requireShape(name + ".lora_B.weight", part.b, linear.out(), part.a.size(0));
    }
    for (auto* linear : model.linears()) {
        linear->a = linear->b = at::Tensor();
        linear->dropout = 0;
        const auto found = adapter.find(linear->name);
        if (found == adapter.end()) continue;
        linear->a = found->second.a.detach().to(linear->weight.device(), at::kFloat).contiguous().clone();
        linear->b = found->second.b.detach().to(linear->weight.device(), at::kFloat).contiguous().clone();
        linear->scale = found->second.scale;
    }
}

Adapter stacked(const std::vector<Adapter>& adapters) {
    at::NoGradGuard guard;
    std::map<std::string, std::pair<std::vector<at::Tensor>, std::vector<at::Tensor>>> parts;
    for (const auto& adapter : adapters)
        for (const auto& [name, part] : adapter) {
            parts[name].first.push_back(part.a);
            parts[name].second.push_back(part.b * part.scale);
        }
    Adapter sum;
    for (const auto& [name, lists] : parts)
        sum[name] = {at::cat(lists.first, 0).contiguous(), at::cat(lists.second, 1).contiguous(), 1.0};
    return sum;
}

Adapter slicedAdapter(const Adapter& adapter, const PruningRecord& record, const CausalLM& original) {
    const auto blueprint = blueprintOfRecord(record, original);
    std::map<std::string, std::pair<std::string, const TensorMaking*>> after;  // by tensor before
    for (const auto& [name, making] : blueprint.tensors) after[making.source] = {name, &making};
    Adapter result;
    for (const auto& [name, part] : adapter) {
        const auto& linear = linearOf(original, name);
        requireShape(name + ".lora_A.weight", part.a, part.a.size(0), linear.in());
        requireShape(name + ".lora_B.weight", part.b, linear.out(), part.a.size(0));
        const auto found = after.find(name + kWeight);
        if (found == after.end()) continue;  // it went with its block, its sub-layer or its expert
        const auto& [tensor, making] = found->second;
        if (making->part)
            throw Error(ErrorCode::Unsupported, name,
                        "was factored into two thin linears, where an adapter of the whole one has no place",
                        "Merge the adapter into the original before it is factored.");
        result[moduleOfTensor(tensor)] = {select(part.a, 1, keptOf(*making, linear.columnDim())).contiguous(),
                                          (select(part.b, 0, keptOf(*making, linear.rowDim())) * making->gain).contiguous(),
                                          part.scale};
    }
    if (result.empty() && !adapter.empty())
        throw Error(ErrorCode::BadInput, "adapter", "adapts only linears that the pruned model does not have");
    return result;
}

Adapter expandedAdapter(const Adapter& adapter, const PruningRecord& record, const CausalLM& original) {
    const auto blueprint = blueprintOfRecord(record, original);
    Adapter result;
    for (const auto& [name, part] : adapter) {
        const auto found = blueprint.tensors.find(name + kWeight);
        if (found == blueprint.tensors.end())
            throw Error(ErrorCode::BadInput, name, "is in the adapter but not in the model that the record tells of",
                        "The adapter or the record belongs to another model.");
        const TensorMaking& making = found->second;
        if (making.part)
            throw Error(ErrorCode::Unsupported, name, "is one of two thin linears, which the original does not have",
                        "Merge the adapter into the pruned model instead.");
        const auto source = moduleOfTensor(making.source);
        const auto& linear = linearOf(original, source);
        const auto columns = keptOf(making, linear.columnDim()), rows = keptOf(making, linear.rowDim());
        requireShape(name + ".lora_A.weight", part.a, part.a.size(0),
                     columns.empty() ? linear.in() : static_cast<std::int64_t>(columns.size()));
        requireShape(name + ".lora_B.weight", part.b, rows.empty() ? linear.out() : static_cast<std::int64_t>(rows.size()),
                     part.a.size(0));
        result[source] = {spread(part.a, 1, columns, linear.in()).contiguous(),
                          (spread(part.b, 0, rows, linear.out()) / making.gain).contiguous(), part.scale};
    }
    return result;
}

}  // namespace lorashear
