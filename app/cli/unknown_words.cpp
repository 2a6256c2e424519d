#include "app/cli/unknown_words.h"

#include "core/settings/field.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lorashear::app {

namespace {

using settings::joined;
using settings::nearestName;

/// Where the words led to: "lorashear recipe new".
struct Reached {
    const CLI::App* app;
    std::string name = "lorashear";
};

Reached reachedBy(const CLI::App& parser) {
    Reached reached{&parser};
    for (auto parsed = parser.get_subcommands(); !parsed.empty(); parsed = reached.app->get_subcommands())
        reached.app = parsed.front(), reached.name += " " + parsed.front()->get_name();
    return reached;
}

std::vector<std::string> commandsOf(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; }))
        names.push_back(command->get_name());
    return names;
}

bool isOption(const std::string& word) {
    return word.size() > 1 && word.front() == '-';
}

std::string meant(const std::string& near) {
    return near.empty() ? std::string() : "did you mean " + near + "? ";
}

Error unknownCommand(const Reached& reached, const std::string& word) {
    const auto known = commandsOf(*reached.app);
    return {ErrorCode::Usage, word, "is no command of " + reached.name,
            meant(nearestName(word, known)) + "Known are " + joined(known) + "."};
}

Error unknownOption(const Reached& reached, const std::string& word) {
    std::vector<std::string> known;
    for (const CLI::Option* option : reached.app->get_options())
        for (const std::string& name : option->get_lnames()) known.push_back("--" + name);
    const std::string name = word.substr(0, word.find('='));
    return {ErrorCode::Usage, name, "is no option of " + reached.name,
            meant(nearestName(name, known)) + reached.name + " --help lists them."};
}

}  // namespace

Error wordsFor(const CLI::App& parser, const CLI::ParseError& problem) {
    const Reached reached = reachedBy(parser);
    const std::vector<std::string> left = reached.app->remaining();
    const auto option = std::find_if(left.begin(), left.end(), isOption);
    if (option != left.end()) return unknownOption(reached, *option);
    const auto commands = commandsOf(*reached.app);
    if (!left.empty() && !commands.empty()) return unknownCommand(reached, left.front());
    if (commands.empty() && dynamic_cast<const CLI::ExtrasError*>(&problem) && !left.empty())
        return {ErrorCode::Usage, left.front(), "is one word too many for " + reached.name,
                "put a name with spaces in quotes; " + reached.name + " --help lists what it takes"};
    if (!commands.empty()) return {ErrorCode::Usage, reached.name, "needs a command", "Known are " + joined(commands) + "."};
    return {ErrorCode::Usage, "command line", problem.what(), reached.name + " --help"};
}

}  // namespace lorashear::app
