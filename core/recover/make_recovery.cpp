#include "core/recover/recovery.h"
#include "core/recover/schemes/builtin_schemes.h"
#include "core/settings/options.h"

namespace lorashear {

namespace {

template <class Scheme>
std::unique_ptr<RecoverySession> made(const std::string& options, RecoveryTask&& task) {
    return Scheme::make(std::move(task), settings::readOptions(Scheme::options(), options, "/recovery/options"));
}

template <class... Schemes>
std::unique_ptr<RecoverySession> makeOneOf(const std::tuple<Schemes...>*, const std::string& id, const std::string& options,
                                           RecoveryTask&& task) {
    std::unique_ptr<RecoverySession> session;
    ((id == Schemes::kId && (session = made<Schemes>(options, std::move(task)))), ...);
    return session;
}

}  // namespace

std::unique_ptr<RecoverySession> makeRecovery(const std::string& id, const std::string& options, RecoveryTask task) {
    const SchemeInfo& info = schemeInfo(id);
    std::vector<PhaseSources> sources;
    for (const RecoveryPhasePlan& phase : task.phases) {
        auto& names = sources.emplace_back(PhaseSources{phase.name, {}}).names;
        for (const RecoverySource& source : phase.sources) names.push_back(source.name);
    }
    if (info.requireSources) info.requireSources(sources, options);
    if (info.requireRoom && task.model.device().is_cpu())
        info.requireRoom(task.model.parameterCount(), options, task.memory);
    return makeOneOf(static_cast<const BuiltinSchemes*>(nullptr), id, options, std::move(task));
}

}  // namespace lorashear
