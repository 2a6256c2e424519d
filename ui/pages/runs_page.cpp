#include "ui/pages/runs_page.h"

#include "ui/controller/run_catalogue.h"
#include "ui/controller/studio.h"
#include "ui/models/table_text.h"
#include "ui/pages/runs_plots.h"
#include "ui/pages/runs_table.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kAgainMilliseconds = 5000;
constexpr int kLeastName = 150,
              kLeastBranch = 180;  ///< pixels that the name of a run keeps, and what differs from its parent

/// Numbers by value, and what is not known last, whichever way is sorted.
class RunsOrder : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    /// A branch stands below its parent whatever is sorted by: two runs are held against each other where their trees part.
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override {
        const auto& runs = static_cast<const RunsTable&>(*sourceModel());
        const auto [a, b] = runs.wherePart(left.row(), right.row());
        if (a == left.row() && b == right.row()) return isLess(left, right);
        if (a == b) return (left.row() == a) == (sortOrder() == Qt::AscendingOrder);
        return isLess(left.siblingAtRow(a), right.siblingAtRow(b));
    }

private:
    bool isLess(const QModelIndex& left, const QModelIndex& right) const {
        const bool a = left.data(kValueRole).isValid(), b = right.data(kValueRole).isValid();
        if (a != b) return sortOrder() == Qt::AscendingOrder ? a : b;
        return QSortFilterProxyModel::lessThan(left, right);
    }
};

}  // namespace

RunsPage::RunsPage(Studio& studio, QWidget* parent)
    : Page(studio, QStringLiteral("runs"), parent),
      m_catalogue(&studio.catalogue()),
      m_runs(new RunsTable(this)),
      m_shown(new RunsOrder(this)) {
    m_shown->setSourceModel(m_runs);
    m_shown->setSortRole(kValueRole);
    m_shown->setFilterKeyColumn(-1);
    m_shown->setFilterCaseSensitivity(Qt::CaseInsensitive);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    column->addWidget(makeBar());
    column->addWidget(makeTable(), 4);
    m_plots = new RunsPlots(this);
    column->addWidget(m_plots, 5);
    connect(m_plots, &RunsPlots::textChosen, m_runs, &RunsTable::setText);
    connect(m_plots, &RunsPlots::picked, this, [this](const QString& folder) { choose({folder}); });
    connect(m_plots, &RunsPlots::curvePicked, this, &RunsPage::makeCurrent);
    connect(m_plots, &RunsPlots::activated, &m_studio, &Studio::openRun);
    m_again.setInterval(kAgainMilliseconds);
    connect(&m_again, &QTimer::timeout, this, [this] {
        if (isVisible()) m_catalogue->refresh(findRuns(m_studio.settings().recentRuns()));
    });
    connect(m_catalogue, &RunCatalogue::changed, this, &RunsPage::fill);
    connect(&m_studio.session(), &Session::commandFinished, this, &RunsPage::refreshWhenVisible);
}

QWidget* RunsPage::makeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(makeTitle(tr("Runs"), bar));
    m_summary = makeMuted({}, bar);
    m_summary->setObjectName(QStringLiteral("runsSummary"));
    row->addWidget(m_summary, 1);
    m_search = new QLineEdit(bar);
    m_search->setObjectName(QStringLiteral("runsSearch"));
    m_search->setAccessibleName(tr("Find runs"));
    m_search->setPlaceholderText(tr("Find: name, method, status…"));
    m_search->setToolTip(tr("Only runs with this anywhere in their row"));
    m_search->setClearButtonEnabled(true);
    m_search->setMinimumWidth(fontMetrics().averageCharWidth() * 28);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString& text) {
        m_choosing = true;  // rows that go take their selection along: what was chosen comes back with them
        m_shown->setFilterFixedString(text);
        fill();
    });
    row->addWidget(m_search);
    const auto addButton = [&](const char* name, const QString& text, const QString& toolTip, auto&& act) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, bar);
        connect(button, &QPushButton::clicked, this, act);
        row->addWidget(button);
        return button;
    };
    const auto copy = [this](const QString& text, const QString& what) {
        QGuiApplication::clipboard()->setText(text);
        Q_EMIT m_studio.noticed(tr("Table copied as %1.").arg(what));
    };
    m_markdown = addButton("runsMarkdown", tr("Copy as Markdown"), tr("The table as it is shown, for a report"),
                           [this, copy] { copy(tableMarkdown(*m_shown), tr("Markdown")); });
    m_csv = addButton("runsCsv", tr("Copy as CSV"), tr("The table as it is shown with plain numbers, for a spreadsheet"),
                      [this, copy] { copy(tableCsv(*m_shown), tr("CSV")); });
    m_open = addButton("runsOpen", tr("Open run"), tr("Shows the current run on the Run page (Enter)"),
                       [this] { openCurrent(); });
    return bar;
}

QWidget* RunsPage::makeTable() {
    m_table = ui::makeTable(QStringLiteral("runsTable"), tr("All runs"), m_shown, this);
    m_table->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_table->setSortingEnabled(true);
    m_table->sortByColumn(-1, Qt::AscendingOrder);  // the newest first, as they come
    // The name gives way, so that the table is as wide as the page; all of it is in the tip.
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(RunsTable::kName, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(RunsTable::kBranch, QHeaderView::Interactive);
    m_table->setTextElideMode(Qt::ElideMiddle);
    connect(m_table, &QTableView::activated, this, [this] { openCurrent(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (m_choosing) return;
        m_chosen = chosen();
        overlay();
    });
    disconnect(m_table, &QTableView::customContextMenuRequested, nullptr, nullptr);
    connect(m_table, &QTableView::customContextMenuRequested, this, &RunsPage::showMenu);
    return m_table;
}

/// Columns that say least give way where the page is narrow; copies have all of them.
void RunsPage::fitColumns() {
    const QAbstractItemView* cells = m_table;
    const auto widthOf = [&](int c) {
        return std::max(m_table->horizontalHeader()->sectionSizeHint(c), cells->sizeHintForColumn(c));
    };
    for (int c : RunsTable::kGiveWay) m_table->setColumnHidden(c, false);  // what is hidden has no width
    m_table->setColumnHidden(RunsTable::kBranch, !m_runs->hasBranches());
    const int columns = m_runs->columnCount(), room = m_table->viewport()->width();
    int wanted = kLeastName;
    for (int c = 0; c < columns; ++c)
        if (c != RunsTable::kName && !m_table->isColumnHidden(c))
            wanted += c == RunsTable::kBranch ? std::min(widthOf(c), kLeastBranch) : widthOf(c);
    for (int c : RunsTable::kGiveWay) {
        const bool hidden = wanted > room;
        if (hidden) wanted -= widthOf(c);
        m_table->setColumnHidden(c, hidden);
    }
    if (const int words = widthOf(RunsTable::kBranch); m_runs->hasBranches())  // in full where there is room
        m_table->setColumnWidth(RunsTable::kBranch, std::min(words, kLeastBranch + std::max(0, room - wanted)));
}

void RunsPage::resizeEvent(QResizeEvent* event) {
    Page::resizeEvent(event);
    fitColumns();
}

void RunsPage::takeFocus() {
    m_table->setFocus(Qt::OtherFocusReason);
}

void RunsPage::refresh() {
    m_runs->setDark(colors(palette()).dark);
    m_catalogue->refresh(findRuns(m_studio.settings().recentRuns()));
    fill();
}

QString RunsPage::folderOf(int shownRow) const {
    return m_runs->row(m_shown->mapToSource(m_shown->index(shownRow, 0)).row()).folder;
}

const RunSummary* RunsPage::runOf(const QString& folder) const {
    for (const RunSummary& run : m_catalogue->runs())
        if (run.folder == folder) return &run;
    return nullptr;
}

QStringList RunsPage::chosen() const {
    QList<int> rows;
    for (const QModelIndex& index : m_table->selectionModel()->selectedRows()) rows << index.row();
    std::sort(rows.begin(), rows.end());
    QStringList folders;
    for (int row : rows) folders << folderOf(row);
    return folders;
}

void RunsPage::choose(const QStringList& folders) {
    m_choosing = true;
    auto* selection = m_table->selectionModel();
    selection->clearSelection();
    for (int row = 0; row < m_shown->rowCount(); ++row) {
        if (!folders.contains(folderOf(row))) continue;
        const QModelIndex index = m_shown->index(row, 1);
        selection->select(index, QItemSelectionModel::Select | QItemSelectionModel::Rows);
        if (folders.size() == 1) {
            selection->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
            m_table->scrollTo(index);
        }
    }
    m_choosing = false;
    m_chosen = folders;
    overlay();
}

/// The curves of the chosen ones, as many as are told apart.
void RunsPage::overlay() {
    QStringList overlaid;
    for (const QString& folder : std::as_const(m_chosen))
        if (runOf(folder) && overlaid.size() < kMostOverlaid) overlaid << folder;
    m_runs->setOverlaid(overlaid);
    m_plots->setOverlaid(overlaid);
}

/// One of the chosen, which all stay.
void RunsPage::makeCurrent(const QString& folder) {
    for (int row = 0; row < m_shown->rowCount(); ++row) {
        if (folderOf(row) != folder) continue;
        const QModelIndex index = m_shown->index(row, RunsTable::kName);
        m_table->selectionModel()->setCurrentIndex(index, QItemSelectionModel::NoUpdate);
        m_table->scrollTo(index);
    }
    m_plots->setCurrent(folder);
}

void RunsPage::fill() {
    const auto& runs = m_catalogue->runs();
    m_choosing = true;
    m_runs->setRows(runs);
    m_shown->invalidate();
    m_plots->setRuns(runs);
    m_runs->setText(m_plots->text());
    if (m_chosen.isEmpty() && !runs.empty()) m_chosen = {runs.front().folder};
    choose(m_chosen);
    fitColumns();
    const int shown = m_shown->rowCount(), all = int(runs.size());
    QString words = all == 0 && m_catalogue->reading() ? tr("Reading…")
                    : all == 0                         ? tr("No run yet: start one on the Plan page, or open one.")
                    : shown < all                      ? tr("%1 of %2 runs").arg(formatInteger(shown), formatInteger(all))
                    : all == 1                         ? tr("1 run")
                                                       : tr("%1 runs").arg(formatInteger(all));
    m_summary->setText(words);
    for (QPushButton* button : {m_markdown, m_csv, m_open}) button->setEnabled(shown > 0);
    const bool live = std::any_of(runs.begin(), runs.end(),
                                  [](const RunSummary& run) { return run.status == RunSummary::Status::Running; });
    live ? m_again.start() : m_again.stop();
}

void RunsPage::openCurrent() {
    const QModelIndex current = m_table->currentIndex();
    const QString folder = current.isValid() ? folderOf(current.row()) : m_chosen.value(0);
    if (!folder.isEmpty()) m_studio.openRun(folder);
}

/// What the buttons do, and the order for who has no mouse.
void RunsPage::showMenu(const QPoint& at) {
    auto* menu = new QMenu(m_table);
    menu->setObjectName(QStringLiteral("runsTable_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (QPushButton* button : {m_open, m_markdown, m_csv}) {
        QAction* action = menu->addAction(button->text(), button, &QPushButton::click);
        action->setEnabled(button->isEnabled());
    }
    if (const QModelIndex current = m_table->currentIndex(); current.isValid()) {
        const QString folder = folderOf(current.row());
        menu->addAction(tr("Copy the folder's path"), this, [folder] { QGuiApplication::clipboard()->setText(folder); });
        menu->addAction(tr("Save report…"), this, [this, folder] { m_studio.askToSaveReport(this, folder); });
    }
    QMenu* sort = menu->addMenu(tr("Sort by"));
    sort->addAction(tr("Newest first"), this, [this] { m_table->sortByColumn(-1, Qt::AscendingOrder); });
    for (int c = 1; c < m_runs->columnCount(); ++c)
        sort->addAction(m_runs->headerData(c, Qt::Horizontal).toString().replace(QLatin1Char('\n'), QLatin1Char(' ')), this,
                        [this, c] { m_table->sortByColumn(c, Qt::AscendingOrder); });
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

StageState RunsPage::state() const {
    return StageState::Open;
}

}  // namespace lorashear::ui
