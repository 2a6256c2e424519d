#include "ui/pages/recover_page.h"

#include "ui/controller/studio.h"
#include "ui/controller/token_counts.h"
#include "ui/pages/recover_settings.h"
#include "ui/plots/curve_plot.h"
#include "ui/theme/format.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/pieces.h"
#include "ui/widgets/type_size.h"
#include "ui/widgets/wide_or_tabs.h"

#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QFileInfo>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kMixBeside = 600;  ///< pixels from which on mix and curves stand beside each other
constexpr int kRowsInSight = 6;  ///< of the table of texts
constexpr int kFirstMeasured = 3;

QString blankless(const std::optional<TextStanding>& measured, double TextStanding::*value, QString (*words)(double)) {
    if (!measured || std::isnan((*measured).*value)) return QStringLiteral("–");
    return words((*measured).*value);
}

QString perplexityWords(double value) {
    return formatNumber(value);
}

QString shareWords(double value) {
    return formatPercent(value, 0);
}

}  // namespace

RecoverPage::RecoverPage(Studio& studio, QWidget* parent)
    : Page(studio, QStringLiteral("recover"), parent), m_tokens(new TokenCounts(this)) {
    m_rows = new RowTable<Row>(
        {{tr("Phase"), [](const Row& r) { return r.phase; }, false, [](const Row& r) { return r.plan; }},
         {tr("Text"), [](const Row& r) { return QString::fromStdString(r.source.name); }, false,
          [](const Row& r) { return QString::fromStdString(r.source.path); }},
         {tr("Tokens"), [](const Row& r) { return r.tokens; }, true, [](const Row& r) { return r.tokensTip; }},
         {tr("Original"), [](const Row& r) { return blankless(r.measured, &TextStanding::original, perplexityWords); }, true,
          [](const Row&) { return tr("Perplexity of the original on what of the text is held out"); }},
         {tr("Now"), [](const Row& r) { return blankless(r.measured, &TextStanding::perplexity, perplexityWords); }, true,
          [](const Row&) { return tr("Perplexity of the model after the round, on the same"); }},
         {tr("Lost"), [](const Row& r) { return blankless(r.measured, &TextStanding::lost, lostWords); }, true},
         {tr("Mix"), [](const Row& r) { return blankless(r.measured, &TextStanding::share, shareWords); }, true,
          [](const Row&) { return tr("Share of the sequences in the round that follows"); }}},
        this);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 12);
    column->setSpacing(8);
    column->addWidget(makeBar());
    m_changed = makeWarning(tr("The settings below are others than those that the run shown recovers with."), this);
    m_changed->setObjectName(QStringLiteral("recoverChanged"));
    m_changed->hide();
    column->addWidget(m_changed);
    auto* body = new QHBoxLayout;
    body->setSpacing(14);
    auto* settings = new QScrollArea(this);
    settings->setObjectName(QStringLiteral("recoverSettings"));
    settings->setAccessibleName(tr("How the next run recovers"));
    settings->setWidgetResizable(true);
    settings->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    settings->setFocusPolicy(Qt::NoFocus);
    settings->setWidget(new RecoverSettings(m_studio, settings));
    keepWidth(*settings, 52);
    body->addWidget(settings);
    auto* right = new QVBoxLayout;
    right->setSpacing(8);
    m_before = makeMuted({}, this);
    m_before->setObjectName(QStringLiteral("recoverBefore"));
    right->addWidget(m_before);
    right->addWidget(makeTexts());
    m_summary = makeMuted({}, this);
    m_summary->setObjectName(QStringLiteral("recoverSummary"));
    right->addWidget(m_summary);
    m_views = new WideOrTabs(QStringLiteral("recoverViews"), tr("Views of the recovery"), kMixBeside, this);
    m_views->add(makeMix(), tr("&Mix"));
    m_views->add(makeCurves(), tr("&Curves"));
    right->addWidget(m_views, 1);
    right->addStretch(0);
    body->addLayout(right, 1);
    column->addLayout(body, 1);
    for (CurvePlot* plot : plots()) {
        connect(plot, &CurvePlot::stepPicked, this, [this](double step) {
            m_lookedBefore = m_studio.session().lookedAt();
            m_studio.session().lookAt(m_curves.start + step);
        });
        connect(plot, &CurvePlot::pickTakenBack, this, [this] { m_studio.session().lookAt(m_lookedBefore); });
    }

    Session& session = m_studio.session();
    for (auto signal : {&Session::runChanged, &Session::recipeChanged, &Session::modelChanged, &Session::structureChanged})
        connect(&session, signal, this, &RecoverPage::refreshWhenVisible);
    connect(&session, &Session::momentChanged, this, [this] {
        if (m_studio.session().lookedAt() && !chosenRound()) m_chosen = -1;
        if (isVisible()) showMoment();
    });
    connect(m_tokens, &TokenCounts::changed, this, [this] {
        if (isVisible()) fillTexts();
    });
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &RecoverPage::refreshWhenVisible);
    connect(&m_studio, &Studio::followingChanged, this, &RecoverPage::refreshWhenVisible);
}

/// The step behind the last rounds is no step that is looked at: there the window goes along with the run.
const RunState::Round* RecoverPage::chosenRound() const {
    const RunState& run = m_studio.session().run();
    const auto& at = m_studio.session().lookedAt();
    if (m_chosen < 0 || m_chosen >= int(run.rounds.size())) return nullptr;
    const RunState::Round* chosen = &run.rounds[std::size_t(m_chosen)];
    return (at ? chosen->x == *at : chosen->x >= run.lastStep()) ? chosen : nullptr;
}

const RunState::Round* RecoverPage::shownRound() const {
    const RunState& run = m_studio.session().run();
    const auto& at = m_studio.session().lookedAt();
    if (const RunState::Round* chosen = chosenRound()) return chosen;
    if (!at) return run.rounds.empty() ? nullptr : &run.rounds.back();  // the newest is told before its step
    return roundAt(run, *at);
}

void RecoverPage::fillTexts() {
    const Session& session = m_studio.session();
    const RunState& run = session.run();
    const bool ofRun = !run.rounds.empty() && run.recovery;
    const Recipe::Recovery& recovery = ofRun ? *run.recovery : session.recipe().recovery;
    const double x = session.lookedAt().value_or(run.lastStep() + 1);
    const RunState::Round* shown = shownRound();
    std::vector<RecipeSource> texts;
    for (const RecoveryPhase& asked : recovery.phases) texts.insert(texts.end(), asked.sources.begin(), asked.sources.end());
    if (session.model())  // before they are asked for: counts are those of this model and filter
        m_tokens->want(QString::fromStdString(session.model()->path), session.recipe().training.shortestDocument, texts);
    std::vector<Row> rows;
    for (int phase = 0; phase < int(recovery.phases.size()); ++phase) {
        const RecoveryPhase& asked = recovery.phases[std::size_t(phase)];
        const RunState::Round* round = shown && shown->measured.phase == phase ? shown : roundAt(run, x, phase);
        for (const RecipeSource& source : asked.sources) {
            Row row{
                source,
                QString::fromStdString(asked.name),
                tr("up to %1 rounds of %2 steps").arg(formatInteger(asked.maxRounds), formatInteger(asked.stepsPerRound)),
                {},
                {},
                {}};
            if (ofRun && round) row.measured = standingOf(run, *round, source.name);
            const auto count = session.model() ? m_tokens->of(source) : std::nullopt;
            row.tokensTip = tr("In all of the text, by this model's tokenizer; a part is held out");
            row.tokens = !count || count->tokens < 0 ? QStringLiteral("–")
                         : count->exact              ? formatInteger(count->tokens)
                                                     : tr("about %1").arg(formatCount(double(count->tokens)));
            if (!count && session.model()) row.tokens = tr("counting…");
            if (count && !count->problem.isEmpty()) row.tokensTip = count->problem;
            rows.push_back(std::move(row));
        }
    }
    const int inSight = std::clamp(int(rows.size()), 1, kRowsInSight);
    m_rows->setRows(std::move(rows));
    for (int measured = kFirstMeasured; measured < m_rows->columnCount(); ++measured)
        m_table->setColumnHidden(measured, run.rounds.empty());
    m_table->setFixedHeight(m_table->horizontalHeader()->sizeHint().height() +
                            inSight * m_table->verticalHeader()->defaultSectionSize() + 4);
}

void RecoverPage::fillRounds() {
    const RunState& run = m_studio.session().run();
    QStringList steps{QString::fromStdString(run.folder)};
    for (const RunState::Round& round : run.rounds) steps << QString::number(round.x);
    if (m_round->count() == 0 || m_round->property("of").toStringList() != steps) {
        m_round->clear();
        m_round->addItem(tr("newest"));
        for (const RunState::Round& round : run.rounds) m_round->addItem(roundWords(run, round.measured), round.x);
        m_round->setProperty("of", steps);
        if (!m_studio.session().lookedAt()) m_chosen = -1;  // there is a newer one
    }
    const RunState::Round* shown = m_studio.session().lookedAt() ? shownRound() : chosenRound();
    m_round->setCurrentIndex(shown ? int(shown - run.rounds.data()) + 1 : 0);
}

void RecoverPage::fillBars() {
    const RunState& run = m_studio.session().run();
    const RunState::Round* round = shownRound();
    std::vector<BarRow> bars;
    for (std::size_t i = 0; round && i < m_curves.texts.size(); ++i) {
        const RecoveryText& text = m_curves.texts[i];
        const auto standing =
            text.phase == round->measured.phase ? standingOf(run, *round, text.name) : std::optional<TextStanding>();
        if (!standing) continue;
        BarRow bar;
        bar.id = int(i);
        bar.label = QString::fromStdString(text.name);
        bar.category = int(i);
        bar.value = standing->lost;
        bar.full = std::isnan(standing->before) ? 0 : std::max(0.0, standing->before);
        bar.text = lostWords(standing->lost);
        bar.toolTip = tr("%1: perplexity %2, the original %3")
                          .arg(bar.label, formatNumber(standing->perplexity), formatNumber(standing->original));
        if (!std::isnan(standing->before)) bar.toolTip += tr("; %1 when the phase began").arg(lostWords(standing->before));
        if (!std::isnan(standing->share))
            bar.toolTip += tr("; %1 of the mix from here").arg(formatPercent(standing->share, 0));
        bars.push_back(std::move(bar));
    }
    m_bars->setRows(std::move(bars));
}

void RecoverPage::fillCurves() {
    m_curves = recoveryCurves(m_studio.session().run());
    const RecoveryCurves& curves = m_curves;
    static const Line kNothing;
    for (const auto& [plot, lines] : {std::pair(m_lost, &curves.lost), std::pair(m_share, &curves.share)})
        for (int i = 0; i < kMostTexts; ++i) {
            const bool there = std::size_t(i) < lines->size();
            if (there) plot->setTitle(i, curves.texts[std::size_t(i)].title);
            const Line& line = there ? (*lines)[std::size_t(i)] : kNothing;
            plot->setCurve(i, line.x, line.y);
        }
    m_loss->setCurve(0, curves.loss.x, curves.loss.y);
    m_loss->setCurve(1, curves.smoothLoss.x, curves.smoothLoss.y);
    m_loss->setCurve(2, curves.pruningLoss.x, curves.pruningLoss.y);
    m_perplexity->setCurve(0, curves.perplexity.x, curves.perplexity.y);
    m_perplexity->setCurve(1, curves.pruningPerplexity.x, curves.pruningPerplexity.y);
    const double end = std::max({curves.loss.x.empty() ? 1 : curves.loss.x.back(), curves.start, 1.0});
    m_perplexity->setCurve(2, curves.original < 0 ? std::vector<double>{} : std::vector<double>{0, end},
                           curves.original < 0 ? std::vector<double>{} : std::vector<double>(2, curves.original));
    for (CurvePlot* plot : plots()) plot->refresh();
}

/// What moves with the step that is looked at.
void RecoverPage::showMoment() {
    const auto& at = m_studio.session().lookedAt();
    for (CurvePlot* plot : plots())
        plot->setMoment(at && *at >= m_curves.start ? std::optional(*at - m_curves.start) : std::nullopt);
    fillRounds();
    fillTexts();
    fillBars();
    showWords();
}

void RecoverPage::showWords() {
    const Session& session = m_studio.session();
    const RunState& run = session.run();
    const RunState::Round* round = shownRound();
    const bool any = !run.rounds.empty(), recovering = m_studio.runIsActive() || m_studio.follower().following();
    QStringList facts;
    if (!run.folder.empty()) facts << QDir(QString::fromStdString(run.folder)).dirName();
    if (any) facts << roundWords(run, run.rounds.back().measured);
    if (m_curves.texts.size() > kMostTexts)
        facts << tr("curves of the first %1 of %2 texts")
                     .arg(formatInteger(kMostTexts), formatInteger(qint64(m_curves.texts.size())));
    m_facts->setText(facts.join(QStringLiteral(" · ")));
    m_summary->setText(round ? recoverySummary(run, *round) : tr("Nothing was measured by the step that is looked at."));
    m_summary->setVisible(any);
    m_views->setVisible(any);
    m_before->setVisible(!any);
    m_before->setText(
        !session.structure() ? tr("Open a model first.")
        : recovering && run.recovery && run.recovery->enabled
            ? tr("The run shown is not so far yet: once it has pruned, every round of the recovery appears here.")
        : !session.recipe().recovery.enabled ? tr("Recovery is off: a run ends with the pruned model.")
                                             : tr("Once a run has pruned, you see here round by round how much of each text "
                                                  "it has lost against the original, how the mix of texts follows, and the "
                                                  "curves of the recovery laid over those of pruning."));
    m_changed->setVisible(any && recoversOtherwise(run, session.recipe()));
}

void RecoverPage::changeTexts() {
    Q_EMIT m_studio.fieldWanted(QStringLiteral("phases"));
}

void RecoverPage::showMenu(int id, const QPoint& at) {
    const auto& bars = m_bars->rows();
    const auto bar = std::find_if(bars.begin(), bars.end(), [id](const BarRow& row) { return row.id == id; });
    auto* menu = new QMenu(this);
    menu->setObjectName(QStringLiteral("recoverMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (bar != bars.end()) {
        menu->addSection(bar->label);
        menu->addAction(tr("&Copy what is said of it"), this,
                        [words = bar->toolTip] { QGuiApplication::clipboard()->setText(words); });
    }
    menu->addAction(tr("Copy the whole &round in words"), this,
                    [this] { QGuiApplication::clipboard()->setText(m_summary->text()); });
    menu->addSeparator();
    menu->addAction(tr("Change the &texts of the recovery…"), this, &RecoverPage::changeTexts);
    menu->popup(at);
}

void RecoverPage::takeFocus() {
    if (m_bars->isVisible())
        m_bars->setFocus(Qt::OtherFocusReason);
    else
        m_table->setFocus(Qt::OtherFocusReason);
}

void RecoverPage::refresh() {
    fillCurves();
    showMoment();
}

StageState RecoverPage::state() const {
    const Session& session = m_studio.session();
    const RunState& run = session.run();
    if (!session.structure()) return StageState::Locked;
    const bool active = m_studio.runIsActive() || m_studio.follower().following();
    if (active && run.stage == stageName(Stage::Recover)) return StageState::Running;
    if (run.rounds.empty()) return StageState::Open;
    const bool whole = active || (run.finished && run.finished->outcome == event::Finished::Outcome::Completed);
    return whole && !recoversOtherwise(run, session.recipe()) ? StageState::Done : StageState::Stale;
}

}  // namespace lorashear::ui
