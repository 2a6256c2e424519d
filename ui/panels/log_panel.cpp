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
    setFocusProxy(m_table);
    m_words = makeMuted({}, this);
    m_words->setObjectName(QStringLiteral("logWords"));
    m_manual =
        makeButton(QStringLiteral("logManual"), tr("In the manual"), tr("Opens the manual where it explains this"), this);
    m_copy = makeButton(QStringLiteral("logCopy"), tr("Copy"), tr("Copies this line"), this);
    for (QPushButton* button : {m_manual, m_copy}) button->setProperty("compact", true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(8, 4, 8, 8);
    column->setSpacing(4);
    column->addWidget(m_table, 1);
    auto* below = new QHBoxLayout;
    below->addWidget(m_words, 1);
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
        add(QStringLiteral("error"), parts.join(QStringLiteral(" · ")));
    });
    connect(&m_studio.session(), &Session::runChanged, this, &LogPanel::hearRun);
    describe();
}

void LogPanel::add(const QString& level, const QString& words) {
    const QScrollBar* bar = m_table->verticalScrollBar();
    const bool atEnd = bar->value() == bar->maximum();
    const int before = m_table->currentIndex().row();
    std::vector<Row> rows = m_rows->rows();
    if (rows.size() == kMostLogLines) rows.erase(rows.begin());
    rows.push_back({QDateTime::currentDateTime(), level, words});
    m_rows->setRows(std::move(rows));
    if (before >= 0) m_table->selectRow(before);  // another number of rows is another table to it
    if (atEnd) m_table->scrollToBottom();
    describe();
}

/// What a run says while one looks on; of one that was opened its own page has the whole list.
void LogPanel::hearRun() {
    const RunState& run = m_studio.session().run();
    const bool going = m_studio.runIsActive() || m_studio.follower().following();
    if (run.folder != m_run || run.log.size() < m_heard || !going) {
        m_run = run.folder;
        m_heard = run.log.size();
        return;
    }
    while (m_heard < run.log.size()) {
        const RunState::LogLine& line = run.log[m_heard++];
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
    m_copy->setVisible(!words.isEmpty());
    m_manual->setVisible(!words.isEmpty() && !troublePlace(words).isEmpty());
}

}  // namespace lorashear::ui
