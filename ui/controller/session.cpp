#include "ui/controller/session.h"

#include "core/run/recipe_schedule.h"
#include "ui/controller/forecast.h"
#include "ui/controller/recipe_changes.h"
#include "ui/controller/renumber.h"

#include <QCoreApplication>

#include <algorithm>

namespace lorashear::ui {

namespace {

/// The one value that differs, before and after; "" where several do, or long ones, or lists.
QString changeWords(const Recipe& before, const Recipe& after) {
    constexpr int kLongest = 24;
    const std::vector<SettingChange> changes = changesBetween(before, after);
    if (changes.size() != 1) return {};
    const QString &was = changes[0].from, &is = changes[0].to;
    const bool plain = !was.isEmpty() && !is.isEmpty() && std::max(was.size(), is.size()) <= kLongest &&
                       !(was + is).contains(QLatin1Char(','));
    return plain ? QCoreApplication::translate("lorashear::ui::Session", "%1 → %2").arg(was, is) : QString();
}

/// A whole recipe before and after: recipes are a few kilobytes, and nothing can be forgotten in the undoing.
class RecipeEdit : public QUndoCommand {
public:
    RecipeEdit(Session& session, const QString& text, Recipe before, Recipe after, QString key)
        : m_session(session), m_title(text), m_before(std::move(before)), m_after(std::move(after)), m_key(std::move(key)) {
        describe();
    }
    void undo() override { m_session.replaceRecipe(m_before); }
    void redo() override { m_session.replaceRecipe(m_after); }
    int id() const override { return m_key.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* next = static_cast<const RecipeEdit*>(other);
        if (next->m_key != m_key) return false;
        m_after = next->m_after;
        m_title = next->m_title;
        describe();
        return true;
    }

private:
    /// With what it changes: a list of edits that all say "batch" tells nothing.
    void describe() {
        const QString words = changeWords(m_before, m_after);
        setText(words.isEmpty() ? m_title
                                : QCoreApplication::translate("lorashear::ui::Session", "%1: %2").arg(m_title, words));
    }

    Session& m_session;
    QString m_title;
    Recipe m_before, m_after;
    QString m_key;
};

bool sameAnalysis(const Recipe::Analysis& a, const Recipe::Analysis& b) {
    return a.ratios == b.ratios && a.proxy == b.proxy && a.unprunableShare == b.unprunableShare &&
           a.confidence == b.confidence && a.text.path == b.text.path && a.text.window == b.text.window &&
           a.text.maxWindows == b.text.maxWindows && a.text.skipWindows == b.text.skipWindows && a.text.bos == b.text.bos;
}

void removeName(std::vector<std::string>& names, const std::string& name) {
    names.erase(std::remove(names.begin(), names.end(), name), names.end());
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

template <class T>
bool isA(const Command& command) {
    return std::holds_alternative<T>(command);
}

bool isRun(const Command& command) {
    return isA<command::StartRun>(command) || isA<command::ResumeRun>(command) || isA<command::BranchRun>(command);
}

std::string runFolder(const Command& command) {
    if (const auto* start = std::get_if<command::StartRun>(&command)) return start->folder;
    if (const auto* resume = std::get_if<command::ResumeRun>(&command)) return resume->folder;
    if (const auto* branch = std::get_if<command::BranchRun>(&command)) return branch->newFolder;
    return {};
}

std::vector<SchedulePhase> announcedBy(const Recipe& recipe) {
    try {
        return recipeSchedule(recipe);
    } catch (const Error&) {  // refused by the engine, in words
        return {};
    }
}

/// Node groups that marks of the analysis keep whole, where they do.
std::vector<int> closedByAnalysis(const Recipe& recipe, const KnowledgeDistribution* knowledge) {
    std::vector<int> closed;
    if (!knowledge || !recipe.plan.useKnowledge || recipe.plan.uniform) return closed;
    for (const NodeGroupKnowledge& entry : knowledge->nodeGroups)
        if (entry.protectedByRank) closed.push_back(entry.nodeGroup);
    return closed;
}

}  // namespace

std::string rankingKey(const Recipe& recipe) {
    Recipe before = recipe;
    before.evaluation = {};
    before.exports.clear();
    before.threads = Recipe{}.threads;
    before.checkpointSteps = Recipe{}.checkpointSteps;
    try {
        return recipeText(before);
    } catch (const Error&) {
        return {};
    }
}

Session::Session(QObject* parent) : QObject(parent) {}
Session::~Session() = default;

void Session::beginCommand(const Command& command) {
    m_lastFinished.reset();
    m_dirty.finished = true;
    m_coming.reset();
    if (isRun(command)) {
        RunState coming;
        coming.started = true;
        coming.folder = runFolder(command);
        announce(coming, command);
        m_comingParent = isA<command::BranchRun>(command) ? std::make_shared<const RunState>(m_run)
                         : coming.folder == m_run.folder  ? m_parent
                                                          : nullptr;
        m_coming = std::move(coming);
        if (isA<command::StartRun>(command)) begin();
        m_dirty.run = true;
    }
    if (isA<command::ExportModel>(command)) {
        m_run.certificate.reset();  // of another export
        m_run.exportProblem.clear();
        m_dirty.run = true;
    }
    if (isA<command::AnalyseKnowledge>(command)) {
        m_entries.clear();
        m_knowledge.reset();
        m_dirty.knowledge = true;
        m_dirty.plan = true;
    }
    flush();
}

/// What a run will do: one that is gone on with, what it did announce.
void Session::announce(RunState& coming, const Command& command) const {
    const bool same = runFolder(command) == m_run.folder;
    const auto* start = std::get_if<command::StartRun>(&command);
    const auto* branch = std::get_if<command::BranchRun>(&command);
    const Recipe& recipe = start ? start->recipe : branch ? branch->recipe : m_recipe;
    coming.schedule = same && !m_run.schedule.empty() ? m_run.schedule : announcedBy(recipe);
    coming.recovery = same && m_run.recovery ? m_run.recovery : recipe.recovery;
    coming.askedBy = same && !m_run.askedBy.empty() ? m_run.askedBy : rankingKey(recipe);
}

bool Session::recipeIsOfRun() const {
    return !m_run.askedBy.empty() && m_run.askedBy == rankingKey(m_recipe);
}

/// A run that could not be gone on with takes nothing from the screen: the new one is shown from its first word on.
void Session::begin() {
    m_run = std::move(*m_coming);
    m_coming.reset();
    lookAt({});
    m_parent = std::exchange(m_comingParent, nullptr);
}

void Session::apply(const RunEvent& event, const Command& command) {
    const bool unheard = m_coming && isRun(command);
    const bool ended = std::holds_alternative<event::Finished>(event);
    if (unheard && !ended) begin();
    if (unheard && ended) m_coming.reset();
    const bool describesOpenModel =
        isA<command::OpenModel>(command) || isA<command::AnalyseKnowledge>(command) || isRun(command);
    if (const auto* opened = std::get_if<event::ModelOpened>(&event); opened && describesOpenModel) {
        const bool another = !m_model || m_model->identity != opened->identity || m_model->path != opened->path;
        if (another) {
            forgetModel();
            if (!isRun(command)) {  // a run of the former model: nothing of it fits this one
                m_run = RunState{};
                lookAt({});
            }
        }
        m_model = *opened;
        m_dirty.model = true;
    } else if (const auto* found = std::get_if<event::StructureFound>(&event); found && describesOpenModel) {
        takeStructure(found->structure);
        m_dirty.structure = m_dirty.plan = true;
    } else if (const auto* saliency = std::get_if<event::SaliencyMeasured>(&event)) {
        std::erase_if(m_saliencies, [&](const auto& known) { return known->proxy == saliency->saliency->proxy; });
        m_saliencies.insert(m_saliencies.begin() + (m_methodRanks && !m_saliencies.empty()), saliency->saliency);
        if (!m_methodRanks) m_saliency = saliency->saliency;  // else the method's own ranks the plan, and stays the first
        m_dirty.plan = true;
    } else if (const auto* entry = std::get_if<event::KnowledgeMeasured>(&event)) {
        std::erase_if(m_entries, [&](const NodeGroupKnowledge& k) { return k.nodeGroup == entry->entry.nodeGroup; });
        m_entries.push_back(entry->entry);
        m_dirty.knowledge = true;
    } else if (const auto* done = std::get_if<event::KnowledgeFinished>(&event)) {
        m_knowledge = done->knowledge;
        m_entries = m_knowledge->nodeGroups;
        m_knowledgeStale = false;
        m_dirty.knowledge = m_dirty.plan = true;
    } else if (const auto* finished = std::get_if<event::Finished>(&event)) {
        finishCommand(*finished, command);
    }
    if (const auto* certificate = std::get_if<event::Certificate>(&event))
        if (const auto* asked = std::get_if<command::ExportModel>(&command))
            m_run.exported[asked->format] = {certificate->path, certificate->problem, certificate->passed};
    // Certificates and samples of later commands belong to the run they are about; their end is not the run's end.
    if (!ended || (isRun(command) && !unheard)) m_run.apply(event);
    m_dirty.run = true;
}

/// What was measured of the model stays what it was, under the ids of the structure that is shown from now on.
void Session::takeStructure(const std::shared_ptr<const Structure>& found) {
    const std::shared_ptr<const Structure> former = std::exchange(m_structure, found);
    if (!former || !found || former == found) return;
    const Renumbering now(*former, *found);
    const std::shared_ptr<const GroupSaliency> used = m_saliency;
    for (auto& saliency : m_saliencies) {
        const bool shown = saliency == used;
        saliency = std::make_shared<const GroupSaliency>(now(*saliency));
        if (shown) m_saliency = saliency;
    }
    m_ranked = now(m_ranked);
    m_plan.removed = now(m_plan.removed);
    if (m_selection.nodeGroup >= 0) {
        m_selection.nodeGroup = now(m_selection.nodeGroup);
        if (m_selection.nodeGroup < 0) m_selection.group = -1;
    }
}

void Session::applyRanking(const RunEvent& event, const command::RankGroups& asked) {
    if (const auto* measured = std::get_if<event::SaliencyMeasured>(&event)) {
        std::erase_if(m_saliencies, [&](const auto& known) {
            return known->proxy == measured->saliency->proxy || (m_methodRanks && known == m_saliency);
        });
        m_saliency = measured->saliency;
        m_saliencies.insert(m_saliencies.begin(), m_saliency);
        m_methodRanks = true;
    }
    if (const auto* chosen = std::get_if<event::GroupsChosen>(&event)) {
        m_ranked = chosen->groups;
        m_rankedBy = rankingKey(asked.recipe);
        m_rankedMarks = closedByAnalysis(asked.recipe, asked.knowledge.get());
        m_dirty.plan = true;
    }
}

/// Nothing measured on one model says anything about another.
void Session::forgetModel() {
    m_model.reset();
    m_structure.reset();
    m_knowledge.reset();
    m_saliency.reset();
    m_saliencies.clear();
    m_ranked.clear();
    m_rankedBy.clear();
    m_plan = {};
    m_methodRanks = false;
    m_entries.clear();
    m_selection = {};
    m_dirty.model = m_dirty.structure = m_dirty.knowledge = m_dirty.plan = true;
}

void Session::showRun(RunHistory history) {
    const Command command = command::ResumeRun{history.run.folder};
    beginCommand(command);
    begin();
    setRecipe(history.recipe);  // first: what was measured was measured by it, and is not stale
    for (const RunEvent& event : history.about) apply(event, command);
    if (m_model && m_model->path != history.recipe.model.path)
        forgetModel();  // the run did not get as far as opening its own
    m_run = std::move(history.run);
    m_run.schedule = announcedBy(m_recipe);
    m_run.recovery = m_recipe.recovery;
    m_run.askedBy = rankingKey(m_recipe);
    m_lastFinished = m_run.finished;
    m_dirty.run = m_dirty.finished = m_dirty.plan = true;
    flush();
}

void Session::finishCommand(const event::Finished& finished, const Command& command) {
    m_lastFinished = finished;
    m_dirty.finished = true;
    if (isA<command::ExportModel>(command) && finished.outcome != event::Finished::Outcome::Completed)
        m_run.exportProblem = finished.error ? finished.error->message() : std::string("it was cancelled");
    if (const auto* asked = std::get_if<command::ExportModel>(&command); asked && !m_run.exportProblem.empty())
        m_run.exported[asked->format] = {asked->destination, m_run.exportProblem, false};
    if (!isRun(command)) return;
    m_dirty.plan = true;
}

void Session::applyLogged(const EventLogReader::Batch& batch) {
    const Command command = command::ResumeRun{m_run.folder};
    if (batch.fromStart) {
        beginCommand(command);
        begin();
    }
    for (const LoggedEvent& logged : batch.events) apply(logged.event, command);
    flush();
}

void Session::flush() {
    const Dirty dirty = std::exchange(m_dirty, Dirty{});
    if (dirty.model) Q_EMIT modelChanged();
    if (dirty.structure) Q_EMIT structureChanged();
    if (dirty.knowledge) Q_EMIT knowledgeChanged();
    if (dirty.plan || dirty.structure) remakePlan(false);
    if (dirty.run) Q_EMIT runChanged();
    if (dirty.finished) Q_EMIT commandFinished();
}

void Session::edit(const QString& text, const std::function<void(Recipe&)>& change, const QString& mergeKey) {
    Recipe after = m_recipe;
    std::optional<Error> refused;
    try {
        change(after);
        if (recipeText(after) == recipeText(m_recipe)) return;
    } catch (const Error& error) {
        refused = error;
    } catch (const std::exception& error) {
        refused = Error(ErrorCode::Internal, "window", error.what());
    }
    if (!refused) {
        m_undo.push(new RecipeEdit(*this, text, m_recipe, std::move(after), mergeKey));
        return;
    }
    Q_EMIT recipeChanged();
    Q_EMIT editRefused(*refused, mergeKey);
}

void Session::setRecipe(Recipe recipe) {
    m_undo.clear();
    replaceRecipe(recipe);
    Q_EMIT recipeLoaded();
}

void Session::loadRecipe(const Recipe& recipe, const QString& text) {
    edit(text, [&](Recipe& now) { now = recipe; });
    markSaved();
    Q_EMIT recipeLoaded();
}

void Session::setProblem(const QString& field, const QString& label, const QString& why) {
    std::erase_if(m_problems, [&](const FieldProblem& problem) { return problem.field == field; });
    if (!why.isEmpty()) m_problems.push_back({field, label, why});
    Q_EMIT problemsChanged();
}

void Session::replaceRecipe(const Recipe& recipe) {
    if (m_knowledge && !sameAnalysis(m_recipe.analysis, recipe.analysis)) {
        m_knowledgeStale = true;
        Q_EMIT knowledgeChanged();
    }
    m_recipe = recipe;
    Q_EMIT recipeChanged();
    remakePlan(true);
}

/// One ranking: the method's own choice where it was asked for just this, else by its scores, else by what there is.
void Session::standBy(PlanOutcome& outcome) const {
    using Ranking = PlanOutcome::Ranking;
    if (outcome.ranking == Ranking::Estimate && m_methodRanks) outcome.ranking = Ranking::Stale;
    const auto& groups = m_structure->nodeGroups;
    const bool fits = std::all_of(m_ranked.begin(), m_ranked.end(), [&](const GroupRef& group) {
        return std::size_t(group.nodeGroup) < groups.size() && group.index < groups[std::size_t(group.nodeGroup)].count;
    });
    if (!outcome.plan->edits.empty() || m_rankedBy.empty() || !fits || int(m_ranked.size()) != outcome.plan->removed() ||
        m_rankedBy != rankingKey(m_recipe) || m_rankedMarks != closedByAnalysis(m_recipe, m_knowledge.get()))
        return;
    outcome.ranking = Ranking::Measured;
    outcome.rankedBy = m_recipe.method.id;
    outcome.ranked = m_ranked;
    outcome.removed.assign(groups.size(), 0);
    for (const GroupRef& group : m_ranked) ++outcome.removed[std::size_t(group.nodeGroup)];
    outcome.removedParameters = removedParameters(*m_structure, m_ranked);
}

/// Where nobody edited anything, counts that become others all the same are marked, with what stood there.
void Session::remakePlan(bool edited) {
    const PlanOutcome before = std::move(m_plan);
    m_plan = m_structure ? makeOutcome(*m_structure, m_model ? &m_model->config : nullptr, m_recipe.plan, m_knowledge.get(),
                                       m_saliency.get(), &m_recipe.method)
                         : PlanOutcome{};
    if (m_plan.plan) standBy(m_plan);
    const bool same = !edited && before.plan && m_plan.plan, moved = same && before.removed != m_plan.removed;
    if (same) m_plan.before = moved ? PlanOutcome::Before{before.ranking, before.rankedBy} : before.before;
    Q_EMIT planChanged();
    if (moved) Q_EMIT rankingMoved();
}

Override Session::overrideOf(int nodeGroup) const {
    if (!m_structure || nodeGroup < 0 || nodeGroup >= int(m_structure->nodeGroups.size())) return Override::Automatic;
    const std::string& name = m_structure->nodeGroups[std::size_t(nodeGroup)].name;
    if (contains(m_recipe.plan.protect, name)) return Override::Protect;
    if (contains(m_recipe.plan.allow, name)) return Override::Allow;
    return Override::Automatic;
}

void Session::setOverride(int nodeGroup, Override value) {
    if (!m_structure || overrideOf(nodeGroup) == value) return;
    const std::string name = m_structure->nodeGroups.at(std::size_t(nodeGroup)).name;
    const QString shown = QString::fromStdString(name);
    const QString text = value == Override::Protect ? tr("protect %1").arg(shown)
                         : value == Override::Allow ? tr("allow %1").arg(shown)
                                                    : tr("leave %1 to the analysis").arg(shown);
    edit(text, [&](Recipe& recipe) {
        removeName(recipe.plan.protect, name);
        removeName(recipe.plan.allow, name);
        if (value == Override::Protect) recipe.plan.protect.push_back(name);
        if (value == Override::Allow) recipe.plan.allow.push_back(name);
    });
}

void Session::lookAt(std::optional<double> step) {
    if (step && *step >= m_run.lastStep()) step.reset();
    if (m_lookedAt == step) return;
    m_lookedAt = step;
    Q_EMIT momentChanged();
}

void Session::select(const Selection& selection) {
    if (m_selection == selection) return;
    m_selection = selection;
    Q_EMIT selectionChanged();
}

std::vector<int> Session::shownNodeGroups() const {
    std::vector<int> shown;
    if (!m_structure) return shown;
    for (const NodeGroup& group : m_structure->nodeGroups) {
        const Unit* unit = unitOf(group);
        if (unit && unit->fades && group.count > 0 && (group.prunable || group.kind == NodeGroupKind::Basic))
            shown.push_back(group.id);
    }
    return shown;
}

}  // namespace lorashear::ui
