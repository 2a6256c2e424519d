#include "core/base/error.h"
#include "core/prune/methods/lhspg.h"
#include "core/prune/methods/one_shot.h"
#include "core/prune/pruning_method.h"

namespace lorashear {

const MethodFactory& methodFactory(const std::string& id) {
    static const std::map<std::string, MethodFactory> factories = {
        {"lhspg", makeLhspg},
        {"one-shot", makeOneShot},
    };
    const auto found = factories.find(id);
    if (found == factories.end()) {
        std::string known;
        for (const auto& [name, factory] : factories) known += (known.empty() ? "" : ", ") + name;
        throw Error(ErrorCode::BadRecipe, "/method/id", "there is no method \"" + id + "\"", "Methods: " + known + ".");
    }
    return found->second;
}

}  // namespace lorashear
