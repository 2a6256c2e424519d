#include "core/prune/methods/hard_concrete.h"

#include "core/base/random.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace gate {

namespace {

constexpr double kTemperature = 2.0 / 3, kLow = -0.1, kHigh = 1.1, kEdge = 1e-6;

double logistic(double x) {
    return 1 / (1 + std::exp(-x));
}

/// Of the logistic variable, squashed, before it is stretched.
double squashed(double a, double u) {
    const double inside = kEdge + (1 - 2 * kEdge) * u;
    return logistic((std::log(inside) - std::log1p(-inside) + a) / kTemperature);
}

double stretched(double s) {
    return s * (kHigh - kLow) + kLow;
}

}  // namespace

double sample(double a, double u) {
    return std::clamp(stretched(squashed(a, u)), 0.0, 1.0);
}

double sampleSlope(double a, double u) {
    const double s = squashed(a, u), z = stretched(s);
    return z > 0 && z < 1 ? s * (1 - s) / kTemperature * (kHigh - kLow) : 0.0;
}

double chanceOpen(double a) {
    return logistic(a - kTemperature * std::log(-kLow / kHigh));
}

double chanceOpenSlope(double a) {
    const double p = chanceOpen(a);
    return p * (1 - p);
}

double settled(double a) {
    return std::clamp(stretched(logistic(a)), 0.0, 1.0);
}

}  // namespace gate

namespace {

std::vector<at::Tensor> startingLogAlphas(const std::vector<GroupPool>& pools, double start) {
    std::vector<at::Tensor> tensors;
    for (const GroupPool& pool : pools)
        tensors.push_back(
            at::full({static_cast<std::int64_t>(pool.groups.size())}, start, at::kFloat).set_requires_grad(true));
    return tensors;
}

std::vector<std::pair<std::string, at::Tensor>> namedByPool(const std::vector<GroupPool>& pools,
                                                            const std::vector<at::Tensor>& tensors) {
    std::vector<std::pair<std::string, at::Tensor>> named;
    for (std::size_t p = 0; p < pools.size(); ++p) named.emplace_back(pools[p].name, tensors[p]);
    return named;
}

// As in Sheared-LLaMA. The rate comes with every step.
AdamWOptions gateOptimizerOptions() {
    AdamWOptions options;
    options.learningRate = 1;
    options.beta2 = 0.95;
    options.clipNorm = 0;
    return options;
}

at::Tensor asFloat(const std::vector<double>& values) {
    return at::tensor(values, at::kDouble).to(at::kFloat);
}

}  // namespace

HardConcreteGates::HardConcreteGates(const std::vector<GroupPool>& pools, double start, std::uint64_t seed)
    : m_seed(seed),
      m_logAlphas(startingLogAlphas(pools, start)),
      m_multipliers(at::zeros({static_cast<std::int64_t>(pools.size()), 2}, at::kFloat).set_requires_grad(true)),
      m_gateOptimizer(namedByPool(pools, m_logAlphas), gateOptimizerOptions()),
      m_multiplierOptimizer({{"multipliers", m_multipliers}}, gateOptimizerOptions()) {}

PoolValues HardConcreteGates::uniforms(std::int64_t step) const {
    std::uint64_t all = 0;
    for (const auto& a : m_logAlphas) all += static_cast<std::uint64_t>(a.numel());
    Random random(m_seed, "hard-concrete");
    random.seek(static_cast<std::uint64_t>(step) * all);
    PoolValues u;
    for (const auto& a : m_logAlphas) {
        auto& pool = u.emplace_back();
        for (std::int64_t i = 0; i < a.numel(); ++i) pool.push_back(random.uniform());
    }
    return u;
}

PoolValues HardConcreteGates::logAlphas() const {
    PoolValues values;
    for (const auto& a : m_logAlphas) values.emplace_back(a.data_ptr<float>(), a.data_ptr<float>() + a.numel());
    return values;
}

PoolValues HardConcreteGates::draw(std::int64_t step) const {
    auto z = uniforms(step);
    const auto a = logAlphas();
    for (std::size_t p = 0; p < z.size(); ++p)
        for (std::size_t i = 0; i < z[p].size(); ++i) z[p][i] = gate::sample(a[p][i], z[p][i]);
    return z;
}

double HardConcreteGates::closedShare(std::size_t pool) const {
    double open = 0;
    const auto& a = m_logAlphas[pool];
    for (std::int64_t i = 0; i < a.numel(); ++i) open += gate::chanceOpen(a.data_ptr<float>()[i]);
    return 1 - open / static_cast<double>(a.numel());
}

std::pair<double, double> HardConcreteGates::multipliers(std::size_t pool) const {
    const float* l = m_multipliers.data_ptr<float>() + 2 * pool;
    return {l[0], l[1]};
}

void HardConcreteGates::learn(std::int64_t step, const PoolValues& gradients, const std::vector<double>& targets,
                              double gateRate, double multiplierRate) {
    at::NoGradGuard guard;
    const auto u = uniforms(step), a = logAlphas();
    std::vector<double> ascent;
    for (std::size_t p = 0; p < u.size(); ++p) {
        const double excess = closedShare(p) - targets[p], n = static_cast<double>(u[p].size());
        const auto [l1, l2] = multipliers(p);
        std::vector<double> slope;
        for (std::size_t i = 0; i < u[p].size(); ++i)
            slope.push_back(gradients[p][i] * gate::sampleSlope(a[p][i], u[p][i]) -
                            (l1 + 2 * l2 * excess) * gate::chanceOpenSlope(a[p][i]) / n);
        m_logAlphas[p].mutable_grad() = asFloat(slope);
        ascent.push_back(-excess), ascent.push_back(-excess * excess);  // turned round: the optimizer goes down
    }
    m_multipliers.mutable_grad() = asFloat(ascent).view_as(m_multipliers);
    m_gateOptimizer.step(gateRate);
    m_multiplierOptimizer.step(multiplierRate);
    for (const auto& each : m_logAlphas) each.detach().clamp_(gate::kLeast, gate::kMost);
}

void HardConcreteGates::save(Archive& archive, const std::string& prefix) const {
    for (std::size_t p = 0; p < m_logAlphas.size(); ++p)
        archive.put(prefix + "logAlpha." + std::to_string(p), m_logAlphas[p]);
    archive.put(prefix + "multipliers", m_multipliers);
    m_gateOptimizer.save(archive, prefix + "gateAdam.");
    m_multiplierOptimizer.save(archive, prefix + "multiplierAdam.");
}

void HardConcreteGates::load(const Archive& archive, const std::string& prefix) {
    for (std::size_t p = 0; p < m_logAlphas.size(); ++p)
        archive.restore(prefix + "logAlpha." + std::to_string(p), m_logAlphas[p]);
    archive.restore(prefix + "multipliers", m_multipliers);
    m_gateOptimizer.load(archive, prefix + "gateAdam.");
    m_multiplierOptimizer.load(archive, prefix + "multiplierAdam.");
}

}  // namespace lorashear
