#pragma once

#include "core/run/stages/opened_model.h"
#include "core/run/stages/reporter.h"

#include <filesystem>
#include <memory>
#include <vector>

namespace lorashear {

class SharedWork;

/// The sequences that calibrate saliencies and measure knowledge: analysis.text, or what is held out of the training sources when no text
/// is named (their beginning if the recipe has no analysis to hold anything out for).
std::vector<Sequence> calibrationSequences(const Tokenizer& tokenizer, const ModelConfig& config, const Recipe& recipe,
                                           const Control& control = {});
inline std::vector<Sequence> calibrationSequences(const OpenedModel& opened, const Recipe& recipe,
                                                  const Control& control = {}) {
    return calibrationSequences(*opened.tokenizer, opened.config, recipe, control);
}

/// Error(BadRecipe) at /analysis/proxy for a name that is not in the table.
void requireProxy(const Recipe& recipe);

/// Where measured analyses are kept for every run and command of this person; the folder of a run where there is no home.
std::filesystem::path analysisCache(const std::filesystem::path& otherwise = {});

/// Scores of every group under the recipe's proxy. Statistics are collected where the proxy needs them, and dropped again. For recipes
/// without an analysis, which measures the same on its way.
std::shared_ptr<const GroupSaliency> measureSaliency(CausalLM& model, const Structure& structure,
                                                     const std::vector<Sequence>& calibration, const Recipe& recipe,
                                                     const Control& control);

/// The knowledge distribution, with an event for the saliency, for every node group, and for the whole.
std::shared_ptr<const KnowledgeDistribution> measureKnowledge(const OpenedModel& opened, CausalLM& model,
                                                              const Structure& structure,
                                                              const std::vector<Sequence>& sequences, const Recipe& recipe,
                                                              Reporter& report, const Control& control,
                                                              const std::filesystem::path& cache,
                                                              SharedWork* shared = nullptr);

}  // namespace lorashear
