#pragma once

#include "core/run/command.h"
#include "core/run/run_event.h"
#include "ui/controller/plan_outcome.h"
#include "ui/controller/run_moment.h"
#include "ui/controller/run_reader.h"
#include "ui/controller/run_state.h"

#include <QObject>
#include <QString>
#include <QUndoStack>

#include <functional>
#include <memory>
#include <optional>

namespace lorashear::ui {

/// What is selected, everywhere in the window at once. Empty and -1: nothing.
struct Selection {
    QString tensor;
    int node = -1;
    int nodeGroup = -1;
    int group = -1;  ///< of the node group: one head, one neuron
    bool operator==(const Selection&) const = default;
};

/// A field whose entry cannot be taken: its object name, what a person calls it, and why.
struct FieldProblem {
    QString field, label, why;
};

/// What a method's ranking depends on: the recipe without what comes after pruning.
std::string rankingKey(const Recipe& recipe);

/// A person's word on one node group, against or with the knowledge analysis.
enum class Override { Automatic, Protect, Allow };

/// Current snapshots of everything the panels show, and the undo stack of the recipe. GUI thread only; knows no widget and no engine.
class Session : public QObject {
    Q_OBJECT
public:
    explicit Session(QObject* parent = nullptr);
    ~Session() override;

    const std::optional<event::ModelOpened>& model() const { return m_model; }
    const std::shared_ptr<const Structure>& structure() const { return m_structure; }
    const std::shared_ptr<const KnowledgeDistribution>& knowledge() const { return m_knowledge; }
    const std::shared_ptr<const GroupSaliency>& saliency() const { return m_saliency; }
    /// Of every proxy that was measured on this model, the last one measured first.
    const std::vector<std::shared_ptr<const GroupSaliency>>& saliencies() const { return m_saliencies; }
    /// Measured so far: the finished distribution's entries, or the live ones of an analysis under way.
    const std::vector<NodeGroupKnowledge>& knowledgeEntries() const { return m_entries; }
    const Recipe& recipe() const { return m_recipe; }
    const PlanOutcome& plan() const { return m_plan; }
    const RunState& run() const { return m_run; }
    /// The run that the one shown branched from, as it was then; null for others.
    const std::shared_ptr<const RunState>& parentRun() const { return m_parent; }
    bool recipeIsOfRun() const;  ///< the one that the run shown went by, but for how it is evaluated and exported
    /// The step of the run that is looked at; nothing: the newest, whatever comes.
    const std::optional<double>& lookedAt() const { return m_lookedAt; }
    void lookAt(std::optional<double> step);
    RunMoment moment() const { return momentOf(m_run, m_lookedAt.value_or(m_run.lastStep())); }
    const Selection& selection() const { return m_selection; }
    const std::optional<event::Finished>& lastFinished() const { return m_lastFinished; }
    QUndoStack& undoStack() { return m_undo; }
    const QUndoStack& undoStack() const { return m_undo; }
    /// Analysis settings changed since the knowledge was measured.
    bool knowledgeStale() const { return m_knowledgeStale; }

    void apply(const RunEvent& event, const Command& command);
    void beginCommand(const Command& command);
    /// What the recipe's method ranks first, as command::RankGroups says it.
    void applyRanking(const RunEvent& event, const command::RankGroups& asked);
    bool rankedAs(const std::string& key) const { return m_rankedBy == key; }  ///< rankingKey() of the newest choice
    void flush();  ///< emits the signals of everything that apply() changed, once each
    /// What another process's log says about the run shown; fromStart: all of it, anew.
    void applyLogged(const EventLogReader::Batch& batch);
    /// A run as its folder tells, instead of the one shown; its model is the open one from now on.
    void showRun(RunHistory history);

    /// One undoable edit. Edits with the same non-empty key that follow each other merge into one (a slider being dragged). A value that
    /// no recipe can hold is refused: everything stays as it is, and editRefused() says why.
    void edit(const QString& text, const std::function<void(Recipe&)>& change, const QString& mergeKey = {});
    void setRecipe(Recipe recipe);                               ///< made for another model: clears the undo stack
    void loadRecipe(const Recipe& recipe, const QString& text);  ///< of the open model, from a file: one undoable edit
    bool edited() const { return !m_undo.isClean(); }            ///< since the recipe was loaded, saved or run
    void markSaved() { m_undo.setClean(); }
    void replaceRecipe(const Recipe& recipe);  ///< what undo and redo call
    /// Entries that stand in fields and are no part of the recipe, because no recipe can hold them. Nothing starts while there are any.
    const std::vector<FieldProblem>& problems() const { return m_problems; }
    void setProblem(const QString& field, const QString& label, const QString& why);  ///< why "": none any more
    void settle() { Q_EMIT settleWanted(); }  ///< what is typed and not yet entered counts from now on
    Override overrideOf(int nodeGroup) const;
    void setOverride(int nodeGroup, Override value);
    void select(const Selection& selection);
    /// Node groups that `plan` may cut, in network order: attention and MLP, prunable by type or not.
    std::vector<int> shownNodeGroups() const;

Q_SIGNALS:
    void modelChanged();
    void structureChanged();
    void knowledgeChanged();
    void recipeChanged();
    void recipeLoaded();  ///< another recipe altogether: entries that were refused go, too
    void problemsChanged();
    void settleWanted();
    /// After recipeChanged(), with which the fields show the former value again. key: the edit's merge key.
    void editRefused(const lorashear::Error& error, const QString& key);
    void planChanged();
    void rankingMoved();  ///< after planChanged(): PlanOutcome::before says what stood there
    void runChanged();
    void momentChanged();  ///< another step of the run is looked at
    void selectionChanged();
    void commandFinished();

private:
    void begin();
    void announce(RunState& coming, const Command& command) const;
    void remakePlan(bool edited);
    void takeStructure(const std::shared_ptr<const Structure>& found);
    void standBy(PlanOutcome& outcome) const;
    void forgetModel();
    void finishCommand(const event::Finished& finished, const Command& command);

    std::optional<event::ModelOpened> m_model;
    std::shared_ptr<const Structure> m_structure;
    std::shared_ptr<const KnowledgeDistribution> m_knowledge;
    std::shared_ptr<const GroupSaliency> m_saliency;
    std::vector<std::shared_ptr<const GroupSaliency>> m_saliencies;
    std::vector<NodeGroupKnowledge> m_entries;
    std::vector<GroupRef> m_ranked;  ///< the method's first choice
    std::string m_rankedBy;          ///< rankingKey() of what it was asked with; "": never
    std::vector<int> m_rankedMarks;  ///< node groups that the analysis closed for it
    bool m_methodRanks = false;      ///< m_saliency is the method's own
    Recipe m_recipe;
    PlanOutcome m_plan;
    RunState m_run;
    std::optional<RunState> m_coming;  ///< of a run that was asked for and has said nothing yet: the former stays in sight
    std::shared_ptr<const RunState> m_parent, m_comingParent;
    std::optional<double> m_lookedAt;
    Selection m_selection;
    std::optional<event::Finished> m_lastFinished;
    QUndoStack m_undo;
    std::vector<FieldProblem> m_problems;
    bool m_knowledgeStale = false;
    struct Dirty {
        bool model = false, structure = false, knowledge = false, run = false, plan = false, finished = false;
    } m_dirty;
};

}  // namespace lorashear::ui
