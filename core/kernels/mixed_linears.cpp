// Mixed arithmetic is bound by memory around its fast products, so every pass over rows does all it can:
//
//  - forward: one pass over x makes its bf16 copy, which all products share, and u = drop(x) A^T of all adapters side by side;
//    after each product one pass over y adds s u B^T and applies c, bias and mask.
//  - backward: one pass over each dy makes the bf16 copy of c mask dy and v = s (mask dy) B; one pass adds up all parts of dx,
//    products and v A alike. dA = v^T drop(x), one pass for all adapters, and dB = s mask dy^T u stay in fp32.
//
// Dropout differs between adapters, so with it u and dA take one pass for each.
#include "core/kernels/mixed_linears.h"

#include "core/kernels/half_weight.h"
#include "core/kernels/product.h"
#include "core/kernels/thin_products.h"

#include <torch/torch.h>

#include <algorithm>
#include <utility>

namespace lorashear::ops {

namespace {

using All = std::vector<LinearOperands>;

simd::Dropout dropoutOf(const LinearOperands& o) {
    return o.dropout > 0 ? thin::dropout(o.dropout, o.dropoutSeed) : simd::Dropout{};
}

bool anyDropout(const All& all) {
    return std::any_of(all.begin(), all.end(), [](const LinearOperands& o) { return o.a.defined() && o.dropout > 0; });
}

std::int64_t rankOf(const LinearOperands& o) {
    return o.a.defined() ? o.a.size(0) : 0;
}

std::int64_t rankOf(const All& all) {
    std::int64_t sum = 0;
    for (const auto& o : all) sum += rankOf(o);
    return sum;
}

// body(number, operands, first column of its adapter in u and v) for each.
template <class Body>
void each(const All& all, const Body& body) {
    std::int64_t column = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
        body(i, all[i], column);
        column += rankOf(all[i]);
    }
}

at::Tensor columnsOf(const at::Tensor& sideBySide, std::int64_t first, const LinearOperands& o) {
    return rankOf(o) > 0 ? sideBySide.narrow(1, first, rankOf(o)) : at::Tensor();
}

at::Tensor stackedA(const All& all) {
    std::vector<at::Tensor> rows;
    for (const auto& o : all)
        if (o.a.defined()) rows.push_back(alignedFloat(o.a));
    return rows.size() == 1 ? rows.front() : at::cat(rows);
}

// What the passes over x leave: its bf16 copy and drop(x) A^T of all adapters, [N, ranks].
struct Read {
    at::Tensor half, u;
};

Read readRows(const at::Tensor& x, const All& all) {
    const auto ranks = rankOf(all);
    if (ranks == 0) return {alignedBfloat16(x), {}};
    Read read{at::empty(x.sizes(), at::kBFloat16), at::empty({x.size(0), ranks}, at::kFloat)};
    if (!anyDropout(all)) {
        thin::dotRowsInto(read.u, x, stackedA(all), {}, {read.half, {}});
        return read;
    }
    bool copied = false;
    each(all, [&](std::size_t, const LinearOperands& o, std::int64_t column) {
        if (!o.a.defined()) return;
        thin::dotRowsInto(columnsOf(read.u, column, o), x, alignedFloat(o.a), dropoutOf(o),
                          copied ? thin::HalfCopy{} : thin::HalfCopy{read.half, {}});
        copied = true;
    });
    return read;
}

std::vector<at::Tensor> outputs(const Read& read, const All& all) {
    std::vector<at::Tensor> ys(all.size());
    each(all, [&](std::size_t i, const LinearOperands& o, std::int64_t column) {
        const auto product = o.half->timesTransposed(read.half);
        if (!o.a.defined() && !o.bias.defined() && !o.rowScale.defined() && !o.mask.defined()) {
            ys[i] = product.to(at::kFloat);
            return;
        }
        thin::Update update;
        update.parts.push_back({product, columnsOf(read.u, column, o), o.a.defined() ? (o.b.t() * o.scale).contiguous() : at::Tensor(), {}});
        update.colScale = o.rowScale, update.colMask = o.mask;
        if (o.bias.defined()) update.bias = alignedFloat(o.bias);
        ys[i] = thin::rankUpdate(update);
    });
    return ys;
}

struct Operands : torch::CustomClassHolder {
    explicit Operands(All o) : all(std::move(o)) {}
    All all;
};

at::Tensor factorOf(const LinearOperands& o) {
    if (!o.rowScale.defined()) return o.mask;
    return o.mask.defined() ? o.rowScale * o.mask : o.rowScale;
}

struct MixedFunction : torch::autograd::Function<MixedFunction> {
    // adapters: a and b of each linear that has them, in turn.
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                                                  at::TensorList adapters, const c10::intrusive_ptr<Operands>& operands) {
        const auto read = readRows(x, operands->all);
        auto ys = outputs(read, operands->all);
        torch::autograd::variable_list saved{read.u.defined() ? x : at::Tensor(), read.u};
        saved.insert(saved.end(), adapters.begin(), adapters.end());
        context->save_for_backward(std::move(saved));
        context->saved_data["operands"] = c10::IValue::make_capsule(operands);
        return ys;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        auto all = c10::static_intrusive_pointer_cast<Operands>(context->saved_data["operands"].toCapsule())->all;
        const auto &x = saved[0], &u = saved[1];
        const bool wantsInput = context->needs_input_grad(0), dropping = anyDropout(all);
        const auto v = u.defined() ? at::empty_like(u) : u;
        torch::autograd::variable_list results{at::Tensor()};
        thin::Update input;
        std::size_t next = 2;  // of the saved adapters
        for (auto& o : all)
            if (o.a.defined()) o.a = saved[next++], o.b = saved[next++];
        each(all, [&](std::size_t i, const LinearOperands& o, std::int64_t column) {
            const auto dy = alignedFloat(gradients[i]);
            const auto factor = factorOf(o);
            if (!o.a.defined()) {
                if (wantsInput) input.parts.push_back({o.half->times(alignedBfloat16(factor.defined() ? dy * factor : dy)), {}, {}, {}});
                return;
            }
            auto columns = o.b.t() * o.scale;  // [rank, out]
            if (o.mask.defined()) columns = columns * o.mask;
            const auto half = at::empty(dy.sizes(), at::kBFloat16);
            const auto mine = columnsOf(v, column, o);
            thin::dotRowsInto(mine, dy, columns.contiguous(), {}, {half, factor});
            auto db = thin::outerSum(columnsOf(u, column, o), dy, {}).t() * o.scale;
            if (o.mask.defined()) db = db * o.mask.unsqueeze(1);
            results.push_back(dropping ? thin::outerSum(mine, x, dropoutOf(o)) : at::Tensor());
            results.push_back(db);
            if (wantsInput) input.parts.push_back({o.half->times(half), mine, alignedFloat(o.a), dropoutOf(o)});
        });
        if (u.defined() && !dropping) {
            const auto da = thin::outerSum(v, x, {});
            std::size_t place = 1;
            each(all, [&](std::size_t, const LinearOperands& o, std::int64_t column) {
                if (!o.a.defined()) return;
                results[place] = da.narrow(0, column, rankOf(o));
                place += 2;
            });
        }
        if (wantsInput) results[0] = thin::rankUpdate(input);
        results.emplace_back();  // the capsule's
        return results;
    }
};

bool wantsGradient(const at::Tensor& x, const All& all) {
    if (!at::GradMode::is_enabled()) return false;
    return x.requires_grad() || std::any_of(all.begin(), all.end(), [](const LinearOperands& o) {
               return o.a.defined() && (o.a.requires_grad() || o.b.requires_grad());
           });
}

}  // namespace

std::vector<at::Tensor> mixedLinears(const at::Tensor& x, const std::vector<LinearOperands>& operands) {
    const auto rows = alignedFloat(x);
    if (!wantsGradient(x, operands)) {
        torch::NoGradGuard guard;
        return outputs(readRows(rows, operands), operands);
    }
    auto kept = operands;  // without the leaves: those are inputs of the function
    std::vector<at::Tensor> adapters;
    for (auto& o : kept) {
        if (!o.a.defined()) continue;
        adapters.push_back(o.a), adapters.push_back(o.b);
        o.a = o.a.detach(), o.b = o.b.detach();
    }
    return MixedFunction::apply(rows, at::TensorList(adapters), c10::make_intrusive<Operands>(std::move(kept)));
}

}  // namespace lorashear::ops
