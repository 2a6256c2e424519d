#pragma once

#include <optional>
#include <string>
#include <vector>

namespace lorashear {

/// Allowed numbers; an open end is not itself allowed.
struct Range {
    double least = 0, most = 0;
    bool openLeast = false, openMost = false;
    std::optional<double> also = {};  ///< one number beside them, which help gives a meaning
    bool holds(double value) const;
    std::string text() const;  ///< "0 < x <= 1", "0, or 0.5 <= x < 1"
};

enum class SettingType { Integer, Number, Flag, Text, Choice, TextList, Weights, Object, List, Other };

/// One setting as forms, help pages and command lines see it. Made by the table that also reads and writes it (core/settings/field.h).
struct Setting {
    std::string key;      ///< snake_case, in JSON
    std::string pointer;  ///< from the root of its table, with * for the elements of lists: "/recovery/phases/*/max_rounds"
    SettingType type = SettingType::Other;
    Range range;                       ///< of Integer, Number and each of Weights
    bool nullable = false;             ///< null is allowed too; help says what it means
    std::vector<std::string> choices;  ///< of Choice: what is allowed; of Weights: the names
    bool required = false;
    std::string fallback;             ///< default as JSON; empty for objects, lists of objects and what is required
    std::string unit;                 ///< "steps", ""
    std::string help;                 ///< one or two sentences
    std::string typeName, allowed{};  ///< in words, where type and range do not say it

    std::string typeText() const;     ///< "integer or null"
    std::string allowedText() const;  ///< "0 < x <= 1", "fp32, mixed", ""
    /// Of a help page's table: name, type, allowed, default, unit, help.
    std::string markdownRow(const std::string& name) const;
};

/// Where in a document a value stands, as a JSON pointer, and who hears what was found under a former name.
class Place {
public:
    Place(std::string pointer = {}, std::vector<std::string>* notes = nullptr)
        : m_pointer(std::move(pointer)), m_notes(notes) {}
    Place(const char* pointer) : m_pointer(pointer) {}
    Place operator/(const std::string& key) const;
    Place operator/(std::size_t index) const { return *this / std::to_string(index); }
    const std::string& pointer() const { return m_pointer; }
    operator const std::string&() const { return m_pointer; }
    void note(const std::string& text) const {
        if (m_notes != nullptr) m_notes->push_back(text);
    }

private:
    std::string m_pointer;
    std::vector<std::string>* m_notes = nullptr;
};

}  // namespace lorashear
