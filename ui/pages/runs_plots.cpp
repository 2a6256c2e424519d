#include "ui/pages/runs_plots.h"

#include "ui/controller/run_summary.h"
#include "ui/pages/runs_table.h"
#include "ui/plots/curve_plot.h"
#include "ui/plots/parallel_plot.h"
#include "ui/plots/point_plot.h"
#include "ui/theme/format.h"
#include "ui/widgets/pieces.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QTabWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <limits>

namespace lorashear::ui {

namespace {
enum SizeSeries { kOriginal, kFront, kRuns };
}

RunsPlots::RunsPlots(QWidget* parent) : QWidget(parent) {
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    row->addWidget(makeCurves(), 1);
    row->addWidget(makeSizes(), 1);
}

QWidget* RunsPlots::makeCurves() {
    using Look = CurvePlot::Look;
    std::vector<CurvePlot::Curve> smooth, dots;
    for (int i = 0; i < kMostOverlaid; ++i) {
        smooth.push_back({QString::number(i + 1), Look::Smooth, i, true});
        dots.push_back({QString::number(i + 1), Look::Points, i, true});
    }
    auto* tabs = new QTabWidget(this);
    tabs->setObjectName(QStringLiteral("runsCurves"));
    tabs->setAccessibleName(tr("Curves of the chosen runs"));
    tabs->setDocumentMode(true);
    m_loss = new CurvePlot(QStringLiteral("runsLoss"), tr("Training loss, smoothed"), tr("step"), tr("nats per token"),
                           smooth, tabs);
    m_perplexity = new CurvePlot(QStringLiteral("runsPerplexity"), tr("Perplexity at checkpoints"), tr("step"),
                                 tr("perplexity"), dots, tabs);
    m_figures = new ParallelPlot(QStringLiteral("runsFigures"), tr("All figures of all runs"),
                                 {{tr("removed"), [](double value) { return formatPercent(value); }},
                                  {tr("parameters"), [](double value) { return formatCount(value); }},
                                  {tr("perplexity"), [](double value) { return formatNumber(value); }},
                                  {tr("tokens trained on"), [](double value) { return formatCount(value); }},
                                  {tr("time"), [](double value) { return formatSeconds(value); }}},
                                 tabs);
    m_figures->setEmptyText(tr("Runs stand here once they have measured their result."));
    tabs->addTab(m_loss, tr("&Loss"));
    tabs->addTab(m_perplexity, tr("&Checkpoints"));
    tabs->addTab(m_figures, tr("All f&igures"));
    for (CurvePlot* plot : {m_loss, m_perplexity})
        connect(plot, &CurvePlot::curvePicked, this, [this](int index) {
            if (index < m_overlaid.size()) Q_EMIT curvePicked(m_overlaid[index]);
        });
    connect(m_figures, &ParallelPlot::picked, this, &RunsPlots::picked);
    connect(m_figures, &ParallelPlot::activated, this, &RunsPlots::activated);
    return tabs;
}

QWidget* RunsPlots::makeSizes() {
    auto* column = new QVBoxLayout;
    auto* head = new QHBoxLayout;
    auto* words = makeMuted(tr("Measured on"), this);
    words->setWordWrap(false);
    m_text = new QComboBox(this);
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
                            this);
    m_sizes->setEmptyText(tr("Runs stand here once they have measured their result."));
    column->addWidget(m_sizes, 1);
    m_note = makeMuted({}, this);
    m_note->setObjectName(QStringLiteral("runsNote"));
    column->addWidget(m_note);
    connect(m_text, &QComboBox::activated, this, [this] {
        fillSizes();
        fillFigures();
        Q_EMIT textChosen(text());
    });
    connect(m_sizes, &PointPlot::picked, this, &RunsPlots::picked);
    connect(m_sizes, &PointPlot::activated, this, &RunsPlots::activated);
    return makeCard(this, column);
}

QString RunsPlots::text() const {
    return m_text->currentData().toString();
}

const RunSummary* RunsPlots::runOf(const QString& folder) const {
    const auto at = std::find_if(m_runs.begin(), m_runs.end(), [&](const RunSummary& run) { return run.folder == folder; });
    return at == m_runs.end() ? nullptr : &*at;
}

void RunsPlots::setRuns(const std::vector<RunSummary>& runs) {
    m_runs = runs;
    fillTexts();
    fillSizes();
    fillFigures();
}

void RunsPlots::setOverlaid(const QStringList& folders) {
    m_overlaid = folders;
    fillCurves();
    m_figures->setLit(folders);
    setCurrent(folders.size() == 1 ? folders.front() : QString());
}

void RunsPlots::setCurrent(const QString& folder) {
    m_sizes->setCurrent(folder);
    m_figures->setCurrent(folder);
}

/// What most runs measured stands first and is shown, until the person chooses.
void RunsPlots::fillTexts() {
    std::vector<std::pair<QString, int>> counts;
    for (const RunSummary& run : m_runs)
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
}

void RunsPlots::fillCurves() {
    const RunSummary none;
    for (int i = 0; i < kMostOverlaid; ++i) {
        const RunSummary* run = i < m_overlaid.size() ? runOf(m_overlaid[i]) : nullptr;
        if (!run) run = &none;
        m_loss->setCurve(i, run->steps, run->loss);
        m_perplexity->setCurve(i, run->checkpointSteps, run->checkpointValues);
    }
    m_loss->refresh();
    m_perplexity->refresh();
}

void RunsPlots::fillSizes() {
    const QString key = text();
    std::vector<PointPlot::Point> originals, points, front;
    int left = 0;
    for (const RunSummary& run : m_runs) {
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
    for (std::size_t i : paretoFront(m_runs, key))
        front.push_back({m_runs[i].parameters, m_runs[i].text(key)->last(), {}, {}});
    m_sizes->setPoints(kOriginal, std::move(originals));
    m_sizes->setPoints(kFront, std::move(front));
    m_sizes->setPoints(kRuns, std::move(points));
    m_sizes->refresh();
    m_note->setVisible(left > 0 && left < int(m_runs.size()));
    m_note->setText(
        left == 1 ? tr("1 run has measured nothing on this text and is not in the picture.")
                  : tr("%1 runs have measured nothing on this text and are not in the picture.").arg(formatInteger(left)));
}

/// Runs of which two figures are known; one alone is no line.
void RunsPlots::fillFigures() {
    std::vector<ParallelPlot::Line> lines;
    const double none = std::numeric_limits<double>::quiet_NaN();
    for (const RunSummary& run : m_runs) {
        const auto* measured = run.text(text());
        const double perplexity = measured && measured->last() > 0 ? measured->last() : none;
        std::vector<double> values{run.ratio >= 0 ? run.ratio : none, run.parameters > 0 ? run.parameters : none, perplexity,
                                   run.tokens > 0 ? run.tokens : none, run.seconds >= 0 ? run.seconds : none};
        if (std::count_if(values.begin(), values.end(), [](double value) { return std::isfinite(value); }) >= 2)
            lines.push_back({run.folder, run.name, std::move(values)});
    }
    m_figures->setLines(std::move(lines));
    m_figures->refresh();
}

}  // namespace lorashear::ui
