#include "ui/pages/protect_rules.h"

#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"
#include "ui/widgets/pieces.h"

#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStringList>

#include <algorithm>
#include <map>

namespace lorashear::ui {

namespace {

bool takesPart(const NodeGroup& group) {
    const Unit* unit = unitOf(group);
    return unit && group.layer >= 0 && (group.prunable || group.cuttable);
}

/// "layers.3.attention" of layer 3: "layers.3.*"; "" where the name does not hold its layer.
std::string patternOfLayer(const NodeGroup& group) {
    const std::string number = '.' + std::to_string(group.layer) + '.';
    const auto at = group.name.find(number);
    return at == std::string::npos ? std::string() : group.name.substr(0, at + number.size()) + '*';
}

void addRule(std::vector<ReadyRule>& rules, ReadyRule rule) {
    std::erase(rule.patterns, std::string());
    std::sort(rule.patterns.begin(), rule.patterns.end());
    rule.patterns.erase(std::unique(rule.patterns.begin(), rule.patterns.end()), rule.patterns.end());
    if (!rule.patterns.empty()) rules.push_back(std::move(rule));
}

void protectBy(Session& session, const ReadyRule& rule) {
    session.edit(tr("protect by rule: %1").arg(rule.title), [&](Recipe& recipe) {
        std::vector<std::string>& kept = recipe.plan.protect;
        for (const std::string& pattern : rule.patterns)
            if (std::find(kept.begin(), kept.end(), pattern) == kept.end()) kept.push_back(pattern);
    });
}

}  // namespace

std::vector<ReadyRule> readyRules(const Structure& structure) {
    std::vector<ReadyRule> rules;
    int last = -1;
    for (const NodeGroup& group : structure.nodeGroups)
        if (takesPart(group)) last = std::max(last, group.layer);
    ReadyRule ends{"ends", tr("First and last block"), {}};
    std::map<const Unit*, std::vector<std::string>> ofUnit;
    for (const NodeGroup& group : structure.nodeGroups) {
        if (!takesPart(group)) continue;
        if (group.layer == 0 || group.layer == last) ends.patterns.push_back(patternOfLayer(group));
        if (const auto dot = group.name.rfind('.'); dot != std::string::npos)
            ofUnit[unitOf(group)].push_back('*' + group.name.substr(dot));
    }
    addRule(rules, std::move(ends));
    for (const Unit& unit : unitTable())
        if (const auto at = ofUnit.find(&unit); at != ofUnit.end())
            addRule(rules, {unit.id, tr("All of %1").arg(coreText(unit.title)), std::move(at->second)});
    return rules;
}

QPushButton* makeProtectRules(Session& session, QLineEdit* line, QWidget* parent) {
    QPushButton* button = makeButton(
        QStringLiteral("protectRules"), tr("Add a rule"),
        tr("Ready rules, each one undoable edit; * stands for any characters, re: begins a regular expression, a comma the next rule"),
        parent);
    button->setProperty("compact", true);
    auto* menu = new QMenu(button);
    menu->setObjectName(QStringLiteral("protectRulesMenu"));
    button->setMenu(menu);
    const auto fill = [menu, line, &session] {
        menu->clear();
        if (session.structure())
            for (const ReadyRule& rule : readyRules(*session.structure())) {
                QStringList patterns;
                for (const std::string& pattern : rule.patterns) patterns << QString::fromStdString(pattern);
                QAction* action = menu->addAction(tr("%1 (%2)").arg(rule.title, patterns.join(QStringLiteral(", "))));
                action->setObjectName(QStringLiteral("rule_") + QString::fromStdString(rule.id));
                QObject::connect(action, &QAction::triggered, menu, [&session, rule] { protectBy(session, rule); });
            }
        menu->addSeparator();
        QAction* expression = menu->addAction(tr("A regular expression…"));
        expression->setObjectName(QStringLiteral("rule_expression"));
        QObject::connect(expression, &QAction::triggered, line, [line] {
            line->setText(line->text().isEmpty() ? QStringLiteral("re:") : line->text() + QStringLiteral(", re:"));
            line->setFocus(Qt::OtherFocusReason);
            line->end(false);
        });
    };
    QObject::connect(menu, &QMenu::aboutToShow, menu, fill);
    fill();
    return button;
}

QString legalCounts(const Session& session) {
    if (!session.structure()) return {};
    QStringList words;
    for (const Unit& unit : unitTable()) {
        const auto settings = session.recipe().plan.units.find(unit.id);
        if (!unit.fades || settings == session.recipe().plan.units.end() || !settings->second.take) continue;
        int whole = 0;
        for (const NodeGroup& group : session.structure()->nodeGroups)
            if (unitOf(group) == &unit && group.prunable) whole = whole ? std::min(whole, group.count) : group.count;
        if (whole == 0) continue;
        const int step = std::max(1, settings->second.divisor);
        const int least = (std::max(1, settings->second.minimum) + step - 1) / step * step;
        const QString many = coreText(unit.many);
        if (least >= whole)
            words << tr("%1: %2").arg(many, formatInteger(whole));
        else if (step == 1)
            words << tr("%1: %2 to %3").arg(many, formatInteger(least), formatInteger(whole));
        else
            words << tr("%1: %2, %3 … %4 and all %5")
                         .arg(many, formatInteger(least), formatInteger(least + step),
                              formatInteger((whole - 1) / step * step), formatInteger(whole));
    }
    return words.isEmpty() ? QString() : tr("Legal counts of each block: %1.").arg(words.join(QStringLiteral("; ")));
}

}  // namespace lorashear::ui
