#pragma once

#include "core/run/run_event.h"

#include <nlohmann/json_fwd.hpp>

namespace lorashear {

/// Stable name of an event's kind: "model_opened", "step" …
const char* eventName(const RunEvent& event);

/// {"event": name, …fields}. Structure, plan and knowledge are written whole, so that a log alone can be shown.
nlohmann::json eventToJson(const RunEvent& event);
/// The inverse. Error(BadInput) for an unknown kind or a missing field.
RunEvent eventFromJson(const nlohmann::json& json);

nlohmann::json planToJson(const PruningPlan& plan);
PruningPlan planFromJson(const nlohmann::json& json);
nlohmann::json saliencyToJson(const GroupSaliency& saliency);
GroupSaliency saliencyFromJson(const nlohmann::json& json);
nlohmann::json configToJson(const ModelConfig& config);
ModelConfig configFromJson(const nlohmann::json& json);

/// {code, subject, message, hint} as the command line prints it.
nlohmann::json errorToJson(const Error& error);

}  // namespace lorashear
