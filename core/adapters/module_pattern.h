#pragma once

#include <memory>
#include <string>

namespace lorashear {

/// A regular expression as Python's re.fullmatch reads it on module names. Error(BadInput) for one that does not compile or needs too many
/// steps; subject names its file and key.
class ModulePattern {
public:
    ModulePattern(const std::string& expression, std::string subject);
    bool fullMatch(const std::string& text) const;
    /// First capture of a match at the beginning (re.match); empty if there is none.
    std::string firstCapture(const std::string& text) const;

private:
    struct Compiled;
    int run(const std::string& text, unsigned options, std::string* capture) const;
    std::shared_ptr<const Compiled> m_compiled;
    std::string m_subject;
};

}  // namespace lorashear
