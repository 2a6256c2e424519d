#include "core/prune/dropped_parts.h"

#include "core/base/error.h"

namespace lorashear {

PruningPlan planDrops(const PlanRequest& request) {
    try {
        return makePlan(request);
    } catch (const Error& error) {
        constexpr const char* kUnits = "/plan/units/";
        const bool closed = error.code() == ErrorCode::Unsupported || error.code() == ErrorCode::Impossible;
        if (!closed || !error.subject().starts_with(kUnits)) throw;
        const bool marked = request.knowledge && request.options.useKnowledge && !request.options.uniform;
        throw Error(error.code(), error.subject(), error.message(),
                    "Protect less at /plan/protect" +
                        std::string(marked ? " or by a smaller /analysis/unprunable_share" : "") + ", let fewer stay at " +
                        error.subject() + "/minimum, or choose other parts at /method/options/parts.");
    }
}

}  // namespace lorashear
