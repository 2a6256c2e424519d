#pragma once

#include <map>
#include <regex>
#include <sstream>
#include <string>

namespace lorashear::testing {

/// What Slurm's sbatch would not take of a script's #SBATCH lines, after its manual: options by their long names and the forms of their values, all of
/// them before the first command. Empty: nothing. Where there is no Slurm, `sbatch --test-only` cannot say it.
inline std::string sbatchFaults(const std::string& script) {
    static const std::map<std::string, std::string> kForms = {
        {"job-name", "[^ ]+"},
        {"array", "[0-9]+(-[0-9]+)?(:[0-9]+)?(,[0-9]+(-[0-9]+)?(:[0-9]+)?)*(%[0-9]+)?"},
        {"ntasks", "[1-9][0-9]*"},
        {"cpus-per-task", "[1-9][0-9]*"},
        {"mem", "[0-9]+[KMGT]?"},
        {"time", "([0-9]+-)?[0-9]{1,2}(:[0-9]{2}){0,2}|[0-9]+"},
        {"signal", "([RB]{1,2}:)?([A-Z0-9]+)@[0-9]+"},
        {"output", "[^ ]+"},
        {"chdir", "[^ ]+"},
    };
    static const std::regex kLine("#SBATCH --([a-z-]+)=([^ ]+)"), kRange("([0-9]+)-([0-9]+)");
    std::istringstream lines(script);
    std::string line;
    bool commands = false;
    for (std::getline(lines, line); std::getline(lines, line);) {  // the first names the shell
        if (!line.starts_with("#SBATCH")) {
            commands = commands || (!line.empty() && line.front() != '#');
            continue;
        }
        std::smatch parts, range;
        if (commands) return line + ": stands behind a command, where sbatch does not look";
        if (!std::regex_match(line, parts, kLine)) return line + ": is no --option=value";
        const auto form = kForms.find(parts[1]);
        if (form == kForms.end()) return line + ": no such option";
        if (!std::regex_match(parts[2].str(), std::regex(form->second))) return line + ": no such value";
        const std::string value = parts[2];
        if (form->first == "array" && std::regex_search(value, range, kRange) && std::stol(range[1]) > std::stol(range[2]))
            return line + ": ends before it begins";
    }
    return {};
}

}  // namespace lorashear::testing
