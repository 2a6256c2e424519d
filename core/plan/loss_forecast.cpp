#include "core/plan/loss_forecast.h"

#include <algorithm>
#include <cmath>

namespace lorashear {

namespace {

constexpr double kExponent = 2;         ///< of a curve with one point: half of the share costs a quarter
constexpr double kLeast = 1e-9;         ///< nats that count as something
const double kUnknown = std::log(2.0);  ///< of the factor, before anything was measured
constexpr double kFarRatio =
    0.08;  ///< distance from a measurement at which nothing is known of the factor any more (lorashear-bench --only forecast)

/// Between two points of a curve: a power law where both are above nothing, else a straight line.
double between(double s, double s0, double y0, double s1, double y1) {
    if (y0 > kLeast && y1 > kLeast && s0 > 0) return y0 * std::pow(s / s0, std::log(y1 / y0) / std::log(s1 / s0));
    return y0 + (y1 - y0) * (s - s0) / (s1 - s0);
}

double logFactor(const MeasuredLoss& m) {
    return std::log(m.added / m.forecast);
}

}  // namespace

double LossForecast::Curve::at(double share) const {
    if (share <= 0 || shares.empty()) return 0;
    if (share <= shares.front()) return added.front() * std::pow(share / shares.front(), kExponent);
    for (std::size_t i = 1; i < shares.size(); ++i)
        if (share <= shares[i]) return between(share, shares[i - 1], added[i - 1], shares[i], added[i]);
    if (shares.size() > 1)  // goes on as between the last two, but never falls and is never steeper than a cube
        if (const double y0 = added[shares.size() - 2], y1 = added.back(); y0 > kLeast && y1 > kLeast) {
            const double slope = std::log(y1 / y0) / std::log(shares.back() / shares[shares.size() - 2]);
            return y1 * std::pow(share / shares.back(), std::clamp(slope, 1.0, 3.0));
        }
    return added.back() * std::pow(share / shares.back(), kExponent);
}

LossForecast::LossForecast(const Structure& structure, const KnowledgeDistribution& knowledge) {
    for (const NodeGroupKnowledge& entry : knowledge.nodeGroups) {
        const auto id = static_cast<std::size_t>(entry.nodeGroup);
        if (!entry.measured || entry.nodeGroup < 0 || id >= structure.nodeGroups.size()) continue;
        const int count = structure.nodeGroups[id].count;
        if (count < 2 || entry.perRatio.size() != knowledge.ratios.size()) continue;
        Curve curve;
        curve.nodeGroup = entry.nodeGroup;
        curve.count = count;
        std::vector<std::pair<double, double>> points;
        for (std::size_t i = 0; i < entry.perRatio.size(); ++i) {  // as many as the probe masked: core/knowledge/analyse.cpp
            const auto masked = std::clamp<long long>(std::llround(knowledge.ratios[i] * count), 1, count - 1);
            points.emplace_back(static_cast<double>(masked) / count, entry.perRatio[i]);
        }
        std::sort(points.begin(), points.end());
        for (const auto& [share, value] : points) {
            if (!curve.shares.empty() && share == curve.shares.back()) continue;  // a small node group, probed twice alike
            curve.shares.push_back(share), curve.added.push_back(value);
        }
        curve.relativeSpread = std::abs(entry.deviation) > kLeast ? entry.spread / std::abs(entry.deviation) : 0;
        m_curves.push_back(std::move(curve));
    }
}

LossForecast::Sum LossForecast::added(const std::vector<int>& removed) const {
    Sum sum;
    double squares = 0;
    for (const Curve& curve : m_curves) {
        const auto id = static_cast<std::size_t>(curve.nodeGroup);
        if (id >= removed.size() || removed[id] <= 0) continue;
        const double part = curve.at(removed[id] / curve.count), error = part * curve.relativeSpread;
        sum.added += part;
        squares += error * error;
    }
    sum.spread = std::sqrt(squares);
    return sum;
}

ForecastLoss calibrated(double ratio, LossForecast::Sum forecast, std::vector<MeasuredLoss> measured) {
    if (forecast.added <= kLeast) {
        const double room = std::max(forecast.spread, std::abs(forecast.added));
        return {forecast.added, forecast.added - room, forecast.added + room};
    }
    std::erase_if(measured, [](const MeasuredLoss& m) { return !(m.forecast > kLeast) || !(m.added > kLeast); });
    std::sort(measured.begin(), measured.end(), [](const auto& a, const auto& b) { return a.ratio < b.ratio; });
    double factor = 0, width = kUnknown, sampling = forecast.spread / forecast.added;
    const auto right = std::find_if(measured.begin(), measured.end(), [&](const auto& m) { return m.ratio >= ratio; });
    const bool hasRight = right != measured.end(), hasLeft = right != measured.begin();
    const auto distance = [&](const MeasuredLoss& m) { return std::abs(m.ratio - ratio) / kFarRatio * kUnknown; };
    if (hasLeft && hasRight) {
        const MeasuredLoss &a = *(right - 1), &b = *right;
        const double t = b.ratio > a.ratio ? (ratio - a.ratio) / (b.ratio - a.ratio) : 1;
        factor = (1 - t) * logFactor(a) + t * logFactor(b);
        width = std::min(distance(a), distance(b)) + 2 * t * (1 - t) * std::abs(logFactor(b) - logFactor(a));
    } else if (hasLeft || hasRight) {
        const MeasuredLoss& m = hasRight ? *right : measured.back();
        factor = logFactor(m);
        width = distance(m);
    }
    if (hasLeft || hasRight) {  // what was measured replaces the analysis's own error by its own
        const MeasuredLoss& m = hasRight ? *right : measured.back();
        sampling = m.spread / m.added;
    }
    const double room = std::exp(std::hypot(std::min(width, 2 * kUnknown), sampling)),
                 added = forecast.added * std::exp(factor);
    return {added, added / room, added * room};
}

}  // namespace lorashear
