#pragma once

#include <QByteArray>
#include <QObject>
#include <QPointer>
#include <QString>
#include <QStringList>
#include <QTimer>

#include <vector>

class QAction;
class QActionGroup;
class QDockWidget;
class QMainWindow;
class QMenu;

namespace lorashear::ui {

class PanelHost;
class Studio;

/// Where a panel stands in a workspace: panels of one side and slot lie behind each other as tabs, the first in front; slots follow each other along the side.
struct PanelPlace {
    const char* panel;
    Qt::DockWidgetArea side;
    int slot;
};

/// What is arranged for one kind of work. `wide` is for windows in which a page has room beside a broad column of panels, `narrow` for those where it has room beside
/// a slim one; in smaller ones every panel waits in the menu.
struct WorkspaceRow {
    QString id, title, toolTip;
    QString page;  ///< shown when one changes to it
    double type;   ///< of the system's type size
    std::vector<PanelPlace> wide, narrow;
};

/// The table of workspaces. A new one is one line in ui/workspaces.cpp.
const std::vector<WorkspaceRow>& workspaces();
QStringList workspaceIds();  ///< without its words, which stay in the language of their first reading
const WorkspaceRow& workspaceOf(const QString& id);  ///< an unknown one: the first

/// The docks of the main window and their arrangement: one for each workspace and each of the three kinds of width, kept in the settings as the person left it.
class Workspaces : public QObject {
    Q_OBJECT
public:
    Workspaces(QMainWindow& window, Studio& studio, PanelHost& host);

    void begin(const QString& id = {});  ///< once the window has its size: this one, else what the settings remember
    void choose(const QString& id);
    void reset();  ///< the present workspace as the table has it, whatever the width
    void keep();   ///< into the settings
    const QString& current() const { return m_current; }
    QDockWidget* dock(const QString& panel) const;
    void addActions(QMenu& view);
    enum class Room { Small, Narrow, Wide };
    Room room() const { return room(true); }  ///< of the window as it is: beside what would be arranged, and what is shown
    /// A part of the window beyond page and panels: walk() comes to it behind the panels, while it is visible.
    void addPane(QWidget* pane) { m_panes.emplace_back(pane); }
    void walk(
        int by);  ///< the keyboard goes from the page to the first panel, the next, the other panes, and back to the page

Q_SIGNALS:
    void pageWanted(const QString& id);
    void pageFocusWanted();
    void noticed(const QString& words);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QString key() const;
    const std::vector<PanelPlace>& places(Room room) const;
    bool hasRoomFor(Room room, int characters, bool besideShown) const;
    Room room(bool besideShown) const;  ///< false: what is shown goes anyway
    void load();
    void arrange();
    void share();      ///< the widths among pages and panels
    void fitLarger();  ///< as fit(), and what a larger room has may come back
    void fit();
    void settle();
    void store();
    void nameTabs();
    void addPanels(QMenu& to);
    void addPlaces(QMenu& to);
    void bringForward(QDockWidget& dock);
    QDockWidget* focused() const;
    std::vector<QWidget*> stops() const;

    QMainWindow& m_window;
    QPointer<QWidget> m_pages;  ///< in the middle of the window
    Studio& m_studio;
    std::vector<QDockWidget*> m_docks;  ///< in the order of the panels' table
    QActionGroup* m_chosen;
    QPointer<QDockWidget> m_lastFocused;
    std::vector<QPointer<QWidget>> m_panes;
    QPointer<QWidget> m_at;  ///< where walk() came to last; none: the page
    QByteArray m_settled;    ///< the arrangement of m_room, as it was when the window had that room
    QString m_current;
    QTimer m_fit;
    Room m_room = Room::Narrow;
    bool m_share = false;   ///< once the window is shown
    bool m_larger = false;  ///< the next fit() may go up to a larger room: the window has another size or type
    bool m_opened = false;  ///< since the last fit() a person has opened a panel, which stays
};

}  // namespace lorashear::ui
