#pragma once

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
    bool editsAtOnce = false;  ///< the plan cut more than groups that fade
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
    /// Of node groups that lost something: name, what one group is in many, how many there were and are.
    struct Cut {
        std::string name, many;
        int before = 0, after = 0;
    };
    std::vector<Cut> cuts;
    std::vector<int> removed;  ///< by node group
};

/// Error(BadInput) as RunFolder and EventLogReader.
ReportSource readReportSource(const std::filesystem::path& run);

}  // namespace lorashear
