#pragma once

#include "ui/controller/recipe_changes.h"
#include "ui/controller/run_reader.h"

#include <QDateTime>
#include <QString>

#include <memory>
#include <vector>

namespace lorashear::ui {

struct RunFigures;

/// What a list of runs tells of one, and the curves that are laid over those of others.
struct RunSummary {
    enum class Status { Complete, Running, Interrupted, Cancelled, Failed, Unreadable };
    /// Perplexities of one text under one protocol; below 0: not measured. Where tokens were removed the engine counts per token of the original's
    /// tokenizer, so that they can be compared.
    struct Text {
        QString name, protocol;  ///< numbers of different protocols say nothing about each other
        double original = -1, pruned = -1, recovered = -1;
        double last() const { return recovered > 0 ? recovered : pruned; }
        QString key() const { return name + QStringLiteral(" · ") + protocol; }
    };

    QString folder, name, model, method, recovery;
    QString setting;  ///< what else was asked for, in words
    Status status = Status::Interrupted;
    QString trouble;                        ///< why it failed or cannot be read
    double asked = -1, ratio = -1;          ///< share of the parameters; what was reached is known at the end
    double parameters = -1, original = -1;  ///< parameters after and before; below 0: not measured
    std::vector<Text> texts;
    double bestCheckpoint = -1, lastCheckpoint = -1;  ///< perplexities on a few windows of the first text
    double bestStep = -1;
    double tokens = 0, seconds = -1;                        ///< trained on so far; on the run's clock
    QString parent;                                         ///< folder of the run that it branched from; "": of none
    qint64 parted = 0;                                      ///< optimizer step at which the two part
    std::vector<SettingChange> changes;                     ///< what it was asked otherwise than its parent
    std::vector<double> steps, loss;                        ///< smoothed
    std::vector<double> checkpointSteps, checkpointValues;  ///< perplexity
    std::shared_ptr<const RunFigures> figures;              ///< all that it measured; null where it cannot be read
    QDateTime changed;                                      ///< when its log grew last

    const Text* text(const QString& key) const;  ///< null: not measured
};

/// Pure. Status is Interrupted where the log has no end: who works on the run is not in the log.
RunSummary summarise(const RunHistory& history);
/// From the run's folder, with its status by who holds it; a folder that cannot be read is a summary that says why.
RunSummary readSummary(const QString& folder, std::stop_token stop = {});
QString branchWords(const RunSummary& run);  ///< "step 40: max rounds 3 → 5"; "" of a run that is no branch
/// Branches below their parents, each with its own below it; otherwise in the order given: indices.
std::vector<std::size_t> treeOrder(const std::vector<RunSummary>& runs);
QString statusWord(RunSummary::Status status);
/// Runs that no other run beats in both parameters and last perplexity of that text, by size: indices.
std::vector<std::size_t> paretoFront(const std::vector<RunSummary>& runs, const QString& textKey);

}  // namespace lorashear::ui
