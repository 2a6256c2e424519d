#include "core/run/shared_sources.h"

#include "core/base/hash.h"
#include "core/io/folder_name.h"
#include "core/text/shared_paragraphs.h"
#include "core/text/source_reading.h"

#include <algorithm>
#include <map>

namespace lorashear {

namespace {

enum class Use { Prunes, Recovers, Analyses, ChosenOn, Reports };

struct UsedFile {
    Use use;
    std::string path, reportedAs;
    SourceFormat format = SourceFormat::Text;
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

std::vector<UsedFile> usedFiles(const std::vector<const Recipe*>& recipes, const std::vector<std::string>& chosenOn) {
    std::vector<UsedFile> files;
    const auto add = [&](UsedFile file) {
        if (!file.path.empty() && std::find(files.begin(), files.end(), file) == files.end())
            files.push_back(std::move(file));
    };
    for (const Recipe* recipe : recipes) {
        for (const RecipeSource& source : recipe->training.sources) add({Use::Prunes, source.path, {}, source.format});
        if (recipe->recovery.enabled)
            for (const RecoveryPhase& phase : recipe->recovery.phases)
                for (const RecipeSource& source : phase.sources) add({Use::Recovers, source.path, {}, source.format});
        add({Use::Analyses, recipe->analysis.text.path, {}});
        for (const RecipeText& text : recipe->evaluation.texts) add({Use::Reports, text.path, text.name});
    }
    for (const std::string& path : chosenOn) add({Use::ChosenOn, path, {}});
    return files;
}

bool clash(Use told, Use other) {
    if (told == Use::Reports) return other != Use::Reports;
    return told == Use::Analyses && (other == Use::Prunes || other == Use::Recovers);
}

/// Every file is read once.
class Contents {
public:
    explicit Contents(const Control& control) : m_control(control) {}
    bool same(const UsedFile& a, const UsedFile& b) { return hashOf(a) == hashOf(b); }
    /// Paragraphs of what is used that are in what is told, each pair of files once.
    int shared(const UsedFile& used, const UsedFile& told) {
        const auto [entry, fresh] = m_shared.try_emplace({used.path, told.path}, 0);
        if (fresh) entry->second = sharedParagraphs(textOf(used), textOf(told));
        return entry->second;
    }

private:
    const std::string& hashOf(const UsedFile& file) {
        std::string& hash = m_hashes[file.path];
        if (hash.empty()) hash = sha256OfFile(file.path);
        return hash;
    }
    const std::string& textOf(const UsedFile& file) {
        const auto [entry, fresh] = m_texts.try_emplace(file.path);
        std::string& text = entry->second;
        if (!fresh) return text;
        if (resolvedFormat(file.path, file.format) == SourceFormat::Text) return text = readWholeText(file.path, m_control);
        for (const Document& document : readDocuments(file.path, file.format, m_control))
            text += document.prompt + "\n" + document.text + "\n";
        return text;
    }

    const Control& m_control;
    std::map<std::string, std::string> m_hashes, m_texts;
    std::map<std::pair<std::string, std::string>, int> m_shared;
};

std::string warningOf(const UsedFile& told, const UsedFile& other, bool same, int paragraphs) {
    const std::string name = ownName(told.path), otherName = ownName(other.path);
    const std::string how = told.use == Use::Reports ? " is reported as \"" + told.reportedAs + "\""
                                                     : std::string(" is what the analysis looks at");
    if (same)
        return name + how + ", and " + useInWords(other.use) +
               (otherName == name ? std::string() : " (under the name " + otherName + ")");
    return name + how + ", and holds " + std::to_string(paragraphs) + " paragraphs of " + otherName + ": " +
           useInWords(other.use);
}

}  // namespace

std::vector<std::string> sharedSources(const std::vector<const Recipe*>& recipes, const std::vector<std::string>& chosenOn,
                                       const Control& control) {
    const std::vector<UsedFile> files = usedFiles(recipes, chosenOn);
    Contents contents(control);
    std::vector<std::string> warnings;
    for (const UsedFile& told : files)
        for (const UsedFile& other : files) {
            if (!clash(told.use, other.use)) continue;
            const bool same = contents.same(told, other);
            const int paragraphs = same ? 0 : contents.shared(other, told);
            if (same || paragraphs > kParagraphsByChance) warnings.push_back(warningOf(told, other, same, paragraphs));
        }
    return warnings;
}

}  // namespace lorashear
