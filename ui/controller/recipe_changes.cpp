#include "ui/controller/recipe_changes.h"

#include "core/run/recipe_values.h"
#include "ui/theme/tr.h"

#include <QStringList>

#include <map>

namespace lorashear::ui {

namespace {

constexpr qsizetype kLongestShown = 24;

/// 0.30000000000000004 is nothing that a person wrote.
QString shownValue(const std::string& text) {
    bool number = false;
    const QString words = QString::fromStdString(text);
    const double value = words.toDouble(&number);
    return number && words.contains(QLatin1Char('.')) ? QString::number(value, 'g', 6) : words;
}

QString shortValue(const QString& value) {
    if (value.isEmpty()) return QStringLiteral("–");
    return value.size() <= kLongestShown ? value : value.left(kLongestShown - 1) + QStringLiteral("…");
}

}  // namespace

std::vector<SettingChange> changesBetween(const Recipe& before, const Recipe& after) {
    std::vector<SettingChange> changes;
    try {
        std::map<std::string, std::string> from;
        for (const RecipeValue& value : recipeValues(before)) from[value.pointer] = value.text;
        for (const RecipeValue& value : recipeValues(after)) {
            const auto was = from.find(value.pointer);
            const QString former = was == from.end() ? QString() : shownValue(was->second), now = shownValue(value.text);
            if (former != now) changes.push_back({QString::fromStdString(value.pointer), former, now});
            if (was != from.end()) from.erase(was);
        }
        for (const auto& [pointer, text] : from)
            if (!text.empty()) changes.push_back({QString::fromStdString(pointer), shownValue(text), {}});
    } catch (const Error&) {  // a value that is refused elsewhere
        changes.clear();
    }
    return changes;
}

QString changeWords(const SettingChange& change) {
    QString name;
    for (const QString& part : change.pointer.split(QLatin1Char('/'), Qt::SkipEmptyParts)) {
        bool index = false;
        part.toInt(&index);
        if (!index) name = part;
    }
    return tr("%1 %2 → %3")
        .arg(name.replace(QLatin1Char('_'), QLatin1Char(' ')), shortValue(change.from), shortValue(change.to));
}

}  // namespace lorashear::ui
