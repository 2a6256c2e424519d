#pragma once

#include "core/io/named_output.h"

#include <string>
#include <string_view>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace lorashear::app {

/// An option that names a file to write, with --force beside it: every command's file goes by NamedOutput's rule.
class OutputFile {
public:
    CLI::Option* add(CLI::App& app, const std::string& option, const std::string& help);

    bool asked() const { return !m_path.empty(); }
    const std::string& path() const { return m_path; }
    /// To be called before the command's work. Nothing where no file is asked for.
    void requireFree() const;
    void write(std::string_view content) const;  ///< nothing where no file is asked for

private:
    std::string m_path;
    bool m_force = false;
};

}  // namespace lorashear::app
