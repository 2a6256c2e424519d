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

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <utility>

namespace lorashear::ops {

namespace {

using All = std::vector<LinearOperands>;

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

// body(first, count) for each stretch of rows: what lies between the passes need not hold a whole batch.
template <class Body>
void eachStretch(std::int64_t rows, const Body& body) {
    constexpr std::int64_t kRows = 1024;
    for (std::int64_t first = 0; first < rows; first += kRows) body(first, std::min(kRows, rows - first));
}

// x in bf16; u [n, ranks] receives drop(x) A^T of all adapters. a: stackedA(all), where it is wanted.
at::Tensor readRows(const at::Tensor& x, const All& all, const at::Tensor& a, const at::Tensor& u, std::int64_t firstRow) {
    if (!u.defined()) return alignedBfloat16(x);
    auto half = at::empty(x.sizes(), at::kBFloat16);
    if (a.defined()) {
        thin::dotRowsInto(u, x, a, {}, {half, {}});
        return half;
    }
    bool copied = false;
    each(all, [&](std::size_t, const LinearOperands& o, std::int64_t column) {
        if (!o.a.defined()) return;
        thin::dotRowsInto(columnsOf(u, column, o), x, alignedFloat(o.a), thin::dropout(o.dropout, o.dropoutSeed),
                          copied ? thin::HalfCopy{} : thin::HalfCopy{half, {}}, firstRow);
        copied = true;
    });
    return half;
}

struct Result {
    std::vector<at::Tensor> ys;
    at::Tensor u;  // [N, ranks], undefined without adapters
};

Result forwardRows(const at::Tensor& x, const All& all) {
    const auto rows = x.size(0);
    Result result;
    std::vector<thin::Update> updates;  // of the linears, but for their products
    for (const auto& o : all) {
        result.ys.push_back(at::empty({rows, o.weight.size(0)}, at::kFloat));
        auto& update = updates.emplace_back();
        update.parts.push_back({{}, {}, o.a.defined() ? (o.b.t() * o.scale).contiguous() : at::Tensor(), {}});
        update.colScale = o.rowScale, update.colMask = o.mask;
        if (o.bias.defined()) update.bias = alignedFloat(o.bias);
    }
    if (const auto ranks = rankOf(all); ranks > 0) result.u = at::empty({rows, ranks}, at::kFloat);
    const auto a = result.u.defined() && !anyDropout(all) ? stackedA(all) : at::Tensor();
    eachStretch(rows, [&](std::int64_t first, std::int64_t count) {
        const auto u = result.u.defined() ? result.u.narrow(0, first, count) : at::Tensor();
        const auto half = readRows(x.narrow(0, first, count), all, a, u, first);
        each(all, [&](std::size_t i, const LinearOperands& o, std::int64_t column) {
            updates[i].parts[0].base = o.half->timesTransposed(half);
            updates[i].parts[0].u = columnsOf(u, column, o);
            thin::rankUpdateInto(result.ys[i].narrow(0, first, count), updates[i]);
        });
    });
    return result;
}

struct MixedOperands : torch::CustomClassHolder {
    explicit MixedOperands(All o) : all(std::move(o)) {}
    All all;
};

// What backward needs of one linear all the time.
struct Backward {
    at::Tensor dy, factor;  // [N, out]; c mask [out] or undefined
    at::Tensor columns;     // s mask B^T [rank, out]
    at::Tensor db;          // dB^T / (s mask) [rank, out], a sum over stretches

    Backward(const LinearOperands& o, const at::Tensor& gradient) : dy(alignedFloat(gradient)), factor(o.rowFactor()) {
        if (!o.a.defined()) return;
        columns = o.b.t() * o.scale;
        if (o.mask.defined()) columns = columns * o.mask;
        columns = columns.contiguous();
        db = at::zeros(columns.sizes(), at::kFloat);
    }
};

struct MixedFunction : torch::autograd::Function<MixedFunction> {
    // adapters: a and b of each linear that has them, in turn.
    static torch::autograd::variable_list forward(torch::autograd::AutogradContext* context, const at::Tensor& x,
                                                  at::TensorList adapters,
                                                  const c10::intrusive_ptr<MixedOperands>& operands) {
        auto result = forwardRows(x, operands->all);
        torch::autograd::variable_list saved{result.u.defined() ? x : at::Tensor(), result.u};
        saved.insert(saved.end(), adapters.begin(), adapters.end());
        context->save_for_backward(std::move(saved));
        context->saved_data["operands"] = c10::IValue::make_capsule(operands);
        return result.ys;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        auto all = c10::static_intrusive_pointer_cast<MixedOperands>(context->saved_data["operands"].toCapsule())->all;
        std::size_t next = 2;  // of the saved adapters
        for (auto& o : all)
            if (o.a.defined()) o.a = saved[next++], o.b = saved[next++];
        const auto &x = saved[0], &u = saved[1];
        const auto v = u.defined() ? at::empty_like(u) : u;
        std::vector<Backward> linears;
        for (std::size_t i = 0; i < all.size(); ++i) linears.emplace_back(all[i], gradients[i]);
        const auto rows = gradients.front().size(0);
        const auto dx =
            context->needs_input_grad(0) ? at::empty({rows, all.front().weight.size(1)}, at::kFloat) : at::Tensor();
        eachStretch(rows, [&](std::int64_t first, std::int64_t count) {
            thin::Update input;
            input.firstRow = first;
            each(all, [&](std::size_t i, const LinearOperands& o, std::int64_t column) {
                auto& mine = linears[i];
                const auto dy = mine.dy.narrow(0, first, count);
                if (!o.a.defined()) {
                    const auto scaled = alignedBfloat16(mine.factor.defined() ? dy * mine.factor : dy);
                    if (dx.defined()) input.parts.push_back({o.half->times(scaled), {}, {}, {}});
                    return;
                }
                const auto half = at::empty(dy.sizes(), at::kBFloat16);
                const auto vs = columnsOf(v, column, o).narrow(0, first, count);
                thin::dotRowsInto(vs, dy, mine.columns, {}, {half, mine.factor});
                thin::addOuterSum(mine.db, columnsOf(u, column, o).narrow(0, first, count), dy);
                if (dx.defined())
                    input.parts.push_back(
                        {o.half->times(half), vs, alignedFloat(o.a), thin::dropout(o.dropout, o.dropoutSeed)});
            });
            if (dx.defined()) thin::rankUpdateInto(dx.narrow(0, first, count), input);
        });
        return collected(all, linears, dx, x, v);
    }

    // Gradients in the order of forward's arguments.
    static torch::autograd::variable_list collected(const All& all, const std::vector<Backward>& linears,
                                                    const at::Tensor& dx, const at::Tensor& x, const at::Tensor& v) {
        torch::autograd::variable_list results{dx};
        const bool dropping = anyDropout(all);
        const auto da = v.defined() && !dropping ? thin::outerSum(v, x, {}) : at::Tensor();
        each(all, [&](std::size_t i, const LinearOperands& o, std::int64_t column) {
            if (!o.a.defined()) return;
            results.push_back(dropping ? thin::outerSum(columnsOf(v, column, o), x, thin::dropout(o.dropout, o.dropoutSeed))
                                       : da.narrow(0, column, rankOf(o)));
            const auto db = linears[i].db.t() * o.scale;
            results.push_back(o.mask.defined() ? db * o.mask.unsqueeze(1) : db);
        });
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
        at::NoGradGuard guard;
        return forwardRows(rows, operands).ys;
    }
    auto kept = operands;  // without the leaves: those are inputs of the function
    std::vector<at::Tensor> adapters;
    for (auto& o : kept) {
        if (!o.a.defined()) continue;
        adapters.push_back(o.a), adapters.push_back(o.b);
        o.a = o.a.detach(), o.b = o.b.detach();
    }
    return MixedFunction::apply(rows, at::TensorList(adapters), c10::make_intrusive<MixedOperands>(std::move(kept)));
}

}  // namespace lorashear::ops
