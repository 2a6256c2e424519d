// Cross-entropy and distillation losses over a vocabulary, a stretch of rows at a time.
//
// The logits of one stretch are computed, turned into losses, and - when a gradient will be wanted - turned in place into
// the loss's gradient and multiplied by the head once more, giving the gradient with respect to the hidden states
// for an upstream gradient of one. Backward only scales its rows. So logits exist for one stretch only, once.
#include "core/kernels/fused.h"
#include "core/kernels/half_weight.h"
#include "core/kernels/parallel.h"
#include "core/kernels/product.h"
#include "core/kernels/simd/vector_kernels.h"

#include "core/base/error.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>

namespace lorashear::ops::fused {

namespace {

constexpr std::int64_t kStretchBytes = std::int64_t{1} << 26;  // of logits held at once

// Rows of a stretch: as few stretches as fit, all of nearly the same size.
std::int64_t stretchRows(std::int64_t rows, std::int64_t vocabulary, std::int64_t bytesEach) {
    const auto most = std::max<std::int64_t>(16, kStretchBytes / bytesEach / vocabulary / 16 * 16);
    const auto stretches = (rows + most - 1) / most;
    return ((rows + stretches - 1) / stretches + 15) / 16 * 16;
}

// A head's weight made ready once per call: half in mixed arithmetic, weight otherwise.
struct Head {
    at::Tensor weight, bias;
    std::shared_ptr<const HalfWeight> half;
    float softCap;

    Head(const VocabularyHead& stored, Compute compute) : softCap(static_cast<float>(stored.softCap)) {
        if (stored.bias.defined()) bias = stored.bias.to(at::kFloat);
        if (compute == Compute::Mixed)
            half = stored.half ? stored.half : std::make_shared<const HalfWeight>(stored.weight);
        else
            weight = alignedFloat(stored.weight);
    }

    bool plain() const { return softCap == 0 && !bias.defined(); }
    std::int64_t bytesOfLogit() const { return half && plain() ? 2 : 4; }

    /// bf16 in mixed arithmetic without a soft cap and a bias. slope, unless null: receives the soft cap's derivative at each logit.
    at::Tensor logits(const at::Tensor& hidden, at::Tensor* slope = nullptr) const {
        auto raw = half ? half->timesTransposed(alignedBfloat16(hidden)) : timesTransposed(hidden, weight);
        if (plain()) return raw;
        raw = raw.to(at::kFloat);
        if (bias.defined()) raw.add_(bias);
        if (softCap == 0) return raw;
        raw.div_(softCap).tanh_();
        if (slope) *slope = 1 - raw * raw;
        return raw.mul_(softCap);
    }
    /// Gradient of the hidden states from that of the logits, which is overwritten.
    at::Tensor back(at::Tensor& gradient, const at::Tensor& slope) const {
        if (slope.defined()) gradient.mul_(slope);
        return half ? half->times(alignedBfloat16(gradient)) : times(gradient, weight);
    }
};

// Logits, stored in fp32 or bf16, a row in fp32 at a time; one for each thread.
class RowReader {
public:
    explicit RowReader(const at::Tensor& logits)
        : m_cols(logits.size(1)),
          m_data(logits.mutable_data_ptr()),
          m_scratch(logits.scalar_type() == at::kBFloat16 ? at::empty({m_cols}, at::kFloat) : at::Tensor()) {}

    float* read(std::int64_t row) const {
        if (!m_scratch.defined()) return static_cast<float*>(m_data) + row * m_cols;
        auto* widened = m_scratch.mutable_data_ptr<float>();
        simd::vectorKernels().widen(half(row), m_cols, widened);
        return widened;
    }
    /// Keeps what was changed in the row that was read last.
    void write(std::int64_t row) const {
        if (m_scratch.defined()) simd::vectorKernels().narrow(m_scratch.const_data_ptr<float>(), m_cols, half(row));
    }

private:
    std::uint16_t* half(std::int64_t row) const { return static_cast<std::uint16_t*>(m_data) + row * m_cols; }

    std::int64_t m_cols;
    void* m_data;
    at::Tensor m_scratch;
};

// body(row, logits of the row in fp32) for each row; what it leaves there is kept if `written`.
template <class Body>
void eachRow(const at::Tensor& logits, bool written, const Body& body) {
    parallelFor(0, logits.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        const RowReader rows(logits);
        for (auto i = begin; i < end; ++i) {
            body(i, rows.read(i));
            if (written) rows.write(i);
        }
    });
}

// The same with the teacher's logits of the row beside them.
template <class Body>
void eachRowBeside(const at::Tensor& logits, const at::Tensor& teacher, bool written, const Body& body) {
    parallelFor(0, logits.size(0), 1, [&](std::int64_t begin, std::int64_t end) {
        const RowReader rows(logits), beside(teacher);
        for (auto i = begin; i < end; ++i) {
            body(i, rows.read(i), beside.read(i));
            if (written) rows.write(i);
        }
    });
}

struct Loss {
    at::Tensor value;     // [N]
    at::Tensor gradient;  // [N, d] for an upstream gradient of one, or undefined
};

// rowLosses(first, logits, losses) fills losses and leaves the gradient in logits.
template <class RowLosses>
Loss overStretches(const at::Tensor& hidden, const Head& head, std::int64_t vocabulary, bool gradient,
                   const RowLosses& rowLosses) {
    Loss loss{at::empty({hidden.size(0)}, hidden.options()), gradient ? at::empty_like(hidden) : at::Tensor()};
    const auto step = stretchRows(hidden.size(0), vocabulary, head.bytesOfLogit());
    for (std::int64_t first = 0; first < hidden.size(0); first += step) {
        const auto rows = std::min(step, hidden.size(0) - first);
        at::Tensor slope;
        auto logits = head.logits(hidden.narrow(0, first, rows), gradient ? &slope : nullptr);
        rowLosses(first, logits, loss.value.mutable_data_ptr<float>() + first);
        if (gradient) loss.gradient.narrow(0, first, rows).copy_(head.back(logits, slope));
    }
    return loss;
}

constexpr std::int64_t kIgnored = -100;  // of targets: the position does not count
constexpr std::int64_t kNoTarget = -1;   // it counts, but for the divergence alone

void requireTargets(const at::Tensor& targets, std::int64_t vocabulary) {
    const auto* target = targets.const_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < targets.numel(); ++i)
        if (target[i] != kIgnored && (target[i] < 0 || target[i] >= vocabulary))
            throw Error(ErrorCode::BadInput, "target",
                        "token id " + std::to_string(target[i]) + " is not in the vocabulary");
}

Loss nllOf(const at::Tensor& hidden, const VocabularyHead& stored, const at::Tensor& targets, Compute compute,
           bool gradient) {
    const Head head(stored, compute);
    const auto vocabulary = stored.weight.size(0);
    const auto* target = targets.const_data_ptr<std::int64_t>();
    requireTargets(targets, vocabulary);
    return overStretches(hidden, head, vocabulary, gradient, [&](std::int64_t first, at::Tensor& logits, float* losses) {
        eachRow(logits, gradient, [&](std::int64_t i, float* row) {
            const auto wanted = target[first + i];
            if (wanted == kIgnored) {
                losses[i] = 0;
                if (gradient) std::fill(row, row + vocabulary, 0.0f);
            } else {
                losses[i] = simd::vectorKernels().nllRow(row, vocabulary, wanted, gradient);
            }
        });
    });
}

// A teacher's side of the loss.
struct Teaching {
    at::Tensor hidden;
    const VocabularyHead& head;
    double weight;  // of the divergence, against 1 - weight of the nll
};

// targets: kIgnored and kNoTarget too. nll: unless null, receives the nll by itself.
Loss taughtOf(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets, const Teaching& teaching,
              Compute compute, bool gradient, float* nll) {
    const Head student(head, compute), teacher(teaching.head, compute);
    const auto vocabulary = head.weight.size(0);
    const auto* target = targets.const_data_ptr<std::int64_t>();
    const auto weight = static_cast<float>(teaching.weight);
    return overStretches(hidden, student, vocabulary, gradient, [&](std::int64_t first, at::Tensor& logits, float* losses) {
        const auto teachers = teacher.logits(teaching.hidden.narrow(0, first, logits.size(0)));
        eachRowBeside(logits, teachers, gradient, [&](std::int64_t i, float* row, float* taught) {
            simd::RowLosses found;
            if (target[first + i] != kIgnored)
                found = simd::vectorKernels().taughtRow(row, taught, vocabulary, target[first + i], weight, gradient);
            else if (gradient)
                std::fill(row, row + vocabulary, 0.0f);
            losses[i] = (1 - weight) * found.nll + weight * found.kl;
            if (nll) nll[first + i] = found.nll;
        });
    });
}

// Turns a loss that carries its gradient into a differentiable one.
struct LossFunction : torch::autograd::Function<LossFunction> {
    static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& /*hidden*/,
                              const at::Tensor& value, const at::Tensor& gradient) {
        context->save_for_backward({gradient});
        return value.alias();
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list upstream) {
        const auto saved = context->get_saved_variables();
        return {saved[0] * upstream[0].unsqueeze(1), at::Tensor(), at::Tensor()};
    }
};

template <class Compute>
at::Tensor differentiable(const at::Tensor& hidden, const Compute& compute) {
    const bool gradient = at::GradMode::is_enabled() && hidden.requires_grad();
    Loss loss;
    {
        at::NoGradGuard guard;
        loss = compute(alignedFloat(hidden.detach()), gradient);
    }
    return gradient ? LossFunction::apply(hidden, loss.value, loss.gradient) : loss.value;
}

}  // namespace

at::Tensor tokenNll(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets, Compute compute) {
    return differentiable(hidden, [&](const at::Tensor& rows, bool gradient) {
        return nllOf(rows, head, targets.contiguous(), compute, gradient);
    });
}

at::Tensor distillationKl(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& teacherHidden,
                          const VocabularyHead& teacherHead, const at::Tensor& ignore) {
    auto targets = at::full({hidden.size(0)}, kNoTarget, at::kLong);
    if (ignore.defined()) targets.masked_fill_(ignore, kIgnored);
    const Teaching teaching{alignedFloat(teacherHidden.detach()), teacherHead, 1};
    return differentiable(hidden, [&](const at::Tensor& rows, bool gradient) {
        return taughtOf(rows, head, targets, teaching, Compute::Fp32, gradient, nullptr);
    });
}

TaughtLoss taughtLoss(const at::Tensor& hidden, const VocabularyHead& head, const at::Tensor& targets,
                      const at::Tensor& teacherHidden, const VocabularyHead& teacherHead, double weight, Compute compute) {
    const auto wanted = targets.contiguous();
    requireTargets(wanted, head.weight.size(0));
    const Teaching teaching{alignedFloat(teacherHidden.detach()), teacherHead, weight};
    const auto nll = at::empty({hidden.size(0)}, at::kFloat);
    const auto total = differentiable(hidden, [&](const at::Tensor& rows, bool gradient) {
        return taughtOf(rows, head, wanted, teaching, compute, gradient, nll.mutable_data_ptr<float>());
    });
    return {total, nll};
}

}  // namespace lorashear::ops::fused
