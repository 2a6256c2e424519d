#include "ui/controller/export_choice.h"

#include "core/loadability/rules.h"
#include "ui/controller/session.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>
#include <map>

namespace lorashear::ui {

namespace {

LoadVerdict stockVerdict(const ModelShape& shape) {
    return LoadabilityRules::builtin().verdict(shape, "transformers5");
}

QString inTheWay(const LoadVerdict& verdict) {
    QString text = coreText(verdict.rule);
    if (!verdict.detail.empty()) text += QStringLiteral(" (%1)").arg(QString::fromStdString(verdict.detail));
    return text;
}

QString ofVanilla(const ModelShape& shape) {
    const LoadVerdict verdict = stockVerdict(shape);
    if (verdict.loads == Loads::Yes) return {};
    return tr("Stock programs do not open it: %1. Snap the plan and run again, or pad it.").arg(inTheWay(verdict));
}

QString ofCode(const ModelShape& shape) {
    const LoadVerdict verdict = stockVerdict(shape);
    if (verdict.loads != Loads::No) return {};
    return tr("Our modelling file does not help either: %1.").arg(inTheWay(verdict));
}

QString ofExperts(const ModelShape& shape) {
    const LayerShape* routed = nullptr;
    for (const LayerShape& layer : shape.layers) {
        if (layer.routed() && !routed) routed = &layer;
        if (routed && layer.routed() && layer.experts.size() != routed->experts.size())
            return tr("Layers have different numbers of experts, and an expert of zeros would still be chosen.");
    }
    return {};
}

/// What zeros cannot make equal.
QString ofPadded(const ModelShape& shape) {
    const LayerShape* attends = nullptr;
    for (const LayerShape& layer : shape.layers) {
        if (layer.kvHeads > 0 && !attends) attends = &layer;
        if (attends && layer.heads * attends->kvHeads != attends->heads * layer.kvHeads)
            return tr(
                "Layers have different numbers of query heads for each key/value head, which zeros do not make equal.");
    }
    return ofExperts(shape);
}

QString ofZeroed(const ModelShape& shape, const ModelShape& before) {
    for (std::size_t i = 0; i < std::min(shape.layers.size(), before.layers.size()); ++i)
        if (shape.layers[i].experts.size() < before.layers[i].experts.size())
            return tr("Experts were removed, and the router would choose an expert of zeros.");
    if (shape.factored > before.factored) return tr("Linears were factored, and zeros do not bring the whole ones back.");
    return shape.vocabulary < before.vocabulary ? tr("Tokens were removed: one of zeros would have a logit of 0, not none.")
                                                : QString();
}

/// Uneven layers are filled up or written as deci: what stands in the way is what already did before pruning.
QString ofGguf(const ModelShape& shape, const ModelShape& before) {
    if (shape.factored > 0)
        return tr("llama.cpp does not compute factored linears. Write it as merged first, and make the GGUF file of that.");
    const LoadabilityRules& rules = LoadabilityRules::builtin();
    const LoadVerdict equal = rules.verdict(before, "llamacpp-llama");
    if (equal.loads == Loads::Yes || rules.verdict(before, "llamacpp-deci").loads == Loads::Yes) return ofExperts(shape);
    return tr("llama.cpp does not compute models like this: %1.").arg(inTheWay(equal));
}

}  // namespace

ModelShape resultShape(const Session& session) {
    if (!session.model() || !session.structure()) return {};
    std::vector<int> removed;
    for (const NodeGroup& group : session.structure()->nodeGroups) removed.push_back(session.run().zeroCount(group.id));
    return shapeAfter(session.model()->config, *session.structure(), removed);
}

QString exportObstacle(const std::string& format, const ModelShape& result, const ModelShape& before) {
    using Check = QString (*)(const ModelShape& result, const ModelShape& before);
    static const std::map<std::string, Check> kChecks = {
        {"huggingface", [](const ModelShape& r, const ModelShape&) { return ofVanilla(r); }},
        {"huggingface-code", [](const ModelShape& r, const ModelShape&) { return ofCode(r); }},
        {"padded", [](const ModelShape& r, const ModelShape&) { return ofPadded(r); }},
        {"merged", [](const ModelShape& r, const ModelShape&) { return ofPadded(r); }},
        {"zeroed", ofZeroed},
        {"gguf", ofGguf},
    };
    const auto check = kChecks.find(format);
    return check == kChecks.end() || result.layers.empty() ? QString() : check->second(result, before);
}

}  // namespace lorashear::ui
