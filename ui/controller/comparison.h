#pragma once

#include "ui/controller/run_state.h"

#include <QString>

#include <vector>

namespace lorashear::ui {

/// One line of the before/after table: the same measurement of each model under one protocol.
struct ComparisonRow {
    QString name, protocol;
    QString before, pruned, after;  ///< in words with unit and spread; "" not measured
    QString change;                 ///< after against before: "-20.1 %", "×1.24"
    bool estimate = false;
};

/// Sizes and speeds first, as the engine named them, then perplexity per text with retention. A pure function.
std::vector<ComparisonRow> compareModels(const RunState& run);
QString comparisonMarkdown(const std::vector<ComparisonRow>& rows);
QString comparisonCsv(const std::vector<ComparisonRow>& rows);

}  // namespace lorashear::ui
