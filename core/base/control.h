#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>

namespace lorashear {

/// Lets another thread hold long work between two steps, let it go one step at a time or at a pace, and ask it for a checkpoint. Thread-safe.
class PauseGate {
public:
    void pause();
    void resume();
    void step();  ///< goes on until stepDone(), and is paused again then
    bool paused() const;
    /// At most so many steps a second, slow enough to follow; 0: as fast as it goes.
    void setPace(double stepsPerSecond);
    /// Told by whoever works, after every step.
    void stepDone();
    void wantCheckpoint();
    bool takeCheckpointWish();  ///< true once for each wish
    /// Returns when not paused, or at once when a stop was requested.
    void wait(std::stop_token stop);
    /// How long wait() has held its callers, all in all.
    double heldSeconds() const;

private:
    mutable std::mutex m_mutex;
    std::condition_variable_any m_changed;
    bool m_paused = false, m_stepping = false, m_checkpointWanted = false;
    double m_pace = 0, m_notBefore = 0;  ///< steps a second; when the next one may begin, on the monotonic clock
    double m_held = 0;
};

/// Progress of the stage that is running; done and total count the stage's own units.
struct Progress {
    std::string stage;  ///< stable id, stageName()
    std::string text;   ///< what is being done right now, for people
    double done = 0;
    double total = 0;         ///< 0: unknown
    double secondsLeft = -1;  ///< estimate from the stage's own speed; -1: not known yet
};

/// What every long function of core takes: how to stop it, hold it, and hear from it.
struct Control {
    std::stop_token stop;
    PauseGate* pause = nullptr;
    std::function<void(const Progress&)> onProgress;

    /// Whether somebody has asked for a checkpoint since the last call.
    bool takeCheckpointWish() const { return pause != nullptr && pause->takeCheckpointWish(); }
    /// Called before every expensive part. Waits while paused; throws Error(Cancelled) once stopped.
    void poll() const;
    void report(const Progress& progress) const {
        if (onProgress) onProgress(progress);
    }
};

/// Fills in secondsLeft from the time since construction, pauses not counted; one per stage. Rate-limited reporting (>= 50 ms apart,
/// first and last always): a person cannot read faster, and a queue should not fill with it.
class ProgressMeter {
public:
    ProgressMeter(const Control& control, std::string stage, double total);
    /// done: all of the stage, what was skipped included.
    void update(double done, std::string text = {});
    /// So much of what update() is or will be told was there already (a cache, a checkpoint): it says nothing about the speed.
    void skip(double amount) { m_skipped += amount; }

private:
    const Control& m_control;
    Progress m_progress;
    double workedSeconds() const;

    double m_start, m_last = -1, m_skipped = 0;
};

/// Seconds of a monotonic clock.
double monotonicSeconds();

}  // namespace lorashear
