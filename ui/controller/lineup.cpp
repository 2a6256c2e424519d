#include "ui/controller/lineup.h"

#include "core/base/stage.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>
#include <map>

namespace lorashear::ui {

namespace {

LineupEntry entry(const QString& id, const QString& title, const QString& toolTip,
                  const std::shared_ptr<const RunFigures>& run, const char* role) {
    LineupEntry made{id, title, toolTip, {}, run, role};
    made.model.label = id.toStdString();
    return made;
}

std::string resultOf(const RunFigures& run) {
    return run.hasResult ? run.folder.toStdString() + "/model" : std::string();
}

LineupEntry originalEntry(const std::shared_ptr<const RunFigures>& shown) {
    const Recipe::Model& model = shown->recipe.model;
    LineupEntry made = entry(QStringLiteral("original"), tr("Original"),
                             tr("What the run started from: %1").arg(QString::fromStdString(model.path)), shown,
                             roleName(ModelRole::Dense));
    made.model.path = model.path, made.model.adapter = model.adapter;
    return made;
}

LineupEntry prunedEntry(const std::shared_ptr<const RunFigures>& shown) {
    LineupEntry made = entry(QStringLiteral("pruned"), tr("Pruned"), tr("Right after pruning, before any recovery"), shown,
                             roleName(ModelRole::Pruned));
    if (!shown->recovers())
        made.model.path = resultOf(*shown);
    else if (shown->hasPruned)
        made.model.path = shown->folder.toStdString(), made.model.beforeRecovery = true;
    return made;
}

LineupEntry recoveredEntry(const std::shared_ptr<const RunFigures>& shown) {
    LineupEntry made = entry(QStringLiteral("recovered"), tr("Recovered"), tr("The result of the run shown"), shown,
                             roleName(ModelRole::Recovered));
    made.model.path = resultOf(*shown);
    return made;
}

/// Measured by the run itself (/evaluation/adapted_dense); its weights are not kept.
LineupEntry adaptedEntry(const std::shared_ptr<const RunFigures>& shown) {
    return entry(QStringLiteral("adapted"), tr("Original, same training"),
                 tr("The original with nothing removed, trained by this run as long as its own model"), shown,
                 roleName(ModelRole::Adapted));
}

QString trainingWords(const RunFigures& run) {
    return run.trainedTokens > 0 ? tr("%1 tokens of training").arg(formatCount(run.trainedTokens))
                                 : tr("how much it trained is not in its log");
}

LineupEntry otherEntry(const RunSummary& other, const RunFigures& shown) {
    const std::shared_ptr<const RunFigures>& run = other.figures;
    const bool adapted = trainsTheOriginal(run->recipe), same = adapted && sameTraining(*run, shown);
    const QString title = !adapted ? other.name : same ? tr("Original, same training") : tr("Original, trained");
    const QString what =
        adapted ? tr("The original with nothing removed, trained") : tr("%1, %2").arg(other.method, other.setting);
    const QString how =
        !adapted || same
            ? trainingWords(*run)
            : tr("not the same training as the run shown: %1 against %2").arg(trainingWords(*run), trainingWords(shown));
    LineupEntry made = entry(QStringLiteral("run:") + other.folder, title,
                             QStringLiteral("%1\n%2; %3").arg(other.folder, what, how), run, run->finalRole());
    made.model.path = resultOf(*run);
    return made;
}

/// Two columns under one name could not be told apart, in the table and in what is copied of it.
void tellApart(std::vector<LineupEntry>& entries) {
    std::map<QString, int> times;
    for (const LineupEntry& known : entries) ++times[known.title];
    for (LineupEntry& known : entries) {
        if (times[known.title] < 2 || !known.id.startsWith(QLatin1String("run:"))) continue;
        const QString& name = known.title == known.run->name ? known.run->folder : known.run->name;
        known.title = tr("%1 (%2)").arg(known.title, name);
    }
}

bool canStand(const RunSummary& other, const RunFigures& shown) {
    return other.figures && other.status == RunSummary::Status::Complete && other.folder != shown.folder &&
           sameBase(other.figures->recipe, shown.recipe) && other.figures->of(other.figures->finalRole());
}

}  // namespace

std::vector<LineupEntry> lineup(const std::shared_ptr<const RunFigures>& shown, const std::vector<RunSummary>& runs) {
    std::vector<LineupEntry> entries{originalEntry(shown)};
    const bool recovers = shown->recovers();
    if (shown->of(roleName(ModelRole::Pruned)) || (recovers ? shown->hasPruned : shown->hasResult))
        entries.push_back(prunedEntry(shown));
    if (shown->of(roleName(ModelRole::Recovered)) || (recovers && shown->hasResult))
        entries.push_back(recoveredEntry(shown));
    if (shown->of(roleName(ModelRole::Adapted))) entries.push_back(adaptedEntry(shown));
    for (const bool adapted : {true, false})
        for (const RunSummary& other : runs)
            if (canStand(other, *shown) && trainsTheOriginal(other.figures->recipe) == adapted)
                entries.push_back(otherEntry(other, *shown));
    tellApart(entries);
    return entries;
}

const LineupEntry* entryOf(const std::vector<LineupEntry>& entries, const QString& id) {
    const auto at = std::find_if(entries.begin(), entries.end(), [&](const LineupEntry& known) { return known.id == id; });
    return at == entries.end() ? nullptr : &*at;
}

QStringList columnsFor(const std::vector<LineupEntry>& entries, const QStringList& wanted) {
    QStringList columns;
    for (const QString& id : wanted)
        if (entryOf(entries, id) && !columns.contains(id) && columns.size() < kMostColumns) columns << id;
    if (columns.size() >= kFewestColumns) return columns;
    for (const LineupEntry& known : entries)
        if (!known.id.startsWith(QLatin1String("run:")) && !columns.contains(known.id)) columns << known.id;
    return columns;
}

}  // namespace lorashear::ui
