#include "ui/controller/run_summary.h"

#include "core/base/stage.h"
#include "core/run/branch_record.h"
#include "core/run/run_folder.h"
#include "core/run/run_holder.h"
#include "ui/controller/model_figures.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QDir>
#include <QFileInfo>

#include <algorithm>
#include <numeric>

namespace lorashear::ui {

namespace {

QString dirName(const std::string& path) {
    return QDir(QString::fromStdString(path)).dirName();
}

void addText(RunSummary& summary, const event::Perplexity& measured) {
    const QString name = QString::fromStdString(measured.name);
    const QString tokens = tr("%1 tokens predicted").arg(formatInteger(measured.tokens));
    const QString protocol =
        measured.protocol.empty() ? tokens : QStringLiteral("%1; %2").arg(QString::fromStdString(measured.protocol), tokens);
    auto at = std::find_if(summary.texts.begin(), summary.texts.end(),
                           [&](const auto& text) { return text.name == name && text.protocol == protocol; });
    if (at == summary.texts.end()) at = summary.texts.insert(at, RunSummary::Text{name, protocol});
    if (measured.model == roleName(ModelRole::Dense)) at->original = measured.perplexity;
    if (measured.model == roleName(ModelRole::Pruned)) at->pruned = measured.perplexity;
    if (measured.model == roleName(ModelRole::Recovered)) at->recovered = measured.perplexity;
}

void addCheckpoint(RunSummary& summary, const RunState::PerplexityPoint& point) {
    summary.checkpointSteps.push_back(point.x);
    summary.checkpointValues.push_back(point.measured.perplexity);
    if (point.measured.step == 0) return;  // the original's
    summary.lastCheckpoint = point.measured.perplexity;
    if (summary.bestCheckpoint >= 0 && !(point.measured.perplexity < summary.bestCheckpoint)) return;
    summary.bestCheckpoint = point.measured.perplexity;
    summary.bestStep = point.x;
}

QString settingWords(const Recipe& recipe) {
    QStringList words;
    words << (recipe.plan.uniform ? tr("equal counts in every block") : tr("free counts"));
    words << (recipe.plan.useKnowledge ? tr("respects the analysis") : tr("without the analysis"));
    words << tr("LoRA rank %1").arg(recipe.lora.rank);
    words << tr("seed %1").arg(recipe.seed);
    return words.join(QStringLiteral(", "));
}

RunSummary::Status statusOf(const RunState& run) {
    using Outcome = event::Finished::Outcome;
    if (!run.finished) return RunSummary::Status::Interrupted;
    switch (run.finished->outcome) {
        case Outcome::Completed: return RunSummary::Status::Complete;
        case Outcome::Cancelled: return RunSummary::Status::Cancelled;
        case Outcome::Failed: break;
    }
    return RunSummary::Status::Failed;
}

/// A parent that is gone leaves its name.
void addParent(RunSummary& summary, const Recipe& recipe) {
    const auto branched = branchRecordOf(summary.folder.toStdString());
    if (!branched) return;
    summary.parent = QDir::cleanPath(QString::fromStdString(branched->parent.string()));
    summary.parted = branched->step;
    try {
        summary.changes = changesBetween(RunFolder::open(branched->parent).recipe(), recipe);
    } catch (const Error&) {
    }
}

}  // namespace

const RunSummary::Text* RunSummary::text(const QString& key) const {
    const auto at = std::find_if(texts.begin(), texts.end(), [&](const Text& text) { return text.key() == key; });
    return at == texts.end() ? nullptr : &*at;
}

RunSummary summarise(const RunHistory& history) {
    RunSummary summary;
    const RunState& run = history.run;
    summary.folder = history.folder;
    summary.name = QDir(history.folder).dirName();
    summary.model = dirName(history.recipe.model.path);
    summary.method = QString::fromStdString(history.recipe.method.id);
    summary.recovery = history.recipe.recovery.enabled ? QString::fromStdString(history.recipe.recovery.scheme) : QString();
    summary.setting = settingWords(history.recipe);
    summary.asked = history.recipe.plan.ratio;
    summary.status = statusOf(run);
    if (run.finished && run.finished->error) summary.trouble = QString::fromStdString(run.finished->error->message());
    for (const event::Measurement& m : run.measurements) {
        if (m.name != "parameters") continue;
        (m.model == roleName(ModelRole::Dense) ? summary.original : summary.parameters) = m.value;
    }
    if (summary.original > 0 && summary.parameters > 0) summary.ratio = 1 - summary.parameters / summary.original;
    for (const RunState::PerplexityPoint& point : run.perplexities)
        point.measured.model == roleName(ModelRole::Checkpoint) ? addCheckpoint(summary, point)
                                                                : addText(summary, point.measured);
    summary.tokens = run.trainedTokens;
    if (!history.timed.empty()) summary.seconds = history.timed.back().first;
    summary.steps = run.steps;
    summary.loss = run.smoothLoss;
    return summary;
}

RunSummary readSummary(const QString& folder, std::stop_token stop) {
    RunSummary summary;
    try {
        const RunHistory history = readRun(folder, std::move(stop));
        summary = summarise(history);
        addParent(summary, history.recipe);
        summary.figures = std::make_shared<const RunFigures>(figuresOf(history.run, history.recipe));
        if (summary.status != RunSummary::Status::Complete && runHolder(folder.toStdString()))
            summary.status = RunSummary::Status::Running;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Cancelled) throw;
        summary.status = RunSummary::Status::Unreadable;
        summary.trouble = QString::fromStdString(error.message());
    } catch (const std::exception& error) {
        summary.status = RunSummary::Status::Unreadable;
        summary.trouble = QString::fromUtf8(error.what());
    }
    summary.folder = folder;
    summary.name = QDir(folder).dirName();
    summary.changed = QFileInfo(folder + QStringLiteral("/events.jsonl")).lastModified();
    return summary;
}

QString branchWords(const RunSummary& run) {
    constexpr std::size_t kMost = 2;
    if (run.parent.isEmpty()) return {};
    QStringList words;
    for (std::size_t i = 0; i < std::min(run.changes.size(), kMost); ++i) words << changeWords(run.changes[i]);
    if (run.changes.size() > kMost) words << tr("%1 more").arg(run.changes.size() - kMost);
    return words.isEmpty() ? tr("step %1").arg(run.parted)
                           : tr("step %1: %2").arg(run.parted).arg(words.join(QStringLiteral(", ")));
}

std::vector<std::size_t> treeOrder(const std::vector<RunSummary>& runs) {
    std::vector<std::size_t> order;
    std::vector<bool> placed(runs.size());
    const auto isIn = [&](const QString& folder) {
        return std::any_of(runs.begin(), runs.end(), [&](const RunSummary& run) { return run.folder == folder; });
    };
    const auto place = [&](const auto& self, std::size_t i) -> void {
        if (placed[i]) return;
        placed[i] = true;
        order.push_back(i);
        for (std::size_t child = 0; child < runs.size(); ++child)
            if (!runs[child].parent.isEmpty() && runs[child].parent == runs[i].folder) self(self, child);
    };
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (runs[i].parent.isEmpty() || !isIn(runs[i].parent)) place(place, i);
    for (std::size_t i = 0; i < runs.size(); ++i) place(place, i);  // records that point in a ring
    return order;
}

QString statusWord(RunSummary::Status status) {
    switch (status) {
        case RunSummary::Status::Complete: return tr("✓ complete");
        case RunSummary::Status::Running: return tr("○ running");
        case RunSummary::Status::Interrupted: return tr("‖ interrupted");
        case RunSummary::Status::Cancelled: return tr("‖ cancelled");
        case RunSummary::Status::Failed: return tr("✗ failed");
        case RunSummary::Status::Unreadable: return tr("✗ cannot be read");
    }
    return {};
}

std::vector<std::size_t> paretoFront(const std::vector<RunSummary>& runs, const QString& textKey) {
    std::vector<std::size_t> order;
    const auto value = [&](std::size_t i) { return runs[i].text(textKey)->last(); };
    for (std::size_t i = 0; i < runs.size(); ++i)
        if (const auto* text = runs[i].text(textKey); text && text->last() > 0 && runs[i].parameters > 0) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return runs[a].parameters != runs[b].parameters ? runs[a].parameters < runs[b].parameters : value(a) < value(b);
    });
    std::vector<std::size_t> front;
    for (std::size_t i : order)
        if (front.empty() || value(i) < value(front.back())) front.push_back(i);
    return front;
}

}  // namespace lorashear::ui
