#include "core/recover/weighting.h"

#include "core/base/error.h"
#include "core/recover/weighting_fields.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace lorashear {

namespace {

struct RuleInput {
    const std::vector<double>&nll, &reference, &previous;
    double temperature;
};

double degradation(const RuleInput& in, std::size_t i) {
    return std::max(0.0, in.nll[i] - in.reference[i]);
}

std::vector<double> proportional(const RuleInput& in) {
    std::vector<double> w;
    for (std::size_t i = 0; i < in.nll.size(); ++i) w.push_back(degradation(in, i));
    return w;
}

std::vector<double> softmax(const RuleInput& in) {
    double most = 0;
    for (std::size_t i = 0; i < in.nll.size(); ++i) most = std::max(most, degradation(in, i));
    std::vector<double> w;
    for (std::size_t i = 0; i < in.nll.size(); ++i) w.push_back(std::exp((degradation(in, i) - most) / in.temperature));
    return w;
}

std::vector<double> exponentiated(const RuleInput& in) {
    std::vector<double> w;
    for (std::size_t i = 0; i < in.nll.size(); ++i)
        w.push_back((in.previous.empty() ? 1.0 : in.previous[i]) * std::exp(in.nll[i] - in.reference[i]));
    return w;
}

/// Before normalising and the floor.
struct RuleOf {
    SamplingRule said;
    std::vector<double> (*weights)(const RuleInput&);
};

const std::vector<RuleOf>& rules() {
    static const std::vector<RuleOf> table = {
        {{"proportional", "Share in proportion to how much each source has degraded."}, proportional},
        {{"softmax", "Softmax of the degradations over the temperature."}, softmax},
        {{"exponentiated",
          "Weights of the round before times exp(degradation), as in Sheared-LLaMA; accumulates over rounds."},
         exponentiated},
    };
    return table;
}

}  // namespace

const std::vector<SamplingRule>& samplingRules() {
    static const std::vector<SamplingRule> table = [] {
        std::vector<SamplingRule> all;
        for (const RuleOf& rule : rules()) all.push_back(rule.said);
        return all;
    }();
    return table;
}

std::vector<double> samplingWeights(const std::string& rule, const std::vector<double>& nll,
                                    const std::vector<double>& reference, const std::vector<double>& previous, double floor,
                                    double temperature) {
    settings::requireAllowed(weightingFields(), {rule, floor, temperature}, "/recovery/options");
    const auto found =
        std::find_if(rules().begin(), rules().end(), [&](const RuleOf& candidate) { return candidate.said.id == rule; });
    if (nll.empty() || nll.size() != reference.size() || (!previous.empty() && previous.size() != nll.size()))
        throw Error(ErrorCode::Internal, "samplingWeights", "losses and references differ in number");
    const RuleInput input{nll, reference, previous, temperature};
    double degraded = 0;
    for (std::size_t i = 0; i < nll.size(); ++i) degraded += degradation(input, i);
    const double n = static_cast<double>(nll.size());
    if (!(degraded > 0)) return std::vector<double>(nll.size(), 1.0 / n);
    auto weights = found->weights(input);
    const double sum = std::accumulate(weights.begin(), weights.end(), 0.0);
    for (auto& w : weights) w = (1 - floor) * w / sum + floor / n;
    return weights;
}

std::vector<double> exponentiatedWeights(const std::vector<double>& previous, const std::vector<double>& excess, double rate,
                                         double floor) {
    if (previous.empty() || previous.size() != excess.size())
        throw Error(ErrorCode::Internal, "exponentiatedWeights", "shares and losses differ in number");
    const double most = *std::max_element(excess.begin(), excess.end());  // the exponentials stay finite
    std::vector<double> weights;
    double sum = 0;
    for (std::size_t i = 0; i < excess.size(); ++i)
        sum += weights.emplace_back(previous[i] * std::exp(rate * (excess[i] - most)));
    const double n = static_cast<double>(weights.size());
    if (!(sum > 0)) return std::vector<double>(weights.size(), 1 / n);
    for (double& weight : weights) weight = (1 - floor) * weight / sum + floor / n;
    return weights;
}

}  // namespace lorashear
