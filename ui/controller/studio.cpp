#include "ui/controller/studio.h"

#include "core/base/control.h"
#include "core/run/run_folder.h"
#include "ui/controller/standing.h"

#include <QDir>

#include <utility>

namespace lorashear::ui {

namespace {

QString nameOf(const std::string& path) {
    return QDir(QString::fromStdString(path)).dirName();
}

bool isRunCommand(const Command& command) {
    return std::holds_alternative<command::StartRun>(command) || std::holds_alternative<command::ResumeRun>(command) ||
           std::holds_alternative<command::BranchRun>(command);
}

/// What takes the place of the run in sight.
bool showsAnotherRun(const Command& command) {
    return isRunCommand(command) || std::holds_alternative<command::OpenModel>(command);
}

constexpr std::size_t kMostProblems = 50;
constexpr int kRestMilliseconds = 700;                          ///< an edit is over when none follows for so long
constexpr std::uint64_t kReadUnasked = std::uint64_t{1} << 30;  ///< bytes of weights that are read without being asked for
}  // namespace

Studio::Studio(Worker::Factory factory, Dialogs& dialogs, Settings& settings, QObject* parent)
    : QObject(parent), m_dialogs(dialogs), m_settings(settings), m_engine(std::move(factory)) {
    connect(&m_engine, &EngineController::commandStarted, this, [this](const Command& command) {
        beginClock(command);
        if (!EngineController::isIdleWork(command)) m_session.beginCommand(command);
    });
    connect(&m_engine, &EngineController::stateChanged, this, [this](EngineController::State state) {
        if (runIsActive()) m_left.setPaused(state == EngineController::State::Paused, monotonicSeconds());
    });
    connect(this, &Studio::failed, this, [this](const Error& error) {
        if (m_problems.size() == kMostProblems) m_problems.erase(m_problems.begin());
        m_problems.push_back(error);
    });
    m_idle.setSingleShot(true);
    m_idle.setInterval(kRestMilliseconds);
    connect(&m_idle, &QTimer::timeout, this, &Studio::workWhenIdle);
    connect(&m_session, &Session::planChanged, this, [this] {
        if (m_idleWork) m_idle.start();
    });
    connect(&m_session, &Session::rankingMoved, this, [this] {  // what comes with the model is no change
        const Command* now = m_engine.current();
        if (!now || !std::holds_alternative<command::OpenModel>(*now)) Q_EMIT noticed(whatMoved(m_session));
    });
    connect(&m_engine, &EngineController::idle, this, [this] {
        if (m_whatIf.asked()) return tryPlan();
        if (m_idleWork) m_idle.start();
    });
    connect(&m_whatIf, &WhatIf::wantedChanged, this, [this] {
        if (m_idleWork) m_idle.start();
    });
    connect(&m_follower, &RunFollower::changed, this, &Studio::followingChanged);
    connect(&m_follower, &RunFollower::failed, this, &Studio::failed);
    connect(&m_follower, &RunFollower::grown, this, [this](const EventLogReader::Batch& batch) {
        if (batch.fromStart) m_left.begin(workOf(m_session.recipe(), m_session.structure().get()), 0);
        for (const LoggedEvent& logged : batch.events) m_left.apply(logged.event, logged.seconds);
        m_session.applyLogged(batch);
    });
    connect(&m_engine, &EngineController::eventReceived, this, &Studio::onEvent);
    connect(&m_engine, &EngineController::batchDelivered, this, [this] {
        m_batchAt = -1;
        m_session.flush();
    });
    connect(&m_reader, &RunReader::shareChanged, this, &Studio::readingChanged);
    connect(&m_reader, &RunReader::failed, this, &Studio::failed);
    connect(&m_reader, &RunReader::failed, this, &Studio::abandonWork);
    connect(&m_reader, &RunReader::finished, this,
            [this](const std::shared_ptr<RunHistory>& history) { showRun(std::move(*history)); });
}

Studio::~Studio() = default;

bool Studio::guarded(const std::function<void()>& action) {
    try {
        action();
        return true;
    } catch (const Error& error) {
        Q_EMIT failed(error);
    } catch (const std::exception& error) {
        Q_EMIT failed(Error(ErrorCode::Internal, "window", error.what(), tr("Please report this.").toStdString()));
    }
    return false;
}

void Studio::submit(Command command) {
    // A page measures the machine when it is first seen, which may be where a message has just led.
    if (!std::holds_alternative<command::MeasureMachine>(command)) Q_EMIT problemsCleared();
    if (showsAnotherRun(command)) {
        m_follower.stop();
        m_sideBySide.forgetExplanation();  // a run that goes on in its folder removes other groups there
    }
    m_engine.submit(std::move(command));
}

/// The whole run's, by the recipe that it goes by.
void Studio::beginClock(const Command& command) {
    if (!isRunCommand(command)) return;
    Recipe recipe = m_session.recipe();
    if (const auto* start = std::get_if<command::StartRun>(&command)) recipe = start->recipe;
    if (const auto* branch = std::get_if<command::BranchRun>(&command)) recipe = branch->recipe;
    try {
        if (const auto* resume = std::get_if<command::ResumeRun>(&command))
            recipe = RunFolder::open(resume->folder).recipe();
    } catch (const Error&) {  // the engine says it
    }
    m_left.begin(workOf(recipe, m_session.structure().get()), monotonicSeconds());
}

void Studio::reportProblem(const QString& what, const QString& where, const QString& hint) {
    Q_EMIT failed(Error(ErrorCode::BadInput, where.toStdString(), what.toStdString(), hint.toStdString()));
}

bool Studio::refuseWhileBusy(const QString& action) {
    if (!busy()) return false;
    reportProblem(tr("The engine is busy."), action, tr("Wait until it is done, or cancel it on the Run page."));
    return true;
}

bool Studio::refuseWrongFields(const QString& action) {
    m_session.settle();
    if (m_session.problems().empty()) return false;
    const FieldProblem& first = m_session.problems().front();
    reportProblem(tr("%1: %2").arg(first.label, first.why), action,
                  tr("Nothing starts while a field is wrong. Mend it, or press Escape in it to take back what it was."));
    Q_EMIT fieldWanted(first.field);
    return true;
}

QString Studio::startRefusal() const {
    if (m_reader.reading()) return tr("A run's log is being read.");
    if (m_engine.working()) return tr("The engine is busy.");
    if (!m_session.structure()) return tr("Open a model first.");
    const auto& problems = m_session.problems();
    if (!problems.empty()) return tr("%1: %2").arg(problems.front().label, problems.front().why);
    const PlanOutcome& outcome = m_session.plan();
    if (outcome.error) return tr("No plan: %1.").arg(QString::fromStdString(outcome.error->message()));
    return outcome.plan ? QString() : tr("There is no plan yet.");
}

void Studio::onEvent(const RunEvent& event) {
    const Command& command = *m_engine.current();
    if (m_batchAt < 0) m_batchAt = monotonicSeconds();
    if (const auto* rank = std::get_if<command::RankGroups>(&command)) return hearRanking(event, *rank);
    if (const auto* trial = std::get_if<command::TryMasked>(&command)) return hearTrial(event, *trial);
    if (isRunCommand(command)) m_left.apply(event, m_batchAt);
    if (const auto* open = std::get_if<command::OpenModel>(&command);
        open && std::holds_alternative<event::ModelOpened>(event))
        modelOpened(QString::fromStdString(open->folder));
    if (hearComparison(event, command)) return;
    m_session.apply(event, command);
    if (std::holds_alternative<event::KnowledgeFinished>(event)) m_notRanked.clear();  // with marks it is another question
    const auto* finished = std::get_if<event::Finished>(&event);
    if (!finished) return;
    m_opening.reset();  // its model did not open
    if (m_work && std::holds_alternative<command::OpenModel>(command))
        finished->outcome == event::Finished::Outcome::Completed ? finishWork() : abandonWork();
    if (std::holds_alternative<command::MeasureMachine>(command)) {
        m_machineSpeed = machineSpeedOf(finished->resultJson);
        Q_EMIT machineMeasured();
    }
    if (finished->error) Q_EMIT failed(*finished->error);
    if (finished->outcome == event::Finished::Outcome::Cancelled) Q_EMIT noticed(tr("Cancelled."));
}

void Studio::modelOpened(const QString& folder) {
    const std::optional<Opening> opening = std::exchange(m_opening, std::nullopt);
    m_settings.addRecentModel(folder);
    const bool sameWork = m_work || (opening && opening->recipe.model.path == m_session.recipe().model.path);
    if (m_project.named() && !sameWork) m_project.leave();  // with the recipe that it had: the one that comes is none of it
    guarded([&] { m_session.setRecipe(opening ? opening->recipe : startingRecipe(folder)); });
    m_recipeFile = opening ? opening->file : QString();
}

void Studio::applyPreset(Preset preset) {
    struct Row {
        QString name;
        std::vector<double> ratios;
        int windows;
        double confidence;
    };
    const Row row = preset == Preset::Quick     ? Row{tr("quick analysis"), {0.5}, 8, 0}
                    : preset == Preset::Settled ? Row{tr("settled analysis"), {0.5}, 40, 0.95}
                                                : Row{tr("full analysis"), {0.25, 0.5, 0.75}, 40, 0};
    m_session.edit(row.name, [&](Recipe& recipe) {
        recipe.analysis.ratios = row.ratios;
        recipe.analysis.text.maxWindows = row.windows;
        recipe.analysis.confidence = row.confidence;
    });
}

void Studio::analyse() {
    if (refuseWhileBusy(tr("knowledge analysis")) || refuseWrongFields(tr("knowledge analysis"))) return;
    submit(command::AnalyseKnowledge{m_session.recipe()});
}

void Studio::startRun() {
    const QString action = tr("starting a run");
    if (refuseWhileBusy(action) || refuseWrongFields(action)) return;
    if (!canStart()) return reportProblem(startRefusal(), action, tr("What is in the way is on the Plan page."));
    guarded([&] {
        requireFiles(m_session.recipe());
        const QString folder = newRunFolder(nameOf(m_session.recipe().model.path));
        m_settings.addRecentRun(folder);
        submit(command::StartRun{m_session.recipe(), folder.toStdString()});
        m_session.markSaved();  // the run's folder has it
        Q_EMIT pageWanted(QStringLiteral("run"));
    });
}

bool Studio::canResume() const {
    const RunState& run = m_session.run();
    const bool complete = run.finished && run.finished->outcome == event::Finished::Outcome::Completed;
    return !busy() && !m_follower.following() && run.started && !run.folder.empty() && !complete;
}

void Studio::resumeRun() {
    if (!canResume()) return;
    const QString folder = QString::fromStdString(m_session.run().folder);
    if (const auto holder = RunFollower::otherHolder(folder)) {
        Q_EMIT noticed(tr("%1 goes on with this run already.").arg(holderWords(*holder)));
        return openRun(folder);
    }
    submit(command::ResumeRun{m_session.run().folder});
}

void Studio::branchRun(const QString& checkpoint) {
    if (refuseWhileBusy(tr("branching")) || refuseWrongFields(tr("branching"))) return;
    const QString from = QString::fromStdString(m_session.run().folder);
    const QString folder = newRunFolder(QDir(from).dirName() + QStringLiteral("-branch"));
    m_settings.addRecentRun(folder);
    submit(command::BranchRun{from.toStdString(), checkpoint.toStdString(), folder.toStdString(), m_session.recipe()});
}

void Studio::exportRun(const QString& destination, const QString& format, const QString& dtype) {
    if (refuseWhileBusy(tr("exporting"))) return;
    submit(
        command::ExportModel{m_session.run().folder, destination.toStdString(), format.toStdString(), dtype.toStdString()});
}

void Studio::cancel() {
    if (m_reader.reading()) {
        m_reader.cancel();
        return abandonWork();
    }
    if (m_whatIf.asked() && !m_engine.working()) {  // all that a person asked for, not the sets of this command alone
        m_whatIf.stopAsking();
        Q_EMIT m_whatIf.changed();
    }
    m_engine.cancel();
}

void Studio::rankGroups() {
    if (m_engine.busy() || !m_session.plan().plan || !m_session.problems().empty()) return;
    m_engine.submit(command::RankGroups{m_session.recipe(), m_session.knowledge()});
}

void Studio::setIdleWork(bool on) {
    m_idleWork = on;
    if (on) m_idle.start();
}

/// First which groups go, then what that costs.
void Studio::workWhenIdle() {
    const PlanOutcome& outcome = m_session.plan();
    const auto& model = m_session.model();
    if (!m_idleWork || busy() || m_follower.following() || !model || model->weightBytes > kReadUnasked) return;
    if (!outcome.plan || m_engine.busy()) return;
    const bool ranked = outcome.ranking == PlanOutcome::Ranking::Measured || rankingKey(m_session.recipe()) == m_notRanked;
    ranked ? tryPlan() : rankGroups();
}

void Studio::tryPlan() {
    if (m_engine.busy() || !m_session.problems().empty()) return;
    if (auto next = m_whatIf.next()) m_engine.submit(std::move(*next));
}

void Studio::tryGroups(const std::vector<std::vector<GroupRef>>& sets) {
    if (refuseWhileBusy(tr("trying groups")) || refuseWrongFields(tr("trying groups"))) return;
    m_whatIf.ask(sets);
    if (!m_whatIf.asked()) return;
    if (auto next = m_whatIf.next()) m_engine.submit(std::move(*next));
}

/// Belongs to the plan and to no run, and the plan says when it could not be done.
void Studio::hearTrial(const RunEvent& event, const command::TryMasked& command) {
    m_whatIf.hear(event, command);
}

/// Belongs to the plan and to no run. That it could not be measured is told by the plan, which stays an estimate.
void Studio::hearRanking(const RunEvent& event, const command::RankGroups& command) {
    m_session.applyRanking(event, command);
    const auto* finished = std::get_if<event::Finished>(&event);
    if (!finished || finished->outcome == event::Finished::Outcome::Cancelled) return;
    m_session.flush();
    const std::string key = rankingKey(command.recipe);
    const bool today = key == rankingKey(m_session.recipe());
    if (!m_session.rankedAs(key) || (today && m_session.plan().ranking != PlanOutcome::Ranking::Measured)) m_notRanked = key;
    if (finished->error)
        Q_EMIT noticed(tr("The groups could not be ranked: %1").arg(QString::fromStdString(finished->error->message())));
}

void Studio::measureMachine() {
    if (!m_engine.working()) submit(command::MeasureMachine{m_session.recipe().threads});
}

bool Studio::runIsActive() const {
    return m_engine.current() && isRunCommand(*m_engine.current());
}

}  // namespace lorashear::ui
