#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace lorashear {

/// Typed access to one object of tokenizer.json, for error messages that name the file and the place in it.
class JsonFields {
public:
    /// where: place in words, e.g. "pre_tokenizer"; the object must outlive this. Error(BadInput) if it is no object.
    JsonFields(const nlohmann::json& object, std::string file, std::string where);

    std::string text(const char* key) const;                                  ///< required
    std::string textOr(const char* key, const std::string& otherwise) const;  ///< null counts as absent
    bool flagOr(const char* key, bool otherwise) const;
    int countOr(const char* key, int otherwise) const;
    const nlohmann::json& list(const char* key) const;   ///< required array
    bool has(const char* key) const;                     ///< there and not null
    const nlohmann::json& value(const char* key) const;  ///< required
    JsonFields child(const nlohmann::json& object, const std::string& name) const {
        return {object, m_file, m_where + "." + name};
    }

    [[noreturn]] void refuse(const std::string& message) const;       ///< Error(BadInput)
    [[noreturn]] void unsupported(const std::string& message) const;  ///< Error(Unsupported)
    const std::string& file() const { return m_file; }

private:
    const nlohmann::json& m_object;
    std::string m_file, m_where;
};

/// What a Metaspace step of a tokenizer writes for a space: one character.
std::string metaspaceMark(const JsonFields& fields);

}  // namespace lorashear
