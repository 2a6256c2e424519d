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

}  // namespace

std::unique_ptr<PruningSession> makePruning(const std::string& id, const std::string& options, PruningTask task) {
    methodInfo(id);  // refuses what is not in the table
    return makeOneOf(static_cast<const BuiltinMethods*>(nullptr), id, options, std::move(task));
}

}  // namespace lorashear
