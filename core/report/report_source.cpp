#include "core/report/report_source.h"

#include "core/base/error.h"
#include "core/base/stage.h"
#include "core/edits/blueprint.h"
#include "core/edits/edit_record.h"
#include "core/run/event_log.h"
#include "core/run/run_folder.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace lorashear {

namespace {

constexpr double kPast = 0.9;  ///< share of the past in the smoothed loss, as in the window

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
    void hear(const event::PlanMade& e) { m_planned = e.plan->edits; }
    void hear(const event::StageChanged&) {
        if (!m_planned.empty()) m_atOnce = std::exchange(m_planned, {});  // what comes behind the plan carries them out
    }
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

    /// What went without a record of it: what the plan cut at once, and the groups that training faded.
    Edits removed() const {
        Edits edits = m_atOnce;
        if (m_source.structure) {
            const Edits faded = editsOf(*m_source.structure, {m_zero.begin(), m_zero.end()});
            edits.insert(edits.end(), faded.begin(), faded.end());
        }
        return edits;
    }

private:
    template <class T, class Same>
    static void replace(std::vector<T>& all, const T& value, Same&& same) {
        const auto at = std::find_if(all.begin(), all.end(), same);
        at == all.end() ? all.push_back(value) : void(*at = value);
    }

    ReportSource& m_source;
    std::set<GroupRef> m_zero;
    Edits m_planned, m_atOnce;
    std::string m_stage;
    double m_offset = 0, m_mean = 0, m_weight = 0;
};

/// As much of a structure as a record tells of it.
Structure structureOf(const PruningRecord& record) {
    Structure structure;
    for (const KeptGroups& kept : record.nodeGroups.value_or(std::vector<KeptGroups>{})) {
        NodeGroup group;
        group.id = static_cast<int>(structure.nodeGroups.size());
        group.name = kept.name, group.unit = kept.unit, group.count = kept.count;
        structure.nodeGroups.push_back(std::move(group));
    }
    return structure;
}

/// One row a part: what several edits take of the same one is added up.
void addWords(std::vector<EditWords>& all, const EditWords& words) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const EditWords& other) {
        return other.part == words.part && other.of == words.of && other.many == words.many;
    });
    if (same == all.end())
        all.push_back(words);
    else
        same->kept -= words.of - words.kept;
}

/// By groups alone, which is all that it takes where nothing else went; nothing where something did.
std::optional<ModelShape> shapeWithoutGroups(const ModelConfig& config, const Structure& structure, const Edits& edits) {
    std::vector<int> removed(structure.nodeGroups.size(), 0);
    for (const Edit& edit : edits) {
        const auto* remove = std::get_if<RemoveGroups>(&edit);
        const NodeGroup* group = remove ? structure.find(remove->nodeGroup) : nullptr;
        if (!group) return std::nullopt;
        removed.at(static_cast<std::size_t>(group->id)) += static_cast<int>(remove->groups.size());
    }
    return shapeAfter(config, structure, removed);
}

/// What the edits leave of the original's shapes; nothing where the log is too old to tell of it.
std::optional<ModelShape> shapeLeft(const ReportSource& source) {
    if (!source.model || !source.structure) return std::nullopt;
    try {
        if (!source.structure->tensors.empty())
            return shapeOf(blueprintOf(source.model->config, *source.structure, source.edits, kRecordFile).config);
    } catch (const Error&) {  // in the midst of training more may be zero than an edit can remove
    }
    return shapeWithoutGroups(source.model->config, *source.structure, source.edits);
}

/// From the result's own record, which knows of everything that was cut; from the log where there is none, or none that can be read.
void findEdits(ReportSource& source, const std::filesystem::path& modelFolder, const Edits& logged) {
    PruningRecord record;
    source.edits = logged;
    try {
        record = recordIfThere(modelFolder);
        if (record.nodeGroups) source.edits = editsOfRecord(record, structureOf(record));
    } catch (const Error& error) {
        source.warnings.push_back(error.subject() + " " + error.message() + ": what was removed is told by the log");
        record = {};
    }
    ModelConfig config;
    if (source.model) config = source.model->config;
    if (record.vocabulary) config.vocabulary = record.vocabulary->before;
    const Structure recorded = structureOf(record);
    const Structure& structure = source.structure ? *source.structure : recorded;
    for (const Edit& edit : source.edits) addWords(source.cuts, editKindOf(edit).words(edit, config, structure));
    source.result = shapeLeft(source);
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
    findEdits(source, folder.modelFolder(), listener.removed());
    return source;
}

}  // namespace lorashear
