#pragma once

#include "core/base/stage.h"
#include "core/run/recipe.h"
#include "core/run/run_event.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

/// What one stage of a run has to do, in tokens through the model; a token trained on counts threefold.
struct StageWork {
    Stage stage = Stage::Open;
    double work = 0;
    double steps = 0;  ///< optimizer steps; 0: a stage without training
};

/// The stages that take time, in order, as far as the recipe says what they will do. structure may be null.
std::vector<StageWork> workOf(const Recipe& recipe, const Structure* structure);

/// How long a run will still take.
struct TimeEstimate {
    double share = 0;     ///< of the whole run that is done, 0 to 1
    double seconds = -1;  ///< of work, without pauses; -1: nothing was measured yet to tell it by
    double low = -1, high = -1;
};

/// Foretells the end of a whole run from what its stages took so far. Pauses do not count. Stages that have not begun are foretold by the
/// speed of those that have, with the uncertainty that this brings. A value: clocks are the caller's, in seconds of any beginning.
class TimeLeft {
public:
    void begin(std::vector<StageWork> stages, double now);
    void apply(const RunEvent& event, double now);
    void setPaused(bool paused, double now);
    TimeEstimate estimate() const;

private:
    struct Point {
        double at = 0, steps = 0;
    };
    /// Seconds for a unit of work or a step, and how far off they may be (0.5: by half).
    struct Speed {
        double seconds = 0, error = 0;
    };
    double worked(double now) const;
    void enter(std::optional<Stage> stage, double at);
    std::optional<Speed> stepSpeed() const;
    std::optional<Speed> speedOf(bool training) const;
    double stepsDone() const;
    double shareOf(const StageWork& stage) const;  ///< of the stage that is running

    std::vector<StageWork> m_stages;
    std::optional<Stage> m_stage;
    double m_stageFrom = 0, m_now = 0, m_held = 0, m_pausedAt = -1;
    double m_progress = -1;                      ///< share of the running stage by its own word; -1: it said nothing
    std::vector<Point> m_points;                 ///< steps of the running stage
    double m_firstStep = 0;                      ///< steps of the whole run before the running stage
    double m_lastStep = 0;                       ///< of the whole run
    double m_readWork = 0, m_readSeconds = 0;    ///< of finished stages without training
    double m_trainWork = 0, m_trainSeconds = 0;  ///< of measured steps
};

/// "about 2 min 10 s left", "1 min 20 s to 4 min left" while that is all that can be said.
QString timeLeftWords(const TimeEstimate& estimate);

}  // namespace lorashear::ui
