#include "app/cli/output_file.h"

#include <CLI/CLI.hpp>

namespace lorashear::app {

CLI::Option* OutputFile::add(CLI::App& app, const std::string& option, const std::string& help) {
    auto* file = app.add_option(option, m_path, help);
    app.add_flag("--force", m_force, "Replace a file of that name that is there")->needs(file);
    return file;
}

void OutputFile::requireFree() const {
    if (asked()) NamedOutput(m_path, m_force).requireFree();
}

void OutputFile::write(std::string_view content) const {
    if (asked()) NamedOutput(m_path, m_force).write(content);
}

}  // namespace lorashear::app
