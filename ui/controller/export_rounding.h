#pragma once

#include <QString>

#include <optional>

namespace lorashear::ui {

/// What rounding what was merged (factors, adapters) cost an export.
struct ExportRounding {
    QString to;             ///< stored type: "BF16"
    double difference = 0;  ///< largest, of any logit
    double largest = 0;     ///< logit
};

/// As pruning.json in the export's folder has it; nothing where nothing was rounded, or there is no such folder.
std::optional<ExportRounding> exportRounding(const QString& folder);

}  // namespace lorashear::ui
