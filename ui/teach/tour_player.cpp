#include "ui/teach/tour_player.h"

#include "ui/controller/studio.h"
#include "ui/main_window.h"
#include "ui/teach/tour_figures.h"
#include "ui/teach/tour_overlay.h"

#include <QApplication>
#include <QTabWidget>
#include <QTimer>

#include <cmath>
#include <utility>

namespace lorashear::ui {

TourPlayer::TourPlayer(MainWindow& window, Studio& studio)
    : QObject(&window), m_window(window), m_studio(studio), m_context{studio, {}, {}, -1, -1} {
    listen();
}

TourPlayer::~TourPlayer() = default;

bool TourPlayer::running() const {
    return m_overlay != nullptr;
}

void TourPlayer::listen() {
    Session& session = m_studio.session();
    for (auto signal : {&Session::modelChanged, &Session::structureChanged, &Session::selectionChanged,
                        &Session::recipeChanged, &Session::planChanged, &Session::runChanged, &Session::knowledgeChanged})
        connect(&session, signal, this, &TourPlayer::refresh);
    connect(&m_studio.whatIf(), &WhatIf::changed, this, &TourPlayer::hearTrial);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &TourPlayer::refresh);
    connect(&m_studio.engine(), &EngineController::commandStarted, this, [this](const Command& command) {
        if (const auto* start = std::get_if<command::StartRun>(&command)) m_runRecipe = start->recipe;
    });
    connect(&session, &Session::commandFinished, this, &TourPlayer::hearRun);
    connect(&session, &Session::recipeLoaded, this, [this] {  // another model or recipe was opened: it stays
        if (!running()) return;
        m_context.recipeAtStart = m_studio.session().recipe();
        m_before.undoIndex = m_studio.session().undoStack().index();
    });
    connect(&m_studio, &Studio::failed, this, [this](const Error& error) {
        m_problem = QString::fromStdString(error.message());
        refresh();
    });
}

void TourPlayer::start(const Tour& tour) {
    close();
    m_tour = tour;
    remember();
    m_context.runs.clear();
    m_context.intact = m_context.masked = -1;
    m_overlay = new TourOverlay(m_window);
    connect(m_overlay, &TourOverlay::backWanted, this, &TourPlayer::back);
    connect(m_overlay, &TourOverlay::nextWanted, this, &TourPlayer::next);
    connect(m_overlay, &TourOverlay::performWanted, this, &TourPlayer::perform);
    connect(m_overlay, &TourOverlay::closeWanted, this, &TourPlayer::close);
    hearTrial();
    if (!goTo(0, 1)) close();
}

void TourPlayer::remember() {
    const Session& session = m_studio.session();
    m_before = {};
    m_before.page = m_window.currentPage();
    for (QTabWidget* tabs : m_window.findChildren<QTabWidget*>()) m_before.tabs.emplace_back(tabs, tabs->currentIndex());
    m_before.focus = QApplication::focusWidget();
    m_before.selection = session.selection();
    m_before.structure = session.structure().get();
    m_before.undoIndex = m_studio.session().undoStack().index();
    m_context.recipeAtStart = session.recipe();
}

void TourPlayer::close() {
    if (!m_overlay) return;
    closeKeepingEdits();
    takeBack();
}

void TourPlayer::closeKeepingEdits() {
    if (!m_overlay) return;
    m_overlay->hide();
    m_overlay->deleteLater();
    m_overlay = nullptr;
    m_step = -1;
    m_problem.clear();
    putBack();
}

void TourPlayer::putBack() {
    Session& session = m_studio.session();
    const bool sameModel = session.structure().get() == m_before.structure;
    for (const auto& [tabs, index] : m_before.tabs)
        if (tabs) tabs->setCurrentIndex(index);
    m_window.showPage(m_before.page);
    if (sameModel) session.select(m_before.selection);
    if (m_before.focus && m_before.focus->isVisible()) m_before.focus->setFocus(Qt::OtherFocusReason);
}

void TourPlayer::takeBack() {
    Session& session = m_studio.session();
    QUndoStack& undo = session.undoStack();
    if (recipeText(session.recipe()) == recipeText(m_context.recipeAtStart)) return;
    const QString last = undo.undoText();
    if (undo.index() > m_before.undoIndex) undo.setIndex(m_before.undoIndex);
    if (recipeText(session.recipe()) != recipeText(m_context.recipeAtStart))  // the first edit had grown into one of before
        session.edit(tr("what the tour changed"), [this](Recipe& recipe) { recipe = m_context.recipeAtStart; });
    Q_EMIT m_studio.noticed(tr("The plan is as it was before the tour; Redo brings its edits back (%1).").arg(last));
}

bool TourPlayer::goTo(int step, int direction) {
    for (; step >= 0 && step < int(m_tour.steps.size()); step += direction) {
        const TourStep& wanted = m_tour.steps[std::size_t(step)];
        auto* widget = m_window.findChild<QWidget*>(wanted.object);
        if (!widget) {
            qWarning("Tour %s: step %d is passed over, there is no widget of the name %s", qPrintable(m_tour.id), step + 1,
                     qPrintable(wanted.object));
            continue;
        }
        m_step = step;
        m_problem.clear();
        if (!wanted.page.isEmpty()) m_window.showPage(wanted.page);
        m_window.reveal(*widget);
        m_overlay->light(widget);  // first: what is not shown takes no keyboard
        refresh();
        return true;
    }
    return false;
}

void TourPlayer::next() {
    if (running() && !goTo(m_step + 1, 1)) close();
}

void TourPlayer::back() {
    if (running()) goTo(m_step - 1, -1);
}

void TourPlayer::perform() {
    if (!running() || m_step < 0) return;
    const TourAction* action = tourAction(m_tour.steps[std::size_t(m_step)].action);
    if (!action || !action->perform) return;
    m_problem.clear();
    action->perform(m_context);
    refresh();
}

void TourPlayer::hearRun() {
    const RunState& run = m_studio.session().run();
    if (!running() && run.finished) m_runRecipe = {};  // of no tour
    if (!running() || m_runRecipe.model.path.empty()) return;
    if (!run.finished || run.finished->outcome != event::Finished::Outcome::Completed) return;
    const TourRun told = tourRunOf(m_studio.session(), std::exchange(m_runRecipe, Recipe{}));
    m_context.runs.push_back(told);
    refresh();
}

/// Kept for the rest of the tour: a run may rank the groups anew, and the plan is then another.
void TourPlayer::hearTrial() {
    if (!running()) return;
    const WhatIf& whatIf = m_studio.whatIf();
    if (const auto original = whatIf.original()) m_context.intact = std::exp(original->nll);
    if (const auto plan = whatIf.current().measured) m_context.masked = std::exp(plan->nll);
    refresh();
}

void TourPlayer::refresh() {
    if (!running() || m_step < 0) return;
    const TourStep& step = m_tour.steps[std::size_t(m_step)];
    const TourAction* action = tourAction(step.action);
    TourOverlay::Words words;
    words.where = tr("%1 · %2 of %3").arg(m_tour.title).arg(m_step + 1).arg(m_tour.steps.size());
    words.title = step.title;
    words.text = withFigures(step.text, m_context);
    words.problem = m_problem;
    words.first = m_step == 0;
    words.last = m_step + 1 == int(m_tour.steps.size());
    if (action) {
        words.done = action->done(m_context);
        words.task = action->words;
        words.canPerform = action->perform != nullptr;
        if (!words.done && !action->perform && m_studio.runIsActive())
            words.task += QStringLiteral(" (%1)").arg(timeLeftWords(m_studio.timeLeft()));
    }
    m_overlay->setWords(words);
}

}  // namespace lorashear::ui
