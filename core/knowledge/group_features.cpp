#include "core/knowledge/group_features.h"

#include "core/base/error.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <functional>

// B A is never formed: with one out x r product per matrix and one r x r Gram matrix,
//   <W_i, (BA)_i> = sum_k B_ik (W A^T)_ik       ||(BA)_i||^2 = B_i (A A^T) B_i^T       (algorithm.md 4.3)
// for all rows i at once, in fp64 where sums are taken.

namespace lorashear {

namespace {

struct Member {
    const Linear* linear;
    const GroupSlice* slice;
};

/// The slices of `slices` that are rows (or columns: dim = &Linear::columnDim) of linears.
std::vector<Member> membersOf(const CausalLM& model, const std::vector<GroupSlice>& slices, int (Linear::*dim)() const) {
    static const std::string kSuffix = ".weight";
    std::vector<Member> members;
    for (const auto& slice : slices) {
        if (!slice.tensor.ends_with(kSuffix)) continue;
        const auto* linear = model.linear(slice.tensor.substr(0, slice.tensor.size() - kSuffix.size()));
        if (linear && slice.dim == (linear->*dim)()) members.push_back({linear, &slice});
    }
    return members;
}

at::Tensor onCpu(const at::Tensor& values) {
    return values.to(at::kCPU, at::kDouble).contiguous();
}

/// Adds values[rows or columns of group j] to a field of every group.
void addSums(std::vector<GroupFeatures>& features, const GroupSlice& slice, const at::Tensor& values,
             double GroupFeatures::*field) {
    const auto* data = values.data_ptr<double>();
    if (slice.begin(static_cast<std::int64_t>(features.size()) - 1) + slice.length > values.numel())
        throw Error(ErrorCode::Internal, slice.tensor, "the structure was found in a model of other sizes");
    for (std::size_t j = 0; j < features.size(); ++j) {
        const auto begin = slice.begin(static_cast<std::int64_t>(j));
        double sum = 0;
        for (std::int64_t i = begin; i < begin + slice.length; ++i) sum += data[i];
        features[j].*field += sum;
    }
}

void addRows(std::vector<GroupFeatures>& features, const Member& member) {
    const auto& linear = *member.linear;
    const auto weight = linear.weight.to(at::kFloat);
    auto squares = weight.square().sum(1, false, at::kDouble);
    if (linear.rowScale.defined()) squares = squares * linear.rowScale.to(at::kDouble).square();
    addSums(features, *member.slice, onCpu(squares), &GroupFeatures::weightSquare);
    for (auto& group : features) group.elements += static_cast<double>(member.slice->length * linear.in());
    if (!linear.hasAdapter()) return;
    const auto b = linear.b.detach().to(at::kDouble);
    const auto a = linear.a.detach().to(at::kDouble);
    auto products = (b * at::mm(weight, linear.a.detach().to(at::kFloat).t()).to(at::kDouble)).sum(1);
    if (linear.rowScale.defined()) products = products * linear.rowScale.to(at::kDouble);
    addSums(features, *member.slice, onCpu(products), &GroupFeatures::product);
    addSums(features, *member.slice, onCpu((at::mm(b, at::mm(a, a.t())) * b).sum(1)), &GroupFeatures::deltaSquare);
}

const InputStatistics& statisticsOf(const Linear& linear, bool gates) {
    const auto* statistics = linear.statistics.get();
    if (!statistics || statistics->tokens == 0 || (gates && !statistics->gate.defined()))
        throw Error(ErrorCode::Internal, linear.name,
                    gates ? "no gradient statistics have been collected" : "no input statistics have been collected");
    return *statistics;
}

void addColumns(std::vector<GroupFeatures>& features, const Member& member) {
    const auto& statistics = statisticsOf(*member.linear, false);
    const auto squares = onCpu(member.linear->effectiveWeight().square().sum(0, false, at::kDouble));
    const auto tokens = static_cast<double>(statistics.tokens);
    addSums(features, *member.slice, onCpu(statistics.sumAbs) / tokens * squares.sqrt(), &GroupFeatures::activation);
    addSums(features, *member.slice, onCpu(statistics.sumSquare) / tokens * squares, &GroupFeatures::energy);
}

void addGates(std::vector<GroupFeatures>& features, const Member& member) {
    const auto& statistics = statisticsOf(*member.linear, true);
    addSums(features, *member.slice, onCpu(statistics.gate), &GroupFeatures::gate);
    addSums(features, *member.slice, onCpu(statistics.gateSquare), &GroupFeatures::gateSquare);
}

}  // namespace

std::vector<GroupFeatures> featuresOf(const CausalLM& model, const NodeGroup& group, const FeatureChoice& choice) {
    at::NoGradGuard guard;
    auto rows = membersOf(model, group.primary, &Linear::rowDim);
    const auto columns = membersOf(model, group.secondary, &Linear::columnDim);
    if ((choice.rows && rows.empty()) || ((choice.columns || choice.gates) && columns.empty())) return {};

    std::vector<GroupFeatures> features(static_cast<std::size_t>(std::max(group.count, 0)));
    if (features.empty()) return {};
    const auto adapted = [](const Member& member) { return member.linear->hasAdapter(); };
    if (std::any_of(rows.begin(), rows.end(), adapted)) std::erase_if(rows, std::not_fn(adapted));
    if (choice.rows)
        for (const auto& member : rows) addRows(features, member);
    for (const auto& member : columns) {
        if (choice.columns) addColumns(features, member);
        if (choice.gates) addGates(features, member);
    }
    return features;
}

}  // namespace lorashear
