#include "core/recover/scheme_table.h"

#include "core/base/error.h"
#include "core/recover/schemes/builtin_schemes.h"
#include "core/settings/options.h"

#include <tuple>

namespace lorashear {

namespace {

template <class Scheme>
SchemeInfo infoOf() {
    const auto table = Scheme::options();
    SchemeInfo info{Scheme::kId,
                    Scheme::kTitle,
                    Scheme::kHelp,
                    Scheme::kNeedsDense,
                    settings::optionSet(table),
                    [table](const std::vector<PhaseRequest>& phases, const std::string& options) {
                        return Scheme::schedule(phases, settings::readOptions(table, options, "/recovery/options"));
                    }};
    if constexpr (requires { &Scheme::requireSources; })
        info.requireSources = [table](const std::vector<PhaseSources>& phases, const std::string& options) {
            Scheme::requireSources(phases, settings::readOptions(table, options, "/recovery/options"));
        };
    if constexpr (requires { &Scheme::requireRoom; })
        info.requireRoom = [table](std::int64_t parameters, const std::string& options, std::int64_t available) {
            Scheme::requireRoom(parameters, settings::readOptions(table, options, "/recovery/options"), available);
        };
    if constexpr (requires { &Scheme::requireStream; }) info.requireStream = &Scheme::requireStream;
    return info;
}

template <class... Schemes>
std::vector<SchemeInfo> infosOf(const std::tuple<Schemes...>*) {
    return {infoOf<Schemes>()...};
}

}  // namespace

std::vector<SchedulePhase> phaseBySteps(const std::vector<PhaseRequest>& phases) {
    using Kind = SchedulePhase::Kind;
    std::vector<SchedulePhase> schedule;
    schedule.reserve(phases.size());
    for (const PhaseRequest& phase : phases)
        schedule.push_back({phase.name, std::int64_t{phase.maxRounds} * phase.stepsPerRound,
                            phase.name == "instruct" ? Kind::Instruct : Kind::Recover, false,
                            "/recovery/phases/" + std::to_string(schedule.size()) + "/max_rounds", phase.stepsPerRound});
    return schedule;
}

const std::vector<SchemeInfo>& schemeTable() {
    static const std::vector<SchemeInfo> table = infosOf(static_cast<const BuiltinSchemes*>(nullptr));
    return table;
}

const SchemeInfo& schemeInfo(const std::string& id) {
    std::string known;
    for (const SchemeInfo& scheme : schemeTable()) {
        if (scheme.id == id) return scheme;
        known += (known.empty() ? "" : ", ") + scheme.id;
    }
    throw Error(ErrorCode::BadRecipe, "/recovery/scheme", "there is no scheme \"" + id + "\"", "Schemes: " + known + ".");
}

}  // namespace lorashear
