#pragma once

#include "core/base/stage.h"
#include "core/run/kept_windows.h"
#include "core/run/recipe.h"
#include "core/run/run_event.h"

#include <QString>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lorashear::ui {

struct RunState;

/// What was measured of one model.
struct ModelFigures {
    struct Text {
        std::string name, path, protocol;  ///< numbers of different texts or protocols say nothing about each other
        double perplexity = 0;
        std::int64_t tokens = 0;
        WindowLosses windows{};  ///< empty: not kept, so that no interval can be said
    };
    std::vector<event::Measurement> measurements;  ///< the newest of each name
    std::vector<Text> texts;                       ///< the newest of each name and protocol
};

/// What a run measured of its models and keeps of them: all that a comparison needs to know. The open model without a run is one without figures.
struct RunFigures {
    QString folder, name;
    Recipe recipe;
    std::map<std::string, ModelFigures> models;  ///< by role: "dense", "pruned", "recovered", "adapted"
    double trainedTokens = 0;                    ///< that went into its optimizer steps
    bool hasResult = false,
         hasPruned = false;  ///< weights that are on the disk: of the result, of the model before recovery

    const ModelFigures* of(const std::string& role) const;  ///< null: nothing was measured
    bool recovers() const { return recipe.recovery.enabled && !recipe.recovery.phases.empty(); }
    const char* finalRole() const { return recovers() ? roleName(ModelRole::Recovered) : roleName(ModelRole::Pruned); }
};

/// The windows that the run's folder keeps are read, too: small files.
RunFigures figuresOf(const RunState& run, const Recipe& recipe);

/// Both began with the same weights: of one content where the recipes say it, else of one place, with the same adapter merged.
bool sameBase(const Recipe& a, const Recipe& b);
/// A run that trained the original and took nothing from it, as `lorashear bench` does for its row "adapted dense".
bool trainsTheOriginal(const Recipe& recipe);
/// Recovered by the same scheme on the same texts, with as many tokens of training in all (1 % apart at most).
bool sameTraining(const RunFigures& a, const RunFigures& b);

}  // namespace lorashear::ui
