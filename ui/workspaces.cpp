#include "ui/workspaces.h"

#include "ui/controller/studio.h"
#include "ui/panels/panel.h"
#include "ui/theme/theme.h"
#include "ui/theme/tr.h"

#include <QActionGroup>
#include <QApplication>
#include <QDockWidget>
#include <QEvent>
#include <QMainWindow>
#include <QMenu>
#include <QStyle>
#include <QTabBar>

#include <algorithm>
#include <map>
#include <utility>

namespace lorashear::ui {

namespace {

constexpr int kArrangementVersion = 1;           ///< of a kept arrangement: those of other versions are left aside
constexpr int kSlim = 31, kBroad = 40;           ///< characters across a column of panels
constexpr int kNarrowRoom = 33, kWideRoom = 66;  ///< characters that the window must have beside the widest page
constexpr int kLinesBelow = 8;  ///< of type, in panels at the bottom: what is above them needs the room more
constexpr Qt::DockWidgetArea kRight = Qt::RightDockWidgetArea, kBottom = Qt::BottomDockWidgetArea;

std::vector<WorkspaceRow> freshTable() {
    return {
        {QStringLiteral("inspect"),
         tr("&Inspect"),
         tr("To look into a model: the graph, and beside every page what is known of the chosen node group"),
         QStringLiteral("graph"),
         1.0,
         {{"selection", kRight, 0}, {"history", kRight, 1}, {"log", kRight, 1}},
         {}},
        {QStringLiteral("teach"),
         tr("&Teach"),
         tr("For a lesson: larger type, the lessons and the manual's chapter beside every page"),
         QStringLiteral("model"),
         1.15,
         {{"lessons", kRight, 0}, {"manual", kRight, 1}, {"selection", kRight, 1}},
         {{"lessons", kRight, 0}, {"manual", kRight, 0}}},
        {QStringLiteral("tune"),
         tr("T&une"),
         tr("To find the settings of a run: the plan, the history of its edits, the log below"),
         QStringLiteral("plan"),
         1.0,
         {{"history", kRight, 0}, {"selection", kRight, 1}, {"log", kBottom, 0}},
         {{"history", kRight, 0}, {"selection", kRight, 0}, {"log", kRight, 0}}},
    };
}

}  // namespace

const std::vector<WorkspaceRow>& workspaces() {
    static const std::vector<WorkspaceRow> kRows = freshTable();
    return kRows;
}

QStringList workspaceIds() {
    QStringList ids;
    for (const WorkspaceRow& row : freshTable()) ids << row.id;
    return ids;
}

const WorkspaceRow& workspaceOf(const QString& id) {
    for (const WorkspaceRow& row : workspaces())
        if (row.id == id) return row;
    return workspaces().front();
}

Workspaces::Workspaces(QMainWindow& window, Studio& studio, PanelHost& host)
    : QObject(&window),
      m_window(window),
      m_pages(window.centralWidget()),
      m_studio(studio),
      m_chosen(new QActionGroup(this)) {
    window.setDockOptions(QMainWindow::AllowNestedDocks | QMainWindow::AllowTabbedDocks);  // nothing slides by itself
    window.setTabPosition(Qt::AllDockWidgetAreas, QTabWidget::North);
    window.setCorner(Qt::BottomRightCorner, kRight);
    window.setCorner(Qt::TopRightCorner, kRight);
    window.setCorner(Qt::BottomLeftCorner, Qt::LeftDockWidgetArea);
    for (const PanelEntry& panel : builtinPanels()) {
        auto* dock = new QDockWidget(panel.title, &window);
        dock->setObjectName(QStringLiteral("dock_") + panel.id);
        dock->setAccessibleName(panel.title);
        dock->setAccessibleDescription(panel.toolTip);
        dock->setWidget(panel.make(studio, host, dock));
        // Qt moves what lies behind another panel out of sight and leaves it visible: the keyboard would go there.
        connect(dock, &QDockWidget::visibilityChanged, dock->widget(), &QWidget::setEnabled);
        for (auto signal : {&QDockWidget::visibilityChanged, &QDockWidget::topLevelChanged})
            connect(dock, signal, &m_fit, qOverload<>(&QTimer::start));
        connect(dock, &QDockWidget::dockLocationChanged, &m_fit, qOverload<>(&QTimer::start));
        window.addDockWidget(kRight, dock);  // where it stands is said by begin()
        dock->hide();
        m_docks.push_back(dock);
    }
    m_fit.setSingleShot(true);
    m_fit.setInterval(0);
    connect(&m_fit, &QTimer::timeout, this, &Workspaces::fit);
    connect(qApp, &QApplication::focusChanged, this, [this] {
        if (QDockWidget* now = focused()) m_lastFocused = now;
    });
    window.installEventFilter(this);
    m_pages->installEventFilter(this);
}

QDockWidget* Workspaces::dock(const QString& panel) const {
    for (QDockWidget* dock : m_docks)
        if (dock->objectName() == QStringLiteral("dock_") + panel) return dock;
    return nullptr;
}

/// Whether the widest page leaves so much, and the least width of the panels that would stand beside it then or do now.
bool Workspaces::hasRoomFor(Room room, int characters, bool besideShown) const {
    const int left = m_window.width() - m_pages->minimumSizeHint().width();
    int least = 0;
    const auto count = [&](const QDockWidget* dock) {
        const int gap = m_window.style()->pixelMetric(QStyle::PM_DockWidgetSeparatorExtent, nullptr, &m_window);
        least = std::max(least, dock->minimumSizeHint().width() + gap);
    };
    for (const PanelPlace& place : places(room)) count(dock(QLatin1String(place.panel)));
    for (const QDockWidget* dock : m_docks)
        if (besideShown && !dock->isHidden() && !dock->isFloating()) count(dock);
    return left >= std::max(least, characters * m_window.fontMetrics().averageCharWidth());
}

/// By what the widest page leaves: larger type needs a larger window.
Workspaces::Room Workspaces::room(bool besideShown) const {
    if (!m_pages) return m_room;  // the window is going
    return hasRoomFor(Room::Wide, kWideRoom, besideShown)       ? Room::Wide
           : hasRoomFor(Room::Narrow, kNarrowRoom, besideShown) ? Room::Narrow
                                                                : Room::Small;
}

QString Workspaces::key() const {
    const char* widths[] = {"small", "narrow", "wide"};
    return m_current + QLatin1Char('_') + QLatin1String(widths[int(m_room)]);
}

const std::vector<PanelPlace>& Workspaces::places(Room room) const {
    static const std::vector<PanelPlace> kNone;
    const WorkspaceRow& row = workspaceOf(m_current);
    return room == Room::Wide ? row.wide : room == Room::Narrow ? row.narrow : kNone;
}

void Workspaces::begin(const QString& id) {
    m_current = workspaceOf(id.isEmpty() ? m_studio.settings().workspace() : id).id;
    applyTypeScale(*static_cast<QApplication*>(QApplication::instance()), workspaceOf(m_current).type);
    m_room = room(false);
    load();
}

void Workspaces::load() {
    m_opened = false;  // in what was arranged before
    for (QAction* action : m_chosen->actions()) action->setChecked(action->data().toString() == m_current);
    const QByteArray kept = m_studio.settings().arrangement(key());
    if (kept.isEmpty() || !m_window.restoreState(kept, kArrangementVersion)) arrange();
    nameTabs();
    m_settled = m_window.saveState(kArrangementVersion);
}

void Workspaces::arrange() {
    for (QDockWidget* dock : m_docks) {
        dock->setFloating(false);         // one that was removed stays as it is
        m_window.removeDockWidget(dock);  // and hides it
    }
    std::map<std::pair<int, int>, QDockWidget*> front;
    std::vector<QDockWidget*> rest = m_docks;
    for (const PanelPlace& place : places(m_room)) {
        QDockWidget* shown = dock(QLatin1String(place.panel));
        std::erase(rest, shown);
        m_window.addDockWidget(place.side, shown);
        QDockWidget*& first = front[{int(place.side), place.slot}];
        if (first) m_window.tabifyDockWidget(first, shown);
        if (!first) first = shown;
        shown->show();
    }
    QDockWidget* behind = front.empty() ? nullptr : front.begin()->second;
    for (QDockWidget* hidden : rest) {  // where one comes up when it is asked for
        m_window.addDockWidget(kRight, hidden);
        if (behind) m_window.tabifyDockWidget(behind, hidden);
        if (!behind) behind = hidden;
        hidden->hide();
    }
    for (const auto& [place, dock] : front) dock->raise();
    m_window.isVisible() ? share() : void(m_share = true);
}

void Workspaces::share() {
    m_share = false;
    const int letter = m_window.fontMetrics().averageCharWidth();
    const int across = letter * (m_room == Room::Wide ? kBroad : kSlim),
              down = kLinesBelow * m_window.fontMetrics().lineSpacing();
    QList<QDockWidget*> columns, rows;
    QList<int> widths, heights;
    for (QDockWidget* dock : m_docks) {
        if (dock->isHidden() || dock->isFloating()) continue;
        const bool low = m_window.dockWidgetArea(dock) == kBottom;
        (low ? rows : columns) << dock;
        (low ? heights : widths) << (low ? down : across);
    }
    if (!columns.isEmpty()) m_window.resizeDocks(columns, widths, Qt::Horizontal);
    if (!rows.isEmpty()) m_window.resizeDocks(rows, heights, Qt::Vertical);
    settle();
}

void Workspaces::fitLarger() {
    m_larger = true;
    m_fit.start();
}

/// Another width, or another size of type: what was arranged for it. A page that needs less, or a panel that goes, brings none back under the eyes of who reads; and a
/// panel that a person opens where it has no room stands there nevertheless.
void Workspaces::fit() {
    const bool larger = std::exchange(m_larger, false), opened = std::exchange(m_opened, false);
    if (m_current.isEmpty()) return;
    const Room now = room();
    if (now == m_room || (now > m_room && !larger)) return settle();
    store();  // of the room that it leaves, as it was
    const bool down = now < m_room;
    m_room = now;
    if (down && opened && !larger) return settle();
    load();
}

void Workspaces::choose(const QString& id) {
    const WorkspaceRow& row = workspaceOf(id);
    keep();  // of the one in force too: what was moved in it stays
    m_current = row.id;
    m_studio.settings().setWorkspace(m_current);
    applyTypeScale(*static_cast<QApplication*>(QApplication::instance()), row.type);
    m_room = room(false);
    load();
    Q_EMIT pageWanted(row.page);
}

void Workspaces::reset() {
    m_studio.settings().forgetArrangements(m_current);
    applyTypeScale(*static_cast<QApplication*>(QApplication::instance()), workspaceOf(m_current).type);
    m_room = room(false);
    arrange();
    nameTabs();
}

void Workspaces::keep() {
    if (m_current.isEmpty()) return;
    settle();
    store();
}

void Workspaces::store() {
    m_studio.settings().setArrangement(key(), m_settled);
}

/// In a window that has just become narrower, Qt has squeezed the panels already: what they were before is what is kept of the former width.
void Workspaces::settle() {
    const Room now = room();
    if (now == m_room || (now > m_room && !m_larger)) m_settled = m_window.saveState(kArrangementVersion);
}

/// Qt makes the bars of tabbed panels by itself, without a name and with titles cut to "Hist…": whole ones are scrolled to where they have no room.
void Workspaces::nameTabs() {
    for (QTabBar* bar : m_window.findChildren<QTabBar*>(QString(), Qt::FindDirectChildrenOnly)) {
        bar->setAccessibleName(tr("Panels behind each other"));
        bar->setFocusPolicy(Qt::StrongFocus);
        bar->setElideMode(Qt::ElideNone);
        bar->setUsesScrollButtons(true);
    }
}

bool Workspaces::eventFilter(QObject* watched, QEvent* event) {
    const QEvent::Type type = event->type();
    if (watched == &m_window && (type == QEvent::Resize || type == QEvent::FontChange || type == QEvent::StyleChange))
        fitLarger();
    if (watched == m_pages && type == QEvent::LayoutRequest) m_fit.start();  // one that needs more squeezes the panels
    if (watched == &m_window && type == QEvent::Show && m_share) QTimer::singleShot(0, this, &Workspaces::share);
    if (watched == &m_window && type == QEvent::ChildAdded) QTimer::singleShot(0, this, &Workspaces::nameTabs);
    return QObject::eventFilter(watched, event);
}

}  // namespace lorashear::ui
