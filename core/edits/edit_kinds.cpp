#include "core/base/error.h"
#include "core/edits/edit_kind.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace lorashear {

using nlohmann::json;

// In core/edits/kinds, one a file.
EditKind removeGroupsKind();
EditKind dropPartKind();
EditKind trimVocabularyKind();
EditKind factorLinearKind();

const std::vector<EditKind>& editKinds() {
    static const std::vector<EditKind> kTable = {removeGroupsKind(), dropPartKind(), trimVocabularyKind(),
                                                 factorLinearKind()};
    return kTable;
}

const EditKind& editKindOf(const Edit& edit) {
    for (const EditKind& kind : editKinds())
        if (kind.is(edit)) return kind;
    throw Error(ErrorCode::Internal, "edit", "has no row in editKinds()");
}

std::vector<std::string> fittedLinears(const Edits& edits) {
    std::vector<std::string> all;
    for (const Edit& edit : edits) {
        const EditKind& kind = editKindOf(edit);
        if (!kind.fittedLinears) continue;
        for (std::string& linear : kind.fittedLinears(edit)) all.push_back(std::move(linear));
    }
    return all;
}

const char* blockPartName(BlockPart part) {
    switch (part) {
        case BlockPart::Attention: return "attention";
        case BlockPart::Mlp: return "mlp";
        case BlockPart::Block: return "block";
    }
    return "";
}

void editFailure(const std::string& subject, const std::string& pointer, const std::string& message,
                 const std::string& hint) {
    throw Error(ErrorCode::BadInput, subject.empty() ? pointer : subject + " " + pointer, message, hint);
}

int readCount(const json& object, const char* key, int least, const std::string& subject, const std::string& pointer) {
    const json& value = object.at(key);
    const std::string place = pointer + "/" + key;
    const std::string example = "For example \"" + std::string(key) + "\": " + std::to_string(least) + ".";
    if (!value.is_number_integer()) editFailure(subject, place, "must be a whole number, not " + value.dump(), example);
    const auto number = value.get<std::int64_t>();
    if (number < least)
        editFailure(subject, place, "must be at least " + std::to_string(least) + ", it is " + value.dump(), example);
    if (number > std::numeric_limits<int>::max())
        editFailure(subject, place, "is " + value.dump() + ", more than any model has", example);
    return static_cast<int>(number);
}

std::string readName(const json& object, const char* key, const std::string& subject, const std::string& pointer) {
    const json& value = object.at(key);
    if (!value.is_string() || value.get<std::string>().empty())
        editFailure(subject, pointer + "/" + key, "must be a name, not " + value.dump(), "A name stands between quotes.");
    return value.get<std::string>();
}

std::vector<int> readIndices(const json& object, const char* key, const std::string& subject, const std::string& pointer) {
    const json& list = object.at(key);
    const std::string place = pointer + "/" + key;
    const std::string example = "They are counted from 0, for example \"" + std::string(key) + "\": [0, 1].";
    if (!list.is_array() || list.empty())
        editFailure(subject, place, "must be a list of at least one whole number", example);
    std::vector<int> indices;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const std::string entry = place + "/" + std::to_string(i);
        if (!list[i].is_number_integer() || list[i].get<std::int64_t>() < 0)
            editFailure(subject, entry, "must be a whole number from 0 on, not " + list[i].dump(), example);
        if (list[i].get<std::int64_t>() > std::numeric_limits<int>::max())
            editFailure(subject, entry, "is " + list[i].dump() + ", more than any model has", example);
        indices.push_back(list[i].get<int>());
    }
    std::vector<int> sorted = indices;
    std::sort(sorted.begin(), sorted.end());
    const auto twice = std::adjacent_find(sorted.begin(), sorted.end());
    if (twice != sorted.end()) editFailure(subject, place, "names " + std::to_string(*twice) + " twice", "Name each once.");
    return indices;
}

}  // namespace lorashear
