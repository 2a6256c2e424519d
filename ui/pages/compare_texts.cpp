#include "ui/pages/compare_texts.h"

#include "core/model/generation_settings.h"
#include "core/run/recipe.h"
#include "core/text/chat_template.h"
#include "ui/controller/command_lines.h"
#include "ui/controller/model_figures.h"
#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/one_or_two_rows.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/setting_box.h"
#include "ui/widgets/story.h"
#include "ui/widgets/token_ribbon.h"
#include "ui/widgets/type_size.h"

#include <QCheckBox>
#include <QDoubleSpinBox>
#include <QEvent>
#include <QFontMetrics>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <numeric>
#include <utility>

namespace lorashear::ui {

namespace {

constexpr int kTextRow = 1, kRibbonRow = 2;  ///< of the grid, below the titles
constexpr int kPrompt = 16;                  ///< characters of the prompt that are seen at least

WrittenText textOf(const event::Written& written) {
    WrittenText text{QString::fromStdString(written.begin), {}, true};
    for (const std::string& token : written.tokens) text.parts << QString::fromStdString(token);
    return text;
}

/// Marks of several comparisons as one list without repetitions, from the beginning on.
void unite(std::vector<TextPart>& marks, const std::vector<TextPart>& more) {
    marks.insert(marks.end(), more.begin(), more.end());
    std::sort(marks.begin(), marks.end(), [](const TextPart& a, const TextPart& b) { return a.from < b.from; });
    std::vector<TextPart> united;
    for (const TextPart& part : marks) {
        if (!united.empty() && part.from <= united.back().from + united.back().length)
            united.back().length = std::max(united.back().length, part.from + part.length - united.back().from);
        else
            united.push_back(part);
    }
    marks = std::move(united);
}

}  // namespace

CompareTexts::CompareTexts(Studio& studio, QWidget* parent) : QWidget(parent), m_studio(studio) {
    auto* outside = new QVBoxLayout(this);
    outside->setContentsMargins(0, 0, 0, 0);
    auto* column = new QVBoxLayout;
    outside->addWidget(makeCard(this, column));
    column->addWidget(makePrompt());
    m_grid = new QGridLayout;  // one for all columns: texts, bars and words stand side by side whatever wraps
    m_grid->setVerticalSpacing(4);
    m_grid->setRowStretch(kTextRow, 3);
    m_grid->setRowStretch(kRibbonRow, 2);
    for (int i = 0; i < kMostColumns; ++i) m_sides[std::size_t(i)] = makeSide(i + 1, *m_grid);
    column->addLayout(m_grid, 1);
    m_difference = makeMuted({}, this);
    m_difference->setObjectName(QStringLiteral("storyDifference"));
    column->addWidget(m_difference);
    connect(&m_studio.sideBySide(), &SideBySide::changed, this, &CompareTexts::refresh);
}

QWidget* CompareTexts::makePrompt() {
    auto *beginning = new QWidget(this), *line = new QWidget(this);
    auto *begin = new QHBoxLayout(beginning), *row = new QHBoxLayout(line);
    for (QHBoxLayout* part : {begin, row}) part->setContentsMargins(0, 0, 0, 0);
    begin->addWidget(makeHeading(tr("The same prompt"), line));
    m_prompt = new QLineEdit(line);
    m_prompt->setObjectName(QStringLiteral("prompt"));
    m_prompt->setAccessibleName(tr("Beginning of the text"));
    m_prompt->setText(QStringLiteral("Once upon a time"));
    m_prompt->setToolTip(tr("All models go on from here"));
    whenTypeChanges(*m_prompt, [this] { m_prompt->setMinimumWidth(kPrompt * m_prompt->fontMetrics().averageCharWidth()); });
    begin->addWidget(m_prompt, 1);
    const auto addSpin = [&](QAbstractSpinBox* box, const char* name, const QString& label, const QString& toolTip) {
        box->setObjectName(QString::fromLatin1(name));
        box->setAccessibleName(label);
        box->setToolTip(toolTip);
        auto* words = new QLabel(label, line);
        words->setBuddy(box);
        row->addWidget(words);
        row->addWidget(box);
    };
    m_chat = new QCheckBox(tr("Chat"), line);
    m_chat->setObjectName(QStringLiteral("chat"));
    m_chat->setAccessibleName(tr("Ask in the model's chat format"));
    m_chat->setEnabled(false);
    row->addWidget(m_chat);
    m_tokens = new QSpinBox(line);
    setBounds(m_tokens, generationSetting("max_tokens"));
    m_tokens->setValue(Recipe().evaluation.sampleTokens);
    addSpin(m_tokens, "promptTokens", tr("Tokens"), tr("At most so many tokens are written"));
    m_temperature = new QDoubleSpinBox(line);
    setBounds(m_temperature, generationSetting("temperature"));
    m_temperature->setSingleStep(0.1);
    addSpin(m_temperature, "temperature", tr("Temperature"), tr("0: always the likeliest token"));
    m_seed = new QSpinBox(line);
    m_seed->setRange(1, 1000000000);
    addSpin(m_seed, "seed", tr("Seed"), tr("The same seed writes the same text"));
    m_write = makeButton(
        QStringLiteral("writeBoth"), tr("Write all"),
        tr("The models in the columns go on from the same beginning, and every token is held against the original"), line);
    connect(m_write, &QPushButton::clicked, this, &CompareTexts::write);
    row->addStretch(1);
    row->addWidget(m_write);
    return new OneOrTwoRows(beginning, line, this);
}

CompareTexts::Side CompareTexts::makeSide(int number, QGridLayout& grid) {
    Side side;
    const int column = number - 1;
    side.heading = makeHeading({}, this);
    side.heading->setObjectName(QStringLiteral("storyTitle%1").arg(number));
    side.heading->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);  // names of runs may be long; the tip has all
    grid.addWidget(side.heading, 0, column);
    side.story = makeStory(QStringLiteral("story%1").arg(number), tr("Text in column %1").arg(number), this);
    side.story->installEventFilter(this);
    grid.addWidget(side.story, kTextRow, column);
    side.ribbon =
        new TokenRibbon(QStringLiteral("ribbon%1").arg(number), tr("KL of each token in column %1").arg(number), this);
    grid.addWidget(side.ribbon, kRibbonRow, column);
    side.figures = makeMuted({}, this);
    side.figures->setObjectName(QStringLiteral("ribbonWords%1").arg(number));
    side.figures->setAlignment(Qt::AlignTop);
    side.below = new QWidget(this);
    auto* row = new QHBoxLayout(side.below);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(side.figures, 1);
    side.which = makeButton(QStringLiteral("whichGroup%1").arg(number), tr("Which group?"), {}, side.below);
    side.which->setProperty("compact", true);
    side.which->setAccessibleName(tr("Which removed group changed the chosen token in column %1").arg(number));
    QSizePolicy place = side.which->sizePolicy();
    place.setRetainSizeWhenHidden(true);  // choosing a token wraps no words anew
    side.which->setSizePolicy(place);
    row->addWidget(side.which, 0, Qt::AlignTop);
    whenTypeChanges(*side.figures, [words = side.figures] {  // walking from token to token moves nothing
        words->setMinimumHeight(2 * words->fontMetrics().lineSpacing());
    });
    grid.addWidget(side.below, kRibbonRow + 1, column);
    const std::size_t at = std::size_t(column);
    connect(side.ribbon, &TokenRibbon::currentChanged, this, [this, at] { showSide(m_sides[at]); });
    connect(side.ribbon, &TokenRibbon::asked, this, [this, at] { explain(at); });
    connect(side.which, &QPushButton::clicked, this, [this, at] { explain(at); });
    return side;
}

void CompareTexts::setColumns(std::vector<LineupEntry> columns, const ComparedModel& original) {
    const bool same =
        std::equal(columns.begin(), columns.end(), m_columns.begin(), m_columns.end(),
                   [](const LineupEntry& a, const LineupEntry& b) { return a.id == b.id && a.title == b.title; });
    m_otherColumns = m_otherColumns || !same;
    m_columns = std::move(columns);
    m_original = original;
    for (std::size_t i = 0; i < m_sides.size(); ++i) {
        const bool used = i < m_columns.size();
        for (QWidget* part : std::initializer_list<QWidget*>{m_sides[i].heading, m_sides[i].story}) part->setVisible(used);
        if (!used) m_sides[i].ribbon->hide(), m_sides[i].below->hide();
        m_grid->setColumnStretch(int(i), used ? 1 : 0);
        if (!used) continue;
        m_sides[i].heading->setText(m_columns[i].title);
        m_sides[i].heading->setToolTip(m_columns[i].toolTip);
        m_sides[i].story->setAccessibleName(tr("Text of %1").arg(m_columns[i].title));
        const bool kept = m_columns[i].isOriginal() || !m_columns[i].model.path.empty();
        const QString why = QString::fromStdString(m_studio.sideBySide().whyNoText(m_columns[i].model, m_original));
        m_sides[i].story->setPlaceholderText(!kept           ? tr("Its weights are not on the disk")
                                             : why.isEmpty() ? tr("Not written yet")
                                                             : tr("Not written: it %1").arg(why));
    }
}

std::vector<ComparedModel> CompareTexts::models() const {
    std::vector<ComparedModel> models;
    for (const LineupEntry& column : m_columns)
        if (!column.model.path.empty()) models.push_back(column.model);
    return models;
}

QString CompareTexts::command() const {
    return generateCommand(models(), m_prompt->text(), m_tokens->value(), m_temperature->value(), quint64(m_seed->value()),
                           m_chat->isChecked());
}

void CompareTexts::write() {
    command::WriteTexts command;
    command.original = m_original;
    command.models = models();
    command.prompt = m_prompt->text().toStdString();
    command.maxTokens = m_tokens->value();
    command.temperature = m_temperature->value();
    command.seed = std::uint64_t(m_seed->value());
    command.chat = m_chat->isChecked();
    m_studio.writeTexts(std::move(command));
}

/// Once for each model: a person's own choice stays until another model is opened.
void CompareTexts::refreshChat() {
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

std::optional<WrittenText> CompareTexts::sampleOf(const LineupEntry& column, const std::string& prompt) const {
    if (column.id.startsWith(QLatin1String("run:"))) return std::nullopt;
    const auto& samples = m_studio.session().run().samples;
    const auto at = std::find_if(samples.rbegin(), samples.rend(), [&](const event::Sample& sample) {
        return sample.model == column.role && sample.prompt == prompt;
    });
    if (at == samples.rend()) return std::nullopt;
    return wordsOf(QString::fromStdString(at->text), QString::fromStdString(at->prompt));
}

/// All of the newest prompt: texts that began differently say nothing about each other.
bool CompareTexts::fetch() {
    const RunState& run = m_studio.session().run();
    std::string prompt = run.samples.empty() ? std::string() : run.samples.back().prompt;
    std::array<const event::Written*, kMostColumns> written{};
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        written[i] = m_studio.sideBySide().text(m_columns[i].model, m_original, run.folder, run.samples.size());
        if (written[i]) prompt = written[i]->prompt;
    }
    bool changed = std::exchange(m_otherColumns, false) || m_promptShown != QString::fromStdString(prompt);
    m_promptShown = QString::fromStdString(prompt);
    for (std::size_t i = 0; i < m_sides.size(); ++i) {
        Side& side = m_sides[i];
        WrittenText text;
        std::vector<double> kl;
        std::vector<int> ids;
        if (i < m_columns.size() && written[i])
            text = textOf(*written[i]), kl = written[i]->kl, ids = written[i]->ids;
        else if (i < m_columns.size())
            text = sampleOf(m_columns[i], prompt).value_or(WrittenText{});
        if (text.begin == side.text.begin && text.parts == side.text.parts && kl == side.kl && ids == side.ids) continue;
        side.text = std::move(text), side.kl = std::move(kl), side.ids = std::move(ids);
        changed = true;
    }
    return changed;
}

/// Held against the first column.
void CompareTexts::mark() {
    for (Side& side : m_sides) side.marks.clear(), side.points.clear(), side.differs = -1;
    Side& first = m_sides[0];
    const QString whole = first.text.whole();
    QStringList words;
    qsizetype earliest = -1;
    bool all = true, any = false;
    for (std::size_t i = 1; i < m_columns.size(); ++i) {
        Side& side = m_sides[i];
        if (whole.isEmpty() || side.text.whole().isEmpty()) continue;
        any = true;
        const TextDifference found = differenceOf(whole, side.text.whole(), m_promptShown);
        const FirstDifference where = firstDifference(first.text, side.text);
        side.marks = found.after;
        unite(first.marks, found.before);
        if (where.second >= 0) side.points.push_back(side.text.place(where.second));
        if (where.first >= 0 && (earliest < 0 || where.first < earliest)) earliest = where.first;
        if (side.text.tokens) side.differs = int(where.second);
        if (!found.any()) continue;
        all = false;
        words << tr("%1: the first %2 words are the same.").arg(m_columns[i].title, formatInteger(found.sameWords));
    }
    if (earliest >= 0) first.points.push_back(first.text.place(earliest));
    if (first.text.tokens) first.differs = int(earliest);
    m_difference->setText(
        !any  ? QString()
        : all ? tr("All wrote the same.")
              : tr("Underlined: what differs from %1. On a coloured ground: the first token that differs. %2")
                    .arg(m_columns.front().title, words.join(QLatin1Char(' '))));
}

QString CompareTexts::whyNoExplanation(std::size_t at) const {
    const Side& side = m_sides[at];
    if (at >= m_columns.size() || m_columns[at].isOriginal() || side.kl.empty())
        return tr("Only tokens whose KL from the original was measured can be explained");
    if (trainsTheOriginal(m_columns[at].run->recipe))
        return tr("This run removed nothing: its training alone made the difference");
    if (qsizetype(side.ids.size()) <= side.text.parts.size() || m_columns[at].model.path.empty())
        return tr("Write the texts again first");
    return m_studio.busy() ? tr("The engine is busy") : QString();
}

void CompareTexts::explain(std::size_t at) {
    const Side& side = m_sides[at];
    const int token = side.ribbon->current();
    if (token < 0 || token >= side.text.parts.size() || !whyNoExplanation(at).isEmpty()) return;
    Explanation asked;
    asked.asked.original = m_original, asked.asked.model = m_columns[at].model;
    asked.asked.ids.assign(side.ids.begin(), side.ids.end() - (side.text.parts.size() - token));
    asked.column = m_columns[at].title, asked.text = side.text.parts[token], asked.token = token;
    if (m_studio.explainToken(std::move(asked))) Q_EMIT explanationAsked();
}

void CompareTexts::showSide(Side& side) {
    std::vector<TextPart> points = side.points;
    const int current = side.ribbon->current();
    const QString whyNot = whyNoExplanation(std::size_t(&side - m_sides.data()));
    side.ribbon->setCanAsk(whyNot.isEmpty());
    side.which->setVisible(current >= 0);
    side.which->setEnabled(whyNot.isEmpty());
    side.which->setToolTip(whyNot.isEmpty()
                               ? tr("Which of the groups that the run removed changed this token: they are masked in the "
                                    "original and put back one after the other (Return)")
                               : whyNot);
    if (current >= 0 && current < side.text.parts.size()) points.push_back(side.text.place(current));
    showStory(side.story, side.text.whole(), side.marks, colors(palette()).accent, points);
    if (side.kl.empty()) return side.figures->clear();
    if (current >= 0) return side.figures->setText(side.ribbon->words(current));
    const auto largest = std::max_element(side.kl.begin(), side.kl.end());
    const double mean = std::accumulate(side.kl.begin(), side.kl.end(), 0.0) / double(side.kl.size());
    side.figures->setText(tr("KL from the original: mean %1, largest %2 nats at “%3”")
                              .arg(formatNumber(mean, 3), formatNumber(*largest, 3),
                                   tokenWord(side.text.parts.value(largest - side.kl.begin()))));
}

/// All of one height, so that they can be held against each other; none where nothing was measured.
void CompareTexts::showRibbons() {
    double top = 0;
    bool any = false;
    for (const Side& side : m_sides)
        for (double nats : side.kl) top = std::max(top, nats), any = true;
    for (std::size_t i = 0; i < m_sides.size(); ++i) {
        Side& side = m_sides[i];
        const bool itself = i < m_columns.size() && m_columns[i].isOriginal();
        side.ribbon->setTokens(side.text.parts, side.kl, side.differs,
                               itself ? tr("The original itself") : tr("KL was not measured"));
        side.ribbon->setTop(top);
        side.ribbon->setVisible(any && i < m_columns.size());
        side.below->setVisible(any && i < m_columns.size());
    }
}

void CompareTexts::refresh() {
    refreshChat();
    m_write->setEnabled(m_studio.session().model() && !m_studio.engine().working());
    if (fetch()) {
        mark();
        showRibbons();
    }
    for (std::size_t i = 0; i < m_columns.size(); ++i) showSide(m_sides[i]);
    fitType();
}

/// As large as lets every text be seen whole, the same in all columns: a short one is read from the back of a room. By the size of the boxes without their scroll
/// bars, which come and go with it.
void CompareTexts::fitType() {
    const auto fits = [](const Side& side, const QFont& type) {
        const int frame = 2 * (side.story->frameWidth() + int(side.story->document()->documentMargin()));
        const int bar = side.story->style()->pixelMetric(QStyle::PM_ScrollBarExtent);
        const QFontMetrics metrics(type);
        const QRect lines = metrics.boundingRect(0, 0, std::max(1, side.story->width() - frame - bar), 0, Qt::TextWordWrap,
                                                 side.text.whole());
        return lines.height() + frame + metrics.height() <= side.story->height();  // a bold mark may take a line more
    };
    QFont type = font();
    for (const double scale : {1.6, 1.4, 1.2, 1.0}) {
        type.setPointSizeF(font().pointSizeF() * scale);
        if (std::all_of(m_sides.begin(), m_sides.begin() + std::ptrdiff_t(m_columns.size()),
                        [&](const Side& side) { return fits(side, type); }))
            break;
    }
    for (const Side& side : m_sides)
        if (side.story->font() != type) side.story->setFont(type);
}

bool CompareTexts::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Resize) fitType();
    return QWidget::eventFilter(watched, event);
}

void CompareTexts::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange) fitType();
}

}  // namespace lorashear::ui
