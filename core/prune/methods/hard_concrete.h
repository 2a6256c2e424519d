#pragma once

#include "core/prune/methods/group_pools.h"
#include "core/train/adamw.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lorashear {

/// The hard-concrete gate (arXiv 1712.01312 section 2.2), as Sheared-LLaMA (2310.06694) uses it: a logistic variable around `a` (log alpha) at
/// temperature 2/3, squashed, stretched to (-0.1, 1.1) and clamped to [0, 1], so that both ends are hit with a chance of their own.
namespace gate {

constexpr double kLeast = -4.605170185988091, kMost = 4.605170185988091;  ///< a stays in [log 0.01, log 100]

double sample(double a, double u);       ///< z for u in [0, 1)
double sampleSlope(double a, double u);  ///< dz/da; 0 where z is clamped
double chanceOpen(double a);             ///< P(z > 0)
double chanceOpenSlope(double a);        ///< dP/da
double settled(double a);                ///< the gate without its noise: what is kept of a group that stays

}  // namespace gate

/// Hard-concrete gates on the groups of pools, with two Lagrange multipliers a pool that bring the expected share of closed gates to a target:
///
///   minimise over a, maximise over l1, l2:  loss(z) + sum over pools of l1 (s - t) + l2 (s - t)^2,   s = 1 - mean P(z > 0)
///
/// Draws are a pure function of seed and step.
class HardConcreteGates {
public:
    HardConcreteGates(const std::vector<GroupPool>& pools, double start, std::uint64_t seed);

    PoolValues draw(std::int64_t step) const;
    /// One step of each optimizer. gradients: dloss/dz at draw(step). targets: share of closed gates wished for now, by pool.
    void learn(std::int64_t step, const PoolValues& gradients, const std::vector<double>& targets, double gateRate,
               double multiplierRate);

    PoolValues logAlphas() const;
    double closedShare(std::size_t pool) const;  ///< s
    std::pair<double, double> multipliers(std::size_t pool) const;

    void save(Archive& archive, const std::string& prefix) const;
    void load(const Archive& archive, const std::string& prefix);

private:
    PoolValues uniforms(std::int64_t step) const;

    std::uint64_t m_seed;
    std::vector<at::Tensor> m_logAlphas;  ///< by pool, fp32
    at::Tensor m_multipliers;             ///< [pools, 2] fp32
    AdamW m_gateOptimizer, m_multiplierOptimizer;
};

}  // namespace lorashear
