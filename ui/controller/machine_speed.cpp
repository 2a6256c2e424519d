#include "ui/controller/machine_speed.h"

#include <QJsonDocument>
#include <QJsonObject>

namespace lorashear::ui {

std::optional<MachineSpeed> machineSpeedOf(const std::string& resultJson) {
    const QJsonObject found = QJsonDocument::fromJson(QByteArray::fromStdString(resultJson)).object();
    MachineSpeed speed;
    speed.fp32Gflops = found.value(QStringLiteral("fp32_gflops")).toDouble();
    speed.bf16Gflops = found.value(QStringLiteral("bf16_gflops")).toDouble();
    speed.mixedPays = found.value(QStringLiteral("mixed_pays")).toBool();
    speed.threads = found.value(QStringLiteral("threads")).toInt();
    speed.cores = found.value(QStringLiteral("cores")).toInt();
    speed.cudaProblem = found.value(QStringLiteral("cuda")).toString();
    return speed.fp32Gflops > 0 ? std::optional<MachineSpeed>(speed) : std::nullopt;
}

}  // namespace lorashear::ui
