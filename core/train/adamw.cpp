#include "core/train/adamw.h"

#include "core/base/error.h"
#include "core/kernels/parallel.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <cmath>

namespace lorashear {

namespace {

// The bias-corrected factors of one step, shared by all elements.
struct StepFactors {
    float beta1, beta2, oneMinusBeta1, oneMinusBeta2;
    float decay;           // 1 - lr * weightDecay
    float stepSize;        // lr / (1 - beta1^t)
    float rootCorrection;  // 1 / sqrt(1 - beta2^t)
    float epsilon;
    float gradientScale;  // of clipping
};

constexpr std::int64_t kGrain = 1 << 15;

// One pass over memory per parameter instead of a dozen: the update is bound by memory, not by arithmetic.
void updateFlat(float* value, float* first, float* second, const float* gradient, std::int64_t count, const StepFactors& f) {
    parallelFor(0, count, kGrain, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = begin; i < end; ++i) {
            const float g = gradient[i] * f.gradientScale;
            first[i] += f.oneMinusBeta1 * (g - first[i]);
            second[i] = f.beta2 * second[i] + f.oneMinusBeta2 * g * g;
            const float root = std::sqrt(second[i]) * f.rootCorrection + f.epsilon;
            value[i] = value[i] * f.decay - f.stepSize * first[i] / root;
        }
    });
}

void updateOnDevice(AdamW::Parameter& p, const at::Tensor& gradient, const StepFactors& f) {
    const auto g = gradient * f.gradientScale;
    p.first.lerp_(g, f.oneMinusBeta1);
    p.second.mul_(f.beta2).addcmul_(g, g, f.oneMinusBeta2);
    p.value.mul_(f.decay).addcdiv_(p.first, p.second.sqrt().mul_(f.rootCorrection).add_(f.epsilon), -f.stepSize);
}

/// Recipes are asked by their table (core/run/recipe_fields.cpp); this is for who calls.
void require(bool fine, const char* what) {
    if (!fine) throw Error(ErrorCode::Internal, "AdamW", what);
}

}  // namespace

AdamW::AdamW(std::vector<std::pair<std::string, at::Tensor>> parameters, const AdamWOptions& options) : m_options(options) {
    require(std::isfinite(options.learningRate) && options.learningRate > 0, "the learning rate takes no step");
    require(options.beta1 >= 0 && options.beta1 < 1 && options.beta2 >= 0 && options.beta2 < 1, "a moment has no mean");
    require(options.weightDecay >= 0 && options.clipNorm >= 0, "weight decay or clipping is negative");
    for (auto& [name, value] : parameters) {
        const auto plain = value.detach();
        m_parameters.push_back({name, value, at::zeros_like(plain, at::MemoryFormat::Contiguous),
                                at::zeros_like(plain, at::MemoryFormat::Contiguous)});
    }
}

// Summed in double, tensor by tensor: the same bits whatever the number of threads.
double AdamW::gradientNorm() const {
    double square = 0;
    for (const auto& p : m_parameters)
        if (const auto& g = p.value.grad(); g.defined()) {
            const double norm = at::linalg_vector_norm(g, 2, std::nullopt, false, at::kDouble).item<double>();
            square += norm * norm;
        }
    return std::sqrt(square);
}

double AdamW::clipFactor(double norm) const {
    if (!std::isfinite(norm)) return norm;
    return m_options.clipNorm > 0 && norm > m_options.clipNorm ? m_options.clipNorm / (norm + 1e-6) : 1.0;
}

double AdamW::step(double learningRate) {
    at::NoGradGuard guard;
    const double norm = gradientNorm();
    const auto t = static_cast<double>(m_steps + 1);
    if (!std::isfinite(norm))
        throw Error(ErrorCode::Numeric, "step " + std::to_string(m_steps + 1), "the gradient is not finite",
                    "Lower the learning rate, or clip gradients (clipNorm 1).");
    const StepFactors factors{
        .beta1 = static_cast<float>(m_options.beta1),
        .beta2 = static_cast<float>(m_options.beta2),
        .oneMinusBeta1 = static_cast<float>(1 - m_options.beta1),
        .oneMinusBeta2 = static_cast<float>(1 - m_options.beta2),
        .decay = static_cast<float>(1 - learningRate * m_options.weightDecay),
        .stepSize = static_cast<float>(learningRate / (1 - std::pow(m_options.beta1, t))),
        .rootCorrection = static_cast<float>(1 / std::sqrt(1 - std::pow(m_options.beta2, t))),
        .epsilon = static_cast<float>(m_options.epsilon),
        .gradientScale = static_cast<float>(clipFactor(norm)),
    };
    ++m_steps;
    for (auto& p : m_parameters) {
        const auto gradient = p.value.grad();
        if (!gradient.defined()) continue;
        if (p.value.is_cpu() && p.value.is_contiguous() && p.value.scalar_type() == at::kFloat)
            updateFlat(p.value.data_ptr<float>(), p.first.data_ptr<float>(), p.second.data_ptr<float>(),
                       gradient.contiguous().data_ptr<float>(), p.value.numel(), factors);
        else
            updateOnDevice(p, gradient, factors);
        p.value.mutable_grad() = at::Tensor();
        p.value.unsafeGetTensorImpl()
            ->bump_version();  // copies in bf16 (ops::HalfWeight) ask whether they are of these values
    }
    return norm;
}

AdamW::Parameter* AdamW::find(const at::Tensor& value) {
    for (auto& p : m_parameters)
        if (p.value.is_same(value)) return &p;
    return nullptr;
}

void AdamW::forgetRows(const at::Tensor& value, std::int64_t begin, std::int64_t length) {
    if (auto* p = find(value)) {
        p->first.narrow(0, begin, length).zero_();
        p->second.narrow(0, begin, length).zero_();
    }
}

void AdamW::replaceSliced(const at::Tensor& value, const at::Tensor& sliced, int dim,
                          const std::vector<std::int64_t>& kept) {
    at::NoGradGuard guard;
    auto* p = find(value);
    if (!p) throw Error(ErrorCode::Internal, "optimizer", "the tensor to be cut is not among its parameters");
    const auto indices = at::tensor(kept, at::kLong).to(value.device());
    p->first = p->first.index_select(dim, indices);
    p->second = p->second.index_select(dim, indices);
    if (p->first.sizes() != sliced.sizes())
        throw Error(ErrorCode::Internal, p->name, "moments and the cut parameter differ in shape");
    p->value = sliced;
}

void AdamW::save(Archive& archive, const std::string& prefix) const {
    for (const auto& p : m_parameters) {
        archive.put(prefix + "first." + p.name, p.first);
        archive.put(prefix + "second." + p.name, p.second);
    }
    archive.values[prefix + "steps"] = m_steps;
}

void AdamW::load(const Archive& archive, const std::string& prefix) {
    for (auto& p : m_parameters) {
        archive.restore(prefix + "first." + p.name, p.first);
        archive.restore(prefix + "second." + p.name, p.second);
    }
    m_steps = archive.value(prefix + "steps").get<std::int64_t>();
}

}  // namespace lorashear
