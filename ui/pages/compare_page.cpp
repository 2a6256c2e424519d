#include "ui/pages/compare_page.h"

#include "core/run/run_folder.h"
#include "ui/controller/studio.h"
#include "ui/models/table_text.h"
#include "ui/pages/cause_panel.h"
#include "ui/pages/compare_columns.h"
#include "ui/pages/compare_table.h"
#include "ui/pages/compare_texts.h"
#include "ui/pages/guess_panel.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/one_or_two_rows.h"
#include "ui/widgets/pieces.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kTableFrames = 8;  ///< of the table: its border above and below, also when it has the keyboard

/// The recipe that a run goes by; of a folder that is gone, the one that is open.
Recipe recipeOf(const Session& session) {
    try {
        if (!session.run().folder.empty()) return RunFolder::open(session.run().folder).recipe();
    } catch (const Error&) {  // not written yet, or gone
    }
    return session.recipe();
}

/// Changes whenever what the run measured has.
QString stampOf(const Session& session) {
    const RunState& run = session.run();
    QString measured = QStringLiteral("%1\n%2\n%3\n%4\n%5\n%6")
                           .arg(QString::fromStdString(run.folder), QString::fromStdString(session.recipe().model.path))
                           .arg(run.measurements.size())
                           .arg(run.perplexities.size())
                           .arg(run.samples.size())
                           .arg(run.finished.has_value());
    if (!run.folder.empty()) return measured;
    return measured + QString::fromStdString(recipeText(session.recipe()));  // it says what is compared, and on which text
}

}  // namespace

ComparePage::ComparePage(Studio& studio, QWidget* parent)
    : Page(studio, QStringLiteral("compare"), parent),
      m_columns(new CompareColumns(this)),
      m_rows(new CompareTable(this)),
      m_texts(new CompareTexts(studio, this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    auto *words = new QWidget(this), *buttons = new QWidget(this);
    auto *title = new QHBoxLayout(words), *head = new QHBoxLayout(buttons);
    for (QHBoxLayout* part : {title, head}) part->setContentsMargins(0, 0, 0, 0);
    title->addWidget(makeTitle(tr("Compare"), this));
    m_summary = makeMuted({}, this);
    m_summary->setObjectName(QStringLiteral("compareSummary"));
    title->addWidget(m_summary, 1);
    head->addStretch(1);
    m_progress = new QProgressBar(this);
    m_progress->setObjectName(QStringLiteral("compareProgress"));
    m_progress->setAccessibleName(tr("Progress of what is measured or written"));
    m_progress->setTextVisible(false);
    m_progress->setMinimumWidth(110);
    m_progress->hide();
    head->addWidget(m_progress);
    addButtons(head);
    head->addWidget(nextButton());
    column->addWidget(new OneOrTwoRows(words, buttons, this));
    column->addWidget(m_columns);
    m_table = makeTable(QStringLiteral("compareTable"), tr("Models side by side"), m_rows, this);
    disconnect(m_table, &QTableView::customContextMenuRequested, nullptr, nullptr);
    connect(m_table, &QTableView::customContextMenuRequested, this, &ComparePage::showMenu);
    m_table->setSizeAdjustPolicy(QAbstractScrollArea::AdjustToContents);
    connect(m_table->horizontalScrollBar(), &QScrollBar::rangeChanged, this, &ComparePage::fitHeight);
    column->addWidget(m_table);
    auto* views = new QTabWidget(this);
    views->setObjectName(QStringLiteral("compareViews"));
    views->setAccessibleName(tr("Texts of the models"));
    views->addTab(m_texts, tr("The same &text"));
    views->addTab(new GuessPanel(m_studio, this), tr("Which head would you remove?"));
    m_causes = new CausePanel(m_studio, this);
    views->addTab(m_causes, tr("Which group changed a token?"));
    connect(m_texts, &CompareTexts::explanationAsked, views, [this, views] {
        views->setCurrentWidget(m_causes);
        m_causes->takeKeyboard();  // the bars that had it are behind now
    });
    column->addWidget(views, 1);

    connect(m_columns, &CompareColumns::chosen, this, [this](const QStringList& columns) {
        m_wanted = columns;
        fill();
    });
    connect(&m_studio.session(), &Session::runChanged, this, &ComparePage::refreshWhenVisible);
    connect(&m_studio.session(), &Session::recipeChanged, this, &ComparePage::refreshWhenVisible);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &ComparePage::refreshWhenVisible);
    connect(&m_studio, &Studio::readingChanged, this, &ComparePage::refreshWhenVisible);
    connect(&m_studio.catalogue(), &RunCatalogue::changed, this, &ComparePage::refreshWhenVisible);
    connect(&m_studio.sideBySide(), &SideBySide::changed, this, &ComparePage::refreshWhenVisible);
    connect(&m_studio.sideBySide(), &SideBySide::progressChanged, this, &ComparePage::showProgress);
    connect(&m_studio.session(), &Session::commandFinished, this, [this] {
        if (isVisible()) m_studio.catalogue().refresh(findRuns(m_studio.settings().recentRuns()));
    });
}

void ComparePage::addButtons(QHBoxLayout* head) {
    const auto add = [&](const char* name, const QString& text, const QString& toolTip, auto&& act) {
        QPushButton* button = makeButton(QString::fromLatin1(name), text, toolTip, this);
        connect(button, &QPushButton::clicked, this, act);
        head->addWidget(button);
        return button;
    };
    m_cancel = add("cancelCompare", tr("Cancel"), tr("Stops it; what was measured or written stays (Ctrl+.)"),
                   [this] { m_studio.cancel(); });
    m_cancel->hide();
    m_measure = add(
        "measureKl", tr("Measure KL"),
        tr("Holds every token that the models in the columns predict on the first windows of the recipe's first text against the original"),
        [this] { measureDivergence(); });
    head->addWidget(new CommandButton(
        QStringLiteral("copyGenerateCommand"), tr("Copies the command that writes the texts without a window"), m_studio,
        [this](QString*) { return m_texts->command(); }, this));
    m_markdown = add("copyMarkdown", tr("Copy as Markdown"), tr("The table, for a report"),
                     [this] { copy(tableMarkdown(*m_rows), tr("Markdown")); });
    m_latex = add("copyLatex", tr("LaTeX"), tr("Copies the table for a paper; needs the package booktabs"),
                  [this] { copy(tableLatex(*m_rows), tr("LaTeX")); });
    m_csv = add("copyCsv", tr("CSV"), tr("Copies the plain numbers, spreads and intervals for a spreadsheet"),
                [this] { copy(comparisonCsv(m_rows->titles(), m_rows->rows()), tr("CSV")); });
    m_latex->setAccessibleName(tr("Copy as LaTeX"));
    m_csv->setAccessibleName(tr("Copy as CSV"));
}

void ComparePage::copy(const QString& text, const QString& what) {
    QGuiApplication::clipboard()->setText(text);
    Q_EMIT m_studio.noticed(tr("Table copied as %1.").arg(what));
}

void ComparePage::showMenu(const QPoint& at) {
    auto* menu = new QMenu(m_table);
    menu->setObjectName(QStringLiteral("compareTable_menu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (QPushButton* button : {m_markdown, m_latex, m_csv, m_measure}) {
        QAction* action = menu->addAction(button->accessibleName(), button, &QPushButton::click);
        action->setEnabled(button->isEnabled());
    }
    menu->popup(m_table->viewport()->mapToGlobal(at));
}

void ComparePage::readFigures() {
    const QString stamp = stampOf(m_studio.session());
    if (m_figures && stamp == m_figuresOf) return;
    m_figuresOf = stamp;
    m_figures = std::make_shared<const RunFigures>(figuresOf(m_studio.session().run(), recipeOf(m_studio.session())));
}

std::vector<LineupEntry> ComparePage::shownColumns() const {
    std::vector<LineupEntry> columns;
    for (const QString& id : columnsFor(m_entries, m_wanted)) columns.push_back(*entryOf(m_entries, id));
    return columns;
}

ComparedColumn ComparePage::asColumn(const LineupEntry& entry) const {
    ComparedColumn column{entry.title, entry.figures(), entry.original(), {}, entry.isOriginal()};
    if (!entry.isOriginal() && !entry.model.path.empty()) {
        const ComparedModel& original = m_entries.front().model;
        const SideBySide& known = m_studio.sideBySide();
        column.divergence = known.divergence(entry.model, original, m_figures->recipe);
        column.whyNoDivergence = QString::fromStdString(known.whyNoDivergence(entry.model, original, m_figures->recipe));
    }
    return column;
}

void ComparePage::measureDivergence() {
    command::MeasureDivergence command{m_figures->recipe, m_entries.front().model, {}};
    for (const LineupEntry& column : shownColumns())
        if (!column.isOriginal()) command.models.push_back(column.model);
    m_studio.measureDivergence(std::move(command));
}

void ComparePage::fill() {
    m_entries = lineup(m_figures, m_studio.catalogue().runs());
    const std::vector<LineupEntry> shown = shownColumns();
    QStringList ids, titles;
    std::vector<ComparedColumn> columns;
    for (const LineupEntry& entry : shown) {
        ids << entry.id;
        titles << entry.title;
        columns.push_back(asColumn(entry));
    }
    m_columns->setEntries(m_entries, ids);
    m_rows->setMuted(colors(palette()).muted);
    m_rows->setRows(titles, compareModels(columns));
    const ComparedModel original = m_entries.front().model;
    const bool idle = m_studio.session().model() && !m_studio.engine().working();
    const bool others = std::any_of(shown.begin(), shown.end(), [](const LineupEntry& entry) {
        return !entry.isOriginal() && !entry.model.path.empty();
    });
    m_texts->setColumns(shown, original);
    m_texts->refresh();
    m_causes->setOriginal(original);
    fitTable();
    for (QPushButton* button : {m_markdown, m_latex, m_csv}) button->setEnabled(m_rows->rowCount() > 0);
    const bool can = idle && others;
    if (!can && m_measure->hasFocus()) m_table->setFocus(Qt::OtherFocusReason);  // not to the button that cancels
    m_measure->setEnabled(can);
    showProgress();
}

/// No taller than its rows, the texts have the rest; the protocol has what the figures leave, and is read as a tip where it is cut.
void ComparePage::fitTable() {
    QHeaderView* header = m_table->horizontalHeader();
    for (int i = 0; i < header->count(); ++i)
        header->setSectionResizeMode(i, i + 1 < header->count() ? QHeaderView::ResizeToContents : QHeaderView::Stretch);
    fitHeight();
}

/// All rows, above a scroll bar where there is one.
void ComparePage::fitHeight() {
    const int height = m_rows->rowCount() > 0 ? m_table->sizeHint().height() + kTableFrames
                                              : 3 * m_table->horizontalHeader()->sizeHint().height();
    m_table->setMaximumHeight(height);
}

/// In the words of what is going on: it is no part of any run.
void ComparePage::showProgress() {
    const Command* command = m_studio.engine().current();
    const QString word = comparisonWord(command);
    const auto& progress = m_studio.sideBySide().progress();
    const bool known = progress && progress->total > 0;
    m_progress->setVisible(!word.isEmpty());
    m_cancel->setVisible(!word.isEmpty());
    m_progress->setRange(0, known ? 1000 : 0);
    if (known) m_progress->setValue(int(1000 * progress->done / progress->total));
    if (word.isEmpty()) {
        m_summary->setText(m_rows->rowCount() > 0
                               ? tr("Measured under the protocols named; behind a figure, what it is of the original's.")
                               : tr("Nothing measured yet: start a run, or open one."));
        return;
    }
    QStringList words(word);
    if (progress && !progress->text.empty()) words << QString::fromStdString(progress->text);
    if (progress && progress->secondsLeft >= 0) words << tr("%1 left").arg(formatSeconds(progress->secondsLeft));
    m_summary->setText(words.join(QStringLiteral(" · ")));
}

void ComparePage::refresh() {
    readFigures();
    fill();
}

void ComparePage::showEvent(QShowEvent* event) {
    Page::showEvent(event);
    m_studio.catalogue().refresh(findRuns(m_studio.settings().recentRuns()));
}

StageState ComparePage::state() const {
    const RunState& run = m_studio.session().run();
    if (run.measurements.empty() && run.samples.empty() && run.perplexities.empty()) return StageState::Locked;
    const bool complete = run.finished && run.finished->outcome == event::Finished::Outcome::Completed;
    return complete ? StageState::Done : StageState::Open;
}

}  // namespace lorashear::ui
