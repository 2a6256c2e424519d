#include "ui/controller/renumber.h"

#include <algorithm>

namespace lorashear::ui {

Renumbering::Renumbering(const Structure& from, const Structure& to) : m_size(to.nodeGroups.size()) {
    m_new.reserve(from.nodeGroups.size());
    for (const NodeGroup& group : from.nodeGroups) {
        const NodeGroup* same = to.find(group.name);
        m_new.push_back(same && same->count == group.count ? same->id : -1);
    }
}

int Renumbering::operator()(int nodeGroup) const {
    return nodeGroup >= 0 && std::size_t(nodeGroup) < m_new.size() ? m_new[std::size_t(nodeGroup)] : -1;
}

GroupSaliency Renumbering::operator()(const GroupSaliency& saliency) const {
    GroupSaliency result{saliency.proxy, std::vector<std::vector<double>>(m_size)};
    for (std::size_t i = 0; i < saliency.scores.size(); ++i)
        if (const int id = (*this)(int(i)); id >= 0) result.scores[std::size_t(id)] = saliency.scores[i];
    return result;
}

std::vector<int> Renumbering::operator()(const std::vector<int>& byNodeGroup) const {
    std::vector<int> result(m_size, 0);
    for (std::size_t i = 0; i < byNodeGroup.size(); ++i)
        if (const int id = (*this)(int(i)); id >= 0) result[std::size_t(id)] = byNodeGroup[i];
    return result;
}

std::vector<GroupRef> Renumbering::operator()(const std::vector<GroupRef>& groups) const {
    std::vector<GroupRef> result;
    result.reserve(groups.size());
    for (const GroupRef& group : groups)
        if (const int id = (*this)(group.nodeGroup); id >= 0) result.push_back({id, group.index});
    std::sort(result.begin(), result.end());
    return result;
}

}  // namespace lorashear::ui
