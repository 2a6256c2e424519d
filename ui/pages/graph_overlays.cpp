#include "ui/pages/graph_overlays.h"

#include "ui/controller/session.h"
#include "ui/controller/standing.h"
#include "ui/graph/folded_graph.h"
#include "ui/theme/format.h"
#include "ui/theme/tr.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>
#include <set>

namespace lorashear::ui {

namespace {

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

Legend::Entry legendPart(const QString& text, Ink ink) {
    return {text, Legend::Mark::Part, UnitKind::Other, ink};
}

QString noModel(const Session& session) {
    return session.structure() ? QString() : tr("Open a model first.");
}

/// A value of every node group; NaN: of none.
using GroupValues = std::vector<double>;
/// What a box shows of its node groups' values.
enum class Folded { Largest, Mean };

struct OverlayScale {
    QString what, unit;  ///< "Loss added by masking", "nats per token"
    Folded inside = Folded::Largest;
};

/// A box's bar is as long as its value stands between the least and the largest of all, and has that place's colour.
BoxBars onScale(double value, double low, double high, const OverlayScale& scale) {
    const double position = high > low ? (value - low) / (high - low) : 1;
    BoxBars bars;
    bars.bars = {{{std::max(position, 0.02), Ink::Scale, position}}};
    bars.number = value;
    bars.value = formatNumber(value, 3);
    bars.words = tr("%1: %2 %3").arg(scale.what, formatNumber(value), scale.unit);
    return bars;
}

Overlay overlayOnScale(GroupValues values, const OverlayScale& scale) {
    double low = 0, high = -std::numeric_limits<double>::infinity();
    for (const double value : values)
        if (!std::isnan(value)) low = std::min(low, value), high = std::max(high, value);
    high = std::max(high, low);
    Overlay overlay;
    overlay.caption = scale.inside == Folded::Largest
                          ? tr("bars: %1; of a folded box its largest").arg(inSentence(scale.what))
                          : tr("bars: %1; of a folded box the mean").arg(inSentence(scale.what));
    overlay.column = tr("%1 (%2)").arg(scale.what, scale.unit);
    overlay.legend = {{tr("%1 to %2 %3").arg(formatNumber(low, 3), formatNumber(high, 3), scale.unit), Legend::Mark::Scale}};
    overlay.bars = [values = std::move(values), low, high, scale](const FoldBox&, const std::vector<int>& nodeGroups) {
        double largest = kNoValue, sum = 0;
        int count = 0;
        for (const int id : nodeGroups) {
            const double value = values[std::size_t(id)];
            if (std::isnan(value)) continue;
            largest = std::isnan(largest) ? value : std::max(largest, value);
            sum += value, ++count;
        }
        if (count == 0) return BoxBars{};
        return onScale(scale.inside == Folded::Largest ? largest : sum / count, low, high, scale);
    };
    return overlay;
}

QString noKnowledge(const Session& session) {
    const auto& entries = session.knowledgeEntries();
    const bool any = std::any_of(entries.begin(), entries.end(), [](const auto& entry) { return entry.measured; });
    return !session.structure() || !any ? tr("Nothing is measured yet: Analyse on the Knowledge page.") : QString();
}

Overlay knowledgeOverlay(const Session& session) {
    GroupValues values(session.structure()->nodeGroups.size(), kNoValue);
    for (const NodeGroupKnowledge& entry : session.knowledgeEntries())
        if (entry.measured && std::size_t(entry.nodeGroup) < values.size())
            values[std::size_t(entry.nodeGroup)] = entry.deviation;
    return overlayOnScale(std::move(values), {tr("Loss added by masking"), tr("nats per token"), Folded::Largest});
}

QString noSaliency(const Session& session) {
    const bool any = session.structure() && session.saliency() &&
                     session.saliency()->scores.size() == session.structure()->nodeGroups.size();
    return any ? QString() : tr("No scores yet: they come with an analysis, or when Plan ranks.");
}

Overlay saliencyOverlay(const Session& session) {
    const GroupSaliency& measured = *session.saliency();
    GroupValues values;
    for (const NodeGroup& group :
         session.structure()->nodeGroups) {  // those that may go: others have scores of another size
        const std::vector<double>& scores = measured.scores[std::size_t(group.id)];
        values.push_back(!group.prunable || scores.empty()
                             ? kNoValue
                             : std::accumulate(scores.begin(), scores.end(), 0.0) / double(scores.size()));
    }
    return overlayOnScale(
        std::move(values),
        {tr("Mean score of a group"), tr("by %1, no unit").arg(QString::fromStdString(measured.proxy)), Folded::Mean});
}

/// Groups of a node group by what becomes of them.
struct Fates {
    double groups = 0, going = 0, gone = 0, whole = 0, weight = 0;
};

std::vector<Fates> fatesOf(const Session& session, bool ran) {
    const RunMoment moment = session.moment();
    std::vector<Fates> all;
    for (const NodeGroup& group : session.structure()->nodeGroups) {
        Fates fates;
        if (group.prunable && group.count > 0) {
            fates.groups = group.count;
            fates.weight = double(group.parametersPerGroup);
            fates.gone = ran ? moment.zeroCount(group.id) : 0;
            fates.going = ran                   ? std::max(0, moment.fadingCount(group.id))
                          : session.plan().plan ? session.plan().removed[std::size_t(group.id)]
                                                : 0;
            if (fates.gone + fates.going == 0 && !whyKeptWhole(session, group.id).isEmpty()) fates.whole = group.count;
        }
        all.push_back(fates);
    }
    return all;
}

bool ranAndRemoved(const Session& session) {
    return !session.run().zero.empty();  // what a run has done counts more than what was planned
}

QString noState(const Session& session) {
    if (!session.structure()) return tr("Open a model first.");
    return ranAndRemoved(session) || session.plan().plan ? QString() : tr("There is no plan.");
}

Overlay stateOverlay(const Session& session) {
    const bool ran = ranAndRemoved(session);
    const RunMoment moment = session.moment();
    Overlay overlay;
    overlay.caption = !ran            ? tr("bars: what the plan keeps")
                      : moment.newest ? tr("bars: what the run kept")
                                      : tr("bars: what the run kept at step %1").arg(formatInteger(qint64(moment.x)));
    overlay.column = tr("Share kept");
    overlay.legend = {legendPart(tr("kept"), Ink::Kept), legendPart(tr("going"), Ink::Going),
                      legendPart(tr("gone"), Ink::Gone), legendPart(tr("kept whole"), Ink::Protected)};
    overlay.bars = [all = fatesOf(session, ran)](const FoldBox&, const std::vector<int>& nodeGroups) {
        double going = 0, gone = 0, whole = 0, sum = 0;  // in parameters
        for (const int id : nodeGroups) {
            const Fates& fates = all[std::size_t(id)];
            sum += fates.groups * fates.weight;
            going += fates.going * fates.weight, gone += fates.gone * fates.weight, whole += fates.whole * fates.weight;
        }
        BoxBars bars;
        if (sum <= 0) return bars;
        going /= sum, gone /= sum, whole /= sum;
        const double kept = 1 - going - gone;
        bars.bars = {{{kept - whole, Ink::Kept}, {whole, Ink::Protected}, {going, Ink::Going}, {gone, Ink::Gone}}};
        bars.number = kept;
        bars.value = formatPercent(kept, 0);
        bars.words = tr("%1 kept, of that %2 whole; %3 going, %4 gone")
                         .arg(formatPercent(kept), formatPercent(whole), formatPercent(going), formatPercent(gone));
        return bars;
    };
    return overlay;
}

QString noPair(const Session& session) {
    if (!session.structure()) return tr("Open a model first.");
    if (!session.plan().plan) return tr("There is no plan.");
    return ranAndRemoved(session) ? QString() : tr("No run of this model has removed anything yet.");
}

Overlay pairOverlay(const Session& session) {
    Overlay overlay;
    overlay.caption = tr("bars: planned above, what the run kept below");
    overlay.column = tr("Kept by the run, less what was planned (share)");
    overlay.legend = {legendPart(tr("planned"), Ink::Planned), legendPart(tr("what the run kept"), Ink::Kept)};
    overlay.bars = [planned = fatesOf(session, false), ran = fatesOf(session, true)](const FoldBox&,
                                                                                     const std::vector<int>& nodeGroups) {
        double wanted = 0, left = 0, sum = 0;
        for (const int id : nodeGroups) {
            const Fates &plan = planned[std::size_t(id)], &run = ran[std::size_t(id)];
            sum += plan.groups * plan.weight;
            wanted += (plan.groups - plan.going) * plan.weight;
            left += (run.groups - run.gone) * run.weight;
        }
        BoxBars bars;
        if (sum <= 0) return bars;
        wanted /= sum, left /= sum;
        bars.bars = {{{wanted, Ink::Planned}}, {{left, Ink::Kept}}};
        bars.number = left - wanted;
        bars.value = tr("%1 → %2").arg(formatPercent(wanted, 0), formatPercent(left, 0));
        bars.words = tr("planned to keep %1, the run kept %2").arg(formatPercent(wanted), formatPercent(left));
        return bars;
    };
    return overlay;
}

std::optional<double> elementsOf(const Structure& structure, const std::string& tensor) {
    const auto found = structure.tensors.find(tensor);
    if (found == structure.tensors.end()) return {};
    double elements = 1;
    for (const std::int64_t size : found->second) elements *= double(size);
    return elements;
}

QString noBytes(const Session& session) {
    if (!session.structure() || !session.model()) return tr("Open a model first.");
    return session.structure()->tensors.empty() || session.model()->parameters <= 0
               ? tr("The sizes of this model's tensors are not known.")
               : QString();
}

/// Of the file as it is. Where types are mixed, an average.
Overlay bytesOverlay(const Session& session) {
    const std::shared_ptr<const Structure> structure = session.structure();
    const event::ModelOpened& model = *session.model();
    const double each = double(model.weightBytes) / double(model.parameters);
    const bool even = model.weightBytes % std::uint64_t(model.parameters) == 0;
    const QString about = even ? QString() : QStringLiteral("≈ ");
    std::map<int, double> ofNode;
    double largest = 0;
    std::map<std::string, double> ofBlock;
    for (const TraceNode& node : structure->graph.nodes) {
        for (const std::string& tensor : node.parameters)
            if (const auto elements = elementsOf(*structure, tensor)) ofNode[node.id] += *elements * each;
        if (node.layer >= 0) ofBlock[std::to_string(node.layer)] += ofNode[node.id];
        largest = std::max(largest, ofNode[node.id]);
    }
    for (const auto& [block, sum] : ofBlock) largest = std::max(largest, sum);
    Overlay overlay;
    overlay.caption =
        even ? tr("bars: bytes of the tensors inside") : tr("bars: bytes of the tensors inside, an average by parameter");
    overlay.column = even ? tr("Bytes") : tr("Bytes, an estimate");
    overlay.legend = {{tr("0 to %1").arg(about + formatBytes(largest)), Legend::Mark::Scale}};
    overlay.bars = [structure, each, about, largest](const FoldBox& box, const std::vector<int>&) {
        std::set<std::string> tensors;
        for (const int node : box.nodes)
            for (const std::string& tensor : structure->graph.nodes[std::size_t(node)].parameters) tensors.insert(tensor);
        double sum = 0;
        for (const std::string& tensor : tensors) sum += elementsOf(*structure, tensor).value_or(0) * each;
        BoxBars bars;
        if (sum <= 0 || largest <= 0) return bars;
        const double position = std::min(1.0, sum / largest);
        bars.bars = {{{std::max(position, 0.02), Ink::Scale, position}}};
        bars.number = sum;
        bars.value = about + formatBytes(sum);
        bars.words = tr("tensors of %1").arg(bars.value);
        return bars;
    };
    return overlay;
}

Overlay noOverlay(const Session&) {
    return {};
}

}  // namespace

const std::vector<OverlayRow>& graphOverlays() {
    static const std::vector<OverlayRow> kRows = {
        {"state", tr("State"), tr("What is kept, going, gone and kept whole, by parameters"), noState, stateOverlay},
        {"pair", tr("Planned against actual"), tr("What the plan keeps, and what the run shown kept"), noPair, pairOverlay},
        {"knowledge", tr("Knowledge"), tr("What masking part of a node group adds to the loss, in nats per token"),
         noKnowledge, knowledgeOverlay},
        {"saliency", tr("Saliency"), tr("Mean score of a node group's groups: low ones go first"), noSaliency,
         saliencyOverlay},
        {"bytes", tr("Bytes"), tr("How large the tensors are in the model's file"), noBytes, bytesOverlay},
        {"none", tr("Nothing"), tr("Boxes alone"), noModel, noOverlay},
    };
    return kRows;
}

}  // namespace lorashear::ui
