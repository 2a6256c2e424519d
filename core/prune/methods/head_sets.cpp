#include "core/prune/methods/head_sets.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <initializer_list>

namespace lorashear {

namespace {

at::Tensor stretchesOf(const at::Tensor& matrix, const std::vector<std::pair<std::int64_t, std::int64_t>>& stretches,
                       int dim) {
    std::vector<at::Tensor> parts;
    for (const auto& [begin, length] : stretches) parts.push_back(matrix.narrow(dim, begin, length));
    return at::cat(parts, dim);
}

}  // namespace

OutputSimilarity::OutputSimilarity(const at::Tensor& weight, const at::Tensor& covariance,
                                   const std::vector<std::vector<std::pair<std::int64_t, std::int64_t>>>& parts) {
    const at::NoGradGuard guard;
    const auto w = weight.detach().to(at::kDouble).cpu(), c = covariance.to(at::kDouble).cpu();
    const auto groups = static_cast<std::int64_t>(parts.size());
    m_parts = at::zeros({w.size(0), groups, groups}, at::kDouble);
    for (std::int64_t g = 0; g < groups; ++g) {
        const auto own = stretchesOf(w, parts[static_cast<std::size_t>(g)], 1);
        const auto read = own.mm(stretchesOf(c, parts[static_cast<std::size_t>(g)], 0));  // [out, in]
        for (std::int64_t h = 0; h < groups; ++h) {
            const auto& other = parts[static_cast<std::size_t>(h)];
            m_parts.select(1, g).select(1, h).copy_((stretchesOf(read, other, 1) * stretchesOf(w, other, 1)).sum(1));
        }
    }
    m_whole = m_parts.sum({1, 2});
}

double OutputSimilarity::of(const std::vector<bool>& kept) const {
    std::vector<std::int64_t> stay;
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (kept[i]) stay.push_back(static_cast<std::int64_t>(i));
    if (stay.empty()) return 0;
    const auto index = at::tensor(stay, at::kLong);
    const auto left = m_parts.index_select(1, index);
    const auto shared = left.sum({1, 2}), own = left.index_select(2, index).sum({1, 2});
    const auto scale = (m_whole * own).clamp_min(0).sqrt();
    const auto counts = m_whole > 1e-12 * m_whole.max();
    const auto correlation = at::where(scale > 0, (shared / scale).abs(), at::zeros_like(scale));
    const auto many = counts.sum().item<std::int64_t>();
    return many > 0 ? at::where(counts, correlation, at::zeros_like(scale)).sum().item<double>() / static_cast<double>(many)
                    : 0;
}

std::vector<int> leastMissedSet(const OutputSimilarity& similarity, std::vector<bool> kept, int many, int swaps) {
    std::vector<int> open;
    for (std::size_t i = 0; i < kept.size(); ++i)
        if (kept[i]) open.push_back(static_cast<int>(i));
    const auto with = [&](std::initializer_list<std::pair<int, bool>> changes) {
        auto changed = kept;
        for (const auto& [group, stays] : changes) changed[static_cast<std::size_t>(group)] = stays;
        return similarity.of(changed);
    };
    std::vector<double> alone(kept.size(), 0.0);
    for (const int group : open) alone[static_cast<std::size_t>(group)] = with({{group, false}});
    std::stable_sort(open.begin(), open.end(),
                     [&](int a, int b) { return alone[static_cast<std::size_t>(a)] > alone[static_cast<std::size_t>(b)]; });
    const auto going = static_cast<std::ptrdiff_t>(std::min(open.size(), static_cast<std::size_t>(std::max(0, many))));
    std::vector<int> gone(open.begin(), open.begin() + going), stay(open.begin() + going, open.end());
    for (const int group : gone) kept[static_cast<std::size_t>(group)] = false;
    for (int swap = 0; swap < swaps && !gone.empty(); ++swap) {
        double best = similarity.of(kept) * (1 + 1e-12);
        std::pair<std::size_t, std::size_t> exchange{gone.size(), 0};
        for (std::size_t g = 0; g < gone.size(); ++g)
            for (std::size_t s = 0; s < stay.size(); ++s)
                if (const double found = with({{gone[g], true}, {stay[s], false}}); found > best)
                    best = found, exchange = {g, s};
        if (exchange.first == gone.size()) break;
        kept[static_cast<std::size_t>(gone[exchange.first])] = true;
        kept[static_cast<std::size_t>(stay[exchange.second])] = false;
        std::swap(gone[exchange.first], stay[exchange.second]);
    }
    std::sort(gone.begin(), gone.end());
    return gone;
}

}  // namespace lorashear
