#include "core/model/scope.h"

#include <vector>

namespace lorashear {

namespace {

std::vector<std::string>& stack() {
    thread_local std::vector<std::string> paths;
    return paths;
}

}  // namespace

bool& ModuleScope::recording() {
    thread_local bool on = false;
    return on;
}

ModuleScope::ModuleScope(const std::string& path) : m_active(recording()) {
    if (m_active) stack().push_back(path);
}

ModuleScope::~ModuleScope() {
    if (m_active) stack().pop_back();
}

const std::string& ModuleScope::current() {
    static const std::string kOutside;
    return stack().empty() ? kOutside : stack().back();
}

}  // namespace lorashear
