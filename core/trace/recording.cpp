#include "core/trace/recording.h"

namespace lorashear::trace {

const Argument* Call::argument(const std::string& name) const {
    for (const auto& candidate : arguments)
        if (candidate.name == name) return &candidate;
    return nullptr;
}

int Call::tensor(const std::string& name) const {
    const auto* found = argument(name);
    return found && !found->tensors.empty() ? found->tensors.front() : -1;
}

std::int64_t Call::integer(const std::string& name, std::int64_t fallback) const {
    const auto* found = argument(name);
    return found && found->given && !found->ints.empty() ? found->ints.front() : fallback;
}

std::vector<int> Call::tensors() const {
    std::vector<int> all;
    for (const auto& one : arguments) all.insert(all.end(), one.tensors.begin(), one.tensors.end());
    return all;
}

}  // namespace lorashear::trace
