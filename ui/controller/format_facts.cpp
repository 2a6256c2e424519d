#include "ui/controller/format_facts.h"

#include "core/base/stage.h"
#include "core/loadability/rules.h"
#include "ui/controller/export_choice.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <cmath>
#include <map>

namespace lorashear::ui {

namespace {

/// How a format changes shapes, and who reads it.
enum class Shapes { AsIs, Equal, Original };
struct Kind {
    Shapes shapes = Shapes::AsIs;
    bool llamaCpp = false, folder = true, ownCode = false;
};

Kind kindOf(const std::string& format) {
    static const std::map<std::string, Kind> kKinds = {
        {"huggingface", {}},
        {"huggingface-code", {Shapes::AsIs, false, true, true}},
        {"padded", {Shapes::Equal, false, true, false}},
        {"merged", {Shapes::Equal, false, true, false}},
        {"zeroed", {Shapes::Original, false, true, false}},
        {"gguf", {Shapes::AsIs, true, false, false}},
        {"lorashear", {Shapes::AsIs, false, false, false}},
    };
    const auto at = kKinds.find(format);
    return at == kKinds.end() ? Kind{Shapes::AsIs, false, false, false} : at->second;
}

/// Bytes of one weight; 0 for the original's own. Block types: their scales and minima count (GGUF: 34 bytes for 32 weights, 18 for 32, 144 for 256).
double bytesPerWeight(const std::string& dtype) {
    static const std::map<std::string, double> kBytes = {{"F32", 4},          {"BF16", 2},         {"F16", 2},
                                                         {"Q8_0", 34.0 / 32}, {"Q4_0", 18.0 / 32}, {"Q4_K_M", 144.0 / 256}};
    const auto at = kBytes.find(dtype);
    return at == kBytes.end() ? 0 : at->second;
}

std::vector<int> removedCounts(const Session& session) {
    std::vector<int> removed;
    for (const NodeGroup& group : session.structure()->nodeGroups) removed.push_back(session.run().zeroCount(group.id));
    return removed;
}

/// As the run measured its result; below 0: it did not.
double measuredParameters(const RunState& run) {
    double found = -1;
    for (const event::Measurement& m : run.measurements)
        if (m.name == "parameters" && m.model != roleName(ModelRole::Dense)) found = m.value;
    return found;
}

void fillPrograms(FormatFacts& facts, const Kind& kind, const ModelShape& shape) {
    const bool ours = !kind.llamaCpp && !kind.folder;
    if (ours) facts.opens << tr("this program");
    if (ours) return;
    for (const LoadVerdict& verdict : LoadabilityRules::builtin().verdicts(shape)) {
        if ((verdict.id.rfind("llamacpp", 0) == 0) != kind.llamaCpp) continue;
        const QString title = coreText(verdict.title);
        if (verdict.loads == Loads::Yes) facts.opens << title;
        if (verdict.loads == Loads::WithCustomCode && kind.ownCode) facts.partly << title;
    }
}

/// What the run wrote at its end, by its own account; what the window wrote since has the last word.
void fillCertificate(FormatFacts& facts, const RunState& run) {
    using Certificate = FormatFacts::Certificate;
    const QJsonObject result = QJsonDocument::fromJson(QByteArray::fromStdString(run.finished->resultJson)).object();
    for (const QJsonValue value : result.value(QLatin1String("exports")).toArray()) {
        const QJsonObject written = value.toObject();
        if (written.value(QLatin1String("format")).toString().toStdString() != facts.format.id) continue;
        const bool refused = written.contains(QLatin1String("refused"));
        facts.certificate = refused ? Certificate::Refused : Certificate::Passed;
        facts.certificateTip = written.value(QLatin1String(refused ? "refused" : "path")).toString();
    }
    const auto since = run.exported.find(facts.format.id);
    if (since == run.exported.end()) return;
    facts.certificate = since->second.passed ? Certificate::Passed : Certificate::Failed;
    facts.certificateTip = QString::fromStdString(
        since->second.passed || since->second.problem.empty() ? since->second.path : since->second.problem);
}

}  // namespace

std::vector<int> paddedCounts(const Structure& structure, std::vector<int> removed) {
    std::map<UnitKind, int> kept;
    for (const NodeGroup& group : structure.nodeGroups)
        kept[group.unit] = std::max(kept[group.unit], group.count - removed[std::size_t(group.id)]);
    for (const NodeGroup& group : structure.nodeGroups)
        removed[std::size_t(group.id)] = std::max(0, group.count - kept[group.unit]);
    return removed;
}

double parametersAfter(const Structure& structure, const std::vector<int>& removed) {
    std::vector<GroupRef> groups;
    for (const NodeGroup& group : structure.nodeGroups)
        for (int j = 0; j < removed[std::size_t(group.id)]; ++j) groups.push_back({group.id, j});
    return double(structure.parameters - removedParameters(structure, groups));
}

std::vector<FormatFacts> compareFormats(const Session& session, const std::string& dtype) {
    const RunState& run = session.run();
    const bool complete = session.model() && session.structure() && run.finished &&
                          run.finished->outcome == event::Finished::Outcome::Completed;
    std::vector<FormatFacts> all;
    for (const ExportFormat& format : exportFormats()) all.push_back({format, false, {}, -1, {}, {}, {}, {}, {}});
    if (!complete) return all;
    const Structure& structure = *session.structure();
    const ModelShape result = resultShape(session), before = shapeOf(session.model()->config);
    const std::vector<int> none(structure.nodeGroups.size(), 0), removed = removedCounts(session),
                                                                 equal = paddedCounts(structure, removed);
    const double measured = measuredParameters(run), asIs = measured > 0 ? measured : parametersAfter(structure, removed);
    // A run that cut more than the groups of its log (blocks, tokens): what zeros would fill up is not known here.
    const bool whole = measured < 0 || std::abs(measured - parametersAfter(structure, removed)) < 1;
    for (FormatFacts& facts : all) {
        const Kind kind = kindOf(facts.format.id);
        facts.known = true;
        facts.obstacle = exportObstacle(facts.format.id, result, before);
        double parameters = kind.shapes == Shapes::AsIs       ? asIs
                            : kind.shapes == Shapes::Original ? double(structure.parameters)
                            : whole                           ? parametersAfter(structure, equal)
                                                              : -1;
        const auto& types = facts.format.dtypes;
        const std::string type = std::find(types.begin(), types.end(), dtype) == types.end() ? "source" : dtype;
        const double each = bytesPerWeight(type) > 0 ? bytesPerWeight(type)
                                                     : double(session.model()->weightBytes) / double(structure.parameters);
        if (parameters > 0) facts.bytes = parameters * each;
        facts.dtype = QString::fromStdString(type);
        if (facts.possible()) {
            const ModelShape shape = kind.shapes == Shapes::AsIs ? result
                                     : kind.shapes == Shapes::Original
                                         ? before
                                         : shapeAfter(session.model()->config, structure, equal);
            fillPrograms(facts, kind, shape);
        }
        fillCertificate(facts, run);
    }
    return all;
}

QString certificateWord(FormatFacts::Certificate certificate) {
    switch (certificate) {
        case FormatFacts::Certificate::None: return tr("– not written");
        case FormatFacts::Certificate::Passed: return tr("✓ verified");
        case FormatFacts::Certificate::Failed: return tr("✗ failed");
        case FormatFacts::Certificate::Refused: return tr("✗ refused");
    }
    return {};
}

}  // namespace lorashear::ui
