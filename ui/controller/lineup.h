#pragma once

#include "core/base/stage.h"
#include "core/run/command.h"
#include "ui/controller/model_figures.h"
#include "ui/controller/run_summary.h"

#include <QString>
#include <QStringList>

#include <memory>
#include <vector>

namespace lorashear::ui {

inline constexpr int kFewestColumns = 2, kMostColumns = 4;  ///< of models held against each other

/// A model that can stand in a column of the comparison, and what it is held against: the original, as its own run measured it.
struct LineupEntry {
    QString id;  ///< "original", "pruned", "recovered", "adapted" of the run shown; "run:FOLDER" of another
    QString title, toolTip;
    ComparedModel model;  ///< labelled with the id; without a path its weights are not on the disk
    std::shared_ptr<const RunFigures> run;
    std::string role;
    bool isOriginal() const { return id == QLatin1String("original"); }
    const ModelFigures* figures() const { return run->of(role); }
    const ModelFigures* original() const { return isOriginal() ? nullptr : run->of(roleName(ModelRole::Dense)); }
};

/// What can be compared: the models of the run shown, then the results of other runs on the same original that came to their end, those that trained the
/// original and cut nothing first. A model is there once something was measured of it or it is kept.
std::vector<LineupEntry> lineup(const std::shared_ptr<const RunFigures>& shown, const std::vector<RunSummary>& runs);

/// The ids that stand in the columns: those of `wanted` that are there; if none was asked for or is left, the models of the run shown.
QStringList columnsFor(const std::vector<LineupEntry>& entries, const QStringList& wanted);
const LineupEntry* entryOf(const std::vector<LineupEntry>& entries, const QString& id);  ///< null: not there

}  // namespace lorashear::ui
