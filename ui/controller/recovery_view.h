#pragma once

#include "ui/controller/run_state.h"

namespace lorashear::ui {

/// One text of one phase of a recovery.
struct RecoveryText {
    int phase = 0;
    std::string name;
    QString title;  ///< as curves are called: with its phase in front where there are several
    bool operator==(const RecoveryText& other) const { return phase == other.phase && name == other.name; }
};

/// What was measured of one text in one round. Perplexities are of its held-out part.
struct TextStanding {
    double perplexity = 0, original = 0;
    double lost = 0;    ///< share that the perplexity lies above the original's; below 0: better than it
    double before = 0;  ///< the same when the phase began; NaN: not known
    double share = 0;   ///< of the mix, in the round that follows; NaN: not told
};

struct Line {
    std::vector<double> x, y;
};

/// The curves of a run's recovery. Its steps are counted from its own first one, those of pruning from theirs: they lie over each other.
struct RecoveryCurves {
    double start = 0;                 ///< steps before the recovery, on the run's axis
    std::vector<RecoveryText> texts;  ///< that were measured, phase by phase
    std::vector<Line> lost, share;    ///< of each text, round by round; shares hold until the next round
    Line pruningLoss, loss, smoothLoss, pruningPerplexity, perplexity;
    double original = -1;  ///< perplexity at checkpoints, of the model before pruning; below 0: not measured
};

RecoveryCurves recoveryCurves(const RunState& run);

/// The newest round at or before a step of the run; null: none by then. phase: of that one only.
const RunState::Round* roundAt(const RunState& run, double x, std::optional<int> phase = {});
/// nothing: that round did not measure the text.
std::optional<TextStanding> standingOf(const RunState& run, const RunState::Round& round, const std::string& text);

QString phaseTitle(const RunState& run, int phase);                           ///< "pretraining"
QString roundWords(const RunState& run, const event::SourceDegradation& of);  ///< "pretraining, after round 2"
/// The share above the original with its sign, "+17.7 %".
QString lostWords(double share);
/// The round in sentences, text by text: for who does not see the plots, and for the clipboard.
QString recoverySummary(const RunState& run, const RunState::Round& round);

/// Whether a recipe recovers otherwise than the run did; false where the run's wishes are not known.
bool recoversOtherwise(const RunState& run, const Recipe& recipe);

}  // namespace lorashear::ui
