#include "core/knowledge/settled_places.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

// A race (Maron & Moore 1994; successive accepts and rejects, Bubeck, Wang & Viswanathan 2013).
//
// What the analysis is for are places: who is marked, who is in the first fifth, who in the last. Most node groups are far from every such
// boundary and show it after a few windows. All that are still open have been measured on the same windows, so two of them are compared by the
// differences of their losses window by window: that a window is hard for both falls out. An open node group is settled when, at the confidence
// asked for, it stands above the first open one behind the boundary (below the last open one before it), for every boundary that open ones still
// share. It then keeps its place, counts for its side, and the race goes on among the others; those that cannot be told apart are measured on
// every window, and their means decide.
//
// Differences between windows are the unit of the test: tokens of one window are not independent. The confidence is that of one comparison. A place
// takes one for each boundary and look, so that more places than one minus the confidence can be wrong; with the error shared among the looks
// (Bonferroni) the race on stories260K read three quarters of the windows instead of half of them and found the same places. What a node group's
// figure is worth is said by its standard error, not by the race.

namespace lorashear {

namespace {

constexpr std::size_t kLeastWindows = 3;  ///< of fewer a spread says too little

/// Where a distribution that rises from a half at 0 reaches that probability, at most at `high`.
template <class Distribution>
double bisected(const Distribution& distribution, double probability, double high) {
    double low = 0;
    for (int i = 0; i < 80; ++i) {
        const double middle = (low + high) / 2;
        (distribution(middle) < probability ? low : high) = middle;
    }
    return (low + high) / 2;
}

double normalQuantile(double probability) {
    return bisected([](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); }, probability, 40);
}

double excess(const Measurements& m, std::size_t nodeGroup, std::size_t ratios, std::size_t sequence) {
    double sum = 0;
    for (std::size_t r = 0; r < ratios; ++r) sum += m.probes[nodeGroup * ratios + r][sequence] - m.baseline[sequence];
    return sum / static_cast<double>(ratios);
}

/// Over the sequences of [0, end) on which it is measured, nats per token.
double meanExcess(const Measurements& m, std::size_t nodeGroup, std::size_t ratios, std::size_t end) {
    double sum = 0, tokens = 0;
    for (std::size_t s = 0; s < end; ++s)
        if (m.measured(nodeGroup * ratios, s)) {
            sum += excess(m, nodeGroup, ratios, s);
            tokens += static_cast<double>(m.counted[s]);
        }
    return tokens > 0 ? sum / tokens : -std::numeric_limits<double>::infinity();
}

/// By how many standard errors the loss with `upper` masked lies above that with `lower` masked, window by window.
double distance(const Measurements& m, std::size_t upper, std::size_t lower, std::size_t ratios, std::size_t end,
                std::size_t& windows) {
    std::vector<double> differences, tokens;
    for (std::size_t s = 0; s < end; ++s) {
        if (m.counted[s] == 0) continue;
        differences.push_back(excess(m, upper, ratios, s) - excess(m, lower, ratios, s));
        tokens.push_back(static_cast<double>(m.counted[s]));
    }
    windows = differences.size();
    if (windows < kLeastWindows) return 0;
    const double mean =
        std::accumulate(differences.begin(), differences.end(), 0.0) / std::accumulate(tokens.begin(), tokens.end(), 0.0);
    double squares = 0, all = 0;
    for (std::size_t i = 0; i < windows; ++i) {
        const double rest = differences[i] - mean * tokens[i];
        squares += rest * rest;
        all += tokens[i];
    }
    const auto n = static_cast<double>(windows);
    const double error = std::sqrt(squares * n / (n - 1)) / all;
    if (error == 0) return mean > 0 ? std::numeric_limits<double>::infinity() : 0;
    return mean / error;
}

}  // namespace

double studentQuantile(double probability, std::size_t freedom) {
    const auto v = static_cast<double>(freedom);
    if (freedom == 1) return std::tan(M_PI * (probability - 0.5));
    if (freedom == 2) {
        const double a = 2 * probability - 1;
        return a * std::sqrt(2 / (1 - a * a));
    }
    if (freedom == 3) {  // the expansion below is 3 % short at 0.999
        const auto distribution = [](double t) {
            const double x = t / std::sqrt(3.0);
            return 0.5 + (x / (1 + x * x) + std::atan(x)) / M_PI;
        };
        return bisected(distribution, probability, 1e6);
    }
    // Abramowitz & Stegun 26.7.5: the normal quantile and its corrections in 1 / v.
    const double z = normalQuantile(probability), z2 = z * z;
    const double g1 = (z2 + 1) * z / 4;
    const double g2 = ((5 * z2 + 16) * z2 + 3) * z / 96;
    const double g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384;
    const double g4 = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * z / 92160;
    return z + g1 / v + g2 / (v * v) + g3 / (v * v * v) + g4 / (v * v * v * v);
}

std::vector<std::size_t> placeBoundaries(double share, std::size_t count) {
    const std::size_t fifth = marksFor(0.2, count);
    std::vector<std::size_t> boundaries{marksFor(share, count), fifth, count - fifth};
    std::sort(boundaries.begin(), boundaries.end());
    boundaries.erase(std::unique(boundaries.begin(), boundaries.end()), boundaries.end());
    std::erase_if(boundaries, [&](std::size_t boundary) { return boundary == 0 || boundary >= count; });
    return boundaries;
}

SettledPlaces::SettledPlaces(std::size_t nodeGroups, SettleRule rule)
    : m_rule(std::move(rule)), m_sections(nodeGroups, -1) {}

bool SettledPlaces::anyOpen() const {
    return std::any_of(m_sections.begin(), m_sections.end(), [](int section) { return section < 0; });
}

std::vector<std::size_t> SettledPlaces::openByMean(const Measurements& measured, std::size_t ratios, std::size_t end) const {
    std::vector<std::size_t> order;
    std::vector<double> means(m_sections.size(), 0.0);
    for (std::size_t i = 0; i < m_sections.size(); ++i)
        if (isOpen(i)) {
            order.push_back(i);
            means[i] = meanExcess(measured, i, ratios, end);
        }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return means[a] > means[b]; });
    return order;
}

/// How many settled node groups stand before that boundary.
std::size_t SettledPlaces::settledBefore(std::size_t boundary) const {
    return static_cast<std::size_t>(std::count_if(m_sections.begin(), m_sections.end(), [&](int section) {
        return section >= 0 && static_cast<std::size_t>(section) <= boundary;
    }));
}

std::vector<std::size_t> SettledPlaces::look(const Measurements& measured, std::size_t ratios, std::size_t end) {
    const auto order = openByMean(measured, ratios, end);
    const auto isAbove = [&](std::size_t upper, std::size_t lower) {
        std::size_t windows = 0;
        const double found = distance(measured, upper, lower, ratios, end, windows);
        return windows >= kLeastWindows && found > studentQuantile(m_rule.confidence, windows - 1);
    };
    std::vector<int> sections(order.size(), 0);  // -1: some boundary leaves it open
    for (std::size_t b = 0; b < m_rule.boundaries.size(); ++b) {
        const std::size_t taken = settledBefore(b), boundary = m_rule.boundaries[b];
        const std::size_t places = std::min(boundary > taken ? boundary - taken : 0, order.size());
        for (std::size_t i = 0; i < order.size(); ++i) {
            const bool before = i < places;
            const bool sure = places == 0 || places == order.size() ||
                              (before ? isAbove(order[i], order[places]) : isAbove(order[places - 1], order[i]));
            if (!sure) sections[i] = -1;
            if (sections[i] >= 0 && !before) sections[i] = static_cast<int>(b) + 1;
        }
    }
    std::vector<std::size_t> settled;
    for (std::size_t i = 0; i < order.size(); ++i)
        if (sections[i] >= 0) {
            m_sections[order[i]] = sections[i];
            settled.push_back(order[i]);
        }
    return settled;
}

std::vector<int> SettledPlaces::sections(const Measurements& measured, std::size_t ratios) const {
    std::vector<int> result = m_sections;
    std::vector<std::size_t> left;  // places, per section
    std::size_t from = 0;
    for (std::size_t section = 0; section <= m_rule.boundaries.size(); ++section) {
        const std::size_t to = section < m_rule.boundaries.size() ? m_rule.boundaries[section] : m_sections.size();
        const auto used = std::count(m_sections.begin(), m_sections.end(), static_cast<int>(section));
        left.push_back(to - from - std::min(static_cast<std::size_t>(used), to - from));
        from = to;
    }
    std::size_t section = 0;
    for (const std::size_t i : openByMean(measured, ratios, measured.counted.size())) {
        while (section + 1 < left.size() && left[section] == 0) ++section;
        result[i] = static_cast<int>(section);
        if (left[section] > 0) --left[section];
    }
    return result;
}

}  // namespace lorashear
