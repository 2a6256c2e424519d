#include "ui/pages/runs_page.h"

#include "ui/controller/run_catalogue.h"
#include "ui/controller/studio.h"
#include "ui/models/table_text.h"
#include "ui/pages/runs_table.h"
#include "ui/plots/curve_plot.h"
#include "ui/plots/point_plot.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QClipboard>
#include <QComboBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kAgainMilliseconds = 5000;
constexpr int kLeastName = 150;  ///< pixels that the name of a run keeps
enum SizeSeries { kOriginal, kFront, kRuns };

/// Numbers by value, and what is not known last, whichever way is sorted.
class RunsOrder : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;

protected:
    bool lessThan(const QModelIndex& left, const QModelIndex& right) const override {
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
    column->addWidget(makePlots(), 5);
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
    m_table->setTextElideMode(Qt::ElideMiddle);
    connect(m_table, &QTableView::activated, this, [this] { openCurrent(); });
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, [this] {
        if (m_choosing) return;
        m_chosen = chosen();
        fillCurves();
    });
    disconnect(m_table, &QTableView::customContextMenuRequested, nullptr, nullptr);
    connect(m_table, &QTableView::customContextMenuRequested, this, &RunsPage::showMenu);
    return m_table;
}

QWidget* RunsPage::makePlots() {
    using Look = CurvePlot::Look;
    auto* both = new QWidget(this);
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    std::vector<CurvePlot::Curve> smooth, dots;
    for (int i = 0; i < kMostOverlaid; ++i) {
        smooth.push_back({QString::number(i + 1), Look::Smooth, i, true});
        dots.push_back({QString::number(i + 1), Look::Points, i, true});
    }
    auto* tabs = new QTabWidget(both);
    tabs->setObjectName(QStringLiteral("runsCurves"));
    tabs->setAccessibleName(tr("Curves of the chosen runs"));
    tabs->setDocumentMode(true);
    m_loss = new CurvePlot(QStringLiteral("runsLoss"), tr("Training loss, smoothed"), tr("step"), tr("nats per token"),
                           smooth, tabs);
    m_perplexity = new CurvePlot(QStringLiteral("runsPerplexity"), tr("Perplexity at checkpoints"), tr("step"),
                                 tr("perplexity"), dots, tabs);
    tabs->addTab(m_loss, tr("&Loss"));
    tabs->addTab(m_perplexity, tr("&Checkpoints"));
    row->addWidget(tabs, 1);

    auto* column = new QVBoxLayout;
    auto* head = new QHBoxLayout;
    auto* words = makeMuted(tr("Measured on"), both);
    words->setWordWrap(false);
    m_text = new QComboBox(both);
    m_text->setObjectName(QStringLiteral("runsText"));
    m_text->setAccessibleName(tr("Text and protocol of the perplexities"));
    m_text->setToolTip(tr("Only perplexities of one text under one protocol can be held against each other"));
    m_text->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_text->setMinimumContentsLength(20);
    words->setBuddy(m_text);
    head->addWidget(words);
    head->addWidget(m_text, 1);
    column->addLayout(head);
    m_sizes = new PointPlot(QStringLiteral("runsSizes"), tr("Size and perplexity"), tr("parameters"), tr("perplexity"),
                            {{tr("original"), PointPlot::Ink::Reference},
                             {tr("beaten by none"), PointPlot::Ink::Frontier},
                             {tr("runs, measured"), PointPlot::Ink::Measured}},
                            both);
    m_sizes->setEmptyText(tr("Runs stand here once they have measured their result."));
    column->addWidget(m_sizes, 1);
    m_note = makeMuted({}, both);
    m_note->setObjectName(QStringLiteral("runsNote"));
    column->addWidget(m_note);
    row->addWidget(makeCard(both, column), 1);
    connect(m_text, &QComboBox::activated, this, [this] {
        m_runs->setText(m_text->currentData().toString());
        fillSizes();
    });
    connect(m_sizes, &PointPlot::picked, this, [this](const QString& folder) { choose({folder}); });
    connect(m_sizes, &PointPlot::activated, &m_studio, &Studio::openRun);
    return both;
}

/// Columns that say least give way where the page is narrow; copies have all of them.
void RunsPage::fitColumns() {
    const QAbstractItemView* cells = m_table;
    const auto widthOf = [&](int c) {
        return std::max(m_table->horizontalHeader()->sectionSizeHint(c), cells->sizeHintForColumn(c));
    };
    for (int c : RunsTable::kGiveWay) m_table->setColumnHidden(c, false);  // what is hidden has no width
    const int columns = m_runs->columnCount();
    int wanted = kLeastName;
    for (int c = 0; c < columns; ++c)
        if (c != RunsTable::kName) wanted += widthOf(c);
    for (int c : RunsTable::kGiveWay) {
        const bool hidden = wanted > m_table->viewport()->width();
        if (hidden) wanted -= widthOf(c);
        m_table->setColumnHidden(c, hidden);
    }
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
    fillCurves();
}

void RunsPage::fill() {
    const auto& runs = m_catalogue->runs();
    m_choosing = true;
    m_runs->setRows(runs);
    m_shown->invalidate();
    fillTexts();
    if (m_chosen.isEmpty() && !runs.empty()) m_chosen = {runs.front().folder};
    choose(m_chosen);
    fillSizes();
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

/// What most runs measured stands first and is shown, until the person chooses.
void RunsPage::fillTexts() {
    std::vector<std::pair<QString, int>> counts;
    for (const RunSummary& run : m_catalogue->runs())
        for (const RunSummary::Text& text : run.texts) {
            const auto at = std::find_if(counts.begin(), counts.end(), [&](const auto& c) { return c.first == text.key(); });
            if (at == counts.end())
                counts.emplace_back(text.key(), 1);
            else
                ++at->second;
        }
    std::stable_sort(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    const QString before = m_text->currentData().toString();
    m_text->clear();
    for (const auto& [key, count] : counts) m_text->addItem(tr("%1 (%2)").arg(key, formatInteger(count)), key);
    m_text->setCurrentIndex(std::max(0, m_text->findData(before)));
    m_text->setEnabled(m_text->count() > 1);
    m_runs->setText(m_text->currentData().toString());
}

void RunsPage::fillCurves() {
    QStringList overlaid;
    for (const QString& folder : std::as_const(m_chosen))
        if (runOf(folder) && overlaid.size() < kMostOverlaid) overlaid << folder;
    for (int i = 0; i < kMostOverlaid; ++i) {
        const RunSummary* run = i < overlaid.size() ? runOf(overlaid[i]) : nullptr;
        const RunSummary none;
        m_loss->setCurve(i, (run ? run : &none)->steps, (run ? run : &none)->loss);
        m_perplexity->setCurve(i, (run ? run : &none)->checkpointSteps, (run ? run : &none)->checkpointValues);
    }
    m_runs->setOverlaid(overlaid);
    m_loss->refresh();
    m_perplexity->refresh();
    const RunSummary* first = overlaid.isEmpty() ? nullptr : runOf(overlaid.front());
    m_sizes->setCurrent(first && overlaid.size() == 1 ? first->folder : QString());
}

void RunsPage::fillSizes() {
    const auto& runs = m_catalogue->runs();
    const QString key = m_text->currentData().toString();
    std::vector<PointPlot::Point> originals, points, front;
    int left = 0;
    for (const RunSummary& run : runs) {
        const auto* text = run.text(key);
        if (!text || text->last() <= 0 || run.parameters <= 0) {
            ++left;
            continue;
        }
        points.push_back(
            {run.parameters, text->last(), run.folder,
             tr("%1: %2 parameters, perplexity %3").arg(run.name, formatCount(run.parameters), formatNumber(text->last()))});
        const bool known = std::any_of(originals.begin(), originals.end(),
                                       [&](const auto& p) { return p.x == run.original && p.y == text->original; });
        if (!known && text->original > 0)
            originals.push_back({run.original,
                                 text->original,
                                 {},
                                 tr("original %1: perplexity %2").arg(run.model, formatNumber(text->original))});
    }
    for (std::size_t i : paretoFront(runs, key)) front.push_back({runs[i].parameters, runs[i].text(key)->last(), {}, {}});
    m_sizes->setPoints(kOriginal, std::move(originals));
    m_sizes->setPoints(kFront, std::move(front));
    m_sizes->setPoints(kRuns, std::move(points));
    m_sizes->refresh();
    m_note->setVisible(left > 0 && left < int(runs.size()));
    m_note->setText(
        left == 1 ? tr("1 run has measured nothing on this text and is not in the picture.")
                  : tr("%1 runs have measured nothing on this text and are not in the picture.").arg(formatInteger(left)));
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
