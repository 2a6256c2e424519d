#pragma once

#include "core/run/command.h"
#include "core/run/run_event.h"
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
    bool operator==(const Selection&) const = default;
};

/// What the recipe's plan comes to for the open model: a plan, or why there is none.
struct PlanOutcome {
    std::optional<PruningPlan> plan;
    std::optional<Error> error;
    std::vector<int> removed;      ///< groups that go, by node group id
    std::vector<GroupRef> ranked;  ///< which they are by `saliency()`; empty without one
    bool estimate = true;          ///< removed is a forecast; false once the run has chosen
    qint64 removedParameters = 0;  ///< exact for `removed`
};

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
    const Selection& selection() const { return m_selection; }
    const std::optional<event::Finished>& lastFinished() const { return m_lastFinished; }
    QUndoStack& undoStack() { return m_undo; }
    /// Analysis settings changed since the knowledge was measured.
    bool knowledgeStale() const { return m_knowledgeStale; }

    void apply(const RunEvent& event, const Command& command);
    void beginCommand(const Command& command);
    void flush();  ///< emits the signals of everything that apply() changed, once each

    /// A run as its folder tells, instead of the one shown; its model is the open one from now on.
    void showRun(RunHistory history);

    /// One undoable edit. Edits with the same non-empty key that follow each other merge into one (a slider being dragged). A value that
    /// no recipe can hold is refused: everything stays as it is, and editRefused() says why.
    void edit(const QString& text, const std::function<void(Recipe&)>& change, const QString& mergeKey = {});
    void setRecipe(Recipe recipe);             ///< loaded from a file or made for a model: clears the undo stack
    void replaceRecipe(const Recipe& recipe);  ///< what undo and redo call
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
    /// After recipeChanged(), with which the fields show the former value again. key: the edit's merge key.
    void editRefused(const lorashear::Error& error, const QString& key);
    void planChanged();
    void runChanged();
    void selectionChanged();
    void commandFinished();

private:
    void remakePlan();
    void forgetModel();
    void finishCommand(const event::Finished& finished, const Command& command);

    std::optional<event::ModelOpened> m_model;
    std::shared_ptr<const Structure> m_structure;
    std::shared_ptr<const KnowledgeDistribution> m_knowledge;
    std::shared_ptr<const GroupSaliency> m_saliency;
    std::vector<std::shared_ptr<const GroupSaliency>> m_saliencies;
    std::vector<NodeGroupKnowledge> m_entries;
    Recipe m_recipe;
    PlanOutcome m_plan;
    RunState m_run;
    Selection m_selection;
    std::optional<event::Finished> m_lastFinished;
    QUndoStack m_undo;
    bool m_knowledgeStale = false;
    struct Dirty {
        bool model = false, structure = false, knowledge = false, run = false, plan = false, finished = false;
    } m_dirty;
};

}  // namespace lorashear::ui
