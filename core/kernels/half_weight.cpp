#include "core/kernels/half_weight.h"

#include "core/kernels/product.h"

#include <ATen/ATen.h>

#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <optional>

namespace lorashear::ops {

namespace {

constexpr std::int64_t kPackedSide = 1024;

// LibTorch's oneDNN packing, through the dispatcher: it has no C++ header.
using Pack = at::Tensor(const at::Tensor&, std::optional<c10::SymInt>);

struct Packing {
    c10::TypedOperatorHandle<Pack> pack;
    /// For oneDnnLinear with that many rows, and others.
    at::Tensor packed(const at::Tensor& matrix, std::int64_t rows) const { return pack.call(matrix, c10::SymInt(rows)); }
};

// Nothing where LibTorch or the processor cannot: another release's signatures, no bf16 instructions.
const std::optional<Packing>& packing() {
    static const std::optional<Packing> kPacking = []() -> std::optional<Packing> {
        if (!at::globalContext().userEnabledMkldnn()) return std::nullopt;
        const auto pack = c10::Dispatcher::singleton().findSchema({"mkldnn::_reorder_linear_weight", ""});
        if (!pack) return std::nullopt;
        try {
            const Packing found{pack->typed<Pack>()};
            const auto ones = at::ones({16, 16}, at::kBFloat16);
            const auto result = oneDnnLinear(ones, found.packed(ones, 16));
            const bool right =
                result.scalar_type() == at::kBFloat16 && at::equal(result.to(at::kFloat), at::full({16, 16}, 16.0f));
            if (right) return found;
        } catch (const c10::Error&) {
        }
        return std::nullopt;
    }();
    return kPacking;
}

}  // namespace

HalfWeight::HalfWeight(const at::Tensor& weight)
    : m_weight(weight),
      m_version(static_cast<std::uint32_t>(weight._version())),
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
    return oneDnnLinear(alignedBfloat16(x), m_forward);
}

at::Tensor HalfWeight::times(const at::Tensor& dy) const {
    if (!m_packs || !packing() || dy.numel() == 0) return timesBfloat16(dy, plain());
    if (!m_backward.defined()) m_backward = packing()->packed(alignedBfloat16(m_weight.t()), dy.size(0));
    return oneDnnLinear(alignedBfloat16(dy), m_backward);
}

}  // namespace lorashear::ops
