#include "core/kernels/half_weight.h"

#include "core/kernels/product.h"

#include <torch/torch.h>

#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <optional>

namespace lorashear::ops {

namespace {

constexpr std::int64_t kPackedSide = 1024;

// LibTorch's oneDNN operators, through the dispatcher: they have no C++ headers.
using Pack = at::Tensor(const at::Tensor&, std::optional<c10::SymInt>);
using Multiply = at::Tensor(const at::Tensor&, const at::Tensor&, const std::optional<at::Tensor>&, std::string_view,
                            c10::List<std::optional<at::Scalar>>, std::optional<std::string_view>);

struct Packing {
    c10::TypedOperatorHandle<Pack> pack;
    c10::TypedOperatorHandle<Multiply> multiply;

    at::Tensor packed(const at::Tensor& matrix, std::int64_t rows) const { return pack.call(matrix, c10::SymInt(rows)); }
    /// x matrix^T
    at::Tensor product(const at::Tensor& x, const at::Tensor& packed) const {
        static const c10::List<std::optional<at::Scalar>> kNoScalars;
        return multiply.call(x, packed, std::nullopt, "none", kNoScalars, "");
    }
};

// Nothing where LibTorch or the processor cannot: another release's signatures, no bf16 instructions.
const std::optional<Packing>& packing() {
    static const std::optional<Packing> kPacking = []() -> std::optional<Packing> {
        if (!at::globalContext().userEnabledMkldnn()) return std::nullopt;
        auto& dispatcher = c10::Dispatcher::singleton();
        const auto pack = dispatcher.findSchema({"mkldnn::_reorder_linear_weight", ""});
        const auto multiply = dispatcher.findSchema({"mkldnn::_linear_pointwise", ""});
        if (!pack || !multiply) return std::nullopt;
        try {
            const Packing found{pack->typed<Pack>(), multiply->typed<Multiply>()};
            const auto ones = at::ones({16, 16}, at::kBFloat16);
            const auto result = found.product(ones, found.packed(ones, 16));
            const bool right = result.scalar_type() == at::kBFloat16 && at::equal(result.to(at::kFloat), at::full({16, 16}, 16.0f));
            if (right) return found;
        } catch (const c10::Error&) {
        }
        return std::nullopt;
    }();
    return kPacking;
}

}  // namespace

HalfWeight::HalfWeight(const at::Tensor& weight)
    : m_weight(weight), m_version(static_cast<std::uint32_t>(weight._version())),
      m_packs(std::min(weight.size(0), weight.size(1)) <= kPackedSide) {}

bool HalfWeight::isOf(const at::Tensor& weight) const {
    return m_weight.is_same(weight) && m_version == weight._version();
}

const at::Tensor& HalfWeight::plain() const {
    if (!m_plain.defined()) m_plain = byColumns(m_weight) ? alignedBfloat16(m_weight.t()).t() : alignedBfloat16(m_weight);
    return m_plain;
}

at::Tensor HalfWeight::timesTransposed(const at::Tensor& x) const {
    if (!m_packs || !packing() || x.numel() == 0) return timesTransposedBfloat16(x, plain());
    if (!m_forward.defined()) m_forward = packing()->packed(alignedBfloat16(m_weight), x.size(0));
    return packing()->product(alignedBfloat16(x), m_forward);
}

at::Tensor HalfWeight::times(const at::Tensor& dy) const {
    if (!m_packs || !packing() || dy.numel() == 0) return timesBfloat16(dy, plain());
    if (!m_backward.defined()) m_backward = packing()->packed(alignedBfloat16(m_weight.t()), dy.size(0));
    return packing()->product(alignedBfloat16(dy), m_backward);
}

}  // namespace lorashear::ops
