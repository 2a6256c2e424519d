#pragma once

#include "core/base/random.h"
#include "core/train/trainer.h"

#include <string>
#include <vector>

namespace lorashear {

/// How sampling weights follow from degradations (algorithm.md 6.2): "proportional", "softmax", "exponentiated".
struct SamplingRule {
    std::string id, help;
};
const std::vector<SamplingRule>& samplingRules();

/// Weights that sum to 1, one per source. delta_i = max(0, nll_i - reference_i), n sources, floor in [0, 1]:
///   proportional   (1 - floor) delta_i / sum(delta) + floor / n
///   softmax        (1 - floor) softmax(delta / temperature)_i + floor / n
///   exponentiated  (1 - floor) normalised(previous_i exp(nll_i - reference_i)) + floor / n
/// Uniform if no source is degraded. previous: empty before the first round. Error(BadRecipe, "/recovery/…") for bad values.
std::vector<double> samplingWeights(const std::string& rule, const std::vector<double>& nll,
                                    const std::vector<double>& reference, const std::vector<double>& previous, double floor,
                                    double temperature);

/// Draws sequences from several sources with given probabilities. Within a source no sequence comes twice before all came once,
/// over all rounds. Then a new shuffled epoch begins (repeat), or the source falls silent and the others share its probability:
/// "no document is used twice" (LoRAShear section 3.5).
class WeightedSource : public BatchSource {
public:
    WeightedSource(std::vector<std::vector<Sequence>> sources, std::uint64_t seed, const std::string& name, bool repeat);

    void setWeights(std::vector<double> weights);
    const std::vector<double>& weights() const { return m_weights; }
    const std::vector<std::int64_t>& drawn() const { return m_drawn; }  ///< per source, so far

    /// Fewer than asked for, or none, when nothing is left.
    std::vector<Sequence> next(int sequences) override;
    void save(Archive& archive, const std::string& prefix) const override;
    void load(const Archive& archive, const std::string& prefix) override;

private:
    std::vector<double> probabilities() const;

    std::vector<std::unique_ptr<BatchSource>> m_sources;
    std::vector<std::int64_t> m_sizes;
    bool m_repeat;
    std::vector<double> m_weights;
    std::vector<std::int64_t> m_drawn;
    Random m_random;
};

}  // namespace lorashear
