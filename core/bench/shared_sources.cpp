#include "core/bench/shared_sources.h"

#include "core/base/error.h"
#include "core/base/hash.h"
#include "core/io/folder_name.h"

#include <algorithm>
#include <map>

namespace lorashear {

namespace {

enum class Use { Prunes, Recovers, Analyses, ChosenOn, Reports };

struct UsedFile {
    Use use;
    std::string path, reportedAs;
    bool operator==(const UsedFile&) const = default;
};

const char* useInWords(Use use) {
    switch (use) {
        case Use::Prunes: return "pruning calibrates and trains on it";
        case Use::Recovers: return "recovery trains on it";
        case Use::Analyses: return "the analysis looks at it";
        case Use::ChosenOn: return "settings were chosen on it";
        case Use::Reports: break;
    }
    return "it is reported";
}

std::vector<UsedFile> usedFiles(const BenchSpec& spec, const std::vector<BenchJob>& jobs) {
    std::vector<UsedFile> files;
    const auto add = [&](UsedFile file) {
        if (!file.path.empty() && std::find(files.begin(), files.end(), file) == files.end())
            files.push_back(std::move(file));
    };
    for (const BenchJob& job : jobs) {
        const Recipe& recipe = job.recipe;
        for (const RecipeSource& source : recipe.training.sources) add({Use::Prunes, source.path, {}});
        if (recipe.recovery.enabled)
            for (const RecoveryPhase& phase : recipe.recovery.phases)
                for (const RecipeSource& source : phase.sources) add({Use::Recovers, source.path, {}});
        add({Use::Analyses, recipe.analysis.text.path, {}});
        for (const RecipeText& text : recipe.evaluation.texts) add({Use::Reports, text.path, text.name});
    }
    for (const std::string& path : spec.chosenOn) add({Use::ChosenOn, path, {}});
    return files;
}

bool clash(Use told, Use other) {
    if (told == Use::Reports) return other != Use::Reports;
    return told == Use::Analyses && (other == Use::Prunes || other == Use::Recovers);
}

}  // namespace

std::vector<std::string> sharedSources(const BenchSpec& spec, const std::vector<BenchJob>& jobs) {
    const std::vector<UsedFile> files = usedFiles(spec, jobs);
    std::map<std::string, std::string> hashes;
    const auto content = [&](const UsedFile& file) -> const std::string& {
        std::string& hash = hashes[file.path];
        if (hash.empty()) hash = sha256OfFile(file.path);
        return hash;
    };
    std::vector<std::string> warnings;
    for (const UsedFile& told : files)
        for (const UsedFile& other : files) {
            if (!clash(told.use, other.use) || content(told) != content(other)) continue;
            const std::string name = ownName(told.path), otherName = ownName(other.path);
            warnings.push_back(name +
                               (told.use == Use::Reports ? " is reported as \"" + told.reportedAs + "\""
                                                         : std::string(" is what the analysis looks at")) +
                               ", and " + useInWords(other.use) +
                               (otherName == name ? std::string() : " (under the name " + otherName + ")"));
        }
    return warnings;
}

}  // namespace lorashear
