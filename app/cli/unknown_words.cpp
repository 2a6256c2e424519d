#include "app/cli/unknown_words.h"

#include "core/settings/field.h"

#include <algorithm>
#include <string>
#include <vector>

namespace lorashear::app {

namespace {

using settings::joined;
using settings::nearestName;

/// Where words led to: "lorashear recipe new".
struct Reached {
    const CLI::App* app;
    std::string name;
};

/// From the program itself down to the command.
std::vector<Reached> reachedBy(const CLI::App& parser) {
    std::vector<Reached> path{{&parser, "lorashear"}};
    for (auto parsed = parser.get_subcommands(); !parsed.empty(); parsed = path.back().app->get_subcommands())
        path.push_back({parsed.front(), path.back().name + " " + parsed.front()->get_name()});
    return path;
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
    const std::vector<Reached> path = reachedBy(parser);
    const Reached& last = path.back();
    const auto commands = commandsOf(*last.app);
    const auto notOption = [](const std::string& word) { return !isOption(word); };
    for (const Reached& reached : path) {
        const std::vector<std::string> left = reached.app->remaining();
        const auto word = std::find_if(left.begin(), left.end(), notOption);
        if (word != left.end() && &reached == &last && !commands.empty()) return unknownCommand(last, *word);
        if (const auto option = std::find_if(left.begin(), left.end(), isOption); option != left.end())
            return unknownOption(reached, *option);
        if (word != left.end() && dynamic_cast<const CLI::ExtrasError*>(&problem))
            return {ErrorCode::Usage, *word, "is one word too many for " + reached.name,
                    "put a name with spaces in quotes; " + reached.name + " --help lists what it takes"};
    }
    if (!commands.empty()) return {ErrorCode::Usage, last.name, "needs a command", "Known are " + joined(commands) + "."};
    return {ErrorCode::Usage, "command line", problem.what(), last.name + " --help"};
}

}  // namespace lorashear::app
