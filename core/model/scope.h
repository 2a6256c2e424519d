#pragma once

#include <string>

namespace lorashear {

/// Names the module whose operators run while it lives, for the tracer ("model.layers.0.self_attn"). Scopes nest; the innermost full
/// path is current. Costs nothing to speak of when nobody traces.
class ModuleScope {
public:
    explicit ModuleScope(const std::string& path);
    ~ModuleScope();
    ModuleScope(const ModuleScope&) = delete;
    ModuleScope& operator=(const ModuleScope&) = delete;

    /// Path of the innermost scope on this thread; empty outside.
    static const std::string& current();
    static bool& recording();  ///< set by the tracer on this thread; scopes do nothing otherwise

private:
    bool m_active;
};

}  // namespace lorashear
