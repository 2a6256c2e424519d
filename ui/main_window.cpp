#include "ui/main_window.h"

#include "ui/controller/studio.h"
#include "ui/help_pages.h"
#include "ui/pages/page.h"
#include "ui/panels/panel.h"
#include "ui/teach/tour_player.h"
#include "ui/theme/format.h"
#include "ui/widgets/error_strip.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/refusal_notes.h"
#include "ui/widgets/restore_strip.h"
#include "ui/widgets/stage_rail.h"
#include "ui/widgets/system_labels.h"
#include "ui/widgets/wheel_guard.h"
#include "ui/workspaces.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDir>
#include <QDragEnterEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QMenu>
#include <QMimeData>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTabWidget>
#include <QTimer>
#include <QVBoxLayout>

namespace lorashear::ui {

namespace {
constexpr int kMessageMilliseconds = 6000, kMessagesListed = 12;
constexpr QSize kThumbnail(240, 150);
constexpr QSize kWantedSize(1280, 800), kWindowFrame(16, 48);  ///< title bar and borders of the usual window managers

QString firstLocalPath(const QMimeData* data) {
    for (const QUrl& url : data->urls())
        if (url.isLocalFile()) return url.toLocalFile();
    return {};
}

QString engineWords(Studio& studio, EngineController::State state, const RunState& run) {
    using State = EngineController::State;
    if (studio.follower().following()) return MainWindow::tr("Another process: %1").arg(stageWord(run.stage));
    switch (state) {
        case State::Idle:
            return studio.engine().busy() ? MainWindow::tr("Ranking the groups") : MainWindow::tr("Engine idle");
        case State::Running:
            if (QString word = comparisonWord(studio.engine().current()); !word.isEmpty()) return word;
            return run.stage.empty() ? MainWindow::tr("Engine working") : stageWord(run.stage);
        case State::Paused: return MainWindow::tr("Paused");
        case State::Cancelling: return MainWindow::tr("Cancelling…");
    }
    return {};
}

}  // namespace

MainWindow::MainWindow(Studio& studio, const QString& workspace)
    : m_studio(studio),
      m_rail(new StageRail(this)),
      m_stack(new QStackedWidget(this)),
      m_error(new ErrorStrip(this)),
      m_restore(new RestoreStrip(this)) {
    setObjectName(QStringLiteral("mainWindow"));
    setAcceptDrops(true);
    setMinimumSize(1024, 640);
    qApp->installEventFilter(new WheelGuard(this));
    m_stack->setObjectName(QStringLiteral("pages"));
    for (const PageEntry& entry : builtinPages()) {
        m_rail->addStage(entry.id, entry.title, entry.toolTip);
        Page* page = entry.make(m_studio, this);
        m_pages.push_back(page);
        m_stack->addWidget(page);
    }
    auto* middle = new QWidget(this);
    auto* row = new QHBoxLayout(middle);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(0);
    row->addWidget(m_rail);
    auto* column = new QVBoxLayout;
    column->setSpacing(0);
    auto* errorRow = new QHBoxLayout;
    errorRow->setContentsMargins(20, 8, 20, 0);
    errorRow->addWidget(m_error);
    column->addLayout(errorRow);
    auto* restoreRow = new QHBoxLayout;
    restoreRow->setContentsMargins(20, 0, 20, 0);
    restoreRow->addWidget(m_restore);
    column->addLayout(restoreRow);
    column->addWidget(m_stack, 1);
    row->addLayout(column, 1);
    setCentralWidget(middle);
    m_tours = new TourPlayer(*this, m_studio);
    makePanels();
    makeMenus();
    makeStatusBar();
    listenToProject();

    connect(m_rail, &StageRail::stageChosen, this, [this](int index) { showPage(builtinPages()[std::size_t(index)].id); });
    connect(&m_studio, &Studio::pageWanted, this, &MainWindow::showPage);
    connect(&m_studio, &Studio::failed, this, [this](const Error& error) {
        m_error->showError(error);
        updateMessages();
    });
    connect(&m_studio, &Studio::fieldWanted, this, &MainWindow::showField);
    connect(&m_studio, &Studio::followingChanged, this, [this] { updateRail(), updateStatus(); });
    connect(&m_studio.session().undoStack(), &QUndoStack::cleanChanged, this,
            [this](bool clean) { setWindowModified(!clean); });
    for (ErrorStrip* strip : findChildren<ErrorStrip*>()) {  // the Plan has one of its own
        strip->setLookUp(troublePlace);
        connect(strip, &ErrorStrip::manualWanted, this, &MainWindow::showManual);
    }
    connect(&m_studio, &Studio::problemsCleared, m_error, &ErrorStrip::clear);
    connect(&m_studio, &Studio::noticed, this,
            [this](const QString& text) { statusBar()->showMessage(text, kMessageMilliseconds); });
    connect(&m_studio.engine(), &EngineController::stateChanged, this, [this] { updateRail(), updateStatus(); });
    connect(&m_studio.sideBySide(), &SideBySide::progressChanged, this, &MainWindow::updateStatus);
    connect(&m_studio.engine(), &EngineController::idle, this, [this] {
        if (m_closing) close();
    });
    Session& session = m_studio.session();
    connect(new RefusalNotes(session, this), &RefusalNotes::homeless, m_error, &ErrorStrip::showError);
    for (auto signal : {&Session::modelChanged, &Session::structureChanged, &Session::knowledgeChanged,
                        &Session::planChanged, &Session::runChanged, &Session::commandFinished})
        connect(&session, signal, this, [this] { updateRail(), updateStatus(); });
    if (!restoreGeometry(m_studio.settings().geometry())) chooseSize();
    m_workspaces->begin(workspace);
    showPage(builtinPages().front().id);
    updateRail();
    updateStatus();
}

MainWindow::~MainWindow() = default;

void MainWindow::makePanels() {
    m_host = new PanelHost(this);
    m_workspaces = new Workspaces(*this, m_studio, *m_host);
    connect(m_host, &PanelHost::placeWanted, this, &MainWindow::showManual);
    connect(m_host, &PanelHost::tourWanted, this, [this](const QString& id) {
        for (const Tour& tour : shippedTours())
            if (tour.id == id) return m_tours->start(tour);
    });
    connect(m_workspaces, &Workspaces::pageWanted, this, [this](const QString& id) {
        if (page(id)->state() != StageState::Locked) showPage(id);  // a page with nothing on it is no beginning
    });
    connect(m_workspaces, &Workspaces::pageFocusWanted, this, &MainWindow::focusPage);
    connect(m_workspaces, &Workspaces::noticed, &m_studio, &Studio::noticed);
}

/// Where the page wants the keyboard, else at its first list or field; at a button only where there is nothing else.
void MainWindow::focusPage() {
    activateWindow();  // the keyboard may be in a panel that floats
    giveToPage();
}

void MainWindow::giveToPage() {
    Page* page = m_pages[std::size_t(m_stack->currentIndex())];
    page->takeFocus();
    const auto inside = [this, page] { return page->isAncestorOf(focusWidget()); };
    for (const bool buttons : {false, true})
        for (QWidget* next = page->nextInFocusChain(); next != page && !inside(); next = next->nextInFocusChain())
            if (page->isAncestorOf(next) && next->isVisible() && next->isEnabled() && (next->focusPolicy() & Qt::TabFocus) &&
                (buttons || !qobject_cast<QPushButton*>(next)))
                next->setFocus(Qt::OtherFocusReason);
}

void MainWindow::makeStatusBar() {
    const auto add = [this](const char* name, const QString& accessible, int stretch) {
        auto* label = new QLabel(this);
        label->setObjectName(QString::fromLatin1(name));
        label->setAccessibleName(accessible);
        statusBar()->addPermanentWidget(label, stretch);
        return label;
    };
    m_modelLabel = add("statusModel", tr("Model"), 0);
    m_keptLabel = add("statusKept", tr("Parameters kept"), 0);
    m_engineLabel = add("statusEngine", tr("Engine"), 0);
    m_leftLabel = add("statusLeft", tr("Time left"), 0);
    m_system = new SystemLabels(*statusBar(), this);
    m_keptAt = add("statusKeptAt", tr("When the work was kept last"), 0);
    m_messages = makeButton(QStringLiteral("statusMessages"), {},
                            tr("Messages of this session, those that were dismissed too"), this);
    m_messages->setProperty("compact", true);
    m_messages->hide();
    connect(m_messages, &QPushButton::clicked, this, &MainWindow::showMessages);
    updateMessages();
    statusBar()->addPermanentWidget(m_messages);
    m_workspaces->addPane(m_messages);
    m_workspaces->addPane(m_rail);
}

void MainWindow::updateStatus() {
    const Session& session = m_studio.session();
    const RunState& run = session.run();
    m_modelLabel->setText(session.model() ? QDir(QString::fromStdString(session.model()->path)).dirName() : tr("No model"));
    if (session.plan().plan && session.structure()) {
        const double all = double(session.structure()->parameters);
        m_keptLabel->setText(tr("plan keeps %1 of %2 parameters")
                                 .arg(formatCount(all * (1 - session.plan().plan->expectedRatio)), formatCount(all)));
    } else {
        m_keptLabel->clear();
    }
    const EngineController& engine = m_studio.engine();
    m_engineLabel->setText(engineWords(m_studio, engine.shownState(), run));
    m_system->setThreads(session.recipe().threads);
    const auto& comparing = m_studio.sideBySide().progress();
    const double left = !comparisonWord(engine.current()).isEmpty() ? (comparing ? comparing->secondsLeft : -1)
                        : engine.working()                          ? run.progress.secondsLeft
                                                                    : -1;
    m_leftLabel->setText(m_studio.runIsActive() || m_studio.follower().following() ? timeLeftWords(m_studio.timeLeft())
                         : left >= 0                                               ? tr("%1 left").arg(formatSeconds(left))
                                                                                   : QString());
}

void MainWindow::updateRail() {
    for (int i = 0; i < int(m_pages.size()); ++i) m_rail->setState(i, m_pages[std::size_t(i)]->state());
}

void MainWindow::showPage(const QString& id) {
    const auto& table = builtinPages();
    for (int i = 0; i < int(table.size()); ++i) {
        if (table[std::size_t(i)].id != id) continue;
        // Of this window, whether it is active or not: while it comes up nothing has the keyboard.
        const QWidget *before = m_stack->currentWidget(), *focus = focusWidget();
        const bool took = focus && before->isAncestorOf(focus) && m_stack->currentIndex() != i;
        if (took) focusWidget()->clearFocus();  // else Qt hands it to whatever comes next in the new page, on the way
        m_stack->setCurrentIndex(i);
        m_rail->setCurrent(i);
        m_studio.project().setPage(id);
        Q_EMIT m_host->pageShown(id);
        if (took) giveToPage();
        return;
    }
}

QString MainWindow::currentPage() const {
    return builtinPages()[std::size_t(m_stack->currentIndex())].id;
}

Page* MainWindow::page(const QString& id) const {
    const auto& table = builtinPages();
    for (std::size_t i = 0; i < table.size(); ++i)
        if (table[i].id == id) return m_pages[i];
    return nullptr;
}

/// The keyboard begins where the work is.
void MainWindow::showEvent(QShowEvent* event) {
    QMainWindow::showEvent(event);
    if (!focusWidget()) giveToPage();
}

void MainWindow::closeEvent(QCloseEvent* event) {
    m_tours->closeKeepingEdits();
    if (!m_studio.engine().busy() && m_studio.session().edited() && !m_leaving) {
        event->ignore();
        // Later: a window does not close while it is being asked to.
        return m_studio.keepEditsThen(this, [this] {
            m_leaving = true;
            QTimer::singleShot(0, this, &QWidget::close);
        });
    }
    if (!m_studio.engine().busy()) {
        m_studio.settings().setGeometry(saveGeometry());
        m_workspaces->keep();
        m_studio.project().leave();
        event->accept();
        return;
    }
    event->ignore();
    if (!m_closing) askToClose();
}

void MainWindow::listenToProject() {
    Project& project = m_studio.project();
    connect(&project, &Project::changed, this, &MainWindow::updateTitle);
    connect(&project, &Project::changed, this, [this, &project] {  // one that was opened otherwise is offered no more
        const auto isOpen = [&](const Project::Lost& lost) { return lost.folder == project.folder(); };
        if (std::erase_if(m_lost, isOpen) > 0) showLost();
    });
    connect(&project, &Project::kept, this, [this](const QDateTime& at) {
        m_keptAt->setText(tr("kept %1").arg(QLocale().toString(at.time(), QStringLiteral("HH:mm:ss"))));
        m_keptAt->setToolTip(tr("If the program is killed, the work of that moment can be restored at the next start"));
    });
    connect(&project, &Project::notKept, this, [this](const Error& error) {
        m_keptAt->setText(tr("not kept"));
        m_keptAt->setToolTip(QString::fromStdString(error.what()));
        Q_EMIT m_studio.failed(error);
    });
    connect(&project, &Project::stored, this, [this](const QString& folder) {  // what the list of recent projects shows
        grab()
            .scaled(kThumbnail, Qt::KeepAspectRatio, Qt::SmoothTransformation)
            .save(folder + QStringLiteral("/thumbnail.png"));
    });
    connect(m_restore, &RestoreStrip::restoreWanted, this, [this] {
        const Project::Lost lost = m_lost.front();
        m_lost.clear();  // others are offered at the next start: one window shows one work
        m_restore->hide();
        m_studio.restoreWork(lost);
    });
    connect(m_restore, &RestoreStrip::discardWanted, this, [this] {
        Project::forget(m_lost.front());
        m_lost.erase(m_lost.begin());
        showLost();
    });
    connect(m_restore, &RestoreStrip::laterWanted, this, [this] {
        m_lost.clear();
        m_restore->hide();
    });
    updateTitle();
}

void MainWindow::updateTitle() {
    const QString project = m_studio.project().name();
    setWindowTitle((project.isEmpty() ? tr("LoRAShear Studio") : tr("%1 – LoRAShear Studio").arg(project)) +
                   QStringLiteral("[*]"));
}

void MainWindow::offerLostWork() {
    m_lost = m_studio.project().lost();
    showLost();
}

void MainWindow::showLost() {
    m_restore->setVisible(!m_lost.empty());
    if (!m_lost.empty()) m_restore->setWords(lostTitle(m_lost.front()), lostWords(m_lost.front()));
}

/// As large as wanted, but no larger than the screen with the frame around it.
void MainWindow::chooseSize() {
    const QSize room = screen() ? screen()->availableGeometry().size() - kWindowFrame : kWantedSize;
    resize(kWantedSize.boundedTo(room).expandedTo(minimumSize()));
}

/// Brings a field to light, wherever it lies, and the keyboard to it.
void MainWindow::showField(const QString& name) {
    auto* field = findChild<QWidget*>(name);
    if (!field) return;
    reveal(*field);
    field->setFocus(Qt::OtherFocusReason);
}

void MainWindow::reveal(QWidget& wanted) {
    for (std::size_t i = 0; i < m_pages.size(); ++i)
        if (m_pages[i] == &wanted || m_pages[i]->isAncestorOf(&wanted)) showPage(builtinPages()[i].id);
    for (QWidget* part = &wanted; part && part != this; part = part->parentWidget())
        for (QTabWidget* tabs : findChildren<QTabWidget*>())
            if (tabs->indexOf(part) >= 0) tabs->setCurrentIndex(tabs->indexOf(part));
    for (QWidget* part = wanted.parentWidget(); part; part = part->parentWidget())
        if (auto* area = qobject_cast<QScrollArea*>(part)) area->ensureWidgetVisible(&wanted);
}

void MainWindow::updateMessages() {
    const int count = int(m_studio.problems().size());
    m_messages->setText(count == 1 ? tr("1 message") : tr("%1 messages").arg(count));
    m_messages->setAccessibleName(m_messages->text());
    m_messages->setVisible(count > 0);
}

/// The newest first; a chosen one is shown again as it was.
void MainWindow::showMessages() {
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("messagesMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto& all = m_studio.problems();
    for (auto error = all.rbegin(); error != all.rend() && menu->actions().size() < kMessagesListed; ++error) {
        QString words = QString::fromStdString(error->message());
        if (!error->subject().empty()) words.prepend(QString::fromStdString(error->subject()) + QStringLiteral(": "));
        QAction* action = menu->addAction(fontMetrics().elidedText(words, Qt::ElideMiddle, width() / 2));
        connect(action, &QAction::triggered, this, [this, shown = *error] { m_error->showError(shown); });
    }
    menu->popup(m_messages->mapToGlobal(QPoint(0, -menu->sizeHint().height())));
}

void MainWindow::askToClose() {
    if (m_asking) return;
    const auto leave = [this] {
        m_closing = true;                // idle() closes us: the engine ends in its own time, and no loop waits for it
        m_studio.whatIf().stopAsking();  // else the next sets follow
        m_studio.engine().cancelAll();
    };
    if (!m_studio.runIsActive()) return leave();  // nothing that could be lost
    m_asking = true;
    m_studio.dialogs().ask(this, tr("A run is going on."),
                           tr("It will be cancelled and can be resumed later from its last checkpoint."),
                           tr("Cancel the run and close"), tr("Stay"), [this, leave](bool yes) {
                               m_asking = false;
                               if (!yes) return;
                               leave();
                               if (!m_studio.engine().busy()) close();
                           });
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event) {
    if (!firstLocalPath(event->mimeData()).isEmpty()) event->acceptProposedAction();
}

void MainWindow::dropEvent(QDropEvent* event) {
    const QString path = firstLocalPath(event->mimeData());
    if (path.isEmpty()) return;
    event->acceptProposedAction();
    m_studio.open(path);
}

}  // namespace lorashear::ui
