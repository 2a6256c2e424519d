// What the Recover page is made of; recover_page.cpp fills it.

#include "ui/controller/command_lines.h"
#include "ui/controller/studio.h"
#include "ui/pages/recover_page.h"
#include "ui/plots/curve_plot.h"
#include "ui/theme/format.h"
#include "ui/widgets/bar_list.h"
#include "ui/widgets/command_button.h"
#include "ui/widgets/pieces.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kLeastPlotHeight = 84;  ///< of a plot: three of them above each other in the smallest window

QWidget* inCard(CurvePlot* plot) {
    plot->setMinimumHeight(kLeastPlotHeight);
    auto* inside = new QVBoxLayout;
    inside->addWidget(plot);
    return makeCard(plot->parentWidget(), inside);
}

/// A curve for each text; a title comes with it.
std::vector<CurvePlot::Curve> curvesOfTexts(CurvePlot::Look look, int most) {
    std::vector<CurvePlot::Curve> curves;
    curves.reserve(std::size_t(most));
    for (int i = 0; i < most; ++i) curves.push_back({QString(), look, i, true});
    return curves;
}

QVBoxLayout* plainColumn(QWidget* of) {
    auto* column = new QVBoxLayout(of);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    return column;
}

}  // namespace

QWidget* RecoverPage::makeBar() {
    auto* bar = new QWidget(this);
    auto* row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->addWidget(makeTitle(tr("Recover"), bar));
    m_facts = makeMuted({}, bar);
    m_facts->setWordWrap(false);
    m_facts->setObjectName(QStringLiteral("recoverFacts"));
    row->addWidget(m_facts, 1);
    const auto resumes = [this] { return m_studio.canResume(); };
    const auto folder = [this] { return QString::fromStdString(m_studio.session().run().folder); };
    row->addWidget(new CommandButton(
        QStringLiteral("copyRecoverCommand"),
        tr("Copies the command that goes on with the run shown, or starts one that recovers like this, without a window"),
        m_studio,
        [this, resumes, folder](QString* written) {
            return resumes() ? resumeCommand(folder()) : m_studio.commandLine(written);
        },
        bar,
        [this, resumes, folder] {
            return resumes() ? resumeCommand(folder()) : m_studio.commandPreview(QStringLiteral("run"));
        }));
    row->addWidget(nextButton());
    return bar;
}

QWidget* RecoverPage::makeTexts() {
    auto* column = new QVBoxLayout;
    auto* card = makeCard(this, column);
    auto* head = new QHBoxLayout;
    head->addWidget(makeHeading(tr("Texts of the recovery"), card));
    head->addStretch(1);
    QPushButton* change = makeButton(QStringLiteral("changeRecoveryTexts"), tr("Change…"),
                                     tr("Phases, their rounds and the texts they read: on Plan, under Data"), card);
    change->setProperty("compact", true);
    connect(change, &QPushButton::clicked, this, &RecoverPage::changeTexts);
    head->addWidget(change);
    column->addLayout(head);
    m_table =
        makeTable(QStringLiteral("recoverTexts"), tr("Texts of the recovery, and what was lost on each"), m_rows, card);
    m_table->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    m_table->horizontalHeader()->setStretchLastSection(false);
    m_table->horizontalHeader()->setSectionResizeMode(1, QHeaderView::Stretch);
    column->addWidget(m_table);
    return card;
}

/// What the round that is looked at measured, and how the mix came to be what it is.
QWidget* RecoverPage::makeMix() {
    auto* side = new QWidget(this);
    auto* column = plainColumn(side);
    auto* inside = new QVBoxLayout;
    auto* card = makeCard(side, inside);
    auto* head = new QHBoxLayout;
    m_barsTitle = makeHeading(tr("Perplexity lost against the original"), card);
    m_barsTitle->setToolTip(tr("Of the held-out part of each text. The pale track: what was lost when the phase began."));
    head->addWidget(m_barsTitle);
    head->addStretch(1);
    m_round = new QComboBox(card);
    m_round->setObjectName(QStringLiteral("recoverRound"));
    m_round->setAccessibleName(tr("Round that is looked at"));
    m_round->setToolTip(tr("The whole window looks at the step behind this round"));
    m_round->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_round->setMinimumContentsLength(9);
    connect(m_round, &QComboBox::activated, this, [this](int index) {
        const QVariant at = m_round->itemData(index);
        m_chosen = index - 1;
        m_studio.session().lookAt(at.isValid() ? std::optional(at.toDouble()) : std::nullopt);
        showMoment();  // also where another round stands at the same step
    });
    head->addWidget(m_round);
    inside->addLayout(head);
    m_bars = new BarList(QStringLiteral("recoverBars"), tr("Perplexity lost against the original, by text"), card);
    m_bars->setEmptyText(tr("Nothing was measured by then."));
    inside->addWidget(m_bars, 1);
    connect(m_bars, &BarList::menuWanted, this, &RecoverPage::showMenu);
    column->addWidget(card, 2);
    m_share = new CurvePlot(QStringLiteral("mixPlot"), tr("Mix of texts"), tr("step of the recovery"), tr("% of sequences"),
                            curvesOfTexts(CurvePlot::Look::Steps, kMostTexts), side);
    m_share->showAlways(0, 100);
    column->addWidget(inCard(m_share), 3);
    return side;
}

QWidget* RecoverPage::makeCurves() {
    using Look = CurvePlot::Look;
    auto* side = new QWidget(this);
    auto* column = plainColumn(side);
    m_lost = new CurvePlot(QStringLiteral("lostPlot"), tr("Lost, by round"), tr("step of the recovery"),
                           tr("% above the original"), curvesOfTexts(Look::Points, kMostTexts), side);
    const QString both = tr("step of pruning, of the recovery");
    m_loss = new CurvePlot(QStringLiteral("recoveryLossPlot"), tr("Training loss, smoothed"), both, tr("nats per token"),
                           {{tr("each"), Look::Raw, 7}, {tr("recovery"), Look::Smooth, 0}, {tr("pruning"), Look::Dashed, 1}},
                           side);
    m_perplexity = new CurvePlot(
        QStringLiteral("recoveryPerplexityPlot"), tr("Perplexity at checkpoints"), both, tr("perplexity"),
        {{tr("recovery"), Look::Points, 0}, {tr("pruning"), Look::Dashed, 1}, {tr("original"), Look::Dashed, 7}}, side);
    for (CurvePlot* plot : {m_lost, m_loss, m_perplexity}) column->addWidget(inCard(plot), 1);
    return side;
}

std::vector<CurvePlot*> RecoverPage::plots() const {
    return {m_lost, m_share, m_loss, m_perplexity};
}

}  // namespace lorashear::ui
