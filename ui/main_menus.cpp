#include "ui/controller/studio.h"
#include "ui/figures/figure_walk.h"
#include "ui/figures/save_figures_dialog.h"
#include "ui/help_dialog.h"
#include "ui/language.h"
#include "ui/main_window.h"
#include "ui/pages/page.h"
#include "ui/pages/sweep_dialog.h"
#include "ui/shortcuts_dialog.h"
#include "ui/teach/tour_player.h"
#include "ui/widgets/command_palette.h"
#include "ui/workspaces.h"

#include <QActionGroup>
#include <QApplication>
#include <QDir>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QStackedWidget>
#include <QTimer>

#include <tuple>

namespace lorashear::ui {

namespace {

/// The language of the next start: what is built keeps its words.
void addLanguages(QMenu& to, Studio& studio) {
    to.setObjectName(QStringLiteral("languageMenu"));
    auto* group = new QActionGroup(&to);
    const auto add = [&](const QString& id, const QString& title) {
        QAction* action = to.addAction(title);
        action->setObjectName(QStringLiteral("language_") + id);
        action->setCheckable(true);
        action->setChecked(id == studio.settings().language());
        group->addAction(action);
        QObject::connect(action, &QAction::triggered, &studio, [&studio, id] {
            if (id == studio.settings().language()) return;
            studio.settings().setLanguage(id);
            Q_EMIT studio.noticed(MainWindow::tr("The window is in this language from the next start on."));
        });
    };
    add(QStringLiteral("system"), MainWindow::tr("As the &system"));
    for (const LanguageRow& row : languages()) add(QString::fromLatin1(row.id), QString::fromUtf8(row.name));
}

}  // namespace

void MainWindow::makeMenus() {
    menuBar()->setObjectName(QStringLiteral("menuBar"));
    makeFileMenu();
    makeEditMenu();
    makeStageMenu();
    makeRunMenu();
    makeViewMenu();
    makeHelpMenu();
    m_shortcuts = new Shortcuts(*menuBar(), *this, m_studio.settings());
    m_shortcuts->apply();
}

void MainWindow::makeFileMenu() {
    QMenu* file = menuBar()->addMenu(tr("&File"));
    const auto add = [&](const char* name, const QString& text, auto&& act) {
        QAction* action = file->addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        connect(action, &QAction::triggered, this, act);
        return action;
    };
    add("actionOpen", tr("&Open a model, run, recipe or project…"), [this] { m_studio.askForAny(this); });
    add("actionBundled", tr("Open the &bundled model"), [this] { m_studio.open(bundledModel()); });
    file->addSeparator();
    add("actionOpenRecipe", tr("Open a &recipe…"), [this] {
        m_studio.dialogs().openFile(this, tr("Open a recipe"), m_studio.recipeFile(), tr("Recipes (*.json)"),
                                    [this](const QString& path) { m_studio.openRecipe(path); });
    });
    add("actionSaveRecipe", tr("&Save the recipe…"), [this] {
        m_studio.dialogs().saveFile(this, tr("Save the recipe"), m_studio.recipeFile(), tr("Recipes (*.json)"),
                                    [this](const QString& path) { m_studio.saveRecipe(path); });
    });
    file->addSeparator();
    add("actionSaveProject", tr("Save as a &project…"), [this] {
        // A project is a folder: the dialog starts beside it, and knows no name that ends as one.
        const Project& project = m_studio.project();
        const QString start =
            project.named() ? QFileInfo(project.folder()).dir().filePath(project.name()) : m_studio.settings().lastFolder();
        m_studio.dialogs().saveFile(
            this, tr("Save as a project"), start, tr("Projects (*.shearproj)"), [this](const QString& path) {
                const QString folder = withProjectEnding(QFileInfo(path).absoluteFilePath());
                if (!isProjectFolder(folder) || folder == m_studio.project().folder()) return m_studio.saveProject(path);
                m_studio.dialogs().ask(this, tr("There is a project %1 already.").arg(QFileInfo(folder).completeBaseName()),
                                       tr("Its recipe, its page and its list of runs are replaced; the runs stay."),
                                       tr("Replace it"), tr("Leave it"), [this, path](bool yes) {
                                           if (yes) m_studio.saveProject(path);
                                       });
            });
    });
    add("actionSaveReport", tr("Save a repor&t of the run…"),
        [this] { m_studio.askToSaveReport(this, QString::fromStdString(m_studio.session().run().folder)); });
    file->addSeparator();
    add("actionSaveFigures", tr("Save all &figures…"), [this] {
        auto* dialog = new SaveFiguresDialog([this](const auto& visit) { walkFigures(*m_stack, visit); }, this);
        connect(dialog, &SaveFiguresDialog::saved, this, [this](const QStringList& files) {
            Q_EMIT m_studio.noticed(tr("%n figure(s) saved.", nullptr, int(files.size())));
        });
        dialog->open();
    });
    file->addSeparator();
    add("actionQuit", tr("&Quit"), [this] { close(); });
}

void MainWindow::makeEditMenu() {
    QMenu* edit = menuBar()->addMenu(tr("&Edit"));
    QUndoStack& stack = m_studio.session().undoStack();
    QAction* undo = stack.createUndoAction(this, tr("&Undo"));
    undo->setObjectName(QStringLiteral("actionUndo"));
    QAction* redo = stack.createRedoAction(this, tr("&Redo"));
    redo->setObjectName(QStringLiteral("actionRedo"));
    edit->addAction(undo);
    edit->addAction(redo);
    edit->addSeparator();
    QAction* keys = edit->addAction(tr("&Keyboard shortcuts…"));
    keys->setObjectName(QStringLiteral("actionShortcuts"));
    connect(keys, &QAction::triggered, this, [this] { (new ShortcutsDialog(*m_shortcuts, this))->open(); });
}

void MainWindow::makeStageMenu() {
    QMenu* go = menuBar()->addMenu(tr("&Go"));
    const auto& table = builtinPages();
    for (int i = 0; i < int(table.size()); ++i) {
        QAction* action = go->addAction(table[std::size_t(i)].title);
        action->setObjectName(QStringLiteral("actionGo_") + table[std::size_t(i)].id);
        connect(action, &QAction::triggered, this, [this, id = table[std::size_t(i)].id] { showPage(id); });
    }
}

void MainWindow::makeRunMenu() {
    QMenu* run = menuBar()->addMenu(tr("&Run"));
    const auto add = [&](const char* name, const QString& text, auto&& act) {
        QAction* action = run->addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        connect(action, &QAction::triggered, this, act);
        return action;
    };
    QAction* analyse = add("actionAnalyse", tr("&Analyse knowledge"), [this] {
        showPage(QStringLiteral("knowledge"));
        m_studio.analyse();
    });
    QAction* start = add("actionStart", tr("&Start run"), [this] { m_studio.startRun(); });
    QAction* pause = add("actionPause", tr("&Pause or go on"), [this] {
        EngineController& engine = m_studio.engine();
        engine.state() == EngineController::State::Paused ? engine.resume() : engine.pause();
    });
    QAction* step = add("actionStep", tr("&One step more"), [this] { m_studio.engine().step(); });
    QAction* keep = add("actionCheckpoint", tr("&Keep a checkpoint now"), [this] { m_studio.engine().wantCheckpoint(); });
    keep->setToolTip(tr("Behind the present step, besides those of the recipe: a run can branch from it"));
    QAction* cancel = add("actionCancel", tr("&Cancel"), [this] { m_studio.cancel(); });
    addPaces(*run);
    run->addSeparator();
    QAction* sweep = add("actionSweep", tr("Make a s&weep…"), [this] { (new SweepDialog(m_studio, this))->open(); });
    const auto update = [this, analyse, start, pause, step, keep, cancel, sweep] {
        const bool busy = m_studio.busy();
        analyse->setEnabled(!busy && m_studio.session().structure() != nullptr);
        start->setEnabled(!busy && m_studio.session().structure());  // what is in the way is said when it is asked for
        pause->setEnabled(m_studio.engine().working());
        step->setEnabled(m_studio.runIsActive());
        keep->setEnabled(m_studio.runIsActive());
        sweep->setEnabled(m_studio.session().structure() != nullptr);
        cancel->setEnabled(busy || m_studio.whatIf().asked());
    };
    connect(&m_studio, &Studio::readingChanged, this, update);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, update);
    connect(&m_studio.session(), &Session::planChanged, this, update);
    update();
}

/// How fast training goes, for eyes to follow: in lessons, and on a projector.
void MainWindow::addPaces(QMenu& to) {
    QMenu* paces = to.addMenu(tr("Slow &motion"));
    paces->setObjectName(QStringLiteral("paceMenu"));
    auto* group = new QActionGroup(this);
    for (const double pace : {0.0, 10.0, 4.0, 1.0}) {
        QAction* action = paces->addAction(pace == 0 ? tr("&Off: as fast as it goes")
                                                     : tr("At most %n step(s) a second", nullptr, int(pace)));
        action->setObjectName(QStringLiteral("pace_%1").arg(int(pace)));
        action->setCheckable(true);
        action->setChecked(pace == m_studio.engine().pace());
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, pace] { m_studio.engine().setPace(pace); });
    }
}

void MainWindow::makeViewMenu() {
    QMenu* view = menuBar()->addMenu(tr("&View"));
    view->setObjectName(QStringLiteral("viewMenu"));
    m_workspaces->addActions(*view);
    QMenu* appearance = view->addMenu(tr("&Appearance"));
    auto* group = new QActionGroup(this);
    const Appearance current = appearanceFromId(m_studio.settings().appearance());
    for (const AppearanceRow& row : appearances()) {
        QAction* action = appearance->addAction(appearanceTitle(row));
        action->setObjectName(QStringLiteral("appearance_") + QString::fromLatin1(row.id));
        action->setCheckable(true);
        action->setChecked(row.appearance == current);
        group->addAction(action);
        connect(action, &QAction::triggered, this, [this, wanted = row.appearance] { setAppearance(wanted); });
    }
    appearance->addSeparator();
    QAction* still = appearance->addAction(tr("&Reduced motion"));
    still->setObjectName(QStringLiteral("actionReducedMotion"));
    still->setToolTip(tr("Nothing fades, slides or blinks"));
    still->setCheckable(true);
    still->setChecked(reducedMotion());
    connect(still, &QAction::toggled, this, [this](bool on) {
        m_studio.settings().setReducedMotion(on);
        applyReducedMotion(*static_cast<QApplication*>(QApplication::instance()), on);
    });
    addLanguages(*view->addMenu(tr("&Language")), m_studio);
    for (int i = 0; i < m_stack->count(); ++i)
        for (QAction* action : m_stack->widget(i)->actions())
            if (action->property("inViewMenu").toBool()) view->addAction(action);
    QAction* present = view->addAction(tr("&Presentation mode"));
    present->setObjectName(QStringLiteral("actionPresent"));
    present->setToolTip(tr("Large type and a projector's colours"));
    present->setCheckable(true);
    present->setChecked(presenting());
    connect(present, &QAction::toggled, this, &MainWindow::setPresentation);
    QAction* commands = view->addAction(tr("&Commands…"));
    commands->setObjectName(QStringLiteral("actionPalette"));
    connect(commands, &QAction::triggered, this,
            [this] { (new CommandPalette(entriesOf(*menuBar(), m_stack->currentWidget()), this))->show(); });
    QAction* full = view->addAction(tr("&Full screen"));
    full->setObjectName(QStringLiteral("actionFullScreen"));
    connect(full, &QAction::triggered, this, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
}

void MainWindow::makeHelpMenu() {
    QMenu* help = menuBar()->addMenu(tr("&Help"));
    const auto add = [&](const char* name, const QString& text, auto&& act) {
        QAction* action = help->addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        connect(action, &QAction::triggered, this, act);
        return action;
    };
    add("actionHelp", tr("Manual: the &page that is shown"),
        [this] { showManual(QStringLiteral("window#") + currentPage()); });
    const std::tuple<const char*, QString, QString> pages[] = {
        {"actionHelpContents", tr("A&ll pages of the manual"), QStringLiteral("README")},
        {"actionHelpFirstSteps", tr("&First steps"), QStringLiteral("first-steps")},
        {"actionHelpIdeas", tr("The &ideas, with pictures"), QStringLiteral("ideas")},
        {"actionHelpKeys", tr("&Keys"), QStringLiteral("window#keys")},
        {"actionHelpMethods", tr("M&ethods, and how to choose one"), QStringLiteral("methods")},
        {"actionHelpRecipe", tr("The &settings of a recipe"), QStringLiteral("recipe")},
        {"actionHelpFamilies", tr("Mo&del families"), QStringLiteral("families")},
        {"actionHelpTrouble", tr("T&roubleshooting"), QStringLiteral("troubleshooting")}};
    for (const auto& [name, text, place] : pages) add(name, text, [this, shown = place] { showManual(shown); });
    help->addSeparator();
    addTours(*help->addMenu(tr("&Tours and lessons")));
    help->addSeparator();
    add("actionMessages", tr("&Messages of this session"), [this] { showMessages(); });
    add("actionAbout", tr("&About LoRAShear Studio"), [this] {
        auto* about =
            new QMessageBox(QMessageBox::NoIcon, tr("About LoRAShear Studio"),
                            tr("LoRAShear Studio %1").arg(QApplication::applicationVersion()), QMessageBox::Close, this);
        about->setObjectName(QStringLiteral("about"));
        about->setAttribute(Qt::WA_DeleteOnClose);
        about->setInformativeText(
            tr("Interactive structured pruning of language models, after LoRAShear (Chen et al., 2023). GPL-3.0-or-later."));
        about->open();
    });
}

void MainWindow::showManual(const QString& place) {
    if (!m_manual || m_manual->isHidden())
        m_manual = new HelpDialog(this);  // one that was closed goes when its events are done
    m_manual->showPage(place);
    m_manual->show();
    m_manual->raise();
    m_manual->activateWindow();
}

void MainWindow::addTours(QMenu& to) {
    to.setObjectName(QStringLiteral("toursMenu"));
    to.setToolTipsVisible(true);
    for (const Tour& tour : shippedTours()) {
        QAction* action = to.addAction(tour.title);
        action->setObjectName(QStringLiteral("actionTour_") + tour.id);
        action->setToolTip(tour.about);
        connect(action, &QAction::triggered, this, [this, tour] { m_tours->start(tour); });
    }
}

void MainWindow::setAppearance(Appearance appearance) {
    m_studio.settings().setAppearance(appearanceId(appearance));
    applyAppearance(*static_cast<QApplication*>(QApplication::instance()), appearance, presenting());
}

void MainWindow::setPresentation(bool on) {
    static const char kBefore[] = "sizeBeforePresenting";  // large type may need a larger window: it goes back too
    const QSize before = property(kBefore).toSize();
    if (on) setProperty(kBefore, size());
    m_studio.settings().setPresentation(on);
    applyAppearance(*static_cast<QApplication*>(QApplication::instance()),
                    appearanceFromId(m_studio.settings().appearance()), on);
    if (!on && before.isValid() && !isMaximized() && !isFullScreen())
        QTimer::singleShot(0, this, [this, before] { resize(before); });
}

}  // namespace lorashear::ui
