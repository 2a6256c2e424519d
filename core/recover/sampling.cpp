#include "core/recover/sampling.h"

#include "core/base/error.h"

namespace lorashear {

WeightedSource::WeightedSource(std::vector<std::vector<Sequence>> sources, std::uint64_t seed, const std::string& name,
                               bool repeat)
    : m_repeat(repeat), m_drawn(sources.size(), 0), m_random(seed, "mixture." + name) {
    for (const auto& source : sources) m_sizes.push_back(static_cast<std::int64_t>(source.size()));
    for (std::size_t i = 0; i < sources.size(); ++i)
        m_sources.push_back(shuffledSource(std::move(sources[i]), seed, name + "." + std::to_string(i)));
    m_weights.assign(m_sources.size(), 1.0 / static_cast<double>(m_sources.size()));
}

void WeightedSource::setWeights(std::vector<double> weights) {
    if (weights.size() != m_sources.size()) throw Error(ErrorCode::Internal, "mixture", "one weight per source is needed");
    m_weights = std::move(weights);
}

// The weights, spread over the sources that have something left; evenly if those have weight 0. Empty: nothing is left.
std::vector<double> WeightedSource::probabilities() const {
    if (m_repeat) return m_weights;
    std::vector<double> result(m_sources.size(), 0.0), even(m_sources.size(), 0.0);
    double sum = 0, count = 0;
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        if (m_drawn[i] >= m_sizes[i]) continue;
        result[i] = m_weights[i], even[i] = 1;
        sum += m_weights[i], count += 1;
    }
    if (count == 0) return {};
    if (!(sum > 0)) result = even, sum = count;
    for (double& p : result) p /= sum;
    return result;
}

std::vector<Sequence> WeightedSource::next(int sequences) {
    std::vector<Sequence> batch;
    m_last.clear();
    for (int n = 0; n < sequences; ++n) {
        const auto p = probabilities();
        if (p.empty()) break;
        const double u = m_random.uniform();
        double sum = 0;
        std::size_t source = p.size();
        for (std::size_t i = 0; i < p.size() && (source == p.size() || u >= sum); ++i)
            if (p[i] > 0) source = i, sum += p[i];  // ends at the last possible one, whatever rounding did to the sum
        ++m_drawn[source];
        m_last.push_back(source);
        batch.push_back(std::move(m_sources[source]->next(1).front()));
    }
    return batch;
}

void WeightedSource::save(Archive& archive, const std::string& prefix) const {
    archive.values[prefix + "position"] = m_random.position();
    archive.values[prefix + "weights"] = m_weights;
    archive.values[prefix + "drawn"] = m_drawn;
    for (std::size_t i = 0; i < m_sources.size(); ++i) m_sources[i]->save(archive, prefix + std::to_string(i) + ".");
}

void WeightedSource::load(const Archive& archive, const std::string& prefix) {
    m_random.seek(archive.value(prefix + "position").get<std::uint64_t>());
    setWeights(archive.value(prefix + "weights").get<std::vector<double>>());
    m_drawn = archive.value(prefix + "drawn").get<std::vector<std::int64_t>>();
    for (std::size_t i = 0; i < m_sources.size(); ++i) m_sources[i]->load(archive, prefix + std::to_string(i) + ".");
}

}  // namespace lorashear
