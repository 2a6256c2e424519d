#include "app/cli/opened_model.h"

#include "core/adapters/adapter_folder.h"
#include "core/base/error.h"
#include "core/base/printable.h"
#include "core/io/checkpoint.h"
#include "core/model/checkpoint_config.h"
#include "core/run/recipe.h"
#include "core/text/same_vocabulary.h"
#include "core/text/vocabulary_limit.h"

#include <iostream>

namespace lorashear::app {

std::filesystem::path modelFolderOf(const std::string& path) {
    const std::filesystem::path folder(path);
    if (!std::filesystem::exists(folder / "recipe.json") || !std::filesystem::exists(folder / "events.jsonl")) return folder;
    if (!std::filesystem::exists(folder / "model" / "config.json"))
        throw Error(ErrorCode::BadInput, path, "is a run that has no finished model yet",
                    "Finish it with: lorashear resume " + path);
    return folder / "model";
}

OpenedModel openModel(const std::string& path, const std::string& adapter, const std::string& device) {
    OpenedModel opened;
    opened.folder = modelFolderOf(path);
    const auto checkpoint = Checkpoint::open(opened.folder);
    opened.model = loadModel(checkpoint, device);
    if (!adapter.empty()) opened.model = withAdapter(*opened.model, adapter);
    opened.tokenizer = limitedTo(opened.model->config().vocabulary, Tokenizer::open(opened.folder));
    opened.weightBytes = checkpoint.weightBytes();
    for (const auto& note : checkpointNotes(checkpoint, opened.model->config()))
        std::cerr << "lorashear: note: " << path << ": " << printable(note) << "\n";
    return opened;
}

std::unique_ptr<Tokenizer> originalTokenizer(const std::string& path, const std::string& given) {
    std::filesystem::path source = given.empty() ? std::filesystem::path() : modelFolderOf(given);
    std::error_code ignored;
    if (const auto recipe = std::filesystem::path(path) / "recipe.json";
        given.empty() && std::filesystem::exists(recipe, ignored))
        source = loadRecipe(recipe).model.path;
    if (source.empty() || (given.empty() && !std::filesystem::exists(source, ignored))) return nullptr;
    auto original = Tokenizer::open(source);
    if (given.empty() && sameVocabulary(*original, *Tokenizer::open(modelFolderOf(path)))) return nullptr;
    return original;
}

std::string grouped(std::int64_t number) {
    std::string text = std::to_string(number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > (number < 0 ? 1 : 0); at -= 3)
        text.insert(static_cast<std::size_t>(at), 1, ',');
    return text;
}

}  // namespace lorashear::app
