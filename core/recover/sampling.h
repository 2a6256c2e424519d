#pragma once

#include "core/base/random.h"
#include "core/train/trainer.h"

#include <string>
#include <vector>

namespace lorashear {

/// Draws sequences from several sources with given probabilities. Within a source no sequence comes twice before all came once,
/// over all rounds. Then a new shuffled epoch begins (repeat), or the source falls silent and the others share its probability:
/// "no document is used twice" (LoRAShear section 3.5).
class WeightedSource : public BatchSource {
public:
    WeightedSource(std::vector<std::vector<Sequence>> sources, std::uint64_t seed, const std::string& name, bool repeat);

    void setWeights(std::vector<double> weights);
    const std::vector<double>& weights() const { return m_weights; }
    const std::vector<std::int64_t>& drawn() const { return m_drawn; }  ///< per source, so far
    const std::vector<std::size_t>& lastSources() const {
        return m_last;
    }  ///< of the sequences that next() gave last, in order

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
    std::vector<std::size_t> m_last;
    Random m_random;
};

}  // namespace lorashear
