#include "core/edits/blueprint_draft.h"
#include "core/edits/edit_kind.h"
#include "core/trace/token_tables.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

using nlohmann::json;

namespace {

constexpr char kHowTo[] = "lorashear vocabulary MODEL --text FILE --keep N --out edits.json writes a list that works.";

Edit read(const json& object, const std::string& subject, const std::string& pointer) {
    TrimVocabulary trim{readIndices(object, "keep", subject, pointer)};
    if (!std::is_sorted(trim.keep.begin(), trim.keep.end()))
        editFailure(subject, pointer + "/keep", "must be in increasing order", "The new ids are the places in this list.");
    return trim;
}

void write(const Edit& edit, json& object) {
    object["keep"] = std::get<TrimVocabulary>(edit).keep;
}

void apply(const Edit& edit, BlueprintDraft& draft, const std::string& pointer) {
    const auto& keep = std::get<TrimVocabulary>(edit).keep;
    const int size = draft.config.vocabulary;
    if (draft.vocabulary) draft.fail(pointer, "trims the vocabulary a second time", "Put all ids that stay into one list.");
    for (std::size_t i = 0; i < keep.size(); ++i) {
        const std::string place = pointer + "/keep/" + std::to_string(i);
        if (keep[i] < 0 || keep[i] >= size)
            draft.fail(place, "is " + std::to_string(keep[i]) + ", the model has tokens 0 to " + std::to_string(size - 1),
                       kHowTo);
        if (i > 0 && keep[i] <= keep[i - 1])
            draft.fail(place, "is not above the id before it", "Sort them; each stands once.");
    }
    const auto needs = [&](int id, const char* what) {
        if (id >= 0 && !std::binary_search(keep.begin(), keep.end(), id))
            draft.fail(pointer + "/keep", "leaves out " + std::to_string(id) + ", the model's " + what + " token", kHowTo);
    };
    needs(draft.config.bosId, "bos");
    for (const int id : draft.config.eosIds) needs(id, "eos");
    std::vector<bool> gone(static_cast<std::size_t>(size), true);
    for (const int id : keep) gone[static_cast<std::size_t>(id)] = false;
    for (const std::string& tensor : tokenTables(draft.structure, size)) draft.gone[{tensor, 0}] = gone;
    draft.vocabulary = keep;
    draft.vocabularyPlace = pointer + "/keep";
}

EditWords words(const Edit& edit, const ModelConfig& config, const Structure&) {
    const auto left = static_cast<std::int64_t>(std::get<TrimVocabulary>(edit).keep.size());
    const std::string before = config.vocabulary > 0 ? std::to_string(config.vocabulary) + " " : "";
    return {"vocabulary: tokens " + before + "to " + std::to_string(left), left, config.vocabulary, "tokens"};
}

}  // namespace

EditKind trimVocabularyKind() {
    return {
        "vocabulary",
        "Keeps these rows of embedding and head, renumbered in this order; exports carry a tokenizer that is trimmed with them.",
        R"({"op": "vocabulary", "keep": [0, 1, 2, 5]})",
        {"keep"},
        [](const Edit& edit) { return std::holds_alternative<TrimVocabulary>(edit); },
        read,
        write,
        apply,
        words,
        {},
        "rows of a table have no mask; it can be cut",
        "rows of zeros give tokens that have gone a logit of 0, so the model would say them"};
}

}  // namespace lorashear
