#include "ui/pages/compare_page.h"

#include "core/text/chat_template.h"
#include "ui/controller/command_lines.h"
#include "ui/controller/studio.h"
#include "ui/controller/text_difference.h"
#include "ui/pages/guess_panel.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/story.h"

#include <QCheckBox>
#include <QClipboard>
#include <QDoubleSpinBox>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

namespace lorashear::ui {

ComparePage::ComparePage(Studio& studio, QWidget* parent) : Page(studio, QStringLiteral("compare"), parent) {
    const auto blank = [](const QString& text) { return text.isEmpty() ? QStringLiteral("–") : text; };
    m_rows = new RowTable<ComparisonRow>(
        {
            {tr("Measured"), [](const ComparisonRow& r) { return r.name; }, false,
             [](const ComparisonRow& r) { return r.protocol; }},
            {tr("Original"), [blank](const ComparisonRow& r) { return blank(r.before); }, true},
            {tr("Pruned"), [blank](const ComparisonRow& r) { return blank(r.pruned); }, true},
            {tr("Recovered"), [blank](const ComparisonRow& r) { return blank(r.after); }, true},
            {tr("Change"), [](const ComparisonRow& r) { return r.change; }, true},
            {tr("Protocol"), [](const ComparisonRow& r) { return r.protocol; }, false,
             [](const ComparisonRow& r) { return r.protocol; }},
        },
        this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    auto* head = new QHBoxLayout;
    head->addWidget(makeTitle(tr("Compare"), this));
    m_summary = makeMuted({}, this);
    m_summary->setObjectName(QStringLiteral("compareSummary"));
    head->addWidget(m_summary, 1);
    m_markdown = makeButton(QStringLiteral("copyMarkdown"), tr("Copy as Markdown"), tr("The table, for a report"), this);
    m_csv = makeButton(QStringLiteral("copyCsv"), tr("Copy as CSV"), tr("The table, for a spreadsheet"), this);
    connect(m_markdown, &QPushButton::clicked, this, [this] { copy(comparisonMarkdown(m_rows->rows()), tr("Markdown")); });
    connect(m_csv, &QPushButton::clicked, this, [this] { copy(comparisonCsv(m_rows->rows()), tr("CSV")); });
    head->addWidget(new CommandButton(
        QStringLiteral("copyGenerateCommand"), tr("Copies the command that writes both texts without a window"), m_studio,
        [this](QString*) {
            return generateCommand(m_studio.session(), m_prompt->text(), m_tokens->value(), m_temperature->value(),
                                   quint64(m_seed->value()), m_chat->isChecked());
        },
        this));
    head->addWidget(m_markdown);
    head->addWidget(m_csv);
    column->addLayout(head);
    m_table = makeTable(QStringLiteral("compareTable"), tr("Before and after"), m_rows, this);
    column->addWidget(m_table, 5);
    auto* views = new QTabWidget(this);
    views->setObjectName(QStringLiteral("compareViews"));
    views->setAccessibleName(tr("Texts of two models"));
    views->addTab(makeStories(), tr("The same &text"));
    views->addTab(new GuessPanel(m_studio, this), tr("Which head would you remove?"));
    column->addWidget(views, 6);

    connect(&m_studio.session(), &Session::runChanged, this, &ComparePage::refreshWhenVisible);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &ComparePage::refreshWhenVisible);
}

QWidget* ComparePage::makeStories() {
    auto* column = new QVBoxLayout;
    auto* card = makeCard(this, column);
    auto* row = new QHBoxLayout;
    row->addWidget(makeHeading(tr("The same prompt"), card));
    m_prompt = new QLineEdit(card);
    m_prompt->setObjectName(QStringLiteral("prompt"));
    m_prompt->setAccessibleName(tr("Beginning of the text"));
    m_prompt->setText(QStringLiteral("Once upon a time"));
    m_prompt->setToolTip(tr("Both models go on from here"));
    row->addWidget(m_prompt, 1);
    const auto addSpin = [&](QAbstractSpinBox* box, const char* name, const QString& label, const QString& toolTip) {
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(label);
        box->setToolTip(toolTip);
        auto* words = new QLabel(label, card);
        words->setBuddy(box);
        row->addWidget(words);
        row->addWidget(box);
    };
    m_chat = new QCheckBox(tr("Chat"), card);
    m_chat->setObjectName(QStringLiteral("chat"));
    m_chat->setAccessibleName(tr("Ask in the model's chat format"));
    m_chat->setEnabled(false);
    row->addWidget(m_chat);
    m_tokens = new QSpinBox(card);
    m_tokens->setRange(1, 2000);
    m_tokens->setValue(80);
    addSpin(m_tokens, "promptTokens", tr("Tokens"), tr("At most so many tokens are written"));
    m_temperature = new QDoubleSpinBox(card);
    m_temperature->setRange(0, 5);
    m_temperature->setSingleStep(0.1);
    addSpin(m_temperature, "temperature", tr("Temperature"), tr("0: always the likeliest token"));
    m_seed = new QSpinBox(card);
    m_seed->setRange(1, 1000000000);
    addSpin(m_seed, "seed", tr("Seed"), tr("The same seed writes the same text"));
    m_write = makeButton(QStringLiteral("writeBoth"), tr("Write both"),
                         tr("The original and the result of the run go on from the same beginning"), card);
    connect(m_write, &QPushButton::clicked, this, [this] {
        m_studio.generateBoth(m_prompt->text(), m_tokens->value(), m_temperature->value(), quint64(m_seed->value()),
                              m_chat->isChecked());
    });
    row->addWidget(m_write);
    column->addLayout(row);

    auto* both = new QHBoxLayout;
    const auto addStory = [&](const char* name, const QString& heading) {
        auto* side = new QVBoxLayout;
        side->addWidget(makeHeading(heading, card));
        QPlainTextEdit* text = makeStory(QString::fromLatin1(name), heading, card);
        side->addWidget(text, 1);
        both->addLayout(side, 1);
        return text;
    };
    m_before = addStory("storyBefore", tr("Original"));
    m_after = addStory("storyAfter", tr("After pruning and recovery"));
    column->addLayout(both, 1);
    m_difference = makeMuted({}, card);
    m_difference->setObjectName(QStringLiteral("storyDifference"));
    column->addWidget(m_difference);
    return card;
}

void ComparePage::copy(const QString& text, const QString& what) {
    QGuiApplication::clipboard()->setText(text);
    Q_EMIT m_studio.noticed(tr("Table copied as %1.").arg(what));
}

/// Both of the newest prompt: texts that began differently say nothing about each other.
void ComparePage::fillStories() {
    const RunState& run = m_studio.session().run();
    const std::string result = run.folder.empty() ? std::string() : run.folder + "/model";
    const std::string prompt = run.samples.empty() ? std::string() : run.samples.back().prompt;
    QString before, after;
    for (const event::Sample& sample : run.samples) {
        if (sample.prompt != prompt) continue;
        const bool ofResult = sample.model == "recovered" || sample.model == "pruned" || sample.model == result;
        (ofResult ? after : before) = QString::fromStdString(sample.text);
    }
    const bool both = !before.isEmpty() && !after.isEmpty();
    const TextDifference found = both ? differenceOf(before, after, QString::fromStdString(prompt)) : TextDifference{};
    const QColor accent = colors(palette()).accent;
    showStory(m_before, before, found.before, accent);
    showStory(m_after, after, found.after, accent);
    m_difference->setText(
        !both ? QString()
        : found.any()
            ? tr("Underlined: what only one of the two wrote. The first %1 words after the beginning are the same.")
                  .arg(formatInteger(found.sameWords))
            : tr("Both wrote the same."));
}

/// Once for each model: a person's own choice stays until another model is opened.
void ComparePage::refreshChat() {
    const std::string path = m_studio.session().model() ? m_studio.session().recipe().model.path : std::string();
    if (path == m_chatOf) return;
    m_chatOf = path;
    const std::string refusal = path.empty() ? std::string() : ChatTemplate::refusal(path);
    const bool can = !path.empty() && refusal.empty();
    m_chat->setEnabled(can);
    m_chat->setChecked(can);
    m_chat->setToolTip(
        can || path.empty()
            ? tr("The text is a question, written as the model's chat template wants it; below are the answers")
            : tr("Not for this model: %1").arg(QString::fromStdString(refusal)));
}

void ComparePage::refresh() {
    const RunState& run = m_studio.session().run();
    refreshChat();
    m_rows->setRows(compareModels(run));
    fillStories();
    const bool some = m_rows->rowCount() > 0;
    m_table->setMaximumHeight(some ? QWIDGETSIZE_MAX : 3 * m_table->horizontalHeader()->sizeHint().height());
    m_markdown->setEnabled(some);
    m_csv->setEnabled(some);
    m_write->setEnabled(m_studio.session().model() && !m_studio.engine().working());
    m_summary->setText(
        some
            ? tr("Measured on this machine under the protocols named; retention is the original's perplexity over the result's.")
            : tr("Nothing measured yet: start a run, or open one."));
}

StageState ComparePage::state() const {
    const RunState& run = m_studio.session().run();
    if (run.measurements.empty() && run.samples.empty() && run.perplexities.empty()) return StageState::Locked;
    const bool complete = run.finished && run.finished->outcome == event::Finished::Outcome::Completed;
    return complete ? StageState::Done : StageState::Open;
}

}  // namespace lorashear::ui
