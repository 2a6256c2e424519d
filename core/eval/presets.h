#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lorashear {

/// A published way to evaluate pruned language models. Numbers compare within one of them only: Llama-2-7B's perplexity on WikiText-2 is 12.19 with windows
/// of 128 tokens and 5.47 with 2048.
struct EvaluationPreset {
    std::string id, title, help;
    int window = 0;           ///< tokens, BOS included
    std::optional<bool> bos;  ///< before every window; none: as is asked for, and said
    bool taskBos = false;     ///< before every question, where the tokenizer itself puts one
};

/// The table: P1, P2-2048, P3. All of them take the text in windows side by side, drop a last one that is not full, and are meant for whole texts: a limit of
/// windows may stand beside them and is said with the number.
const std::vector<EvaluationPreset>& evaluationPresets();
std::vector<std::string> presetNames();  ///< ids, with "none" first
/// Null for "none" and for ids that are not in the table.
const EvaluationPreset* evaluationPreset(std::string_view id);

/// What there is to say where a model's context (0: without limit) is shorter than the windows asked for, the preset's where there is one: they are cut, and the
/// figures are others. "" elsewhere.
std::string windowsCut(std::string_view presetId, int window, int contextLength);

/// Which of a task's two accuracies publications put into their average of the seven tasks: acc for BoolQ, PIQA, WinoGrande and ARC-easy, acc_norm (by
/// length in bytes) for HellaSwag, ARC-challenge and OpenBookQA.
bool averagesNormalised(const std::string& task);

/// That average; NaN unless all seven tasks are there.
double sevenTaskMean(const std::map<std::string, double>& accuracy, const std::map<std::string, double>& normalised);

}  // namespace lorashear
