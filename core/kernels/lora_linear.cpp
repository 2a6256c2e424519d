// The adapted linear. Which way it goes depends on shapes, storage type and options, never on addresses.
//
//  - Direct: no adapter, scale or mask; the product with W.
//  - Few rows (decoding): every weight is read once as it is stored, so the product is a pass over W at memory speed;
//    the adapter is added behind. Nothing is converted or merged per token (but a half-precision weight stored transposed is).
//  - Merged (without dropout, enough rows): W_eff = mask * (c W + s B A) is written once, in one pass that also
//    converts the storage type, and forward and dx = dy W_eff are one big product each. The pass costs in * out element
//    updates against 2 N in out for the product.
//  - Branch (dropout, or rows too few for merging to pay): the product with W itself, then one pass over y that adds the
//    rank-r update and applies c, bias and mask. Dropout's factors are computed from element numbers wherever they are
//    needed and never stored.
//  - Mixed arithmetic goes its own way: mixed_linears.cpp.
//
// Gradients of the adapter need thin products only: with v = s (mask dy) B, dA = v^T drop(x), and with u = drop(x) A^T,
// dB = s mask dy^T u.
#include "core/kernels/lora_linear.h"

#include "core/kernels/mixed_linears.h"
#include "core/kernels/product.h"
#include "core/kernels/thin_products.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

namespace lorashear::ops {

namespace {

constexpr std::int64_t kFewRows = 8;

enum class Way { FewRows, Merged, Branch, Direct };

// Merging touches in * out elements in each direction, the branch rows * (in + out) in both together.
bool mergingPays(std::int64_t rows, std::int64_t in, std::int64_t out) {
    return 2 * in * out <= rows * (in + out);
}

Way wayFor(std::int64_t rows, const LinearOperands& o) {
    const bool plainWeight = !o.a.defined() && !o.rowScale.defined() && !o.mask.defined();
    if (rows <= kFewRows) return Way::FewRows;
    if (plainWeight) return Way::Direct;
    if (o.dropout > 0) return Way::Branch;
    const bool converting = o.weight.scalar_type() != at::kFloat;  // takes a pass over the weight in any case
    return converting || mergingPays(rows, o.weight.size(1), o.weight.size(0)) ? Way::Merged : Way::Branch;
}

// Bias as it reaches y when the weight is merged.
at::Tensor mergedBias(const LinearOperands& o) {
    if (!o.bias.defined()) return {};
    const auto factor = o.rowFactor();
    const auto bias = o.bias.to(at::kFloat);
    return factor.defined() ? bias * factor : bias;
}

// y (the product with W) completed: mask * (c (y + bias) + s u B^T). u: receives drop(x) A^T unless null.
at::Tensor completed(const at::Tensor& x, const at::Tensor& product, const LinearOperands& o, at::Tensor* u) {
    if (!o.a.defined() && !o.bias.defined() && !o.rowScale.defined() && !o.mask.defined()) return product;
    thin::Update update{{{product, {}, {}, {}}}, {}, {}, {}, {}, 0};
    if (o.a.defined()) {
        const auto projected = thin::dotRows(x, o.a, thin::dropout(o.dropout, o.dropoutSeed));
        update.parts[0].u = projected * o.scale;
        update.parts[0].m = o.b.t().contiguous();
        if (u) *u = projected;
    }
    update.colScale = o.rowScale, update.colMask = o.mask;
    if (o.bias.defined()) update.bias = alignedFloat(o.bias);
    return thin::rankUpdate(update);
}

// x W^T with every weight read once, in the order it lies in.
at::Tensor fewRowsProduct(const at::Tensor& x, const at::Tensor& weight) {
    if (!byColumns(weight)) return thin::dotRows(weight.contiguous(), x, {}).t().contiguous();
    if (weight.scalar_type() != at::kFloat) return timesTransposed(x, weight);
    return thin::outerSum(x.t().contiguous(), weight.t(), {});
}

// u: receives drop(x) A^T, for the backward pass, where it was needed; null where nobody will ask.
at::Tensor forwardRows(const at::Tensor& x, const LinearOperands& o, at::Tensor* u) {
    switch (wayFor(x.size(0), o)) {
        case Way::FewRows: return completed(x, fewRowsProduct(x, o.weight), o, u);
        case Way::Direct: return timesTransposed(x, o.weight, o.bias.defined() ? alignedFloat(o.bias) : o.bias);
        case Way::Merged: return timesTransposed(x, mergedWeight(o), mergedBias(o));
        case Way::Branch: break;
    }
    return completed(x, timesTransposed(x, o.weight), o, u);
}

// dy W_eff without dropout's part, or with it.
at::Tensor inputGradient(const at::Tensor& dy, const at::Tensor& v, const LinearOperands& o) {
    const auto way = wayFor(dy.size(0), o);
    if (way == Way::Direct) return times(dy, o.weight);
    if (way == Way::Merged) return times(dy, mergedWeight(o));
    const auto factor = o.rowFactor();
    const auto scaled = factor.defined() ? dy * factor : dy;
    const auto product = times(scaled, o.weight);
    return v.defined() ? thin::rankUpdate(
                             {{{product, v, alignedFloat(o.a), thin::dropout(o.dropout, o.dropoutSeed)}}, {}, {}, {}, {}, 0})
                       : product;
}

struct LoraOperands : torch::CustomClassHolder {
    explicit LoraOperands(LinearOperands o) : value(std::move(o)) {}
    LinearOperands value;
};

struct LoraLinearFunction : torch::autograd::Function<LoraLinearFunction> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& x, const at::Tensor& a,
                              const at::Tensor& b, const c10::intrusive_ptr<LoraOperands>& operands) {
        at::Tensor u;
        auto y = forwardRows(x, operands->value, &u);
        context->save_for_backward(operands->value.a.defined() ? torch::autograd::variable_list{x, a, b, u}
                                                               : torch::autograd::variable_list{});
        context->saved_data["operands"] = c10::IValue::make_capsule(operands);
        return y;
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        auto o = c10::static_intrusive_pointer_cast<LoraOperands>(context->saved_data["operands"].toCapsule())->value;
        const auto dy = alignedFloat(gradients[0]);
        at::Tensor dx, da, db, v;
        if (!saved.empty()) {
            const auto &x = saved[0], &a = saved[1], &b = saved[2];
            o.a = a, o.b = b;
            auto columns = b.t() * o.scale;  // [rank, out]
            if (o.mask.defined()) columns = columns * o.mask;
            v = thin::dotRows(dy, columns.contiguous(), {});
            if (context->needs_input_grad(1)) da = thin::outerSum(v, x, thin::dropout(o.dropout, o.dropoutSeed));
            if (context->needs_input_grad(2)) {
                const auto u = saved[3].defined()
                                   ? saved[3]
                                   : thin::dotRows(x, alignedFloat(a), thin::dropout(o.dropout, o.dropoutSeed));
                db = thin::outerSum(u, dy, {}).t() * o.scale;
                if (o.mask.defined()) db = db * o.mask.unsqueeze(1);
            }
        }
        if (context->needs_input_grad(0)) dx = inputGradient(dy, v, o);
        return {dx, da, db, at::Tensor()};
    }
};

}  // namespace

at::Tensor LinearOperands::rowFactor() const {
    if (!rowScale.defined()) return mask;
    return mask.defined() ? rowScale * mask : rowScale;
}

at::Tensor mergedWeight(const LinearOperands& o) {
    thin::Update update;
    auto& part = update.parts.emplace_back();
    if (byColumns(o.weight)) {  // the same in the transposed
        part.base = o.weight.t();
        if (o.a.defined()) part.u = (o.a.detach().t() * o.scale).contiguous(), part.m = alignedFloat(o.b.detach().t());
        update.colScale = o.rowScale, update.colMask = o.mask;
        return thin::rankUpdate(update).t();
    }
    part.base = o.weight.contiguous();
    if (o.a.defined()) {
        part.u = (o.b.detach() * o.scale).contiguous();
        if (o.mask.defined()) part.u = part.u * o.mask.unsqueeze(1);
        part.m = alignedFloat(o.a.detach());
    }
    update.rowScale = o.rowFactor();
    return thin::rankUpdate(update);
}

at::Tensor dropoutFactors(at::IntArrayRef shape, double p, std::uint64_t seed) {
    return thin::dropoutFactors(shape, p, seed);
}

at::Tensor loraLinear(const at::Tensor& x, const LinearOperands& operands) {
    if (operands.compute == Compute::Mixed) return mixedLinears(x, {operands}).front();
    const auto rows = alignedFloat(x);
    const bool adapter = operands.a.defined();
    const bool gradient = at::GradMode::is_enabled() &&
                          (x.requires_grad() || (adapter && (operands.a.requires_grad() || operands.b.requires_grad())));
    if (!gradient) {
        at::NoGradGuard guard;
        return forwardRows(rows, operands, nullptr);
    }
    auto kept = operands;  // without the leaves: those are inputs of the function
    if (adapter) kept.a = operands.a.detach(), kept.b = operands.b.detach();
    const auto none = adapter ? at::Tensor() : at::empty({0}, at::kFloat);  // inputs of a function must be defined
    return LoraLinearFunction::apply(rows, adapter ? operands.a : none, adapter ? operands.b : none,
                                     c10::make_intrusive<LoraOperands>(std::move(kept)));
}

}  // namespace lorashear::ops
