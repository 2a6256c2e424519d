#include "core/trace/class_families.h"

#include <algorithm>
#include <map>

namespace lorashear::trace {

namespace {

// A class's consecutive indices within one dimension.
struct Run {
    int dim;
    std::int64_t begin, length;
};

using Runs = std::vector<Run>;

std::vector<std::pair<int, Runs>> runsByClass(const std::vector<ParameterDim>& dims, Classes& classes) {
    std::vector<int> slot(static_cast<std::size_t>(classes.size()), -1);
    std::vector<std::pair<int, Runs>> all;
    for (int d = 0; d < static_cast<int>(dims.size()); ++d)
        for (std::int64_t i = 0; i < dims[static_cast<std::size_t>(d)].size; ++i) {
            const int root = classes.find(dims[static_cast<std::size_t>(d)].first + static_cast<int>(i));
            auto& own = slot[static_cast<std::size_t>(root)];
            if (own < 0) {
                own = static_cast<int>(all.size());
                all.push_back({root, {}});
            }
            auto& runs = all[static_cast<std::size_t>(own)].second;
            const bool continues = !runs.empty() && runs.back().dim == d && runs.back().begin + runs.back().length == i;
            if (continues)
                ++runs.back().length;
            else
                runs.push_back({d, i, 1});
        }
    return all;
}

std::vector<std::int64_t> patternOf(const Runs& runs) {
    std::vector<std::int64_t> pattern;
    for (const auto& run : runs) {
        pattern.push_back(run.dim);
        pattern.push_back(run.length);
    }
    return pattern;
}

ClassFamily familyOf(const std::vector<const std::pair<int, Runs>*>& members) {
    ClassFamily family;
    for (const auto* member : members) family.roots.push_back(member->first);
    const auto& first = members.front()->second;
    for (std::size_t r = 0; r < first.size(); ++r) {
        const auto stride = members.size() > 1 ? members[1]->second[r].begin - first[r].begin : first[r].length;
        family.slices.push_back({first[r].dim, first[r].begin, stride, first[r].length});
        for (std::size_t j = 0; j < members.size(); ++j)
            if (members[j]->second[r].begin != first[r].begin + static_cast<std::int64_t>(j) * stride)
                family.regular = false;
    }
    return family;
}

}  // namespace

std::vector<ClassFamily> familiesOf(const std::vector<ParameterDim>& dims, Classes& classes) {
    const auto all = runsByClass(dims, classes);
    std::map<std::vector<std::int64_t>, std::size_t> known;
    std::vector<std::vector<const std::pair<int, Runs>*>> members;
    for (const auto& one : all) {
        const auto [found, isNew] = known.try_emplace(patternOf(one.second), members.size());
        if (isNew) members.emplace_back();
        members[found->second].push_back(&one);
    }
    std::vector<ClassFamily> families;
    for (const auto& family : members) families.push_back(familyOf(family));
    return families;
}

}  // namespace lorashear::trace
