#include "ui/theme/format.h"

#include "core/base/stage.h"
#include "core/trace/structure.h"
#include "ui/theme/tr.h"

#include <QCoreApplication>
#include <QHash>
#include <QLocale>

#include <algorithm>
#include <array>
#include <cmath>

namespace lorashear::ui {

namespace {

QString scaled(double value, const std::array<const char*, 5>& units) {
    std::size_t unit = 0;
    while (std::abs(value) >= 999.5 && unit + 1 < units.size()) {
        value /= 1000;
        ++unit;
    }
    const int decimals = unit == 0 ? 0 : std::abs(value) < 10 ? 2 : std::abs(value) < 100 ? 1 : 0;
    const QString number = QLocale().toString(value, 'f', decimals);
    return *units[unit] ? QStringLiteral("%1 %2").arg(number, QString::fromUtf8(units[unit])) : number;
}

}  // namespace

QString formatNumber(double value, int digits) {
    if (std::isnan(value)) return tr("not a number");
    if (std::isinf(value)) return tr("infinite");
    if (value == 0) return QLocale().toString(0);
    if (std::abs(value) < 1e-3 || std::abs(value) >= 1e6) return QLocale().toString(value, 'g', digits);
    const int whole =
        int(std::floor(std::log10(std::abs(value)))) + 1;  // below 0 for zeros after the point: they are no digits
    return QLocale().toString(value, 'f', std::max(0, digits - whole));
}

QString formatInteger(qint64 value) {
    return QLocale().toString(value);
}

QString formatCount(double value) {
    return scaled(value, {"", "K", "M", "B", "T"});
}

QString formatBytes(double bytes) {
    return scaled(bytes, {"B", "kB", "MB", "GB", "TB"});
}

QString formatPercent(double share, int decimals) {
    return tr("%1 %").arg(QLocale().toString(share * 100, 'f', decimals));
}

QString formatSeconds(double seconds) {
    const qint64 whole = qint64(std::llround(std::max(0.0, seconds)));
    if (whole < 60) return tr("%1 s").arg(whole);
    if (whole < 3600) return tr("%1 min %2 s").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
    return tr("%1 h %2 min").arg(whole / 3600).arg(whole / 60 % 60, 2, 10, QLatin1Char('0'));
}

QString formatMeasured(double value, const std::string& unit) {
    static const QHash<QString, QString (*)(double)> kByUnit = {
        {QStringLiteral("bytes"), [](double v) { return formatBytes(v); }},
        {QStringLiteral("B"), [](double v) { return formatBytes(v); }},
        {QStringLiteral("parameters"), [](double v) { return formatInteger(qint64(v)); }},
        {QStringLiteral("share"), [](double v) { return formatPercent(v); }},
        {QStringLiteral("FLOPs"),
         [](double v) {
             return scaled(v, {"FLOPs", "kFLOPs", "MFLOPs", "GFLOPs", "TFLOPs"});
         }},
        {QStringLiteral("FLOP"),
         [](double v) {
             return scaled(v, {"FLOPs", "kFLOPs", "MFLOPs", "GFLOPs", "TFLOPs"});
         }},
    };
    const QString name = QString::fromStdString(unit);
    const auto special = kByUnit.find(name);
    if (special != kByUnit.end()) return (*special)(value);
    const bool whole = value == std::floor(value) && std::abs(value) < 1e15;
    const QString number = whole && std::abs(value) >= 1000 ? formatInteger(qint64(value))
                           : std::abs(value) >= 1000        ? QLocale().toString(value, 'f', 0)
                                                            : formatNumber(value);
    return name.isEmpty() ? number : QStringLiteral("%1 %2").arg(number, name);
}

QString modelWord(const std::string& model) {
    // In the order of ModelRole.
    static constexpr std::array kWords{
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "original"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "cut at once"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "pruned"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "recovered"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "original, same training"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "checkpoint"),
    };
    static_assert(kWords.size() == kRoleNames.size());
    const auto role = std::find(kRoleNames.begin(), kRoleNames.end(), model);
    return role == kRoleNames.end() ? QString::fromStdString(model) : tr(kWords[std::size_t(role - kRoleNames.begin())]);
}

QString stageWord(const std::string& stage) {
    // In the order of Stage.
    static constexpr std::array kWords{
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Opening the model"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Tracing"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Measuring the original"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Measuring knowledge"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Planning"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Cutting what goes at once"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Pruning"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Making the compact model"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Recovering"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Evaluating"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Training the original as long"),
        QT_TRANSLATE_NOOP("lorashear::ui::Format", "Exporting"),
    };
    static_assert(kWords.size() == kStageNames.size());
    const std::optional<Stage> known = stageNamed(stage);
    return known ? tr(kWords[std::size_t(*known)]) : QString::fromStdString(stage);
}

QString inSentence(const QString& label) {
    const QString first = label.section(QLatin1Char(' '), 0, 0);
    if (first.isEmpty() || first.mid(1) != first.mid(1).toLower()) return label;
    return first.toLower() + label.mid(first.size());
}

QString tokenWord(QString token) {
    return token.replace(QLatin1Char('\n'), QLatin1String("\\n"))
        .replace(QLatin1Char('\r'), QLatin1String("\\r"))
        .replace(QLatin1Char('\t'), QLatin1String("\\t"));
}

QString countWord(const QString& many, qint64 count) {
    return count == 1 && many.size() > 2 && many.endsWith(QLatin1Char('s')) ? many.chopped(1) : many;
}

QString coreText(const std::string& text) {
    return text.empty() ? QString()
                        : QCoreApplication::translate("core", text.c_str());  // "" would ask for the file's header
}

QString phaseWord(const std::string& phase) {
    const std::size_t number = phase.find_last_not_of("0123456789");
    if (number == std::string::npos || number + 1 == phase.size() || phase[number] != ' ') return coreText(phase);
    return coreText(phase.substr(0, number)) + QString::fromStdString(phase.substr(number));
}

QString unitWord(int unitKind) {
    return coreText(unitKindRow(UnitKind(unitKind)).many);
}

}  // namespace lorashear::ui
