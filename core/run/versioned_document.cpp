#include "core/run/versioned_document.h"

#include "core/base/error.h"
#include "core/io/strict_json.h"
#include "core/settings/field.h"

#include <nlohmann/json.hpp>

namespace lorashear {

using nlohmann::json;

namespace {

json parsedByPerson(const std::string& text, const std::string& subject) {
    try {
        return parseStrictJson(text, subject, JsonFrom::Person);
    } catch (const Error& error) {
        throw Error(ErrorCode::BadRecipe, error.subject(), error.message(), error.hint());
    }
}

}  // namespace

json versionedDocument(const std::string& text, const std::string& subject, const char* isNone, int newest) {
    json document = parsedByPerson(text, subject);
    if (!document.is_object()) throw Error(ErrorCode::BadRecipe, subject, isNone);
    const auto found = document.find("version");
    if (found == document.end())
        settings::fail("/version", "is missing", "this program writes version " + std::to_string(newest));
    const auto version = settings::readInteger(*found, {1, 1e9}, "/version");
    if (version > newest)
        settings::fail("/version",
                       "is " + std::to_string(version) + ", the newest that this program reads is " + std::to_string(newest),
                       "open it with the program that wrote it, or update this one");
    document.erase(found);
    return document;
}

}  // namespace lorashear
