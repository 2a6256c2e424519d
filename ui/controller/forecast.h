#pragma once

#include "ui/controller/session.h"

namespace lorashear::ui {

/// Resolves plan options against a structure; errors become part of the outcome. The groups that go are forecast by today's
/// saliency where there is one, by an even share of every node group's limit otherwise. A pure function.
/// config: null where no model is open; units that are cut at once need it. method: which may have a plan of its own; null: none has.
PlanOutcome makeOutcome(const Structure& structure, const ModelConfig* config, const PlanOptions& options,
                        const KnowledgeDistribution* knowledge, const GroupSaliency* saliency,
                        const Recipe::Method* method = nullptr);

}  // namespace lorashear::ui
