#include "core/prune/methods/builtin_methods.h"
#include "core/prune/pruning_method.h"
#include "core/settings/options.h"

namespace lorashear {

namespace {

template <class Method>
std::unique_ptr<PruningSession> made(const std::string& options, PruningTask&& task) {
    return Method::make(std::move(task), settings::readOptions(Method::options(), options, "/method/options"));
}

template <class... Methods>
std::unique_ptr<PruningSession> makeOneOf(const std::tuple<Methods...>*, const std::string& id, const std::string& options,
                                          PruningTask&& task) {
    std::unique_ptr<PruningSession> session;
    ((id == Methods::kId && (session = made<Methods>(options, std::move(task)))), ...);
    return session;
}

/// A method that can rank without training has a rank() beside its make().
template <class Method>
std::optional<MethodRanking> ranked(const std::string& options, const PruningTask& task) {
    if constexpr (requires(const typename Method::Options& read) { Method::rank(task, read); })
        return Method::rank(task, settings::readOptions(Method::options(), options, "/method/options"));
    else
        return std::nullopt;
}

template <class... Methods>
std::optional<MethodRanking> rankedByOneOf(const std::tuple<Methods...>*, const std::string& id, const std::string& options,
                                           const PruningTask& task) {
    std::optional<MethodRanking> ranking;
    ((id == Methods::kId && (ranking = ranked<Methods>(options, task), true)), ...);
    return ranking;
}

/// A method with a plan of its own has a second plan() that measures.
template <class Method>
std::optional<PruningPlan> planned(const std::string& options, const PlanningTask& task) {
    if constexpr (requires(const typename Method::Options& read) { Method::plan(task, read); })
        return Method::plan(task, settings::readOptions(Method::options(), options, "/method/options"));
    else
        return std::nullopt;
}

template <class... Methods>
std::optional<PruningPlan> plannedByOneOf(const std::tuple<Methods...>*, const std::string& id, const std::string& options,
                                          const PlanningTask& task) {
    std::optional<PruningPlan> plan;
    ((id == Methods::kId && (plan = planned<Methods>(options, task), true)), ...);
    return plan;
}

}  // namespace

std::optional<PruningPlan> measuredPlan(const std::string& id, const std::string& options, const PlanningTask& task) {
    methodInfo(id);
    return plannedByOneOf(static_cast<const BuiltinMethods*>(nullptr), id, options, task);
}

std::optional<MethodRanking> rankingOf(const std::string& id, const std::string& options, const PruningTask& task) {
    methodInfo(id);
    return rankedByOneOf(static_cast<const BuiltinMethods*>(nullptr), id, options, task);
}

std::unique_ptr<PruningSession> makePruning(const std::string& id, const std::string& options, PruningTask task) {
    methodInfo(id);  // refuses what is not in the table
    return makeOneOf(static_cast<const BuiltinMethods*>(nullptr), id, options, std::move(task));
}

}  // namespace lorashear
