#include "core/eval/presets.h"

#include <algorithm>
#include <array>
#include <limits>

namespace lorashear {

namespace {

struct AveragedTask {
    const char* id;
    bool normalised;
};
constexpr std::array<AveragedTask, 7> kSevenTasks = {{{"boolq", false},
                                                      {"piqa", false},
                                                      {"hellaswag", true},
                                                      {"winogrande", false},
                                                      {"arc_easy", false},
                                                      {"arc_challenge", true},
                                                      {"openbookqa", true}}};

}  // namespace

const std::vector<EvaluationPreset>& evaluationPresets() {
    static const std::vector<EvaluationPreset> kTable = {
        {"P1", "LLM-Pruner's protocol",
         "windows of 128 tokens without BOS, questions without BOS (LLM-Pruner, FLAP, Olica, SlimLLM: dense LLaMA-7B 12.62 on WikiText-2, 63.25 over seven tasks)",
         128, false, false},
        {"P2-2048", "long context",
         "windows of 2048 tokens, BOS as asked for, questions without (SliceGPT, LLM-Pruner's rows for Llama 3: dense Llama-2-7B 5.47 on WikiText-2 without BOS)",
         2048, std::nullopt, false},
        {"P3", "newer harness releases",
         "windows of 2048 tokens and questions, both behind BOS where the tokenizer has one (lm-evaluation-harness 0.4; dense Llama-2-7B 66.8 over seven tasks)",
         2048, true, true},
    };
    return kTable;
}

std::vector<std::string> presetNames() {
    std::vector<std::string> names{"none"};
    for (const EvaluationPreset& preset : evaluationPresets()) names.push_back(preset.id);
    return names;
}

std::string windowsCut(std::string_view presetId, int window, int contextLength) {
    const EvaluationPreset* preset = evaluationPreset(presetId);
    if (preset) window = preset->window;
    if (contextLength <= 0 || window <= contextLength) return {};
    return "the windows of " + std::to_string(window) + " tokens" + (preset ? " of " + preset->id : "") +
           " are cut to the " + std::to_string(contextLength) +
           " of the model's context: perplexities do not compare with others of " + (preset ? preset->id : "such windows");
}

const EvaluationPreset* evaluationPreset(std::string_view id) {
    const auto& table = evaluationPresets();
    const auto found = std::find_if(table.begin(), table.end(), [&](const EvaluationPreset& p) { return p.id == id; });
    return found == table.end() ? nullptr : &*found;
}

bool averagesNormalised(const std::string& task) {
    return std::any_of(kSevenTasks.begin(), kSevenTasks.end(),
                       [&](const AveragedTask& one) { return task == one.id && one.normalised; });
}

double sevenTaskMean(const std::map<std::string, double>& accuracy, const std::map<std::string, double>& normalised) {
    double sum = 0;
    for (const AveragedTask& task : kSevenTasks) {
        const auto& kind = task.normalised ? normalised : accuracy;
        const auto found = kind.find(task.id);
        if (found == kind.end()) return std::numeric_limits<double>::quiet_NaN();
        sum += found->second;
    }
    return sum / static_cast<double>(kSevenTasks.size());
}

}  // namespace lorashear
