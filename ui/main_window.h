#pragma once

#include "core/base/error.h"
#include "ui/controller/project.h"
#include "ui/theme/theme.h"

#include <QMainWindow>
#include <QPointer>

#include <vector>

class QLabel;
class QMenu;
class QProgressBar;
class QPushButton;
class QShowEvent;
class QStackedWidget;

namespace lorashear::ui {

class ErrorStrip;
class HelpDialog;
class Page;
class PanelHost;
class RestoreStrip;
class Shortcuts;
class StageRail;
class SystemLabels;
class Studio;
class TourPlayer;
class Workspaces;

/// The window: the rail of stages, the pages, menus and the status bar. It arranges; pages and studio do the work.
class MainWindow : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Studio& studio, const QString& workspace = {});  ///< with this one for once, else the remembered one
    ~MainWindow() override;

    void showPage(const QString& id);
    QString currentPage() const;
    Page* page(const QString& id) const;
    /// What windows that were killed have left, one after the other, in a strip that can be dismissed.
    void offerLostWork();
    void showManual(const QString& place);  ///< "PAGE#HEADING" of resources/help; in the manual's one window
    void reveal(QWidget& part);             ///< its page, its tabs, and the part of a scroll area where it lies
    TourPlayer& tours() { return *m_tours; }
    Workspaces& workspaces() { return *m_workspaces; }

protected:
    void showEvent(QShowEvent* event) override;
    void closeEvent(QCloseEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void makeMenus();
    void makeFileMenu();
    void makeEditMenu();
    void makeStageMenu();
    void makeRunMenu();
    void addPaces(QMenu& to);
    void makeViewMenu();
    void makeHelpMenu();
    void addTours(QMenu& to);
    void makeStatusBar();
    void makePanels();
    void focusPage();
    void giveToPage();
    void updateRail();
    void updateStatus();
    void setAppearance(Appearance appearance);
    void setPresentation(bool on);
    void askToClose();
    void showField(const QString& name);
    void showMessages();
    void updateMessages();
    void listenToProject();
    void updateTitle();
    void showLost();
    void chooseSize();

    Studio& m_studio;
    StageRail* m_rail;
    QStackedWidget* m_stack;
    ErrorStrip* m_error;
    RestoreStrip* m_restore;
    std::vector<Page*> m_pages;
    QLabel *m_modelLabel = nullptr, *m_keptLabel = nullptr, *m_engineLabel = nullptr, *m_leftLabel = nullptr;
    QPushButton* m_messages = nullptr;
    QLabel* m_keptAt = nullptr;
    Shortcuts* m_shortcuts = nullptr;
    SystemLabels* m_system = nullptr;
    std::vector<Project::Lost> m_lost;
    TourPlayer* m_tours = nullptr;
    PanelHost* m_host = nullptr;
    Workspaces* m_workspaces = nullptr;
    QPointer<HelpDialog> m_manual;
    bool m_closing = false;  ///< agreed; waits for the engine's Finished
    bool m_asking = false;
    bool m_leaving = false;  ///< what shall become of edits was said
};

}  // namespace lorashear::ui
