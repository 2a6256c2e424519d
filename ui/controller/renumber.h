#pragma once

#include "core/knowledge/knowledge_distribution.h"
#include "core/trace/structure.h"

#include <vector>

namespace lorashear::ui {

/// One model is traced more than once, bare when it is opened and with adapters when it is analysed: the second has node groups that the first does
/// not know, and other ids. A node group is the same where its name and its count are; what is about others is left out.
class Renumbering {
public:
    Renumbering(const Structure& from, const Structure& to);

    int operator()(int nodeGroup) const;  ///< -1: there is none any more
    GroupSaliency operator()(const GroupSaliency& saliency) const;
    std::vector<int> operator()(const std::vector<int>& byNodeGroup) const;  ///< a number for each
    std::vector<GroupRef> operator()(const std::vector<GroupRef>& groups) const;

private:
    std::vector<int> m_new;  ///< by former id
    std::size_t m_size;
};

}  // namespace lorashear::ui
