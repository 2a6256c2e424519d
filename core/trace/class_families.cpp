#include "core/trace/class_families.h"

#include <algorithm>
#include <numeric>
#include <unordered_map>

namespace lorashear::trace {

namespace {

// A class's consecutive indices within one dimension. Small: a mixture of many experts has tens of millions.
struct Run {
    int dim = -1, begin = 0, length = 0;
    bool continues(int d, int i) const { return dim == d && begin + length == i; }
};

// The runs of every class one behind the other, classes in the order of their first index.
struct ClassRuns {
    std::vector<int> roots;
    std::vector<std::size_t> ends;  ///< of each class in runs
    std::vector<Run> runs;

    std::size_t begin(std::size_t c) const { return c == 0 ? 0 : ends[c - 1]; }
    std::size_t count(std::size_t c) const { return ends[c] - begin(c); }
    const Run& run(std::size_t c, std::size_t r) const { return runs[begin(c) + r]; }

    // Runs of the same lengths in the same dimensions.
    bool alike(std::size_t a, std::size_t b) const {
        return count(a) == count(b) &&
               std::equal(runs.begin() + static_cast<std::ptrdiff_t>(begin(a)),
                          runs.begin() + static_cast<std::ptrdiff_t>(ends[a]),
                          runs.begin() + static_cast<std::ptrdiff_t>(begin(b)),
                          [](const Run& x, const Run& y) { return x.dim == y.dim && x.length == y.length; });
    }
    std::uint64_t hash(std::size_t c) const {
        std::uint64_t h = 1469598103934665603ULL;
        for (std::size_t r = begin(c); r < ends[c]; ++r)
            for (int number : {runs[r].dim, runs[r].length}) h = (h ^ static_cast<std::uint64_t>(number)) * 1099511628211ULL;
        return h;
    }
};

// Calls visit(class, dim, index) for every index of every dimension.
template <typename Visit>
void forIndices(const std::vector<ParameterDim>& dims, Classes& classes, std::vector<int>& slot, Visit visit) {
    for (int d = 0; d < static_cast<int>(dims.size()); ++d) {
        const auto& dim = dims[static_cast<std::size_t>(d)];
        for (int i = 0; i < static_cast<int>(dim.size); ++i)
            visit(slot[static_cast<std::size_t>(classes.find(dim.first + i))], d, i);
    }
}

// Twice over the indices: once to count the runs of each class, once to put them down where they belong.
ClassRuns runsByClass(const std::vector<ParameterDim>& dims, Classes& classes) {
    ClassRuns all;
    std::vector<int> slot(static_cast<std::size_t>(classes.size()), -1);
    std::vector<Run> last;
    for (const auto& dim : dims)
        for (int i = 0; i < static_cast<int>(dim.size); ++i) {
            const int root = classes.find(dim.first + i);
            auto& own = slot[static_cast<std::size_t>(root)];
            if (own >= 0) continue;
            own = static_cast<int>(all.roots.size());
            all.roots.push_back(root);
        }
    last.resize(all.roots.size());
    all.ends.resize(all.roots.size());
    forIndices(dims, classes, slot, [&](int own, int d, int i) {
        auto& run = last[static_cast<std::size_t>(own)];
        if (!run.continues(d, i)) ++all.ends[static_cast<std::size_t>(own)], run = {d, i, 0};
        ++run.length;
    });
    std::partial_sum(all.ends.begin(), all.ends.end(), all.ends.begin());
    all.runs.resize(all.ends.empty() ? 0 : all.ends.back());
    std::vector<std::size_t> next(all.roots.size());
    for (std::size_t c = 0; c < next.size(); ++c) next[c] = all.begin(c);
    forIndices(dims, classes, slot, [&](int own, int d, int i) {
        auto& at = next[static_cast<std::size_t>(own)];
        const bool first = at == all.begin(static_cast<std::size_t>(own));
        if (first || !all.runs[at - 1].continues(d, i)) all.runs[at++] = {d, i, 0};
        ++all.runs[at - 1].length;
    });
    return all;
}

ClassFamily familyOf(const ClassRuns& all, const std::vector<std::size_t>& members) {
    ClassFamily family;
    for (const auto member : members) family.roots.push_back(all.roots[member]);
    for (std::size_t r = 0; r < all.count(members.front()); ++r) {
        const auto& first = all.run(members.front(), r);
        const int stride = members.size() > 1 ? all.run(members[1], r).begin - first.begin : first.length;
        family.slices.push_back({first.dim, first.begin, stride, first.length});
        for (std::size_t j = 0; j < members.size(); ++j)
            if (all.run(members[j], r).begin != first.begin + static_cast<int>(j) * stride) family.regular = false;
    }
    return family;
}

}  // namespace

std::vector<ClassFamily> familiesOf(const std::vector<ParameterDim>& dims, Classes& classes) {
    const auto all = runsByClass(dims, classes);
    std::unordered_multimap<std::uint64_t, std::size_t> known;  // by hash of the pattern
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
    for (const auto& family : members) families.push_back(familyOf(all, family));
    return families;
}

}  // namespace lorashear::trace
