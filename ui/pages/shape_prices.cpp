#include "ui/pages/shape_prices.h"

#include "ui/controller/format_facts.h"
#include "ui/controller/plan_price.h"
#include "ui/controller/studio.h"
#include "ui/theme/format.h"
#include "ui/widgets/elided_label.h"
#include "ui/widgets/pieces.h"

#include <QGridLayout>
#include <QLabel>
#include <QRadioButton>
#include <QSignalBlocker>

#include <algorithm>

namespace lorashear::ui {

namespace {

constexpr int kShapesRestMilliseconds = 120;
constexpr const char* kAsItIs = "huggingface-code";
constexpr const char* kOrdinary = "huggingface";
constexpr const char* kFilledUp = "padded";

bool isFolderOfOurs(const std::string& format) {
    return format == kAsItIs || format == kOrdinary || format == kFilledUp;
}

}  // namespace

ShapePrices::ShapePrices(Studio& studio, QWidget* parent) : QWidget(parent), m_studio(studio) {
    setObjectName(QStringLiteral("shapePrices"));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->setHorizontalSpacing(14);
    grid->setVerticalSpacing(2);
    grid->setColumnStretch(0, 1);
    const QStringList titles{tr("At this ratio"), tr("perplexity"), tr("parameters"), tr("export")};
    for (int column = 0; column < titles.size(); ++column)
        grid->addWidget(new ElidedLabel(titles[column], "muted", this), 0, column, column ? Qt::AlignRight : Qt::AlignLeft);
    addRow(kFree, tr("Free counts"),
           tr("Every block loses what costs least; written as it is, with the modelling file that opens it"));
    addRow(kUniform, tr("Equal counts"), tr("Every block keeps as much: an ordinary checkpoint that stock programs open"));
    addRow(
        kPadded, tr("Free, padded"),
        tr("Every block loses what costs least, and zeros fill all up to the largest: opens in stock programs, and is larger"));
    m_rest.setSingleShot(true);
    m_rest.setInterval(kShapesRestMilliseconds);
    connect(&m_rest, &QTimer::timeout, this, &ShapePrices::refresh);
    connect(&m_studio.session(), &Session::planChanged, &m_rest, qOverload<>(&QTimer::start));
    connect(&m_studio.whatIf(), &WhatIf::changed, &m_rest, qOverload<>(&QTimer::start));
}

void ShapePrices::addRow(Shape shape, const QString& title, const QString& toolTip) {
    static constexpr const char* kNames[] = {"shapeFree", "shapeUniform", "shapePadded"};
    const QString name = QString::fromLatin1(kNames[shape]);
    Row& row = m_rows[std::size_t(shape)];
    row.choose = new QRadioButton(title, this);
    row.choose->setObjectName(name);
    row.choose->setToolTip(toolTip);
    row.choose->setAccessibleName(title);
    row.choose->setAccessibleDescription(toolTip);
    connect(row.choose, &QRadioButton::toggled, this, [this, shape](bool on) {
        if (on) choose(shape);
    });
    auto* grid = static_cast<QGridLayout*>(layout());
    grid->addWidget(row.choose, 1 + shape, 0);
    const auto add = [&](const char* what, int column) {
        auto* label = new QLabel(QStringLiteral("–"), this);
        label->setObjectName(name + QLatin1String(what));
        grid->addWidget(label, 1 + shape, column, Qt::AlignRight | Qt::AlignVCenter);
        return label;
    };
    row.perplexity = add("Perplexity", 1);
    row.parameters = add("Parameters", 2);
    row.bytes = add("Bytes", 3);
}

ShapePrices::Shape ShapePrices::shapeOf(const Recipe& recipe) {
    if (recipe.plan.uniform) return kUniform;
    const bool padded = std::any_of(recipe.exports.begin(), recipe.exports.end(),
                                    [](const Recipe::Export& e) { return e.format == kFilledUp; });
    return padded ? kPadded : kFree;
}

void ShapePrices::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    refresh();
}

void ShapePrices::refresh() {
    if (!isVisible()) return;
    m_rest.stop();
    const Session& session = m_studio.session();
    const WhatIf& whatIf = m_studio.whatIf();
    const bool can = whatIf.refusal().isEmpty() && session.model();
    PlanOptions options = session.recipe().plan;
    std::array<WhatIf::Size, 2> sizes;
    for (const bool uniform : {false, true}) {
        options.uniform = uniform;
        if (can) sizes[uniform] = uniform == session.recipe().plan.uniform ? whatIf.current() : whatIf.sizeOf(options);
    }
    m_studio.whatIf().setAlso(WhatIf::Also::Shapes, {sizes[0].groups, sizes[1].groups});
    if (!sizes[0].measured || !sizes[1].measured)  // a measurement beside an estimate would compare nothing
        for (WhatIf::Size& size : sizes) size.measured.reset();
    for (const Shape shape : {kFree, kUniform, kPadded}) {
        Row& row = m_rows[std::size_t(shape)];
        const QSignalBlocker block(row.choose);
        if (shapeOf(session.recipe()) == shape) row.choose->setChecked(true);
        const WhatIf::Size& size = sizes[shape == kUniform];
        const bool possible = !size.removed.empty();
        row.choose->setEnabled(possible || row.choose->isChecked());
        for (QLabel* label : {row.perplexity, row.parameters, row.bytes}) label->setText(QStringLiteral("–"));
        if (!possible) continue;
        const Structure& structure = *session.structure();
        const double written =
            shape == kPadded ? parametersAfter(structure, paddedCounts(structure, size.removed)) : size.parameters;
        const bool sure = shape == kUniform || session.plan().exactCounts();
        row.perplexity->setText(perplexityWords(size, whatIf.baseline()));
        row.parameters->setText((sure || shape == kFree ? QString() : QStringLiteral("≈ ")) + formatCount(written));
        row.parameters->setToolTip(formatInteger(qint64(written)));
        row.bytes->setText(QStringLiteral("≈ ") +
                           formatBytes(written * double(session.model()->weightBytes) / double(structure.parameters)));
    }
}

/// Which folder is written follows: other formats stay.
void ShapePrices::choose(Shape shape) {
    const QString text = m_rows[std::size_t(shape)].choose->text();
    m_studio.session().edit(tr("shape of the result: %1").arg(inSentence(text)), [&](Recipe& recipe) {
        recipe.plan.uniform = shape == kUniform;
        const std::string format = shape == kUniform ? kOrdinary : shape == kPadded ? kFilledUp : kAsItIs;
        const auto at = std::find_if(recipe.exports.begin(), recipe.exports.end(),
                                     [](const Recipe::Export& e) { return isFolderOfOurs(e.format); });
        if (at == recipe.exports.end())
            recipe.exports.insert(recipe.exports.begin(), {format, Recipe::Export{}.dtype});
        else
            at->format = format;
    });
}

}  // namespace lorashear::ui
