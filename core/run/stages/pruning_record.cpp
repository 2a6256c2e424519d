#include "core/run/stages/pruning_record.h"

#include "core/base/hash.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_json.h"
#include "core/edits/edit_record.h"
#include "core/io/folder_name.h"
#include "core/model/config_json.h"
#include "core/run/stages/run_state.h"

#include <filesystem>

namespace lorashear {

using nlohmann::json;

namespace {

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
    json measured = state.result;
    for (const char* notMeasured : {"exports", "samples"}) measured.erase(notMeasured);
    const std::string recipe = recipeText(state.recipe);
    json about{{"tool", "LoRAShear Studio"}, {"format", 2}};
    about["source"] = {{"name", ownName(state.recipe.model.path)}, {"weights_sha256", state.dense->weightsHash()}};
    json portable = json::parse(recipe), hashes = json::object();
    forgetPlaces(portable, hashes);
    about["recipe"] = portable;
    about["data_sha256"] = hashes;
    about["recipe_sha256"] = sha256(recipe);
    about["original"] = describedConfig(state.denseModel().config());
    about["edits"] = editsToJson(edits);
    about["node_groups"] = keptGroups(*state.structure, groupsOf(*state.structure, edits));
    if (state.vocabulary)
        about["vocabulary"] = {{"before", state.dense->config.vocabulary}, {"after", state.model->config().vocabulary}};
    about["measured"] = measured;
    return about;
}

}  // namespace lorashear
