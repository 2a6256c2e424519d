#include "core/knowledge/analysis_fields.h"

#include "core/knowledge/knowledge_distribution.h"
#include "core/knowledge/saliency_proxies.h"
#include "core/settings/field_kinds.h"

namespace lorashear {

namespace {

std::vector<std::string> presetIds() {
    std::vector<std::string> ids;
    for (const AnalysisPreset& preset : analysisPresets()) ids.emplace_back(preset.id);
    return ids;
}

std::vector<double> presetRatios(const std::string& id) {
    for (const AnalysisPreset& preset : analysisPresets())
        if (id == preset.id) return preset.ratios;
    return {};
}

/// " quick (0.5), full (0.25, 0.5, 0.75)".
std::string presetWords() {
    std::string words;
    for (const AnalysisPreset& preset : analysisPresets()) {
        const std::string list = nlohmann::json(preset.ratios).dump();
        words += (words.empty() ? " " : ", ") + std::string(preset.id) + " (";
        for (const char c : list.substr(1, list.size() - 2)) words += c == ',' ? std::string(", ") : std::string(1, c);
        words += ")";
    }
    return words;
}

settings::Field<AnalysisSettings> ratiosField() {
    using namespace settings;
    const Range range{0, 1, true, true};
    Setting about = settingOf("ratios", SettingType::Other, range, "",
                              "Shares of each node group that are masked; their effects are averaged.");
    about.typeName = "list of numbers, or a preset";
    about.allowed = "each " + range.text() + ";" + presetWords();
    return {about,
            [range](AnalysisSettings& analysis, const json& value, const Place& place) {
                if (value.is_string()) {
                    analysis.ratios = presetRatios(readChoice(value, presetIds(), place));
                    return;
                }
                if (!value.is_array() || value.empty()) fail(place, "must be a list with at least one number");
                analysis.ratios.clear();
                for (std::size_t i = 0; i < value.size(); ++i)
                    analysis.ratios.push_back(readNumber(value[i], range, place / i));
            },
            [](const AnalysisSettings& analysis) { return ordered_json(analysis.ratios); }};
}

}  // namespace

const settings::Table<AnalysisSettings>& analysisFields() {
    using namespace settings;
    using A = AnalysisSettings;
    static const Table<A> table{
        ratiosField(),
        choice("proxy", &A::proxy, saliencyProxyIds(),
               "Saliency that says which groups a probe masks, the least salient first."),
        number("unprunable_share", &A::unprunableShare, {0, 1, false, true}, "",
               "Share of node groups with the most knowledge that is not pruned."),
        number(
            "confidence", &A::confidence, {0.5, 1, false, true, 0}, "",
            "0: every node group is measured on every window. From a half on: on no more windows once its place is settled at this "
            "confidence, that is, whether it belongs to the share that is not pruned, to the first fifth "
            "and to the last; each comparison is made at that confidence, by differences window by window, after every four windows."),
    };
    return table;
}

}  // namespace lorashear
