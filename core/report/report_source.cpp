#include "core/report/report_source.h"
#include "core/base/stage.h"

#include "core/io/atomic_file.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace lorashear {

namespace {

using nlohmann::json;

constexpr double kPast = 0.9;  ///< share of the past in the smoothed loss, as in the window

const char* manyOf(const std::string& kind) {
    for (const UnitKindRow& row : kUnitKinds)
        if (kind == row.id) return row.many;
    return "groups";
}

/// Adds events to a source, in their order.
class ReportListener {
public:
    explicit ReportListener(ReportSource& source) : m_source(source) {}

    template <class T>
    void hear(const T&) {}
    void hear(const event::ModelOpened& e) {
        if (!m_source.model) m_source.model = e;
    }
    void hear(const event::StructureFound& e) { m_source.structure = e.structure; }
    void hear(const event::PlanMade& e) { m_source.editsAtOnce = !e.plan->edits.empty(); }
    void hear(const event::Step& e) {
        if (e.stage != m_stage) {  // some stages count from their own start
            m_offset =
                m_source.steps.empty() || static_cast<double>(e.step) > m_source.steps.back() ? 0 : m_source.steps.back();
            m_stage = e.stage;
            m_source.stages.emplace_back(m_source.steps.empty() ? 0 : m_source.steps.back(), e.stage);
        }
        if (std::isfinite(e.loss)) m_mean = kPast * m_mean + (1 - kPast) * e.loss, m_weight = kPast * m_weight + (1 - kPast);
        m_source.steps.push_back(m_offset + static_cast<double>(e.step));
        m_source.loss.push_back(e.loss);
        m_source.smoothLoss.push_back(m_weight > 0 ? m_mean / m_weight : std::nan(""));
    }
    void hear(const event::GroupsZero& e) { m_zero.insert(e.groups.begin(), e.groups.end()); }
    void hear(const event::Perplexity& e) {
        if (e.model == roleName(ModelRole::Checkpoint)) {
            m_source.checkpointSteps.push_back(m_source.steps.empty() ? 0 : m_source.steps.back());
            m_source.checkpointPerplexity.push_back(e.perplexity);
            return;
        }
        replace(m_source.perplexities, e,
                [&](const auto& o) { return o.model == e.model && o.name == e.name && o.protocol == e.protocol; });
    }
    void hear(const event::Measurement& e) {
        replace(m_source.measurements, e, [&](const auto& o) { return o.model == e.model && o.name == e.name; });
    }
    void hear(const event::Certificate& e) { m_source.certificates.push_back(e); }
    void hear(const event::Sample& e) {
        if (e.model == roleName(ModelRole::Checkpoint)) return;
        replace(m_source.samples, e, [&](const auto& o) { return o.model == e.model; });
    }
    void hear(const event::Note& e) {
        if (e.level == "warning") m_source.warnings.push_back(e.text);
    }
    void hear(const event::Finished& e) { m_source.finished = e; }

    const std::set<GroupRef>& zero() const { return m_zero; }

private:
    template <class T, class Same>
    static void replace(std::vector<T>& all, const T& value, Same&& same) {
        const auto at = std::find_if(all.begin(), all.end(), same);
        at == all.end() ? all.push_back(value) : void(*at = value);
    }

    ReportSource& m_source;
    std::set<GroupRef> m_zero;
    std::string m_stage;
    double m_offset = 0, m_mean = 0, m_weight = 0;
};

/// From the result's own record, which knows of everything that was cut; false where there is none.
bool cutsOfRecord(ReportSource& source, const std::filesystem::path& file) {
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return false;
    try {
        const json record = json::parse(readFile(file));
        for (const json& group : record.at("node_groups"))
            source.cuts.push_back({group.at("name").get<std::string>(), manyOf(group.at("kind").get<std::string>()),
                                   group.at("groups").get<int>(), static_cast<int>(group.at("kept").size())});
        return true;
    } catch (const json::exception&) {
        source.cuts.clear();
        return false;
    }
}

void cutsOfLog(ReportSource& source, const std::set<GroupRef>& zero) {
    if (!source.structure) return;
    for (const NodeGroup& group : source.structure->nodeGroups) {
        const auto gone =
            std::count_if(zero.begin(), zero.end(), [&](const GroupRef& ref) { return ref.nodeGroup == group.id; });
        if (gone > 0)
            source.cuts.push_back({group.name, kUnitKinds[static_cast<std::size_t>(group.unit)].many, group.count,
                                   group.count - static_cast<int>(gone)});
    }
}

}  // namespace

ReportSource readReportSource(const std::filesystem::path& run) {
    const RunFolder folder = RunFolder::open(run);
    ReportSource source;
    source.folder = folder.path();
    source.recipe = folder.recipe();
    ReportListener listener(source);
    for (const LoggedEvent& logged : readEvents(folder.eventsFile()))
        std::visit([&](const auto& known) { listener.hear(known); }, logged.event);
    source.windows = keptWindows(run);
    if (!cutsOfRecord(source, folder.modelFolder() / "pruning.json")) cutsOfLog(source, listener.zero());
    if (source.structure) {
        source.removed.assign(source.structure->nodeGroups.size(), 0);
        for (const auto& cut : source.cuts)
            for (const NodeGroup& group : source.structure->nodeGroups)
                if (group.name == cut.name) source.removed[static_cast<std::size_t>(group.id)] = cut.before - cut.after;
    }
    return source;
}

}  // namespace lorashear
