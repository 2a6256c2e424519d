#include "ui/controller/export_rounding.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace lorashear::ui {

std::optional<ExportRounding> exportRounding(const QString& folder) {
    QFile file(QDir(folder).filePath(QStringLiteral("pruning.json")));
    if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
    const QJsonObject rounding =
        QJsonDocument::fromJson(file.readAll()).object().value(QLatin1String("rounding")).toObject();
    if (rounding.isEmpty()) return std::nullopt;
    return ExportRounding{rounding.value(QLatin1String("to")).toString(),
                          rounding.value(QLatin1String("max_abs_logit_difference")).toDouble(),
                          rounding.value(QLatin1String("max_abs_logit")).toDouble()};
}

}  // namespace lorashear::ui
