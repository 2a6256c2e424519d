#include "core/run/stages/pruning_record.h"

#include "core/base/hash.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_record.h"
#include "core/io/folder_name.h"
#include "core/model/config_json.h"
#include "core/run/stages/run_state.h"

#include <nlohmann/json.hpp>

#include <filesystem>

namespace lorashear {

using nlohmann::json;

namespace {

/// Names of files instead of places on this machine; what they held is told by the hashes.
void forgetPlaces(json& value, std::map<std::string, std::string>& hashes) {
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

PruningRecord pruningRecord(const RunState& state) {
    json measured = state.result;
    for (const char* notMeasured : {"exports", "samples"}) measured.erase(notMeasured);
    const std::string recipe = recipeText(state.recipe);
    json portable = json::parse(recipe);
    PruningRecord record = newRecord();
    record.source = {ownName(state.recipe.model.path), state.dense->weightsHash()};
    forgetPlaces(portable, record.dataSha256.emplace());
    record.recipe = portable.dump();
    record.recipeSha256 = sha256(recipe);
    record.original = describedConfig(state.denseModel().config()).dump();
    record.edits = state.allEdits();
    record.nodeGroups = keptGroups(*state.structure, groupsOf(*state.structure, *record.edits));
    if (state.vocabulary) record.vocabulary = {state.dense->config.vocabulary, state.model->config().vocabulary};
    record.measured = measured.dump();
    return record;
}

}  // namespace lorashear
