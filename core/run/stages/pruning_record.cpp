#include "core/run/stages/pruning_record.h"

#include "core/base/hash.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_json.h"
#include "core/io/folder_name.h"
#include "core/run/stages/run_state.h"

#include <filesystem>
#include <set>

namespace lorashear {

using nlohmann::json;

namespace {

json slicesJson(const std::vector<GroupSlice>& slices) {
    json result = json::array();
    for (const GroupSlice& slice : slices)
        result.push_back({{"tensor", slice.tensor},
                          {"dim", slice.dim},
                          {"offset", slice.offset},
                          {"stride", slice.stride},
                          {"length", slice.length}});
    return result;
}

json nodeGroupRecord(const NodeGroup& nodeGroup, const std::set<GroupRef>& removed) {
    std::vector<int> kept;
    for (int index = 0; index < nodeGroup.count; ++index)
        if (!removed.count({nodeGroup.id, index})) kept.push_back(index);
    return {{"name", nodeGroup.name}, {"kind", unitName(nodeGroup.unit)},      {"groups", nodeGroup.count},
            {"kept", kept},           {"rows", slicesJson(nodeGroup.primary)}, {"columns", slicesJson(nodeGroup.secondary)}};
}

/// Names of files instead of places on this machine; what they held is told by the hashes.
void forgetPlaces(json& value, json& hashes) {
    if (value.is_array())
        for (json& entry : value) forgetPlaces(entry, hashes);
    if (!value.is_object()) return;
    for (auto& [key, entry] : value.items()) {
        if ((key == "path" || key == "tasks" || key == "adapter") && entry.is_string() &&
            !entry.get<std::string>().empty()) {
            const std::filesystem::path place(entry.get<std::string>());
            const std::string name = (place.has_filename() ? place : place.parent_path()).filename().string();
            std::error_code ignored;
            if (std::filesystem::is_regular_file(place, ignored)) hashes[name] = sha256OfFile(place);
            entry = name;
        } else {
            forgetPlaces(entry, hashes);
        }
    }
}

}  // namespace

json pruningRecord(const RunState& state) {
    const Edits edits = state.allEdits();
    const auto groups = groupsOf(*state.structure, edits);
    const std::set<GroupRef> removed(groups.begin(), groups.end());
    std::set<int> touched;
    for (const GroupRef& group : removed) touched.insert(group.nodeGroup);
    json nodeGroups = json::array();
    for (const int id : touched)
        nodeGroups.push_back(nodeGroupRecord(state.structure->nodeGroups.at(static_cast<std::size_t>(id)), removed));
    json measured = state.result;
    for (const char* notMeasured : {"exports", "samples"}) measured.erase(notMeasured);
    const std::string recipe = recipeText(state.recipe);
    json about{{"tool", "LoRAShear Studio"}, {"format", 1}};
    about["source"] = {{"name", ownName(state.recipe.model.path)}, {"weights_sha256", state.dense->weightsHash()}};
    json portable = json::parse(recipe), hashes = json::object();
    forgetPlaces(portable, hashes);
    about["recipe"] = portable;
    about["data_sha256"] = hashes;
    about["recipe_sha256"] = sha256(recipe);
    about["node_groups"] = nodeGroups;
    about["edits"] = editsToJson(edits);
    about["measured"] = measured;
    return about;
}

}  // namespace lorashear
