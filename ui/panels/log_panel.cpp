#include "ui/panels/log_panel.h"

#include "ui/controller/studio.h"
#include "ui/help_pages.h"
#include "ui/panels/panel.h"
#include "ui/widgets/pieces.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QScrollBar>
#include <QTableView>
#include <QVBoxLayout>

#include <utility>
#include <variant>

namespace lorashear::ui {

namespace {
constexpr std::size_t kMostLogLines = 500;
}

LogPanel::LogPanel(Studio& studio, PanelHost& host, QWidget* parent) : QWidget(parent), m_studio(studio) {
    setObjectName(QStringLiteral("logPanel"));
    m_rows = new RowTable<Row>(
        {
            {tr("When"), [](const Row& r) { return QLocale().toString(r.at.time(), QStringLiteral("HH:mm:ss")); }},
            {tr("What"),
             [](const Row& r) {
                 return r.level == QLatin1String("info")      ? r.words
                        : r.level == QLatin1String("warning") ? tr("Warning: %1").arg(r.words)
                                                              : tr("Error: %1").arg(r.words);
             },
             false, [](const Row& r) { return r.words; }},
        },
        this);
    m_table = makeTable(QStringLiteral("logTable"), tr("What the program has said"), m_rows, this);
    m_words = makeMuted({}, this);
    m_words->setObjectName(QStringLiteral("logWords"));
    m_words->setAccessibleName(tr("What the log says"));
    m_words->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_manual =
        makeButton(QStringLiteral("logManual"), tr("In the manual"), tr("Opens the manual where it explains this"), this);
    m_copy = makeButton(QStringLiteral("logCopy"), tr("Copy"), tr("Copies this line"), this);
    for (QPushButton* button : {m_manual, m_copy}) button->setProperty("compact", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(4);
    column->addWidget(m_table, 1);
    auto* below = new QHBoxLayout;
    below->addWidget(m_words, 1, Qt::AlignTop);
    below->addWidget(m_manual, 0, Qt::AlignTop);
    below->addWidget(m_copy, 0, Qt::AlignTop);
    column->addLayout(below);
    connect(m_copy, &QPushButton::clicked, this, [this] { QGuiApplication::clipboard()->setText(chosen()); });
    connect(m_manual, &QPushButton::clicked, this, [this, &host] { Q_EMIT host.placeWanted(troublePlace(chosen())); });
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this, &LogPanel::describe);
    connect(&m_studio, &Studio::noticed, this, [this](const QString& words) { add(QStringLiteral("info"), words); });
    connect(&m_studio, &Studio::failed, this, [this](const Error& error) {
        QStringList parts;
        for (const std::string& part : {error.subject(), error.message(), error.hint()})
            if (!part.empty()) parts << QString::fromStdString(part);
        hearRun();  // what came before it stands before it
        add(QStringLiteral("error"), parts.join(QStringLiteral(" · ")));
    });
    connect(&m_studio.session(), &Session::runChanged, this, &LogPanel::hearRun);
    connect(&m_studio.engine(), &EngineController::commandStarted, this, [this](const Command& command) {
        m_goesOn =
            std::holds_alternative<command::ResumeRun>(command) || std::holds_alternative<command::BranchRun>(command);
    });
    // After the studio, which was connected first: by now the session has the state that begins with this event.
    connect(&m_studio.engine(), &EngineController::eventReceived, this, [this](const RunEvent& event) {
        if (!std::exchange(m_goesOn, false) || std::holds_alternative<event::Finished>(event)) return;
        m_run = m_studio.session().run().folder;
        m_heard = 0;
    });
    describe();
}

void LogPanel::add(const QString& level, const QString& words) {
    const QScrollBar* bar = m_table->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    int before = m_table->currentIndex().row();
    std::vector<Row> rows = m_rows->rows();
    if (rows.size() == kMostLogLines) {  // those behind the first move up, and the choice with them
        rows.erase(rows.begin());
        --before;
    }
    rows.push_back({QDateTime::currentDateTime(), level, words});
    m_rows->setRows(std::move(rows));
    if (before >= 0)
        m_table->selectRow(before);  // another number of rows is another table to it
    else
        m_table->selectionModel()->clear();
    if (atEnd) m_table->scrollToBottom();
    describe();
}

/// What a run says while one looks on; of one that was opened its own page has the whole list. The batch with a run's end comes when
/// nothing goes on any more: it is heard too.
void LogPanel::hearRun() {
    const RunState& run = m_studio.session().run();
    const bool own = m_studio.runIsActive(), now = own || m_studio.follower().following();
    if (run.folder != m_run || run.log.size() < m_heard) {
        m_run = run.folder;
        m_heard = own ? 0 : run.log.size();
    }
    if (!now && !m_going) m_heard = run.log.size();
    m_going = now;
    while (m_heard < run.log.size()) {
        const RunState::LogLine line = run.log[m_heard++];
        const bool last = own && run.finished && run.finished->error && m_heard == run.log.size();
        if (last && line.text == QString::fromStdString(run.finished->error->message())) continue;  // failed() says it
        add(line.level, line.text);
    }
}

QString LogPanel::chosen() const {
    const QModelIndex index = m_table->currentIndex();
    return index.isValid() && index.row() < m_rows->rowCount() ? m_rows->row(index.row()).words : QString();
}

void LogPanel::describe() {
    const QString words = chosen();
    m_words->setText(!words.isEmpty()          ? words
                     : m_rows->rowCount() == 0 ? tr("What the program says is kept here while the window is open.")
                                               : QString());
    m_words->setVisible(!m_words->text().isEmpty());
    const bool empty = m_rows->rowCount() == 0;  // then the words stand in the place of an empty box, and have the keyboard
    QWidget* reader = empty ? static_cast<QWidget*>(m_words) : m_table;
    const bool moves = m_words->hasFocus() && !empty;
    m_words->setFocusPolicy(empty ? Qt::StrongFocus : Qt::NoFocus);
    m_table->setVisible(!empty);
    if (focusProxy() != reader) setFocusProxy(reader);
    if (moves) m_table->setFocus(Qt::OtherFocusReason);
    m_copy->setVisible(!words.isEmpty());
    m_manual->setVisible(!words.isEmpty() && !troublePlace(words).isEmpty());
}

}  // namespace lorashear::ui
