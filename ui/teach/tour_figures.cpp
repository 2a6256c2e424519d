#include "ui/teach/tour_figures.h"

#include "ui/controller/studio.h"
#include "ui/teach/tour_actions.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QDir>
#include <QRegularExpression>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

namespace lorashear::ui {

namespace {

/// "" stands for: not known yet.
struct Figure {
    const char* name;
    QString (*value)(const TourContext& context);
};

const Session& sessionOf(const TourContext& context) {
    return context.studio.session();
}

const NodeGroup* chosenGroup(const TourContext& context) {
    const Session& session = sessionOf(context);
    const int id = session.selection().nodeGroup;
    const bool valid = session.structure() && id >= 0 && id < int(session.structure()->nodeGroups.size());
    return valid ? &session.structure()->nodeGroups[std::size_t(id)] : nullptr;
}

int tensorsOf(const NodeGroup& group) {
    std::set<std::string> tensors;
    for (const auto* slices : {&group.primary, &group.secondary})
        for (const GroupSlice& slice : *slices) tensors.insert(slice.tensor);
    return int(tensors.size());
}

QString textOrNothing(double value) {
    return value >= 0 && std::isfinite(value) ? formatNumber(value) : QString();
}

/// "+17.2 %": how much worse than the original; "" if one is not known.
QString worse(double value, double original) {
    if (!(value > 0) || !(original > 0)) return {};
    const double change = value / original - 1;
    return (change >= 0 ? QStringLiteral("+") : QString()) + formatPercent(change);
}

TourRun shownRun(const TourContext& context) {
    return tourRunOf(sessionOf(context), sessionOf(context).recipe());
}

TourRun runAt(const TourContext& context, std::size_t index) {
    return index < context.runs.size() ? context.runs[index] : TourRun{};
}

const std::vector<Figure>& table() {
    using Context = const TourContext&;
    static const std::vector<Figure> kFigures = {
        {"model.name",
         [](Context c) {
             const auto& model = sessionOf(c).model();
             return model ? QDir(QString::fromStdString(model->path)).dirName() : QString();
         }},
        {"model.parameters",
         [](Context c) {
             return sessionOf(c).structure() ? formatInteger(sessionOf(c).structure()->parameters) : QString();
         }},
        {"model.operators",
         [](Context c) {
             return sessionOf(c).structure() ? formatInteger(qint64(sessionOf(c).structure()->graph.nodes.size()))
                                             : QString();
         }},
        {"model.nodegroups",
         [](Context c) {
             return sessionOf(c).structure() ? formatInteger(qint64(sessionOf(c).shownNodeGroups().size())) : QString();
         }},
        {"chosen.name",
         [](Context c) {
             const NodeGroup* group = chosenGroup(c);
             return group ? QString::fromStdString(group->name) : QString();
         }},
        {"chosen.groups",
         [](Context c) {
             const NodeGroup* group = chosenGroup(c);
             return group ? QStringLiteral("%1 %2").arg(formatInteger(group->count),
                                                        countWord(unitWord(int(group->unit)), group->count))
                          : QString();
         }},
        {"chosen.tensors",
         [](Context c) {
             const NodeGroup* group = chosenGroup(c);
             return group ? formatInteger(tensorsOf(*group)) : QString();
         }},
        {"chosen.parameters",
         [](Context c) {
             const NodeGroup* group = chosenGroup(c);
             return group ? formatInteger(group->parametersPerGroup) : QString();
         }},
        {"plan.share",
         [](Context c) {
             return sessionOf(c).plan().plan ? formatPercent(sessionOf(c).plan().plan->expectedRatio) : QString();
         }},
        {"plan.groups",
         [](Context c) {
             return sessionOf(c).plan().plan ? formatInteger(sessionOf(c).plan().plan->removed()) : QString();
         }},
        {"original.perplexity", [](Context c) { return textOrNothing(c.intact); }},
        {"atonce.perplexity", [](Context c) { return textOrNothing(c.masked); }},
        {"atonce.worse", [](Context c) { return worse(c.masked, c.intact); }},
        {"run.step",
         [](Context c) {
             return sessionOf(c).run().steps.empty() ? QString() : formatInteger(qint64(sessionOf(c).run().lastStep()));
         }},
        {"run.loss",
         [](Context c) {
             return sessionOf(c).run().smoothLoss.empty() ? QString() : textOrNothing(sessionOf(c).run().smoothLoss.back());
         }},
        {"run.zero",
         [](Context c) {
             return sessionOf(c).run().steps.empty() ? QString() : formatInteger(qint64(sessionOf(c).run().zero.size()));
         }},
        {"run.text", [](Context c) { return shownRun(c).measuredOn; }},
        {"run.original", [](Context c) { return textOrNothing(shownRun(c).original); }},
        {"run.pruned", [](Context c) { return textOrNothing(shownRun(c).pruned); }},
        {"run.pruned.worse", [](Context c) { return worse(shownRun(c).pruned, shownRun(c).original); }},
        {"run.recovered", [](Context c) { return textOrNothing(shownRun(c).recovered); }},
        {"run.recovered.worse", [](Context c) { return worse(shownRun(c).recovered, shownRun(c).original); }},
        {"recovery.text", [](Context c) { return recoveryTexts(sessionOf(c).recipe()); }},
        {"first.text", [](Context c) { return runAt(c, 0).recoveredOn; }},
        {"first.measured", [](Context c) { return runAt(c, 0).measuredOn; }},
        {"first.original", [](Context c) { return textOrNothing(runAt(c, 0).original); }},
        {"first.pruned", [](Context c) { return textOrNothing(runAt(c, 0).pruned); }},
        {"first.recovered", [](Context c) { return textOrNothing(runAt(c, 0).recovered); }},
        {"second.text", [](Context c) { return runAt(c, 1).recoveredOn; }},
        {"second.pruned", [](Context c) { return textOrNothing(runAt(c, 1).pruned); }},
        {"second.recovered", [](Context c) { return textOrNothing(runAt(c, 1).recovered); }},
    };
    return kFigures;
}

const QRegularExpression& pattern() {
    static const QRegularExpression kPattern(QStringLiteral("\\{([^{}]*)\\}"));
    return kPattern;
}

const Figure* figure(const QString& name) {
    const auto at =
        std::find_if(table().begin(), table().end(), [&](const Figure& f) { return name == QLatin1String(f.name); });
    return at == table().end() ? nullptr : &*at;
}

}  // namespace

bool isTourFigure(const QString& name) {
    return figure(name) != nullptr;
}

QStringList tourFigures() {
    QStringList names;
    for (const Figure& one : table()) names << QString::fromLatin1(one.name);
    return names;
}

QStringList figuresIn(const QString& text) {
    QStringList names;
    for (auto all = pattern().globalMatch(text); all.hasNext();) names << all.next().captured(1);
    return names;
}

QString withFigures(const QString& text, const TourContext& context) {
    QString told;
    qsizetype at = 0;
    for (auto all = pattern().globalMatch(text); all.hasNext();) {
        const QRegularExpressionMatch match = all.next();
        const Figure* asked = figure(match.captured(1));
        const QString value = asked ? asked->value(context) : QString();
        told += text.mid(at, match.capturedStart() - at) + (value.isEmpty() ? tr("(not known yet)") : value);
        at = match.capturedEnd();
    }
    return told + text.mid(at);
}

}  // namespace lorashear::ui
