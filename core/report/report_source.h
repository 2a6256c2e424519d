#pragma once

#include "core/edits/edit_kind.h"
#include "core/loadability/model_shape.h"
#include "core/run/kept_windows.h"
#include "core/run/recipe.h"
#include "core/run/run_event.h"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace lorashear {

/// What a report tells of a run, from its folder: finished or not.
struct ReportSource {
    std::filesystem::path folder;
    Recipe recipe;
    std::optional<event::ModelOpened> model;
    std::shared_ptr<const Structure> structure;
    /// Over the optimizer steps of all stages, counted on.
    std::vector<double> steps, loss, smoothLoss, checkpointSteps, checkpointPerplexity;
    std::vector<std::pair<double, std::string>> stages;  ///< where each that trains began
    std::vector<event::Measurement> measurements;        ///< the newest of each model and name
    std::vector<event::Perplexity> perplexities;         ///< the newest of each model, text and protocol; no checkpoints
    std::map<std::string, TextWindows> windows;          ///< by model
    std::vector<event::Certificate> certificates;
    std::vector<event::Sample> samples;  ///< of the original and the result
    std::vector<std::string> warnings;
    std::optional<event::Finished> finished;
    Edits edits;                  ///< all that went so far, in the original's terms
    std::vector<EditWords> cuts;  ///< in words, one a part of the model
    std::optional<ModelShape>
        result;  ///< what is left by them; nothing where the log does not tell of the original what that takes
};

/// Error(BadInput) as RunFolder and EventLogReader.
ReportSource readReportSource(const std::filesystem::path& run);

}  // namespace lorashear
