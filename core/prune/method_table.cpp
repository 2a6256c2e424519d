#include "core/prune/method_table.h"

#include "core/base/error.h"
#include "core/prune/methods/builtin_methods.h"
#include "core/settings/options.h"

#include <tuple>

namespace lorashear {

namespace {

template <class Method>
MethodInfo infoOf() {
    const auto table = Method::options();
    const auto read = [table](const std::string& options) {
        return settings::readOptions(table, options, "/method/options");
    };
    MethodInfo info{Method::kId,
                    Method::kTitle,
                    Method::kHelp,
                    settings::optionSet(table),
                    [read](const std::string& options) { return Method::schedule(read(options)); },
                    {},
                    {},
                    {}};
    if constexpr (requires(const typename Method::Options& own) { own.keptBlocks(); })
        info.keptBlocks = [read](const std::string& options) { return read(options).keptBlocks(); };
    if constexpr (requires(const typename Method::Options& own) { own.curvatureUse(); })
        info.curvatureUse = [read](const std::string& options) { return read(options).curvatureUse(); };
    if constexpr (requires(const PlanRequest& request, const typename Method::Options& own) { Method::plan(request, own); })
        info.plan = [read](const PlanRequest& request, const std::string& options) {
            return Method::plan(request, read(options));
        };
    return info;
}

template <class... Methods>
std::vector<MethodInfo> infosOf(const std::tuple<Methods...>*) {
    return {infoOf<Methods>()...};
}

}  // namespace

const std::vector<MethodInfo>& methodTable() {
    static const std::vector<MethodInfo> table = infosOf(static_cast<const BuiltinMethods*>(nullptr));
    return table;
}

const MethodInfo& methodInfo(const std::string& id) {
    std::string known;
    for (const MethodInfo& method : methodTable()) {
        if (method.id == id) return method;
        known += (known.empty() ? "" : ", ") + method.id;
    }
    throw Error(ErrorCode::BadRecipe, "/method/id", "there is no method \"" + id + "\"", "Methods: " + known + ".");
}

PruningPlan planUnder(const std::string& method, const std::string& options, const PlanRequest& request) {
    const MethodInfo& info = methodInfo(method);
    return info.plan && request.options.enabled ? info.plan(request, options) : makePlan(request);
}

void requireRoomFor(const std::string& method, const std::string& options, const PlanRequest& request,
                    const PruningPlan& plan, bool chosen) {
    const MethodInfo& info = methodInfo(method);
    if (info.keptBlocks && request.options.enabled) requireRoomBetween(request, plan, info.keptBlocks(options), chosen);
}

nlohmann::json checkedOptions(const MethodInfo& method, const nlohmann::json& given, const std::string& pointer) {
    return nlohmann::json::parse(method.options.complete(given.is_null() ? "{}" : given.dump(), pointer));
}

}  // namespace lorashear
