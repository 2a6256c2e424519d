#include "core/edits/edit_json.h"

#include "core/edits/edit_kind.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace lorashear {

using nlohmann::json;

namespace {

std::string knownOps() {
    std::string names;
    for (const EditKind& kind : editKinds()) names += (names.empty() ? "" : ", ") + kind.op;
    return names;
}

/// What a list is made of, for those that are none.
std::string exampleOfAList() {
    return "For example {\"version\": " + std::to_string(kEditsVersion) + ", \"edits\": [" + editKinds().front().schema +
           "]}; lorashear inspect MODEL --json lists what may stand in it.";
}

bool holds(const std::vector<std::string>& keys, const std::string& key) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
}

/// All keys of a kind, and an example.
std::string keysOf(const EditKind& kind) {
    std::string text = "Its keys are \"op\"";
    for (const std::string& key : kind.keys) text += ", \"" + key + "\"";
    for (const std::string& key : kind.optionalKeys) text += ", \"" + key + "\" (may be left out)";
    return text + ". For example " + kind.schema;
}

Edit editFromJson(const json& object, const std::string& subject, const std::string& pointer) {
    if (!object.is_object()) editFailure(subject, pointer, "must be an object with \"op\"", "Known are " + knownOps() + ".");
    const auto op = object.find("op");
    if (op == object.end()) editFailure(subject, pointer, "has no \"op\"", "Known are " + knownOps() + ".");
    if (!op->is_string())
        editFailure(subject, pointer + "/op", "must be a name, not " + op->dump(), "Known are " + knownOps() + ".");
    for (const EditKind& kind : editKinds()) {
        if (kind.op != *op) continue;
        for (const auto& [key, value] : object.items())
            if (key != "op" && !holds(kind.keys, key) && !holds(kind.optionalKeys, key))
                editFailure(subject, pointer + "/" + key, "is not a key of \"" + kind.op + "\"", keysOf(kind));
        for (const std::string& key : kind.keys)
            if (!object.contains(key)) editFailure(subject, pointer, "has no \"" + key + "\"", keysOf(kind));
        return kind.read(object, subject, pointer);
    }
    editFailure(subject, pointer + "/op", "is " + op->dump() + ", which is no operation", "Known are " + knownOps() + ".");
}

}  // namespace

Edits editsFromJson(const json& list, const std::string& subject, const std::string& pointer) {
    if (!list.is_array()) editFailure(subject, pointer, "must be a list of edits", exampleOfAList());
    Edits edits;
    for (std::size_t i = 0; i < list.size(); ++i)
        edits.push_back(editFromJson(list[i], subject, pointer + "/" + std::to_string(i)));
    return edits;
}

json editsToJson(const Edits& edits) {
    json list = json::array();
    for (const Edit& edit : edits) {
        const EditKind& kind = editKindOf(edit);
        json object = {{"op", kind.op}};
        kind.write(edit, object);
        list.push_back(std::move(object));
    }
    return list;
}

Edits parseEdits(const std::string& text, const std::string& subject) {
    const json document = parseStrictJson(text, subject, JsonFrom::Person);
    if (!document.is_object())
        editFailure(subject, "/", "must be an object with \"version\" and \"edits\"", exampleOfAList());
    for (const auto& [key, value] : document.items())
        if (key != "version" && key != "edits")
            editFailure(subject, "/" + key, "is not a key of an edits file", "Its keys are \"version\" and \"edits\".");
    if (!document.contains("version")) editFailure(subject, "/version", "is missing", "This program writes version 1.");
    const int version = readCount(document, "version", 1, subject, "");
    if (version > kEditsVersion)
        editFailure(
            subject, "/version",
            "is " + std::to_string(version) + ", the newest that this program reads is " + std::to_string(kEditsVersion),
            "A file that you wrote yourself is of version " + std::to_string(kEditsVersion) +
                "; one of a newer program needs that program.");
    if (!document.contains("edits")) editFailure(subject, "/edits", "is missing", exampleOfAList());
    Edits edits = editsFromJson(document.at("edits"), subject);
    if (edits.empty()) editFailure(subject, "/edits", "is empty: nothing would change", exampleOfAList());
    return edits;
}

bool looksLikeEdits(const std::string& text) {
    const json document = json::parse(text, nullptr, false);
    return document.is_object() && document.size() == 2 && document.contains("version") && document.contains("edits");
}

std::string editsText(const Edits& edits) {
    std::string text = "{\"version\": " + std::to_string(kEditsVersion) + ", \"edits\": [";
    const json list = editsToJson(edits);
    for (std::size_t i = 0; i < list.size(); ++i) text += (i ? ",\n" : "\n") + std::string("  ") + list[i].dump();
    return text + "\n]}\n";
}

}  // namespace lorashear
