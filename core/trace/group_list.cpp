#include "core/trace/group_list.h"

#include "core/base/error.h"

#include <nlohmann/json.hpp>

namespace lorashear {

nlohmann::json groupsToJson(const std::vector<GroupRef>& groups) {
    auto json = nlohmann::json::array();
    for (const GroupRef& group : groups) json.push_back({group.nodeGroup, group.index});
    return json;
}

std::vector<GroupRef> groupsFromJson(const nlohmann::json& json) {
    std::vector<GroupRef> groups;
    try {
        groups.reserve(json.size());
        for (const auto& pair : json) groups.push_back({pair.at(0).get<int>(), pair.at(1).get<int>()});
    } catch (const nlohmann::json::exception& error) {
        throw Error(ErrorCode::BadInput, "groups", std::string("are no list of pairs [node group, index]: ") + error.what());
    }
    return groups;
}

}  // namespace lorashear
