#pragma once

#include "core/base/control.h"

#include <nlohmann/json_fwd.hpp>

#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lorashear::app {

/// What every command gets from main.
struct CliContext {
    std::ostream& out;  ///< results only: text for people, or one JSON object with --json
    bool json = false;
    Control control;  ///< stop on Ctrl-C; progress goes to standard error
    int threads = 0;  ///< --threads; 0: all cores
};

/// One sub-command of `lorashear`. One file per command, one line in commands.cpp.
class CliCommand {
public:
    virtual ~CliCommand() = default;
    virtual std::string name() const = 0;
    virtual std::string help() const = 0;
    /// Declares options on the sub-command; --json and --threads are there already.
    virtual void configure(CLI::App& app) = 0;
    /// Runs it. Throws Error; main turns that into words or {code, subject, message, hint} and the exit code.
    virtual void run(CliContext& context) = 0;
};

using CommandFactory = std::unique_ptr<CliCommand> (*)();

/// The table; app/cli/commands.cpp is its one place.
const std::vector<CommandFactory>& commandTable();

}  // namespace lorashear::app
