#include "ui/controller/protection.h"

#include "core/knowledge/measurements.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"

#include <QCoreApplication>

#include <algorithm>

namespace lorashear::ui {

bool tellsMore(const Session& session, const NodeGroupKnowledge& one, const NodeGroupKnowledge& other) {
    const bool settled = session.knowledge() && session.knowledge()->confidence > 0;
    if (settled && one.protectedByRank != other.protectedByRank) return one.protectedByRank;
    return one.deviation > other.deviation;
}

std::vector<int> byImportance(const Session& session) {
    std::vector<NodeGroupKnowledge> entries = session.knowledgeEntries();
    const std::size_t known = session.structure() ? session.structure()->nodeGroups.size() : 0;
    std::erase_if(entries, [&](const NodeGroupKnowledge& entry) {
        return !entry.measured || entry.nodeGroup < 0 || std::size_t(entry.nodeGroup) >= known;
    });
    std::stable_sort(entries.begin(), entries.end(),
                     [&](const NodeGroupKnowledge& a, const NodeGroupKnowledge& b) { return tellsMore(session, a, b); });
    std::vector<int> order;
    order.reserve(entries.size());
    for (const NodeGroupKnowledge& entry : entries) order.push_back(entry.nodeGroup);
    return order;
}

std::vector<int> mostTelling(const Session& session, double share) {
    std::vector<int> order = byImportance(session);
    order.resize(std::min(order.size(), marksFor(share, session.knowledgeEntries().size())));
    return order;
}

void protectMostTelling(Session& session, double share) {
    const std::vector<int> wanted = mostTelling(session, share);
    const QString text =
        QCoreApplication::translate("lorashear::ui::Protection", "protect the top %1").arg(formatPercent(share, 0));
    session.edit(text, [&](Recipe& recipe) {
        for (const int id : wanted) {
            const std::string& name = session.structure()->nodeGroups[std::size_t(id)].name;
            std::vector<std::string>& kept = recipe.plan.protect;
            std::erase(recipe.plan.allow, name);
            if (std::find(kept.begin(), kept.end(), name) == kept.end()) kept.push_back(name);
        }
    });
}

}  // namespace lorashear::ui
