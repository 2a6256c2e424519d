#include "core/prune/methods/group_gates.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace lorashear {

GroupGates::GroupGates(CausalLM& model, const Structure& structure, const std::vector<GroupPool>& pools) {
    std::map<Linear*, std::vector<GroupPart>> readers;
    for (std::size_t p = 0; p < pools.size(); ++p) {
        m_sizes.push_back(pools[p].groups.size());
        for (std::size_t i = 0; i < pools[p].groups.size(); ++i) {
            const auto id = pools[p].groups[i].nodeGroup;
            if (!m_places.try_emplace(id, Place{p, i}).second) continue;
            const auto& nodeGroup = structure.nodeGroups[static_cast<std::size_t>(id)];
            auto parts = partsOf(model, nodeGroup);
            std::erase_if(parts, [](const GroupPart& part) { return !part.columns; });
            if (parts.empty())
                throw Error(ErrorCode::Unsupported, nodeGroup.name,
                            "no linear reads these groups, so there is no place for a gate",
                            "Take another method, or protect them.");
            for (const auto& part : parts) readers[part.linear].push_back(part);
        }
    }
    for (auto* linear : model.linears())  // in network order, not in that of addresses
        if (const auto found = readers.find(linear); found != readers.end()) m_consumers.push_back({linear, found->second});
}

at::Tensor GroupGates::columnsOf(const Consumer& consumer, const PoolValues& factors) const {
    at::NoGradGuard guard;
    auto columns = at::ones({consumer.linear->in()}, at::kFloat);
    for (const GroupPart& part : consumer.parts) {
        const Place& place = m_places.at(part.nodeGroup);
        const auto first = factors[place.pool].begin() + static_cast<std::ptrdiff_t>(place.begin);
        const std::vector<double> own(first, first + static_cast<std::ptrdiff_t>(part.count));
        part.spread(at::tensor(own, at::kDouble).to(at::kFloat), columns);
    }
    return columns.to(consumer.linear->weight.device());
}

void GroupGates::open(const PoolValues& factors) {
    for (const Consumer& consumer : m_consumers)
        consumer.linear->inputMask = columnsOf(consumer, factors).set_requires_grad(true);
}

PoolValues GroupGates::gradients() const {
    at::NoGradGuard guard;
    PoolValues result;
    for (const auto size : m_sizes) result.emplace_back(size, 0.0);
    for (const Consumer& consumer : m_consumers) {
        const auto& gradient = consumer.linear->inputMask.grad();
        if (!gradient.defined()) continue;  // an expert that no token went through
        const auto columns = gradient.to(at::kCPU, at::kDouble);
        for (const GroupPart& part : consumer.parts) {
            const Place& place = m_places.at(part.nodeGroup);
            const auto sums = part.sums(columns);
            for (std::int64_t j = 0; j < part.count; ++j)
                result[place.pool][place.begin + static_cast<std::size_t>(j)] += sums.data_ptr<double>()[j];
        }
    }
    return result;
}

void GroupGates::close() {
    for (const Consumer& consumer : m_consumers) consumer.linear->inputMask = at::Tensor();
}

void GroupGates::fold(const PoolValues& factors, WeightEdits& edits) const {
    at::NoGradGuard guard;
    for (const Consumer& consumer : m_consumers) {
        const auto columns = columnsOf(consumer, factors);
        if (columns.eq(1).all().item<bool>()) continue;
        edits.own(*consumer.linear).mul_(columns);
        if (consumer.linear->hasAdapter()) consumer.linear->a.detach().mul_(columns);
    }
}

}  // namespace lorashear
