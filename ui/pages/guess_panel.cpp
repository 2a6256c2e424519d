#include "ui/pages/guess_panel.h"

#include "ui/controller/studio.h"
#include "ui/controller/text_difference.h"
#include "ui/pages/head_table.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/story.h"
#include "ui/widgets/type_size.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

QString gradeWords(int grade) {
    return grade == 0 ? GuessPanel::tr("hardly") : grade == 1 ? GuessPanel::tr("a little") : GuessPanel::tr("a lot");
}

QString perplexityWords(const WhatIf::Measured& measured) {
    const double perplexity = std::exp(measured.nll);
    return GuessPanel::tr("%1 ± %2").arg(formatNumber(perplexity), formatNumber(perplexity * measured.spread, 2));
}

}  // namespace

GuessPanel::GuessPanel(Studio& studio, QWidget* parent) : QWidget(parent), m_studio(studio), m_heads(new HeadTable(this)) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 6, 0, 0);
    row->setSpacing(14);
    row->addWidget(makeBoard(), 2);
    row->addWidget(makeAnswer(), 3);
    connect(&m_studio.whatIf(), &WhatIf::changed, this, &GuessPanel::fill);
    connect(&m_studio.session(), &Session::structureChanged, this, &GuessPanel::fill);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &GuessPanel::fill);
    connect(m_board->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
        if (const int head = m_heads->number(now); head >= 0)
            m_studio.session().select({{}, -1, m_heads->head(head).nodeGroup});
        fill();
    });
}

QWidget* GuessPanel::makeBoard() {
    auto* column = new QVBoxLayout;
    auto* card = makeCard(this, column);
    column->addWidget(makeHeading(tr("The heads of this model"), card));
    m_board = makeTable(QStringLiteral("headBoard"), tr("Heads, block by block"), m_heads, card);
    m_board->setSelectionBehavior(QAbstractItemView::SelectItems);
    m_board->setAlternatingRowColors(false);
    m_board->setShowGrid(true);
    m_board->verticalHeader()->show();
    m_board->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    whenTypeChanges(*m_board, [this] {
        m_board->horizontalHeader()->setMinimumSectionSize(m_board->fontMetrics().averageCharWidth() * 10);
    });
    column->addWidget(m_board, 1);
    auto* row = new QHBoxLayout;
    m_score = makeMuted({}, card);
    m_score->setObjectName(QStringLiteral("guessScore"));
    row->addWidget(m_score, 1);
    m_again = makeButton(QStringLiteral("guessAgain"), tr("Start over"), tr("Forgets guesses and covers the answers"), card);
    m_all = makeButton(QStringLiteral("guessAll"), tr("Show all answers"),
                       tr("Measures every head, one after the other; the idle engine does it"), card);
    connect(m_again, &QPushButton::clicked, this, &GuessPanel::startOver);
    connect(m_all, &QPushButton::clicked, this, &GuessPanel::measureAll);
    row->addWidget(m_again, 0, Qt::AlignBottom);
    row->addWidget(m_all, 0, Qt::AlignBottom);
    column->addLayout(row);
    return card;
}

QWidget* GuessPanel::makeAnswer() {
    auto* column = new QVBoxLayout;
    auto* card = makeCard(this, column);
    m_question = makeHeading({}, card);
    m_question->setObjectName(QStringLiteral("guessQuestion"));
    m_question->setWordWrap(true);
    column->addWidget(m_question);
    auto* row = new QHBoxLayout;
    const std::pair<QString, QString> guesses[] = {
        {tr("Hardly matters"), tr("My guess: perplexity rises by less than 1 %. Then it is measured.")},
        {tr("A little"), tr("My guess: perplexity rises by 1 to 10 %. Then it is measured.")},
        {tr("A lot"), tr("My guess: perplexity rises by more than 10 %. Then it is measured.")}};
    for (int grade = 0; grade < 3; ++grade) {
        QPushButton* button =
            makeButton(QStringLiteral("guess%1").arg(grade), guesses[grade].first, guesses[grade].second, card);
        connect(button, &QPushButton::clicked, this, [this, grade] { guess(grade); });
        m_guessButtons.push_back(button);
        row->addWidget(button);
    }
    row->addStretch(1);
    column->addLayout(row);
    m_verdict = new QLabel(card);
    m_verdict->setObjectName(QStringLiteral("guessVerdict"));
    m_verdict->setAccessibleName(tr("What was measured"));
    m_verdict->setWordWrap(true);
    column->addWidget(m_verdict);
    auto* both = new QHBoxLayout;
    const auto addSide = [&](const char* name, const QString& heading, QLabel*& label, QPlainTextEdit*& story) {
        auto* side = new QVBoxLayout;
        label = makeHeading(heading, card);
        label->setObjectName(QString::fromLatin1(name) + QStringLiteral("Words"));
        label->setWordWrap(true);
        side->addWidget(label);
        story = makeStory(QString::fromLatin1(name), heading, card);
        side->addWidget(story, 1);
        both->addLayout(side, 1);
    };
    addSide("guessOriginal", tr("Original"), m_before, m_original);
    addSide("guessMasked", tr("Without this head"), m_after, m_masked);
    column->addLayout(both, 1);
    return card;
}

int GuessPanel::current() const {
    return m_heads->number(m_board->currentIndex());
}

void GuessPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    fill();
}

void GuessPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) fill();
}

void GuessPanel::guess(int grade) {
    const int head = current();
    if (head < 0) return;
    m_guesses[std::size_t(head)] = grade;
    m_asked[std::size_t(head)] = true;
    m_studio.tryGroups({{m_heads->head(head)}});
    fill();  // refused: open again
}

void GuessPanel::measureAll() {
    std::vector<std::vector<GroupRef>> sets;
    sets.reserve(std::size_t(m_heads->heads()));
    for (int head = 0; head < m_heads->heads(); ++head) sets.push_back({m_heads->head(head)});
    std::fill(m_asked.begin(), m_asked.end(), true);
    m_studio.tryGroups(sets);
    fill();
}

void GuessPanel::startOver() {
    m_studio.whatIf().stopAsking();
    std::fill(m_guesses.begin(), m_guesses.end(), -1);
    std::fill(m_asked.begin(), m_asked.end(), false);
    fill();
}

void GuessPanel::fill() {
    if (!isVisible()) return;
    const Session& session = m_studio.session();
    if (m_structure != session.structure()) {
        m_structure = session.structure();
        m_heads->setStructure(m_structure.get());
        m_guesses.assign(std::size_t(m_heads->heads()), -1);
        m_asked.assign(std::size_t(m_heads->heads()), false);
        const QSignalBlocker quiet(m_board->selectionModel());  // looking chooses nothing elsewhere
        if (m_heads->heads() > 0) m_board->setCurrentIndex(m_heads->index(0, 0));
    }
    fillBoard();
    const int head = current();
    const bool can = head >= 0 && !m_studio.busy();
    const bool answered = head >= 0 && m_asked[std::size_t(head)];
    for (QPushButton* button : m_guessButtons) button->setEnabled(can && !answered);
    m_all->setEnabled(can && std::find(m_asked.begin(), m_asked.end(), false) != m_asked.end());
    m_again->setEnabled(std::find(m_asked.begin(), m_asked.end(), true) != m_asked.end());
    m_question->setText(!session.structure()    ? tr("Open a model first.")
                        : m_heads->heads() == 0 ? tr("This model has no heads that can be removed one by one.")
                        : head < 0              ? tr("Choose a head.")
                                                : tr("%1: how much does it matter?").arg(m_heads->name(head)));
    fillVerdict(head);
    fillScore();
    fillStories(head);
}

void GuessPanel::fillBoard() {
    const WhatIf& whatIf = m_studio.whatIf();
    const auto original = whatIf.original();
    const Colors& c = colors(palette());
    m_heads->setColors(c.card, c.bad);
    std::vector<HeadAnswer> answers(std::size_t(m_heads->heads()));
    for (int head = 0; head < m_heads->heads(); ++head) {
        HeadAnswer& answer = answers[std::size_t(head)];
        answer.guess = m_guesses[std::size_t(head)];
        if (!m_asked[std::size_t(head)]) continue;
        const auto measured = whatIf.measured({m_heads->head(head)});
        answer.waiting = whatIf.isAsked({m_heads->head(head)});
        if (measured && original) {
            answer.change = std::exp(measured->nll - original->nll) - 1;
        } else if (!answer.waiting && whatIf.failure().isEmpty()) {  // of another text or seed by now: open again
            m_asked[std::size_t(head)] = false;
            answer.guess = m_guesses[std::size_t(head)] = -1;
        }
    }
    m_heads->setAnswers(std::move(answers));
}

void GuessPanel::fillVerdict(int head) {
    const WhatIf& whatIf = m_studio.whatIf();
    const bool asked = head >= 0 && m_asked[std::size_t(head)];
    const auto measured = asked ? whatIf.measured({m_heads->head(head)}) : std::nullopt;
    const auto original = whatIf.original();
    QString words;
    if (measured && original) {
        const double change = std::exp(measured->nll - original->nll) - 1;
        const int guess = m_guesses[std::size_t(head)];
        words = tr("Measured: %1 (%2).").arg(changeWords(change), gradeWords(gradeOf(change)));
        if (guess >= 0)
            words += QLatin1Char(' ') +
                     (guess == gradeOf(change) ? tr("You said so. ✓") : tr("You said: %1. ✗").arg(gradeWords(guess)));
    } else if (asked && !whatIf.failure().isEmpty()) {
        words = tr("It could not be measured: %1.").arg(whatIf.failure());
    } else if (asked) {
        words = tr("Masking it and measuring…");
    } else if (head >= 0) {
        words = tr("Make a guess: the head is masked, and the model measured and asked to write.");
    }
    m_verdict->setText(words);
    m_verdict->setToolTip(measured ? tr("Measured on %1. Nothing is trained.").arg(measured->protocol) : QString());
}

void GuessPanel::fillScore() {
    const WhatIf& whatIf = m_studio.whatIf();
    const auto original = whatIf.original();
    int guessed = 0, right = 0, known = 0, least = -1;
    double leastChange = 0;
    for (int head = 0; head < m_heads->heads(); ++head) {
        const auto measured = m_asked[std::size_t(head)] ? whatIf.measured({m_heads->head(head)}) : std::nullopt;
        if (!measured || !original) continue;
        const double change = std::exp(measured->nll - original->nll) - 1;
        ++known;
        if (least < 0 || change < leastChange) least = head, leastChange = change;
        if (m_guesses[std::size_t(head)] < 0) continue;
        ++guessed;
        right += m_guesses[std::size_t(head)] == gradeOf(change);
    }
    QStringList words;
    if (guessed > 0) words << tr("%1 of %2 guesses right.").arg(right).arg(guessed);
    if (known > 1)
        words << tr("Matters least of the %1 measured: %2 (%3).")
                     .arg(known)
                     .arg(m_heads->name(least), changeWords(leastChange));
    m_score->setText(words.join(QLatin1Char(' ')));
}

void GuessPanel::fillStories(int head) {
    const WhatIf& whatIf = m_studio.whatIf();
    const auto original = whatIf.original();
    const auto measured = head >= 0 && m_asked[std::size_t(head)] ? whatIf.measured({m_heads->head(head)}) : std::nullopt;
    const QString before = original ? original->text : QString(), after = measured ? measured->text : QString();
    const QString prompt = QString::fromStdString(m_studio.session().recipe().evaluation.prompt);
    const bool both = !before.isEmpty() && !after.isEmpty();
    const TextDifference found = both ? differenceOf(before, after, prompt) : TextDifference{};
    const QColor accent = colors(palette()).accent;
    showStory(m_original, before, found.before, accent);
    showStory(m_masked, after, found.after, accent);
    m_before->setText(original ? tr("Original: perplexity %1").arg(perplexityWords(*original)) : tr("Original"));
    m_after->setText(measured ? tr("Without this head: %1").arg(perplexityWords(*measured)) : tr("Without this head"));
}

}  // namespace lorashear::ui
