#include "ui/controller/run_moment.h"

#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>
#include <numeric>

namespace lorashear::ui {

namespace {

/// The last entry that lies at or before x.
template <class Entry, class At>
const Entry* newestBy(const std::vector<Entry>& entries, double x, At at) {
    const auto after = std::upper_bound(entries.begin(), entries.end(), x,
                                        [&](double value, const Entry& entry) { return value < at(entry); });
    return after == entries.begin() ? nullptr : &*std::prev(after);
}

std::vector<int> countsBy(const std::vector<std::pair<double, std::vector<GroupRef>>>& history, double x) {
    std::vector<int> counts;
    for (const auto& [at, groups] : history) {
        if (at > x) break;
        for (const GroupRef& group : groups) {
            if (group.nodeGroup < 0) continue;
            if (std::size_t(group.nodeGroup) >= counts.size()) counts.resize(std::size_t(group.nodeGroup) + 1);
            ++counts[std::size_t(group.nodeGroup)];
        }
    }
    return counts;
}

}  // namespace

int RunMoment::zeroGroups() const {
    return std::accumulate(zero.begin(), zero.end(), 0);
}

RunMoment momentOf(const RunState& run, double x) {
    RunMoment moment;
    moment.x = x;
    moment.newest = x >= run.lastStep();
    moment.zero = countsBy(run.zeroAt, x);
    moment.chosen = countsBy(run.chosenAt, x);
    moment.path = &run.halfSpaces;
    moment.halfSpace = newestBy(run.halfSpaces, x, [](const RunState::HalfSpaceView& view) { return view.x; });
    moment.text = newestBy(run.texts, x, [](const RunState::Text& text) { return text.x; });
    // A phase begins behind the step before it: the step itself is the former phase's last.
    for (const auto& [before, name] : run.phaseStarts)
        if (before < x) moment.phase = name;
    return moment;
}

std::vector<RunMark> marksOf(const RunState& run) {
    using Kind = RunMark::Kind;
    std::vector<RunMark> marks;
    for (const auto& [x, groups] : run.chosenAt)
        marks.push_back({Kind::Chosen, x, tr("%1 groups chosen").arg(formatInteger(qint64(groups.size())))});
    for (const auto& [x, groups] : run.zeroAt)
        marks.push_back({Kind::Zero, x, tr("%1 groups at zero").arg(formatInteger(qint64(groups.size())))});
    for (const event::CheckpointSaved& checkpoint : run.checkpoints)
        marks.push_back({Kind::Checkpoint, double(checkpoint.step), tr("checkpoint")});
    for (std::size_t i : run.notFinite) marks.push_back({Kind::NotFinite, run.steps[i], tr("the loss is not a number")});
    std::stable_sort(marks.begin(), marks.end(), [](const RunMark& a, const RunMark& b) { return a.x < b.x; });
    return marks;
}

}  // namespace lorashear::ui
