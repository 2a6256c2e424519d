#include "ui/pages/what_if_panel.h"

#include "ui/controller/studio.h"
#include "ui/controller/text_difference.h"
#include "ui/figures/figure_walk.h"
#include "ui/pages/shape_prices.h"
#include "ui/plots/point_plot.h"
#include "ui/theme/format.h"
#include "ui/theme/theme.h"
#include "ui/widgets/pieces.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr int kRoomForTexts = 360;  ///< pixels of height: in less, the plot would have none

enum Series { kEstimate, kWhole, kMeasured };

QString nameOf(const WhatIf::Size& size) {
    return QString::number(size.ratio, 'f', 4);
}

QString againstOriginal(double nll, double baseline) {
    const double change = std::exp(nll - baseline) - 1;
    return QStringLiteral("%1%2").arg(change >= 0 ? QStringLiteral("+") : QString(), formatPercent(change));
}

QString measuredWords(const WhatIf::Size& size, double baseline) {
    return WhatIfPanel::tr("%1 removed, %2 parameters left: measured %3 ± %4, %5 against the original")
        .arg(formatPercent(size.ratio), formatCount(size.parameters), formatNumber(std::exp(size.measured->nll)),
             formatNumber(std::exp(size.measured->nll) * size.measured->spread, 2),
             againstOriginal(size.measured->nll, baseline));
}

QString estimateWords(const WhatIf::Size& size, double baseline) {
    return WhatIfPanel::tr("%1 removed, %2 parameters left: estimated %3, between %4 and %5")
        .arg(formatPercent(size.ratio), formatCount(size.parameters), formatNumber(std::exp(baseline + size.added.added), 3),
             formatNumber(std::exp(baseline + size.added.low), 3), formatNumber(std::exp(baseline + size.added.high), 3));
}

/// The parts that only this one wrote, in bold and underlined: not by colour alone.
QString marked(const QString& text, const std::vector<TextPart>& parts) {
    QString html;
    qsizetype at = 0;
    for (const TextPart& part : parts) {
        html += text.mid(at, qsizetype(part.from) - at).toHtmlEscaped();
        html +=
            QStringLiteral("<b><u>%1</u></b>").arg(text.mid(qsizetype(part.from), qsizetype(part.length)).toHtmlEscaped());
        at = qsizetype(part.from + part.length);
    }
    return html + text.mid(at).toHtmlEscaped();
}

}  // namespace

WhatIfPanel::WhatIfPanel(Studio& studio, QWidget* parent)
    : QWidget(parent),
      m_studio(studio),
      m_plot(new PointPlot(QStringLiteral("whatIf"), tr("What each size costs, before any training"), tr("parameters left"),
                           tr("perplexity"),
                           {{tr("estimate and its band"), PointPlot::Ink::Estimate},
                            {tr("original, measured"), PointPlot::Ink::Reference},
                            {tr("masked, measured"), PointPlot::Ink::Measured}},
                           this)),
      m_words(new QLabel(this)),
      m_original(new QLabel(this)),
      m_masked(new QLabel(this)),
      m_how(makeMuted({}, this)),
      m_measure(makeButton(QStringLiteral("whatIfMeasure"), tr("Measure this plan"),
                           tr("Masks what the plan removes and measures the loss on the analysis text"), this)) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 4, 0, 0);
    column->setSpacing(6);
    column->addWidget(m_plot, 1);
    column->addWidget(new ShapePrices(m_studio, this));
    auto* row = new QHBoxLayout;
    m_words->setObjectName(QStringLiteral("whatIfWords"));
    m_words->setAccessibleName(tr("What this plan costs"));
    m_words->setWordWrap(true);
    row->addWidget(m_words, 1);
    m_measure->setProperty("compact", true);
    row->addWidget(m_measure, 0, Qt::AlignTop);
    column->addLayout(row);
    const auto addText = [&](QLabel* label, const char* name, const QString& accessible) {
        label->setObjectName(QString::fromLatin1(name));
        label->setAccessibleName(accessible);
        label->setTextFormat(Qt::RichText);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        column->addWidget(label);
    };
    addText(m_original, "whatIfOriginal", tr("The original writes"));
    addText(m_masked, "whatIfMasked", tr("With this plan, before any training"));
    m_how->setObjectName(QStringLiteral("whatIfHow"));
    column->addWidget(m_how);
    connect(&m_studio.whatIf(), &WhatIf::changed, this, &WhatIfPanel::fill);
    connect(&m_studio.engine(), &EngineController::stateChanged, this, &WhatIfPanel::fill);
    connect(m_measure, &QPushButton::clicked, this, [this] {
        m_studio.whatIf().tryAgain();
        m_studio.tryPlan();
    });
    connect(m_plot, &PointPlot::picked, this, &WhatIfPanel::chooseSize);
}

void WhatIfPanel::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (!walkingFigures()) m_studio.whatIf().setWanted(true);
    fill();
}

void WhatIfPanel::hideEvent(QHideEvent* event) {
    QWidget::hideEvent(event);
    if (!walkingFigures()) m_studio.whatIf().setWanted(false);
}

void WhatIfPanel::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    if (isVisible()) fillWords(), fillTexts();
}

void WhatIfPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) fill();
}

void WhatIfPanel::fill() {
    if (!isVisible()) return;
    fillPlot();
    fillWords();
    fillTexts();
}

void WhatIfPanel::fillPlot() {
    const WhatIf& whatIf = m_studio.whatIf();
    const double baseline = whatIf.baseline();
    std::vector<PointPlot::Point> estimate, original, measured;
    std::vector<WhatIf::Size> all = whatIf.sizes();
    const WhatIf::Size now = whatIf.current();
    // A plan between two sizes is a dot of its own, and no part of the curve.
    const bool between = now.measured && std::none_of(all.begin(), all.end(),
                                                      [&](const WhatIf::Size& size) { return size.groups == now.groups; });
    if (between) all.push_back(now);
    if (const auto intact = whatIf.original(); intact && m_studio.session().structure())
        original.push_back({double(m_studio.session().structure()->parameters),
                            std::exp(intact->nll),
                            {},
                            tr("original: measured %1").arg(formatNumber(std::exp(intact->nll)))});
    for (const WhatIf::Size& size : all) {
        if (size.measured && !size.groups.empty()) {
            measured.push_back({size.parameters, std::exp(size.measured->nll), nameOf(size), measuredWords(size, baseline)});
        }
        if (size.foretold && baseline >= 0 && (&size != &all.back() || !between))
            estimate.push_back({size.parameters,
                                std::exp(baseline + size.added.added),
                                {},
                                estimateWords(size, baseline),
                                std::exp(baseline + size.added.low),
                                std::exp(baseline + size.added.high)});
    }
    m_plot->setEmptyText(
        !whatIf.refusal().isEmpty() ? whatIf.refusal()
        : m_studio.session().knowledge()
            ? tr("The sizes are being worked out.")
            : tr("Dots appear as the idle engine measures. Analyse the knowledge for an estimate of every size."));
    m_plot->setPoints(kEstimate, std::move(estimate));
    m_plot->setPoints(kWhole, std::move(original));
    m_plot->setPoints(kMeasured, std::move(measured));
    m_plot->setPosition(now.parameters > 0 ? std::optional(now.parameters) : std::nullopt,
                        tr("line: this plan, %1 removed").arg(formatPercent(now.ratio)));
    m_plot->setCurrent(now.measured ? nameOf(now) : QString());
    m_plot->refresh();
}

/// A measurement where there is one, else an estimate that says that it is one.
void WhatIfPanel::fillWords() {
    const WhatIf& whatIf = m_studio.whatIf();
    const WhatIf::Size now = whatIf.current();
    const double baseline = whatIf.baseline();
    const bool can = whatIf.refusal().isEmpty();
    m_measure->setEnabled(can && !m_studio.busy());
    m_measure->setVisible(can && !now.measured);
    QString words = now.measured                    ? measuredWords(now, baseline)
                    : now.foretold && baseline >= 0 ? estimateWords(now, baseline)
                    : can ? tr("This plan is not measured yet, and there is no analysis to estimate it from.")
                          : QString();
    if (!whatIf.failure().isEmpty()) words += QLatin1Char(' ') + tr("It could not be measured: %1.").arg(whatIf.failure());
    m_words->setText(words);
    const QString how = now.measured ? now.measured->protocol : QString();
    m_how->setText(
        tr("Nothing here is trained: a run trains while it prunes and recovers afterwards, so it ends better than this.") +
        (how.isEmpty() ? QString() : QLatin1Char(' ') + tr("Measured on %1.").arg(how)));
    m_how->setVisible(can && height() >= kRoomForTexts);
    m_words->setToolTip(m_how->text());
}

void WhatIfPanel::fillTexts() {
    const WhatIf& whatIf = m_studio.whatIf();
    const WhatIf::Size now = whatIf.current();
    const auto intact = whatIf.original();
    const QString before = intact ? intact->text : QString();
    const QString after = now.measured ? now.measured->text : QString();
    const QString prompt = QString::fromStdString(m_studio.session().recipe().evaluation.prompt);
    const bool both = !before.isEmpty() && !after.isEmpty();
    const TextDifference found = both ? differenceOf(before, after, prompt) : TextDifference{};
    const QString muted = colors(palette()).muted.name();
    const auto show = [&](QLabel* label, const QString& who, const QString& html) {
        label->setVisible(!html.isEmpty() && height() >= kRoomForTexts);
        label->setText(QStringLiteral("<span style=\"color:%1\">%2</span> %3").arg(muted, who.toHtmlEscaped(), html));
    };
    show(m_original, tr("Original:"), marked(before, found.before));
    show(m_masked, tr("This plan, untrained:"), marked(after, found.after));
}

/// The slider goes to the size of the dot: an edit like any other.
void WhatIfPanel::chooseSize(const QString& name) {
    for (const WhatIf::Size& size : m_studio.whatIf().sizes()) {
        if (nameOf(size) != name || size.groups.empty()) continue;
        return m_studio.session().edit(tr("size of a measured dot"),
                                       [&](Recipe& recipe) { recipe.plan.ratio = size.asked; });
    }
}

}  // namespace lorashear::ui
