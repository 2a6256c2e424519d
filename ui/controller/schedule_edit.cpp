#include "ui/controller/schedule_edit.h"

#include "core/base/error.h"
#include "core/prune/method_table.h"
#include "core/run/recipe_help.h"
#include "core/run/recipe_schedule.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"

#include <QCoreApplication>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>

namespace lorashear::ui {

namespace {

constexpr const char* kMethodOptions = "/method/options/";
constexpr const char* kPhases = "/recovery/phases/";

std::vector<SchedulePhase> scheduleNow(const Session& session) {
    try {
        return recipeSchedule(session.recipe());
    } catch (const Error&) {  // said where the recipe is checked
        return {};
    }
}

/// The number between the slashes of "/recovery/phases/1/max_rounds".
std::size_t phaseNumber(const std::string& pointer) {
    return std::size_t(QString::fromStdString(pointer).section(QLatin1Char('/'), 3, 3).toUInt());
}

void put(Recipe& recipe, const std::string& pointer, int value) {
    if (pointer.starts_with(kMethodOptions)) {
        QJsonObject options = QJsonDocument::fromJson(QByteArray::fromStdString(recipe.method.optionsJson)).object();
        options.insert(QString::fromStdString(pointer.substr(std::string(kMethodOptions).size())), value);
        recipe.method.optionsJson = QJsonDocument(options).toJson(QJsonDocument::Compact).toStdString();
    } else if (const std::size_t phase = phaseNumber(pointer); phase < recipe.recovery.phases.size()) {
        recipe.recovery.phases[phase].maxRounds = value;
    }
}

void set(Session& session, const SchedulePhase& phase, const PhaseSetting& setting, double value, const QString& key) {
    const int allowed = int(std::llround(std::clamp(value, setting.about.range.least, setting.about.range.most)));
    if (allowed == setting.value) return;
    session.edit(
        QCoreApplication::translate("lorashear::ui::ScheduleEdit", "length of %1").arg(phaseWord(phase.name)),
        [&](Recipe& recipe) { put(recipe, phase.setting, allowed); }, key);
}

}  // namespace

std::optional<PhaseSetting> phaseSetting(const Session& session, const std::vector<SchedulePhase>& schedule,
                                         std::size_t phase) {
    if (phase >= schedule.size() || schedule[phase].setting.empty() || schedule[phase].each <= 0) return std::nullopt;
    const std::string& pointer = schedule[phase].setting;
    const int value = int(schedule[phase].steps / schedule[phase].each);
    if (pointer.starts_with(kPhases)) return PhaseSetting{recipeSetting("/recovery/phases/*/max_rounds"), value};
    for (const Setting& setting : methodInfo(session.recipe().method.id).options.settings)
        if (pointer == kMethodOptions + setting.key) return PhaseSetting{setting, value};
    return std::nullopt;
}

void endPhaseAt(Session& session, std::size_t phase, double step, const QString& drag) {
    const std::vector<SchedulePhase> schedule = scheduleNow(session);
    const auto setting = phaseSetting(session, schedule, phase);
    if (!setting) return;
    double others = 0, each = 0;  // steps up to the end of the phase that stay, and those that one more of the setting adds
    for (std::size_t i = 0; i <= phase; ++i)
        if (schedule[i].setting == schedule[phase].setting)
            each += double(schedule[i].each);
        else
            others += double(schedule[i].steps);
    set(session, schedule[phase], *setting, (step - others) / each, drag);
}

void lengthenPhase(Session& session, std::size_t phase, int more) {
    const std::vector<SchedulePhase> schedule = scheduleNow(session);
    if (const auto setting = phaseSetting(session, schedule, phase))
        set(session, schedule[phase], *setting, setting->value + more, {});
}

}  // namespace lorashear::ui
