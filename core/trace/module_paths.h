#pragma once

#include "core/trace/recording.h"

#include <algorithm>
#include <string>

namespace lorashear::trace {

/// "a.b.weight" -> "a.b"
inline std::string moduleOf(const std::string& tensor) {
    return tensor.substr(0, std::min(tensor.rfind('.'), tensor.size()));
}

/// The linear that a parameter belongs to: "a.up.weight" and "a.up.lora_A.weight" -> "a.up".
inline std::string linearOf(const Value& value) {
    const auto module = moduleOf(value.parameter);
    return value.role == Role::LoraA || value.role == Role::LoraB ? moduleOf(module) : module;
}

/// Whether path names the module itself or something in it.
inline bool insideModule(const std::string& path, const std::string& module) {
    return path == module || path.compare(0, module.size() + 1, module + ".") == 0;
}

}  // namespace lorashear::trace
