#include "core/knowledge/input_moments.h"

#include "core/base/error.h"
#include "core/knowledge/evaluation_batches.h"
#include "core/model/causal_lm.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

// Columns of a second moment that are multiplied in one product.
constexpr std::int64_t kPanel = 256;

/// Watches linears while it lives, beside whoever watches already.
class MomentWatch {
public:
    MomentWatch(const CausalLM& model, const std::vector<std::string>& names) {
        for (const auto& name : names) {
            auto* linear = model.linear(name);
            if (!linear) throw Error(ErrorCode::BadInput, name, "is no linear of the model's blocks");
            m_watched.push_back({linear, linear->observer, {}});
        }
        for (auto& one : m_watched)
            one.linear->observer = [&one](const at::Tensor& x, const at::Tensor& y) {
                if (one.before) one.before(x, y);
                addMoment(one.sum, x);
            };
    }
    ~MomentWatch() {
        for (auto& one : m_watched) one.linear->observer = std::move(one.before);
    }
    MomentWatch(const MomentWatch&) = delete;
    MomentWatch& operator=(const MomentWatch&) = delete;

    std::map<std::string, at::Tensor> means(std::int64_t tokens) {
        std::map<std::string, at::Tensor> all;
        for (auto& one : m_watched) {
            if (!one.sum.defined()) continue;
            auto mean = meanMoment(one.sum, tokens);
            one.sum = at::Tensor();
            if (!std::isfinite(mean.diagonal().sum().item<double>()))
                throw Error(ErrorCode::Numeric, one.linear->name, "reads inputs that are not finite",
                            "The model's weights are damaged.");
            all[one.linear->name] = std::move(mean);
        }
        return all;
    }

private:
    struct Watched {
        Linear* linear;
        std::function<void(const at::Tensor&, const at::Tensor&)> before;
        at::Tensor sum;
    };
    std::vector<Watched> m_watched;
};

}  // namespace

void addMoment(at::Tensor& sum, const at::Tensor& x, const at::Tensor& rows) {
    auto flat = x.detach().reshape({-1, x.size(-1)}).to(at::kFloat);
    if (rows.defined()) flat = flat.index_select(0, rows.to(flat.device()));
    const auto n = flat.size(1);
    if (!sum.defined()) sum = at::zeros({n, n}, flat.options());
    for (std::int64_t begin = 0; begin < n; begin += kPanel) {
        const auto height = std::min(kPanel, n - begin), width = begin + height;
        sum.narrow(0, begin, height).narrow(1, 0, width).addmm_(flat.narrow(1, begin, height).t(), flat.narrow(1, 0, width));
    }
}

at::Tensor meanMoment(const at::Tensor& sum, std::int64_t count) {
    const auto lower = sum.to(at::kDouble) / static_cast<double>(count);
    return lower.tril() + lower.tril(-1).t();
}

std::map<std::string, at::Tensor> collectInputMoments(const CausalLM& model, const std::vector<std::string>& linears,
                                                      const std::vector<Sequence>& sequences, int batch, Compute compute,
                                                      const Control& control) {
    at::NoGradGuard guard;
    MomentWatch watch(model, linears);
    ForwardContext context;
    context.compute = compute;
    std::int64_t tokens = 0;
    ProgressMeter meter(control, "moments", static_cast<double>(sequences.size()));
    for (const auto& part : batchesOf(sequences, batch, model.device())) {
        control.poll();
        model.hidden(part.ids, context);
        tokens += part.ids.numel();
        meter.update(static_cast<double>(part.first + static_cast<std::size_t>(part.ids.size(0))));
    }
    return watch.means(tokens);
}

}  // namespace lorashear
