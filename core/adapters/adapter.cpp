#include "core/adapters/adapter.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <nlohmann/json.hpp>

#include <set>

namespace lorashear {

namespace {

using nlohmann::json;

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

/// Kept indices of one dimension of one tensor by a pruning record; nothing if all of it stays.
std::vector<std::int64_t> keptOf(const json& record, const std::string& tensor, int dim, std::int64_t size) {
    std::vector<bool> gone(static_cast<std::size_t>(size), false);
    bool touched = false;
    for (const json& group : record.at("node_groups")) {
        std::set<std::int64_t> kept(group.at("kept").begin(), group.at("kept").end());
        for (const char* side : {"rows", "columns"})
            for (const json& slice : group.at(side)) {
                if (slice.at("tensor") != tensor || slice.at("dim") != dim) continue;
                touched = true;
                const std::int64_t offset = slice.at("offset"), stride = slice.at("stride"), length = slice.at("length");
                for (std::int64_t j = 0; j < group.at("groups").get<std::int64_t>(); ++j)
                    for (std::int64_t i = 0; i < length && !kept.count(j); ++i) {
                        const auto at = offset + j * stride + i;
                        if (at < 0 || at >= size)
                            throw Error(ErrorCode::BadInput, "pruning.json",
                                        "names index " + std::to_string(at) + " of " + tensor + ", which has " +
                                            std::to_string(size),
                                        "The record belongs to another model.");
                        gone[static_cast<std::size_t>(at)] = true;
                    }
            }
    }
    std::vector<std::int64_t> kept;
    if (!touched) return kept;
    for (std::int64_t i = 0; i < size; ++i)
        if (!gone[static_cast<std::size_t>(i)]) kept.push_back(i);
    return kept;
}

void requireRecord(const json& record) {
    if (!record.is_object() || !record.contains("node_groups"))
        throw Error(ErrorCode::BadInput, "pruning.json", "does not say which groups were kept",
                    "Take the pruning.json of a run's model folder.");
    const auto refuse = [](const std::string& what) {
        throw Error(ErrorCode::Unsupported, "pruning.json", "says that " + what + ": linears have other names since then",
                    "Only groups that were removed can be followed.");
    };
    for (const json& edit : record.value("edits", json::array()))
        if (edit.at("op") == "drop") refuse("blocks or sub-layers were left out");
    for (const json& group : record.at("node_groups"))
        if (group.value("kind", "") == "experts" && group.at("kept").size() < group.at("groups").get<std::size_t>())
            refuse("experts were removed");
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

Adapter slicedAdapter(const Adapter& adapter, const json& record, const CausalLM& original) {
    requireRecord(record);
    Adapter result;
    for (const auto& [name, part] : adapter) {
        const auto& linear = linearOf(original, name);
        requireShape(name + ".lora_A.weight", part.a, part.a.size(0), linear.in());
        requireShape(name + ".lora_B.weight", part.b, linear.out(), part.a.size(0));
        result[name] = {select(part.a, 1, keptOf(record, name + ".weight", linear.columnDim(), linear.in())).contiguous(),
                        select(part.b, 0, keptOf(record, name + ".weight", linear.rowDim(), linear.out())).contiguous(),
                        part.scale};
    }
    return result;
}

Adapter expandedAdapter(const Adapter& adapter, const json& record, const CausalLM& original) {
    requireRecord(record);
    Adapter result;
    for (const auto& [name, part] : adapter) {
        const auto& linear = linearOf(original, name);
        const auto columns = keptOf(record, name + ".weight", linear.columnDim(), linear.in());
        const auto rows = keptOf(record, name + ".weight", linear.rowDim(), linear.out());
        requireShape(name + ".lora_A.weight", part.a, part.a.size(0),
                     columns.empty() ? linear.in() : static_cast<std::int64_t>(columns.size()));
        requireShape(name + ".lora_B.weight", part.b, rows.empty() ? linear.out() : static_cast<std::int64_t>(rows.size()),
                     part.a.size(0));
        result[name] = {spread(part.a, 1, columns, linear.in()).contiguous(),
                        spread(part.b, 0, rows, linear.out()).contiguous(), part.scale};
    }
    return result;
}

}  // namespace lorashear
