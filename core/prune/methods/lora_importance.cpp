#include "core/prune/methods/lora_importance.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>

namespace lorashear {

namespace {

constexpr std::int64_t kPortion = 16 << 20;  // elements, 64 MB

at::Tensor effectiveRows(const Linear& linear, std::int64_t begin, std::int64_t rows) {
    auto w = linear.weight.narrow(0, begin, rows).to(at::kFloat, /*non_blocking=*/false, /*copy=*/true);
    if (linear.rowScale.defined()) w.mul_(linear.rowScale.narrow(0, begin, rows).unsqueeze(1));
    return w.addmm_(linear.b.detach().narrow(0, begin, rows), linear.a.detach(), 1, linear.scale);
}

}  // namespace

at::Tensor loraGradient(const Linear& linear, double factor, std::int64_t begin, std::int64_t rows) {
    at::NoGradGuard guard;
    const auto da = linear.a.grad() * factor, db = linear.b.grad().narrow(0, begin, rows) * factor;
    // dB A + B dA - dB dA = [dB B] [A - dA; dA]
    const auto left = at::cat({db, linear.b.detach().narrow(0, begin, rows)}, 1);
    return left.mm(at::cat({linear.a.detach() - da, da}, 0));
}

LoraImportance loraImportance(const Linear& linear, double factor) {
    at::NoGradGuard guard;
    LoraImportance sums{{}, at::zeros({linear.in()}, linear.a.options().dtype(at::kDouble).requires_grad(false))};
    std::vector<at::Tensor> rows;
    const auto portion = std::max<std::int64_t>(1, kPortion / linear.in());
    for (std::int64_t begin = 0; begin < linear.out(); begin += portion) {
        const auto count = std::min(portion, linear.out() - begin);
        const auto importance = loraGradient(linear, factor, begin, count).mul_(effectiveRows(linear, begin, count)).abs_();
        rows.push_back(importance.sum(1, false, at::kDouble));
        sums.columns.add_(importance.sum(0, false, at::kDouble));
    }
    sums.rows = at::cat(rows);
    return sums;
}

double cubicShare(std::int64_t step, std::int64_t steps) {
    const double left = 1 - std::clamp(static_cast<double>(step) / static_cast<double>(steps), 0.0, 1.0);
    return 1 - left * left * left;
}

}  // namespace lorashear
