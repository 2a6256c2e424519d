// The commands of workspaces and panels: menu, keys, and the keyboard's way from panel to panel.

#include "ui/panels/panel.h"
#include "ui/workspaces.h"

#include <QAction>
#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QMainWindow>
#include <QMenu>

#include <algorithm>
#include <tuple>

namespace lorashear::ui {

void Workspaces::addActions(QMenu& view) {
    QMenu* spaces = view.addMenu(tr("&Workspace"));
    spaces->setObjectName(QStringLiteral("workspaceMenu"));
    spaces->setToolTipsVisible(true);
    for (const WorkspaceRow& row : workspaces()) {
        QAction* action = spaces->addAction(row.title);
        action->setObjectName(QStringLiteral("workspace_") + row.id);
        action->setData(row.id);
        action->setToolTip(row.toolTip);
        action->setCheckable(true);
        m_chosen->addAction(action);
        connect(action, &QAction::triggered, this, [this, id = row.id] { choose(id); });
    }
    spaces->addSeparator();
    QAction* anew = spaces->addAction(tr("&Reset this workspace"));
    anew->setObjectName(QStringLiteral("actionResetWorkspace"));
    anew->setToolTip(tr("Panels stand where they stood at first, for every size of the window"));
    connect(anew, &QAction::triggered, this, &Workspaces::reset);
    addPanels(*view.addMenu(tr("&Panels")));
}

void Workspaces::addPanels(QMenu& to) {
    to.setObjectName(QStringLiteral("panelsMenu"));
    to.setToolTipsVisible(true);
    for (std::size_t i = 0; i < m_docks.size(); ++i) {
        QDockWidget* dock = m_docks[i];
        QAction* action = dock->toggleViewAction();
        action->setObjectName(QStringLiteral("panel_") + builtinPanels()[i].id);
        action->setToolTip(builtinPanels()[i].toolTip);
        to.addAction(action);
        connect(action, &QAction::triggered, this, [this, dock](bool shown) {
            if (!shown) return;
            m_opened = true;
            bringForward(*dock);
            m_fit.start();
        });
    }
    to.addSeparator();
    const auto add = [&](const char* name, const QString& text, int by) {
        QAction* action = to.addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        connect(action, &QAction::triggered, this, [this, by] { walk(by); });
    };
    add("actionNextPanel", tr("&Next: page, panels, messages, stages"), 1);
    add("actionPreviousPanel", tr("Pre&vious"), -1);
    addPlaces(*to.addMenu(tr("&Move the panel with the keyboard")));
}

/// What the mouse does by the title of a panel.
void Workspaces::addPlaces(QMenu& to) {
    const auto add = [&](const char* name, const QString& text, auto&& move) {
        QAction* action = to.addAction(text);
        action->setObjectName(QString::fromLatin1(name));
        connect(action, &QAction::triggered, this, [this, move] {
            if (!m_lastFocused || m_lastFocused->isHidden())
                return Q_EMIT noticed(tr("Put the keyboard into a panel first: F6 goes from one to the next."));
            move(*m_lastFocused);
            nameTabs();
        });
    };
    const std::tuple<const char*, QString, Qt::DockWidgetArea> sides[] = {
        {"panelToLeft", tr("To the &left"), Qt::LeftDockWidgetArea},
        {"panelToRight", tr("To the &right"), Qt::RightDockWidgetArea},
        {"panelToBottom", tr("To the &bottom"), Qt::BottomDockWidgetArea}};
    for (const auto& [name, text, side] : sides)
        add(name, text, [this, place = side](QDockWidget& dock) {
            dock.setFloating(false);
            m_window.addDockWidget(place, &dock);
            bringForward(dock);
        });
    add("panelFloats", tr("Into a &window of its own"), [](QDockWidget& dock) { dock.setFloating(true); });
    add("panelCloses", tr("&Close it"), [this](QDockWidget& dock) {
        dock.hide();
        Q_EMIT pageFocusWanted();
    });
}

void Workspaces::bringForward(QDockWidget& dock) {
    dock.show();
    dock.raise();
    dock.window()->activateWindow();  // which is the panel itself where it floats
    dock.widget()->setEnabled(true);  // what comes forward says so later
    dock.widget()->setFocus(Qt::TabFocusReason);
    if (!dock.isAncestorOf(dock.window()->focusWidget())) dock.setFocus(Qt::TabFocusReason);
}

QDockWidget* Workspaces::focused() const {
    for (const QWidget* up = QApplication::focusWidget(); up; up = up->parentWidget())
        for (QDockWidget* dock : m_docks)
            if (dock == up) return dock;
    return nullptr;
}

/// Null stands for the page.
std::vector<QWidget*> Workspaces::stops() const {
    std::vector<QWidget*> stops{nullptr};
    for (QDockWidget* dock : m_docks)
        if (!dock->isHidden()) stops.push_back(dock);
    for (const auto& pane : m_panes)
        if (pane && pane->isVisible()) stops.push_back(pane);
    return stops;
}

void Workspaces::walk(int by) {
    const std::vector<QWidget*> all = stops();
    const QWidget* keyboard = QApplication::focusWidget();
    // While a window is being activated nothing has the keyboard.
    const auto at = std::find_if(all.begin(), all.end(), [&](const QWidget* stop) {
        return keyboard ? stop && (stop == keyboard || stop->isAncestorOf(keyboard)) : stop == m_at;
    });
    const int count = int(all.size()), now = at == all.end() ? 0 : int(at - all.begin());
    m_at = all[std::size_t((now + by + count) % count)];
    if (!m_at) return Q_EMIT pageFocusWanted();
    if (auto* dock = qobject_cast<QDockWidget*>(m_at.data())) return bringForward(*dock);
    m_window.activateWindow();  // the keyboard may be in a panel that floats
    m_at->setFocus(Qt::TabFocusReason);
}

}  // namespace lorashear::ui
