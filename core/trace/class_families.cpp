#include "core/trace/class_families.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace lorashear::trace {

namespace {

// Dimensions whose indices belong, one after the other, to the same classes: those that the residual stream runs along, the three of an expert's neurons. What
// a class owns in one of them it owns in all, so the first speaks for the others. A mixture of many experts has tens of millions of atoms, and few patterns.
struct Pattern {
    std::vector<int> dims;     ///< increasing
    std::vector<int> classes;  ///< of each index: its root, later its number
};

// Some of the numbers; equal sequences have equal ones.
std::uint64_t sampleHash(const std::vector<int>& roots) {
    std::uint64_t h = 1469598103934665603ULL ^ roots.size();
    const std::size_t step = std::max<std::size_t>(1, roots.size() / 16);
    for (std::size_t i = 0; i < roots.size(); i += step) h = (h ^ static_cast<std::uint64_t>(roots[i])) * 1099511628211ULL;
    return h;
}

std::vector<Pattern> patternsOf(const std::vector<ParameterDim>& dims, Classes& classes) {
    std::vector<Pattern> all;
    std::unordered_multimap<std::uint64_t, std::size_t> known;
    std::vector<int> roots;
    for (int d = 0; d < static_cast<int>(dims.size()); ++d) {
        const auto& dim = dims[static_cast<std::size_t>(d)];
        roots.resize(static_cast<std::size_t>(dim.size));
        for (int i = 0; i < static_cast<int>(dim.size); ++i)
            roots[static_cast<std::size_t>(i)] = classes.find(dim.first + i);
        const auto hash = sampleHash(roots);
        const auto [begin, end] = known.equal_range(hash);
        const auto same = std::find_if(begin, end, [&](const auto& one) { return all[one.second].classes == roots; });
        if (same != end) {
            all[same->second].dims.push_back(d);
        } else {
            known.emplace(hash, all.size());
            all.push_back({{d}, roots});
        }
    }
    return all;
}

// A class's consecutive indices within the dimensions of one pattern.
struct Run {
    int pattern = -1, begin = 0, length = 0;
    bool continues(int p, int i) const { return pattern == p && begin + length == i; }
};

// The runs of every class one behind the other, classes in the order of their first index.
struct ClassRuns {
    std::vector<int> roots;
    std::vector<std::size_t> ends;  ///< of each class in runs
    std::vector<Run> runs;

    std::size_t begin(std::size_t c) const { return c == 0 ? 0 : ends[c - 1]; }
    std::size_t count(std::size_t c) const { return ends[c] - begin(c); }
    const Run& run(std::size_t c, std::size_t r) const { return runs[begin(c) + r]; }

    // Runs of the same lengths in the same patterns, and so in the same dimensions.
    bool alike(std::size_t a, std::size_t b) const {
        return count(a) == count(b) &&
               std::equal(runs.begin() + static_cast<std::ptrdiff_t>(begin(a)),
                          runs.begin() + static_cast<std::ptrdiff_t>(ends[a]),
                          runs.begin() + static_cast<std::ptrdiff_t>(begin(b)),
                          [](const Run& x, const Run& y) { return x.pattern == y.pattern && x.length == y.length; });
    }
    std::uint64_t hash(std::size_t c) const {
        std::uint64_t h = 1469598103934665603ULL;
        for (std::size_t r = begin(c); r < ends[c]; ++r)
            for (int number : {runs[r].pattern, runs[r].length})
                h = (h ^ static_cast<std::uint64_t>(number)) * 1099511628211ULL;
        return h;
    }
};

// Calls visit(class, pattern, index) for every index of every pattern.
template <typename Visit>
void forIndices(const std::vector<Pattern>& patterns, Visit visit) {
    for (std::size_t p = 0; p < patterns.size(); ++p)
        for (std::size_t i = 0; i < patterns[p].classes.size(); ++i)
            visit(static_cast<std::size_t>(patterns[p].classes[i]), static_cast<int>(p), static_cast<int>(i));
}

// Puts numbers, in the order of their first index, in the place of roots, which it returns by number.
std::vector<int> numbered(std::vector<Pattern>& patterns, int atoms) {
    std::vector<int> roots, numbers(static_cast<std::size_t>(atoms), -1);
    for (auto& pattern : patterns)
        for (int& one : pattern.classes) {
            auto& number = numbers[static_cast<std::size_t>(one)];
            if (number < 0) number = static_cast<int>(roots.size()), roots.push_back(one);
            one = number;
        }
    return roots;
}

// Twice over the indices: once to count the runs of each class, once to put them down where they belong.
ClassRuns runsByClass(std::vector<Pattern>& patterns, int atoms) {
    ClassRuns all;
    all.roots = numbered(patterns, atoms);
    std::vector<Run> last(all.roots.size());
    all.ends.resize(all.roots.size());
    forIndices(patterns, [&](std::size_t own, int p, int i) {
        auto& run = last[own];
        if (!run.continues(p, i)) ++all.ends[own], run = {p, i, 0};
        ++run.length;
    });
    std::partial_sum(all.ends.begin(), all.ends.end(), all.ends.begin());
    all.runs.resize(all.ends.empty() ? 0 : all.ends.back());
    std::vector<std::size_t> next(all.roots.size());
    for (std::size_t c = 0; c < next.size(); ++c) next[c] = all.begin(c);
    forIndices(patterns, [&](std::size_t own, int p, int i) {
        auto& at = next[own];
        if (at == all.begin(own) || !all.runs[at - 1].continues(p, i)) all.runs[at++] = {p, i, 0};
        ++all.runs[at - 1].length;
    });
    return all;
}

ClassFamily familyOf(const ClassRuns& all, const std::vector<Pattern>& patterns, const std::vector<std::size_t>& members) {
    ClassFamily family;
    for (const auto member : members) family.roots.push_back(all.roots[member]);
    const auto front = members.front();
    std::vector<int> strides;
    for (std::size_t r = 0; r < all.count(front); ++r) {
        const auto& first = all.run(front, r);
        strides.push_back(members.size() > 1 ? all.run(members[1], r).begin - first.begin : first.length);
        for (const int dim : patterns[static_cast<std::size_t>(first.pattern)].dims)
            family.slices.push_back({dim, first.begin, strides.back(), first.length});
    }
    std::stable_sort(family.slices.begin(), family.slices.end(),
                     [](const FamilySlice& a, const FamilySlice& b) { return a.dim < b.dim; });
    for (std::size_t j = 0; j < members.size(); ++j)
        for (std::size_t r = 0; r < strides.size(); ++r)
            if (all.run(members[j], r).begin != all.run(front, r).begin + static_cast<int>(j) * strides[r])
                family.regular = false;
    return family;
}

}  // namespace

std::vector<ClassFamily> familiesOf(const std::vector<ParameterDim>& dims, Classes& classes) {
    auto patterns = patternsOf(dims, classes);
    const auto all = runsByClass(patterns, classes.size());
    std::unordered_multimap<std::uint64_t, std::size_t> known;  // by hash of the runs
    std::vector<std::vector<std::size_t>> members;
    std::size_t current = 0;  // neighbours are nearly always of one family
    for (std::size_t c = 0; c < all.roots.size(); ++c) {
        if (members.empty() || !all.alike(members[current].front(), c)) {
            const auto hash = all.hash(c);
            const auto [begin, end] = known.equal_range(hash);
            const auto found =
                std::find_if(begin, end, [&](const auto& one) { return all.alike(members[one.second].front(), c); });
            current = found == end ? members.size() : found->second;
            if (found == end) known.emplace(hash, current), members.emplace_back();
        }
        members[current].push_back(c);
    }
    std::vector<ClassFamily> families;
    families.reserve(members.size());
    for (const auto& family : members) families.push_back(familyOf(all, patterns, family));
    return families;
}

}  // namespace lorashear::trace
