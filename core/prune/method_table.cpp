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
    return {Method::kId, Method::kTitle, Method::kHelp, settings::optionSet(table), [table](const std::string& options) {
                return Method::schedule(settings::readOptions(table, options, "/method/options"));
            }};
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

nlohmann::json checkedOptions(const MethodInfo& method, const nlohmann::json& given, const std::string& pointer) {
    return nlohmann::json::parse(method.options.complete(given.is_null() ? "{}" : given.dump(), pointer));
}

}  // namespace lorashear
