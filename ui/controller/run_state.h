#pragma once

#include "core/run/recipe.h"
#include "core/run/run_event.h"
#include "core/train/schedule.h"

#include <QString>

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lorashear::ui {

/// Everything the window knows about one run, collected from its events. A value: no Qt signals, easy to test.
struct RunState {
    struct LogLine {
        double x = 0;         ///< position on the curves' step axis
        QString level, text;  ///< "info", "warning", "error"
    };
    /// One curve over the run's optimizer steps of all stages, counted on.
    std::vector<double> steps, loss, smoothLoss, learningRate, zeroGroups, targetGroups, tokensPerSecond;
    std::vector<double> gradientNorm, redundantNorm, importantNorm;
    std::vector<double> stepSeconds, memory;  ///< of a step, its tokens over its speed; bytes of the process; NaN: not known
    double trainedTokens = 0;                 ///< that went in so far, padding not counted
    std::vector<std::size_t> notFinite;       ///< indices into steps where the loss was NaN or infinite
    std::vector<std::pair<double, std::string>> stageStarts;  ///< step axis position, stage
    struct PerplexityPoint {
        double x = 0;
        event::Perplexity measured;
    };
    std::vector<PerplexityPoint> perplexities;
    std::vector<std::pair<double, std::string>> phaseStarts;  ///< step before the phase's first, its name
    /// Who was chosen and who became zero when, by step.
    std::vector<std::pair<double, std::vector<GroupRef>>> chosenAt, zeroAt;
    struct HalfSpaceView {
        double x = 0;
        event::HalfSpace seen;
    };
    std::vector<HalfSpaceView> halfSpaces;
    struct Text {
        double x = 0;
        event::Sample sample;
    };
    std::vector<Text> texts;                   ///< every sample of the run itself, checkpoints included
    std::vector<SchedulePhase> schedule;       ///< what its recipe announced; empty: not known
    std::optional<Recipe::Recovery> recovery;  ///< what its recipe asked for; nothing: not known
    struct Round {
        double x = 0;  ///< steps behind it; 0 rounds done: where its phase begins
        event::SourceDegradation measured;
    };
    std::vector<Round>
        rounds;  ///< of the recovery, by phase and round; what a resumed run measures again takes the place of the former
    std::vector<event::Measurement> measurements;
    std::vector<event::Sample> samples;
    std::vector<event::CheckpointSaved> checkpoints;
    std::optional<event::Certificate> certificate;
    struct Export {
        std::string path, problem;
        bool passed = false;
    };
    std::map<std::string, Export> exported;  ///< by format: the last one of each that was asked for in the window
    std::string exportProblem;               ///< why the last export asked for came to nothing; "": it did not
    std::set<GroupRef> chosen, zero;
    std::vector<LogLine> log;
    Progress progress;
    std::string stage, stageText;
    std::optional<event::Finished> finished;
    std::string askedBy;  ///< rankingKey() of its recipe; "": not known
    std::string folder;   ///< "" when nothing was started
    bool started = false;

    /// Adds one event; those that say nothing about a run change nothing.
    void apply(const RunEvent& event);
    double lastStep() const { return steps.empty() ? 0 : steps.back(); }
    int zeroCount(int nodeGroup) const;
    int chosenCount(int nodeGroup) const;  ///< chosen, not yet zero

private:
    void addStep(const event::Step& step);
    void addSample(const event::Sample& sample);
    void addRound(const event::SourceDegradation& measured);
    void addLog(const QString& level, const QString& text) { log.push_back({lastStep(), level, text}); }
    double m_average = 0, m_weight = 0, m_offset = 0;
    std::string m_stepStage, m_phase;
};

/// Share of the past in the smoothed loss; the mean is divided by its weight, so that it starts unbiased.
inline constexpr double kSmoothing = 0.9;

}  // namespace lorashear::ui
