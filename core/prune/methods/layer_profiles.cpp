#include "core/prune/methods/layer_profiles.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

// Evolution of layer profiles, after "Search for efficient large language models" (arXiv 2409.17372).
//
// There a genome is a mask over everything, and children that miss the size are thrown away. Here it is only how much every layer loses, and every
// change moves a number of things from one lane of a cluster to another, so that the plan's counts hold in all of them.

namespace lorashear {

namespace {

using Scored = std::pair<double, LayerProfile>;

class ProfileEvolution {
public:
    ProfileEvolution(const std::vector<ProfileLane>& lanes, const Evolution& evolution, std::uint64_t seed,
                     const std::function<double(const LayerProfile&)>& loss)
        : m_lanes(lanes), m_evolution(evolution), m_random(seed, "layer profiles"), m_loss(loss) {}

    LayerProfile run(const std::vector<LayerProfile>& starts) {
        std::vector<Scored> alive;
        for (const LayerProfile& start : starts) join(alive, start);
        const std::vector<Scored> began = alive;
        const auto size = static_cast<std::size_t>(m_evolution.population);
        for (int tries = 0; alive.size() < size && tries < 4 * m_evolution.population; ++tries)
            join(alive, mutated(began[m_random.below(began.size())].second));
        for (int generation = 0; generation < m_evolution.generations; ++generation) {
            sort(alive);
            alive.resize(std::min(alive.size(), std::max<std::size_t>(1, size / 2)));
            const std::vector<Scored> parents = alive;
            for (int tries = 0; alive.size() < size && tries < 4 * m_evolution.population; ++tries) {
                const LayerProfile &first = parentOf(parents), &second = parentOf(parents);
                join(alive, mutated(crossed(first, second)));
            }
        }
        sort(alive);
        return alive.front().second;
    }

private:
    static void sort(std::vector<Scored>& profiles) {
        std::stable_sort(profiles.begin(), profiles.end(),
                         [](const Scored& a, const Scored& b) { return a.first < b.first; });
    }
    const LayerProfile& parentOf(const std::vector<Scored>& parents) {
        return parents[m_random.below(parents.size())].second;
    }

    void join(std::vector<Scored>& alive, const LayerProfile& profile) {
        if (!m_known.insert(profile).second) return;
        alive.emplace_back(m_loss(profile), profile);
    }

    /// Some of what two lanes of a cluster lose goes from one to the other.
    LayerProfile mutated(LayerProfile profile) {
        std::vector<std::pair<std::size_t, std::size_t>> moves;
        for (std::size_t from = 0; from < m_lanes.size(); ++from)
            for (std::size_t to = 0; to < m_lanes.size(); ++to)
                if (from != to && room(profile, from, to) > 0) moves.emplace_back(from, to);
        if (moves.empty()) return profile;
        const auto [from, to] = moves[m_random.below(moves.size())];
        const int step = m_lanes[from].step, widest = std::min(room(profile, from, to), strength(profile, from));
        const int amount =
            step * (1 + static_cast<int>(m_random.below(static_cast<std::uint64_t>(std::max(1, widest / step)))));
        profile[from] -= amount;
        profile[to] += amount;
        return profile;
    }

    /// Of the differences between two profiles about half, in pairs that leave the totals.
    LayerProfile crossed(LayerProfile profile, const LayerProfile& other) {
        for (std::size_t from = 0; from < m_lanes.size(); ++from)
            for (std::size_t to = 0; to < m_lanes.size(); ++to) {
                const int step = m_lanes[from].step, differ = std::min(profile[from] - other[from], other[to] - profile[to]);
                const int amount = std::min(differ, room(profile, from, to)) / step * step;
                if (amount <= 0 || m_random.below(2) == 0) continue;
                profile[from] -= amount;
                profile[to] += amount;
            }
        return profile;
    }

    int room(const LayerProfile& profile, std::size_t from, std::size_t to) const {
        const ProfileLane &a = m_lanes[from], &b = m_lanes[to];
        if (a.cluster != b.cluster || a.step != b.step || profile[to] < b.least) return 0;
        return std::min(profile[from] - a.least, b.most - profile[to]) / a.step * a.step;
    }
    int strength(const LayerProfile& profile, std::size_t lane) const {
        double sum = 0, lanes = 0;
        for (std::size_t i = 0; i < m_lanes.size(); ++i)
            if (m_lanes[i].cluster == m_lanes[lane].cluster) sum += profile[i], ++lanes;
        return std::max(m_lanes[lane].step, static_cast<int>(std::lround(m_evolution.mutation * sum / lanes)));
    }

    const std::vector<ProfileLane>& m_lanes;
    const Evolution& m_evolution;
    Random m_random;
    const std::function<double(const LayerProfile&)>& m_loss;
    std::set<LayerProfile> m_known;
};

}  // namespace

LayerProfile evolveProfiles(const std::vector<ProfileLane>& lanes, const std::vector<LayerProfile>& starts,
                            const Evolution& evolution, std::uint64_t seed,
                            const std::function<double(const LayerProfile&)>& loss) {
    return ProfileEvolution(lanes, evolution, seed, loss).run(starts);
}

}  // namespace lorashear
