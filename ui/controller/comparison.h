#pragma once

#include "ui/controller/model_figures.h"

#include <QString>
#include <QStringList>

#include <cmath>
#include <limits>
#include <vector>

namespace lorashear::ui {

/// One number of one model, in words and plain. What was not measured says so and has no value: it is never zero.
struct ComparisonCell {
    static constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    QString text;     ///< with unit, spread and what it is of the original's: "5.300 · × 1.18 (1.16 to 1.19)"
    QString toolTip;  ///< how it was measured, and why there is no interval where there is none
    double value = kNone, spread = 0;
    double ratio = kNone, low = kNone, high = kNone;  ///< of a perplexity: times the original's, and the 95 % interval of it
    bool measured() const { return std::isfinite(value); }
};

/// The same measurement of each model under one protocol: under another one it is a row of its own.
struct ComparisonRow {
    QString name, unit, protocol;
    std::vector<ComparisonCell> cells;  ///< one a column
};

/// A column: a model's figures and the original's as the same run measured them, so that what is held against each other was measured in turn.
struct ComparedColumn {
    QString title;
    const ModelFigures* figures = nullptr;       ///< null: nothing was measured
    const ModelFigures* original = nullptr;      ///< null: it is the original, or that was not measured
    std::vector<event::Measurement> divergence;  ///< from the original, as command::MeasureDivergence said it
    bool isOriginal = false;
    QString whyNoDivergence{};  ///< why the engine could not measure that, as it goes on after "it"; empty: it was not asked
};

/// Sizes, speeds and tasks first, as the engine named them, then perplexity of each text and protocol, last how far models are from the original. Intervals
/// are those of paired differences (core/eval/paired.h), over windows that both models of a run were measured on. A pure function.
std::vector<ComparisonRow> compareModels(const std::vector<ComparedColumn>& columns);

QString notMeasured();  ///< what an absent figure says
/// Plain numbers with a point for decimals, empty where nothing was measured; spreads and intervals are lines of their own below their numbers.
QString comparisonCsv(const QStringList& titles, const std::vector<ComparisonRow>& rows);

}  // namespace lorashear::ui
